import { strerror } from '../../../base/errno.ts';
import { isError } from '../../../base/result.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import type { Container } from '../../../docker/container/container.ts';
import type { ContainerSpec } from '../../../docker/container/spec.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { Attachment } from './attachment.ts';
import { type Client, ClientError, daemonError, explain } from './client.ts';
import type { Flags } from './flags.ts';
import { ensureImage } from './pull.ts';
import { parseRun } from './run-spec.ts';

/** What the daemon needs for a new container, and to start it, on a machine like the recordings'. */
export const CREATE_NS = 50 * NS_PER_MS;
export const START_NS = 350 * NS_PER_MS;
const REFUSED = 125;

/** docker run. */
export function* run(client: Client, flags: Flags, args: readonly string[]): Sys<number> {
  const detached = flags.bool('detach');
  let spec: ContainerSpec;
  try {
    spec = parseRun(client.p, flags, args, detached);
  } catch (thrown) {
    return yield* refused(client, 'run', thrown);
  }
  if (detached && flags.list('attach').length > 0) throw new ClientError('Conflicting options: -a and -d');
  if (!detached) checkTty(client, spec.attachStdin, spec.tty);
  let container: Container;
  try {
    container = yield* create(client, flags, spec);
  } catch (thrown) {
    return yield* refused(client, 'run', thrown);
  }
  const { engine } = client;
  if (detached) {
    yield* client.line(container.id);
    return yield* startDetached(client, engine, container);
  }
  return yield* runAttached(client, engine, container, flags);
}

/** docker create. */
export function* createCommand(client: Client, flags: Flags, args: readonly string[]): Sys<number> {
  let spec: ContainerSpec;
  try {
    spec = parseRun(client.p, flags, args, false);
  } catch (thrown) {
    return yield* refused(client, 'create', thrown);
  }
  const container = yield* create(client, flags, spec);
  yield* client.line(container.id);
  return 0;
}

/** What docker says when the container does not come to be; the status is that of what went wrong. */
function* refused(client: Client, command: string, thrown: unknown): Sys<number> {
  const text = explain(thrown);
  yield* client.warn(`docker: ${sentence(text)}\nSee 'docker ${command} --help'.`);
  return thrown instanceof ClientError && thrown.status === REFUSED ? REFUSED : startStatus(text);
}

/** A terminal in the container needs one outside. */
export function checkTty(client: Client, attachStdin: boolean, tty: boolean): void {
  if (tty && attachStdin && client.p.terminal(0) === undefined) throw new ClientError('the input device is not a TTY');
}

function* create(client: Client, flags: Flags, spec: ContainerSpec): Sys<Container> {
  const { engine, p } = client;
  if (spec.host.networkMode === 'host' && (spec.host.portBindings.size > 0 || spec.host.publishAllPorts)) {
    yield* client.warn('WARNING: Published ports are discarded when using host network mode');
  }
  const idFile = flags.string('cidfile');
  if (idFile !== '') {
    if (!isError(p.machine.files.stat(p, idFile))) {
      throw new ClientError(`container ID file found, make sure the other container isn't running or delete ${idFile}`);
    }
    const error = p.machine.files.writeFile(p, idFile, new Uint8Array(0));
    if (isError(error))
      throw new ClientError(`failed to create the container ID file: open ${idFile}: ${strerror(error.errno).toLowerCase()}`);
  }
  try {
    yield* ensureImage(client, engine, spec.image, flags.string('pull'));
    yield* client.takes(CREATE_NS);
    const container = engine.containers.create(spec);
    if (idFile !== '') p.machine.files.writeFile(p, idFile, utf8(container.id));
    return container;
  } catch (thrown) {
    if (idFile !== '') p.machine.files.unlink(p, idFile);
    throw thrown;
  }
}

/** docker run's status for a refusal (runStartContainerErr). */
function startStatus(text: string): number {
  if (/executable file not found|no such file or directory/.test(text)) return 127;
  return /permission denied|is a directory/.test(text) ? 126 : REFUSED;
}

export function* startDetached(client: Client, engine: Engine, container: Container): Sys<number> {
  yield* client.takes(START_NS);
  try {
    engine.containers.start(container);
    return 0;
  } catch (thrown) {
    return yield* startFailed(client, engine, container, thrown);
  }
}

/** What docker run says when the container is there and does not start; the status is that of what went wrong. */
function* startFailed(client: Client, engine: Engine, container: Container, thrown: unknown): Sys<number> {
  if (!(thrown instanceof DockerError)) throw thrown;
  yield* client.warn(`docker: ${sentence(daemonError(thrown))}`);
  if (container.spec.host.autoRemove) engine.containers.remove(container, { force: true, volumes: true });
  return startStatus(thrown.message);
}

export function* runAttached(client: Client, engine: Engine, container: Container, flags: Flags): Sys<number> {
  const { spec } = container;
  const attachment = new Attachment(client, container, { stdin: spec.attachStdin, stdout: spec.attachStdout, stderr: spec.attachStderr });
  yield* client.takes(START_NS);
  try {
    engine.containers.start(container);
  } catch (thrown) {
    return yield* startFailed(client, engine, container, thrown);
  }
  return (yield* attachment.follow(flags)) === 'detached' ? 0 : container.exitCode;
}

/** With one full stop at its end. */
const sentence = (text: string): string => `${text.replace(/\.$/, '')}.`;
