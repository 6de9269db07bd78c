// One unit of systemd while the machine runs (systemd.service(5), systemd.socket(5)).

import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { text } from '../../base/utf8.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import { loadImage } from '../../machine/exec.ts';
import type { Machine } from '../../machine/machine.ts';
import type { WaitStatus } from '../../machine/process.ts';
import type { Signal } from '../../machine/signal.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import type { Task } from '../../machine/task.ts';
import type { Journal } from './journal.ts';
import { JournalStream } from './journal-stream.ts';
import type { UnitFile } from './unit-file.ts';

export type ActiveState = 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed';

const RESTART_NS = 100 * NS_PER_MS;
const STOP_TIMEOUT_NS = 90 * NS_PER_S;
const DEFAULT_BURST = 5;
const DEFAULT_BURST_INTERVAL_S = 10;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The last main process of a service. */
interface MainProcess {
  readonly pid: number;
  readonly command: string;
  status: WaitStatus | undefined;
}

export class Service {
  readonly name: string;
  readonly changed = new WaitQueue();
  file: UnitFile;
  state: ActiveState = 'inactive';
  /** `running`, `dead`, `auto-restart`… */
  sub = 'dead';
  /** Why it failed: `exit-code`, `signal`, `start-limit-hit`; `success` otherwise. */
  result = 'success';
  main: MainProcess | undefined;
  /** When it came into its state, ms since 1970; undefined for one that never was in another. */
  sinceMs: number | undefined;
  /** How long it was active the last time. */
  durationMs: number | undefined;
  #activeSinceMs = 0;
  #starts: number[] = [];
  #restarts = 0;
  #stopping = false;
  #timers = new Set<() => void>();
  readonly #machine: Machine;
  readonly #journal: Journal;

  constructor(machine: Machine, journal: Journal, name: string, file: UnitFile) {
    this.#machine = machine;
    this.#journal = journal;
    this.name = name;
    this.file = file;
  }

  get isSocket(): boolean {
    return this.name.endsWith('.socket');
  }

  /** The main process while it lives. */
  get mainPid(): number {
    return this.main !== undefined && this.main.status === undefined ? this.main.pid : 0;
  }

  get title(): string {
    return `${this.name} - ${this.file.description}`;
  }

  start(): void {
    if (this.state === 'active' || this.state === 'activating') {
      if (this.sub !== 'auto-restart') return;
    }
    this.#cancelTimers();
    if (this.isSocket) {
      this.#journal.add(this.name, 'systemd', 1, `Listening on ${this.title}.`);
      this.#enter('active', 'listening');
      return;
    }
    if (this.#startsTooOften()) {
      this.#say(`${this.name}: Start request repeated too quickly.`);
      this.#fail('start-limit-hit');
      return;
    }
    this.#stopping = false;
    this.#say(`Starting ${this.title}...`);
    this.result = 'success';
    this.#enter('activating', 'start');
    const argv = this.#command();
    const child = argv === undefined ? undefined : this.#spawn(argv);
    if (argv === undefined || child === undefined) {
      this.#say(`${this.name}: Failed to locate executable ${argv?.[0] ?? ''}: No such file or directory`);
      this.#fail('exit-code');
      return;
    }
    this.main = { pid: child.pid, command: argv.join(' '), status: undefined };
    if (this.file.get('Service', 'Type') !== 'notify') this.ready();
  }

  /** It has started. */
  ready(): void {
    if (this.state !== 'activating') return;
    this.#say(`Started ${this.title}.`);
    this.#activeSinceMs = this.#machine.wallClockMs;
    this.#enter('active', 'running');
  }

  stop(): void {
    this.#cancelTimers();
    if (this.isSocket) {
      if (this.state !== 'active') return;
      const path = this.file.get('Socket', 'ListenStream');
      if (path !== undefined) this.#machine.files.unlink(this.#machine.init, path);
      this.#journal.add(this.name, 'systemd', 1, `Closed ${this.title}.`);
      this.#enter('inactive', 'dead');
      return;
    }
    if (this.mainPid === 0) {
      if (this.state !== 'failed') this.#enter('inactive', 'dead');
      return;
    }
    this.#stopping = true;
    this.#say(`Stopping ${this.title}...`);
    this.#enter('deactivating', 'stop-sigterm');
    this.kill('SIGTERM');
    this.#later(STOP_TIMEOUT_NS, () => this.kill('SIGKILL'));
  }

  kill(signal: Signal): void {
    this.#machine.tasks.get(this.mainPid)?.post(signal);
  }

  /** Forgets that it failed, and how often it was started. */
  reset(): void {
    this.#starts = [];
    if (this.state === 'failed') this.#enter('inactive', 'dead');
  }

