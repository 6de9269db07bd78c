import { isError } from '../../base/result.ts';
import type { Program } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { linesOf, readText } from '../lib/input.ts';

/** tee, tac, rev, paste, nl's simpler neighbours: each a few lines. */
const tee = command('tee', function* (c) {
  const table = { short: 'aip', long: { append: 'a', 'ignore-interrupts': 'i', 'output-error=?': 'output-error' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  const append = options.some(({ flag }) => flag === 'a');
  if (options.some(({ flag }) => flag === 'i')) c.p.ignoreSignal('SIGINT');
  let status = 0;
  const outputs: { readonly name: string; readonly fd: number }[] = [{ name: 'standard output', fd: 1 }];
  for (const name of operands) {
    const fd = name === '-' ? 1 : c.p.open(name, { write: true, create: true, truncate: !append, append });
    if (isError(fd)) {
      yield* c.complain(`${name}: ${reason(fd)}`);
      status = 1;
    } else outputs.push({ name, fd });
  }
  for (;;) {
    const data = yield* c.p.read(0);
    if (isError(data)) return yield* c.die(1, `read error: ${reason(data)}`);
    if (data.length === 0) return status;
    for (const { name, fd } of outputs) {
      const written = yield* c.p.write(fd, data);
      if (!isError(written)) continue;
      yield* c.complain(`${name}: ${reason(written)}`);
      status = 1;
    }
  }
});

const tac = command('tac', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '' }, { usage: '% [OPTION]... [FILE]...' });
  let status = 0;
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const fd = name === '-' ? 0 : c.p.open(name, { read: true });
    if (isError(fd)) {
      yield* c.complain(`failed to open '${name}' for reading: ${reason(fd)}`);
      status = 1;
      continue;
    }
    const text = yield* readText(c, name);
    if (text === undefined) status = 1;
    else {
      const pieces = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      yield* c.print(pieces.reverse().join(''));
    }
  }
  return status;
});

const rev = command('rev', function* (c) {
  let status = 0;
  for (const name of c.args.length === 0 ? ['-'] : c.args) {
    const fd = name === '-' ? 0 : c.p.open(name, { read: true });
    if (isError(fd)) {
      yield* c.complain(`cannot open ${name}: ${reason(fd)}`);
      status = 1;
      continue;
    }
    const text = yield* readText(c, name);
    if (text === undefined) return 1;
    const reversed = linesOf(text).map((line) => [...line].reverse().join(''));
    yield* c.print(reversed.length === 0 ? '' : reversed.join('\n') + (text.endsWith('\n') ? '\n' : ''));
  }
  return status;
});

const yes = command('yes', function* (c) {
  const { operands } = yield* parseOptions(c, { short: '' }, { usage: '% [STRING]...' });
  const block = encodeText(`${operands.length === 0 ? 'y' : operands.join(' ')}\n`.repeat(256));
  for (;;) {
    yield* c.bytes(block);
    yield* c.p.turn();
  }
});

const paste = command('paste', function* (c) {
  const table = { short: 'd:sz', long: { delimiters: 'd', serial: 's', 'zero-terminated': 'z' } };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  const list = options.findLast(({ flag }) => flag === 'd')?.value ?? '\t';
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', '0': '', b: '\b', f: '\f', r: '\r', v: '\v' };
  const delimiters = [...list.matchAll(/\\(.)|([^\\])/gs)].map((m) => (m[1] === undefined ? (m[2] as string) : (escapes[m[1]] ?? m[1])));
  if (delimiters.length === 0) delimiters.push('');
  const between = (i: number): string => delimiters[i % delimiters.length] as string;
  const columns: string[][] = [];
  let stdin: string[] | undefined;
  const names = operands.length === 0 ? ['-'] : operands;
  const shares = names.filter((name) => name === '-').length;
  let share = 0;
  for (const name of names) {
    if (name === '-' && stdin !== undefined) columns.push(stdin);
    else {
      const text = yield* readText(c, name);
      if (text === undefined) return 1;
      columns.push(linesOf(text));
      if (name === '-') stdin = columns.at(-1);
    }
  }
  if (options.some(({ flag }) => flag === 's')) {
    for (const lines of columns) yield* c.print(`${lines.reduce((out, line, i) => out + (i === 0 ? '' : between(i - 1)) + line, '')}\n`);
    return 0;
  }
  // Several `-` take turns at standard input's lines.
  const sources = columns.map((lines) => {
    if (lines !== stdin || shares < 2) return lines;
    const own = share++;
    return lines.filter((_, i) => i % shares === own);
  });
  const rows = Math.max(0, ...sources.map((lines) => lines.length));
  for (let r = 0; r < rows; r++) {
    yield* c.print(`${sources.reduce((out, lines, i) => out + (i === 0 ? '' : between(i - 1)) + (lines[r] ?? ''), '')}\n`);
  }
  return 0;
});

const nl = command('nl', function* (c) {
  const table = {
    short: 'b:n:s:v:w:i:',
    long: {
      'body-numbering': 'b',
      'number-format': 'n',
      'number-separator': 's',
      'starting-line-number': 'v',
      'number-width': 'w',
      'line-increment': 'i',
    },
  };
  const { options, operands } = yield* parseOptions(c, table, { usage: '% [OPTION]... [FILE]...' });
  const value = (flag: string, standard: string): string => options.findLast((o) => o.flag === flag)?.value ?? standard;
  const [style, format, separator] = [value('b', 't'), value('n', 'rn'), value('s', '\t')];
  const [width, step] = [Number(value('w', '6')), Number(value('i', '1'))];
  let number = Number(value('v', '1'));
  let status = 0;
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const text = yield* readText(c, name);
    if (text === undefined) {
      status = 1;
      continue;
    }
    for (const line of linesOf(text)) {
      if (style === 'n' || (style === 't' && line === '')) {
        yield* c.print(`${' '.repeat(width + separator.length)}${line}\n`);
        continue;
      }
      const digits = String(number);
      const shown = format === 'ln' ? digits.padEnd(width) : format === 'rz' ? digits.padStart(width, '0') : digits.padStart(width);
      yield* c.print(`${shown}${separator}${line}\n`);
      number += step;
    }
  }
  return status;
});

export const SIMPLE_TEXT_PROGRAMS: readonly Program[] = [tee, tac, rev, yes, paste, nl];
