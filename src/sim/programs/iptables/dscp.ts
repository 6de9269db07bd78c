// Names of the byte that was the type of service and is differentiated services: RFC 1349, RFC 2474.

import { parseNumber } from './names.ts';
import { misuse } from './problem.ts';

const CLASSES: readonly (readonly [name: string, dscp: number])[] = [
  ...Array.from({ length: 8 }, (_, n) => [`CS${n}`, n * 8] as const),
  ['BE', 0],
  ...[1, 2, 3, 4].flatMap((n) => [1, 2, 3].map((drop) => [`AF${n}${drop}`, n * 8 + drop * 2] as const)),
  ['EF', 0x2e],
];

/** The codepoint of a class such as AF41. */
export function dscpOfClass(name: string): number {
  const found = CLASSES.find(([known]) => known === name.toUpperCase());
  if (found === undefined) throw misuse(`Invalid DSCP value \`${name}'`);
  return found[1];
}

const SYMBOLS: readonly (readonly [name: string, value: number])[] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
];

/** Symbols leave the precedence alone, and the bit that is not theirs. */
const SYMBOL_MASK = 0x3f;

/** A symbol or the beginning of one, a value, or `value/mask`; without a mask `whole` (xtopt_parse_tosmask). */
export function parseTos(text: string, whole: number): { value: number; mask: number } {
  const [first = '', second] = text.split('/');
  const value = parseNumber(first, 255);
  const mask = second === undefined ? whole : parseNumber(second, 255);
  if (value !== undefined && mask !== undefined) return { value, mask };
  const candidates = SYMBOLS.filter(([name]) => text !== '' && name.toLowerCase().startsWith(text.toLowerCase()));
  if (candidates.length > 1) throw misuse(`Symbolic name "${text}" is ambiguous`);
  const [found] = candidates;
  if (found === undefined) throw misuse(`Symbolic name "${text}" is unknown`);
  return { value: found[1], mask: SYMBOL_MASK };
}

export function tosName(value: number, mask: number): string | undefined {
  return mask === SYMBOL_MASK ? SYMBOLS.find(([, known]) => known === value)?.[0] : undefined;
}
