import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { parseTool, runProgram } from '../namespaces/run-program.ts';

const HELP = `
Usage:
 setsid [options] <program> [arguments ...]

Run a program in a new session.

Options:
 -c, --ctty     set the controlling terminal to the current one
 -f, --fork     always fork
 -w, --wait     wait program to exit, and use the same return
 -h, --help     display this help
 -V, --version  display version

For more details see setsid(1).
`;
const LONG = { ctty: 'c', fork: 'f', wait: 'w', help: 'h', version: 'V' };

/** setsid(1) of util-linux 2.38.1. The new session has no terminal, with -c neither. */
export const setsid = command('setsid', function* (c): Sys<number> {
  const { options, operands } = yield* parseTool(c, { short: '+cfwhV', long: LONG }, HELP);
  if (operands.length === 0) return yield* c.misuse('no command specified');
  const has = (flag: string): boolean => options.some((option) => option.flag === flag);
  const { p } = c;
  const leadsGroup = p.pgid === p.pid;
  if (!leadsGroup && !has('f')) return yield* becomeLeader(c, p, operands);
  const child = p.fork((own) => becomeLeader(c, own, operands));
  if (isError(child)) return yield* c.die(1, `fork: ${strerror(child.errno)}`);
  if (!has('w')) return 0;
  const status = yield* p.waitpid(child.pidSeenBy(p));
  return status !== undefined && !isError(status) && status.kind === 'exited' ? status.status : 0;
});

function* becomeLeader(c: Command, p: Process, argv: readonly string[]): Sys<number> {
  const session = p.setsid();
  if (isError(session)) return yield* c.die(1, `setsid failed: ${strerror(session.errno)}`);
  return yield* runProgram(c, p, argv);
}
