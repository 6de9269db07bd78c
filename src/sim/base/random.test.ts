import { expect, test } from 'vitest';
import { Random } from './random.ts';

test('a seed gives the same numbers again', () => {
  const draw = (random: Random): unknown[] => [random.u32(), random.int(6), random.float(), random.bytes(4), random.hex(12)];
  expect(draw(new Random('lab'))).toEqual(draw(new Random('lab')));
  expect(draw(new Random('lab'))).not.toEqual(draw(new Random('lab2')));
});

test('a fork depends on the seed and its label, not on what was drawn before', () => {
  const fresh = new Random(7);
  const used = new Random(7);
  used.bytes(100);
  expect(used.fork('host1').hex(16)).toBe(fresh.fork('host1').hex(16));
  expect(fresh.fork('host2').hex(16)).not.toBe(fresh.fork('host1').hex(16));
});

test('numbers spread over their range', () => {
  const random = new Random('spread');
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) counts[random.int(10)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(Math.max(...counts)).toBeLessThan(1150);
});

test('what is settled comes out in turn, here and in forks, and is nothing but itself', () => {
  const random = new Random('settled');
  const fork = random.fork('kernel');
  random.settle('container web', ['aa', 'bb']);
  expect([random.settled('container web'), fork.settled('container web'), random.settled('container web')]).toEqual([
    'aa',
    'bb',
    undefined,
  ]);
  expect(fork.settled('container db')).toBeUndefined();
  expect(random.hex(8)).toBe(new Random('settled').hex(8));
});
