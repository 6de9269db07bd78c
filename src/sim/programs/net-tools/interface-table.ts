// Interfaces as ifconfig and netstat print them (lib/interface.c).

import { formatIpv4, formatMac, type Ipv4, type Ipv6, ipv4Mask } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_BROADCAST, IFF_POINTOPOINT, IFF_UP } from '../../kernel/device/net-device.ts';
import { type AddressDump, type LinkDump, SCOPE_HOST, SCOPE_LINK, SCOPE_SITE } from '../../kernel/rtnetlink/messages.ts';
import type { Process } from '../../machine/process.ts';
import { flagLetters, flagNames } from './interface-flags.ts';

/** An IP-in-IP tunnel (linux/if_arp.h). */
const ARPHRD_TUNNEL = 768;

/** An interface as these programs know it: a device, or one of its addresses under a label of its own (`eth0:1`). */
export interface Interface {
  readonly name: string;
  readonly link: LinkDump;
  readonly alias: boolean;
  /** The first IPv4 address with this label. */
  readonly address: AddressDump | undefined;
}

/** The interface of a name; undefined where there is no such device. */
export function findInterface(p: Process, name: string): Interface | undefined {
  const { rtnetlink } = p;
  const link = rtnetlink.link(name.replace(/:.*/, ''));
  if (isError(link)) return undefined;
  const address = rtnetlink.addresses('inet').find((a) => a.ifindex === link.ifindex && a.label === name);
  return { name, link, alias: name.includes(':'), address };
}

/** Every interface in order of name; without `all` those that are up. */
export function interfaces(p: Process, all: boolean): Interface[] {
  const { rtnetlink } = p;
  const names = rtnetlink.links().map((link) => link.name);
  for (const { label } of rtnetlink.addresses('inet')) if (label?.includes(':') && !names.includes(label)) names.push(label);
  return names
    .sort(byNameAndNumber)
    .map((name) => findInterface(p, name))
    .filter((found) => found !== undefined)
    .filter(({ link }) => all || (link.flags & IFF_UP) !== 0);
}

/** nstrcmp(): eth2 before eth10. */
function byNameAndNumber(a: string, b: string): number {
  const [, stemA = '', numberA = ''] = /^(.*?)(\d*)$/.exec(a) ?? [];
  const [, stemB = '', numberB = ''] = /^(.*?)(\d*)$/.exec(b) ?? [];
  if (stemA === stemB && numberA !== '' && numberB !== '') return Number(numberA) - Number(numberB);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** ife_print_long(). */
export function longText(p: Process, shown: Interface): string {
  const { link, name } = shown;
  const flags = link.flags & 0xffff;
  let out = `${name}: flags=${flags}<${flagNames(flags)}>  mtu ${link.mtu}\n`;
  if (shown.address !== undefined) out += inetLine(shown.address, flags);
  if (!shown.alias) for (const address of p.rtnetlink.addresses('inet6')) if (address.ifindex === link.ifindex) out += inet6Line(address);
  out += hardwareLine(link);
  if (!shown.alias) out += counters(link);
  return `${out}\n`;
}

function inetLine(address: AddressDump, flags: number): string {
  let out = `        inet ${formatIpv4(address.local as Ipv4)}  netmask ${formatIpv4(ipv4Mask(address.prefixLen))}`;
  if ((flags & IFF_BROADCAST) !== 0) out += `  broadcast ${formatIpv4(address.broadcast ?? 0)}`;
  if ((flags & IFF_POINTOPOINT) !== 0) out += `  destination ${formatIpv4(address.address as Ipv4)}`;
  return `${out}\n`;
}

const SCOPES: Readonly<Record<number, string>> = { [SCOPE_HOST]: '0x10<host>', [SCOPE_LINK]: '0x20<link>', [SCOPE_SITE]: '0x40<site>' };

function inet6Line(address: AddressDump): string {
  return `        inet6 ${address.local as Ipv6}  prefixlen ${address.prefixLen}  scopeid ${SCOPES[address.scope] ?? '0x0<global>'}\n`;
}

function hardwareLine(link: LinkDump): string {
  const queue = `txqueuelen ${link.txQueueLen}`;
  switch (link.type) {
    case ARPHRD_ETHER:
      return `        ether ${formatMac(link.address)}  ${queue}  (Ethernet)\n`;
    case ARPHRD_LOOPBACK:
      return `        loop  ${queue}  (Local Loopback)\n`;
    case ARPHRD_TUNNEL:
      return `        tunnel   ${queue}  (IPIP Tunnel)\n`;
    default:
      return `        unspec ${Array(16).fill('00').join('-')}  ${queue}  (UNSPEC)\n`;
  }
}

function counters({ stats: s }: LinkDump): string {
  const line = (text: string): string => `        ${text}\n`;
  return (
    line(`RX packets ${s.rxPackets}  bytes ${s.rxBytes} (${size(s.rxBytes)})`) +
    line(`RX errors ${s.rxErrors}  dropped ${s.rxDropped + s.rxMissed}  overruns 0  frame 0`) +
    line(`TX packets ${s.txPackets}  bytes ${s.txBytes} (${size(s.txBytes)})`) +
    line(`TX errors ${s.txErrors}  dropped ${s.txDropped} overruns 0  carrier ${s.txCarrierErrors}  collisions ${s.collisions}`)
  );
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** With one decimal, cut and not rounded. */
function size(bytes: number): string {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes / 1024 ** unit > 1024) unit++;
  const tenths = Math.floor((bytes * 10) / 1024 ** unit);
  return `${Math.floor(tenths / 10)}.${tenths % 10} ${UNITS[unit]}`;
}

/** ife_print_short(): a line of `netstat -i`. */
export function shortText({ name, link, alias }: Interface): string {
  const s = link.stats;
  const start = `${name.slice(0, 15).padEnd(15)} ${String(link.mtu).padStart(5)} `;
  const cell = (n: number, width: number): string => String(n).padStart(width);
  const received = `${cell(s.rxPackets, 8)} ${cell(s.rxErrors, 6)} ${cell(s.rxDropped + s.rxMissed, 6)} ${'0'.padEnd(6)}`;
  const sent = `${cell(s.txPackets, 8)} ${cell(s.txErrors, 6)} ${cell(s.txDropped, 6)} ${cell(0, 6)}`;
  const statistics = alias ? '     - no statistics available -'.padEnd(57) : `${received} ${sent}`;
  return `${start.padEnd(21)}${statistics} ${flagLetters(link.flags)}\n`;
}
