import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { strftime } from '../lib/date-text.ts';
import { parseOptions } from '../lib/getopt.ts';
import { linesOf, readBytes, readText } from '../lib/input.ts';
import { compareText } from './sort-key.ts';

const comm = command('comm', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: '123z', long: { 'check-order': 'check', 'nocheck-order': 'nocheck', 'output-delimiter=': 'delimiter' } },
    { usage: '% [OPTION]... FILE1 FILE2' },
  );
  const hidden = new Set(options.map(({ flag }) => flag));
  if (operands.length === 0) return yield* c.misuse('missing operand');
  if (operands.length === 1) return yield* c.misuse(`missing operand after ‘${operands[0]}’`);
  if (operands.length > 2) return yield* c.misuse(`extra operand ‘${operands[2]}’`);
  const [a, b] = [yield* readText(c, operands[0] as string), yield* readText(c, operands[1] as string)];
  if (a === undefined || b === undefined) return 1;
  const [left, right] = [linesOf(a), linesOf(b)];
  const delimiter = options.find(({ flag }) => flag === 'delimiter')?.value ?? '\t';
  const lead = { 1: '', 2: hidden.has('1') ? '' : delimiter, 3: (hidden.has('1') ? '' : delimiter) + (hidden.has('2') ? '' : delimiter) };
  let [i, k] = [0, 0];
  while (i < left.length || k < right.length) {
    const order = i >= left.length ? 1 : k >= right.length ? -1 : compareText(left[i] as string, right[k] as string);
    const column = order < 0 ? 1 : order > 0 ? 2 : 3;
    const line = column === 2 ? right[k] : left[i];
    if (column !== 2) i++;
    if (column !== 1) k++;
    if (!hidden.has(String(column))) yield* c.print(`${lead[column]}${line}\n`);
  }
  return 0;
});

const cmp = command('cmp', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'bi:ln:s', long: { 'print-bytes': 'b', verbose: 'l', bytes: 'n', quiet: 's', silent: 's', 'ignore-initial': 'i' } },
    { usage: '% [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]', package: '(GNU diffutils) 3.8', status: 2 },
  );
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const [one, two = '-'] = operands;
  if (one === undefined) return yield* c.misuse(`missing operand after '${c.name}'`, 2);
  const [a, b] = [yield* readBytes(c, one), yield* readBytes(c, two)];
  if (a === undefined || b === undefined) return 2;
  let line = 1;
  let differs = false;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) {
      differs = true;
      if (has('s')) return 1;
      if (!has('l')) {
        c.out(`${one} ${two} differ: byte ${i + 1}, line ${line}\n`);
        return 1;
      }
      yield* c.print(
        `${String(i + 1).padStart(String(Math.max(a.length, b.length)).length)} ${(a[i] as number).toString(8).padStart(3)} ${(b[i] as number).toString(8).padStart(3)}\n`,
      );
    }
    if (a[i] === 10) line++;
  }
  if (a.length === b.length) return differs ? 1 : 0;
  const shorter = a.length < b.length ? one : two;
  const length = Math.min(a.length, b.length);
  const shortData = a.length < b.length ? a : b;
  const where =
    length === 0
      ? 'which is empty'
      : has('l')
        ? `after byte ${length}`
        : `after byte ${length}, ${shortData[length - 1] === 10 ? 'line' : 'in line'} ${shortData[length - 1] === 10 ? line - 1 : line}`;
  if (!has('s')) yield* c.error(`${c.name}: EOF on ${shorter} ${where}\n`);
  return 1;
});

/** A stretch where two files differ: lines [from, to) of each. */
interface Hunk {
  readonly a0: number;
  readonly a1: number;
  readonly b0: number;
  readonly b1: number;
}

/** The shortest edit from one list to the other (Myers 1986, greedy with its history kept). */
function edits(a: readonly string[], b: readonly string[]): Hunk[] {
  const max = a.length + b.length;
  const v = new Map<number, number>([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let d = 0; d <= max; d++) {
    history.push(new Map(v));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (v.get(k - 1) ?? -1) < (v.get(k + 1) ?? -1));
      let x = down ? (v.get(k + 1) ?? 0) : (v.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      v.set(k, x);
      if (x >= a.length && x - k >= b.length) return hunks(history, a.length, b.length);
    }
  }
  return [];
}

