import { expect, it } from 'vitest';
import { sameData } from './same-data.ts';

it('takes data as equal when all of it is, whatever the order of its properties', () => {
  expect(sameData({ a: 1, b: [1, { c: 'x' }] }, { b: [1, { c: 'x' }], a: 1 })).toBe(true);
  expect(sameData({ a: undefined }, {})).toBe(true);
});

it('tells data apart by any part of it', () => {
  for (const other of [{ a: [1, 2] }, { a: [1] }, { a: [1, 2, 3], b: 0 }, { a: [1, 2, 4] }, {}, undefined, null, 'a']) {
    expect(sameData({ a: [1, 2, 3] }, other)).toBe(false);
    expect(sameData(other, { a: [1, 2, 3] })).toBe(false);
  }
});
