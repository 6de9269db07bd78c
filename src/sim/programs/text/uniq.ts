import { isError } from '../../base/result.ts';
import { command, Exit, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { LineReader, openInput } from '../lib/input.ts';

const TABLE = {
  short: 'cdDf:is:uw:z',
  long: {
    count: 'c',
    repeated: 'd',
    'all-repeated=?': 'D',
    'skip-fields': 'f',
    'ignore-case': 'i',
    'skip-chars': 's',
    unique: 'u',
    'check-chars': 'w',
    'zero-terminated': 'z',
  },
};

export const uniq = command('uniq', function* (c) {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [INPUT [OUTPUT]]' });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  let [skipFields, skipChars, width] = [0, 0, Number.POSITIVE_INFINITY];
  for (const { flag, value } of options) {
    if (!'fsw'.includes(flag)) continue;
    if (!/^\d+$/.test(value)) {
      const what = flag === 'f' ? 'fields to skip' : flag === 's' ? 'bytes to skip' : 'bytes to compare';
      return yield* c.die(1, `${value}: invalid number of ${what}`);
    }
    if (flag === 'f') skipFields = Number(value);
    else if (flag === 's') skipChars = Number(value);
    else width = Number(value);
  }
  if (operands.length > 2) return yield* c.misuse(`extra operand ‘${operands[2]}’`);
  const input = openInput(c.p, operands[0] ?? '-');
  if (isError(input)) return yield* c.die(1, `${operands[0]}: ${reason(input)}`);
  if (operands[1] !== undefined && operands[1] !== '-') {
    const output = c.p.open(operands[1], { write: true, create: true, truncate: true });
    if (isError(output)) return yield* c.die(1, `${operands[1]}: ${reason(output)}`);
    c.p.dup2(output, 1);
  }
  const end = has('z') ? '\0' : '\n';
  const key = (line: string): string => {
    let rest = line;
    for (let i = 0; i < skipFields; i++) rest = rest.replace(/^[ \t]*[^ \t]*/, '');
    rest = rest.slice(skipChars);
    if (Number.isFinite(width)) rest = rest.slice(0, width);
    return has('i') ? rest.toUpperCase() : rest;
  };
  const reader = new LineReader(c.p, input, end);
  let group: string[] = [];
  let groupKey = '';
  const all = has('D');
  const tell = (): string => {
    const [first] = group;
    if (first === undefined) return '';
    if (all) return group.length > 1 ? group.map((line) => line + end).join('') : '';
    if (has('d') && group.length === 1) return '';
    if (has('u') && group.length > 1) return '';
    return `${has('c') ? `${String(group.length).padStart(7)} ` : ''}${first}${end}`;
  };
  for (;;) {
    const line = yield* reader.next();
    if (line === undefined) break;
    const k = key(line);
    if (group.length > 0 && k === groupKey) {
      group.push(line);
      continue;
    }
    yield* c.print(tell());
    group = [line];
    groupKey = k;
  }
  yield* c.print(tell());
  if (reader.error) {
    yield* c.complain(`error reading '${operands[0] ?? '-'}': ${reason(reader.error)}`);
    throw new Exit(1);
  }
  return 0;
});
