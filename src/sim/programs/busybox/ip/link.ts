import { parseMac } from '../../../base/address.ts';
import { fail, isError } from '../../../base/result.ts';
import { IFF_MULTICAST, IFF_NOARP, IFF_PROMISC, IFF_UP } from '../../../kernel/device/net-device.ts';
import type { LinkChange, LinkInfo } from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { netnsInode } from '../../ip/netns-files.ts';
import { abbreviated, type BusyboxIp, WordReader } from './context.ts';
import { show } from './show-links.ts';

const COMMANDS = ['add', 'delete', 'set', 'show', 'lst', 'list'] as const;

/** `ip link …` (do_iplink). */
export function* doLink(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  ip.failure = 2;
  if (word === undefined) return yield* show(ip, [], true);
  const command = abbreviated(word, COMMANDS);
  switch (command) {
    case undefined:
      return yield* ip.invalid(word);
    case 'add':
    case 'delete':
      return yield* addOrDelete(ip, command === 'add', rest);
    case 'set':
      return yield* set(ip, rest);
    default:
      return yield* show(ip, rest, true);
  }
}

/** What a flag's word sets. */
const ON_OFF: Readonly<Record<string, { readonly bit: number; readonly off: boolean }>> = {
  multicast: { bit: IFF_MULTICAST, off: false },
  promisc: { bit: IFF_PROMISC, off: false },
  arp: { bit: IFF_NOARP, off: true },
};

/** do_set(): all words are read first, then the kernel is asked for one thing after the other. */
function* set(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const reader = new WordReader(ip, words);
  let dev: string | undefined;
  let [flags, flagsMask] = [0, 0];
  const asked: { call: string; change: LinkChange }[] = [];
  let name: string | undefined;
  let address: string | undefined;
  let master: number | undefined;
  let netns: number | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    const onOff = ON_OFF[word];
    if (word === 'up' || word === 'down') {
      flagsMask |= IFF_UP;
      flags = word === 'up' ? flags | IFF_UP : flags & ~IFF_UP;
    } else if (onOff !== undefined) {
      const value = yield* reader.value();
      if (value !== 'on' && value !== 'off') yield* ip.die(`argument of "${word}" must be "on" or "off"`);
      flagsMask |= onOff.bit;
      flags = (value === 'on') !== onOff.off ? flags | onOff.bit : flags & ~onOff.bit;
    } else if (word === 'name') name = yield* reader.value();
    else if (word === 'mtu') asked.push({ call: 'SIOCSIFMTU', change: { mtu: yield* ip.number(yield* reader.value(), 'mtu') } });
    else if (word === 'qlen')
      asked.unshift({ call: 'SIOCSIFTXQLEN', change: { txQueueLen: yield* ip.number(yield* reader.value(), 'qlen') } });
    else if (word === 'address') address = yield* reader.value();
    else if (word === 'master') master = (yield* ip.device(yield* reader.value())).ifindex;
    else if (word === 'nomaster') master = 0;
    else if (word === 'netns') netns = yield* ip.number(yield* reader.value(), 'netns');
    else {
      const value = word === 'dev' ? yield* reader.value() : word;
      if (dev !== undefined) yield* ip.die(`either "dev" is duplicate, or "${value}" is garbage`);
      dev = value;
    }
  }
  if (dev === undefined) return yield* ip.die('"dev" requires an argument');
  if (address !== undefined) {
    const mac = parseMac(address);
    // The first colon has been made an end of the string by then.
    if (mac === undefined) yield* ip.die(`wrong address (${address.split(':')[0]}) length: expected 6 bytes`);
    else asked.unshift({ call: 'SIOCSIFHWADDR', change: { address: mac } });
  }
  if (name !== undefined && name !== dev) asked.unshift({ call: 'SIOCSIFNAME', change: { name } });
  const link = ip.rtnl.link(dev);
  for (const { call, change } of asked) yield* ip.ioctl(call, isError(link) ? link : ip.rtnl.setLink(link.ifindex, change));
  if (master !== undefined) yield* ip.talk(isError(link) ? link : ip.rtnl.setLink(link.ifindex, { master }));
  if (netns !== undefined) {
    const inode = netnsInode(ip.c.p, `/proc/${netns}/ns/net`);
    yield* ip.talk(
      isError(link) ? link : inode === undefined ? fail('ESRCH') : ip.rtnl.setLink(link.ifindex, { netns: { netnsInode: inode } }),
    );
  }
  if (flagsMask !== 0) {
    if (isError(link)) yield* ip.ioctl('SIOCGIFFLAGS', link);
    else yield* ip.ioctl('SIOCSIFFLAGS', ip.rtnl.setLink(link.ifindex, { flags, flagsMask }));
  }
  return 0;
}

/** do_add_or_delete(): what follows the type is read for vlan only. */
function* addOrDelete(ip: BusyboxIp, add: boolean, words: readonly string[]): Sys<number> {
  if (words.length === 0) return 1;
  const reader = new WordReader(ip, words);
  let name: string | undefined;
  let lower: string | undefined;
  let kind: string | undefined;
  let address: string | undefined;
  let info: LinkInfo | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    if (word === 'type') {
      kind = yield* reader.value();
      if (kind === 'vlan') info = yield* vlanInfo(ip, reader);
      break;
    }
    if (word === 'link') lower = yield* reader.value();
    else if (word === 'address') address = yield* reader.value();
    else {
      const value = word === 'dev' || word === 'name' ? yield* reader.value() : word;
      if (name !== undefined) yield* ip.die(`either "dev" is duplicate, or "${value}" is garbage`);
      name = value;
    }
  }
  if (!add) return yield* ip.talk(ip.rtnl.delLink((yield* ip.device(name ?? '')).ifindex));
  const link = lower === undefined ? undefined : (yield* ip.device(lower)).ifindex;
  if (kind === undefined) return yield* ip.talk(fail('EOPNOTSUPP'));
  const mac = address === undefined ? undefined : parseMac(address);
  return yield* ip.talk(
    ip.rtnl.addLink({
      kind,
      ...(name !== undefined && { name }),
      ...(link !== undefined && { link }),
      ...(mac !== undefined && { address: mac }),
      ...(info !== undefined && { info }),
    }),
  );
}

/** vlan_parse_opt(). */
function* vlanInfo(ip: BusyboxIp, reader: WordReader): Sys<LinkInfo> {
  const info: Record<string, string | number | boolean> = {};
  while (reader.left > 0) {
    const word = reader.next();
    if (word === 'id') info.id = yield* ip.number(yield* reader.value(), 'id');
    else if (word === 'protocol' || word === 'proto') info.protocol = yield* reader.value();
    else if (['reorder_hdr', 'gvrp', 'mvrp', 'loose_binding'].includes(word)) {
      const value = yield* reader.value();
      if (value !== 'on' && value !== 'off') yield* ip.die(`argument of "${word}" must be "on" or "off"`);
      info[word] = value === 'on';
    } else yield* ip.invalid(word, 'type vlan');
  }
  return info;
}
