// Group membership: IGMP version 1 (RFC 1112), 2 (RFC 2236) and 3 (RFC 3376). Offsets are from the start of the IGMP message.

import type { Ipv4 } from '../base/address.ts';
import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { checksum } from '../base/checksum.ts';
import { IPPROTO_IGMP } from './ip-protocol.ts';
import { IP_DF, IPOPT_RA, IPV4_HLEN, IPV4_VERSION_IHL, ipv4SetChecksum, writeIpv4 } from './ipv4.ts';

export const IGMP_QUERY = 0x11;
export const IGMP_V1_REPORT = 0x12;
export const IGMP_V2_REPORT = 0x16;
export const IGMP_V2_LEAVE = 0x17;
export const IGMP_V3_REPORT = 0x22;

/** In a query: within how many tenths of a second to answer. */
export const IGMP_CODE = 1;
const IGMP_CHECKSUM = 2;
export const IGMP_GROUP = 4;
/** Length of a message of version 1 or 2. */
export const IGMP_LEN = 8;
/** Robustness variable, in the low three bits, of a version 3 query. */
export const IGMP_V3_QRV = 8;
/** Number of sources in a version 3 query. */
export const IGMP_V3_SOURCE_COUNT = 10;
/** Length of a version 3 query without sources. */
export const IGMP_V3_QUERY_LEN = 12;
const IGMP_V3_RECORD_COUNT = 6;
const IGMP_V3_RECORDS = 8;
const RECORD_LEN = 8;

/** Where version 3 reports go. */
export const IGMP_V3_ALL_ROUTERS: Ipv4 = 0xe000_0016;
/** Every host is in this group, and nobody says so. */
export const IGMP_ALL_HOSTS: Ipv4 = 0xe000_0001;
/** Where version 2 leave messages go. */
export const IGMP_ALL_ROUTERS: Ipv4 = 0xe000_0002;

// Group record types of version 3.
export const IGMP_MODE_IS_EXCLUDE = 2;
export const IGMP_CHANGE_TO_INCLUDE = 3;
export const IGMP_CHANGE_TO_EXCLUDE = 4;

/** One group's part of a version 3 report, without sources. */
export interface IgmpRecord {
  type: number;
  group: Ipv4;
}

/** A message of version 1 or 2: a query, a report or a leave message. */
export function encodeIgmp(type: number, code: number, group: Ipv4): Uint8Array {
  const b = new Uint8Array(IGMP_LEN);
  b[0] = type;
  b[IGMP_CODE] = code;
  setU32(b, IGMP_GROUP, group);
  return withChecksum(b);
}

/** A version 3 query without sources. */
export function encodeIgmp3Query(code: number, group: Ipv4, robustness: number, intervalCode: number): Uint8Array {
  const b = new Uint8Array(IGMP_V3_QUERY_LEN);
  b[0] = IGMP_QUERY;
  b[IGMP_CODE] = code;
  setU32(b, IGMP_GROUP, group);
  b[IGMP_V3_QRV] = robustness;
  b[IGMP_V3_QRV + 1] = intervalCode;
  return withChecksum(b);
}

/** The router alert option (RFC 2113). */
const ROUTER_ALERT = [IPOPT_RA, 4, 0, 0] as const;
/** TOS of network control. */
const TOS_INTERNETCONTROL = 0xc0;
/** Length of the IPv4 header of IGMP's packets. */
export const IGMP_IPV4_HLEN = IPV4_HLEN + ROUTER_ALERT.length;

/** Writes a message with its IPv4 header, as version 3 wants it (RFC 3376, 4), at `o`. */
export function writeIgmpPacket(b: Uint8Array, o: number, message: Uint8Array, source: Ipv4, dst: Ipv4): void {
  writeIpv4(b, o, IGMP_IPV4_HLEN + message.length, 0, IP_DF, 1, IPPROTO_IGMP, source, dst, TOS_INTERNETCONTROL);
  b[o + IPV4_VERSION_IHL] = 0x40 | (IGMP_IPV4_HLEN / 4);
  b.set(ROUTER_ALERT, o + IPV4_HLEN);
  ipv4SetChecksum(b, o);
  b.set(message, o + IGMP_IPV4_HLEN);
}

/** A version 3 report. */
export function encodeIgmp3Report(records: readonly IgmpRecord[]): Uint8Array {
  const b = new Uint8Array(IGMP_V3_RECORDS + RECORD_LEN * records.length);
  b[0] = IGMP_V3_REPORT;
  setU16(b, IGMP_V3_RECORD_COUNT, records.length);
  for (const [i, record] of records.entries()) {
    const at = IGMP_V3_RECORDS + RECORD_LEN * i;
    b[at] = record.type;
    setU32(b, at + 4, record.group);
  }
  return withChecksum(b);
}

/** The records of the version 3 report in `length` bytes at `o`, as many as are whole. */
export function igmp3Records(b: Uint8Array, o: number, length: number): (IgmpRecord & { sources: number })[] {
  const records: (IgmpRecord & { sources: number })[] = [];
  let at = o + IGMP_V3_RECORDS;
  for (let left = u16(b, o + IGMP_V3_RECORD_COUNT); left > 0 && at + RECORD_LEN <= o + length; left--) {
    const sources = u16(b, at + 2);
    records.push({ type: b[at] as number, group: u32(b, at + 4), sources });
    at += RECORD_LEN + 4 * (sources + (b[at + 1] as number));
  }
  return records;
}

/** A time in a version 3 query, whose upper half is written with an exponent (RFC 3376, 4.1.1 and 4.1.7). */
export function igmp3Time(code: number): number {
  return code < 0x80 ? code : ((code & 0xf) | 0x10) << (((code >> 4) & 7) + 3);
}

function withChecksum(b: Uint8Array): Uint8Array {
  setU16(b, IGMP_CHECKSUM, checksum(b, 0, b.length));
  return b;
}
