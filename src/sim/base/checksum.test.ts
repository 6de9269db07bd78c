import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, setU16, setU32, u16, u32 } from './bytes.ts';
import { checksum, finishSum, partialSum, updateChecksum16, updateChecksum32 } from './checksum.ts';

test('the header of RFC 1071 and of a ping have the checksums they carry', () => {
  expect(checksum(fromHex('0001f203f4f5f6f7'), 0, 8)).toBe(0x220d);
  expect(checksum(fromHex('4500 0054 0000 4000 4001 0000 c0a8 380b c0a8 380c'), 0, 20)).toBe(0x4941);
});

test('an odd last byte is the high half of a word', () => {
  expect(checksum(fromHex('0102 03'), 0, 3)).toBe(finishSum(0x0102 + 0x0300));
});

test('sums of parts add up to the sum of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4 }), fc.nat(), (b, at) => {
      const cut = (at % b.length) & ~1;
      return checksum(b, 0, b.length) === finishSum(partialSum(b, cut, b.length - cut, partialSum(b, 0, cut)));
    }),
  );
});

test('a checksum updated for one field verifies like one computed anew', () => {
  const data = fc.uint8Array({ minLength: 12, maxLength: 40 });
  fc.assert(
    fc.property(data, fc.nat({ max: 0xffffffff }), fc.boolean(), (b, value, wide) => {
      setU16(b, 0, 0);
      setU16(b, 0, checksum(b, 0, b.length));
      const sum = u16(b, 0);
      if (wide) setU16(b, 0, updateChecksum32(sum, u32(b, 4), value));
      else setU16(b, 0, updateChecksum16(sum, u16(b, 4), value & 0xffff));
      if (wide) setU32(b, 4, value);
      else setU16(b, 4, value & 0xffff);
      // All-zero data has two checksums that verify, 0 and 0xffff.
      return checksum(b, 0, b.length) === 0 || b.every((v, i) => i < 2 || v === 0);
    }),
  );
});
