import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { formatPrintf } from '../lib/printf.ts';

const TABLE = {
  short: 'f:s:w',
  long: { format: 'f', separator: 's', 'equal-width': 'w', help: '--help', version: '--version' },
  stopAtOperand: true,
};

export const seq = command('seq', function* (c) {
  // A negative number is an operand.
  const firstNumber = c.args.findIndex((word, i) => /^-[\d.]/.test(word) && !/^(-[fs]|--(separator|format))$/.test(c.args[i - 1] ?? ''));
  const args = firstNumber < 0 ? c.args : [...c.args.slice(0, firstNumber), '--', ...c.args.slice(firstNumber)];
  const parsed = getopt(args, TABLE);
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message);
  const { options } = parsed;
  const operands = parsed.operands.filter((word, i) => word !== '--' || i > 2);
  if (operands.length === 0) return yield* c.misuse('missing operand');
  if (operands.length > 3) return yield* c.misuse(`extra operand ‘${operands[3]}’`);
  const numbers: number[] = [];
  for (const operand of operands) numbers.push(yield* number(c, operand));
  const first = operands.length > 1 ? (numbers[0] as number) : 1;
  const step = operands.length > 2 ? (numbers[1] as number) : 1;
  const last = numbers.at(-1) as number;
  if (step === 0) return yield* c.misuse(`invalid Zero increment value: ‘${operands[1]}’`);
  const digits = Math.max(0, ...operands.slice(0, operands.length > 1 ? -1 : undefined).map(fraction));
  const separator = options.findLast(({ flag }) => flag === 's')?.value ?? '\n';
  const format = options.findLast(({ flag }) => flag === 'f')?.value;
  if (format !== undefined && !/%[-+ 0#']*\d*(\.\d*)?L?[aefgAEFG]/.test(format.replaceAll('%%', ''))) {
    return yield* c.die(1, `format ‘${format}’ has no % directive`);
  }
  const count = Math.floor((last - first) / step + 1e-9) + 1;
  const plain = (value: number): string => value.toFixed(digits);
  const width =
    options.some(({ flag }) => flag === 'w') && count > 0
      ? Math.max(plain(first).length, plain(first + step * (count - 1)).length, last === Math.trunc(last) ? plain(last).length : 0)
      : 0;
  for (let i = 0; i < count; i++) {
    const value = first + i * step;
    const shown = format === undefined ? padded(plain(value), width) : formatPrintf(format, [value]);
    yield* c.print((i === 0 ? '' : separator) + shown);
    if (i % 1000 === 999) yield* c.p.turn();
  }
  if (count > 0) yield* c.print('\n');
  return 0;
});

function* number(c: Command, text: string): Sys<number> {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^[+-]?0x[0-9a-f]+$/i.test(text) || /^[+-]?inf(inity)?$/i.test(text)) {
    return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
  }
  return yield* c.misuse(`invalid floating point argument: ‘${text}’`);
}

function fraction(text: string): number {
  return /\.(\d*)/.exec(text)?.[1]?.length ?? 0;
}

function padded(text: string, width: number): string {
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}
