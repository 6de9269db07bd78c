import { expect, it } from 'vitest';
import { NS_PER_MS } from '../base/time.ts';
import { jiffies, timerExpiryNs } from './timer-wheel.ts';

it('runs timers on the tick after they are due, long ones in steps of 32 ms, 256 ms and two seconds', () => {
  const now = 1001 * NS_PER_MS;
  const waits = [0, 8, 100, 251, 252, 1000, 2015, 2016, 5000, 30_000, 60_000];
  expect(waits.map((ms) => [ms, timerExpiryNs(now, jiffies(ms * NS_PER_MS)) / NS_PER_MS])).toEqual([
    [0, 1004],
    [8, 1012],
    [100, 1104],
    [251, 1280],
    [252, 1280],
    [1000, 2016],
    [2015, 3072],
    [2016, 3072],
    [5000, 6144],
    [30_000, 32_768],
    [60_000, 61_440],
  ]);
});