function hunks(history: readonly Map<number, number>[], n: number, m: number): Hunk[] {
  const out: Hunk[] = [];
  let [x, y] = [n, m];
  for (let d = history.length - 1; d > 0; d--) {
    const v = history[d] as Map<number, number>;
    const k = x - y;
    const down = k === -d || (k !== d && (v.get(k - 1) ?? -1) < (v.get(k + 1) ?? -1));
    const prevK = down ? k + 1 : k - 1;
    const prevX = v.get(prevK) ?? 0;
    const prevY = prevX - prevK;
    const [a1, b1] = down ? [prevX, prevY + 1] : [prevX + 1, prevY];
    const last = out.at(-1);
    if (last !== undefined && last.a0 === a1 && last.b0 === b1) out[out.length - 1] = { ...last, a0: prevX, b0: prevY };
    else out.push({ a0: prevX, a1, b0: prevY, b1 });
    [x, y] = [prevX, prevY];
  }
  return out.reverse();
}

const diff = command('diff', function* (c) {
  const table = {
    short: 'abBcC:dEiNqrsuU:wyZ',
    long: {
      brief: 'q',
      'report-identical-files': 's',
      unified: 'u',
      recursive: 'r',
      'new-file': 'N',
      'ignore-case': 'i',
      'ignore-all-space': 'w',
      'ignore-space-change': 'b',
      'ignore-blank-lines': 'B',
      text: 'a',
      'color=?': 'color',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... FILES', package: '(GNU diffutils) 3.8', status: 2 });
  const [one, two] = operands;
  if (two === undefined || one === undefined) return yield* misuse(c, `missing operand after '${one ?? c.name}'`);
  if (operands.length > 2) return yield* misuse(c, `extra operand '${operands[2]}'`);
  const flags = new Set(options.map(({ flag }) => flag));
  const unified = flags.has('u') || flags.has('U') ? Number(options.findLast(({ flag }) => flag === 'U')?.value ?? 3) : undefined;
  const shown = c.args.filter((word) => word.startsWith('-') && word !== '-').join(' ');
  return yield* new Differ(c, flags, unified, shown).any(one, two, true);
});

/** diffutils puts its name before the hint as well. */
function* misuse(c: Command, message: string): Sys<number> {
  yield* c.complain(message);
  yield* c.complain(`Try '${c.name} --help' for more information.`);
  return 2;
}

class Differ {
  readonly #c: Command;
  readonly #flags: ReadonlySet<string>;
  readonly #unified: number | undefined;
  readonly #options: string;

  constructor(c: Command, flags: ReadonlySet<string>, unified: number | undefined, options: string) {
    this.#c = c;
    this.#flags = flags;
    this.#unified = unified;
    this.#options = options;
  }

  *any(one: string, two: string, named: boolean): Sys<number> {
    const { files } = this.#c.p.machine;
    const kind = (path: string): string => {
      const stat = path === '-' ? undefined : files.stat(this.#c.p, path);
      return stat !== undefined && !isError(stat) ? stat.kind : 'file';
    };
    let [a, b] = [one, two];
    if (named && kind(a) === 'directory' && kind(b) !== 'directory') a = `${a.replace(/\/$/, '')}/${b.replace(/^.*\//, '')}`;
    else if (named && kind(b) === 'directory' && kind(a) !== 'directory') b = `${b.replace(/\/$/, '')}/${a.replace(/^.*\//, '')}`;
    if (kind(a) === 'directory' && kind(b) === 'directory') return yield* this.#directories(a, b);
    return yield* this.#files(a, b, named);
  }

  *#directories(one: string, two: string): Sys<number> {
    const { files } = this.#c.p.machine;
    const [left, right] = [files.readDirectory(this.#c.p, one), files.readDirectory(this.#c.p, two)];
    const names = new Set([...(isError(left) ? [] : left), ...(isError(right) ? [] : right)]);
    let status = 0;
    for (const name of [...names].sort(compareText)) {
      const [a, b] = [`${one}/${name}`, `${two}/${name}`];
      const [inA, inB] = [files.stat(this.#c.p, a), files.stat(this.#c.p, b)];
      if (isError(inA) || isError(inB)) {
        yield* this.#c.print(`Only in ${isError(inA) ? two : one}: ${name}\n`);
        status = 1;
      } else if (inA.kind === 'directory' && inB.kind === 'directory') {
        if (this.#flags.has('r')) status = Math.max(status, yield* this.#directories(a, b));
        else yield* this.#c.print(`Common subdirectories: ${a} and ${b}\n`);
      } else status = Math.max(status, yield* this.#files(a, b, false));
    }
    return status;
  }

  *#files(one: string, two: string, named: boolean): Sys<number> {
    const [a, b] = [yield* this.#read(one), yield* this.#read(two)];
    if (a === undefined || b === undefined) throw new Exit(2);
    if (a.includes('\0') || b.includes('\0')) {
      if (a === b) return 0;
      yield* this.#c.print(`Binary files ${one} and ${two} differ\n`);
      return 1;
    }
    const key = (line: string): string => {
      let out = this.#flags.has('i') ? line.toLowerCase() : line;
      if (this.#flags.has('w')) out = out.replace(/[ \t]+/g, '');
      else if (this.#flags.has('b')) out = out.replace(/[ \t]+$/, '').replace(/[ \t]+/g, ' ');
      return out;
    };
    const split = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const [left, right] = [split(a), split(b)];
    const found = edits(left.map(key), right.map(key)).filter(
      (h) => !this.#flags.has('B') || [...left.slice(h.a0, h.a1), ...right.slice(h.b0, h.b1)].some((line) => line !== '\n'),
    );
    if (found.length === 0) {
      if (this.#flags.has('s')) yield* this.#c.print(`Files ${one} and ${two} are identical\n`);
      return 0;
    }
    if (this.#flags.has('q')) {
      yield* this.#c.print(`Files ${one} and ${two} differ\n`);
      return 1;
    }
    if (!named) yield* this.#c.print(`diff${this.#options === '' ? '' : ` ${this.#options}`} ${one} ${two}\n`);
    yield* this.#unified === undefined ? this.#normal(left, right, found) : this.#unifiedForm(one, two, left, right, found, this.#unified);
    return 1;
  }

  *#read(name: string): Sys<string | undefined> {
    return yield* readText(this.#c, name);
  }

  *#lines(mark: string, lines: readonly string[]): Sys<void> {
    for (const line of lines) yield* this.#c.print(line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`);
  }

  *#normal(a: readonly string[], b: readonly string[], found: readonly Hunk[]): Sys<void> {
    const range = (from: number, to: number): string => (to - from > 1 ? `${from + 1},${to}` : String(to > from ? from + 1 : from));
    for (const { a0, a1, b0, b1 } of found) {
      const letter = a0 === a1 ? 'a' : b0 === b1 ? 'd' : 'c';
      yield* this.#c.print(`${range(a0, a1)}${letter}${range(b0, b1)}\n`);
      yield* this.#lines('< ', a.slice(a0, a1));
      if (letter === 'c') yield* this.#c.print('---\n');
      yield* this.#lines('> ', b.slice(b0, b1));
    }
  }

  *#unifiedForm(one: string, two: string, a: readonly string[], b: readonly string[], found: readonly Hunk[], context: number): Sys<void> {
    for (const [mark, name] of [
      ['---', one],
      ['+++', two],
    ] as const) {
      const stat = name === '-' ? undefined : this.#c.p.machine.files.stat(this.#c.p, name);
      const time = stat === undefined || isError(stat) ? this.#c.p.wallClockMs : stat.mtimeMs;
      yield* this.#c.print(`${mark} ${name}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', time)}\n`);
    }
    const groups: Hunk[][] = [];
    for (const hunk of found) {
      const last = groups.at(-1)?.at(-1);
      if (last !== undefined && hunk.a0 - last.a1 <= 2 * context) groups.at(-1)?.push(hunk);
      else groups.push([hunk]);
    }
    const range = (from: number, to: number): string =>
      to - from === 1 ? String(from + 1) : `${to === from ? from : from + 1},${to - from}`;
    for (const group of groups) {
      const [first, last] = [group[0] as Hunk, group.at(-1) as Hunk];
      const from = Math.max(0, first.a0 - context);
      const to = Math.min(a.length, last.a1 + context);
      yield* this.#c.print(`@@ -${range(from, to)} +${range(first.b0 - (first.a0 - from), last.b1 + (to - last.a1))} @@\n`);
      let at = from;
      for (const { a0, a1, b0, b1 } of group) {
        yield* this.#lines(' ', a.slice(at, a0));
        yield* this.#lines('-', a.slice(a0, a1));
        yield* this.#lines('+', b.slice(b0, b1));
        at = a1;
      }
      yield* this.#lines(' ', a.slice(at, to));
    }
  }
}

const fold = command('fold', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'bsw:', long: { bytes: 'b', spaces: 's', width: 'w' } },
    { usage: '% [OPTION]... [FILE]...' },
  );
  const word = options.findLast(({ flag }) => flag === 'w')?.value ?? '80';
  if (!/^[1-9]\d*$/.test(word))
    return yield* c.die(1, `invalid number of columns: ‘${word}’${/^0+$/.test(word) ? ': Numerical result out of range' : ''}`);
  const width = Number(word);
  const spaces = options.some(({ flag }) => flag === 's');
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readText(c, name);
    if (text === undefined) return 1;
    for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
      let rest = line.replace(/\n$/, '');
      while (encodeText(rest).length > width) {
        const blank = spaces ? rest.slice(0, width).lastIndexOf(' ') + 1 : 0;
        const cut = blank > 0 ? blank : width;
        yield* c.print(`${rest.slice(0, cut)}\n`);
        rest = rest.slice(cut);
      }
      yield* c.print(rest + (line.endsWith('\n') ? '\n' : ''));
    }
  }
  return 0;
});

const column = command('column', function* (c) {
  const table = {
    short: 'c:es:o:txN:R:',
    long: {
      table: 't',
      separator: 's',
      'output-separator': 'o',
      'output-width': 'c',
      fillrows: 'x',
      'table-columns': 'N',
      'table-right': 'R',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '\n % [options] [<file>...]', package: 'from util-linux 2.38.1' });
  const value = (flag: string): string | undefined => options.findLast((o) => o.flag === flag)?.value;
  const lines: string[] = [];
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readText(c, name);
    if (text === undefined) return 1;
    lines.push(...linesOf(text).filter((line) => line.trim() !== ''));
  }
  if (options.some(({ flag }) => flag === 't')) {
    const separator = value('s');
    const rows = lines.map((line) =>
      separator === undefined ? line.trim().split(/\s+/) : line.split(new RegExp(`[${separator.replace(/[\]\\^-]/g, '\\$&')}]`)),
    );
    const names = value('N')?.split(',');
    if (names !== undefined) rows.unshift(names);
    const widths: number[] = [];
    for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, [...cell].length);
    const rightAligned = new Set((value('R') ?? '').split(',').map((n) => (/^\d+$/.test(n) ? Number(n) - 1 : (names?.indexOf(n) ?? -1))));
    const gap = value('o') ?? '  ';
    for (const row of rows) {
      const cells = row.map((cell, i) =>
        rightAligned.has(i)
          ? cell.padStart(widths[i] as number)
          : i === row.length - 1 && i === widths.length - 1
            ? cell
            : cell.padEnd(widths[i] as number),
      );
      yield* c.print(`${cells.join(gap)}\n`);
    }
    return 0;
  }
  const columns = Number(value('c') ?? c.p.terminal(1)?.columns ?? 80);
  const widest = Math.max(0, ...lines.map((line) => line.length));
  const cell = (Math.floor(widest / 8) + 1) * 8;
  const perRow = Math.max(1, Math.floor(columns / cell));
  const count = Math.ceil(lines.length / perRow);
  const across = options.some(({ flag }) => flag === 'x');
  for (let r = 0; r < count; r++) {
    let out = '';
    let at = 0;
    for (let k = 0; k < perRow; k++) {
      const item = lines[across ? r * perRow + k : k * count + r];
      if (item === undefined) break;
      while (at < k * cell) {
        out += '\t';
        at = (Math.floor(at / 8) + 1) * 8;
      }
      out += item;
      at += item.length;
    }
    yield* c.print(`${out}\n`);
  }
  return 0;
});

const expand = command('expand', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'it:', long: { initial: 'i', tabs: 't' } },
    { usage: '% [OPTION]... [FILE]...' },
  );
  const size = Number(options.findLast(({ flag }) => flag === 't')?.value ?? 8);
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readText(c, name);
    if (text === undefined) return 1;
    let at = 0;
    let out = '';
    for (const ch of text) {
      const blanks = ch === '\t' ? size - (at % size) : 0;
      out += blanks > 0 ? ' '.repeat(blanks) : ch;
      at = ch === '\n' ? 0 : at + (blanks || 1);
    }
    yield* c.print(out);
  }
  return 0;
});

