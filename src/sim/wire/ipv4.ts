// IPv4: RFC 791, with the DS and ECN fields of RFC 2474 and RFC 3168.

import type { Ipv4 } from '../base/address.ts';
import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { checksum, updateChecksum16 } from '../base/checksum.ts';

// Offsets from the start of the header.
export const IPV4_VERSION_IHL = 0;
export const IPV4_TOS = 1;
export const IPV4_TOTAL_LENGTH = 2;
export const IPV4_ID = 4;
export const IPV4_FLAGS_OFFSET = 6;
export const IPV4_TTL = 8;
export const IPV4_PROTOCOL = 9;
export const IPV4_CHECKSUM = 10;
export const IPV4_SRC = 12;
export const IPV4_DST = 16;
/** Length of a header without options. */
export const IPV4_HLEN = 20;

// Bits of the flags and fragment offset word.
export const IP_RESERVED_FLAG = 0x8000;
export const IP_DF = 0x4000;
export const IP_MF = 0x2000;
export const IP_OFFSET = 0x1fff;

// Option types (RFC 791, 3.1; RFC 2113).
export const IPOPT_END = 0;
export const IPOPT_NOP = 1;
export const IPOPT_RR = 7;
export const IPOPT_TIMESTAMP = 68;
export const IPOPT_LSRR = 131;
export const IPOPT_SSRR = 137;
export const IPOPT_RA = 148;

/** An IPv4 packet as a plain object. */
export interface Ipv4Packet {
  tos: number;
  id: number;
  dontFragment: boolean;
  moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  fragmentOffset: number;
  ttl: number;
  protocol: number;
  src: Ipv4;
  dst: Ipv4;
  /** The options' bytes, padded to a multiple of 4, at most 40. */
  options: Uint8Array;
  payload: Uint8Array;
}

/** One option: its type and the bytes after its length byte. */
export interface Ipv4Option {
  type: number;
  data: Uint8Array;
}

/**
 * Why the kernel would take the bytes at `o` for a malformed packet, or undefined when it would not: the tests of
 * ip_rcv_core() (net/ipv4/ip_input.c), the checksum last.
 */
export function checkIpv4(b: Uint8Array, o = 0): string | undefined {
  if (b.length - o < IPV4_HLEN) return 'IPv4 header truncated';
  if (ipv4Version(b, o) !== 4) return 'IP version is not 4';
  const header = ipv4HeaderLength(b, o);
  if (header < IPV4_HLEN) return 'IPv4 header length below 20';
  if (b.length - o < header) return 'IPv4 options truncated';
  const total = ipv4TotalLength(b, o);
  if (total < header) return 'IPv4 total length below the header length';
  if (b.length - o < total) return 'IPv4 packet truncated';
  if (checksum(b, o, header) !== 0) return 'IPv4 header checksum is wrong';
  return undefined;
}

export function ipv4Version(b: Uint8Array, o: number): number {
  return (b[o] as number) >> 4;
}

/** In bytes: 20 to 60. */
export function ipv4HeaderLength(b: Uint8Array, o: number): number {
  return ((b[o] as number) & 0x0f) * 4;
}

export function ipv4Tos(b: Uint8Array, o: number): number {
  return b[o + IPV4_TOS] as number;
}

export function ipv4TotalLength(b: Uint8Array, o: number): number {
  return u16(b, o + IPV4_TOTAL_LENGTH);
}

export function ipv4Id(b: Uint8Array, o: number): number {
  return u16(b, o + IPV4_ID);
}

export function ipv4DontFragment(b: Uint8Array, o: number): boolean {
  return (u16(b, o + IPV4_FLAGS_OFFSET) & IP_DF) !== 0;
}

export function ipv4MoreFragments(b: Uint8Array, o: number): boolean {
  return (u16(b, o + IPV4_FLAGS_OFFSET) & IP_MF) !== 0;
}

/** In bytes. */
export function ipv4FragmentOffset(b: Uint8Array, o: number): number {
  return (u16(b, o + IPV4_FLAGS_OFFSET) & IP_OFFSET) * 8;
}

/** Whether the packet is one fragment of a larger one. */
export function ipv4IsFragment(b: Uint8Array, o: number): boolean {
  return (u16(b, o + IPV4_FLAGS_OFFSET) & (IP_MF | IP_OFFSET)) !== 0;
}

export function ipv4Ttl(b: Uint8Array, o: number): number {
  return b[o + IPV4_TTL] as number;
}

export function ipv4Protocol(b: Uint8Array, o: number): number {
  return b[o + IPV4_PROTOCOL] as number;
}

