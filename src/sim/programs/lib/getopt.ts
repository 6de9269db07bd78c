import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from './command.ts';

/** One option of a command line. `flag` is its letter, or a long option's own name where it has no letter. */
export interface Option {
  readonly flag: string;
  readonly value: string;
  /** As it was written: `-n`, `--lines`. */
  readonly written: string;
}

/** What getopt_long(3) takes. */
export interface OptionTable {
  /** Letters, `:` after those with an argument, `::` after those with an optional one. */
  readonly short: string;
  /** Absent for plain getopt(3), to which `--foo` is an option `-`. Long names and the letter each stands for, or a name of its own; a name ends in `=` or `=?` if it takes (may take) an argument that its letter does not say. */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand (POSIXLY_CORRECT, `+`). */
  readonly stopAtOperand?: boolean;
}

export interface ParsedArguments {
  readonly options: readonly Option[];
  readonly operands: readonly string[];
}

/** What is wrong with a command line, in glibc's words (without the command's name). */
export class UsageError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

type Argument = 'none' | 'required' | 'optional';

function shortArgument(table: OptionTable, letter: string): Argument | undefined {
  const at = letter === ':' ? -1 : table.short.indexOf(letter);
  if (at < 0) return undefined;
  if (table.short[at + 1] !== ':') return 'none';
  return table.short[at + 2] === ':' ? 'optional' : 'required';
}

interface LongOption {
  readonly name: string;
  readonly flag: string;
  readonly argument: Argument;
}

function longOptions(table: OptionTable): LongOption[] {
  return Object.entries(table.long ?? {}).map(([key, flag]) => {
    const name = key.replace(/=\??$/, '');
    const own: Argument = key.endsWith('=?') ? 'optional' : key.endsWith('=') ? 'required' : 'none';
    return { name, flag, argument: key === name && flag.length === 1 ? (shortArgument(table, flag) ?? 'none') : own };
  });
}

/** Takes a command line apart as getopt_long(3) does: abbreviations of long names, options after operands, `--`. */
export function getopt(args: readonly string[], table: OptionTable): ParsedArguments | UsageError {
  const options: Option[] = [];
  const operands: string[] = [];
  const long = longOptions(table);
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--') {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (word.startsWith('--') && table.long !== undefined) {
      const equals = word.indexOf('=');
      const typed = word.slice(2, equals < 0 ? undefined : equals);
      const found = findLong(long, typed, word);
      if (found instanceof UsageError) return found;
      const written = `--${found.name}`;
      if (equals >= 0) {
        if (found.argument === 'none') return new UsageError(`option '${written}' doesn't allow an argument`);
        options.push({ flag: found.flag, value: word.slice(equals + 1), written });
      } else if (found.argument === 'required') {
        if (i + 1 >= args.length) return new UsageError(`option '${written}' requires an argument`);
        options.push({ flag: found.flag, value: args[++i] as string, written });
      } else options.push({ flag: found.flag, value: '', written });
    } else if (word.startsWith('-') && word.length > 1) {
      for (let k = 1; k < word.length; k++) {
        const letter = String.fromCodePoint(word.codePointAt(k) as number);
        const argument = shortArgument(table, letter);
        if (argument === undefined) return new UsageError(`invalid option -- '${letter}'`);
        const rest = word.slice(k + 1);
        const written = `-${letter}`;
        if (argument === 'none') {
          options.push({ flag: letter, value: '', written });
          continue;
        }
        if (rest !== '' || argument === 'optional') options.push({ flag: letter, value: rest, written });
        else if (i + 1 < args.length) options.push({ flag: letter, value: args[++i] as string, written });
        else return new UsageError(`option requires an argument -- '${letter}'`);
        break;
      }
    } else if (table.stopAtOperand) {
      operands.push(...args.slice(i));
      break;
    } else operands.push(word);
  }
  return { options, operands };
}

function findLong(long: readonly LongOption[], typed: string, word: string): LongOption | UsageError {
  const exact = long.find((option) => option.name === typed);
  if (exact) return exact;
  const candidates = long.filter((option) => option.name.startsWith(typed));
  const first = candidates[0];
  if (first === undefined) return new UsageError(`unrecognized option '${word}'`);
  // A name that means the same as the first is no other possibility.
  const others = candidates.filter((option) => option.flag !== first.flag || option.argument !== first.argument);
  if (others.length === 0) return first;
  return new UsageError(
    `option '${word}' is ambiguous; possibilities:${[first, ...others].map((option) => ` '--${option.name}'`).join('')}`,
  );
}

/** The same for a command: a mistake is complained about as GNU tools do, and `--help` and `--version` are answered. */
export function* parseOptions(
  c: Command,
  table: OptionTable,
  about: { readonly usage: string; readonly package?: string; readonly status?: number; readonly args?: readonly string[] },
): Sys<ParsedArguments> {
  const standard = { help: '--help', version: '--version', ...table.long };
  const parsed = getopt(about.args ?? c.args, { ...table, long: standard });
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message, about.status ?? 1);
  for (const option of parsed.options) {
    if (option.flag === '--help') {
      c.out(`Usage: ${about.usage.replaceAll('%', c.name)}\n`);
      throw new Exit(0);
    }
    if (option.flag === '--version') {
      c.out(`${c.name.slice(c.name.lastIndexOf('/') + 1)} ${about.package ?? '(GNU coreutils) 9.1'}\n`);
      throw new Exit(0);
    }
  }
  return parsed;
}
