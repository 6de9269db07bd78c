// ngx_process_cycle.c: the process that reads the configuration, holds the sockets and starts the workers.

import { text, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS, type Signal } from '../../machine/signal.ts';
import { announce, type Cycle, loadCycle, openListeners, openLogs } from './cycle.ts';
import { writeError } from './log.ts';
import { NGINX_VERSION } from './pages.ts';
import { ConfigError } from './syntax.ts';
import { type OpenListener, Worker } from './worker.ts';

const PURPOSE: Readonly<Partial<Record<Signal, string>>> = {
  SIGHUP: ', reconfiguring',
  SIGQUIT: ', shutting down',
  SIGTERM: ', exiting',
  SIGINT: ', exiting',
  SIGUSR1: ', reopening logs',
};

export class Master {
  readonly #p: Process;
  readonly #path: string;
  readonly #globals: string;
  #cycle: Cycle;
  #listeners: OpenListener[];
  /** Workers of this configuration, and of those before it that are still ending. */
  readonly #workers = new Map<number, Cycle>();

  constructor(p: Process, cycle: Cycle, listeners: OpenListener[], path: string, globals: string) {
    this.#p = p;
    this.#cycle = cycle;
    this.#listeners = listeners;
    this.#path = path;
    this.#globals = globals;
  }

  *#note(message: string): Sys<void> {
    yield* writeError(this.#p, this.#cycle.logs, this.#cycle.config.main, 'notice', message);
  }

  /** Runs until a signal ends it. */
  *run(pidFile: string): Sys<number> {
    const p = this.#p;
    for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGCHLD'] as const) p.catchSignal(signal);
    p.ignoreSignal('SIGPIPE');
    yield* this.#note('using the "epoll" event method');
    yield* this.#note(`nginx/${NGINX_VERSION}`);
    const release = p.machine.files.readFile(p, '/proc/sys/kernel/osrelease');
    if (!isError(release)) yield* this.#note(`OS: Linux ${text(release).trim()}`);
    yield* this.#startWorkers();
    let ending = false;
    for (;;) {
      let signal: Signal | undefined;
      try {
        if (ending && this.#workers.size === 0) break;
        yield* p.wait([], undefined, 'sigsuspend');
      } catch (thrown) {
        if (!(thrown instanceof Interrupted)) throw thrown;
        signal = thrown.signal;
      }
      if (signal === undefined) continue;
      yield* this.#note(`signal ${SIGNAL_NUMBERS[signal]} (${signal}) received${PURPOSE[signal] ?? ''}`);
      if (signal === 'SIGCHLD') yield* this.#reap(ending);
      else if (signal === 'SIGHUP') yield* this.#reload();
      else if (signal === 'SIGUSR1') {
        this.#cycle.logs.reopen(p);
        this.#tell('SIGUSR1');
      } else {
        ending = true;
        for (const { fd } of this.#listeners.splice(0)) p.close(fd);
        this.#tell(signal === 'SIGQUIT' ? 'SIGQUIT' : 'SIGTERM');
      }
    }
    p.machine.files.unlink(p, pidFile);
    yield* this.#note('exit');
    return 0;
  }

  #tell(signal: Signal): void {
    for (const pid of this.#workers.keys()) this.#p.kill(pid, signal);
  }

  *#startWorkers(): Sys<void> {
    const wanted = this.#cycle.config.main.value('worker_processes') ?? '1';
    // A lab's machine has one processor's time to give: `auto` is as many as nproc says.
    const count = wanted === 'auto' ? 1 : Number(wanted);
    yield* this.#note('start worker processes');
    for (let i = 0; i < count; i++) yield* this.#startWorker();
  }

  *#startWorker(): Sys<void> {
    const cycle = this.#cycle;
    const listeners = [...this.#listeners];
    const child = this.#p.fork(function* (self) {
      self.argv = ['nginx: worker process'];
      return yield* new Worker(self, cycle.config, cycle.sites, cycle.logs).run(listeners);
    });
    if (isError(child)) return;
    const pid = child.pidSeenBy(this.#p);
    this.#workers.set(pid, cycle);
    yield* this.#note(`start worker process ${pid}`);
  }

  /** A worker that has ended though nobody told it to is started again. */
  *#reap(ending: boolean): Sys<void> {
    for (;;) {
      const ended = yield* this.#p.waitpid(-1, { noHang: true });
      if (ended === undefined || isError(ended)) return;
      const cycle = this.#workers.get(ended.pid);
      this.#workers.delete(ended.pid);
      const how =
        ended.kind === 'exited' ? `exited with code ${ended.status}` : `exited on signal ${SIGNAL_NUMBERS[ended.signal as Signal]}`;
      yield* this.#note(`worker process ${ended.pid} ${how}`);
      if (!ending && cycle === this.#cycle) yield* this.#startWorker();
    }
  }

  /** HUP: workers of the new configuration, and the old ones end; a wrong one changes nothing. */
  *#reload(): Sys<void> {
    const p = this.#p;
    const old = [...this.#workers.keys()];
    yield* this.#note('reconfiguring');
    try {
      const cycle = yield* loadCycle(p, this.#path, this.#globals);
      openLogs(p, cycle);
      const listeners = yield* openListeners(p, cycle, this.#listeners, false);
      if (!listeners) return;
      for (const { key, fd } of this.#listeners) if (!listeners.some((kept) => kept.key === key)) p.close(fd);
      this.#listeners = listeners;
      this.#cycle = cycle;
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
      yield* announce(p, this.#cycle, 'emerg', thrown.message + thrown.place);
      return;
    }
    yield* this.#startWorkers();
    for (const pid of old) p.kill(pid, 'SIGQUIT');
  }
}

export function writePid(p: Process, path: string): void {
  p.machine.files.writeFile(p, path, utf8(`${p.pid}\n`));
}
