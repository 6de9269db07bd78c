// The gzip format (RFC 1952) around zlib's deflate (RFC 1951).

import { Deflate, Inflate } from 'pako';
import { concat, text, utf8 } from '../base/bytes.ts';

export interface GzipOptions {
  /** 1 is the fastest, 9 the smallest; 6 unless said otherwise. */
  readonly level?: number;
  /** The file's own name and time, for those who unpack it. */
  readonly name?: string;
  readonly mtimeMs?: number;
}

/** What can be wrong with compressed data. */
export type GzipFault = 'not gzip' | 'unexpected end' | 'format' | 'checksum' | 'length' | 'trailing garbage';

export interface Unpacked {
  /** All that could be unpacked; complete unless there is a fault. */
  readonly data: Uint8Array;
  readonly fault: GzipFault | undefined;
  /** How much of it came from a member that breaks off: a program may still have held that back when it met the fault. */
  readonly unfinished: number;
  /** As the first member's header has them. */
  readonly name: string | undefined;
  readonly mtimeMs: number;
}

const UNIX = 3;
/** Flags of a header: a checksum of it, extra fields, a name, a comment follow. */
const [FHCRC, FEXTRA, FNAME, FCOMMENT] = [2, 4, 8, 16];

export const isGzip = (data: Uint8Array): boolean => data[0] === 0x1f && data[1] === 0x8b;

export function gzip(data: Uint8Array, { level = 6, name, mtimeMs = 0 }: GzipOptions = {}): Uint8Array {
  const head = new Uint8Array(10);
  head.set([0x1f, 0x8b, 8, name === undefined ? 0 : FNAME]);
  little(head, 4, Math.floor(mtimeMs / 1000));
  head[8] = level === 9 ? 2 : level === 1 ? 4 : 0;
  head[9] = UNIX;
  const tail = new Uint8Array(8);
  little(tail, 0, crc32(data));
  little(tail, 4, data.length);
  // As gzip itself searches, and as much as it holds before it ends a block: its own bytes, for files up to some 10 kB.
  const deflate = new Deflate({ raw: true, level, memLevel: 9, legacyHash: true });
  deflate.push(data, true);
  return concat(head, name === undefined ? new Uint8Array(0) : utf8(`${name}\0`), deflate.result, tail);
}

/** Unpacks all members; what has no header of gzip's behind the first is garbage, unless it is zeros. */
export function gunzip(data: Uint8Array): Unpacked {
  const parts: Uint8Array[] = [];
  let first: Header | undefined;
  let at = 0;
  const answer = (fault: GzipFault | undefined, unfinished = 0): Unpacked => ({
    ...{ data: concat(...parts), fault, unfinished, name: first?.name, mtimeMs: first?.mtimeMs ?? 0 },
  });
  while (at < data.length || first === undefined) {
    const head = readHeader(data.subarray(at));
    if (typeof head === 'string') {
      if (first === undefined) return answer(head);
      return answer(data.subarray(at).every((byte) => byte === 0) ? undefined : 'trailing garbage');
    }
    first ??= head;
    at += head.length;
    const { out, used, fault } = inflate(data.subarray(at));
    parts.push(out);
    if (fault !== undefined) return answer(fault, out.length);
    at += used;
    if (at + 8 > data.length) return answer('unexpected end');
    if (readLittle(data, at) !== crc32(out)) return answer('checksum');
    if (readLittle(data, at + 4) !== out.length >>> 0) return answer('length');
    at += 8;
  }
  return answer(undefined);
}

interface Header {
  readonly length: number;
  readonly name: string | undefined;
  readonly mtimeMs: number;
}

function readHeader(data: Uint8Array): Header | GzipFault {
  if (data.length < 2) return 'unexpected end';
  if (!isGzip(data)) return 'not gzip';
  if (data.length < 10) return 'unexpected end';
  if (data[2] !== 8) return 'format';
  const flags = data[3] as number;
  let at = 10;
  if (flags & FEXTRA) at += 2 + (data[at] ?? 0) + 256 * (data[at + 1] ?? 0);
  const string = (): string => {
    const end = data.indexOf(0, at);
    const value = text(data.subarray(at, end < 0 ? data.length : end));
    at = end < 0 ? data.length + 1 : end + 1;
    return value;
  };
  const name = flags & FNAME ? string() : undefined;
  if (flags & FCOMMENT) string();
  if (flags & FHCRC) at += 2;
  return at > data.length ? 'unexpected end' : { length: at, name, mtimeMs: readLittle(data, 4) * 1000 };
}

function inflate(data: Uint8Array): { readonly out: Uint8Array; readonly used: number; readonly fault: GzipFault | undefined } {
  const inflater = new Inflate({ raw: true });
  let read = (): { readonly out: Uint8Array; readonly used: number } => ({ out: new Uint8Array(0), used: 0 });
  inflater.onStart = (stream) => {
    read = () => ({
      // What has not filled a chunk yet is still in the stream's own buffer.
      out: inflater.ended ? inflater.result : concat(...inflater.chunks, stream.output.subarray(0, stream.next_out)),
      used: stream.total_in,
    });
  };
  inflater.push(data, false);
  const fault = inflater.err !== 0 ? 'format' : inflater.ended ? undefined : 'unexpected end';
  return { ...read(), fault };
}

function little(data: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) data[at + i] = value >>> (8 * i);
}

function readLittle(data: Uint8Array, at: number): number {
  return [3, 2, 1, 0].reduce((value, i) => (value << 8) | (data[at + i] as number), 0) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The CRC-32 of ITU-T V.42, as RFC 1952 has it. */
export function crc32(data: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of data) c = (CRC_TABLE[(c ^ byte) & 0xff] as number) ^ (c >>> 8);
  return ~c >>> 0;
}
