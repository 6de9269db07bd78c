// ICMPv6: RFC 4443. Neighbour discovery is in ndp.ts, multicast listener discovery in mld.ts.

import type { Ipv6 } from '../base/address.ts';
import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { checksum, pseudoHeaderV6 } from '../base/checksum.ts';
import { IPPROTO_ICMPV6 } from './ip-protocol.ts';

// Offsets from the start of the message.
export const ICMPV6_TYPE = 0;
export const ICMPV6_CODE = 1;
export const ICMPV6_CHECKSUM = 2;
export const ICMPV6_ECHO_ID = 4;
export const ICMPV6_ECHO_SEQUENCE = 6;
/** The MTU of a packet-too-big error. */
export const ICMPV6_MTU = 4;
/** Length of the header all messages share with the word that depends on the type. */
export const ICMPV6_HLEN = 8;

// Types (linux/icmpv6.h).
export const ICMPV6_DEST_UNREACH = 1;
export const ICMPV6_PKT_TOOBIG = 2;
export const ICMPV6_TIME_EXCEED = 3;
export const ICMPV6_PARAMPROB = 4;
/** Types from here on inform; those below report errors. */
export const ICMPV6_INFOMSG_MASK = 0x80;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;
export const ICMPV6_MGM_QUERY = 130;
export const ICMPV6_MGM_REPORT = 131;
export const ICMPV6_MGM_REDUCTION = 132;
export const NDISC_ROUTER_SOLICITATION = 133;
export const NDISC_ROUTER_ADVERTISEMENT = 134;
export const NDISC_NEIGHBOUR_SOLICITATION = 135;
export const NDISC_NEIGHBOUR_ADVERTISEMENT = 136;
export const NDISC_REDIRECT = 137;
export const ICMPV6_MLD2_REPORT = 143;

// Codes of ICMPV6_DEST_UNREACH.
export const ICMPV6_NOROUTE = 0;
export const ICMPV6_ADM_PROHIBITED = 1;
export const ICMPV6_NOT_NEIGHBOUR = 2;
export const ICMPV6_ADDR_UNREACH = 3;
export const ICMPV6_PORT_UNREACH = 4;
export const ICMPV6_POLICY_FAIL = 5;
export const ICMPV6_REJECT_ROUTE = 6;

// Codes of ICMPV6_TIME_EXCEED.
export const ICMPV6_EXC_HOPLIMIT = 0;
export const ICMPV6_EXC_FRAGTIME = 1;

/** A message as a plain object. */
export interface Icmpv6Message {
  type: number;
  code: number;
  /** The second 32-bit word: identifier and sequence number, MTU, pointer, flags; what it means depends on the type. */
  rest: number;
  payload: Uint8Array;
}

/** Why `length` bytes at `o` are no ICMPv6 message, or undefined when they are. `pseudo` is the pseudo-header's sum. */
export function checkIcmpv6(b: Uint8Array, o: number, length: number, pseudo?: number): string | undefined {
  if (length < 4 || o + length > b.length) return 'ICMPv6 message truncated';
  if (pseudo !== undefined && checksum(b, o, length, pseudo) !== 0) return 'ICMPv6 checksum is wrong';
  if (length < ICMPV6_HLEN) return 'ICMPv6 message truncated';
  return undefined;
}

export function icmpv6Type(b: Uint8Array, o: number): number {
  return b[o] as number;
}

export function icmpv6Code(b: Uint8Array, o: number): number {
  return b[o + ICMPV6_CODE] as number;
}

export function icmpv6EchoId(b: Uint8Array, o: number): number {
  return u16(b, o + ICMPV6_ECHO_ID);
}

export function icmpv6EchoSequence(b: Uint8Array, o: number): number {
  return u16(b, o + ICMPV6_ECHO_SEQUENCE);
}

/** The MTU of a packet-too-big error. */
export function icmpv6Mtu(b: Uint8Array, o: number): number {
  return u32(b, o + ICMPV6_MTU);
}

/** Whether the type reports an error, so that no error may be sent about it. */
export function icmpv6IsError(type: number): boolean {
  return (type & ICMPV6_INFOMSG_MASK) === 0;
}

/** Writes the header of a message of `length` bytes at `o`, whose payload is in place, with its checksum. */
export function writeIcmpv6(b: Uint8Array, o: number, length: number, type: number, code: number, rest: number, pseudo: number): void {
  b[o] = type;
  b[o + ICMPV6_CODE] = code;
  setU16(b, o + ICMPV6_CHECKSUM, 0);
  setU32(b, o + 4, rest);
  setU16(b, o + ICMPV6_CHECKSUM, checksum(b, o, length, pseudo));
}

/** The message's bytes, its checksum computed for a packet from `src` to `dst`. */
export function encodeIcmpv6(m: Icmpv6Message, src: Ipv6, dst: Ipv6): Uint8Array {
  const out = new Uint8Array(ICMPV6_HLEN + m.payload.length);
  out.set(m.payload, ICMPV6_HLEN);
  const pseudo = pseudoHeaderV6(src, dst, IPPROTO_ICMPV6, out.length);
  writeIcmpv6(out, 0, out.length, m.type, m.code, m.rest, pseudo);
  return out;
}

/** The message in `length` bytes at `o`; undefined where {@link checkIcmpv6} objects. */
export function decodeIcmpv6(b: Uint8Array, o = 0, length = b.length - o, pseudo?: number): Icmpv6Message | undefined {
  if (checkIcmpv6(b, o, length, pseudo) !== undefined) return undefined;
  return {
    type: icmpv6Type(b, o),
    code: icmpv6Code(b, o),
    rest: u32(b, o + 4),
    payload: b.subarray(o + ICMPV6_HLEN, o + length),
  };
}
