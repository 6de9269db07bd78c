// DNS messages: RFC 1035; AAAA RFC 3596, SRV RFC 2782, EDNS RFC 6891. Writing is in
// dns-encode.ts.

import { type Ipv4, type Ipv6, readIpv6, writeIpv6 } from '../base/address.ts';
import { text, u16, u32 } from '../base/bytes.ts';

export const DNS_PORT = 53;
/** Length of the header. */
export const DNS_HLEN = 12;

// Record types.
export const DNS_A = 1;
export const DNS_NS = 2;
export const DNS_CNAME = 5;
export const DNS_SOA = 6;
export const DNS_PTR = 12;
export const DNS_MX = 15;
export const DNS_TXT = 16;
export const DNS_AAAA = 28;
export const DNS_SRV = 33;
export const DNS_OPT = 41;
export const DNS_ANY = 255;
export const DNS_CLASS_IN = 1;

// Flags of the header's second word.
export const DNS_FLAG_QR = 0x8000;
export const DNS_FLAG_AA = 0x0400;
export const DNS_FLAG_TC = 0x0200;
export const DNS_FLAG_RD = 0x0100;
export const DNS_FLAG_RA = 0x0080;
export const DNS_FLAG_AD = 0x0020;
export const DNS_FLAG_CD = 0x0010;

// Response codes.
export const DNS_NOERROR = 0;
export const DNS_FORMERR = 1;
export const DNS_SERVFAIL = 2;
export const DNS_NXDOMAIN = 3;
export const DNS_NOTIMP = 4;
export const DNS_REFUSED = 5;

/** Names have no dot at the end; the root is the empty string. */
export interface DnsQuestion {
  name: string;
  type: number;
  class: number;
}

/** What a record says, by its type. */
export type DnsData =
  | { type: typeof DNS_A; address: Ipv4 }
  | { type: typeof DNS_AAAA; address: Ipv6 }
  | { type: typeof DNS_CNAME | typeof DNS_PTR | typeof DNS_NS; target: string }
  | { type: typeof DNS_MX; preference: number; target: string }
  | { type: typeof DNS_TXT; strings: string[] }
  | { type: typeof DNS_SRV; priority: number; weight: number; port: number; target: string }
  | {
      type: typeof DNS_SOA;
      primary: string;
      mailbox: string;
      serial: number;
      refresh: number;
      retry: number;
      expire: number;
      minimum: number;
    }
  /** Any other type, or data that is not what its type demands: the bytes. */
  | { type: 'other'; code: number; data: Uint8Array };

/** A resource record. */
export interface DnsRecord {
  name: string;
  class: number;
  /** Seconds. */
  ttl: number;
  data: DnsData;
}

/** A query or a response. */
export interface DnsMessage {
  id: number;
  /** The header's second word: QR, opcode, AA, TC, RD, RA, AD, CD, response code. */
  flags: number;
  questions: DnsQuestion[];
  answers: DnsRecord[];
  authorities: DnsRecord[];
  additionals: DnsRecord[];
}

/** The response code in a header's second word. */
export function dnsRcode(flags: number): number {
  return flags & 0x0f;
}

/** The name's number for a record, also where its data could not be read. */
export function dnsTypeOf(data: DnsData): number {
  return data.type === 'other' ? data.code : data.type;
}

/** Why the bytes at `o` are no DNS message, or undefined when they are. */
export function checkDns(b: Uint8Array, o = 0): string | undefined {
  if (b.length < o + DNS_HLEN) return 'DNS header truncated';
  return decodeDns(b, o) === undefined ? 'DNS message malformed' : undefined;
}

/**
 * The name at `at` in the message that starts at `o`, with the offset after it; undefined where it is malformed: it
 * runs past the end, or a compression pointer does not point back.
 */
export function readDnsName(b: Uint8Array, o: number, at: number): { name: string; next: number } | undefined {
  const labels: string[] = [];
  let i = at;
  let next = -1;
  let limit = at;
  let length = 0;
  for (;;) {
    const size = b[i];
    if (size === undefined) return undefined;
    if (size >= 0xc0) {
      if (i + 1 >= b.length) return undefined;
      if (next < 0) next = i + 2;
      i = o + (u16(b, i) & 0x3fff);
      if (i >= limit) return undefined;
      limit = i;
      continue;
    }
    if (size >= 0x40) return undefined;
    i++;
    if (size === 0) break;
    length += size + 1;
    if (i + size > b.length || length > 254) return undefined;
    labels.push(text(b.subarray(i, i + size)));
    i += size;
  }
  return { name: labels.join('.'), next: next < 0 ? i : next };
}

