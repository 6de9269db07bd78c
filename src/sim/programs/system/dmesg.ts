import { NS_PER_S } from '../../base/time.ts';
import type { LogRecord } from '../../kernel/kernel-log.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { DMESG_HELP } from './dmesg-usage.ts';

const FACILITIES = ['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news'] as const;
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
const TIMES = ['delta', 'reltime', 'ctime', 'notime', 'iso'] as const;
type TimeFormat = 'plain' | (typeof TIMES)[number];

interface Format {
  readonly time: TimeFormat;
  readonly decode: boolean;
  readonly raw: boolean;
}

/** dmesg of util-linux 2.38: shows the kernel's log. */
export const dmesg = command('dmesg', main, '/usr/bin');

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, {
    short: 'CcDdEeF:f:HhJkL::l:n:iPprSs:TtuVWwx',
    long: {
      buffer_size: 's',
      'buffer-size': 's',
      clear: 'C',
      color: 'L',
      'console-level': 'n',
      'console-off': 'D',
      'console-on': 'E',
      ctime: 'T',
      decode: 'x',
      facility: 'f',
      file: 'F',
      follow: 'w',
      'follow-new': 'W',
      'force-prefix': 'p',
      help: 'h',
      human: 'H',
      json: 'J',
      kernel: 'k',
      level: 'l',
      noescape: 'noescape',
      nopager: 'P',
      notime: 't',
      raw: 'r',
      'read-clear': 'c',
      reltime: 'e',
      'show-delta': 'd',
      since: 'since=',
      syslog: 'S',
      'time-format': 'time-format=',
      until: 'until=',
      userspace: 'u',
      version: 'V',
    },
  });
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message);
  const given = new Map(parsed.options.map(({ flag, value }) => [flag.replace('=', ''), value]));
  if (given.has('h')) {
    c.out(DMESG_HELP);
    return 0;
  }
  if (given.has('V')) {
    c.out('dmesg from util-linux 2.38.1\n');
    return 0;
  }
  const levels = yield* names(c, given.get('l'), LEVELS, 'level');
  const facilities = yield* names(c, given.get('f'), FACILITIES, 'facility');
  const console = given.get('n');
  if (console !== undefined && !/^[1-8]$/.test(console) && !LEVELS.some((name) => name === console)) {
    yield* c.complain(`unknown level '${console}'`);
    return 1;
  }
  if (parsed.operands.length > 0) return yield* c.misuse('bad usage');
  if (console !== undefined || given.has('D') || given.has('E')) return 0;
  const { log } = c.p.machine.kernel;
  if (given.has('C')) {
    log.clear();
    return 0;
  }
  const wanted = ({ level, facility }: LogRecord): boolean =>
    (levels === undefined || levels.includes(level)) &&
    (facilities === undefined || facilities.includes(facility)) &&
    (!given.has('k') || facility === 0) &&
    (!given.has('u') || facility !== 0);
  const format: Format = { time: yield* timeFormat(c, given), decode: given.has('x'), raw: given.has('r') };
  const records = given.has('W') ? [] : log.records.filter(wanted);
  let next = log.nextSequence;
  if (given.has('J')) {
    c.out(json(records));
    if (given.has('c')) log.clear();
    return 0;
  }
  const writer = new Writer(c, format);
  for (const record of records) yield* writer.write(record);
  if (given.has('c')) log.clear();
  if (!given.has('w') && !given.has('W')) return 0;
  for (;;) {
    yield* c.flush();
    while (log.nextSequence === next) yield { on: 'queues', queues: [log.arrived], why: 'kernel log' };
    for (const record of log.since(next).filter(wanted)) yield* writer.write(record);
    next = log.nextSequence;
  }
}

/** The numbers of a list of names; undefined without one. */
function* names(c: Command, list: string | undefined, known: readonly string[], what: string): Sys<number[] | undefined> {
  if (list === undefined) return undefined;
  const numbers: number[] = [];
  for (const word of list.split(',')) {
    const number = known.indexOf(word);
    if (number < 0) {
      yield* c.complain(`unknown ${what} '${word}'`);
      throw new Exit(1);
    }
    numbers.push(number);
  }
  return numbers;
}

function* timeFormat(c: Command, given: ReadonlyMap<string, string>): Sys<TimeFormat> {
  const word = given.get('time-format');
  if (word !== undefined) {
    const format = TIMES.find((known) => known === word);
    if (format !== undefined) return format;
    yield* c.complain(`unknown time format: ${word}`);
    throw new Exit(1);
  }
  if (given.has('t')) return 'notime';
  if (given.has('T')) return 'ctime';
  if (given.has('e') || given.has('H')) return 'reltime';
  return given.has('d') ? 'delta' : 'plain';
}

class Writer {
  private readonly c: Command;
  private readonly format: Format;
  private lastNs: number | undefined;
  private minute = '';

  constructor(c: Command, format: Format) {
    this.c = c;
    this.format = format;
  }

  *write(record: LogRecord): Sys<void> {
    const { decode, raw } = this.format;
    const { facility, level, text } = record;
    const prefix = raw
      ? `<${facility * 8 + level}>`
      : decode
        ? `${(FACILITIES[facility] ?? '').padEnd(6)}:${(LEVELS[level] ?? '').padEnd(6)}: `
        : '';
    yield* this.c.print(`${prefix}${this.time(record)}${text}\n`);
  }

  private time({ timeNs }: LogRecord): string {
    const deltaNs = timeNs - (this.lastNs ?? timeNs);
    this.lastNs = timeNs;
    const wallMs = this.c.p.machine.kernel.epochMs + timeNs / 1e6;
    switch (this.format.time) {
      case 'plain':
        return `[${stamp(timeNs)}] `;
      case 'notime':
        return '';
      case 'ctime':
        return `[${strftime('%a %b %e %H:%M:%S %Y', wallMs)}] `;
      case 'delta':
        return `[${stamp(timeNs)} <${stamp(deltaNs)}>] `;
      case 'iso':
        return `${strftime('%Y-%m-%dT%H:%M:%S', wallMs)},${micros(timeNs)}+00:00 `;
      case 'reltime': {
        const minute = strftime('%b%e %H:%M', wallMs);
        const first = minute !== this.minute;
        this.minute = minute;
        return first ? `[${minute}] ` : `[${`+${(deltaNs / NS_PER_S).toFixed(6)}`.padStart(11)}] `;
      }
    }
  }
}

/** Seconds in five places, with microseconds. */
function stamp(ns: number): string {
  return `${String(Math.floor(ns / NS_PER_S)).padStart(5)}.${micros(ns)}`;
}

function micros(ns: number): string {
  return String(Math.floor((ns % NS_PER_S) / 1000)).padStart(6, '0');
}

function json(records: readonly LogRecord[]): string {
  const items = records.map(
    ({ facility, level, timeNs, text }) =>
      `{\n         "pri": ${facility * 8 + level},\n         "time": ${stamp(timeNs).padStart(13)},\n         "msg": ${JSON.stringify(text)}\n      }`,
  );
  return `{\n   "dmesg": [\n      ${items.join(',')}\n   ]\n}\n`;
}
