// The Internet checksum: RFC 1071, updated in place as RFC 1624 says.

import { type Ipv4, type Ipv6, ipv6Bytes } from './address.ts';

/**
 * Adds the 16-bit words of `length` bytes at `start` to `initial`, without folding: sums of parts may be added up
 * as long as every part but the last has an even length. An odd last byte counts as the high half of a word.
 */
export function partialSum(b: Uint8Array, start: number, length: number, initial = 0): number {
  let sum = initial;
  const end = start + length;
  let i = start;
  for (const last = end - 1; i < last; i += 2) sum += ((b[i] as number) << 8) | (b[i + 1] as number);
  if (i < end) sum += (b[i] as number) << 8;
  return sum;
}

/** Folds a partial sum to 16 bits and complements it: the value of a checksum field. */
export function finishSum(sum: number): number {
  let folded = sum > 0xffffffff ? (sum % 0x100000000) + Math.floor(sum / 0x100000000) : sum;
  folded = (folded & 0xffff) + (folded >>> 16);
  folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

/**
 * The checksum over `length` bytes at `start`, with `initial` (a pseudo-header's sum) added. Over data that carries
 * its own checksum the answer is 0 when it is right.
 */
export function checksum(b: Uint8Array, start: number, length: number, initial = 0): number {
  return finishSum(partialSum(b, start, length, initial));
}

/** The sum of the IPv4 pseudo-header of TCP and UDP (RFC 793, RFC 768). `length` is the segment's. */
export function pseudoHeaderV4(src: Ipv4, dst: Ipv4, protocol: number, length: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length;
}

/** The sum of the IPv6 pseudo-header (RFC 8200, 8.1). `length` is the upper-layer packet's. */
export function pseudoHeaderV6(src: Ipv6, dst: Ipv6, nextHeader: number, length: number): number {
  return partialSum(ipv6Bytes(src), 0, 16, partialSum(ipv6Bytes(dst), 0, 16)) + (length >>> 16) + (length & 0xffff) + nextHeader;
}

/** As {@link pseudoHeaderV6}, with both addresses read from the IPv6 header at `ip` in `b`. */
export function pseudoHeaderV6At(b: Uint8Array, ip: number, nextHeader: number, length: number): number {
  return partialSum(b, ip + 8, 32) + (length >>> 16) + (length & 0xffff) + nextHeader;
}

/** A checksum field after a 16-bit word it covers changed from `before` to `after` (RFC 1624, equation 3). */
export function updateChecksum16(sum: number, before: number, after: number): number {
  let s = (~sum & 0xffff) + (~before & 0xffff) + (after & 0xffff);
  s = (s & 0xffff) + (s >>> 16);
  s = (s & 0xffff) + (s >>> 16);
  return ~s & 0xffff;
}

/** A checksum field after a 32-bit field it covers (such as an IPv4 address) changed. */
export function updateChecksum32(sum: number, before: number, after: number): number {
  let s = (~sum & 0xffff) + (~before & 0xffff) + (~before >>> 16) + (after & 0xffff) + (after >>> 16);
  s = (s & 0xffff) + (s >>> 16);
  s = (s & 0xffff) + (s >>> 16);
  return ~s & 0xffff;
}
