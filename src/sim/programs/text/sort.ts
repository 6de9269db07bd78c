import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { openInput } from '../lib/input.ts';
import { compareKeys, compareText, keyText, parseSortKey, type SortKey } from './sort-key.ts';

const TABLE = {
  short: 'bcCdfghik:mMno:rRsS:t:T:uVz',
  long: {
    'ignore-leading-blanks': 'b',
    'check=?': 'c',
    'dictionary-order': 'd',
    'ignore-case': 'f',
    'general-numeric-sort': 'g',
    'human-numeric-sort': 'h',
    'ignore-nonprinting': 'i',
    key: 'k',
    merge: 'm',
    'month-sort': 'M',
    'numeric-sort': 'n',
    output: 'o',
    reverse: 'r',
    'random-sort': 'R',
    stable: 's',
    'buffer-size': 'S',
    'field-separator': 't',
    'temporary-directory': 'T',
    unique: 'u',
    'version-sort': 'V',
    'zero-terminated': 'z',
    'sort=': 'sort',
  },
};
const LONG_SORTS: Readonly<Record<string, string>> = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  random: 'R',
  version: 'V',
};

export const sort = command('sort', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...', status: 2 });
  let global = '';
  let separator: string | undefined;
  let output: string | undefined;
  const keys: SortKey[] = [];
  const flags = new Set<string>();
  for (const { flag, value } of options) {
    if (flag === 'k') {
      const key = parseSortKey(value);
      if (key === undefined) return yield* badKey(c, value);
      keys.push(key);
    } else if (flag === 't') {
      if (value === '') return yield* c.die(2, 'empty tab');
      if ([...value].length > 1 && value !== '\\0') return yield* c.die(2, `multi-character tab ‘${value}’`);
      separator = value === '\\0' ? '\0' : value;
    } else if (flag === 'o') output = value;
    else if (flag === 'sort') global += LONG_SORTS[value] ?? '';
    else if ('bdfghiMnrRV'.includes(flag)) global += flag;
    else flags.add(flag);
  }
  const clash = /[ghMnRV]/g;
  const kinds = [...new Set(global.match(clash) ?? [])];
  if (kinds.length > 1) return yield* c.die(2, `options '-${[...kinds].sort().join('')}' are incompatible`);
  const end = flags.has('z') ? '\0' : '\n';
  const lines: string[] = [];
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const fd = openInput(c.p, name);
    if (isError(fd)) return yield* c.die(2, `cannot read: ${name}: ${reason(fd)}`);
    const data = yield* c.p.readAll(fd);
    if (isError(data)) return yield* c.die(2, `read failed: ${name}: ${reason(data)}`);
    if (fd !== 0) c.p.close(fd);
    const text = decodeText(data);
    const own = text === '' ? [] : text.split(end);
    if (text.endsWith(end)) own.pop();
    for (const line of own) lines.push(line);
  }
  const compare = comparer(keys, global, separator, flags.has('u') || flags.has('s'), c.p.machine.random.int(0x7fffffff));
  if (flags.has('c') || flags.has('C')) return yield* check(c, lines, compare, flags, operands[0] ?? '-');
  lines.sort(compare);
  const kept = flags.has('u') ? lines.filter((line, i) => i === 0 || compare(lines[i - 1] as string, line) !== 0) : lines;
  if (output === undefined) {
    for (const line of kept) yield* c.print(line + end);
    return 0;
  }
  const error = c.p.machine.files.writeFile(c.p, output, encodeText(kept.map((line) => line + end).join('')));
  return isError(error) ? yield* c.die(2, `open failed: ${output}: ${reason(error)}`) : 0;
});

function* badKey(c: Command, value: string): Sys<never> {
  if (/^0/.test(value)) return yield* c.die(2, `field number is zero: invalid field specification ‘${value}’`);
  if (!/^\d/.test(value)) return yield* c.die(2, `invalid number at field start: invalid count at start of ‘${value}’`);
  return yield* c.die(2, `stray character in field spec: invalid field specification ‘${value}’`);
}

/** The order of two lines: by each key in turn, then as a whole unless that is not wanted. */
function comparer(keys: readonly SortKey[], global: string, separator: string | undefined, stable: boolean, salt: number) {
  const reverseAll = global.includes('r');
  const whole: SortKey = { startField: 1, startChar: 1, endField: 0, endChar: 0, flags: '' };
  const used = (keys.length > 0 ? keys : [whole]).map((key) =>
    /[dfghiMnrRV]/.test(key.flags) ? key : { ...key, flags: key.flags + global },
  );
  const plain = keys.length === 0 && /^[r]*$/.test(global);
  return (a: string, b: string): number => {
    if (!plain) {
      for (const key of used) {
        const [x, y] = keys.length === 0 && !key.flags.includes('b') ? [a, b] : [keyText(a, key, separator), keyText(b, key, separator)];
        const order = key.flags.includes('R') ? hash(x, salt) - hash(y, salt) : compareKeys(x, y, key.flags);
        if (order !== 0) return key.flags.includes('r') ? -order : order;
      }
      if (stable) return 0;
    }
    const order = compareText(a, b);
    return reverseAll ? -order : order;
  };
}

function hash(text: string, salt: number): number {
  let h = salt | 1;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function* check(
  c: Command,
  lines: readonly string[],
  compare: (a: string, b: string) => number,
  flags: ReadonlySet<string>,
  name: string,
): Sys<number> {
  for (let i = 1; i < lines.length; i++) {
    const order = compare(lines[i - 1] as string, lines[i] as string);
    if (order < 0 || (order === 0 && !flags.has('u'))) continue;
    if (!flags.has('C')) yield* c.complain(`${name}:${i + 1}: disorder: ${lines[i]}`);
    return 1;
  }
  return 0;
}
