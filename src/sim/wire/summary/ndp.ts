// The neighbour discovery part of tcpdump's print-icmp6.c.

import { readIpv6, readMac } from '../../base/address.ts';
import { hex, u16, u32 } from '../../base/bytes.ts';
import { readDnsName } from '../dns.ts';
import { NDISC_NEIGHBOUR_ADVERTISEMENT, NDISC_NEIGHBOUR_SOLICITATION, NDISC_REDIRECT, NDISC_ROUTER_ADVERTISEMENT } from '../icmpv6.ts';
import {
  decodeNdOptions,
  NA_OVERRIDE,
  NA_ROUTER,
  NA_SOLICITED,
  ND_OPT_DNSSL,
  ND_OPT_MTU,
  ND_OPT_PREFIX_INFO,
  ND_OPT_RDNSS,
  ND_OPT_REDIRECT_HDR,
  ND_OPT_ROUTE_INFO,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  ND_REDIRECT_DST,
  ND_TARGET,
  ndOptionsOffset,
  PREFIX_AUTO,
  PREFIX_ONLINK,
  RA_MANAGED,
  RA_OTHER,
} from '../ndp.ts';
import { bitNames, type Printer } from './printer.ts';

const NA_FLAG_NAMES = [
  [NA_ROUTER, 'router'],
  [NA_SOLICITED, 'solicited'],
  [NA_OVERRIDE, 'override'],
] as const;

const RA_FLAG_NAMES = [
  [RA_MANAGED, 'managed'],
  [RA_OTHER, 'other stateful'],
  [0x20, 'home agent'],
] as const;

const PREFIX_FLAG_NAMES = [
  [PREFIX_ONLINK, 'onlink'],
  [PREFIX_AUTO, 'auto'],
  [0x20, 'router'],
] as const;

/** By the two bits of RFC 4191: medium, high, reserved, low. */
const PREFERENCES = ['medium', 'high', 'rsv', 'low'] as const;

const OPTION_NAMES = new Map([
  [ND_OPT_SOURCE_LL_ADDR, 'source link-address'],
  [ND_OPT_TARGET_LL_ADDR, 'destination link-address'],
  [ND_OPT_PREFIX_INFO, 'prefix info'],
  [ND_OPT_REDIRECT_HDR, 'redirected header'],
  [ND_OPT_MTU, 'mtu'],
  [ND_OPT_RDNSS, 'rdnss'],
  [ND_OPT_DNSSL, 'dnssl'],
  [7, 'advertisement interval'],
  [8, 'homeagent information'],
  [ND_OPT_ROUTE_INFO, 'route info'],
]);

/** The body of a neighbour discovery message; true where the caller prints the length after it. */
export function printNd(p: Printer, o: number, length: number, type: number): boolean {
  const options = ndOptionsOffset(type);
  if (!p.has(o, options)) {
    p.truncated('icmp6');
    return true;
  }
  if (p.verbose > 0) p.put(`, length ${length}`);
  const target = (): string => p.ipv6(readIpv6(p.b, o + ND_TARGET));
  switch (type) {
    case NDISC_ROUTER_ADVERTISEMENT:
      if (p.verbose > 0) printRouterAdvertisement(p, o);
      break;
    case NDISC_NEIGHBOUR_SOLICITATION:
      p.put(`, who has ${target()}`);
      break;
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
      p.put(`, tgt is ${target()}`);
      if (p.verbose > 0) p.put(`, Flags [${bitNames(p.b[o + 4] as number, NA_FLAG_NAMES)}]`);
      break;
    case NDISC_REDIRECT:
      p.put(`, ${p.ipv6(readIpv6(p.b, o + ND_REDIRECT_DST))} to ${target()}`);
      break;
  }
  if (p.verbose > 0) printOptions(p, o + options, o + length);
  return true;
}

function printRouterAdvertisement(p: Printer, o: number): void {
  const flags = p.b[o + 5] as number;
  p.put(`\n\thop limit ${p.b[o + 4]}, Flags [${bitNames(flags, RA_FLAG_NAMES)}], pref ${PREFERENCES[(flags >> 3) & 3]}`);
  p.put(`, router lifetime ${u16(p.b, o + 6)}s, reachable time ${u32(p.b, o + 8)}ms, retrans timer ${u32(p.b, o + 12)}ms`);
}

/** icmp6_opt_print(). */
function printOptions(p: Printer, start: number, end: number): void {
  for (let o = start; o < end; ) {
    const size = p.has(o, 2) ? (p.b[o + 1] as number) * 8 : 0;
    if (size === 0 || o + size > end || !p.has(o, size)) {
      p.truncated('icmp6');
      return;
    }
    const type = p.b[o] as number;
    p.put(`\n\t  ${OPTION_NAMES.get(type) ?? 'unknown'} option (${type}), length ${size} (${size / 8}): `);
    const known = printOption(p, start, o, size, type);
    if (p.verbose > 1) p.hexDump('\n\t    ', o + 2, size - 2);
    else if (!known) p.hexDump('\n\t  ', o + 2, size - 2);
    o += size;
  }
}

function printOption(p: Printer, first: number, o: number, size: number, type: number): boolean {
  switch (type) {
    case ND_OPT_SOURCE_LL_ADDR:
    case ND_OPT_TARGET_LL_ADDR:
      p.put(size === 8 ? p.mac(readMac(p.b, o + 2)) : (hex(p.b.subarray(o + 2, o + size)).match(/../g) ?? []).join(':'));
      return true;
    case ND_OPT_REDIRECT_HDR:
      // tcpdump dumps as many bytes, but from the first option on.
      p.hexDump('\n\t    ', first, size);
      return true;
    case ND_OPT_MTU:
      p.put(` ${u32(p.b, o + 4)}${size === 8 ? '' : `, bad option length ${size / 8}`}`);
      return true;
    case ND_OPT_DNSSL:
      p.put(` lifetime ${lifetime(u32(p.b, o + 4))}, domain(s):`);
      for (let at = o + 8; at < o + size && p.b[at] !== 0; ) {
        const name = readDnsName(p.b, o + 8, at);
        if (name === undefined) break;
        p.put(` ${name.name}.`);
        at = name.next;
      }
      return true;
  }
  const option = decodeNdOptions(p.b, o, o + size)[0];
  switch (option?.type) {
    case ND_OPT_PREFIX_INFO:
      p.put(`${p.ipv6(option.prefix)}/${option.prefixLength}, Flags [${bitNames(option.flags, PREFIX_FLAG_NAMES)}]`);
      p.put(`, valid time ${lifetime(option.validLifetime)}, pref. time ${lifetime(option.preferredLifetime)}`);
      return true;
    case ND_OPT_RDNSS:
      p.put(` lifetime ${lifetime(option.lifetime)},`);
      for (const server of option.servers) p.put(` addr: ${p.ipv6(server)}`);
      return true;
    case ND_OPT_ROUTE_INFO:
      p.put(` ${p.ipv6(option.prefix)}/${option.prefixLength}, pref=${PREFERENCES[option.preference >> 3]}`);
      p.put(`, lifetime=${lifetime(option.lifetime)}`);
      return true;
    default:
      return false;
  }
}

function lifetime(seconds: number): string {
  return seconds === 0xffffffff ? 'infinity' : `${seconds}s`;
}
