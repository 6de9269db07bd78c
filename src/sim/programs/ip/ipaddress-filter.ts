import { isError } from '../../base/result.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import { type AddressDump, IFA_F_PERMANENT, IFA_F_SECONDARY, type LinkDump } from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { addressHelp } from './help/address.ts';
import { linkHelp } from './help/link.ts';
import { type InetPrefix, parsePrefix, prefixContains } from './inet-prefix.ts';
import { ADDRESS_FLAGS } from './ipaddress-print.ts';
import { Exit, garbage, matches, type Words, wrong } from './parse.ts';

/** What `ip link show`, `ip addr show` and `ip addr flush` were asked for. */
export interface LinkFilter {
  family: PreferredFamily;
  dev: string | undefined;
  ifindex: number;
  up: boolean;
  prefix: InetPrefix | undefined;
  scope: number | undefined;
  flags: number;
  flagMask: number;
  label: string | undefined;
  group: number | undefined;
  /** 0 for nomaster. */
  master: number | undefined;
  kind: string | undefined;
  slaveKind: string | undefined;
}

export function parseLinkFilter(ip: Ip, words: Words, { links }: { readonly links: boolean }): LinkFilter {
  const filter: LinkFilter = {
    family: links ? 'link' : ip.options.family,
    dev: undefined,
    ifindex: 0,
    up: false,
    prefix: undefined,
    scope: undefined,
    flags: 0,
    flagMask: 0,
    label: undefined,
    group: undefined,
    master: undefined,
    kind: undefined,
    slaveKind: undefined,
  };
  for (; words.left > 0; words.step()) parseWord(ip, words, filter, links);
  if (filter.dev !== undefined) {
    filter.ifindex = ip.ifindex(filter.dev);
    if (filter.ifindex === 0) throw new Exit(1, `Device "${filter.dev}" does not exist.\n`);
  }
  return filter;
}

function parseWord(ip: Ip, words: Words, filter: LinkFilter, links: boolean): void {
  const word = words.word;
  if (word === 'to') {
    filter.prefix = parsePrefix(words.value(), filter.family);
    if (filter.family === 'unspec' && filter.prefix.family !== undefined) filter.family = filter.prefix.family;
  } else if (word === 'scope') {
    const value = words.value();
    filter.scope = ip.names.parseScope(value);
    if (filter.scope === undefined && value !== 'all') throw wrong('invalid "scope"\n', value);
  } else if (word === 'up') filter.up = true;
  else if (parseFlag(filter, word)) return;
  else if (word === 'label') filter.label = words.value();
  else if (word === 'group') {
    const value = words.value();
    filter.group = ip.names.parseGroup(value);
    if (filter.group === undefined) throw wrong('Invalid "group" value\n', value);
  } else if (word === 'master') {
    const value = words.value();
    filter.master = ip.ifindex(value);
    if (filter.master === 0) throw wrong('Device does not exist\n', value);
  } else if (word === 'vrf') {
    const value = words.value();
    const vrf = ip.rtnl.link(value);
    if (isError(vrf) || vrf.kind !== 'vrf') throw wrong('Not a valid VRF name\n', value);
    filter.master = vrf.ifindex;
  } else if (word === 'nomaster') filter.master = 0;
  else if (word === 'type') {
    const value = words.value();
    if (value.endsWith('_slave')) filter.slaveKind = value.slice(0, -'_slave'.length);
    else filter.kind = value;
  } else {
    if (word !== 'dev' && matches(word, 'help')) throw new Exit(255, links ? linkHelp() : addressHelp());
    const name = word === 'dev' ? words.value() : word;
    if (filter.dev !== undefined) throw garbage('dev', name);
    filter.dev = name;
  }
}

/** `permanent`, `dynamic`, `-tentative`… */
function parseFlag(filter: LinkFilter, word: string): boolean {
  const minus = word.startsWith('-');
  const name = minus ? word.slice(1) : word;
  const opposite = name === 'dynamic' ? IFA_F_PERMANENT : name === 'primary' ? IFA_F_SECONDARY : undefined;
  const bit = opposite ?? ADDRESS_FLAGS.find((flag) => flag.word === name)?.bit;
  if (bit === undefined) return false;
  const clear = minus !== (opposite !== undefined);
  filter.flags = clear ? filter.flags & ~bit : filter.flags | bit;
  filter.flagMask |= bit;
  return true;
}

/** Kinds that the kernel itself can filter a dump by, because it knows them; for others `ip` does it, which shows in JSON. */
const KERNEL_KINDS = ['veth', 'bridge', 'vxlan', 'macvlan', 'ipvlan', 'ipip', 'vlan', 'tun', 'dummy'];

/** What the kernel leaves out of the dump. */
export function kernelSelects(filter: LinkFilter, link: LinkDump): boolean {
  if (filter.master !== undefined && (link.master ?? 0) !== filter.master) return false;
  return filter.kind === undefined || !KERNEL_KINDS.includes(filter.kind) || link.kind === filter.kind;
}

/** What `ip` does not print of what it got (print_linkinfo's own tests). */
export function selectsLink(filter: LinkFilter, link: LinkDump): boolean {
  if (filter.ifindex !== 0 && link.ifindex !== filter.ifindex) return false;
  if (filter.up && (link.flags & IFF_UP) === 0) return false;
  if (filter.group !== undefined && link.group !== filter.group) return false;
  if (filter.master !== undefined && (link.master ?? 0) !== filter.master) return false;
  if (filter.kind !== undefined && link.kind !== filter.kind) return false;
  return filter.slaveKind === undefined || link.slaveKind === filter.slaveKind;
}

export function selectsFamily(filter: LinkFilter, a: AddressDump): boolean {
  return filter.family === 'unspec' || filter.family === a.family;
}

export function selectsAddress(ip: Ip, filter: LinkFilter, a: AddressDump): boolean {
  if (filter.ifindex !== 0 && a.ifindex !== filter.ifindex) return false;
  if (filter.scope !== undefined && a.scope !== filter.scope) return false;
  if (((filter.flags ^ a.flags) & filter.flagMask) !== 0) return false;
  if (filter.label !== undefined && !glob(filter.label, a.label ?? ip.deviceName(a.ifindex))) return false;
  return filter.prefix === undefined || (a.prefixLen >= 0 && filter.prefix.family === a.family && prefixContains(filter.prefix, a.local));
}

/** fnmatch(3) without bracket expressions' finer points. */
function glob(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^');
  return new RegExp(`^${source}$`).test(text);
}
