// Rates, sizes, times and percentages as tc reads and prints them: tc/tc_util.c, lib/utils.c, lib/utils_math.c.

import { formatPrintf } from '../lib/printf.ts';

/** Ticks of the packet scheduler in a microsecond (/proc/net/psched: 1000 over 64). */
const TICKS_PER_US = 15.625;
const US_PER_S = 1_000_000;
const UINT32 = 0xffffffff;

const NUMBER = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(.*)$/i;

function split(text: string): { readonly value: number; readonly unit: string } | undefined {
  const found = NUMBER.exec(text);
  return found ? { value: Number(found[1]), unit: (found[2] as string).toLowerCase() } : undefined;
}

function scaled(text: string, units: Readonly<Record<string, number>>, plain: number): number | undefined {
  const parts = split(text);
  if (parts === undefined || parts.value < 0) return undefined;
  if (parts.unit === '') return parts.value * plain;
  return Object.hasOwn(units, parts.unit) ? parts.value * (units[parts.unit] as number) : undefined;
}

const RATE_UNITS: Record<string, number> = { bit: 1, bps: 8 };
for (const [letter, decimal, binary] of [
  ['k', 1e3, 2 ** 10],
  ['m', 1e6, 2 ** 20],
  ['g', 1e9, 2 ** 30],
  ['t', 1e12, 2 ** 40],
] as const) {
  RATE_UNITS[`${letter}bit`] = decimal;
  RATE_UNITS[`${letter}ibit`] = binary;
  RATE_UNITS[`${letter}bps`] = 8 * decimal;
  RATE_UNITS[`${letter}ibps`] = 8 * binary;
}

/** Bytes a second. */
export function parseRate(text: string): number | undefined {
  const bits = scaled(text, RATE_UNITS, 1);
  return bits === undefined ? undefined : Math.floor(bits / 8);
}

const SIZE_UNITS = {
  b: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  kbit: 2 ** 10 / 8,
  mbit: 2 ** 20 / 8,
  gbit: 2 ** 30 / 8,
};

export function parseSize(text: string): number | undefined {
  const bytes = scaled(text, SIZE_UNITS, 1);
  return bytes === undefined ? undefined : Math.floor(bytes);
}

const S = { s: 1, sec: 1, secs: 1 };
const TIME_UNITS_US = {
  s: 1e6,
  sec: 1e6,
  secs: 1e6,
  ms: 1e3,
  msec: 1e3,
  msecs: 1e3,
  us: 1,
  usec: 1,
  usecs: 1,
};
const TIME_UNITS_NS = {
  ...Object.fromEntries(Object.entries(TIME_UNITS_US).map(([unit, us]) => [unit, us * 1000])),
  ...Object.fromEntries(Object.keys(S).map((unit) => [`n${unit}`, 1])),
};

/** Microseconds, which a bare number is too. */
export function parseTimeUs(text: string): number | undefined {
  const time = scaled(text, TIME_UNITS_US, 1);
  return time === undefined ? undefined : Math.floor(time);
}

/** Nanoseconds, which a bare number is too (get_time64). */
export function parseTimeNs(text: string): number | undefined {
  const time = scaled(text, TIME_UNITS_NS, 1);
  return time === undefined ? undefined : Math.floor(time);
}

/** A percentage as parts of 2^32 - 1. */
export function parsePercent(text: string): number | undefined {
  const parts = split(text);
  if (parts === undefined || (parts.unit !== '' && parts.unit !== '%')) return undefined;
  const share = parts.value / 100;
  return share < 0 || share > 1 ? undefined : Math.round(share * UINT32);
}

/** Time to send as many bytes, in whole ticks; and back. */
export function transmitTicks(rate: number, bytes: number): number {
  return Math.floor((US_PER_S * bytes * TICKS_PER_US) / rate);
}

export function transmitBytes(rate: number, ticks: number): number {
  return Math.floor((rate * wholeUs(ticks)) / US_PER_S);
}

/** tc reads times back in whole microseconds (tc_core_tick2time). */
export function wholeUs(ticks: number): number {
  return Math.floor(ticks / TICKS_PER_US);
}

export function ticksToUs(ticks: number): number {
  return ticks / TICKS_PER_US;
}

/** `1Mbit` of bytes a second. */
export function rateText(bytesPerSecond: number): string {
  let rate = bytesPerSecond * 8;
  let i = 0;
  for (; i < 4; i++) {
    if (rate < 1000 || (rate % 1000 !== 0 && rate < 1_000_000)) break;
    rate = Math.floor(rate / 1000);
  }
  return `${rate}${['', 'K', 'M', 'G', 'T'][i]}bit`;
}

export function sizeText(bytes: number): string {
  const near = (unit: number, room: number): boolean => bytes >= unit && Math.abs(unit * Math.round(bytes / unit) - bytes) < room;
  if (near(2 ** 20, 1024)) return `${Math.round(bytes / 2 ** 20)}Mb`;
  return near(1024, 16) ? `${Math.round(bytes / 1024)}Kb` : `${bytes}b`;
}

const g3 = (value: number): string => formatPrintf('%.3g', [value]);

export function timeUsText(us: number): string {
  if (us >= 1e6) return `${g3(us / 1e6)}s`;
  return us >= 1e3 ? `${g3(us / 1e3)}ms` : `${Math.floor(us)}us`;
}

export function timeNsText(ns: number): string {
  if (ns >= 1e9) return `${g3(ns / 1e9)}s`;
  if (ns >= 1e6) return `${g3(ns / 1e6)}ms`;
  return ns >= 1e3 ? `${g3(ns / 1e3)}us` : `${ns}ns`;
}

/** `10%` of parts of 2^32 - 1. */
export function percentText(parts: number): string {
  return `${formatPrintf('%g', [(100 * parts) / UINT32])}%`;
}

export function share(parts: number): number {
  return Number(formatPrintf('%g', [parts / UINT32]));
}
