// Multicast listener discovery: MLDv1 RFC 2710, MLDv2 RFC 3810. Offsets are from the start of the ICMPv6 message.

import { type Ipv6, readIpv6, writeIpv6 } from '../base/address.ts';
import { setU16, u16 } from '../base/bytes.ts';
import { encodeIcmpv6, ICMPV6_MGM_QUERY, ICMPV6_MLD2_REPORT } from './icmpv6.ts';

/** The maximum response code of a query (milliseconds in its plain form). */
export const MLD_MAX_RESPONSE = 4;
/** The group of a query, a version 1 report or done message; `::` in a general query. */
export const MLD_GROUP = 8;
export const MLD1_LEN = 24;
/** Length of a version 2 query without sources; a version 1 query has 24. */
export const MLD2_QUERY_LEN = 28;
/** Number of group records in a version 2 report. */
export const MLD2_RECORD_COUNT = 6;
/** Where the first group record begins. */
export const MLD2_RECORDS = 8;
/** Where version 2 reports go. */
export const MLD2_ALL_ROUTERS: Ipv6 = 'ff02::16';

// Group record types (linux/icmpv6.h).
export const MLD2_MODE_IS_INCLUDE = 1;
export const MLD2_MODE_IS_EXCLUDE = 2;
export const MLD2_CHANGE_TO_INCLUDE = 3;
export const MLD2_CHANGE_TO_EXCLUDE = 4;
export const MLD2_ALLOW_NEW_SOURCES = 5;
export const MLD2_BLOCK_OLD_SOURCES = 6;

/** One group's part of a report. */
export interface MldRecord {
  type: number;
  group: Ipv6;
  sources: Ipv6[];
}

/** A version 2 report, or a query of either version. */
export type MldMessage =
  | { type: typeof ICMPV6_MLD2_REPORT; records: MldRecord[] }
  | {
      type: typeof ICMPV6_MGM_QUERY;
      maxResponse: number;
      group: Ipv6;
      /** What version 2 adds; absent in a version 1 query. */
      version2?: { suppress: boolean; robustness: number; intervalCode: number; sources: Ipv6[] };
    };

/** Why the `length` bytes at `o` are no MLD message that this file reads, or undefined when they are. */
export function checkMld(b: Uint8Array, o: number, length: number): string | undefined {
  if (o + length > b.length) return 'MLD message truncated';
  if (b[o] === ICMPV6_MGM_QUERY) {
    if (length < MLD1_LEN) return 'MLD query truncated';
    if (length > MLD1_LEN && (length < MLD2_QUERY_LEN || length < MLD2_QUERY_LEN + 16 * u16(b, o + 26))) {
      return 'MLDv2 query truncated';
    }
    return undefined;
  }
  if (b[o] !== ICMPV6_MLD2_REPORT) return 'not an MLD message';
  if (length < MLD2_RECORDS) return 'MLDv2 report truncated';
  let at = o + MLD2_RECORDS;
  for (let left = mldRecordCount(b, o); left > 0; left--) {
    if (at + 20 > o + length) return 'MLDv2 report truncated';
    at += mldRecordLength(b, at);
    if (at > o + length) return 'MLDv2 report truncated';
  }
  return undefined;
}

/** How many group records the report at `o` declares. */
export function mldRecordCount(b: Uint8Array, o: number): number {
  return u16(b, o + MLD2_RECORD_COUNT);
}

/** The length of the group record at `at`, auxiliary data counted. */
export function mldRecordLength(b: Uint8Array, at: number): number {
  return 20 + 16 * u16(b, at + 2) + 4 * (b[at + 1] as number);
}

/** The message's bytes, its checksum computed for a packet from `src` to `dst`. */
export function encodeMld(m: MldMessage, src: Ipv6, dst: Ipv6): Uint8Array {
  if (m.type === ICMPV6_MGM_QUERY) {
    const sources = m.version2?.sources ?? [];
    const payload = new Uint8Array(m.version2 ? 20 + 16 * sources.length : 16);
    writeIpv6(payload, 0, m.group);
    if (m.version2) {
      payload[16] = (m.version2.suppress ? 8 : 0) | m.version2.robustness;
      payload[17] = m.version2.intervalCode;
      setU16(payload, 18, sources.length);
      for (const [i, source] of sources.entries()) writeIpv6(payload, 20 + 16 * i, source);
    }
    return encodeIcmpv6({ type: m.type, code: 0, rest: m.maxResponse * 0x10000, payload }, src, dst);
  }
  const payload = new Uint8Array(m.records.reduce((sum, record) => sum + 20 + 16 * record.sources.length, 0));
  let at = 0;
  for (const record of m.records) {
    payload[at] = record.type;
    setU16(payload, at + 2, record.sources.length);
    writeIpv6(payload, at + 4, record.group);
    for (const [i, source] of record.sources.entries()) writeIpv6(payload, at + 20 + 16 * i, source);
    at += 20 + 16 * record.sources.length;
  }
  return encodeIcmpv6({ type: m.type, code: 0, rest: m.records.length, payload }, src, dst);
}

/** The message in `length` bytes at `o`; undefined where {@link checkMld} objects. */
export function decodeMld(b: Uint8Array, o = 0, length = b.length - o): MldMessage | undefined {
  if (checkMld(b, o, length) !== undefined) return undefined;
  if (b[o] === ICMPV6_MGM_QUERY) {
    const query: MldMessage = {
      type: ICMPV6_MGM_QUERY,
      maxResponse: u16(b, o + MLD_MAX_RESPONSE),
      group: readIpv6(b, o + MLD_GROUP),
    };
    if (length >= MLD2_QUERY_LEN) {
      query.version2 = {
        suppress: ((b[o + 24] as number) & 8) !== 0,
        robustness: (b[o + 24] as number) & 7,
        intervalCode: b[o + 25] as number,
        sources: readSources(b, o + 28, u16(b, o + 26)),
      };
    }
    return query;
  }
  const records: MldRecord[] = [];
  let at = o + MLD2_RECORDS;
  for (let left = mldRecordCount(b, o); left > 0; left--) {
    records.push({ type: b[at] as number, group: readIpv6(b, at + 4), sources: readSources(b, at + 20, u16(b, at + 2)) });
    at += mldRecordLength(b, at);
  }
  return { type: ICMPV6_MLD2_REPORT, records };
}

function readSources(b: Uint8Array, o: number, count: number): Ipv6[] {
  return Array.from({ length: count }, (_, i) => readIpv6(b, o + 16 * i));
}
