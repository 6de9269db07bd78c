import { expect, test } from 'vitest';
import { humanDuration } from './list.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a duration is said as go-units says it: hours are rounded, and days are made of these', () => {
  const said = [
    999,
    1000,
    59_999,
    60_000,
    119_999,
    59 * 60_000,
    HOUR,
    1.49 * HOUR,
    1.5 * HOUR,
    47.4 * HOUR,
    47.5 * HOUR,
    2.97 * DAY,
    2.99 * DAY,
    14 * DAY,
    60 * DAY,
  ];
  expect(said.map(humanDuration)).toEqual([
    'Less than a second',
    '1 second',
    '59 seconds',
    'About a minute',
    'About a minute',
    '59 minutes',
    'About an hour',
    'About an hour',
    '2 hours',
    '47 hours',
    '2 days',
    '2 days',
    '3 days',
    '2 weeks',
    '2 months',
  ]);
});
