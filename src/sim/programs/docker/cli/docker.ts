import type { Process, Program } from '../../../machine/process.ts';
import { command } from '../../lib/command.ts';
import { HANDLERS } from '../client/handlers.ts';
import { knownNames } from '../client/known-names.ts';
import { dockerCommands } from './commands/root.ts';
import { completeDocker } from './complete.ts';
import { runDocker } from './run.ts';

const homeOf = (p: Process) => p.env.get('HOME') ?? '/root';

/** docker 20.10's client. */
export const docker: Program = {
  ...command('docker', (c) => runDocker(c, dockerCommands(homeOf(c.p)), HANDLERS)),
  complete: (p, words) => completeDocker(dockerCommands(homeOf(p)), words, knownNames(p)),
};
