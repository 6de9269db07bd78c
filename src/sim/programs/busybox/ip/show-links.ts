// What ip addr show and ip link show print (ipaddress.c).

import { formatMac, type Ipv4 } from '../../../base/address.ts';
import { isError } from '../../../base/result.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_RUNNING, IFF_UP } from '../../../kernel/device/net-device.ts';
import {
  type AddressDump,
  IFA_F_DEPRECATED,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  type LinkDump,
} from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { type AnyFamily, addressText, type BusyboxIp, inPrefix, type Prefix, WordReader } from './context.ts';

interface Filter {
  family: AnyFamily;
  dev: LinkDump | undefined;
  up: boolean;
  to: Prefix | undefined;
  scope: number | undefined;
  label: string | undefined;
}

const WORDS = ['to', 'scope', 'up', 'label', 'dev'] as const;

export function* parseFilter(ip: BusyboxIp, words: readonly string[], links: boolean): Sys<Filter> {
  const filter: Filter = {
    family: links ? 'link' : ip.family,
    dev: undefined,
    up: false,
    to: undefined,
    scope: undefined,
    label: undefined,
  };
  const reader = new WordReader(ip, words);
  let dev: string | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    const key = WORDS.find((name) => name === word);
    if (key === 'to') {
      filter.to = yield* ip.prefix(yield* reader.value(), filter.family);
      if (filter.family === 'unspec') filter.family = filter.to.family ?? 'unspec';
    } else if (key === 'scope') {
      const value = yield* reader.value();
      filter.scope = value === 'all' ? undefined : (ip.names.parseScope(value) ?? (yield* ip.invalid(value, 'scope')));
    } else if (key === 'up') filter.up = true;
    else if (key === 'label') filter.label = yield* reader.value();
    else {
      const name = key === 'dev' ? yield* reader.value() : word;
      if (dev !== undefined) yield* ip.die(`either "dev" is duplicate, or "${name}" is garbage`);
      dev = name;
    }
  }
  if (dev !== undefined) filter.dev = yield* ip.device(dev);
  return filter;
}

/** Links in order, each with its addresses. */
export function* show(ip: BusyboxIp, words: readonly string[], links: boolean): Sys<number> {
  const filter = yield* parseFilter(ip, words, links);
  const { family } = filter;
  const addresses = links ? [] : selectAddresses(ip, filter);
  const inet = family === 'inet' || family === 'inet6';
  const withoutLinks = !links && (ip.oneline || filter.label !== undefined);
  for (const link of ip.rtnl.links()) {
    if (filter.dev !== undefined && link.ifindex !== filter.dev.ifindex) continue;
    if (filter.up && (link.flags & IFF_UP) === 0) continue;
    const own = addresses.filter((a) => a.ifindex === link.ifindex);
    if (inet && own.length === 0) continue;
    if (!withoutLinks) ip.c.out(linkText(ip, link, family));
    for (const address of own) ip.c.out(addressLine(ip, address));
  }
  return 0;
}

export function selectAddresses(ip: BusyboxIp, filter: Filter): AddressDump[] {
  const { family, dev, to, scope, label } = filter;
  return ip.rtnl
    .addresses(family === 'inet' || family === 'inet6' ? family : undefined)
    .filter(
      (a) =>
        (dev === undefined || a.ifindex === dev.ifindex) &&
        (to === undefined || (a.family === to.family && inPrefix(to, a.local))) &&
        (scope === undefined || a.scope === scope) &&
        (label === undefined || (a.label ?? ip.deviceName(a.ifindex)) === label),
    );
}

const FLAGS: readonly (readonly [number, string])[] = [
  [0x8, 'LOOPBACK'],
  [0x2, 'BROADCAST'],
  [0x10, 'POINTOPOINT'],
  [0x1000, 'MULTICAST'],
  [0x80, 'NOARP'],
  [0x1, 'UP'],
  [0x10000, 'LOWER_UP'],
];

/** print_link_flags(): bits without a name follow as a number, without a comma. */
function flagsText(flags: number, lowerDown: boolean): string {
  const words: string[] = [];
  if ((flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) === 0) words.push('NO-CARRIER');
  let rest = flags & ~IFF_RUNNING;
  for (const [bit, word] of FLAGS) {
    if ((rest & bit) === 0) continue;
    words.push(word);
    rest &= ~bit;
  }
  return `<${words.join(',')}${rest === 0 ? '' : rest.toString(16)}${lowerDown ? ',M-DOWN' : ''}> `;
}

/** print_linkinfo(). An ifindex of another namespace is looked for in this one. */
function linkText(ip: BusyboxIp, link: LinkDump, family: AnyFamily): string {
  let out = `${link.ifindex}: ${link.name}`;
  let lowerDown = false;
  if (link.link === 0) out += '@NONE';
  else if (link.link !== undefined) {
    const lower = ip.rtnl.link(link.link);
    out += `@${isError(lower) ? `if${link.link}` : lower.name}`;
    lowerDown = isError(lower) || (lower.flags & IFF_UP) === 0;
  }
  out += `: ${flagsText(link.flags, lowerDown)}mtu ${link.mtu} `;
  // A dump of IPv6 knows of neither.
  if (family !== 'inet6') {
    out += `qdisc ${link.qdisc} `;
    if (link.master !== undefined) out += `master ${ip.deviceName(link.master)} `;
  }
  if (link.txQueueLen !== 0) out += `qlen ${link.txQueueLen}`;
  if (family === 'inet' || family === 'inet6') return `${out}\n`;
  out += `${ip.oneline ? '\\' : '\n'}    link/${linkType(link.type)} ${formatMac(link.address)} brd ${formatMac(link.broadcast)}`;
  return `${out}\n`;
}

function linkType(type: number): string {
  return type === ARPHRD_ETHER ? 'ether' : type === ARPHRD_LOOPBACK ? 'loopback' : `[${type}]`;
}

/** print_addrinfo(). */
function addressLine(ip: BusyboxIp, a: AddressDump): string {
  let out = ip.oneline ? `${a.ifindex}: ${ip.deviceName(a.ifindex)}` : '';
  out += `    ${a.family} ${addressText(a.local)}`;
  if (a.address !== a.local) out += ` peer ${addressText(a.address)}`;
  out += `/${a.prefixLen} `;
  if (a.broadcast !== undefined) out += `brd ${addressText(a.broadcast as Ipv4)} `;
  if (a.anycast !== undefined) out += `any ${a.anycast} `;
  out += `scope ${ip.names.scope(a.scope)} `;
  // ifa_flags has eight bits.
  let flags = a.flags & 0xff;
  for (const [bit, word] of [
    [IFA_F_SECONDARY, 'secondary'],
    [IFA_F_TENTATIVE, 'tentative'],
    [IFA_F_DEPRECATED, 'deprecated'],
  ] as const) {
    if ((flags & bit) !== 0) out += `${word} `;
    flags &= ~bit;
  }
  if ((flags & IFA_F_PERMANENT) === 0) out += 'dynamic ';
  flags &= ~IFA_F_PERMANENT;
  if (flags !== 0) out += `flags ${flags.toString(16).padStart(2, '0')} `;
  if (a.label !== undefined) out += a.label;
  return `${out}${ip.oneline ? '\\' : '\n'}       valid_lft ${lifetime(a.validLft)} preferred_lft ${lifetime(a.preferredLft)}\n`;
}

function lifetime(seconds: number): string {
  return seconds === INFINITY_LIFE_TIME ? 'forever' : `${seconds}sec`;
}
