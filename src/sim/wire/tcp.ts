// TCP: RFC 9293; timestamps and window scale RFC 7323, SACK RFC 2018, ECN flags RFC 3168.

import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { checksum } from '../base/checksum.ts';

// Offsets from the start of the header.
export const TCP_SRC_PORT = 0;
export const TCP_DST_PORT = 2;
export const TCP_SEQ = 4;
export const TCP_ACK_SEQ = 8;
export const TCP_DATA_OFFSET = 12;
export const TCP_FLAGS = 13;
export const TCP_WINDOW = 14;
export const TCP_CHECKSUM = 16;
export const TCP_URGENT = 18;
/** Length of a header without options. */
export const TCP_HLEN = 20;

// Flags, in the byte at TCP_FLAGS.
export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;
export const TCP_URG = 0x20;
export const TCP_ECE = 0x40;
export const TCP_CWR = 0x80;

// Option kinds (net/tcp.h).
export const TCPOPT_EOL = 0;
export const TCPOPT_NOP = 1;
export const TCPOPT_MSS = 2;
export const TCPOPT_WINDOW = 3;
export const TCPOPT_SACK_PERM = 4;
export const TCPOPT_SACK = 5;
export const TCPOPT_TIMESTAMP = 8;

/** The options that Linux sends; absent ones are not in the header. */
export interface TcpOptions {
  mss?: number;
  sackPermitted?: boolean;
  timestamps?: { value: number; echo: number };
  /** The shift count. */
  windowScale?: number;
  /** Blocks received out of order: [left edge, right edge). */
  sack?: [number, number][];
}

/** A segment as a plain object. */
export interface TcpSegment {
  srcPort: number;
  dstPort: number;
  seq: number;
  ack: number;
  /** The flags byte. */
  flags: number;
  /** As on the wire, not scaled. */
  window: number;
  urgent: number;
  options: TcpOptions;
  payload: Uint8Array;
}

/**
 * Why `length` bytes at `o` are no TCP segment, or undefined when they are. `pseudo` is the pseudo-header's sum
 * (base/checksum.ts); without it the checksum is not tested.
 */
export function checkTcp(b: Uint8Array, o: number, length: number, pseudo?: number): string | undefined {
  if (length < TCP_HLEN || o + length > b.length) return 'TCP header truncated';
  const header = tcpHeaderLength(b, o);
  if (header < TCP_HLEN) return 'TCP header length below 20';
  if (header > length) return 'TCP options truncated';
  if (pseudo !== undefined && checksum(b, o, length, pseudo) !== 0) return 'TCP checksum is wrong';
  return undefined;
}

export function tcpSrcPort(b: Uint8Array, o: number): number {
  return u16(b, o + TCP_SRC_PORT);
}

export function tcpDstPort(b: Uint8Array, o: number): number {
  return u16(b, o + TCP_DST_PORT);
}

export function tcpSeq(b: Uint8Array, o: number): number {
  return u32(b, o + TCP_SEQ);
}

export function tcpAckSeq(b: Uint8Array, o: number): number {
  return u32(b, o + TCP_ACK_SEQ);
}

/** In bytes: 20 to 60. */
export function tcpHeaderLength(b: Uint8Array, o: number): number {
  return ((b[o + TCP_DATA_OFFSET] as number) >> 4) * 4;
}

export function tcpFlags(b: Uint8Array, o: number): number {
  return b[o + TCP_FLAGS] as number;
}

export function tcpWindow(b: Uint8Array, o: number): number {
  return u16(b, o + TCP_WINDOW);
}

export function tcpChecksum(b: Uint8Array, o: number): number {
  return u16(b, o + TCP_CHECKSUM);
}

export function tcpUrgent(b: Uint8Array, o: number): number {
  return u16(b, o + TCP_URGENT);
}

/** Where the option of a kind begins in the segment at `o`, or -1 when it is not there. */
export function tcpFindOption(b: Uint8Array, o: number, kind: number): number {
  const end = Math.min(o + tcpHeaderLength(b, o), b.length);
  let i = o + TCP_HLEN;
  while (i < end) {
    const found = b[i] as number;
    if (found === kind) return i;
    if (found === TCPOPT_EOL) return -1;
    if (found === TCPOPT_NOP) {
      i++;
      continue;
    }
    const size = i + 1 < end ? (b[i + 1] as number) : 0;
    if (size < 2) return -1;
    i += size;
  }
  return -1;
}

/**
 * Writes the fixed header of a segment of `length` bytes (header counted) at `o`, whose options and payload are in
 * place, with its checksum over the pseudo-header's sum `pseudo`.
 */
export function writeTcp(
  b: Uint8Array,
  o: number,
  length: number,
  srcPort: number,
  dstPort: number,
  seq: number,
  ack: number,
  headerLength: number,
  flags: number,
  window: number,
  urgent: number,
  pseudo: number,
): void {
  setU16(b, o + TCP_SRC_PORT, srcPort);
  setU16(b, o + TCP_DST_PORT, dstPort);
  setU32(b, o + TCP_SEQ, seq);
  setU32(b, o + TCP_ACK_SEQ, ack);
  b[o + TCP_DATA_OFFSET] = (headerLength >> 2) << 4;
  b[o + TCP_FLAGS] = flags;
  setU16(b, o + TCP_WINDOW, window);
  setU16(b, o + TCP_CHECKSUM, 0);
  setU16(b, o + TCP_URGENT, urgent);
  setU16(b, o + TCP_CHECKSUM, checksum(b, o, length, pseudo));
}

