import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { command } from '../lib/command.ts';
import { runProgram } from '../namespaces/run-program.ts';
import { serviceManager } from './manager.ts';

const USAGE = 'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n';
const SCRIPTS = '/etc/init.d';
/** What systemctl does for it; anything else is the script's. */
const VERBS: ReadonlySet<string> = new Set(['start', 'stop', 'restart', 'try-restart', 'status', 'reload']);

/** service(8) of Debian's init-system-helpers: systemctl in the words of System V. */
export const service = command(
  'service',
  function* (c): Sys<number> {
    const [name, action = '', ...rest] = c.args;
    if (name === undefined || name === '-h' || name === '--help') {
      yield* c.error(USAGE);
      return name === undefined ? 1 : 0;
    }
    const { files } = c.p.machine;
    const manager = serviceManager(c.p.machine);
    if (name === '--status-all') {
      const scripts = files.readDirectory(c.p, SCRIPTS);
      for (const script of isError(scripts) ? [] : [...scripts].sort()) {
        c.out(` [ ${manager?.find(`${script}.service`)?.state === 'active' ? '+' : '-'} ]  ${script}\n`);
      }
      return 0;
    }
    yield* c.flush();
    const verb = action === '--full-restart' ? 'restart' : action === 'force-reload' ? 'reload-or-restart' : action;
    if (manager !== undefined && (VERBS.has(verb) || verb === 'reload-or-restart')) {
      return yield* runProgram(c, c.p, ['systemctl', verb, `${name}.service`]);
    }
    const script = `${SCRIPTS}/${name}`;
    if (isError(files.stat(c.p, script))) {
      yield* c.error(`${name}: unrecognized service\n`);
      return 1;
    }
    return yield* runProgram(c, c.p, [script, ...(action === '' ? [] : [action]), ...rest]);
  },
  '/usr/sbin',
);
