import type { Sys } from '../../machine/process.ts';
import type { Shell } from '../shell.ts';
import { USAGE } from './usage.ts';

export interface ParsedOptions {
  /** Letters given, each with its argument or true. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly operands: readonly string[];
}

/**
 * Options as bash's internal_getopt reads them: letters may be joined, `--` ends them. `spec` lists letters, `:` after one that
 * takes an argument. Undefined after a message and the usage line.
 */
export function* parseOptions(shell: Shell, builtin: string, args: readonly string[], spec: string): Sys<ParsedOptions | undefined> {
  const flags = new Map<string, string | true>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') {
      i++;
      break;
    }
    if (!arg.startsWith('-') || arg === '-') break;
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k] as string;
      const at = letter === ':' ? -1 : spec.indexOf(letter);
      if (at < 0) {
        yield* shell.complain(`${builtin}: -${letter}: invalid option`);
        yield* usage(shell, builtin);
        return undefined;
      }
      if (spec[at + 1] !== ':') {
        flags.set(letter, true);
        continue;
      }
      const rest = arg.slice(k + 1);
      const value = rest !== '' ? rest : args[++i];
      if (value === undefined) {
        yield* shell.complain(`${builtin}: -${letter}: option requires an argument`);
        yield* usage(shell, builtin);
        return undefined;
      }
      flags.set(letter, value);
      break;
    }
  }
  return { flags, operands: args.slice(i) };
}

/** The usage line of a builtin. */
export function* usage(shell: Shell, builtin: string): Sys<void> {
  const { flavour } = shell;
  if (flavour.usage !== undefined) {
    const own = flavour.usage(shell, builtin);
    if (own !== undefined) yield* shell.write(2, `${own}\n`);
    return;
  }
  const text = USAGE[builtin];
  if (text !== undefined) yield* shell.write(2, `${builtin}: usage: ${text}\n`);
}

/** A number argument; undefined after a message. */
export function* numeric(shell: Shell, builtin: string, word: string): Sys<number | undefined> {
  if (/^\s*[+-]?\d+\s*$/.test(word)) return Number(word);
  yield* shell.complain(`${builtin}: ${word}: numeric argument required`);
  return undefined;
}
