import { isError } from '../../base/result.ts';
import type { Process, SpawnOptions, Sys } from '../../machine/process.ts';
import type { Signal } from '../../machine/signal.ts';
import { BreakLoop, CommandInterrupted, ContinueLoop, ExitShell, ExpansionFailed, ReturnFromFunction } from '../control-flow.ts';
import type { Shell } from '../shell.ts';
import { drive } from './nesting.ts';

/** Signals an interactive shell ignores or catches and its children must not. */
const SHELL_SIGNALS: readonly Signal[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'];
const RETRIES = 3;

export interface ForkOptions {
  /** Process group to join, 0 to lead a new one; undefined to stay. Only with job control. */
  readonly pgid?: number | undefined;
  readonly foreground?: boolean;
  /** `&` without job control: Ctrl-C does not reach it. */
  readonly async?: boolean;
}

/** Forks a subshell that runs `body`; undefined if there are too many processes (reported). */
export function* forkShell(shell: Shell, body: (sub: Shell) => Sys<void>, options: ForkOptions = {}): Sys<Process | undefined> {
  const { p } = shell;
  const ignored = (s: Signal): boolean => shell.traps.handlers.get(s) === '';
  const spawn: SpawnOptions = {
    ...(options.pgid === undefined ? {} : { pgid: options.pgid }),
    ...(options.foreground === true ? { foreground: true } : {}),
    defaultSignals: shell.interactive ? SHELL_SIGNALS.filter((s) => !ignored(s)) : [],
    ignoreSignals: options.async === true && !shell.jobs.control ? ['SIGINT', 'SIGQUIT'] : [],
  };
  let sub: Shell | undefined;
  for (let attempt = 0; ; attempt++) {
    const child = p.fork(function* () {
      return yield* runSubshell(sub as Shell, body);
    }, spawn);
    if (!isError(child)) {
      sub = shell.forSubshell(child);
      return child;
    }
    yield* shell.complain(`fork: ${attempt < RETRIES ? 'retry: ' : ''}Resource temporarily unavailable`);
    if (attempt >= RETRIES) return undefined;
    yield* shell.waitOn([], p.nowNs + 1_000_000_000 * 2 ** attempt, 'fork');
  }
}

/** A child's whole life: its commands, its EXIT trap, its status. */
function* runSubshell(shell: Shell, body: (sub: Shell) => Sys<void>): Sys<number> {
  shell.stackBase = shell.nesting;
  yield* drive(untilExit(shell, () => body(shell)));
  yield* drive(untilExit(shell, () => shell.traps.runExit()));
  return shell.status & 0xff;
}

/** Runs until the end or until something leaves the shell; the status is in {@link Shell.status}. */
export function* untilExit(shell: Shell, body: () => Sys<void>): Sys<void> {
  try {
    yield* body();
  } catch (thrown) {
    if (thrown instanceof ExitShell || thrown instanceof ReturnFromFunction || thrown instanceof ExpansionFailed)
      shell.status = thrown.status;
    else if (thrown instanceof CommandInterrupted) shell.status = 130;
    else if (!(thrown instanceof BreakLoop || thrown instanceof ContinueLoop)) throw thrown;
  }
}

/** Puts a descriptor in another's place, as dup2 and close. */
export function moveFd(p: Process, from: number, to: number): void {
  if (from === to) return;
  p.dup2(from, to);
  p.close(from);
}
