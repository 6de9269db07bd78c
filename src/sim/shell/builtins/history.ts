import { isError } from '../../base/result.ts';
import { decodeText, encodeText } from '../bytes-of-text.ts';
import type { Builtin } from '../flavour.ts';
import { strftime } from '../prompt.ts';
import { numeric, parseOptions } from './arguments.ts';

const history: Builtin = function* (shell, args) {
  const list = shell.history;
  const options = yield* parseOptions(shell, 'history', args, 'cd:anrwps');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  if (flags.has('c')) list.clear();
  const where = flags.get('d');
  if (typeof where === 'string') {
    const number = yield* numeric(shell, 'history', where);
    const index = number === undefined ? -1 : number < 0 ? list.lines.length + number : number - list.first;
    if (number === undefined || list.lines[index] === undefined) {
      if (number !== undefined) yield* shell.complain(`history: ${where}: history position out of range`);
      return 1;
    }
    list.lines.splice(index, 1);
    return 0;
  }
  if (flags.has('s')) {
    list.lines.pop();
    if (operands.length > 0) list.add(operands.join(' '));
    return 0;
  }
  if (flags.has('p')) {
    return yield* shell.print('history', operands.map((o) => `${o}\n`).join(''));
  }
  const file = operands[0] ?? shell.vars.get('HISTFILE');
  if (flags.has('w') || flags.has('a')) {
    if (file === undefined) return 0;
    const text = list.lines.map((l) => `${l}\n`).join('');
    return isError(shell.p.machine.files.writeFile(shell.p, file, encodeText(text), { mode: 0o600 })) ? 1 : 0;
  }
  if (flags.has('r') || flags.has('n')) {
    const bytes = file === undefined ? undefined : shell.p.machine.files.readFile(shell.p, file);
    if (bytes === undefined || isError(bytes)) return 1;
    for (const line of decodeText(bytes).split('\n')) list.add(line);
    return 0;
  }
  if (flags.has('c')) return 0;
  let count = list.lines.length;
  if (operands[0] !== undefined) {
    const number = yield* numeric(shell, 'history', operands[0]);
    if (number === undefined) return 1;
    count = Math.min(count, number);
  }
  const format = shell.vars.get('HISTTIMEFORMAT');
  const from = list.lines.length - count;
  const stamp = format === undefined || format === '' ? '' : strftime(shell, format);
  const lines = list.lines.slice(from).map((line, i) => `${String(list.first + from + i).padStart(5)}  ${stamp}${line}\n`);
  return yield* shell.print('history', lines.join(''));
};

const fc: Builtin = function* (shell, args) {
  const options = yield* parseOptions(
    shell,
    'fc',
    args.filter((a) => !/^-\d+$/.test(a)),
    'e:lnrs',
  );
  if (options === undefined) return 2;
  const { flags } = options;
  const bounds = args.filter((a) => /^-?\d+$/.test(a)).map(Number);
  const list = shell.history;
  if (!flags.has('l')) {
    yield* shell.complain('fc: no editor is installed');
    return 1;
  }
  const last = list.nextNumber - 2;
  const absolute = (n: number): number => (n < 0 ? list.nextNumber - 1 + n : n);
  const from = absolute(bounds[0] ?? -16);
  const to = bounds[1] === undefined ? last : absolute(bounds[1]);
  const lines: string[] = [];
  for (let n = Math.max(from, list.first); n <= Math.min(to, last); n++) lines.push(`${flags.has('n') ? '' : n}\t ${list.get(n) ?? ''}\n`);
  if (flags.has('r')) lines.reverse();
  return yield* shell.print('fc', lines.join(''));
};

export const historyBuiltins: Readonly<Record<string, Builtin>> = { history, fc };