/** The bytes that {@link writeTcpOptions} will need: a multiple of 4. */
export function tcpOptionsLength(options: TcpOptions): number {
  let length = 0;
  if (options.mss !== undefined) length += 4;
  if (options.timestamps) length += 12;
  else if (options.sackPermitted) length += 4;
  if (options.windowScale !== undefined) length += 4;
  if (options.sack && options.sack.length > 0) length += 4 + 8 * options.sack.length;
  return length;
}

/**
 * Writes options at `o` in the order and with the padding of tcp_options_write() (net/ipv4/tcp_output.c): MSS, SACK
 * permitted folded into the timestamps' padding, timestamps, window scale, SACK blocks.
 */
export function writeTcpOptions(b: Uint8Array, o: number, options: TcpOptions): void {
  let at = o;
  if (options.mss !== undefined) {
    setU32(b, at, (TCPOPT_MSS << 24) | (4 << 16) | options.mss);
    at += 4;
  }
  if (options.timestamps) {
    const padding = options.sackPermitted ? (TCPOPT_SACK_PERM << 8) | 2 : (TCPOPT_NOP << 8) | TCPOPT_NOP;
    setU32(b, at, (padding << 16) | (TCPOPT_TIMESTAMP << 8) | 10);
    setU32(b, at + 4, options.timestamps.value);
    setU32(b, at + 8, options.timestamps.echo);
    at += 12;
  } else if (options.sackPermitted) {
    setU32(b, at, (TCPOPT_NOP << 24) | (TCPOPT_NOP << 16) | (TCPOPT_SACK_PERM << 8) | 2);
    at += 4;
  }
  if (options.windowScale !== undefined) {
    setU32(b, at, (TCPOPT_NOP << 24) | (TCPOPT_WINDOW << 16) | (3 << 8) | options.windowScale);
    at += 4;
  }
  if (options.sack && options.sack.length > 0) {
    setU32(b, at, (TCPOPT_NOP << 24) | (TCPOPT_NOP << 16) | (TCPOPT_SACK << 8) | (2 + 8 * options.sack.length));
    at += 4;
    for (const [left, right] of options.sack) {
      setU32(b, at, left);
      setU32(b, at + 4, right);
      at += 8;
    }
  }
}

/** The options of the segment at `o`; one with a wrong length ends the list, as tcp_parse_options() does it. */
export function readTcpOptions(b: Uint8Array, o: number): TcpOptions {
  const out: TcpOptions = {};
  const end = Math.min(o + tcpHeaderLength(b, o), b.length);
  let i = o + TCP_HLEN;
  while (i < end) {
    const kind = b[i] as number;
    if (kind === TCPOPT_EOL) break;
    if (kind === TCPOPT_NOP) {
      i++;
      continue;
    }
    const size = i + 1 < end ? (b[i + 1] as number) : 0;
    if (size < 2 || i + size > end) break;
    if (kind === TCPOPT_MSS && size === 4) out.mss = u16(b, i + 2);
    else if (kind === TCPOPT_WINDOW && size === 3) out.windowScale = b[i + 2] as number;
    else if (kind === TCPOPT_SACK_PERM && size === 2) out.sackPermitted = true;
    else if (kind === TCPOPT_TIMESTAMP && size === 10) out.timestamps = { value: u32(b, i + 2), echo: u32(b, i + 6) };
    else if (kind === TCPOPT_SACK && size >= 10 && (size - 2) % 8 === 0) {
      out.sack = [];
      for (let at = i + 2; at < i + size; at += 8) out.sack.push([u32(b, at), u32(b, at + 4)]);
    }
    i += size;
  }
  return out;
}

export function encodeTcp(s: TcpSegment, pseudo: number): Uint8Array {
  const header = TCP_HLEN + tcpOptionsLength(s.options);
  const out = new Uint8Array(header + s.payload.length);
  writeTcpOptions(out, TCP_HLEN, s.options);
  out.set(s.payload, header);
  writeTcp(out, 0, out.length, s.srcPort, s.dstPort, s.seq, s.ack, header, s.flags, s.window, s.urgent, pseudo);
  return out;
}

/** The segment in `length` bytes at `o`, its payload a view of `b`; undefined where {@link checkTcp} objects. */
export function decodeTcp(b: Uint8Array, o = 0, length = b.length - o, pseudo?: number): TcpSegment | undefined {
  if (checkTcp(b, o, length, pseudo) !== undefined) return undefined;
  return {
    srcPort: tcpSrcPort(b, o),
    dstPort: tcpDstPort(b, o),
    seq: tcpSeq(b, o),
    ack: tcpAckSeq(b, o),
    flags: tcpFlags(b, o),
    window: tcpWindow(b, o),
    urgent: tcpUrgent(b, o),
    options: readTcpOptions(b, o),
    payload: b.subarray(o + tcpHeaderLength(b, o), o + length),
  };
}
