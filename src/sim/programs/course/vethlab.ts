import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { PacketPaths } from '../../kernel/trace/packet-paths.ts';
import { printPaths } from '../../kernel/trace/print-paths.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import { type Command, command } from '../lib/command.ts';

const USAGE = `usage: vethlab trace [-a] COMMAND [ARG]...

Runs a command and prints the way of each packet that passed meanwhile, decision by decision, on all machines of the lab:
→ sent by a device   ← received   ✓ arrived   ✗ dropped, with the kernel's reason
-a shows also what machines say unasked: router solicitations, group reports, BPDUs
`;

/** Shows what no Linux shows: the way of a packet through all machines. Not a program of Linux: the course's own. */
export const vethlab: Program = {
  ...command('vethlab', main),
  complete: (_, words) => (words.length === 2 ? ['trace'] : []),
};

function* main(c: Command): Sys<number> {
  const [verb, ...rest] = c.args;
  const all = rest[0] === '-a';
  const argv = all ? rest.slice(1) : rest;
  if (verb === '-h' || verb === '--help') {
    c.out(USAGE);
    return 0;
  }
  if (verb !== 'trace' || argv.length === 0) {
    yield* c.error(USAGE);
    return 2;
  }
  const { p } = c;
  const { trace } = p.netns.kernel;
  const startNs = p.machine.clock.now;
  const paths = new PacketPaths(trace);
  try {
    const child = p.spawn(argv);
    if (isError(child)) {
      yield* c.complain(`${argv[0]}: ${strerror(child.errno)}`);
      return child.errno === 'ENOENT' ? 127 : 126;
    }
    // Ctrl-C is for the command; what it sent until then is still shown.
    p.ignoreSignal('SIGINT');
    const ended = yield* p.waitpid(child.pidSeenBy(p));
    paths.stop();
    const shown = all ? paths.all : paths.telling;
    c.out(shown.length === 0 ? '\nNo packet was sent.\n' : `\n${printPaths(shown, trace, startNs)}\n`);
    if (ended === undefined || isError(ended)) return 1;
    return ended.kind === 'exited' ? ended.status : 128 + SIGNAL_NUMBERS[ended.signal];
  } finally {
    paths.stop();
  }
}
