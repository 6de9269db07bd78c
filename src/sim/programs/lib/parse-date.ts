import { MONTHS } from './date-text.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};
const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3).toLowerCase());

/** A date as `date -d` takes it: `@seconds`, ISO and English dates, `now`, `tomorrow`, `2 days ago`; ms since 1970, UTC. Undefined if it is none. */
export function parseDate(text: string, now: number): number | undefined {
  const seconds = /^\s*@(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (seconds) return Number(seconds[1]) * 1000;
  let rest = text.trim().toLowerCase();
  let date = new Date(now);
  let timeGiven = false;
  let dateGiven = false;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const m = pattern.exec(rest);
    if (!m) return undefined;
    rest = rest.slice(m[0].length).replace(/^[\s,]+/, '');
    return m;
  };
  const setDate = (year: number, month: number, day: number): void => {
    date = new Date(Date.UTC(year, month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()));
    dateGiven = true;
  };
  while (rest !== '') {
    let m = take(/^(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[t\s])t?/);
    if (m) {
      if (Number(m[2]) > 12 || Number(m[3]) > 31) return undefined;
      setDate(Number(m[1]), Number(m[2]) - 1, Number(m[3]));
      continue;
    }
    m = take(/^(\d{1,2})\/(\d{1,2})\/(\d{4})/);
    if (m) {
      setDate(Number(m[3]), Number(m[1]) - 1, Number(m[2]));
      continue;
    }
    m = take(/^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?:\s*(am|pm))?/);
    if (m) {
      let hour = Number(m[1]);
      if (m[5] === 'pm' && hour < 12) hour += 12;
      if (m[5] === 'am' && hour === 12) hour = 0;
      if (hour > 24 || Number(m[2]) > 59) return undefined;
      date.setUTCHours(hour, Number(m[2]), Number(m[3] ?? 0), Math.floor(Number(`0.${m[4] ?? 0}`) * 1000));
      timeGiven = true;
      continue;
    }
    m = take(/^(\d{1,2})[ -]+([a-z]{3,9})(?:[ -]+(\d{4}))?\b/) ?? undefined;
    if (m && SHORT_MONTHS.includes((m[2] as string).slice(0, 3))) {
      setDate(m[3] ? Number(m[3]) : date.getUTCFullYear(), SHORT_MONTHS.indexOf((m[2] as string).slice(0, 3)), Number(m[1]));
      continue;
    }
    if (m) {
      rest = `${m[0]} ${rest}`;
    }
    m = take(/^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? +(\d{1,2})(?:,? +(\d{4}))?(?!\d|:)/);
    if (m) {
      setDate(m[3] ? Number(m[3]) : date.getUTCFullYear(), SHORT_MONTHS.indexOf(m[1] as string), Number(m[2]));
      continue;
    }
    m = take(/^([-+]?\s*\d+|a|an|next|last)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago\b)?/);
    if (m) {
      const word = m[1] as string;
      const count = (word === 'last' ? -1 : /^[an]/.test(word) ? 1 : Number(word.replace(/\s/g, ''))) * (m[3] ? -1 : 1);
      if (m[2] === 'month') date.setUTCMonth(date.getUTCMonth() + count);
      else if (m[2] === 'year') date.setUTCFullYear(date.getUTCFullYear() + count);
      else date = new Date(date.getTime() + count * (UNIT_MS[m[2] as string] as number));
      timeGiven = true;
      continue;
    }
    m = take(/^(now|today|tomorrow|yesterday|utc|gmt|z|\+00:?00|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|^\+00:?00/);
    if (!m) return undefined;
    if (m[1] === 'tomorrow') date = new Date(date.getTime() + 86_400_000);
    else if (m[1] === 'yesterday') date = new Date(date.getTime() - 86_400_000);
    if (/^(now|today|tomorrow|yesterday)/.test(m[0])) timeGiven = true;
  }
  if (dateGiven && !timeGiven) date.setUTCHours(0, 0, 0, 0);
  if (text.trim() === '') date.setUTCHours(0, 0, 0, 0);
  return date.getTime();
}
