// Flags as spf13/pflag has them: what a command's table says of each, and the values that a handler gets.

import {
  BadValue,
  parseBool,
  parseBytes,
  parseDecimal,
  parseDuration,
  parseFloatFlag,
  parseInt64,
  parseStringsCsv,
  parseUint,
} from './flag-value.ts';

/** One flag. `T` is what its handler sees. */
export interface Flag<T> {
  readonly short?: string;
  /** Its type as help prints it: `string`, `list`; '' for a flag that needs no value. */
  readonly type: string;
  readonly usage: string;
  /** The value of a flag that is not given. */
  readonly initial: T;
  /** What help prints behind its usage, `(default …)`, and what a reader is told; absent: nothing. */
  readonly shown?: string;
  readonly hidden?: boolean;
  /** An old name: the flag whose value it sets. */
  readonly aliasOf?: string;
  /** The value after another occurrence on the command line; `text` is 'true' for a flag without a value. */
  set(text: string, before: T, isFirst: boolean): T | BadValue;
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** The values of a table of flags, by name. */
export type FlagValues<F extends FlagTable> = { readonly [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never };

/** What may be said of a flag beyond its usage. */
export interface FlagOptions<T> {
  readonly short?: string;
  readonly initial?: T;
  readonly shown?: string;
  readonly hidden?: boolean;
}

function flag<T>(
  type: string,
  usage: string,
  options: FlagOptions<T>,
  initial: T,
  set: (text: string, before: T, isFirst: boolean) => T | BadValue,
): Flag<T> {
  const { short, shown, hidden } = options;
  return {
    type,
    usage,
    initial: options.initial ?? initial,
    set,
    ...(short === undefined ? {} : { short }),
    ...(shown === undefined ? {} : { shown }),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

/** An old name of another flag of the same table, which no help shows. */
export function aliasOf(name: string, type: string): Flag<unknown> {
  return { type, usage: '', initial: undefined, hidden: true, aliasOf: name, set: (given) => given };
}

export function bool(usage: string, options: FlagOptions<boolean> = {}): Flag<boolean> {
  return flag('', usage, options, false, parseBool);
}

export function text(usage: string, options: FlagOptions<string> = {}, type = 'string'): Flag<string> {
  return flag(type, usage, options, '', (given) => given);
}

export function int(usage: string, options: FlagOptions<number> = {}): Flag<number> {
  return flag('int', usage, options, 0, parseInt64);
}

/** Unsigned, of 64, 32 or 16 bits. */
export function uint(usage: string, options: FlagOptions<number> = {}, bits: 64 | 32 | 16 = 64): Flag<number> {
  return flag(bits === 64 ? 'uint' : `uint${bits}`, usage, options, 0, (given) => parseUint(given, bits));
}

export function float(usage: string, options: FlagOptions<number> = {}): Flag<number> {
  return flag('float', usage, options, 0, parseFloatFlag);
}

/** Nanoseconds; docker writes them `1m30s`. */
export function duration(usage: string, options: FlagOptions<number> = {}): Flag<number> {
  return flag('duration', usage, options, 0, parseDuration);
}

/** Bytes; docker writes them `64m`. `minusOne` allows -1 for no limit. */
export function bytes(usage: string, options: FlagOptions<number> & { readonly minusOne?: boolean } = {}): Flag<number> {
  return flag('bytes', usage, options, 0, (given) => (options.minusOne && given === '-1' ? -1 : parseBytes(given)));
}

/** Processors, in billionths of one. */
export function decimal(usage: string, options: FlagOptions<number> = {}): Flag<number> {
  return flag('decimal', usage, options, 0, parseDecimal);
}

/** A list that grows with each occurrence; `check` refuses or changes a value. */
export function list(
  usage: string,
  options: FlagOptions<readonly string[]> = {},
  check: (given: string) => string | BadValue = (given) => given,
  type = 'list',
): Flag<readonly string[]> {
  return flag<readonly string[]>(type, usage, options, [], (given, before) => {
    const value = check(given);
    return value instanceof BadValue ? value : [...before, value];
  });
}

/** A list whose values may also stand behind each other with commas; the first occurrence replaces the default. */
export function strings(usage: string, options: FlagOptions<readonly string[]> = {}, type = 'strings'): Flag<readonly string[]> {
  return flag<readonly string[]>(type, usage, options, [], (given, before, isFirst) => [
    ...(isFirst ? [] : before),
    ...parseStringsCsv(given),
  ]);
}

/** `key=value`, or a key alone. */
export function map(
  usage: string,
  options: FlagOptions<Readonly<Record<string, string>>> = {},
  check: (given: string) => string | BadValue = (given) => given,
  type = 'map',
): Flag<Readonly<Record<string, string>>> {
  return flag<Readonly<Record<string, string>>>(type, usage, options, {}, (given, before) => {
    const checked = check(given);
    if (checked instanceof BadValue) return checked;
    const at = checked.indexOf('=');
    return at < 0 ? { ...before, [checked]: '' } : { ...before, [checked.slice(0, at)]: checked.slice(at + 1) };
  });
}
