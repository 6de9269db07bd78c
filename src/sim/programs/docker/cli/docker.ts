import type { Process, Program } from '../../../machine/process.ts';
import { command } from '../../lib/command.ts';
import type { Handlers } from './command-spec.ts';
import { dockerCommands } from './commands/root.ts';
import { completeDocker, runDocker } from './run.ts';

/** Who carries out what: filled as the engine grows. */
const HANDLERS: Handlers = new Map();

const homeOf = (p: Process) => p.env.get('HOME') ?? '/root';

/** docker 20.10's client. */
export const docker: Program = {
  ...command('docker', (c) => runDocker(c, dockerCommands(homeOf(c.p)), HANDLERS)),
  complete: (p, words) => completeDocker(dockerCommands(homeOf(p)), words),
};
