import { formatIpv4, formatIpv6Bytes } from '../../base/address.ts';
import { fromHex } from '../../base/bytes.ts';
import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Ip } from './context.ts';
import { MADDRESS_HELP } from './help/objects.ts';
import { parseLinkAddress } from './link-address.ts';
import { Exit, garbage, matches, Words } from './parse.ts';

/** A group that a device receives. */
interface Group {
  readonly ifindex: number;
  readonly name: string;
  readonly family: 'link' | 'inet' | 'inet6';
  readonly address: string;
  readonly users: number;
  readonly static: boolean;
}

/** `ip maddress …` (ipmaddr.c): read from /proc/net, as there is no dump of groups. */
export function doMaddress(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return show(ip, words);
  if (matches(command, 'add') || matches(command, 'delete')) return change(ip, words, matches(command, 'add'));
  if (matches(command, 'list') || matches(command, 'show') || matches(command, 'lst')) return show(ip, words);
  if (matches(command, 'help')) throw new Exit(255, MADDRESS_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip maddr help".\n`);
}

/** `maddr add`, `maddr del`: link-layer groups only. Without an address it is all zeros, as the request starts out. */
function change(ip: Ip, words: Words, join: boolean): number {
  let dev: string | undefined;
  let address: string | undefined;
  for (; words.left > 0; words.step()) {
    if (words.word === 'dev') dev = words.value();
    else {
      if (matches(words.word, 'address')) words.value();
      else if (matches(words.word, 'help')) throw new Exit(255, MADDRESS_HELP);
      if (address !== undefined) throw garbage('address', words.word);
      address = words.word;
    }
  }
  if (dev === undefined) throw new Exit(255, 'Not enough information: "dev" is required.\n');
  const parsed = address === undefined ? { address: 0 } : parseLinkAddress(address);
  if ('bytes' in parsed) throw new Exit(1, `Error: Invalid address length ${parsed.bytes} - must be 6 bytes\n`);
  const refused = ip.rtnl.changeLinkGroup(dev, parsed.address, join);
  if (refused !== undefined) throw new Exit(1, `ioctl: ${strerror(refused.errno)}\n`);
  return 0;
}

function show(ip: Ip, words: Words): number {
  let dev: string | undefined;
  for (; words.left > 0; words.step()) {
    if (words.word === 'dev') words.value();
    else if (matches(words.word, 'help')) throw new Exit(255, MADDRESS_HELP);
    if (dev !== undefined) throw garbage('dev', words.word);
    dev = words.word;
  }
  const { family } = ip.options;
  const groups = [
    ...(family === 'unspec' || family === 'link' ? linkGroups(ip) : []),
    ...(family === 'unspec' || family === 'inet' ? inetGroups(ip) : []),
    ...(family === 'unspec' || family === 'inet6' ? inet6Groups(ip) : []),
  ].filter((group) => dev === undefined || group.name === dev);
  const devices = [...new Map(groups.map((group) => [group.ifindex, group.name]))].sort(([a], [b]) => a - b);
  const out = ip.printer();
  out.begin();
  for (const [ifindex, name] of devices) {
    out.openObject();
    out.member('ifindex', ifindex);
    out.member('ifname', name);
    out.openArray('maddr');
    if (!ip.options.oneline) out.text(`${ifindex}:\t${name}\n`);
    for (const group of groups.filter((g) => g.ifindex === ifindex)) {
      out.openObject();
      if (ip.options.oneline) out.text(`${ifindex}:\t${name}\\`);
      if (group.family === 'link') out.both('link', group.address, `\tlink  ${group.address}`);
      else {
        out.both('family', group.family, `\t${group.family.padEnd(5)} `);
        out.both('address', group.address, group.address);
      }
      if (group.users > 1) out.both('users', group.users, ` users ${group.users}`);
      if (group.static) out.both('features', 'static', ' static');
      out.text('\n');
      out.closeObject();
    }
    out.closeArray();
    out.closeObject();
  }
  out.end();
  return 0;
}

function lines(ip: Ip, file: string): readonly string[] {
  const bytes = ip.p.machine.files.readFile(ip.p, `/proc/net/${file}`);
  return isError(bytes) ? [] : text(bytes).split('\n');
}

function linkGroups(ip: Ip): readonly Group[] {
  return lines(ip, 'dev_mcast').flatMap((line) => {
    const [index, name, users, global, address] = line.trim().split(/\s+/);
    if (address === undefined || name === undefined) return [];
    return [
      {
        ifindex: Number(index),
        name,
        family: 'link' as const,
        address: address.replace(/..(?=.)/g, '$&:'),
        users: Number(users),
        static: global !== '0',
      },
    ];
  });
}

/** A device's line, then one for each group: its address as the hexadecimal number that the machine holds it as, low byte first. */
function inetGroups(ip: Ip): readonly Group[] {
  let device = { ifindex: 0, name: '' };
  return lines(ip, 'igmp').flatMap((line) => {
    const head = /^(\d+)\s+(\S+)\s*:/.exec(line);
    if (head) device = { ifindex: Number(head[1]), name: head[2] as string };
    const group = /^\s+([0-9A-F]{8})\s+(\d+)\s/.exec(line);
    if (!group) return [];
    const [a = 0, b = 0, c = 0, d = 0] = fromHex(group[1] as string);
    return [
      {
        ...device,
        family: 'inet' as const,
        address: formatIpv4(((d << 24) | (c << 16) | (b << 8) | a) >>> 0),
        users: Number(group[2]),
        static: false,
      },
    ];
  });
}

function inet6Groups(ip: Ip): readonly Group[] {
  return lines(ip, 'igmp6').flatMap((line) => {
    const [index, name, address, users] = line.trim().split(/\s+/);
    if (address === undefined || name === undefined) return [];
    return [
      {
        ifindex: Number(index),
        name,
        family: 'inet6' as const,
        address: formatIpv6Bytes(fromHex(address), 0),
        users: Number(users),
        static: false,
      },
    ];
  });
}
