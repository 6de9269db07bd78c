import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { CommandLine, Information } from './command-line.ts';
import { type Dialect, IP6TABLES, IPTABLES } from './dialect.ts';
import { Execution } from './execute.ts';
import { extensionHelp, helpText } from './help.ts';
import { Problem, VERSION } from './problem.ts';
import { restore } from './restore.ts';
import { save } from './save.ts';

function* main(c: Command, dialect: Dialect): Sys<number> {
  const { program } = dialect;
  const line = new CommandLine(c.p, dialect, c.args);
  // The kernel takes all of a command's changes or none.
  const undo = c.p.netns.dataPlane.nftables.checkpoint();
  try {
    const parsed = yield* line.parse();
    for (const warning of line.warnings.splice(0)) yield* c.error(warning);
    yield* new Execution(c, dialect, parsed).run();
    return 0;
  } catch (thrown) {
    if (thrown instanceof Information) {
      c.out(
        thrown.kind === 'version'
          ? `${program} ${VERSION}\n`
          : [helpText(dialect), ...thrown.about.map((name) => extensionHelp(name, dialect))].join(''),
      );
      return 0;
    }
    if (!(thrown instanceof Problem)) throw thrown;
    undo();
    for (const warning of line.warnings) yield* c.error(warning);
    yield* c.error(thrown.text(program));
    return thrown.status;
  }
}

/** iptables and ip6tables 1.8.9 over nf_tables, as Debian 12 has them. */
export const IPTABLES_PROGRAMS: readonly Program[] = [IPTABLES, IP6TABLES].flatMap((dialect) => [
  ...[dialect.program, `${dialect.program}-nft`].map((name) => command(name, (c) => main(c, dialect), '/usr/sbin')),
  ...[`${dialect.program}-restore`, `${dialect.program}-nft-restore`].map((name) => command(name, (c) => restore(c, dialect), '/usr/sbin')),
  ...[`${dialect.program}-save`, `${dialect.program}-nft-save`].map((name) => command(name, (c) => save(c, dialect), '/usr/sbin')),
]);
