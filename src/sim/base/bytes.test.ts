import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesEqual, concat, fromHex, hex, setU16, setU32, text, u16, u32, utf8 } from './bytes.ts';

test('a field that is written is read back, in network order', () => {
  const b = new Uint8Array(6);
  setU16(b, 0, 0x1234);
  setU32(b, 2, 0xfedcba98);
  expect(hex(b)).toBe('1234fedcba98');
  expect([u16(b, 0), u32(b, 2)]).toEqual([0x1234, 0xfedcba98]);
});

test('bytes past the end read as zero', () => {
  expect([u16(new Uint8Array(1), 0), u32(new Uint8Array(2), 1)]).toEqual([0, 0]);
});

test('hexadecimal goes there and back', () => {
  fc.assert(fc.property(fc.uint8Array(), (b) => bytesEqual(fromHex(hex(b)), b)));
  expect(fromHex('52:54 00')).toEqual(new Uint8Array([0x52, 0x54, 0]));
});

test('concat puts the parts one after another', () => {
  expect(concat(new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3]))).toEqual(new Uint8Array([1, 2, 3]));
});

test('UTF-8 is written as TextEncoder writes it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (s) => bytesEqual(utf8(s), new TextEncoder().encode(s))));
  expect(hex(utf8('é€😀\ud800'))).toBe('c3a9e282acf09f9880efbfbd');
});

test('UTF-8 is read as TextDecoder reads it, whatever the bytes', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (b) => text(b) === decoder.decode(b)));
  const nearlyText = fc.array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xf0, 0x90, 0xf4, 0x8f, 0xff), { maxLength: 12 });
  fc.assert(fc.property(nearlyText, (b) => text(new Uint8Array(b)) === decoder.decode(new Uint8Array(b))));
  expect(text(utf8('€'.repeat(9000)))).toBe('€'.repeat(9000));
});
