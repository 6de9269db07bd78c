import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';

/** xatoul_range() of libbb: a decimal number in a range, or complains and ends. */
export function* numberInRange(c: Command, name: string, text: string, low: number, high: number): Sys<number> {
  if (!/^\d+$/.test(text)) {
    yield* c.error(`${name}: invalid number '${text}'\n`);
    throw new Exit(1);
  }
  const number = Number(text);
  if (number >= low && number <= high) return number;
  yield* c.error(`${name}: number ${text} is not in ${low}..${high} range\n`);
  throw new Exit(1);
}
