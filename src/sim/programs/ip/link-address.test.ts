import { expect, test } from 'vitest';
import { formatMac } from '../../base/address.ts';
import { parseLinkAddress } from './link-address.ts';
import { Exit } from './parse.ts';

function read(word: string): string | number {
  try {
    const found = parseLinkAddress(word);
    return 'address' in found ? formatMac(found.address) : found.bytes;
  } catch (exit) {
    return exit instanceof Exit ? exit.message.trim() : String(exit);
  }
}

test('link-layer addresses are read byte by byte, as far as their digits go', () => {
  expect(['02:00:00:00:00:aa', '2:0:0:0:0:ac', '02-00-00-00-00-ab', '02:00:00:00:00:aa:bb', 'foo'].map(read)).toEqual([
    '02:00:00:00:00:aa',
    '02:00:00:00:00:ac',
    1,
    7,
    1,
  ]);
  expect(['02:00:00:00:00:zz', '02:00:00:00:00:1ff', '0200.0000.00ab', 'netns'].map(read)).toEqual([
    '"zz" is invalid lladdr.',
    '"1ff" is invalid lladdr.',
    '"0200.0000.00ab" is invalid lladdr.',
    '"netns" is invalid lladdr.',
  ]);
});
