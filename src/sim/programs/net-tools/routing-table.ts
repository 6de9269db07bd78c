// The kernel's routing tables as `route` and `netstat -r` print them (lib/inet_gr.c, lib/inet6_gr.c).

import { formatIpv4, type Ipv4, readIpv6 } from '../../base/address.ts';
import { fromHex } from '../../base/bytes.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { linesOfFile } from '../net-lib/hosts-file.ts';
import { procLines } from './resolve.ts';

/** Which columns: with metric and use, with MSS, window and round trip time, or all of them. */
export type RouteColumns = 'metric' | 'mss' | 'all';

const RTF_REJECT = 0x200;

const HEADERS: Readonly<Record<RouteColumns, string>> = {
  metric: 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface',
  mss: 'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface',
  all: 'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt',
};

/** rprint_fib() of IPv4: /proc/net/route. */
export function* inetTable(p: Process, columns: RouteColumns, numeric: boolean): Sys<string> {
  const lines = ['Kernel IP routing table', HEADERS[columns]];
  // Each address is looked up once.
  const names = new Map<Ipv4, string>();
  const nameOf = function* (address: Ipv4): Sys<string> {
    const known = names.get(address);
    if (known !== undefined) return known;
    const name = (yield* hostName(p, { family: 'inet', address })) ?? formatIpv4(address);
    names.set(address, name);
    return name;
  };
  for (const line of procLines(p, '/proc/net/route')) {
    const fields = line.trim().split(/\s+/);
    const [iface = '', dst = '', gw = '', flagText = '', ref = '', use = '', metric = '', mask = '', mss = '', window = '', rtt = ''] =
      fields;
    const flags = Number.parseInt(flagText, 16);
    const netmask = storedAddress(mask);
    const reject = (flags & RTF_REJECT) !== 0;
    const destination = numeric ? formatIpv4(storedAddress(dst)) : yield* networkName(p, storedAddress(dst), netmask, nameOf);
    const gateway = reject
      ? '-'
      : numeric
        ? formatIpv4(storedAddress(gw))
        : storedAddress(gw) === 0
          ? formatIpv4(0)
          : yield* nameOf(storedAddress(gw));
    let out = `${destination.padEnd(15)} ${gateway.padEnd(15)} ${formatIpv4(netmask).padEnd(15)} ${flagLetters(flags).padEnd(5)} `;
    const device = reject ? '-' : iface;
    const [refText, mssText, windowText, rttText] = reject ? ['-', '-', '-', '-'] : [ref, mss, window, rtt];
    if (columns === 'mss') out += `${mssText.padStart(5)} ${windowText.padEnd(5)} ${rttText.padStart(6)} ${device}`;
    else {
      out += `${metric.padEnd(6)} ${refText.padEnd(2)} ${use.padStart(7)} `;
      out += columns === 'all' ? `${device.slice(0, 8).padEnd(8)} ${mssText.padEnd(5)} ${windowText.padEnd(6)} ${rttText}` : device;
    }
    lines.push(out);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** An address as the little-endian number that /proc shows. */
export function storedAddress(hex: string): Ipv4 {
  const n = Number.parseInt(hex, 16);
  return (((n & 0xff) << 24) | ((n & 0xff00) << 8) | ((n >>> 8) & 0xff00) | (n >>> 24)) >>> 0;
}

function flagLetters(flags: number): string {
  if ((flags & RTF_REJECT) !== 0) return `!${(flags & 4) !== 0 ? 'H' : ''}`;
  return [
    [1, 'U'],
    [2, 'G'],
    [4, 'H'],
    [8, 'R'],
    [0x10, 'D'],
    [0x20, 'M'],
  ]
    .filter(([bit]) => (flags & (bit as number)) !== 0)
    .map(([, letter]) => letter)
    .join('');
}

function* networkName(p: Process, address: Ipv4, mask: Ipv4, nameOf: (address: Ipv4) => Sys<string>): Sys<string> {
  if (address === 0) return 'default';
  if (mask === 0xffffffff || (address & ~mask) !== 0) return yield* nameOf(address);
  return networkNames(p).get(address) ?? formatIpv4(address);
}

/** /etc/networks (networks(5)). */
export function networkNames(p: Process): Map<Ipv4, string> {
  const names = new Map<Ipv4, string>();
  for (const line of linesOfFile(p, '/etc/networks')) {
    const [name = '', number = ''] = line.split(/[ \t]+/);
    const parts = number.split('.').map(Number);
    const address = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (parts[i] ?? 0), 0);
    names.set(address, name);
  }
  return names;
}

const RTF6_BITS: readonly (readonly [number, string])[] = [
  [0x1, 'U'],
  [0x200, '!'],
  [0x2, 'G'],
  [0x4, 'H'],
  [0x8, 'R'],
  [0x10, 'D'],
  [0x20, 'M'],
  [0x10000, 'd'],
  [0x20000, 'a'],
  [0x40000, 'A'],
  [0x200000, 'n'],
  [0x400000, 'e'],
];

const RTF_CACHE = 0x1000000;

/** rprint_fib6(): /proc/net/ipv6_route without cached entries. */
export function inet6Table(p: Process, numeric: boolean): string {
  const lines = ['Kernel IPv6 routing table', 'Destination                    Next Hop                   Flag Met Ref  Use If'];
  for (const line of procLines(p, '/proc/net/ipv6_route', 0)) {
    const [dst = '', length = '', , , hop = '', metric = '', ref = '', use = '', flagText = '', iface = ''] = line.trim().split(/\s+/);
    const flags = Number.parseInt(flagText, 16);
    if ((flags & RTF_CACHE) !== 0) continue;
    // A reject route is not said to be up.
    const shown = (flags & RTF_REJECT) !== 0 ? RTF6_BITS.slice(1) : RTF6_BITS;
    const letters = shown.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
    const destination = `${address6(dst, numeric)}/${Number.parseInt(length, 16)}`;
    const met = Number.parseInt(metric, 16) | 0;
    const counts = `${String(Number.parseInt(ref, 16)).padEnd(3)} ${String(Number.parseInt(use, 16)).padStart(4)}`;
    lines.push(
      `${destination.padEnd(30)} ${address6(hop, numeric).padEnd(26)} ${letters.join('').padEnd(4)} ${String(met).padEnd(3)} ${counts} ${iface}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

function address6(hex: string, numeric: boolean): string {
  const text = readIpv6(fromHex(hex), 0);
  return text === '::' && !numeric ? '[::]' : text;
}
