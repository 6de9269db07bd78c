// Snapshots as rdb.c writes them, in the plain encodings that every version reads; the checksum is left out (`rdbchecksum no`).

import { concat } from '../../base/bytes.ts';
import { latin1, latin1Bytes } from '../../wire/http.ts';
import type { Database, Value } from './database.ts';
import { scoreText } from './numbers.ts';
import { REDIS_VERSION } from './version.ts';

const AUX = 0xfa;
const EXPIRY_MS = 0xfc;
const SELECT = 0xfe;
const END = 0xff;
const TYPES = ['string', 'list', 'set', 'zset', 'hash'] as const;

function length(n: number): Uint8Array {
  if (n < 0x40) return Uint8Array.of(n);
  if (n < 0x4000) return Uint8Array.of(0x40 | (n >> 8), n & 0xff);
  return Uint8Array.of(0x80, n >>> 24, (n >> 16) & 0xff, (n >> 8) & 0xff, n & 0xff);
}

const word = (text: string): Uint8Array => concat(length(text.length), latin1Bytes(text));
const words = (texts: readonly string[]): Uint8Array => concat(...texts.map(word));

function encodeValue(value: Value): Uint8Array {
  switch (value.type) {
    case 'string':
      return word(value.text);
    case 'list':
      return concat(length(value.items.length), words(value.items));
    case 'set':
      return concat(length(value.members.size), words([...value.members]));
    case 'hash':
      return concat(length(value.fields.size), words([...value.fields].flat()));
    case 'zset':
      return concat(length(value.scores.size), ...[...value.scores].flatMap(([member, score]) => [word(member), encodeScore(score)]));
  }
}

function encodeScore(score: number): Uint8Array {
  if (score === Number.POSITIVE_INFINITY) return Uint8Array.of(254);
  if (score === Number.NEGATIVE_INFINITY) return Uint8Array.of(255);
  const text = scoreText(score);
  return concat(Uint8Array.of(text.length), latin1Bytes(text));
}

/** A snapshot of the databases; `atMs` is when it is made. */
export function encodeSnapshot(databases: readonly Database[], atMs: number, usedMemory: number): Uint8Array {
  const parts: Uint8Array[] = [latin1Bytes('REDIS0010')];
  const facts = { 'redis-ver': REDIS_VERSION, 'redis-bits': '64', ctime: String(Math.floor(atMs / 1000)), 'used-mem': String(usedMemory) };
  for (const [name, value] of Object.entries(facts)) parts.push(Uint8Array.of(AUX), word(name), word(value));
  for (const db of databases) {
    const keys = db.keys();
    if (keys.length > 0) parts.push(Uint8Array.of(SELECT), length(db.index));
    for (const key of keys) {
      const expiry = db.expiresAt(key);
      if (expiry !== undefined) {
        const bytes = new Uint8Array(9);
        bytes[0] = EXPIRY_MS;
        new DataView(bytes.buffer).setBigUint64(1, BigInt(Math.floor(expiry)), true);
        parts.push(bytes);
      }
      const value = db.get(key) as Value;
      parts.push(Uint8Array.of(TYPES.indexOf(value.type)), word(key), encodeValue(value));
    }
  }
  parts.push(Uint8Array.of(END), new Uint8Array(8));
  return concat(...parts);
}

/** What a snapshot says of itself, and how many keys were put in and had expired. */
export interface Loaded {
  readonly facts: ReadonlyMap<string, string>;
  readonly keys: number;
  readonly expired: number;
}

/** Puts a snapshot's keys into the databases; undefined where it is none, or in an encoding that only Redis itself writes. */
export function loadSnapshot(data: Uint8Array, databases: readonly Database[], nowMs: number): Loaded | undefined {
  if (!/^REDIS\d{4}$/.test(latin1(data.subarray(0, 9)))) return undefined;
  const reader = new SnapshotReader(data, 9);
  const facts = new Map<string, string>();
  let db = databases[0];
  let expiry: number | undefined;
  let keys = 0;
  let expired = 0;
  for (;;) {
    const code = reader.byte();
    if (code === undefined) return undefined;
    if (code === END) return { facts, keys, expired };
    if (code === AUX) facts.set(reader.word(), reader.word());
    else if (code === SELECT) db = databases[reader.length()];
    else if (code === EXPIRY_MS) expiry = reader.time();
    else {
      const type = TYPES[code];
      const key = reader.word();
      const value = type && reader.value(type);
      if (!value || !db || reader.broken) return undefined;
      if (expiry !== undefined && expiry <= nowMs) expired++;
      else {
        db.set(key, value);
        db.setExpiry(key, expiry);
        keys++;
      }
      expiry = undefined;
    }
  }
}

class SnapshotReader {
  readonly #data: Uint8Array;
  #at: number;
  broken = false;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  byte(): number | undefined {
    return this.#data[this.#at++];
  }

  length(): number {
    const first = this.byte() ?? 0;
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | (this.byte() ?? 0);
    if (first !== 0x80) {
      this.broken = true;
      return 0;
    }
    return [0, 0, 0, 0].reduce((n) => n * 256 + (this.byte() ?? 0), 0);
  }

  word(): string {
    return this.#take(this.length());
  }

  #take(size: number): string {
    const text = latin1(this.#data.subarray(this.#at, this.#at + size));
    this.#at += size;
    return text;
  }

  time(): number {
    const at = Number(new DataView(this.#data.buffer, this.#data.byteOffset).getBigUint64(this.#at, true));
    this.#at += 8;
    return at;
  }

  value(type: Value['type']): Value {
    if (type === 'string') return { type, text: this.word() };
    const count = this.length();
    const several = <T>(read: () => T): T[] => Array.from({ length: this.broken ? 0 : count }, read);
    switch (type) {
      case 'list':
        return { type, items: several(() => this.word()) };
      case 'set':
        return { type, members: new Set(several(() => this.word())) };
      case 'hash':
        return { type, fields: new Map(several(() => [this.word(), this.word()])) };
      case 'zset':
        return { type, scores: new Map(several(() => [this.word(), this.#score()])) };
    }
  }

  #score(): number {
    const size = this.byte() ?? 0;
    if (size === 254) return Number.POSITIVE_INFINITY;
    return size === 255 ? Number.NEGATIVE_INFINITY : Number(this.#take(size));
  }
}
