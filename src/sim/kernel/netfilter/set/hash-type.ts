import type { Family } from '../../rtnetlink/messages.ts';
import { pushAddress, type SetElement } from './element.ts';

/** A kind of part that an element has. */
export type Part = 'ip' | 'net' | 'port';

/** A type of hash: its elements' parts, and how they lie in memory (net/netfilter/ipset/ip_set_hash_*.c). */
export interface HashType {
  readonly name: string;
  readonly revision: number;
  readonly parts: readonly Part[];
  /** `netmask` and `bitmask` are known. */
  readonly masked: boolean;
  /** The bytes that are hashed. */
  readonly bytes: (element: SetElement) => number[];
}

function bytesOf(...parts: readonly (number | string | readonly number[])[]): number[] {
  const bytes: number[] = [];
  for (const part of parts) {
    if (typeof part === 'object') bytes.push(...part);
    else pushAddress(bytes, part);
  }
  return bytes;
}

function port({ port: number }: SetElement): number[] {
  return [number >> 8, number & 0xff];
}

/** The types this kernel has. */
export const HASH_TYPES: readonly HashType[] = [
  { name: 'hash:ip', revision: 6, parts: ['ip'], masked: true, bytes: ({ ip }) => bytesOf(ip) },
  { name: 'hash:net', revision: 7, parts: ['net'], masked: false, bytes: ({ ip, cidr }) => bytesOf(ip, [0, 0, 0, cidr]) },
  {
    name: 'hash:ip,port',
    revision: 7,
    parts: ['ip', 'port'],
    masked: true,
    bytes: (e) => bytesOf(e.ip, port(e), [e.proto, 0]),
  },
  {
    name: 'hash:net,port',
    revision: 8,
    parts: ['net', 'port'],
    masked: false,
    bytes: (e) => bytesOf(e.ip, port(e), [e.proto, e.cidr - 1]),
  },
  {
    name: 'hash:ip,port,ip',
    revision: 6,
    parts: ['ip', 'port', 'ip'],
    masked: false,
    bytes: (e) => bytesOf(e.ip, e.ip2, port(e), [e.proto, 0]),
  },
  {
    name: 'hash:ip,port,net',
    revision: 8,
    parts: ['ip', 'port', 'net'],
    masked: false,
    bytes: (e) => bytesOf(e.ip, e.ip2, port(e), [e.cidr2 - 1, e.proto]),
  },
];

/** An element as words of a little-endian machine. */
export function wordsOf(type: HashType, element: SetElement): number[] {
  const bytes = type.bytes(element);
  const words: number[] = [];
  for (let i = 0; i < bytes.length; i += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(i, i + 4);
    words.push((a | (b << 8) | (c << 16) | (d << 24)) >>> 0);
  }
  return words;
}

/** struct htype and its table before the first element: sizes of a 64-bit kernel. */
export function headSize(type: HashType, family: Family): number {
  const element = elementLength(type, family);
  const networks = type.parts.includes('net') ? (family === 'inet' ? 32 : 128) * 8 : 0;
  return 192 + (type.masked ? 16 : 0) + Math.ceil(element / 8) * 8 + networks;
}

/** Bytes of an element by itself. */
export function elementLength(type: HashType, family: Family): number {
  const address = family === 'inet' ? 4 : 16;
  const addresses = type.parts.filter((part) => part !== 'port').length;
  const rest = type.name === 'hash:ip' ? 0 : 4;
  return addresses * address + rest;
}