const shuf = command('shuf', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'ei:n:o:rz', long: { echo: 'e', 'input-range': 'i', 'head-count': 'n', repeat: 'r' } },
    { usage: '% [OPTION]... [FILE]' },
  );
  const value = (flag: string): string | undefined => options.findLast((o) => o.flag === flag)?.value;
  const range = /^(\d+)-(\d+)$/.exec(value('i') ?? '');
  let lines: string[];
  if (value('i') !== undefined && !range) return yield* c.die(1, `invalid input range: ‘${value('i')}’`);
  if (range) lines = Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => String(Number(range[1]) + i));
  else if (options.some(({ flag }) => flag === 'e')) lines = [...operands];
  else {
    const text = yield* readText(c, operands[0] ?? '-');
    if (text === undefined) return 1;
    lines = linesOf(text);
  }
  const { random } = c.p.machine;
  for (let i = lines.length - 1; i > 0; i--) {
    const k = random.int(i + 1);
    [lines[i], lines[k]] = [lines[k] as string, lines[i] as string];
  }
  for (const line of lines.slice(0, Number(value('n') ?? lines.length))) yield* c.print(`${line}\n`);
  return 0;
});

export const COMPARE_PROGRAMS: readonly Program[] = [cmp, column, comm, diff, expand, fold, shuf];
