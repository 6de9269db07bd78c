// Reading a command line (spf13/pflag, flag.go).

import type { Flag, FlagTable } from './flag.ts';
import { BadValue, quote } from './flag-value.ts';

export interface ParsedFlags {
  readonly values: Readonly<Record<string, unknown>>;
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  readonly help: boolean;
  /** `-h` was given where it is only an old name of --help. */
  readonly oldHelp: boolean;
}

/** What is wrong with a command line: `unknown flag: --x`. */
export class FlagError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Takes the flags out of a command line. Flags may stand between arguments, unless `stopsAtArgument`. */
export function parseFlags(table: FlagTable, words: readonly string[], stopsAtArgument: boolean): ParsedFlags | FlagError {
  try {
    return new Reader(table, words).read(stopsAtArgument);
  } catch (thrown) {
    if (thrown instanceof FlagError) return thrown;
    throw thrown;
  }
}

class Reader {
  readonly #table: FlagTable;
  readonly #words: readonly string[];
  #at = 0;
  readonly #values: Record<string, unknown>;
  readonly #changed = new Set<string>();
  #help = false;
  #oldHelp = false;

  constructor(table: FlagTable, words: readonly string[]) {
    this.#table = table;
    this.#words = words;
    this.#values = Object.fromEntries(Object.entries(table).map(([name, { initial }]) => [name, initial]));
  }

  read(stopsAtArgument: boolean): ParsedFlags {
    const args: string[] = [];
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at++] as string;
      if (word === '--') {
        args.push(...this.#words.slice(this.#at));
        break;
      }
      if (word.startsWith('--')) this.#long(word);
      else if (word.startsWith('-') && word.length > 1) this.#letters(word.slice(1));
      else {
        args.push(word);
        if (!stopsAtArgument) continue;
        args.push(...this.#words.slice(this.#at));
        break;
      }
    }
    return { values: this.#values, changed: this.#changed, args, help: this.#help, oldHelp: this.#oldHelp };
  }

  #long(word: string): void {
    const [name = '', ...rest] = word.slice(2).split('=');
    if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${word}`);
    const value = rest.length > 0 ? rest.join('=') : undefined;
    const flag = this.#flag(name);
    if (name === 'help' && flag === undefined) {
      this.#help = true;
      return;
    }
    if (flag === undefined) throw new FlagError(`unknown flag: --${name}`);
    if (value !== undefined) this.#set(name, flag, value);
    else if (flag.type === '') this.#set(name, flag, 'true');
    else if (this.#at < this.#words.length) this.#set(name, flag, this.#words[this.#at++] as string);
    else throw new FlagError(`flag needs an argument: ${word}`);
  }

  #flag(name: string): Flag<unknown> | undefined {
    return Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
  }

  #letters(given: string): void {
    let letters = given;
    while (letters !== '') {
      const letter = letters[0] as string;
      const rest = letters.slice(1);
      const found = Object.entries(this.#table).find(([, { short }]) => short === letter);
      if (found === undefined) {
        if (letter !== 'h') throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
        this.#help = this.#oldHelp = true;
        letters = rest;
        continue;
      }
      const [name, flag] = found;
      if (rest.length > 1 && rest.startsWith('=')) {
        this.#set(name, flag, rest.slice(1));
        return;
      }
      if (flag.type === '') {
        this.#set(name, flag, 'true');
        letters = rest;
        continue;
      }
      if (rest !== '') this.#set(name, flag, rest);
      else if (this.#at < this.#words.length) this.#set(name, flag, this.#words[this.#at++] as string);
      else throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`);
      return;
    }
  }

  #set(name: string, flag: Flag<unknown>, value: string): void {
    const target = flag.aliasOf ?? name;
    const setter = this.#table[target] as Flag<unknown>;
    const result = setter.set(value, this.#values[target], !this.#changed.has(target));
    if (result instanceof BadValue) {
      const written = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`;
      throw new FlagError(`invalid argument ${quote(value)} for "${written}" flag: ${result.message}`);
    }
    this.#values[target] = result;
    this.#changed.add(target);
    if (name === 'help') this.#help = result === true;
  }
}
