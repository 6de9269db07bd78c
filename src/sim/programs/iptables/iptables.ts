import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { CommandLine, Information } from './command-line.ts';
import { Execution } from './execute.ts';
import { HELP } from './help.ts';
import { Problem, VERSION } from './problem.ts';
import { save } from './save.ts';

function* main(c: Command): Sys<number> {
  try {
    const parsed = yield* new CommandLine(c.p, c.args).parse();
    yield* new Execution(c, parsed).run();
    return 0;
  } catch (thrown) {
    if (thrown instanceof Information) {
      c.out(thrown.kind === 'version' ? `iptables ${VERSION}\n` : HELP);
      return 0;
    }
    if (!(thrown instanceof Problem)) throw thrown;
    yield* c.error(thrown.text);
    return thrown.status;
  }
}

/** iptables 1.8.9 over nf_tables, as Debian 12 has it, for IPv4. */
export const IPTABLES_PROGRAMS: readonly Program[] = [
  ...['iptables', 'iptables-nft'].map((name) => command(name, main, '/usr/sbin')),
  ...['iptables-save', 'iptables-nft-save'].map((name) => command(name, save, '/usr/sbin')),
];
