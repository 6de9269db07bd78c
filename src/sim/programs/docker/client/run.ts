import { NS_PER_MS } from '../../../base/time.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { ContainerSpec } from '../../../docker/container/spec.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, daemonError } from './client.ts';
import type { Flags } from './flags.ts';
import { ensureImage } from './pull.ts';
import { parseRun } from './run-spec.ts';
import { Output, stream } from './stream.ts';

/** What the daemon needs for a new container, and to start it, on a machine like the recordings'. */
export const CREATE_NS = 50 * NS_PER_MS;
export const START_NS = 350 * NS_PER_MS;
const REFUSED = 125;

/** docker run. */
export function* run(client: Client, flags: Flags, args: readonly string[]): Sys<number> {
  const detached = flags.bool('detach');
  const container = yield* create(client, flags, args, 'run', detached);
  if (container === undefined) return REFUSED;
  const { engine } = client;
  if (detached) {
    yield* client.line(container.id);
    return yield* startDetached(client, engine, container);
  }
  return yield* runAttached(client, engine, container, flags);
}

/** docker create. */
export function* createCommand(client: Client, flags: Flags, args: readonly string[]): Sys<number> {
  const container = yield* create(client, flags, args, 'create', false);
  if (container === undefined) return 1;
  yield* client.line(container.id);
  return 0;
}

/** Makes the container; undefined after a refusal, which has been said. */
function* create(client: Client, flags: Flags, args: readonly string[], command: string, detached: boolean): Sys<Container | undefined> {
  const advice = `See 'docker ${command} --help'.`;
  let spec: ContainerSpec;
  try {
    spec = parseRun(client.p, flags, args, detached);
    if (spec.tty && spec.attachStdin && !detached && client.p.terminal(0) === undefined) {
      yield* client.warn('the input device is not a TTY');
      return undefined;
    }
    const { engine } = client;
    if (spec.host.networkMode === 'host' && (spec.host.portBindings.size > 0 || spec.host.publishAllPorts)) {
      yield* client.warn('WARNING: Published ports are discarded when using host network mode');
    }
    yield* ensureImage(client, engine, spec.image, flags.string('pull'));
    yield* client.takes(CREATE_NS);
    return engine.createContainer(spec);
  } catch (thrown) {
    if (thrown instanceof DockerError) yield* client.warn(`docker: ${sentence(daemonError(thrown))}\n${advice}`);
    else if (thrown instanceof ClientError)
      yield* client.warn(`${thrown.text.startsWith('docker: ') ? thrown.text : `docker: ${sentence(thrown.text)}`}\n${advice}`);
    else throw thrown;
    return undefined;
  }
}

function* startDetached(client: Client, engine: Engine, container: Container): Sys<number> {
  yield* client.takes(START_NS);
  try {
    engine.startContainer(container);
    return 0;
  } catch (thrown) {
    return yield* startFailed(client, engine, container, thrown);
  }
}

/** What docker run says when the container is there and does not start; the status is that of what went wrong. */
function* startFailed(client: Client, engine: Engine, container: Container, thrown: unknown): Sys<number> {
  if (!(thrown instanceof DockerError)) throw thrown;
  yield* client.warn(`docker: ${sentence(daemonError(thrown))}`);
  if (container.spec.host.autoRemove) engine.removeContainer(container, { force: true, volumes: true });
  return thrown.status === 127 || thrown.status === 126 ? thrown.status : REFUSED;
}

function* runAttached(client: Client, engine: Engine, container: Container, flags: Flags): Sys<number> {
  const { spec } = container;
  const output = new Output();
  const listener = (name: 'stdout' | 'stderr', data: Uint8Array): void => {
    if (name === 'stdout' ? spec.attachStdout : spec.attachStderr) output.put(name, data);
  };
  container.listeners.add(listener);
  yield* client.takes(START_NS);
  try {
    engine.startContainer(container);
  } catch (thrown) {
    return yield* startFailed(client, engine, container, thrown);
  }
  const process = container.process;
  const terminal = client.p.terminal(0) ?? client.p.terminal(1);
  if (spec.tty && terminal !== undefined) process?.stdio.resize(terminal.columns, terminal.rows);
  const proxied = !spec.tty && (!flags.changed('sig-proxy') || flags.bool('sig-proxy'));
  const how = yield* stream(client, {
    output,
    stdio: process?.stdio,
    stdin: spec.attachStdin,
    tty: spec.tty,
    onSignal: proxied ? (signal) => killQuietly(engine, container, signal) : undefined,
    over: () => container.process !== process,
    changed: container.changed,
  });
  container.listeners.delete(listener);
  if (how === 'detached') return 0;
  return container.exitCode;
}

function killQuietly(engine: Engine, container: Container, signal: string): void {
  try {
    engine.killContainer(container, signal);
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
  }
}

/** With one full stop at its end. */
const sentence = (text: string): string => `${text.replace(/\.$/, '')}.`;
