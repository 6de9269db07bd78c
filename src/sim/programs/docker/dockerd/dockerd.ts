import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { EngineConfig } from '../../../docker/config.ts';
import { DEFAULT_SOCKET, diskOf, listen } from '../../../docker/daemon.ts';
import { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import { EngineHost } from '../../../docker/host.ts';
import { findLibraryImage, libraryImage } from '../../../docker/image/library/library.ts';
import { repositoryOf, tagOf } from '../../../docker/image/reference.ts';
import { Interrupted, type Process, type Sys } from '../../../machine/process.ts';
import type { Task } from '../../../machine/task.ts';
import { type Command, command, Exit } from '../../lib/command.ts';
import { notifyReady } from '../../systemd/notify.ts';
import { action, named, noArguments } from '../cli/command-spec.ts';
import { bool } from '../cli/flag.ts';
import { helpText } from '../cli/help.ts';
import { FlagError, type ParsedFlags, parseFlags } from '../cli/parse-flags.ts';
import { readSettings, type Settings } from './daemon-json.ts';
import { DOCKERD_FLAGS } from './flags.ts';
import { DaemonLog } from './log.ts';

/** Names of the images that are there before anybody pulls one. */
const REPOSITORIES = '/var/lib/docker/image/repositories';
/** Of Debian's package. */
const VERSION = { version: '20.10.24+dfsg1', commit: '5d6db84' };
const SHORT = 'A self-sufficient runtime for containers.';
const DEFAULT_COLUMNS = 80;

/** dockerd: the engine as a process. It makes docker0 and its rules when it starts, and stops its containers when it is told to end. */
export const dockerd = command('dockerd', main, '/usr/sbin');

function* main(c: Command): Sys<number> {
  const parsed = yield* readCommandLine(c);
  const settings = readSettings(c.p, parsed);
  if (typeof settings === 'string') return yield* fail(c, settings);
  const { flags } = settings;
  if (!LOG_LEVELS.has(flags['log-level'])) return yield* fail(c, `unable to parse logging level: ${flags['log-level']}`);
  const elsewhere = flags.host.find((host) => host !== 'fd://' && !host.startsWith('unix://'));
  if (elsewhere !== undefined)
    return yield* fail(c, `failed to load listeners: vethlab's dockerd listens on unix:// and fd:// only, not on ${elsewhere}`);
  return yield* new Daemon(c, settings, parsed).run();
}

const LOG_LEVELS: ReadonlySet<string> = new Set(['debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic', 'trace']);

function* fail(c: Command, message: string): Sys<number> {
  yield* c.error(`${message}\n`);
  return 1;
}

/** What stands behind the name, if dockerd is to run. */
function* readCommandLine(c: Command): Sys<ParsedFlags> {
  const parsed = parseFlags(DOCKERD_FLAGS, c.args, false);
  if (parsed instanceof FlagError) {
    yield* c.error(`Status: ${parsed.message}\nSee 'dockerd --help'., Code: 125\n`);
    throw new Exit(1);
  }
  if (parsed.help) {
    const spec = action({ usage: '[OPTIONS]', short: SHORT, args: noArguments, flags: { ...DOCKERD_FLAGS, help: bool('Print usage') } });
    const columns = c.p.terminal(0)?.columns ?? DEFAULT_COLUMNS;
    c.out(helpText(named('dockerd', spec), 'dockerd', columns).replace('Usage:  ', 'Usage:\t'));
    throw new Exit(0);
  }
  if (parsed.args.length > 0) {
    yield* c.error(`"dockerd" accepts no argument(s).\nSee 'dockerd --help'.\n\nUsage:  dockerd [OPTIONS]\n\n${SHORT}\n`);
    throw new Exit(1);
  }
  if (parsed.changed.has('version')) {
    c.out(`Docker version ${VERSION.version}, build ${VERSION.commit}\n`);
    throw new Exit(0);
  }
  return parsed;
}

class Daemon {
  readonly #c: Command;
  readonly #p: Process;
  readonly #parsed: ParsedFlags;
  readonly #pidFile: string;
  readonly #sockets: readonly string[];
  readonly #log: DaemonLog;
  readonly #config: EngineConfig;

  constructor(c: Command, { flags, engine }: Settings, parsed: ParsedFlags) {
    this.#c = c;
    this.#p = c.p;
    this.#parsed = parsed;
    this.#pidFile = flags.pidfile;
    this.#sockets = socketsOf(flags.host);
    this.#log = new DaemonLog(c, flags.debug ? 'debug' : flags['log-level']);
    this.#config = engine;
  }

  *run(): Sys<number> {
    const { files } = this.#p.machine;
    yield* this.#log.say('info', 'Starting up');
    const running = files.readFile(this.#p, this.#pidFile);
    if (!isError(running) && this.#p.machine.processes.has(Number(text(running)))) {
      return yield* fail(this.#c, `failed to start daemon: pid file found, ensure docker is not running or delete ${this.#pidFile}`);
    }
    files.writeFile(this.#p, this.#pidFile, utf8(String(this.#p.pid)));
    try {
      return yield* this.#serve();
    } finally {
      files.unlink(this.#p, this.#pidFile);
    }
  }

  *#serve(): Sys<number> {
    const host = new EngineHost(this.#p as Task, this.#config);
    const engine = new Engine(host, diskOf(this.#p.machine));
    loadImages(this.#p);
    yield* this.#log.say('info', '[graphdriver] using prior storage driver: overlay2');
    yield* this.#log.say('info', 'Loading containers: start.');
    engine.containers.takeOver();
    yield* stopAll(this.#p, engine);
    try {
      engine.start();
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
      return yield* fail(this.#c, `failed to start daemon: Error initializing network controller: ${thrown.message}`);
    }
    const bridge = engine.networks.defaultBridge;
    if (bridge !== undefined && host.config.bip === '') {
      yield* this.#log.say(
        'info',
        `Default bridge (${bridge.device}) is assigned with an IP address ${bridge.subnet}. Daemon option --bip can be used to set a preferred IP address`,
      );
    }
    yield* this.#log.say('info', 'Loading containers: done.');
    yield* this.#log.say('info', 'Docker daemon', { commit: VERSION.commit, 'graphdriver(s)': 'overlay2', version: VERSION.version });
    const open: number[] = [];
    for (const path of this.#sockets) {
      const socket = listen(this.#p as Task, path, engine);
      if (socket === undefined) return yield* fail(this.#c, `failed to load listeners: can't create unix socket ${path}`);
      open.push(socket);
    }
    yield* this.#log.say('info', 'Daemon has completed initialization');
    for (const path of this.#sockets) yield* this.#log.say('info', `API listen on ${path}`);
    notifyReady(this.#p);
    yield* this.#untilTold(host);
    for (const socket of open) this.#p.close(socket);
    // The socket file that systemd made stays: whoever connects has it start the engine again.
    for (const path of this.#sockets) if (path !== SYSTEMD_SOCKET) this.#p.machine.files.unlink(this.#p, path);
    engine.containers.stopAll();
    yield* allStopped(this.#p, engine);
    yield* this.#log.say('info', 'Daemon shutdown complete');
    return 0;
  }

  /** Until a signal says that it is to end; HUP has it read its file again. */
  *#untilTold(host: EngineHost): Sys<void> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) this.#p.catchSignal(signal);
    for (;;) {
      try {
        for (;;) yield* this.#p.wait([], undefined, 'requests');
      } catch (thrown) {
        if (!(thrown instanceof Interrupted)) throw thrown;
        if (thrown.signal === 'SIGHUP') {
          yield* this.#reload(host);
          continue;
        }
        yield* this.#log.say('info', `Processing signal '${thrown.signal === 'SIGINT' ? 'interrupt' : 'terminated'}'`);
        return;
      }
    }
  }

  /** Some of the settings can change while it runs (daemon.Reload). */
  *#reload(host: EngineHost): Sys<void> {
    const again = readSettings(this.#p, this.#parsed);
    const path = (this.#parsed.values as { readonly 'config-file': string })['config-file'];
    yield* this.#log.say('info', `Got signal to reload configuration, reloading from: ${path}`);
    if (typeof again === 'string') {
      yield* this.#log.say('error', again.replace(/^.*?: /, ''));
      return;
    }
    const { debug, labels, liveRestore, insecureRegistries, registryMirrors, shutdownTimeoutS } = again.engine;
    host.config = { ...host.config, debug, labels, liveRestore, insecureRegistries, registryMirrors, shutdownTimeoutS };
  }
}

/** Where it listens: `fd://` is what systemd listens on for it. */
function socketsOf(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0) return [DEFAULT_SOCKET];
  return hosts.flatMap((host) => {
    if (host === 'fd://') return [SYSTEMD_SOCKET];
    return [host.slice('unix://'.length) || DEFAULT_SOCKET];
  });
}

const SYSTEMD_SOCKET = '/run/docker.sock';

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
