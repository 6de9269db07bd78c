import { expect, test } from 'vitest';
import { NS_PER_S } from '../../../base/time.ts';
import { Skb } from '../../skb.ts';
import type { HookPacket, Test } from '../packet.ts';
import { CERTAIN, statisticTest } from './statistic.ts';
import { stringTest } from './string.ts';
import { TIME_ALL_MONTHDAYS, TIME_ALL_WEEKDAYS, TIME_MAX_DATE, TIME_MAX_DAYTIME, type TimeMatch, timeTest } from './time.ts';

/** As much of a packet as the matches here look at. */
function packet(text: string, kernel: object = {}): HookPacket {
  const bytes = new TextEncoder().encode(text);
  // It begins in the middle of a buffer that goes on behind it.
  const skb = Skb.alloc(bytes.length + 8);
  skb.buf.set(bytes, skb.data);
  skb.buf.set(bytes, skb.data + bytes.length);
  skb.trim(bytes.length);
  return { skb, stack: { ns: { kernel } } } as unknown as HookPacket;
}

test('A string is found between the bounds only, as long as no byte of it lies behind them or behind the packet', () => {
  const found = (pattern: string, from: number, to: number, ignoreCase = false, invert = false): boolean =>
    stringTest({ name: 'string', pattern: [...new TextEncoder().encode(pattern)], algorithm: 'bm', from, to, ignoreCase, invert })(
      packet('GET /x'),
    );
  expect([found('/x', 0, 65535), found('/x', 4, 6), found('/x', 5, 6), found('/x', 0, 5)]).toEqual([true, true, false, false]);
  expect([found('get', 0, 65535), found('get', 0, 65535, true), found('get', 0, 65535, false, true)]).toEqual([false, true, true]);
  expect(found('xGE', 0, 65535)).toBe(false);
});

test('Of every three packets one is taken, the first of which the rule says, and inverted all others', () => {
  const taking = (start: number, invert = false): string => {
    const nth = statisticTest({ name: 'statistic', mode: 'nth', every: 3, packet: start, invert });
    return [...'1234567'].filter(() => nth(packet(''))).join('');
  };
  expect([taking(0), taking(1), taking(2), taking(0, true)]).toEqual(['147', '25', '36', '2356']);
  const random = (probability: number): Test => statisticTest({ name: 'statistic', mode: 'random', probability, invert: false });
  const draws = (values: readonly number[], test: Test): boolean[] =>
    values.map((value) => test(packet('', { random: { u32: () => value } })));
  expect(draws([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff], random(CERTAIN / 2))).toEqual([true, true, false, false]);
  expect(draws([0xffff_ffff], random(CERTAIN))).toEqual([true]);
});

test('The small hours of a night belong to the day before only where time is contiguous', () => {
  const ALWAYS: TimeMatch = {
    name: 'time',
    dateStart: 0,
    dateStop: TIME_MAX_DATE,
    dayStart: 0,
    dayStop: TIME_MAX_DAYTIME,
    monthDays: TIME_ALL_MONTHDAYS,
    weekDays: TIME_ALL_WEEKDAYS,
    kernelTimeZone: false,
    contiguous: false,
  };
  /** The clock has run for ten seconds since the machine was started. */
  const at = (iso: string, match: Partial<TimeMatch>): boolean =>
    timeTest({ ...ALWAYS, ...match })(packet('', { epochMs: Date.parse(iso) - 10_000, clock: { now: 10 * NS_PER_S } }));
  // 29 November 2026 is a Sunday.
  const sundayNight = { weekDays: 1 << 7, dayStart: 22 * 3600, dayStop: 6 * 3600 };
  const nights = ['2026-11-29T21:59:59Z', '2026-11-29T22:00:00Z', '2026-11-30T05:59:59Z', '2026-11-29T03:00:00Z'];
  expect(nights.map((iso) => at(iso, sundayNight))).toEqual([false, true, false, true]);
  expect(nights.map((iso) => at(iso, { ...sundayNight, contiguous: true }))).toEqual([false, true, true, false]);
  const days = ['2028-02-29T12:00:00Z', '2028-03-01T00:00:00Z', '2100-02-28T23:59:59Z', '2100-03-01T00:00:00Z'];
  expect(days.map((iso) => at(iso, { monthDays: 1 << 29, dateStop: 0xffff_ffff }))).toEqual([true, false, false, false]);
  expect(days.map((iso) => at(iso, { monthDays: 1 << 1, dateStop: 0xffff_ffff }))).toEqual([false, true, false, true]);
  expect(at('2026-11-29T12:00:00Z', { dateStart: Date.parse('2026-11-29T12:00:01Z') / 1000 })).toBe(false);
});
