import { NS_PER_MS } from '../../../base/time.ts';
import type { Container } from '../../../docker/container/container.ts';
import { DockerError, invalid } from '../../../docker/error.ts';
import { publishedPorts } from '../../../docker/inspect/container.ts';
import type { Sys } from '../../../machine/process.ts';
import { parseSignal } from '../../../machine/signal.ts';
import { Attachment } from './attachment.ts';
import { type Client, ClientError, daemonError, explain, forEach, notFoundError } from './client.ts';
import type { Flags } from './flags.ts';
import { parsePortRange } from './port-spec.ts';
import { START_NS } from './run.ts';

const QUICK_NS = 15 * NS_PER_MS;
const REMOVE_NS = 40 * NS_PER_MS;

/** docker stop. */
export function* stop(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  const timeout = flags.changed('time') ? flags.int('time') : undefined;
  return yield* forEach(client, names, undefined, function* (name) {
    const container = engine.containers.find(name);
    yield* client.takes(QUICK_NS);
    engine.containers.stop(container, timeout);
    yield* untilStopped(client, container);
    yield* client.line(name);
  });
}

/** docker restart. */
export function* restart(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  const timeout = flags.changed('time') ? flags.int('time') : undefined;
  return yield* forEach(client, names, undefined, function* (name) {
    const container = engine.containers.find(name);
    engine.containers.stop(container, timeout);
    yield* untilStopped(client, container);
    yield* client.takes(START_NS);
    try {
      engine.containers.start(container);
    } catch (thrown) {
      if (thrown instanceof DockerError) throw new DockerError(thrown.status, `Cannot restart container ${name}: ${thrown.message}`);
      throw thrown;
    }
    engine.events.note(container, 'restart');
    yield* client.line(name);
  });
}

export function* untilStopped(client: Client, container: Container): Sys<void> {
  while (container.isRunning) yield* client.p.wait([container.changed], undefined, 'container');
}

/** docker start. */
export function* start(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  if (flags.bool('attach') || flags.bool('interactive')) {
    if (names.length > 1) throw new ClientError('you cannot start and attach multiple containers at once');
    return yield* startAttached(client, flags, names[0] ?? '');
  }
  const failed: string[] = [];
  for (const name of names) {
    try {
      const { engine } = client;
      const container = engine.containers.find(name);
      yield* client.takes(container.isRunning ? QUICK_NS : START_NS);
      engine.containers.start(container);
      yield* client.line(name);
    } catch (thrown) {
      yield* client.warn(explain(thrown));
      failed.push(name);
    }
  }
  if (failed.length === 0) return 0;
  yield* client.warn(`Error: failed to start containers: ${failed.join(', ')}`);
  return 1;
}

function* startAttached(client: Client, flags: Flags, name: string): Sys<number> {
  const { engine } = client;
  const container = engine.containers.lookUp(name);
  if (container === undefined) throw new ClientError(notFoundError('container', name));
  const attachment = new Attachment(client, container, { stdin: flags.bool('interactive') && container.spec.openStdin });
  yield* client.takes(START_NS);
  try {
    engine.containers.start(container);
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    yield* client.warn(daemonError(thrown));
    yield* client.warn(`Error: failed to start containers: ${name}`);
    return 1;
  }
  yield* attachment.follow(flags);
  return container.exitCode;
}

/** docker attach. */
export function* attach(client: Client, flags: Flags, [name = '']: readonly string[]): Sys<number> {
  const { engine } = client;
  const container = engine.containers.lookUp(name);
  if (container === undefined) throw new ClientError(notFoundError('container', name));
  if (!container.isRunning) throw new ClientError('You cannot attach to a stopped container, start it first');
  if (container.status === 'paused') throw new ClientError('You cannot attach to a paused container, unpause it first');
  const attachment = new Attachment(client, container, { stdin: container.spec.openStdin && !flags.bool('no-stdin') });
  const how = yield* attachment.follow(flags);
  if (how === 'detached') {
    yield* client.c.print('read escape sequence\n');
    return 0;
  }
  return container.exitCode;
}

