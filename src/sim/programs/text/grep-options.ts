import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { linesOf, readText } from '../lib/input.ts';
import { posixRegex, quoteRegex, RegexError } from '../lib/posix-regex.ts';

const TABLE = {
  short: 'A:B:C:EFGPHILTUVZabce:f:hilm:noqsrRvwxyz0123456789',
  long: {
    'after-context': 'A',
    'basic-regexp': 'G',
    'before-context': 'B',
    'byte-offset': 'b',
    'color=?': 'color',
    'colour=?': 'color',
    context: 'C',
    count: 'c',
    'dereference-recursive': 'R',
    'exclude=': 'exclude',
    'exclude-dir=': 'exclude-dir',
    'extended-regexp': 'E',
    file: 'f',
    'files-with-matches': 'l',
    'files-without-match': 'L',
    'fixed-strings': 'F',
    help: 'help',
    'ignore-case': 'i',
    'include=': 'include',
    'initial-tab': 'T',
    'invert-match': 'v',
    'label=': 'label',
    'line-buffered': 'line-buffered',
    'line-number': 'n',
    'line-regexp': 'x',
    'max-count': 'm',
    'no-filename': 'h',
    'no-ignore-case': 'no-ignore-case',
    'no-messages': 's',
    null: 'Z',
    'null-data': 'z',
    'only-matching': 'o',
    'perl-regexp': 'P',
    quiet: 'q',
    recursive: 'r',
    regexp: 'e',
    silent: 'q',
    text: 'a',
    version: 'V',
    'with-filename': 'H',
    'word-regexp': 'w',
  },
};

export interface GrepOptions {
  readonly patterns: readonly RegExp[];
  readonly files: readonly string[];
  readonly before: number;
  readonly after: number;
  readonly color: boolean;
  /** Prefix lines with the file's name; undefined: if there are several. */
  readonly names: boolean | undefined;
  readonly max: number;
  readonly recursive: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly excludeDir: readonly string[];
  readonly label: string;
  readonly has: (flag: string) => boolean;
}

const USAGE = 'Usage: grep [OPTION]... PATTERNS [FILE]...\n';

/** Reads grep's command line; `kind` is how patterns are read unless it says otherwise. */
export function* parseGrepOptions(c: Command, kind: 'G' | 'E' | 'F'): Sys<GrepOptions> {
  const parsed = getopt(c.args, TABLE);
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c);
  }
  let matcher: string = kind;
  let [before, after, max] = [-1, -1, Number.POSITIVE_INFINITY];
  let context = -1;
  let digits = '';
  let patterns: string[] | undefined;
  const lists = { include: [] as string[], exclude: [] as string[], 'exclude-dir': [] as string[] };
  const flags = new Set<string>();
  let color = 'never';
  let label = '(standard input)';
  let names: boolean | undefined;
  for (const { flag, value } of parsed.options) {
    if (/^\d$/.test(flag)) digits += flag;
    else if ('GEFP'.includes(flag)) matcher = flag;
    else if (flag === 'A') after = yield* contextLength(c, value);
    else if (flag === 'B') before = yield* contextLength(c, value);
    else if (flag === 'C') context = yield* contextLength(c, value);
    else if (flag === 'm') {
      if (!/^-?\d+$/.test(value)) return yield* c.die(2, 'invalid max count');
      max = Number(value) < 0 ? Number.POSITIVE_INFINITY : Number(value);
    } else if (flag === 'e') patterns = [...(patterns ?? []), ...value.split('\n')];
    else if (flag === 'f') {
      const text = yield* readText(c, value);
      if (text === undefined) throw new Exit(2);
      patterns = [...(patterns ?? []), ...linesOf(text)];
    } else if (flag === 'include' || flag === 'exclude' || flag === 'exclude-dir') lists[flag].push(value);
    else if (flag === 'color') color = value === '' ? 'auto' : value;
    else if (flag === 'label') label = value;
    else if (flag === 'H') names = true;
    else if (flag === 'h') names = false;
    else if (flag === 'V') {
      c.out('grep (GNU grep) 3.8\n');
      throw new Exit(0);
    } else if (flag === 'help') {
      c.out(
        `${USAGE}Search for PATTERNS in each FILE.\nExample: grep -i 'hello world' menu.h main.c\nPATTERNS can contain multiple patterns separated by newlines.\n`,
      );
      throw new Exit(0);
    } else flags.add(flag === 'y' ? 'i' : flag === 'R' ? 'r' : flag);
  }
  if (digits !== '') context = Number(digits);
  const operands = [...parsed.operands];
  if (patterns === undefined) {
    const first = operands.shift();
    if (first === undefined) return yield* usage(c);
    patterns = first.split('\n');
  }
  const expressions: RegExp[] = [];
  for (const pattern of patterns) expressions.push(yield* expression(c, pattern, matcher, flags));
  return {
    patterns: expressions,
    files: operands,
    before: before >= 0 ? before : Math.max(context, 0),
    after: after >= 0 ? after : Math.max(context, 0),
    color: color === 'always' || (color === 'auto' && c.interactive),
    names,
    max,
    recursive: flags.has('r'),
    ...lists,
    excludeDir: lists['exclude-dir'],
    label,
    has: (flag) => flags.has(flag),
  };
}

