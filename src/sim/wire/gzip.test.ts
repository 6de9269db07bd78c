import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat, text, utf8 } from '../base/bytes.ts';
import { crc32, gunzip, gzip } from './gzip.ts';

const HELLO = utf8('hello\n');
const LONG = utf8(Array.from({ length: 5_000 }, (_, i) => `line ${i}\n`).join(''));

describe('gzip', () => {
  test('what it packs, zlib unpacks, and the other way round', () => {
    for (const data of [HELLO, LONG, new Uint8Array(0)]) {
      expect(new Uint8Array(gunzipSync(gzip(data)))).toEqual(data);
      expect(gunzip(new Uint8Array(gzipSync(data)))).toMatchObject({ data, fault: undefined });
    }
  });

  test('short files get the bytes that gzip itself writes', () => {
    // `gzip -nc`, and `gzip -c` of a file named one.
    const body = 'cb48cdc9c9e7020020303a3606000000';
    expect(Buffer.from(gzip(HELLO)).toString('hex')).toBe(`1f8b0800000000000003${body}`);
    const named = gzip(HELLO, { name: 'one', mtimeMs: 1_672_628_645_000 });
    expect(Buffer.from(named).toString('hex')).toBe(`1f8b0808a549b2630003${'6f6e6500'}${body}`);
    expect(gunzip(named)).toMatchObject({ name: 'one', mtimeMs: 1_672_628_645_000 });
  });

  test('members follow one another; zeros behind them are padding, anything else is garbage', () => {
    const packed = gzip(HELLO);
    expect(text(gunzip(concat(packed, packed)).data)).toBe('hello\nhello\n');
    expect(gunzip(concat(packed, new Uint8Array(20))).fault).toBeUndefined();
    expect(gunzip(concat(packed, utf8('trash')))).toMatchObject({ data: HELLO, fault: 'trailing garbage' });
  });

  test('each fault is told apart', () => {
    const packed = gzip(LONG);
    const changed = (at: number): Uint8Array => packed.map((byte, i) => (i === packed.length + at ? byte ^ 1 : byte));
    expect(gunzip(utf8('hello')).fault).toBe('not gzip');
    expect(gunzip(new Uint8Array(0)).fault).toBe('unexpected end');
    expect(gunzip(packed.subarray(0, -4)).fault).toBe('unexpected end');
    expect(gunzip(changed(-8)).fault).toBe('checksum');
    expect(gunzip(changed(-1)).fault).toBe('length');
    expect(gunzip(concat(packed.subarray(0, 10), new Uint8Array([7]))).fault).toBe('format');
  });

  test('what stands before the place where data breaks off is unpacked', () => {
    const packed = gzip(LONG);
    const { data, fault, unfinished } = gunzip(packed.subarray(0, packed.length / 2));
    expect(fault).toBe('unexpected end');
    expect(unfinished).toBe(data.length);
    expect(data.length).toBeGreaterThan(5_000);
    expect(data).toEqual(LONG.subarray(0, data.length));
  });

  test('the checksum of "123456789" is the one that RFCs give', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926);
  });
});
