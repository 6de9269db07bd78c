import type { Sys } from '../../machine/process.ts';
import { BreakLoop, ContinueLoop, ExitShell, ExpansionFailed, ReturnFromFunction } from '../control-flow.ts';
import { environmentOf, execFailed } from '../execute/external.ts';
import type { Builtin } from '../flavour.ts';
import { jobState } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import { numeric, parseOptions } from './arguments.ts';

const nothing: Builtin = function* () {
  return 0;
};

function* loopCount(shell: Shell, name: string, args: readonly string[]): Sys<number | 'outside'> {
  if (shell.loopDepth === 0) {
    yield* shell.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`);
    return 'outside';
  }
  const word = args[0];
  if (word === undefined) return 1;
  const count = yield* numeric(shell, name, word);
  if (count === undefined) throw new ExitShell(128);
  if (count <= 0) {
    yield* shell.complain(`${name}: ${word}: loop count out of range`);
    throw new BreakLoop(shell.loopDepth, 1);
  }
  return Math.min(count, shell.loopDepth);
}

/** exit, logout: stopped jobs hold an interactive shell back once. */
const exit: Builtin = function* (shell, args, name) {
  if (name === 'logout' && !shell.loginShell) {
    yield* shell.complain("logout: not login shell: use `exit'");
    return 1;
  }
  if (shell.interactive && shell.subshellLevel === 0) yield* shell.write(2, shell.loginShell ? 'logout\n' : 'exit\n');
  let status = shell.status;
  const word = args[0] === '--' ? args[1] : args[0];
  if (word !== undefined) {
    const count = yield* numeric(shell, name, word);
    if (count === undefined) status = 2;
    else if (args.length > (args[0] === '--' ? 2 : 1)) {
      yield* shell.complain(`${name}: too many arguments`);
      throw new ExpansionFailed(1);
    } else status = count & 0xff;
  }
  if (shell.interactive && shell.subshellLevel === 0 && !(yield* mayLeave(shell))) return 1;
  throw new ExitShell(status);
};

/** False, with a warning, the first time an interactive shell with stopped jobs is to end. */
export function* mayLeave(shell: Shell): Sys<boolean> {
  if (shell.jobs.warned) return true;
  const stopped = shell.jobs.list.some((j) => jobState(j) === 'Stopped');
  const running = shell.shopts.has('checkjobs') && shell.jobs.list.some((j) => jobState(j) === 'Running');
  if (!stopped && !running) return true;
  yield* shell.write(2, stopped ? 'There are stopped jobs.\n' : 'There are running jobs.\n');
  shell.jobs.warned = true;
  return false;
}

const exec: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'exec', args, 'cla:');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  if (operands.length === 0) return 0;
  const name = operands[0] as string;
  const env = flags.has('c') ? new Map<string, string>() : environmentOf(shell);
  if (shell.interactive) {
    shell.jobs.takeTerminal();
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) {
      if (shell.traps.handlers.get(signal) !== '') shell.p.defaultSignal(signal);
    }
  }
  const error = yield* shell.p.exec(operands, { env });
  let status: number;
  if (error.errno === 'ENOENT' && !name.includes('/')) {
    yield* shell.complain(`exec: ${name}: not found`);
    status = 127;
  } else status = yield* execFailed(shell, operands, error, error.errno === 'ENOEXEC' ? '' : 'exec: ');
  if (shell.interactive || shell.shopts.has('execfail')) return status;
  throw new ExitShell(status);
};

export const controlBuiltins: Readonly<Record<string, Builtin>> = {
  ':': nothing,
  true: nothing,
  *false() {
    return 1;
  },
  *break(shell, args) {
    const count = yield* loopCount(shell, 'break', args);
    if (count === 'outside') return 0;
    throw new BreakLoop(count);
  },
  *continue(shell, args) {
    const count = yield* loopCount(shell, 'continue', args);
    if (count === 'outside') return 0;
    throw new ContinueLoop(count);
  },
  *return(shell, args) {
    let { status } = shell;
    if (args[0] !== undefined) {
      const count = yield* numeric(shell, 'return', args[0]);
      status = count === undefined ? 2 : count & 0xff;
    }
    if (shell.frames.length === 0) {
      yield* shell.complain("return: can only `return' from a function or sourced script");
      return 2;
    }
    throw new ReturnFromFunction(status);
  },
  exit,
  logout: exit,
  exec,
  *shift(shell, args) {
    const word = args[0];
    const count = word === undefined ? 1 : yield* numeric(shell, 'shift', word);
    if (count === undefined) return 1;
    if (count < 0) {
      yield* shell.complain(`shift: ${word}: shift count out of range`);
      return 1;
    }
    if (count > shell.positional.length) {
      if (shell.shopts.has('shift_verbose')) yield* shell.complain(`shift: ${word}: shift count out of range`);
      return 1;
    }
    shell.positional.splice(0, count);
    return 0;
  },
  *suspend(shell) {
    shell.p.raise('SIGSTOP');
    yield* shell.turn();
    return 0;
  },
  *caller(shell, args) {
    const depth = args[0] === undefined ? 0 : Number(args[0]);
    const frame = shell.frames.at(-1 - depth);
    if (frame === undefined) return 1;
    const outer = shell.frames.at(-2 - depth);
    if (args[0] !== undefined && outer === undefined && shell.sourceName === undefined) return 1;
    const name = outer?.functionName ?? 'main';
    const source = outer?.sourceName ?? shell.sourceName ?? 'NULL';
    return yield* shell.print('caller', args[0] === undefined ? `${frame.callLine} ${source}\n` : `${frame.callLine} ${name} ${source}\n`);
  },
};
