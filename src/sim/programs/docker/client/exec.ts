import { NS_PER_MS } from '../../../base/time.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, daemonError, notFoundError } from './client.ts';
import type { Flags } from './flags.ts';
import { Output, stream } from './stream.ts';

const EXEC_NS = 60 * NS_PER_MS;

/** docker exec. */
export function* exec(client: Client, flags: Flags, [name = '', ...argv]: readonly string[]): Sys<number> {
  const { engine, p } = client;
  const [tty, openStdin, detach] = [flags.bool('tty'), flags.bool('interactive'), flags.bool('detach')];
  if (tty && openStdin && p.terminal(0) === undefined) {
    yield* client.warn('the input device is not a TTY');
    return 1;
  }
  const output = new Output();
  yield* client.takes(EXEC_NS);
  try {
    const container = engine.findContainer(name);
    const terminal = p.terminal(1) ?? p.terminal(0);
    const created = engine.createExec(container, {
      argv,
      env: flags.list('env'),
      tty,
      openStdin: openStdin && !detach,
      user: flags.string('user'),
      workingDir: flags.string('workdir'),
      privileged: flags.bool('privileged'),
      ...(terminal !== undefined && { columns: terminal.columns, rows: terminal.rows }),
    });
    const process = engine.startExec(container, created, (streamName, data) => {
      if (!detach) output.put(streamName, data);
    });
    if (detach) return 0;
    yield* stream(client, {
      output,
      stdio: process.stdio,
      stdin: openStdin,
      tty,
      onSignal: undefined,
      over: () => process.exitCode !== undefined,
      changed: process.ended,
    });
    return process.exitCode ?? 0;
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    // What runc says comes on the process's own output.
    if (thrown.message.startsWith('OCI runtime')) {
      yield* client.c.print(`${thrown.message}${tty ? '\r\n' : '\n'}`);
      return 126;
    }
    yield* client.warn(thrown.status === 404 ? notFoundError('container', name) : daemonError(thrown));
    return 1;
  }
}
