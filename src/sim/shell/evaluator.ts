import type { Sys } from '../machine/process.ts';
import type { Collector } from './expansion/fields.ts';
import type { CommandNode, ParameterExpansionPart, Script } from './grammar.ts';
import type { Shell } from './shell.ts';

/** How quoting stands where parts of a word are expanded. */
export interface PartContext {
  readonly quoted: boolean;
  /** Literal text is subject to splitting: the operand of an unquoted ${x:-…}. */
  readonly operand?: boolean;
  /** Inside [[ =~ ]]: a backslash stays for the regular expression. */
  readonly regex?: boolean;
}

export interface RunOptions {
  /** What syntax errors call the text: `-c`, `eval`; undefined for a file that has a name of its own. */
  readonly inputName?: string | undefined;
  /** Line number of the first line. */
  readonly line?: number;
  /** The shell ends with this text: its last command may replace the process. */
  readonly last?: boolean;
}

/**
 * Where the parts of a shell need each other in a circle (a word holds commands, a command holds words), they meet here instead of
 * loading each other.
 */
export interface Evaluator {
  runText(shell: Shell, text: string, options?: RunOptions): Sys<void>;
  executeCommand(shell: Shell, node: CommandNode, last: boolean): Sys<void>;
  commandSubstitution(shell: Shell, script: Script | undefined, pos: number): Sys<string>;
  processSubstitution(shell: Shell, script: Script | undefined, operator: '<' | '>', pos: number): Sys<string>;
  expandSimple(shell: Shell, name: string, to: Collector, context: PartContext): Sys<void>;
  expandParameter(shell: Shell, part: ParameterExpansionPart, to: Collector, context: PartContext): Sys<void>;
}
