import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { openInput } from '../lib/input.ts';

const TABLE = {
  short: '0a:d:E:e::I:i::L:l::n:opP:rs:tx',
  long: {
    null: '0',
    'arg-file': 'a',
    delimiter: 'd',
    'replace=?': 'i',
    'max-lines=?': 'l',
    'max-args': 'n',
    interactive: 'p',
    'max-procs': 'P',
    'no-run-if-empty': 'r',
    'max-chars': 's',
    verbose: 't',
    exit: 'x',
  },
  stopAtOperand: true,
};
/** Most bytes of one command line. */
const MAX_CHARS = 131_072;

export const xargs = command('xargs', function* (c) {
  const parsed = getopt(c.args, TABLE);
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message);
  let [replace, delimiter, file] = [undefined as string | undefined, undefined as string | undefined, '-'];
  let [maxArgs, maxLines] = [0, 0];
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  for (const { flag, value } of parsed.options) {
    if (flag === '0') delimiter = '\0';
    else if (flag === 'd') delimiter = value.replace(/\\(.)/g, (_, e: string) => ({ n: '\n', t: '\t', '0': '\0' })[e] ?? e);
    else if (flag === 'a') file = value;
    else if (flag === 'I' || flag === 'i') replace = value || '{}';
    else if (flag === 'n' || flag === 'L' || flag === 'l' || flag === 'P' || flag === 's') {
      if (value !== '' && !/^\d+$/.test(value)) {
        yield* c.complain(`invalid number "${value}" for -${flag} option`);
        yield* c.error(`Try 'xargs --help' for more information.\n`);
        return 1;
      }
      if (flag === 'n' && Number(value) < 1) {
        yield* c.complain(`value ${value} for -n option should be >= 1`);
        yield* c.error(`Try 'xargs --help' for more information.\n`);
        return 1;
      }
      if (flag === 'n') maxArgs = Number(value);
      else if (flag === 'L' || flag === 'l') maxLines = Number(value || 1);
    }
  }
  const fd = openInput(c.p, file);
  if (isError(fd)) return yield* c.die(1, `Cannot open input file ‘${file}’: ${reason(fd)}`);
  const data = yield* c.p.readAll(fd);
  if (isError(data)) return yield* c.die(1, reason(data));
  const text = decodeText(data);
  const lines =
    delimiter !== undefined
      ? [pieces(text, delimiter)]
      : replace !== undefined
        ? text
            .split('\n')
            .map((line) => line.trimStart())
            .filter((line) => line !== '')
            .map((line) => [unquote(line)])
        : words(text);
  if (typeof lines === 'string') return yield* c.die(1, lines);
  const run = new Runner(
    c,
    parsed.operands.length === 0 ? ['echo'] : parsed.operands,
    flags.has('t') || flags.has('p'),
    flags.has('a') || file !== '-',
  );
  if (replace !== undefined) {
    const marker = replace;
    for (const item of lines.flat()) yield* run.once(run.command.map((word) => word.replaceAll(marker, item)));
    return run.status;
  }
  const groups = maxLines > 0 ? chunks(lines, maxLines).map((group) => group.flat()) : batches(lines.flat(), maxArgs);
  if (groups.length === 0 && !flags.has('r')) groups.push([]);
  for (const group of groups) yield* run.once([...run.command, ...group]);
  return run.status;
});

function pieces(text: string, delimiter: string): string[] {
  const out = text.split(delimiter);
  if (out.at(-1) === '') out.pop();
  return out;
}

function unquote(line: string): string {
  return line.replace(/\\(.)|'([^']*)'|"([^"]*)"/g, (_, a?: string, b?: string, d?: string) => a ?? b ?? d ?? '');
}

/** Words of each line that has any; quotes and backslashes as xargs knows them. A text says what is wrong. */
function words(text: string): string[][] | string {
  const lines: string[][] = [];
  let line: string[] = [];
  let word: string | undefined;
  for (let i = 0; i <= text.length; i++) {
    const ch = text[i];
    if (ch === undefined || ch === ' ' || ch === '\t' || ch === '\n') {
      if (word !== undefined) line.push(word);
      word = undefined;
      if (ch === '\n' || ch === undefined) {
        if (line.length > 0) lines.push(line);
        line = [];
      }
    } else if (ch === '\\') word = (word ?? '') + (text[++i] ?? '');
    else if (ch === '"' || ch === "'") {
      const end = text.indexOf(ch, i + 1);
      const newline = text.indexOf('\n', i + 1);
      if (end < 0 || (newline >= 0 && newline < end)) {
        return `unmatched ${ch === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`;
      }
      word = (word ?? '') + text.slice(i + 1, end);
      i = end;
    } else word = (word ?? '') + ch;
  }
  return lines;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function batches(items: readonly string[], max: number): string[][] {
  if (max > 0) return chunks(items, max);
  const out: string[][] = [];
  let size = MAX_CHARS;
  for (const item of items) {
    size += item.length + 1;
    if (size > MAX_CHARS) {
      out.push([]);
      size = item.length + 1;
    }
    out.at(-1)?.push(item);
  }
  return out;
}

class Runner {
  status = 0;
  readonly command: readonly string[];
  readonly #c: Command;
  readonly #trace: boolean;
  readonly #ownInput: boolean;

  constructor(c: Command, argv: readonly string[], trace: boolean, ownInput: boolean) {
    this.#c = c;
    this.command = argv;
    this.#trace = trace;
    this.#ownInput = ownInput;
  }

  *once(argv: readonly string[]): Sys<void> {
    const { p } = this.#c;
    if (this.#trace) yield* this.#c.error(`${argv.join(' ')}\n`);
    yield* this.#c.flush();
    const nothing = this.#ownInput ? 0 : p.open('/dev/null', { read: true });
    const child = p.spawn(argv, {
      fds: new Map([
        [0, isError(nothing) ? 0 : nothing],
        [1, 1],
        [2, 2],
      ]),
    });
    if (!isError(nothing) && nothing !== 0) p.close(nothing);
    if (isError(child)) {
      yield* this.#c.complain(`${argv[0]}: ${reason(child)}`);
      throw new Exit(child.errno === 'ENOENT' ? 127 : 126);
    }
    const status = yield* p.waitpid(child.pidSeenBy(p));
    if (status === undefined || isError(status)) return;
    if (status.kind === 'signaled') {
      yield* this.#c.complain(`${argv[0]}: terminated by signal ${SIGNAL_NUMBERS[status.signal]}`);
      throw new Exit(125);
    }
    if (status.kind !== 'exited') return;
    if (status.status === 255) {
      yield* this.#c.complain(`${argv[0]}: exited with status 255; aborting`);
      throw new Exit(124);
    }
    if (status.status !== 0) this.status = 123;
  }
}
