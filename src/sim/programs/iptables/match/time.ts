import {
  TIME_ALL_MONTHDAYS,
  TIME_ALL_WEEKDAYS,
  TIME_MAX_DATE,
  TIME_MAX_DAYTIME,
  type TimeMatch,
} from '../../../kernel/netfilter/match/time.ts';
import { strftime } from '../../lib/date-text.ts';
import { type Extension, find, type Given } from '../extension.ts';
import { misuse } from '../problem.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export const time: Extension<TimeMatch> = {
  name: 'time',
  options: [
    { names: ['contiguous'], arguments: 0 },
    { names: ['datestart'], arguments: 1 },
    { names: ['datestop'], arguments: 1 },
    { names: ['timestart'], arguments: 1 },
    { names: ['timestop'], arguments: 1 },
    { names: ['kerneltz'], arguments: 0 },
    { names: ['utc'], arguments: 0 },
    { names: ['monthdays'], arguments: 1, invert: true },
    { names: ['weekdays'], arguments: 1, invert: true },
  ],
  build(given) {
    const value = (option: string, parse: (text: string) => number, otherwise: number): number => {
      const one = find(given, option);
      return one === undefined ? otherwise : parse(one.values[0] as string);
    };
    return {
      name: 'time',
      dateStart: value('datestart', parseDate, 0),
      dateStop: value('datestop', parseDate, TIME_MAX_DATE),
      dayStart: value('timestart', parseDaytime, 0),
      dayStop: value('timestop', parseDaytime, TIME_MAX_DAYTIME),
      monthDays: days(find(given, 'monthdays'), parseMonthday, TIME_ALL_MONTHDAYS),
      weekDays: days(find(given, 'weekdays'), parseWeekday, TIME_ALL_WEEKDAYS),
      kernelTimeZone: find(given, 'kerneltz') !== undefined,
      contiguous: find(given, 'contiguous') !== undefined,
    };
  },
  print(info) {
    let text = ' TIME';
    if (info.dayStart !== 0 || info.dayStop !== TIME_MAX_DAYTIME) text += ` from ${daytime(info.dayStart)} to ${daytime(info.dayStop)}`;
    if (info.weekDays !== TIME_ALL_WEEKDAYS) text += ` on ${weekdays(info)}`;
    if (info.monthDays !== TIME_ALL_MONTHDAYS) text += ` on ${monthdays(info).map(ordinal).join(',')}`;
    if (info.dateStart !== 0) text += ` starting from ${date(info.dateStart, ' ')}`;
    if (info.dateStop !== TIME_MAX_DATE) text += ` until date ${date(info.dateStop, ' ')}`;
    if (!info.kernelTimeZone) text += ' UTC';
    return info.contiguous ? `${text} contiguous` : text;
  },
  save(info) {
    let text = '';
    if (info.dayStart !== 0 || info.dayStop !== TIME_MAX_DAYTIME) {
      text += ` --timestart ${daytime(info.dayStart)} --timestop ${daytime(info.dayStop)}`;
    }
    if (info.monthDays !== TIME_ALL_MONTHDAYS) text += ` --monthdays ${monthdays(info).join(',')}`;
    if (info.weekDays !== TIME_ALL_WEEKDAYS) text += ` --weekdays ${weekdays(info)}`;
    if (info.dateStart !== 0) text += ` --datestart ${date(info.dateStart, 'T')}`;
    text += ` --datestop ${date(info.dateStop, 'T')}`;
    if (info.kernelTimeZone) text += ' --kerneltz';
    return info.contiguous ? `${text} --contiguous` : text;
  },
  translate(info) {
    if (info.monthDays !== TIME_ALL_MONTHDAYS) return undefined;
    const parts: string[] = [];
    if (info.dateStart !== 0) parts.push(`meta time "${date(info.dateStart, ' ')}"-"${date(info.dateStop, ' ')}"`);
    else if (info.dateStop !== TIME_MAX_DATE) parts.push(`meta time < "${date(info.dateStop, ' ')}"`);
    else parts.push('');
    if (info.dayStart !== 0 || info.dayStop !== TIME_MAX_DAYTIME) {
      parts.push(`meta hour "${daytime(info.dayStart)}"-"${daytime(info.dayStop)}"`);
    }
    // Sunday is 0 there.
    const list = WEEKDAYS.flatMap((_, i) => ((info.weekDays >> (i + 1)) & 1 ? [(i + 1) % 7] : []));
    if (info.weekDays !== TIME_ALL_WEEKDAYS) parts.push(`meta day ${list.length === 1 ? list[0] : `{ ${list.join(', ')} }`}`);
    return parts.join(' ');
  },
};

function days(given: Given | undefined, parse: (word: string) => number, all: number): number {
  if (given === undefined) return all;
  let bits = 0;
  for (const word of (given.values[0] as string).split(',')) bits |= 1 << parse(word);
  return ((given.invert ? ~bits : bits) & all) >>> 0;
}

function parseMonthday(word: string): number {
  const day = /^\d+$/.test(word) ? Number(word) : 0;
  if (day < 1 || day > 31) throw misuse(`${word} is not a valid day for --monthdays`);
  return day;
}

/** 1 for Monday: a number, or the first letters of the name. */
function parseWeekday(word: string): number {
  if (/^\d+$/.test(word)) {
    const day = Number(word);
    if (day < 1 || day > 7) throw misuse(`${word} is not a valid day for --weekdays`);
    return day;
  }
  const day = WEEKDAYS.findIndex((name) => word.length >= 2 && name.toLowerCase().startsWith(word.slice(0, 3).toLowerCase()));
  if (day < 0) throw misuse(`${word} is not a valid day specifier`);
  return day + 1;
}

function parseDaytime(text: string): number {
  const [, hours = '', minutes = '', seconds = '0'] = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?$/.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  if (hours === '' || h > 23 || m > 59 || s > 59) {
    throw misuse(`invalid time "${text}" specified, should be hh:mm[:ss] format and within the boundaries`);
  }
  return h * 3600 + m * 60 + s;
}

function parseDate(text: string): number {
  const found = /^(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?)?)?$/.exec(text);
  if (found === null) throw misuse(`Invalid date "${text}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(found[i] ?? (i === 2 || i === 3 ? 1 : 0)));
  let days = (year as number) * 365 - 719_528 + Math.floor(((year as number) + 3) / 4) - Math.floor(((year as number) + 99) / 100);
  days += Math.floor(((year as number) + 399) / 400);
  const leap = ((year as number) % 4 === 0 && (year as number) % 100 !== 0) || (year as number) % 400 === 0;
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  for (let i = 0; i < (month as number) - 1; i++) days += lengths[i] ?? 0;
  days += (day as number) - 1;
  return days * 86_400 + (hour as number) * 3600 + (minute as number) * 60 + (second as number);
}

function daytime(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) => String(n).padStart(2, '0')).join(':');
}

function date(seconds: number, between: string): string {
  return strftime(`%Y-%m-%d${between}%H:%M:%S`, seconds * 1000);
}

function weekdays({ weekDays }: TimeMatch): string {
  return WEEKDAYS.filter((_, i) => ((weekDays >> (i + 1)) & 1) !== 0).join(',');
}

function monthdays({ monthDays }: TimeMatch): number[] {
  return Array.from({ length: 31 }, (_, i) => i + 1).filter((day) => ((monthDays >>> day) & 1) !== 0);
}

function ordinal(day: number): string {
  const teen = day >= 11 && day <= 13;
  return `${day}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')}`;
}
