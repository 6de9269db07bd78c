import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import type { OptionTable, ParsedArguments } from '../lib/getopt.ts';
import { getopt, UsageError } from '../lib/getopt.ts';

// What unshare(1) and nsenter(1) of util-linux do alike: their options, and the program at the end.

/** Reads options up to the program; answers --help and --version. */
export function* parseTool(c: Command, table: OptionTable, help: string): Sys<ParsedArguments> {
  const parsed = getopt(c.args, { ...table, stopAtOperand: true });
  if (parsed instanceof UsageError) return yield* c.misuse(parsed.message);
  if (parsed.options.some((option) => option.flag === 'h')) {
    c.out(help);
    throw new Exit(0);
  }
  if (parsed.options.some((option) => option.flag === 'V')) {
    c.out(`${c.name.slice(c.name.lastIndexOf('/') + 1)} from util-linux 2.38.1\n`);
    throw new Exit(0);
  }
  return parsed;
}

/** Becomes the program, or $SHELL where none is named. */
export function* runProgram(c: Command, p: Process, argv: readonly string[]): Sys<number> {
  const command = argv.length > 0 ? argv : [p.env.get('SHELL') ?? '/bin/sh'];
  const error = yield* p.exec(command);
  yield* p.printError(`${c.name}: failed to execute ${command[0]}: ${strerror(error.errno)}\n`);
  return error.errno === 'ENOENT' ? 127 : 126;
}

/** Runs the program in a child, waits for it and ends as it ended. */
export function* runInChild(
  c: Command,
  p: Process,
  argv: readonly string[],
  prepare?: (child: Process) => Sys<number | undefined>,
): Sys<number> {
  const child = p.fork(function* (own) {
    return (prepare === undefined ? undefined : yield* prepare(own)) ?? (yield* runProgram(c, own, argv));
  });
  if (isError(child)) return yield* c.die(1, `fork failed: ${strerror(child.errno)}`);
  const ended = yield* p.waitpid(child.pidSeenBy(p));
  if (ended === undefined || isError(ended)) return 1;
  if (ended.kind === 'exited') return ended.status;
  // A signal that ended the child ends this process too. unshare gives its default action back to it first, which SIGKILL does not allow.
  if (c.name.endsWith('unshare') && ended.signal === 'SIGKILL') return yield* c.die(1, `sigprocmask unblock failed: ${strerror('EINVAL')}`);
  p.defaultSignal(ended.signal);
  p.raise(ended.signal);
  yield* p.turn();
  return 1;
}
