// Neighbour discovery for IPv6: RFC 4861; the RDNSS and DNSSL options RFC 8106, route information RFC 4191.
// All offsets are from the start of the ICMPv6 message.

import { formatIpv6Bytes, type Ipv6, ipv6Bytes, type Mac, readIpv6, readMac, writeIpv6, writeMac } from '../base/address.ts';
import { concat, setU16, setU32, u16, u32 } from '../base/bytes.ts';
import {
  encodeIcmpv6,
  icmpv6Type,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from './icmpv6.ts';

/** The target address of a solicitation, an advertisement or a redirect. */
export const ND_TARGET = 8;
/** The destination address of a redirect. */
export const ND_REDIRECT_DST = 24;

// Where the options begin.
export const ND_RS_HLEN = 8;
export const ND_RA_HLEN = 16;
export const ND_NS_HLEN = 24;
export const ND_NA_HLEN = 24;
export const ND_REDIRECT_HLEN = 40;

// Flags of a neighbour advertisement, in the byte at 4.
export const NA_ROUTER = 0x80;
export const NA_SOLICITED = 0x40;
export const NA_OVERRIDE = 0x20;

// Flags of a router advertisement, in the byte at 5.
export const RA_MANAGED = 0x80;
export const RA_OTHER = 0x40;
export const RA_PREFERENCE = 0x18;

// Flags of a prefix information option.
export const PREFIX_ONLINK = 0x80;
export const PREFIX_AUTO = 0x40;

// Option types.
export const ND_OPT_SOURCE_LL_ADDR = 1;
export const ND_OPT_TARGET_LL_ADDR = 2;
export const ND_OPT_PREFIX_INFO = 3;
export const ND_OPT_REDIRECT_HDR = 4;
export const ND_OPT_MTU = 5;
export const ND_OPT_ROUTE_INFO = 24;
export const ND_OPT_RDNSS = 25;
export const ND_OPT_DNSSL = 31;

/** The hop limit every neighbour discovery packet must have: it was not forwarded. */
export const ND_HOP_LIMIT = 255;

/** A neighbour discovery option. Lifetimes are in seconds, 0xffffffff for ever. */
export type NdOption =
  | { type: typeof ND_OPT_SOURCE_LL_ADDR | typeof ND_OPT_TARGET_LL_ADDR; mac: Mac }
  | {
      type: typeof ND_OPT_PREFIX_INFO;
      prefix: Ipv6;
      prefixLength: number;
      flags: number;
      validLifetime: number;
      preferredLifetime: number;
    }
  | { type: typeof ND_OPT_REDIRECT_HDR; packet: Uint8Array }
  | { type: typeof ND_OPT_MTU; mtu: number }
  | { type: typeof ND_OPT_RDNSS; lifetime: number; servers: Ipv6[] }
  | { type: typeof ND_OPT_ROUTE_INFO; prefix: Ipv6; prefixLength: number; preference: number; lifetime: number }
  /** Any other: the bytes after the length byte. */
  | { type: 'other'; code: number; data: Uint8Array };

/** A neighbour discovery message as a plain object. */
export type NdMessage =
  | { type: typeof NDISC_ROUTER_SOLICITATION; options: NdOption[] }
  | {
      type: typeof NDISC_ROUTER_ADVERTISEMENT;
      hopLimit: number;
      flags: number;
      /** Seconds; 0: no default router. */
      routerLifetime: number;
      reachableMs: number;
      retransMs: number;
      options: NdOption[];
    }
  | { type: typeof NDISC_NEIGHBOUR_SOLICITATION; target: Ipv6; options: NdOption[] }
  | { type: typeof NDISC_NEIGHBOUR_ADVERTISEMENT; flags: number; target: Ipv6; options: NdOption[] }
  | { type: typeof NDISC_REDIRECT; target: Ipv6; dst: Ipv6; options: NdOption[] };

/** Where a message's options begin, or -1 for a type that is not neighbour discovery. */
export function ndOptionsOffset(type: number): number {
  switch (type) {
    case NDISC_ROUTER_SOLICITATION:
      return ND_RS_HLEN;
    case NDISC_ROUTER_ADVERTISEMENT:
      return ND_RA_HLEN;
    case NDISC_NEIGHBOUR_SOLICITATION:
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
      return ND_NS_HLEN;
    case NDISC_REDIRECT:
      return ND_REDIRECT_HLEN;
    default:
      return -1;
  }
}

/**
 * Why the `length` bytes at `o` are no neighbour discovery message, or undefined when they are (RFC 4861, 6.1, 7.1,
 * 8.1). The checksum, the code and the hop limit are the caller's to test.
 */
export function checkNd(b: Uint8Array, o: number, length: number): string | undefined {
  const options = ndOptionsOffset(icmpv6Type(b, o));
  if (options < 0) return 'not a neighbour discovery message';
  if (length < options || o + length > b.length) return 'neighbour discovery message truncated';
  for (let i = o + options; i < o + length; ) {
    const size = (b[i + 1] as number) * 8;
    if (i + 1 >= o + length || size === 0) return 'neighbour discovery option of length 0';
    if (i + size > o + length) return 'neighbour discovery option truncated';
    i += size;
  }
  return undefined;
}

/** The target of a solicitation or an advertisement. */
export function ndTarget(b: Uint8Array, o: number): Ipv6 {
  return readIpv6(b, o + ND_TARGET);
}

/** The flags byte of a neighbour advertisement. */
export function naFlags(b: Uint8Array, o: number): number {
  return b[o + 4] as number;
}

/** Where the first option of a type begins in the checked message at `o`, or -1. */
export function ndFindOption(b: Uint8Array, o: number, length: number, type: number): number {
  const first = ndOptionsOffset(icmpv6Type(b, o));
  if (first < 0) return -1;
  const end = Math.min(o + length, b.length);
  for (let i = o + first; i + 8 <= end; ) {
    const size = (b[i + 1] as number) * 8;
    if (size === 0 || i + size > end) return -1;
    if (b[i] === type) return i;
    i += size;
  }
  return -1;
}

/** The MAC address in the link-layer address option of the given type, or -1 when there is none. */
export function ndLinkAddress(b: Uint8Array, o: number, length: number, type: number): Mac {
  const at = ndFindOption(b, o, length, type);
  return at < 0 ? -1 : readMac(b, at + 2);
}

/** The message's bytes, its checksum computed for a packet from `src` to `dst`. */
export function encodeNd(m: NdMessage, src: Ipv6, dst: Ipv6): Uint8Array {
  const options = concat(...m.options.map(encodeNdOption));
  let rest = 0;
  let body = new Uint8Array(0);
  switch (m.type) {
    case NDISC_ROUTER_SOLICITATION:
      break;
    case NDISC_ROUTER_ADVERTISEMENT:
      rest = (m.hopLimit << 24) | (m.flags << 16) | m.routerLifetime;
      body = new Uint8Array(8);
      setU32(body, 0, m.reachableMs);
      setU32(body, 4, m.retransMs);
      break;
    case NDISC_NEIGHBOUR_SOLICITATION:
      body = ipv6Bytes(m.target).slice();
      break;
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
      rest = m.flags << 24;
      body = ipv6Bytes(m.target).slice();
      break;
    case NDISC_REDIRECT:
      body = new Uint8Array(32);
      writeIpv6(body, 0, m.target);
      writeIpv6(body, 16, m.dst);
      break;
  }
  return encodeIcmpv6({ type: m.type, code: 0, rest: rest >>> 0, payload: concat(body, options) }, src, dst);
}

/** The message in `length` bytes at `o`; undefined where {@link checkNd} objects. */
export function decodeNd(b: Uint8Array, o = 0, length = b.length - o): NdMessage | undefined {
  if (checkNd(b, o, length) !== undefined) return undefined;
  const type = icmpv6Type(b, o);
  const options = decodeNdOptions(b, o + ndOptionsOffset(type), o + length);
  switch (type) {
    case NDISC_ROUTER_SOLICITATION:
      return { type, options };
    case NDISC_ROUTER_ADVERTISEMENT:
      return {
        type,
        hopLimit: b[o + 4] as number,
        flags: b[o + 5] as number,
        routerLifetime: u16(b, o + 6),
        reachableMs: u32(b, o + 8),
        retransMs: u32(b, o + 12),
        options,
      };
    case NDISC_NEIGHBOUR_SOLICITATION:
      return { type, target: ndTarget(b, o), options };
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
      return { type, flags: naFlags(b, o), target: ndTarget(b, o), options };
    case NDISC_REDIRECT:
      return { type, target: ndTarget(b, o), dst: readIpv6(b, o + ND_REDIRECT_DST), options };
    default:
      return undefined;
  }
}

/** The options in [start, end) of a checked message. */
export function decodeNdOptions(b: Uint8Array, start: number, end: number): NdOption[] {
  const out: NdOption[] = [];
  for (let i = start; i + 8 <= end; ) {
    const size = (b[i + 1] as number) * 8;
    if (size === 0 || i + size > end) break;
    out.push(decodeNdOption(b, i, size));
    i += size;
  }
  return out;
}

function decodeNdOption(b: Uint8Array, o: number, size: number): NdOption {
  const type = b[o] as number;
  if ((type === ND_OPT_SOURCE_LL_ADDR || type === ND_OPT_TARGET_LL_ADDR) && size === 8) return { type, mac: readMac(b, o + 2) };
  if (type === ND_OPT_MTU && size === 8) return { type, mtu: u32(b, o + 4) };
  if (type === ND_OPT_REDIRECT_HDR) return { type, packet: b.subarray(o + 8, o + size) };
  if (type === ND_OPT_PREFIX_INFO && size === 32) {
    return {
      type,
      prefix: readIpv6(b, o + 16),
      prefixLength: b[o + 2] as number,
      flags: b[o + 3] as number,
      validLifetime: u32(b, o + 4),
      preferredLifetime: u32(b, o + 8),
    };
  }
  if (type === ND_OPT_RDNSS && size >= 24 && size % 16 === 8) {
    const servers: Ipv6[] = [];
    for (let i = o + 8; i < o + size; i += 16) servers.push(readIpv6(b, i));
    return { type, lifetime: u32(b, o + 4), servers };
  }
  if (type === ND_OPT_ROUTE_INFO && size <= 24) {
    const prefix = new Uint8Array(16);
    prefix.set(b.subarray(o + 8, o + size));
    return {
      type,
      prefix: formatIpv6Bytes(prefix, 0),
      prefixLength: b[o + 2] as number,
      preference: (b[o + 3] as number) & RA_PREFERENCE,
      lifetime: u32(b, o + 4),
    };
  }
  return { type: 'other', code: type, data: b.subarray(o + 2, o + size) };
}

function encodeNdOption(option: NdOption): Uint8Array {
  if (option.type === 'other') {
    const out = sizedOption(option.code, 2 + option.data.length);
    out.set(option.data, 2);
    return out;
  }
  switch (option.type) {
    case ND_OPT_SOURCE_LL_ADDR:
    case ND_OPT_TARGET_LL_ADDR: {
      const out = sizedOption(option.type, 8);
      writeMac(out, 2, option.mac);
      return out;
    }
    case ND_OPT_PREFIX_INFO: {
      const out = sizedOption(option.type, 32);
      out[2] = option.prefixLength;
      out[3] = option.flags;
      setU32(out, 4, option.validLifetime);
      setU32(out, 8, option.preferredLifetime);
      writeIpv6(out, 16, option.prefix);
      return out;
    }
    case ND_OPT_REDIRECT_HDR: {
      const out = sizedOption(option.type, 8 + option.packet.length);
      out.set(option.packet, 8);
      return out;
    }
    case ND_OPT_MTU: {
      const out = sizedOption(option.type, 8);
      setU32(out, 4, option.mtu);
      return out;
    }
    case ND_OPT_RDNSS: {
      const out = sizedOption(option.type, 8 + 16 * option.servers.length);
      setU32(out, 4, option.lifetime);
      for (const [i, server] of option.servers.entries()) writeIpv6(out, 8 + 16 * i, server);
      return out;
    }
    case ND_OPT_ROUTE_INFO: {
      const words = Math.ceil(option.prefixLength / 64);
      const out = sizedOption(option.type, 8 + 8 * words);
      out[2] = option.prefixLength;
      out[3] = option.preference;
      setU32(out, 4, option.lifetime);
      out.set(ipv6Bytes(option.prefix).subarray(0, 8 * words), 8);
      return out;
    }
  }
}

/** An option's bytes, rounded up to a multiple of 8, with type and length filled in. */
function sizedOption(type: number, size: number): Uint8Array {
  const out = new Uint8Array((size + 7) & ~7);
  setU16(out, 0, (type << 8) | (out.length / 8));
  return out;
}
