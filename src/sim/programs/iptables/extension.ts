import type { RuleSpec } from '../../kernel/netfilter/rule.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import { type Names, parseNumber } from './names.ts';
import { misuse } from './problem.ts';

/** An option of an extension as it was given. */
export interface Given {
  /** Its first name. */
  readonly option: string;
  readonly values: readonly string[];
  readonly invert: boolean;
}

/** The rule's IP header part, as far as extensions may ask for it. */
export interface Header extends Pick<RuleSpec, 'protocol'> {
  readonly family: Family;
}

/** A match or target as the program knows it: how its options are read, shown in a listing and written as a command. */
export interface Extension<T> {
  readonly name: string;
  /** All names of an option, the one that messages use first, and how many arguments it takes. */
  readonly options: readonly { readonly names: readonly string[]; readonly arguments: 0 | 1 | 2 }[];
  /** What was asked for; throws a Problem. */
  build(given: readonly Given[], header: Header, names: Names): T;
  /** How a listing shows it, with a space in front. */
  print(info: T, names: Names, numeric: boolean, protocol: string): string;
  /** Its options, as they would be typed. */
  save(info: T): string;
  /** The name it is saved under, where that is another than its own. */
  savedAs?(info: T): string;
}

/** The option of that name; given twice is a mistake. */
export function once(extension: string, given: readonly Given[], option: string): Given | undefined {
  const found = given.filter((one) => one.option === option);
  if (found.length > 1) throw misuse(`${extension}: option "--${option}" can only be used once.\n`);
  return found[0];
}

/** The same for one that cannot be left out. */
export function required(extension: string, given: readonly Given[], option: string): Given {
  const found = once(extension, given, option);
  if (found === undefined) throw misuse(`${extension}: option "--${option}" must be specified\n`);
  return found;
}

/** `0x1/0xff` */
export function parseMarkMask(extension: string, { option, values }: Given): { mark: number; mask: number | undefined } {
  const [first = '', second] = (values[0] ?? '').split('/');
  const mark = parseNumber(first, 0xffffffff);
  const mask = second === undefined ? undefined : parseNumber(second, 0xffffffff);
  if (mark === undefined || (second !== undefined && mask === undefined)) {
    throw misuse(`${extension}: bad integer value for option "--${option}", or out of range.\n`);
  }
  return { mark, mask };
}

export function hex(n: number): string {
  return `0x${n.toString(16)}`;
}
