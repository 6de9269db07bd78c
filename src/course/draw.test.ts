import { expect, test } from 'vitest';
import { between, drawVars, pick, sampleVars } from './draw.ts';

test('a learner gets the same values again, and another learner may get others', () => {
  const draws = { n: between(1, 200), name: pick('red', 'blue') };
  expect(drawVars(draws, 'ann', 'x')).toEqual(drawVars(draws, 'ann', 'x'));
  const drawn = new Set(Array.from({ length: 20 }, (_, i) => drawVars(draws, `learner ${i}`, 'x').n));
  expect(drawn.size).toBeGreaterThan(10);
});

test('few combinations are all verified, of many each variable shows its ends', () => {
  expect(sampleVars({ a: pick(1, 2), b: pick('x', 'y', 'z') })).toHaveLength(6);
  const spread = sampleVars({ n: between(1, 100), name: pick('red', 'blue', 'mid') });
  expect(spread).toHaveLength(8);
  expect([spread[0]?.n, spread.at(-1)?.n]).toEqual([1, 100]);
  expect(new Set(spread.map(({ name }) => name)).size).toBe(3);
  expect(sampleVars(undefined)).toEqual([{}]);
});
