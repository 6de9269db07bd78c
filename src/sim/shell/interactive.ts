import type { Sys } from '../machine/process.ts';
import { runInput } from './execute/run-input.ts';
import type { Invocation } from './invocation.ts';
import type { Shell } from './shell.ts';

export function* runInteractive(shell: Shell, _invocation: Invocation): Sys<void> {
  yield* runInput(shell);
}
