import { syntax } from './problem.ts';

/** A number as strtoull(3) reads it with base 0, between two bounds; throws a Problem. */
export function parseNumber(text: string, max: number | bigint, min = 0): number {
  const [, sign, digits = ''] = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text) ?? [];
  if (digits === '') throw syntax(`'${text}' is invalid as number`);
  const n = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (sign === '-' || n > BigInt(max) || n < BigInt(min)) throw syntax(`'${text}' is out of range ${min}-${max}`);
  return Number(n);
}