/** The message from `o` to the end of `b`; undefined where it is malformed. */
export function decodeDns(b: Uint8Array, o = 0): DnsMessage | undefined {
  if (b.length < o + DNS_HLEN) return undefined;
  const reader = { b, o, at: o + DNS_HLEN };
  const questions: DnsQuestion[] = [];
  for (let left = u16(b, o + 4); left > 0; left--) {
    const name = readDnsName(b, o, reader.at);
    if (name === undefined || name.next + 4 > b.length) return undefined;
    questions.push({ name: name.name, type: u16(b, name.next), class: u16(b, name.next + 2) });
    reader.at = name.next + 4;
  }
  const answers = readRecords(reader, u16(b, o + 6));
  const authorities = answers && readRecords(reader, u16(b, o + 8));
  const additionals = authorities && readRecords(reader, u16(b, o + 10));
  if (answers === undefined || authorities === undefined || additionals === undefined) return undefined;
  return { id: u16(b, o), flags: u16(b, o + 2), questions, answers, authorities, additionals };
}

/** The name that a PTR query for an IPv4 address asks for. */
export function dnsReverseIpv4(a: Ipv4): string {
  return `${a & 255}.${(a >>> 8) & 255}.${(a >>> 16) & 255}.${a >>> 24}.in-addr.arpa`;
}

/** The name that a PTR query for an IPv6 address asks for. */
export function dnsReverseIpv6(a: Ipv6): string {
  const bytes = new Uint8Array(16);
  writeIpv6(bytes, 0, a);
  let out = '';
  for (let i = 15; i >= 0; i--) out += `${((bytes[i] as number) & 15).toString(16)}.${((bytes[i] as number) >> 4).toString(16)}.`;
  return `${out}ip6.arpa`;
}

interface Reader {
  b: Uint8Array;
  o: number;
  at: number;
}

function readRecords(reader: Reader, count: number): DnsRecord[] | undefined {
  const { b, o } = reader;
  const out: DnsRecord[] = [];
  for (let left = count; left > 0; left--) {
    const name = readDnsName(b, o, reader.at);
    if (name === undefined || name.next + 10 > b.length) return undefined;
    const at = name.next + 10;
    const end = at + u16(b, name.next + 8);
    if (end > b.length) return undefined;
    const code = u16(b, name.next);
    const data = readData(b, o, at, end, code) ?? { type: 'other' as const, code, data: b.subarray(at, end) };
    out.push({ name: name.name, class: u16(b, name.next + 2), ttl: u32(b, name.next + 4), data });
    reader.at = end;
  }
  return out;
}

function readData(b: Uint8Array, o: number, at: number, end: number, type: number): DnsData | undefined {
  const nameAt = (from: number): { name: string; next: number } | undefined => {
    const name = readDnsName(b, o, from);
    return name && name.next <= end ? name : undefined;
  };
  switch (type) {
    case DNS_A:
      return end - at === 4 ? { type, address: u32(b, at) } : undefined;
    case DNS_AAAA:
      return end - at === 16 ? { type, address: readIpv6(b, at) } : undefined;
    case DNS_CNAME:
    case DNS_PTR:
    case DNS_NS: {
      const target = nameAt(at);
      return target && { type, target: target.name };
    }
    case DNS_MX: {
      const target = nameAt(at + 2);
      return target && { type, preference: u16(b, at), target: target.name };
    }
    case DNS_SRV: {
      const target = nameAt(at + 6);
      return target && { type, priority: u16(b, at), weight: u16(b, at + 2), port: u16(b, at + 4), target: target.name };
    }
    case DNS_TXT: {
      const strings: string[] = [];
      for (let i = at; i < end; i += 1 + (b[i] as number)) {
        if (i + 1 + (b[i] as number) > end) return undefined;
        strings.push(text(b.subarray(i + 1, i + 1 + (b[i] as number))));
      }
      return { type, strings };
    }
    case DNS_SOA: {
      const primary = nameAt(at);
      const mailbox = primary && nameAt(primary.next);
      if (primary === undefined || mailbox === undefined || mailbox.next + 20 > end) return undefined;
      const [serial, refresh, retry, expire, minimum] = [0, 4, 8, 12, 16].map((i) => u32(b, mailbox.next + i)) as [
        number,
        number,
        number,
        number,
        number,
      ];
      return { type, primary: primary.name, mailbox: mailbox.name, serial, refresh, retry, expire, minimum };
    }
    default:
      return undefined;
  }
}
