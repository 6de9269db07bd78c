import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, type ParsedArguments, UsageError } from '../lib/getopt.ts';
import { parseDate } from '../lib/parse-date.ts';
import type { JournalEntry } from './journal.ts';
import { entryLine, type JournalFormat } from './journal-text.ts';
import { type ServiceManager, serviceManager } from './manager.ts';
import { unitName } from './unit-file.ts';

const OPTIONS = {
  short: 'u:n::fexrbkqao:S:U:p:g:t:',
  long: {
    'unit=': 'u',
    'lines=?': 'n',
    follow: 'f',
    'pager-end': 'e',
    catalog: 'x',
    reverse: 'r',
    boot: 'b',
    dmesg: 'k',
    quiet: 'q',
    all: 'a',
    'output=': 'o',
    'since=': 'S',
    'until=': 'U',
    'priority=': 'p',
    'grep=': 'g',
    'identifier=': 't',
    'no-pager': 'no-pager',
    'disk-usage': 'disk-usage',
    'no-tail': 'no-tail',
    system: 'system',
    'no-hostname': 'no-hostname',
  },
} as const;

const FORMATS: ReadonlySet<string> = new Set(['short', 'short-iso', 'short-precise', 'cat', 'json']);
/** How many entries stand before those that -f waits for, and what -e shows. */
const FOLLOW_LINES = 10;
const END_LINES = 1_000;

/** journalctl of systemd 252. */
export const journalctl = command('journalctl', function* (c): Sys<number> {
  const parsed = getopt(withLines(c.args), OPTIONS);
  if (parsed instanceof UsageError) return yield* c.die(1, parsed.message);
  const manager = serviceManager(c.p.machine);
  if (manager === undefined) {
    yield* c.error('No journal files were found.\n');
    c.out('-- No entries --\n');
    return 0;
  }
  if (parsed.options.some(({ flag }) => flag === 'disk-usage')) {
    c.out('Archived and active journals take up 8.0M in the file system.\n');
    return 0;
  }
  const query = readQuery(c, parsed, manager);
  if (typeof query === 'string') {
    yield* c.error(`${query}\n`);
    return 1;
  }
  return yield* show(c, manager, query);
});

/** A number behind -n is its argument, though it may stand alone. */
const withLines = (args: readonly string[]): readonly string[] =>
  args.flatMap((arg, i) => {
    const [before = '', next = ''] = [args[i - 1], args[i + 1]];
    if (/^-[a-z]*n$/.test(before) && COUNT.test(arg)) return [];
    return /^-[a-z]*n$/.test(arg) && COUNT.test(next) ? [`${arg}${next}`] : [arg];
  });

const COUNT = /^(\d+|all)$/;

interface Query {
  readonly wants: (entry: JournalEntry) => boolean;
  /** undefined: all. */
  readonly lines: number | undefined;
  readonly follow: boolean;
  readonly reverse: boolean;
  readonly quiet: boolean;
  readonly format: JournalFormat;
}

/** What is asked for, or what is wrong with it. */
function readQuery({ p }: Command, { options }: ParsedArguments, manager: ServiceManager): Query | string {
  const values = (flag: string): string[] => options.filter((option) => option.flag === flag).map(({ value }) => value);
  const has = (flag: string): boolean => options.some((option) => option.flag === flag);
  const units = values('u').map(unitName);
  const identifiers = values('t');
  const [since, until] = [date(values('S').at(-1), p.wallClockMs), date(values('U').at(-1), p.wallClockMs)];
  if (since === 'bad' || until === 'bad') return `Failed to parse timestamp: ${values('S').at(-1) ?? values('U').at(-1)}`;
  const given = values('n').at(-1);
  if (given !== undefined && given !== '' && !/^(\d+|all)$/.test(given)) return `Failed to parse lines '${given}'`;
  const format = values('o').at(-1) ?? 'short';
  if (!FORMATS.has(format)) return `Unknown output format '${format}'.`;
  const pattern = values('g').at(-1);
  const search = pattern === undefined ? undefined : new RegExp(pattern, pattern === pattern.toLowerCase() ? 'i' : '');
  const stated = given === undefined ? undefined : given === 'all' ? Number.POSITIVE_INFINITY : given === '' ? FOLLOW_LINES : Number(given);
  return {
    wants: ({ unit, identifier, timeMs, message }) =>
      (units.length === 0 || units.includes(unit)) &&
      (identifiers.length === 0 || identifiers.includes(identifier)) &&
      !has('k') &&
      timeMs >= (since ?? 0) &&
      timeMs <= (until ?? Number.POSITIVE_INFINITY) &&
      (search === undefined || search.test(message)),
    lines: stated ?? (has('f') && !has('no-tail') ? FOLLOW_LINES : has('e') ? END_LINES : undefined),
    follow: has('f'),
    reverse: has('r') || (search !== undefined && stated !== undefined),
    quiet: has('q'),
    format: format as JournalFormat,
  };

  function date(text: string | undefined, now: number): number | 'bad' | undefined {
    if (text === undefined) return undefined;
    const relative = /^([-+])(\d+)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)$/.exec(text);
    if (relative !== null) {
      const [, sign, count, unit] = relative as unknown as [string, string, string, string];
      const size = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit[0] as 's' | 'm' | 'h' | 'd'];
      return now + (sign === '-' ? -1 : 1) * Number(count) * size;
    }
    if (text === 'today') return now - (now % 86_400_000);
    return text === 'boot' ? manager.bootMs : (parseDate(text, now) ?? 'bad');
  }
}

function* show(c: Command, manager: ServiceManager, { wants, lines, follow, reverse, quiet, format }: Query): Sys<number> {
  const { journal, machine } = manager;
  const line = (entry: JournalEntry): string => `${entryLine(entry, machine.hostname, format)}\n`;
  const found = journal.entries.filter(wants);
  const shown = lines === undefined ? found : lines === 0 ? [] : found.slice(-lines);
  if (shown.length === 0 && !follow && !quiet) c.out('-- No entries --\n');
  for (const entry of reverse ? [...shown].reverse() : shown) yield* c.print(line(entry));
  if (!follow) return 0;
  yield* c.flush();
  let last = journal.entries.at(-1);
  for (;;) {
    yield* c.p.wait([journal.changed], undefined, 'journal');
    const { entries } = journal;
    const next = entries.slice(last === undefined ? 0 : entries.lastIndexOf(last) + 1);
    last = entries.at(-1);
    for (const entry of next.filter(wants)) yield* c.print(line(entry));
    yield* c.flush();
  }
}
