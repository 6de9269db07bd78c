import type { NumberRange } from '../../kernel/netfilter/match/range.ts';
import type { RuleSpec } from '../../kernel/netfilter/rule.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Process } from '../../machine/process.ts';
import { type Names, parseNumber } from './names.ts';
import { misuse } from './problem.ts';

/** An option of an extension as it was given. */
export interface Given {
  /** Its first name. */
  readonly option: string;
  readonly values: readonly string[];
  readonly invert: boolean;
}

/** The rule's IP header part, as far as extensions may ask for it, and the process whose files and kernel they may look at. */
export interface Header extends Pick<RuleSpec, 'protocol'> {
  readonly family: Family;
  readonly p: Process;
  /** Says something on standard error before the rule is made. */
  readonly warn: (text: string) => void;
}

/** An option that an extension takes (struct xt_option_entry). */
export interface OptionSpec {
  /** The one that messages use first. */
  readonly names: readonly string[];
  readonly arguments: 0 | 1 | 2;
  /** May stand behind `!`. */
  readonly invert?: true;
  readonly required?: true;
  /** Cannot come together with these, in the order of the extension's options. */
  readonly excludes?: readonly string[];
  readonly needs?: string;
}

/** A match or target as the program knows it: how its options are read, shown in a listing and written as a command. */
export interface Extension<T> {
  readonly name: string;
  readonly options: readonly OptionSpec[];
  /** It looks by itself whether its options fit together: the older way. */
  readonly checksItself?: true;
  /** What was asked for; throws a Problem. */
  build(given: readonly Given[], header: Header, names: Names): T;
  /** How a listing shows it, with a space in front. */
  print(info: T, names: Names, numeric: boolean, protocol: string): string;
  /** Its options, as they would be typed. */
  save(info: T): string;
  /** The name it is saved under, where that is another than its own. */
  savedAs?(info: T): string;
  /** The same in nft's language; undefined where that has no words for it. */
  translate?(info: T, protocol: string, family: Family): string | undefined;
}

/** Reads an extension's options and looks whether they fit together (xtables_option_parse, xtables_options_fcheck). */
export function buildExtension<T>(extension: Extension<T>, given: readonly Given[], header: Header, names: Names): T {
  const { name, options } = extension;
  if (extension.checksItself) return extension.build(given, header, names);
  for (const [index, one] of given.entries()) {
    const about = `${name}: option "--${one.option}"`;
    if (given.some((other, i) => i < index && other.option === one.option)) throw misuse(`${about} can only be used once.\n`);
    if (one.invert && options.find(({ names: [first] }) => first === one.option)?.invert === undefined) {
      throw misuse(`${about} cannot be inverted.\n`);
    }
  }
  const info = extension.build(given, header, names);
  const present = (option: string): boolean => given.some((one) => one.option === option);
  for (const { names: known, required: needed, excludes, needs } of options) {
    const option = known[0] as string;
    const about = `${name}: option "--${option}"`;
    if (needed && !present(option)) throw misuse(`${about} must be specified\n`);
    if (!present(option)) continue;
    if (needs !== undefined && !present(needs)) throw misuse(`${about} also requires "--${needs}".\n`);
    const other = excludes && options.find(({ names: [first = ''] }) => excludes.includes(first) && present(first));
    if (other) throw misuse(`${about} cannot be used together with "--${other.names[0]}".\n`);
  }
  return info;
}

/** The option of that name; given twice is a mistake. */
export function once(extension: string, given: readonly Given[], option: string): Given | undefined {
  const found = given.filter((one) => one.option === option);
  if (found.length > 1) throw misuse(`${extension}: option "--${option}" can only be used once.\n`);
  return found[0];
}

/** Options of which only one may be given. */
export function oneOf(...options: readonly OptionSpec[]): OptionSpec[] {
  const all = options.map(({ names }) => names[0] as string);
  return options.map((option) => ({ ...option, excludes: all.filter((name) => name !== option.names[0]) }));
}

/** The option of that name, if it was given. */
export function find(given: readonly Given[], option: string): Given | undefined {
  return given.find((one) => one.option === option);
}

/** The value of an option, if it was given. */
export function valueGiven(given: readonly Given[], option: string): string | undefined {
  return find(given, option)?.values[0];
}

/** The same for one that cannot be left out. */
export function required(extension: string, given: readonly Given[], option: string): Given {
  const found = once(extension, given, option);
  if (found === undefined) throw misuse(`${extension}: option "--${option}" must be specified\n`);
  return found;
}

/** A whole number between two bounds (XTTYPE_UINT8 and its like). */
export function integer(extension: string, option: string, text: string, max: number, min = 0): number {
  const n = parseNumber(text, max);
  if (n !== undefined && n >= min) return n;
  throw misuse(`${extension}: bad value for option "--${option}", or out of range (${min}-${max}).\n`);
}

/** `5`, `5:9`, `5:` or `:9` (XTTYPE_UINT16RC and its like). */
export function integerRange(extension: string, { option, values, invert }: Given, max: number): NumberRange {
  const text = values[0] as string;
  const parts = text.split(':');
  if (parts.length > 2) throw misuse(`${extension}: Too many components for option "--${option}" (max: 2)\n`);
  const [from, to] = parts.map((part, i) => {
    if (part === '' && parts.length === 2) return i === 0 ? 0 : max;
    const n = parseNumber(part, max);
    if (n === undefined) {
      throw misuse(`${extension}: bad value for option "--${option}" near "${part}", or out of range (0-${max}).\n`);
    }
    return n;
  }) as [number, number | undefined];
  return { from, to: to ?? from, invert };
}

export function rangeText({ from, to }: NumberRange, between = ':'): string {
  return from === to ? String(from) : `${from}${between}${to}`;
}

/** Text of a limited length (XTTYPE_STRING): what is too long is cut, as the kernel has no room for more. */
export function text(value: string, most: number): string {
  if (value === '') throw misuse('Argument must have a minimum length of 1 characters\n');
  return value.slice(0, most);
}

/** ` !` or nothing: how most options show that they are inverted. */
export function not(invert: boolean): string {
  return invert ? ' !' : '';
}

/** How nft says that something is, or is not. */
export function nftNot(invert: boolean): string {
  return invert ? '!= ' : '';
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

export function hex(n: number, digits = 1): string {
  return `0x${n.toString(16).padStart(digits, '0')}`;
}
