// Capture files in the classic libpcap format: draft-ietf-opsawg-pcap. Wireshark and tcpdump open what is written.

import { concat, u32 } from '../base/bytes.ts';
import { NS_PER_US } from '../base/time.ts';

/** Ethernet frames. */
export const LINKTYPE_ETHERNET = 1;
/** Packets that begin with the IPv4 or IPv6 header. */
export const LINKTYPE_RAW = 101;
/** `tcpdump -i any`: Linux cooked capture, version 2. */
export const LINKTYPE_LINUX_SLL2 = 276;

/** tcpdump's default snapshot length. */
export const PCAP_SNAPLEN = 262144;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HLEN = 24;
const RECORD_HLEN = 16;

/** One captured packet. */
export interface PcapRecord {
  /** Nanoseconds since 1970 are beyond what a number holds exactly, so the time comes in two parts. */
  seconds: number;
  nanoseconds: number;
  /** What was captured of the packet. */
  data: Uint8Array;
  /** The packet's length on the wire, if more than was captured. */
  originalLength?: number;
}

/** A capture file's contents. */
export interface PcapFile {
  linkType: number;
  snaplen: number;
  /** Whether stamps are in nanoseconds; else in microseconds. */
  nanoseconds: boolean;
  records: PcapRecord[];
}

/** The file's first 24 bytes, little-endian as tcpdump on x86 writes them. */
export function pcapFileHeader(linkType = LINKTYPE_ETHERNET, nanoseconds = false, snaplen = PCAP_SNAPLEN): Uint8Array {
  const out = new Uint8Array(FILE_HLEN);
  setLe32(out, 0, nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS);
  setLe32(out, 4, 2 | (4 << 16));
  setLe32(out, 16, snaplen);
  setLe32(out, 20, linkType);
  return out;
}

/** One packet's record, header and data. */
export function pcapRecord(record: PcapRecord, nanoseconds = false): Uint8Array {
  const out = new Uint8Array(RECORD_HLEN + record.data.length);
  setLe32(out, 0, record.seconds);
  setLe32(out, 4, nanoseconds ? record.nanoseconds : Math.floor(record.nanoseconds / NS_PER_US));
  setLe32(out, 8, record.data.length);
  setLe32(out, 12, record.originalLength ?? record.data.length);
  out.set(record.data, RECORD_HLEN);
  return out;
}

/** The bytes of a capture file. */
export function encodePcap(file: PcapFile): Uint8Array {
  const parts = [pcapFileHeader(file.linkType, file.nanoseconds, file.snaplen)];
  for (const record of file.records) parts.push(pcapRecord(record, file.nanoseconds));
  return concat(...parts);
}

/**
 * Reads a capture file of either byte order; the packets are views of `b`. Undefined where it is no such file; a
 * truncated last record is left out, as tcpdump still prints what came before it.
 */
export function decodePcap(b: Uint8Array): PcapFile | undefined {
  if (b.length < FILE_HLEN) return undefined;
  const little = le32(b, 0) === MAGIC_MICROSECONDS || le32(b, 0) === MAGIC_NANOSECONDS;
  const read = little ? le32 : u32;
  const magic = read(b, 0);
  if (magic !== MAGIC_MICROSECONDS && magic !== MAGIC_NANOSECONDS) return undefined;
  const nanoseconds = magic === MAGIC_NANOSECONDS;
  const records: PcapRecord[] = [];
  for (let at = FILE_HLEN; at + RECORD_HLEN <= b.length; ) {
    const captured = read(b, at + 8);
    const original = read(b, at + 12);
    const end = at + RECORD_HLEN + captured;
    if (end > b.length) break;
    const record: PcapRecord = {
      seconds: read(b, at),
      nanoseconds: read(b, at + 4) * (nanoseconds ? 1 : NS_PER_US),
      data: b.subarray(at + RECORD_HLEN, end),
    };
    if (original !== captured) record.originalLength = original;
    records.push(record);
    at = end;
  }
  return { linkType: read(b, 20) & 0x0fffffff, snaplen: read(b, 16), nanoseconds, records };
}

function le32(b: Uint8Array, o: number): number {
  return (((b[o + 3] as number) << 24) | ((b[o + 2] as number) << 16) | ((b[o + 1] as number) << 8) | (b[o] as number)) >>> 0;
}

function setLe32(b: Uint8Array, o: number, v: number): void {
  b[o] = v;
  b[o + 1] = v >>> 8;
  b[o + 2] = v >>> 16;
  b[o + 3] = v >>> 24;
}
