import { isError, type KernelError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { openInput } from '../lib/input.ts';

const TABLE = {
  short: 'clLmw',
  long: { bytes: 'c', chars: 'm', lines: 'l', words: 'w', 'max-line-length': 'L', 'files0-from=': 'files0-from' },
};
const TAB_WIDTH = 8;
/** What columns are padded to where sizes are not known beforehand. */
const STREAM_WIDTH = 7;
/** The columns of BusyBox's. */
const FIXED_WIDTH = 9;

interface Counts {
  lines: number;
  words: number;
  chars: number;
  bytes: number;
  longest: number;
}

export const wc = command('wc', (c) => main(c, columnWidth));
/** wc whose columns are nine wide, as BusyBox's. */
export const fixedColumnsWc = command('wc', (c) => main(c, (_, __, columns) => (columns === 1 ? 1 : FIXED_WIDTH)));

function* main(c: Command, widthOf: typeof columnWidth): Sys<number> {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...' });
  const asked = new Set(options.map(({ flag }) => flag));
  if (asked.size === 0) for (const flag of 'lwc') asked.add(flag);
  const names = operands.length === 0 ? ['-'] : operands;
  const width = widthOf(c, names, asked.size);
  const total: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 };
  let status = 0;
  for (const name of names) {
    const fd = openInput(c.p, name);
    const counts = isError(fd) ? fd : yield* count(c, fd, asked);
    if (isError(counts)) {
      yield* c.complain(`${name}: ${reason(counts)}`);
      status = 1;
      if (!isError(fd) && counts.errno === 'EISDIR') {
        yield* c.print(line({ lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 }, asked, width, name));
        c.p.close(fd);
      }
      continue;
    }
    if (!isError(fd) && fd !== 0) c.p.close(fd);
    total.lines += counts.lines;
    total.words += counts.words;
    total.chars += counts.chars;
    total.bytes += counts.bytes;
    total.longest = Math.max(total.longest, counts.longest);
    yield* c.print(line(counts, asked, width, operands.length === 0 ? '' : name));
  }
  if (names.length > 1) yield* c.print(line(total, asked, width, 'total'));
  return status;
}

function line(counts: Counts, asked: ReadonlySet<string>, width: number, name: string): string {
  const numbers: number[] = [];
  if (asked.has('l')) numbers.push(counts.lines);
  if (asked.has('w')) numbers.push(counts.words);
  if (asked.has('m')) numbers.push(counts.chars);
  if (asked.has('c')) numbers.push(counts.bytes);
  if (asked.has('L')) numbers.push(counts.longest);
  return `${numbers.map((n) => String(n).padStart(width)).join(' ')}${name === '' ? '' : ` ${name}`}\n`;
}

/** As many digits as the files' sizes together have; seven where one is no regular file; one for a single number. */
function columnWidth(c: Command, names: readonly string[], columns: number): number {
  if (names.length === 1 && columns === 1) return 1;
  let total = 0;
  let minimum = 1;
  for (const name of names) {
    const stat = name === '-' ? c.p.file(0)?.stat() : c.p.machine.files.stat(c.p, name);
    if (stat === undefined || isError(stat)) continue;
    if (stat.kind === 'file') total += stat.size;
    else minimum = STREAM_WIDTH;
  }
  return Math.max(minimum, String(total).length);
}

function* count(c: Command, fd: number, asked: ReadonlySet<string>): Sys<Counts | KernelError> {
  const data = yield* c.p.readAll(fd);
  if (isError(data)) return data;
  let lines = 0;
  for (const byte of data) if (byte === 10) lines++;
  const text = asked.has('w') || asked.has('m') || asked.has('L') ? decodeText(data) : '';
  let longest = 0;
  if (asked.has('L')) for (const row of text.split('\n')) longest = Math.max(longest, width(row));
  return {
    lines,
    words: asked.has('w') ? (text.match(/[^\s\udc80-\udcff][^\s]*/g)?.length ?? 0) : 0,
    chars: asked.has('m') ? [...text].filter((ch) => !(ch >= '\udc80' && ch <= '\udcff')).length : 0,
    bytes: data.length,
    longest,
  };
}

function width(row: string): number {
  let column = 0;
  for (const ch of row) column = ch === '\t' ? (Math.floor(column / TAB_WIDTH) + 1) * TAB_WIDTH : column + (ch < ' ' ? 0 : 1);
  return column;
}
