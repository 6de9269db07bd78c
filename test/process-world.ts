import { EventQueue } from '../src/sim/base/event-queue.ts';
import { Random } from '../src/sim/base/random.ts';
import { NS_PER_S } from '../src/sim/base/time.ts';
import { text, utf8 } from '../src/sim/base/utf8.ts';
import { Trace } from '../src/sim/kernel/trace.ts';
import { Machine } from '../src/sim/machine/machine.ts';
import type { Process, Sys } from '../src/sim/machine/process.ts';
import { Scheduler } from '../src/sim/machine/scheduler.ts';
import type { Terminal } from '../src/sim/machine/tty/terminal.ts';

/** What a test's program does; its exit status is 0 unless it returns another. */
type Main = (p: Process, argv: readonly string[]) => Sys<unknown>;

/** One machine without a shell, for tests of processes: programs are functions, and time runs as the test says. */
export class ProcessWorld {
  readonly clock = new EventQueue();
  readonly scheduler = new Scheduler(this.clock);
  readonly machine: Machine;
  /** All that the terminal was sent. */
  shown = '';
  readonly terminal: Terminal;

  constructor(options: { readonly maxProcesses?: number } = {}) {
    const { clock, scheduler } = this;
    this.machine = new Machine({ name: 'host1', clock, scheduler, random: new Random('test'), trace: new Trace(), ...options });
    this.terminal = this.machine.openTerminal(80, 24);
    this.terminal.onOutput = (data) => {
      this.shown += text(data);
    };
  }

  /** Makes `/usr/bin/NAME` run a function. */
  install(name: string, main: Main): void {
    this.machine.install({
      name,
      path: `/usr/bin/${name}`,
      *main(p, argv) {
        const status = yield* main(p, argv);
        return typeof status === 'number' ? status : 0;
      },
    });
  }

  /** Runs a function as the session leader on the terminal. */
  login(main: Main): Process {
    this.install('login-test', main);
    return this.machine.startOn(this.terminal, ['login-test']);
  }

  /** Lets `seconds` of virtual time go by, or, without them, all that can happen now. */
  run(seconds = 0): void {
    const end = this.clock.now + seconds * NS_PER_S;
    for (;;) {
      if (this.scheduler.runReady() || this.scheduler.hostPending) return;
      const next = this.clock.nextTime();
      if (next === undefined || next > end) break;
      this.clock.runNext();
    }
    this.clock.runUntil(end);
  }

  type(keys: string): void {
    this.terminal.input(utf8(keys));
    this.run();
  }
}
