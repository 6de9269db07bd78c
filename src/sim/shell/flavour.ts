import type { Errno } from '../base/errno.ts';
import type { KernelError } from '../base/result.ts';
import type { Sys } from '../machine/process.ts';
import type { Parsed, Source } from './grammar.ts';
import type { Shell } from './shell.ts';
import type { SyntaxFault } from './syntax-error.ts';

/** What tells one shell of the family from another: bash, Debian's dash, BusyBox's ash. */
export interface Flavour {
  readonly kind: 'bash' | 'dash' | 'ash';
  /** bash's syntax and builtins beyond POSIX ([[, arrays, process substitution…). */
  readonly extended: boolean;
  /** `echo` interprets backslashes. */
  readonly echoEscapes: boolean;
  /** Status after a redirection, an assignment or an expansion that failed. */
  readonly failureStatus: number;
  /** `[[ … ]]` without the rest of bash's syntax. */
  readonly conditional?: boolean;
  /** The prompt where PS1 is not set. */
  readonly prompt?: string;
  /** What an interactive shell says first. */
  readonly greeting?: string;
  /** Text before a message: `bash: line 1: `, `sh: 1: `. */
  prefix(shell: Shell): string;
  /** The same before a syntax error in some line. */
  place?(shell: Shell, line: number): string;
  /** A whole message, where it is not the text behind the prefix. */
  message?(shell: Shell, text: string): string | undefined;
  /** What a builtin adds to its complaint about a command line, where it is not bash's usage. */
  usage?(shell: Shell, builtin: string): string | undefined;
  /** What of bash's grammar this shell does not know. */
  unknownSyntax?(parsed: Parsed, source: Source): SyntaxFault | undefined;
  /** The program that has this command built in, by the path of its file: such commands are run without a look at PATH. */
  applet?(name: string): string | undefined;
  /** What is said of a command line of the shell's own that it does not understand, given as bash words it. */
  invocationError?(text: string): string;
  /** What follows the prefix when there is no such command. */
  notFound(name: string): string;
  /** When a file cannot be run. */
  cannotRun(name: string, errno: Errno): string;
  /** When a redirection's file cannot be opened. */
  cannotOpen(path: string, errno: Errno, create: boolean): string;
  /** When a variable is not set under set -u. */
  unbound(name: string): string;
  /** An arithmetic mistake, given as bash words it. */
  arithmetic(message: string): string;
  /** Where `/dev/tcp/HOST/PORT` and `/dev/udp/HOST/PORT` are connections: opens one. The name service is no part of the shell. */
  readonly openNetwork?: OpenNetwork;
  /** A syntax error as POSIX shells word it; undefined: as bash does. */
  syntax(fault: SyntaxFault): string | undefined;
}

/** Opens a connection as a descriptor; what it says of names and of a refused connection comes before the error. */
export type OpenNetwork = (shell: Shell, protocol: 'tcp' | 'udp', host: string, service: string) => Sys<number | KernelError>;

/** A builtin command: its exit status. `args` are without the name. */
export type Builtin = (shell: Shell, args: readonly string[], name: string) => Sys<number>;
