// ICMP for IPv4: RFC 792; next-hop MTU of RFC 1191, codes of RFC 1812.

import type { Ipv4 } from '../base/address.ts';
import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { checksum } from '../base/checksum.ts';

// Offsets from the start of the message.
export const ICMP_TYPE = 0;
export const ICMP_CODE = 1;
export const ICMP_CHECKSUM = 2;
/** Echo's identifier and sequence number; for errors the word that depends on the type. */
export const ICMP_ECHO_ID = 4;
export const ICMP_ECHO_SEQUENCE = 6;
export const ICMP_NEXT_HOP_MTU = 6;
export const ICMP_GATEWAY = 4;
/** Length of the fixed header; an error's quoted packet, an echo's data follow. */
export const ICMP_HLEN = 8;

// Types (linux/icmp.h).
export const ICMP_ECHOREPLY = 0;
export const ICMP_DEST_UNREACH = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETERPROB = 12;
export const ICMP_TIMESTAMP = 13;
export const ICMP_TIMESTAMPREPLY = 14;

// Codes of ICMP_DEST_UNREACH.
export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;
export const ICMP_SR_FAILED = 5;
export const ICMP_NET_ANO = 9;
export const ICMP_HOST_ANO = 10;
export const ICMP_PKT_FILTERED = 13;

// Codes of ICMP_REDIRECT.
export const ICMP_REDIR_NET = 0;
export const ICMP_REDIR_HOST = 1;

// Codes of ICMP_TIME_EXCEEDED.
export const ICMP_EXC_TTL = 0;
export const ICMP_EXC_FRAGTIME = 1;

/** A message as a plain object. */
export interface IcmpMessage {
  type: number;
  code: number;
  /** The second 32-bit word: identifier and sequence number, next-hop MTU, gateway; what it means depends on the type. */
  rest: number;
  payload: Uint8Array;
}

/** Why `length` bytes at `o` are no ICMP message, or undefined when they are. */
export function checkIcmp(b: Uint8Array, o: number, length: number): string | undefined {
  if (length < ICMP_HLEN || o + length > b.length) return 'ICMP message truncated';
  if (checksum(b, o, length) !== 0) return 'ICMP checksum is wrong';
  return undefined;
}

export function icmpType(b: Uint8Array, o: number): number {
  return b[o] as number;
}

export function icmpCode(b: Uint8Array, o: number): number {
  return b[o + ICMP_CODE] as number;
}

export function icmpEchoId(b: Uint8Array, o: number): number {
  return u16(b, o + ICMP_ECHO_ID);
}

export function icmpEchoSequence(b: Uint8Array, o: number): number {
  return u16(b, o + ICMP_ECHO_SEQUENCE);
}

/** The MTU in a fragmentation-needed error; 0 from routers older than RFC 1191. */
export function icmpNextHopMtu(b: Uint8Array, o: number): number {
  return u16(b, o + ICMP_NEXT_HOP_MTU);
}

/** The better gateway in a redirect. */
export function icmpGateway(b: Uint8Array, o: number): Ipv4 {
  return u32(b, o + ICMP_GATEWAY);
}

/** Whether the type reports an error, so that no error may be sent about it (RFC 1122, 3.2.2). */
export function icmpIsError(type: number): boolean {
  return (
    type === ICMP_DEST_UNREACH ||
    type === ICMP_SOURCE_QUENCH ||
    type === ICMP_REDIRECT ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETERPROB
  );
}

/** Writes the header of a message of `length` bytes at `o`, whose payload is in place, with its checksum. */
export function writeIcmp(b: Uint8Array, o: number, length: number, type: number, code: number, rest: number): void {
  b[o] = type;
  b[o + ICMP_CODE] = code;
  setU16(b, o + ICMP_CHECKSUM, 0);
  setU32(b, o + 4, rest);
  setU16(b, o + ICMP_CHECKSUM, checksum(b, o, length));
}

export function encodeIcmp(m: IcmpMessage): Uint8Array {
  const out = new Uint8Array(ICMP_HLEN + m.payload.length);
  out.set(m.payload, ICMP_HLEN);
  writeIcmp(out, 0, out.length, m.type, m.code, m.rest);
  return out;
}

/** The message in `length` bytes at `o`; undefined where {@link checkIcmp} objects. */
export function decodeIcmp(b: Uint8Array, o = 0, length = b.length - o): IcmpMessage | undefined {
  if (checkIcmp(b, o, length) !== undefined) return undefined;
  return { type: icmpType(b, o), code: icmpCode(b, o), rest: u32(b, o + 4), payload: b.subarray(o + ICMP_HLEN, o + length) };
}