  /** Its main process has ended. */
  ended(status: WaitStatus): void {
    const { main } = this;
    if (main === undefined || status.kind === 'stopped') return;
    const clean = status.kind === 'exited' ? status.status === 0 : ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGPIPE'].includes(status.signal);
    main.status = status;
    if (this.state === 'active' || this.state === 'deactivating') this.durationMs = this.#machine.wallClockMs - this.#activeSinceMs;
    if (!clean) {
      const how =
        status.kind === 'exited'
          ? `exited, code=exited, status=${status.status}/${statusName(status)}`
          : `exited, code=killed, status=${statusName(status)}`;
      this.#say(`${this.name}: Main process ${how}`);
    }
    if (clean || this.#stopping) {
      this.#say(`${this.name}: Deactivated successfully.`);
      if (this.#stopping) this.#say(`Stopped ${this.title}.`);
      this.#cancelTimers();
      this.#enter('inactive', 'dead');
      return;
    }
    const restart = this.file.get('Service', 'Restart') ?? 'no';
    const starting = this.state === 'activating';
    this.#fail(status.kind === 'exited' ? 'exit-code' : 'signal', starting, restart !== 'no');
    if (restart === 'no') return;
    this.#later(RESTART_NS, () => {
      this.#restarts++;
      this.#say(`${this.name}: Scheduled restart job, restart counter is at ${this.#restarts}.`);
      this.#say(`Stopped ${this.title}.`);
      this.start();
    });
  }

  #fail(result: string, starting = true, restarts = false): void {
    // The first reason stands.
    if (this.result === 'success') this.result = result;
    this.#say(`${this.name}: Failed with result '${this.result}'.`);
    if (starting) this.#say(`Failed to start ${this.title}.`);
    if (restarts) this.#enter('activating', 'auto-restart');
    else this.#enter('failed', 'failed');
  }

  /** More starts within some time than it may have (StartLimitBurst). */
  #startsTooOften(): boolean {
    const setting = (key: string): string | undefined => this.file.get('Unit', key) ?? this.file.get('Service', key);
    const burst = Number(setting('StartLimitBurst') ?? DEFAULT_BURST);
    const interval = Number.parseInt(
      setting('StartLimitIntervalSec') ?? setting('StartLimitInterval') ?? String(DEFAULT_BURST_INTERVAL_S),
      10,
    );
    const now = this.#machine.clock.now;
    this.#starts = this.#starts.filter((at) => now - at < interval * NS_PER_S);
    if (this.#starts.length >= burst) return true;
    this.#starts.push(now);
    return false;
  }

  /** ExecStart with the variables of its environment files; a variable without a value is no word. */
  #command(): readonly string[] | undefined {
    const line = this.file.get('Service', 'ExecStart');
    if (line === undefined) return undefined;
    const variables = this.#environment();
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].flatMap(([, double, single, plain]) => {
      const variable = /^\$(\w+)$/.exec(plain ?? '');
      if (variable !== null) return (variables.get(variable[1] as string) ?? '').split(/\s+/).filter((word) => word !== '');
      return [(double ?? single ?? plain ?? '').replace(/\$\{(\w+)\}/g, (_, name: string) => variables.get(name) ?? '')];
    });
    return [(words[0] as string).replace(/^[-@:+!]+/, ''), ...words.slice(1)];
  }

  #environment(): Map<string, string> {
    const out = new Map([['PATH', PATH]]);
    const set = (pair: string): void => {
      const at = pair.indexOf('=');
      if (at > 0 && !pair.startsWith('#')) out.set(pair.slice(0, at), pair.slice(at + 1).replace(/^(["'])(.*)\1$/, '$2'));
    };
    for (const path of this.file.all('Service', 'EnvironmentFile')) {
      const data = this.#machine.files.readFile(this.#machine.init, path.replace(/^-/, ''));
      if (!isError(data)) for (const line of text(data).split('\n')) set(line.trim());
    }
    for (const pair of this.file.words('Service', 'Environment')) set(pair.replace(/^(["'])(.*)\1$/, '$2'));
    return out;
  }

  #spawn(argv: readonly string[]): Task | undefined {
    const machine = this.#machine;
    const child = machine.init.clone({ newSession: true, cwd: '/', env: this.#environment(), fds: new Map() });
    if (isError(child)) return undefined;
    const image = loadImage(child, argv, child.env);
    if (isError(image)) {
      child.exit({ pid: child.pid, kind: 'exited', status: 203 });
      return undefined;
    }
    child.argv = image.argv;
    child.comm = image.comm;
    child.open('/dev/null', { read: true });
    const stream = new JournalStream(machine.allocateInode(), (line) => this.#journal.add(this.name, image.comm, child.pid, line));
    child.install(stream);
    child.install(stream);
    machine.scheduler.start(child, image.program.main(child, image.argv));
    return child;
  }

  #say(message: string): void {
    this.#journal.add(this.name, 'systemd', 1, message);
  }

  #later(ns: number, act: () => void): void {
    const { clock } = this.#machine;
    const timer = clock.schedule(ns, () => {
      this.#timers.delete(cancel);
      act();
    });
    const cancel = (): void => clock.cancel(timer);
    this.#timers.add(cancel);
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #enter(state: ActiveState, sub: string): void {
    this.state = state;
    this.sub = sub;
    this.sinceMs = this.#machine.wallClockMs;
    this.changed.wake();
  }
}

/** `FAILURE`, or a signal's name without SIG. */
export function statusName(status: WaitStatus): string {
  if (status.kind === 'exited') return EXIT_NAMES[status.status] ?? (status.status === 0 ? 'SUCCESS' : 'n/a');
  return status.kind === 'signaled' ? `${SIGNAL_NUMBERS[status.signal]}/${status.signal.slice(3)}` : '';
}

const EXIT_NAMES: Readonly<Record<number, string>> = { 0: 'SUCCESS', 1: 'FAILURE', 2: 'INVALIDARGUMENT', 203: 'EXEC' };
