// The kernel's routing tables as BusyBox's route and netstat -r print them (networking/route.c).

import { formatIpv4, type Ipv4, readIpv6 } from '../../base/address.ts';
import { fromHex } from '../../base/bytes.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { procLines } from '../net-tools/resolve.ts';
import { networkNames, storedAddress } from '../net-tools/routing-table.ts';

const RTF_REJECT = 0x200;

/** RTF_*, and the letter of each. */
const INET_FLAGS: readonly (readonly [number, string])[] = [
  [0x2, 'G'],
  [0x4, 'H'],
  [0x8, 'R'],
  [0x10, 'D'],
  [0x20, 'M'],
];
const INET6_FLAGS: readonly (readonly [number, string])[] = [
  ...INET_FLAGS,
  [0x40000, 'A'],
  [0x10000, 'D'],
  [0x1000000, 'C'],
  [0x200000, 'n'],
];

function letters(flags: number, table: typeof INET_FLAGS): string {
  const first = (flags & RTF_REJECT) !== 0 ? '!' : 'U';
  return (
    first +
    table
      .filter(([bit]) => (flags & bit) !== 0)
      .map(([, letter]) => letter)
      .join('')
  );
}

/** bb_displayroutes(); `mss`: the columns of netstat, not those of route. */
export function* inetRoutes(p: Process, numeric: boolean, mss: boolean): Sys<string> {
  let out = `Kernel IP routing table\nDestination     Gateway         Genmask         Flags ${mss ? '  MSS Window  irtt' : 'Metric Ref    Use'} Iface\n`;
  for (const line of procLines(p, '/proc/net/route')) {
    const [iface = '', dst = '', gw = '', flagText = '', ref = '', use = '', metric = '', mask = '', size = '', window = '', rtt = ''] =
      line.trim().split(/\s+/);
    const flags = Number.parseInt(flagText, 16);
    if ((flags & 1) === 0) continue;
    const netmask = storedAddress(mask);
    const destination = yield* nameOf(p, storedAddress(dst), netmask, numeric, 'default');
    const gateway = yield* nameOf(p, storedAddress(gw), 0xffffffff, numeric, '*');
    out += `${cell(destination)} ${cell(gateway)} ${formatIpv4(netmask).padEnd(16)}${letters(flags, INET_FLAGS).padEnd(6)}`;
    out += mss
      ? `${size.padStart(5)} ${window.padEnd(5)} ${rtt.padStart(6)} ${iface}\n`
      : `${metric.padEnd(6)} ${ref.padEnd(2)} ${use.padStart(7)} ${iface}\n`;
  }
  return out;
}

function cell(text: string): string {
  return text.slice(0, 15).padEnd(15);
}

/** INET_rresolve(). */
function* nameOf(p: Process, address: Ipv4, mask: Ipv4, numeric: boolean, none: string): Sys<string> {
  if (numeric) return formatIpv4(address);
  if (address === 0) return none;
  if ((address & ~mask) >>> 0 === 0 && mask !== 0xffffffff) return networkNames(p).get(address) ?? formatIpv4(address);
  return (yield* hostName(p, { family: 'inet', address })) ?? formatIpv4(address);
}

/** INET6_displayroutes(). */
export function inet6Routes(p: Process): string {
  let out = `Kernel IPv6 routing table\n${'Destination'.padEnd(44)}${'Next Hop'.padEnd(40)}Flags Metric Ref    Use Iface\n`;
  for (const line of procLines(p, '/proc/net/ipv6_route', 0)) {
    const [dst = '', length = '', , , hop = '', metric = '', ref = '', use = '', flagText = '', iface = ''] = line.trim().split(/\s+/);
    const number = (hex: string): string => String(Number.parseInt(hex, 16) | 0);
    const destination = `${readIpv6(fromHex(dst), 0)}/${Number.parseInt(length, 16)}`;
    const flags = letters(Number.parseInt(flagText, 16), INET6_FLAGS);
    out += `${destination.padEnd(43)} ${readIpv6(fromHex(hop), 0).padEnd(39)} ${flags.padEnd(5)} ${number(metric).padEnd(6)} `;
    out += `${number(ref).padEnd(2)} ${number(use).padStart(7)} ${iface.padEnd(8)}\n`;
  }
  return out;
}
