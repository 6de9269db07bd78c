// UDP: RFC 768; over IPv6 RFC 8200, 8.1.

import { setU16, u16 } from '../base/bytes.ts';
import { checksum } from '../base/checksum.ts';

// Offsets from the start of the header.
export const UDP_SRC_PORT = 0;
export const UDP_DST_PORT = 2;
export const UDP_LENGTH = 4;
export const UDP_CHECKSUM = 6;
export const UDP_HLEN = 8;

/** A datagram as a plain object. */
export interface UdpDatagram {
  srcPort: number;
  dstPort: number;
  payload: Uint8Array;
}

/**
 * Why `length` bytes at `o` are no UDP datagram, or undefined when they are. `pseudo` is the pseudo-header's sum
 * (base/checksum.ts); a checksum of 0 was never computed and is not tested.
 */
export function checkUdp(b: Uint8Array, o: number, length: number, pseudo?: number): string | undefined {
  if (length < UDP_HLEN || o + length > b.length) return 'UDP header truncated';
  const declared = udpLength(b, o);
  if (declared < UDP_HLEN || declared > length) return 'UDP length is wrong';
  if (pseudo !== undefined && udpChecksum(b, o) !== 0 && checksum(b, o, declared, pseudo) !== 0) return 'UDP checksum is wrong';
  return undefined;
}

export function udpSrcPort(b: Uint8Array, o: number): number {
  return u16(b, o + UDP_SRC_PORT);
}

export function udpDstPort(b: Uint8Array, o: number): number {
  return u16(b, o + UDP_DST_PORT);
}

/** Of header and payload. */
export function udpLength(b: Uint8Array, o: number): number {
  return u16(b, o + UDP_LENGTH);
}

export function udpChecksum(b: Uint8Array, o: number): number {
  return u16(b, o + UDP_CHECKSUM);
}

/**
 * Writes the header of a datagram of `length` bytes (header counted) at `o`, whose payload is in place. `pseudo` is
 * the pseudo-header's sum; without it the checksum stays 0, "not computed", as VXLAN's outer header has it.
 */
export function writeUdp(b: Uint8Array, o: number, length: number, srcPort: number, dstPort: number, pseudo?: number): void {
  setU16(b, o + UDP_SRC_PORT, srcPort);
  setU16(b, o + UDP_DST_PORT, dstPort);
  setU16(b, o + UDP_LENGTH, length);
  setU16(b, o + UDP_CHECKSUM, 0);
  if (pseudo !== undefined) setU16(b, o + UDP_CHECKSUM, checksum(b, o, length, pseudo) || 0xffff);
}

export function encodeUdp(d: UdpDatagram, pseudo?: number): Uint8Array {
  const out = new Uint8Array(UDP_HLEN + d.payload.length);
  out.set(d.payload, UDP_HLEN);
  writeUdp(out, 0, out.length, d.srcPort, d.dstPort, pseudo);
  return out;
}

/** The datagram in `length` bytes at `o`, its payload a view of `b`; undefined where {@link checkUdp} objects. */
export function decodeUdp(b: Uint8Array, o = 0, length = b.length - o, pseudo?: number): UdpDatagram | undefined {
  if (checkUdp(b, o, length, pseudo) !== undefined) return undefined;
  return { srcPort: udpSrcPort(b, o), dstPort: udpDstPort(b, o), payload: b.subarray(o + UDP_HLEN, o + udpLength(b, o)) };
}