export function ipv4Src(b: Uint8Array, o: number): Ipv4 {
  return u32(b, o + IPV4_SRC);
}

export function ipv4Dst(b: Uint8Array, o: number): Ipv4 {
  return u32(b, o + IPV4_DST);
}

/** Takes one hop off the TTL and keeps the header checksum right (RFC 1624), as ip_decrease_ttl() does. */
export function ipv4DecrementTtl(b: Uint8Array, o: number): void {
  const before = u16(b, o + IPV4_TTL);
  const after = (before - 0x100) & 0xffff;
  setU16(b, o + IPV4_TTL, after);
  setU16(b, o + IPV4_CHECKSUM, updateChecksum16(u16(b, o + IPV4_CHECKSUM), before, after));
}

/** Computes the header checksum anew and writes it: ip_send_check(). */
export function ipv4SetChecksum(b: Uint8Array, o: number): void {
  setU16(b, o + IPV4_CHECKSUM, 0);
  setU16(b, o + IPV4_CHECKSUM, checksum(b, o, ipv4HeaderLength(b, o)));
}

/**
 * Writes a header at `o` and its checksum. `flagsOffset` is the flags and fragment offset word. Options, if any, are
 * already in place after the first 20 bytes and `headerLength` counts them.
 */
export function writeIpv4(
  b: Uint8Array,
  o: number,
  totalLength: number,
  id: number,
  flagsOffset: number,
  ttl: number,
  protocol: number,
  src: Ipv4,
  dst: Ipv4,
  tos = 0,
  headerLength = IPV4_HLEN,
): void {
  b[o] = 0x40 | (headerLength >> 2);
  b[o + IPV4_TOS] = tos;
  setU16(b, o + IPV4_TOTAL_LENGTH, totalLength);
  setU16(b, o + IPV4_ID, id);
  setU16(b, o + IPV4_FLAGS_OFFSET, flagsOffset);
  b[o + IPV4_TTL] = ttl;
  b[o + IPV4_PROTOCOL] = protocol;
  setU32(b, o + IPV4_SRC, src);
  setU32(b, o + IPV4_DST, dst);
  ipv4SetChecksum(b, o);
}

/** The options between the fixed header and the payload; stops at the end option or where the list is malformed. */
export function ipv4Options(b: Uint8Array, o: number): Ipv4Option[] {
  const out: Ipv4Option[] = [];
  const end = Math.min(o + ipv4HeaderLength(b, o), b.length);
  let i = o + IPV4_HLEN;
  while (i < end) {
    const type = b[i] as number;
    if (type === IPOPT_END) break;
    if (type === IPOPT_NOP) {
      out.push({ type, data: b.subarray(i, i) });
      i++;
      continue;
    }
    const length = i + 1 < end ? (b[i + 1] as number) : 0;
    if (length < 2 || i + length > end) break;
    out.push({ type, data: b.subarray(i + 2, i + length) });
    i += length;
  }
  return out;
}

export function encodeIpv4(p: Ipv4Packet): Uint8Array {
  const padded = (p.options.length + 3) & ~3;
  const header = IPV4_HLEN + padded;
  const out = new Uint8Array(header + p.payload.length);
  out.set(p.options, IPV4_HLEN);
  out.set(p.payload, header);
  const flags = (p.dontFragment ? IP_DF : 0) | (p.moreFragments ? IP_MF : 0) | (p.fragmentOffset >> 3);
  writeIpv4(out, 0, out.length, p.id, flags, p.ttl, p.protocol, p.src, p.dst, p.tos, header);
  return out;
}

/** The packet as an object, options and payload views of `b`; undefined where {@link checkIpv4} objects. */
export function decodeIpv4(b: Uint8Array, o = 0): Ipv4Packet | undefined {
  if (checkIpv4(b, o) !== undefined) return undefined;
  const header = ipv4HeaderLength(b, o);
  return {
    tos: ipv4Tos(b, o),
    id: ipv4Id(b, o),
    dontFragment: ipv4DontFragment(b, o),
    moreFragments: ipv4MoreFragments(b, o),
    fragmentOffset: ipv4FragmentOffset(b, o),
    ttl: ipv4Ttl(b, o),
    protocol: ipv4Protocol(b, o),
    src: ipv4Src(b, o),
    dst: ipv4Dst(b, o),
    options: b.subarray(o + IPV4_HLEN, o + header),
    payload: b.subarray(o + header, o + ipv4TotalLength(b, o)),
  };
}