/** docker kill. */
export function* kill(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  const signal = flags.string('signal') || 'KILL';
  // What is no signal the engine says before it looks for the container.
  return yield* forEach(client, names, undefined, function* (name) {
    if (parseSignal(signal) === undefined && !(Number.isInteger(Number(signal)) && Number(signal) !== 0))
      throw invalid(`Invalid signal: ${signal}`);
    yield* client.takes(QUICK_NS);
    let container: Container;
    try {
      container = engine.containers.find(name);
      engine.containers.kill(container, signal);
    } catch (thrown) {
      if (!(thrown instanceof DockerError) || thrown.status === 400) throw thrown;
      throw new DockerError(thrown.status, `Cannot kill container: ${name}: ${thrown.message}`);
    }
    if (/^(SIG)?KILL$|^9$/i.test(signal)) yield* untilStopped(client, container);
    yield* client.line(name);
  });
}

export function* pause(client: Client, _: Flags, names: readonly string[]): Sys<number> {
  return yield* each(client, names, (container) => client.engine.containers.pause(container));
}

export function* unpause(client: Client, _: Flags, names: readonly string[]): Sys<number> {
  return yield* each(client, names, (container) => client.engine.containers.unpause(container));
}

function each(client: Client, names: readonly string[], act: (container: Container) => void): Sys<number> {
  return forEach(client, names, undefined, function* (name) {
    const container = client.engine.containers.find(name);
    yield* client.takes(QUICK_NS);
    act(container);
    yield* client.line(name);
  });
}

/** docker rm. With -f what is not there is said, and is no failure. */
export function* rm(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  const force = flags.bool('force');
  let missing = 0;
  const status = yield* forEach(client, names, 'container', function* (name) {
    const key = name.replace(/^\//, '');
    const container = engine.containers.lookUp(key);
    if (container === undefined) {
      missing++;
      throw new ClientError(notFoundError('container', key));
    }
    if (flags.bool('link')) {
      const slash = key.indexOf('/');
      if (slash < 0) throw new DockerError(500, 'Conflict, cannot remove the default name of the container');
      engine.containers.unlink(engine.containers.find(key.slice(0, slash)), key.slice(slash + 1));
    } else {
      yield* client.takes(REMOVE_NS);
      engine.containers.remove(container, { force, volumes: flags.bool('volumes') });
    }
    yield* client.line(name);
  });
  return force && missing > 0 && status !== 0 ? 0 : status;
}

/** docker rename. */
export function* rename(client: Client, _: Flags, [old = '', name = '']: readonly string[]): Sys<number> {
  if (old.trim() === '' || name.trim() === '') throw new ClientError('Error: Neither old nor new names may be empty');
  yield* client.takes(QUICK_NS);
  try {
    client.engine.containers.rename(client.engine.containers.find(old), name);
    return 0;
  } catch (thrown) {
    yield* client.warn(explain(thrown));
    yield* client.warn(`Error: failed to rename container named ${old}`);
    return 1;
  }
}

/** docker wait. */
export function* wait(client: Client, _: Flags, names: readonly string[]): Sys<number> {
  return yield* forEach(client, names, undefined, function* (name) {
    const container = client.engine.containers.find(name);
    yield* untilStopped(client, container);
    yield* client.line(String(container.exitCode));
  });
}

/** docker port. */
export function* port(client: Client, _: Flags, [name = '', wanted]: readonly string[]): Sys<number> {
  const container = client.engine.containers.lookUp(name);
  if (container === undefined) throw new ClientError(notFoundError('container', name));
  const published = publishedPorts(container);
  if (wanted === undefined) {
    for (const { port: number, protocol, hostIp, hostPort } of published)
      yield* client.line(`${number}/${protocol} -> ${hostIp}:${hostPort}`);
    return 0;
  }
  const slash = wanted.indexOf('/');
  const [number, protocol] = slash < 0 || slash === wanted.length - 1 ? [wanted, 'tcp'] : [wanted.slice(0, slash), wanted.slice(slash + 1)];
  const range = parsePortRange(number);
  if (typeof range === 'string') throw new ClientError(range);
  const found = published.filter((mapping) => String(mapping.port) === number && mapping.protocol === protocol);
  if (found.length === 0) throw new ClientError(`Error: No public port '${number}/${protocol}' published for ${name}`);
  for (const { hostIp, hostPort } of found) yield* client.line(`${hostIp}:${hostPort}`);
  return 0;
}
