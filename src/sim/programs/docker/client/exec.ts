import { NS_PER_MS } from '../../../base/time.ts';
import { createExec, startExec } from '../../../docker/container/exec.ts';
import { DockerError } from '../../../docker/error.ts';
import type { ShimProcess } from '../../../docker/runtime/shim.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, notFoundError } from './client.ts';
import { detachKeys } from './detach-keys.ts';
import type { Flags } from './flags.ts';
import { checkTty } from './run.ts';
import { environment } from './run-spec.ts';
import { Output, stream } from './stream.ts';

const EXEC_NS = 60 * NS_PER_MS;
const CANNOT_RUN = 126;

/** docker exec. */
export function* exec(client: Client, flags: Flags, [name = '', ...argv]: readonly string[]): Sys<number> {
  const { engine, p } = client;
  const detach = flags.bool('detach');
  const [tty, openStdin] = [flags.bool('tty'), flags.bool('interactive') && !detach];
  const env = execEnvironment(client, flags);
  const keys = detachKeys(flags.string('detach-keys'));
  const container = engine.containers.lookUp(name);
  if (container === undefined) throw new ClientError(notFoundError('container', name));
  if (!detach) checkTty(client, openStdin, tty);
  yield* client.takes(EXEC_NS);
  const terminal = p.terminal(1) ?? p.terminal(0);
  const created = createExec(engine, container, {
    ...{ argv, env, tty, openStdin },
    user: flags.string('user'),
    workingDir: flags.string('workdir'),
    privileged: flags.bool('privileged'),
    ...(terminal !== undefined && { columns: terminal.columns, rows: terminal.rows }),
  });
  const output = new Output();
  let process: ShimProcess;
  try {
    process = startExec(engine, container, created, (streamName, data) => {
      if (!detach) output.put(streamName, data);
    });
  } catch (thrown) {
    if (!(thrown instanceof DockerError) || detach) throw thrown;
    // The connection has become the process's own output by now: what went wrong comes there.
    yield* client.c.print(`${thrown.message}${tty ? '\r\n' : '\n'}`);
    return CANNOT_RUN;
  }
  if (detach) return 0;
  const how = yield* stream(client, {
    ...{ output, tty, keys },
    stdio: process.stdio,
    stdin: openStdin,
    stdinOnce: true,
    onSignal: undefined,
    over: () => process.exitCode !== undefined,
    changed: process.ended,
  });
  if (how === 'detached') yield* client.c.print('read escape sequence\n');
  return how === 'detached' ? 0 : (process.exitCode ?? 0);
}

function execEnvironment({ p }: Client, flags: Flags): string[] {
  try {
    return environment(p, flags);
  } catch (thrown) {
    throw thrown instanceof ClientError ? new ClientError(thrown.text) : thrown;
  }
}
