import { isError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import { DEFAULT_SOCKET, diskOf, listen } from '../../docker/daemon.ts';
import { Engine } from '../../docker/engine.ts';
import { DockerError } from '../../docker/error.ts';
import { EngineHost } from '../../docker/host.ts';
import { findLibraryImage, libraryImage } from '../../docker/image/library/library.ts';
import { repositoryOf, tagOf } from '../../docker/image/reference.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import type { Task } from '../../machine/task.ts';
import { type Command, command } from '../lib/command.ts';

/** Names of the images that are there before anybody pulls one. */
const REPOSITORIES = '/var/lib/docker/image/repositories';
const PID_FILE = '/var/run/docker.pid';

/** dockerd: the engine as a process. It makes docker0 and its rules when it starts, and stops its containers when it is told to end. */
export const dockerd = command('dockerd', main, '/usr/sbin');

function* main(c: Command): Sys<number> {
  const { p } = c;
  const log = function* (level: string, message: string): Sys<void> {
    const time = new Date(p.wallClockMs).toISOString().replace('Z', '000000Z');
    yield* c.error(`time="${time}" level=${level} msg=${JSON.stringify(message)}\n`);
  };
  yield* log('info', 'Starting up');
  const running = p.machine.files.readFile(p, PID_FILE);
  if (!isError(running) && p.machine.processes.has(Number(text(running)))) {
    yield* c.error(`failed to start daemon: pid file found, ensure docker is not running or delete ${PID_FILE}\n`);
    return 1;
  }
  p.machine.files.writeFile(p, PID_FILE, utf8(String(p.pid)));
  loadImages(p);
  const engine = new Engine(new EngineHost(p as Task), diskOf(p.machine));
  engine.containers.takeOver();
  yield* stopAll(p, engine);
  try {
    engine.start();
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    yield* c.error(`failed to start daemon: Error initializing network controller: ${thrown.message}\n`);
    return 1;
  }
  const socket = listen(p as Task, DEFAULT_SOCKET, engine);
  if (socket === undefined) {
    yield* c.error(`failed to load listeners: can't create unix socket ${DEFAULT_SOCKET}\n`);
    return 1;
  }
  yield* log('info', 'Daemon has completed initialization');
  yield* log('info', `API listen on ${DEFAULT_SOCKET}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) p.catchSignal(signal);
  try {
    for (;;) yield* p.wait([], undefined, 'requests');
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    yield* log('info', `Processing signal '${thrown.signal === 'SIGINT' ? 'interrupt' : 'terminated'}'`);
    p.close(socket);
    p.machine.files.unlink(p, DEFAULT_SOCKET);
    engine.containers.stopAll();
    yield* allStopped(p, engine);
    p.machine.files.unlink(p, PID_FILE);
    return 0;
  }
}

/** The images that the machine came with, on its first start. */
function loadImages(p: Process): void {
  const store = diskOf(p.machine).images;
  const file = p.machine.files.readFile(p, REPOSITORIES);
  if (store.all.length > 0 || isError(file)) return;
  for (const name of text(file).split('\n')) {
    const entry = findLibraryImage(repositoryOf(name), tagOf(name));
    if (entry === undefined) continue;
    const image = libraryImage(entry);
    store.add(image);
    store.tag(name, image);
  }
}

/** Stops what an engine that was killed has left running. */
function* stopAll(p: Process, engine: Engine): Sys<void> {
  for (const container of engine.containers.all) if (container.isRunning) engine.containers.stop(container);
  yield* allStopped(p, engine);
}

/** Each container has ten seconds, or its own time, to end. */
function* allStopped(p: Process, engine: Engine): Sys<void> {
  for (const container of engine.containers.all) while (container.isRunning) yield* p.wait([container.changed], undefined, 'containers');
}
