import type { Sys } from '../machine/process.ts';
import type { Shell } from './shell.ts';

/** What tells one shell of the family from another: bash, Debian's dash, BusyBox's ash. */
export interface Flavour {
  readonly kind: 'bash' | 'dash' | 'ash';
  /** Text before a message: `bash: line 1: `, `sh: 1: `. */
  prefix(shell: Shell): string;
  /** What follows the prefix when there is no such command. */
  notFound(name: string): string;
  /** bash's syntax beyond POSIX ([[, arrays, process substitution…). */
  readonly extended: boolean;
  /** `echo` interprets backslashes. */
  readonly echoEscapes: boolean;
}

/** A builtin command: its exit status. `args` are without the name. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => Sys<number>;