function* usage(c: Command): Sys<never> {
  yield* c.error(`${USAGE}Try 'grep --help' for more information.\n`);
  throw new Exit(2);
}

function* contextLength(c: Command, value: string): Sys<number> {
  return /^\d+$/.test(value) ? Number(value) : yield* c.die(2, `${value}: invalid context length argument`);
}

function* expression(c: Command, pattern: string, matcher: string, flags: ReadonlySet<string>): Sys<RegExp> {
  const whole = flags.has('x') ? ('line' as const) : flags.has('w') ? ('word' as const) : undefined;
  const ignoreCase = flags.has('i') && !flags.has('no-ignore-case');
  if (matcher === 'P') return yield* perl(c, pattern, whole, ignoreCase);
  const source = matcher === 'F' ? quoteForEre(pattern) : pattern;
  if (matcher === 'E') {
    const start = /(?:^|[(|])([*+?]|\{\d)/.exec(pattern.replace(/\\.|\[\^?\]?[^\]]*\]/g, 'x'))?.[1];
    if (start !== undefined) yield* c.complain(`warning: ${start.length > 1 ? '{...}' : start} at start of expression`);
  }
  const regex = posixRegex(source, { extended: matcher !== 'G', ignoreCase, global: true, lenient: true, ...(whole ? { whole } : {}) });
  if (regex instanceof RegexError) return yield* c.die(2, regex.message);
  return new RegExp(regex.source, regex.flags);
}

/** As an extended expression for exactly this text. */
function quoteForEre(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Perl's expressions are mostly JavaScript's. */
function* perl(c: Command, pattern: string, whole: 'line' | 'word' | undefined, ignoreCase: boolean): Sys<RegExp> {
  const source = pattern
    .replace(
      /\[:(\w+):\]/g,
      (all, name: string) =>
        ({ digit: '0-9', alpha: 'A-Za-z', alnum: '0-9A-Za-z', space: '\\s', upper: 'A-Z', lower: 'a-z', xdigit: '0-9A-Fa-f' })[name] ?? all,
    )
    .replace(/\\h/g, '[ \\t]')
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$')
    .replace(/^(.*)\\K/s, '(?<=$1)')
    .replace(/([*+?}])\+/g, '$1');
  const wrapped = whole === 'line' ? `^(?:${source})$` : whole === 'word' ? `(?<!\\w)(?:${source})(?!\\w)` : source;
  try {
    return new RegExp(wrapped, `g${ignoreCase ? 'i' : ''}`);
  } catch {
    return yield* c.die(2, `unrecognized or unsupported expression: ${quoteRegex(pattern)}`);
  }
}
