import { strerror } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { Interrupted, type Process, type Sys, type WaitStatus } from '../../machine/process.ts';
import { parseSignal, SIGNAL_NUMBERS, type Signal } from '../../machine/signal.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';
import { parseInterval } from './run-other.ts';
import { shortName } from './signal-name.ts';

// coreutils' timeout.c.

const TIMED_OUT = 124;
const CANCELED = 125;
/** What ends timeout itself: caught, and passed on. */
const PASSED_ON: readonly Signal[] = ['SIGALRM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM'];

interface TimeoutOptions {
  readonly argv: readonly string[];
  readonly seconds: number;
  readonly killAfterS: number;
  readonly signal: Signal;
  readonly foreground: boolean;
  readonly preserveStatus: boolean;
  readonly verbose: boolean;
}

export const timeout = command('timeout', function* (c) {
  const o = yield* readOptions(c);
  const { p } = c;
  // A group of its own, so that all it starts can be ended together; a Ctrl-C at the terminal does not reach it then.
  if (!o.foreground) p.setpgid(0, 0);
  for (const signal of [...PASSED_ON, o.signal]) p.catchSignal(signal);
  for (const signal of ['SIGTTIN', 'SIGTTOU'] as const) p.ignoreSignal(signal);
  const child = p.spawn(o.argv, { defaultSignals: ['SIGTTIN', 'SIGTTOU'] });
  if (isError(child)) {
    yield* c.complain(`failed to run command ‘${o.argv[0]}’: ${strerror(child.errno)}`);
    return child.errno === 'ENOENT' ? 127 : 126;
  }
  return yield* new Watch(c, o, child).run();
});

function* readOptions(c: Command): Sys<TimeoutOptions> {
  const table = {
    short: 'k:s:v',
    long: { 'kill-after': 'k', signal: 's', verbose: 'v', foreground: 'foreground', 'preserve-status': 'preserve' },
    stopAtOperand: true,
  };
  const { options, operands } = yield* parseOptions(c, table, {
    usage: '% [OPTION] DURATION COMMAND [ARG]...',
    status: CANCELED,
  });
  const has = (flag: string) => options.some((option) => option.flag === flag);
  const value = (flag: string) => options.findLast((option) => option.flag === flag)?.value;
  const interval = function* (text: string): Sys<number> {
    return parseInterval(text) ?? (yield* c.misuse(`invalid time interval ‘${text}’`, CANCELED));
  };
  const killAfterS = yield* interval(value('k') ?? '0');
  const signal = parseSignal(value('s') ?? 'TERM') ?? (yield* c.misuse(`‘${value('s')}’: invalid signal`, CANCELED));
  const [duration, ...argv] = operands;
  if (duration === undefined || argv.length === 0) {
    yield* c.error(`Try '${c.name} --help' for more information.\n`);
    throw new Exit(CANCELED);
  }
  const seconds = yield* interval(duration);
  return { argv, seconds, killAfterS, signal, foreground: has('foreground'), preserveStatus: has('preserve'), verbose: has('v') };
}

/** The wait for the command, and the signals that come meanwhile. */
class Watch {
  readonly #c: Command;
  readonly #o: TimeoutOptions;
  readonly #child: Process;
  /** What the next alarm sends. */
  #signal: Signal;
  #killAfterS: number;
  #timedOut = false;
  #alarm = 0;

  constructor(c: Command, o: TimeoutOptions, child: Process) {
    this.#c = c;
    this.#o = o;
    this.#child = child;
    this.#signal = o.signal;
    this.#killAfterS = o.killAfterS;
  }

  *run(): Sys<number> {
    const { p } = this.#c;
    this.#setAlarm(this.#o.seconds);
    const ended = yield* this.#wait();
    p.machine.clock.cancel(this.#alarm);
    if (ended === undefined || isError(ended)) return CANCELED;
    if (ended.kind === 'exited') return this.#timedOut && !this.#o.preserveStatus ? TIMED_OUT : ended.status;
    const status = 128 + SIGNAL_NUMBERS[ended.signal];
    if (!this.#timedOut) {
      // It ends as its command did.
      p.defaultSignal(ended.signal);
      p.raise(ended.signal);
      return status;
    }
    return this.#o.preserveStatus || ended.signal === 'SIGKILL' ? status : TIMED_OUT;
  }

  *#wait(): Sys<WaitStatus | undefined | KernelError> {
    const caught: Signal[] = [];
    for (;;) {
      try {
        for (let signal = caught.shift(); signal !== undefined; signal = caught.shift()) yield* this.#passOn(signal);
        return yield* this.#c.p.waitpid(this.#child.pidSeenBy(this.#c.p));
      } catch (thrown) {
        if (!(thrown instanceof Interrupted)) throw thrown;
        caught.push(thrown.signal);
      }
    }
  }

  /** cleanup(): to the command, which may have a group of its own by now, and to all of timeout's group. */
  *#passOn(caught: Signal): Sys<void> {
    let signal = caught;
    if (caught === 'SIGALRM') {
      this.#timedOut = true;
      signal = this.#signal;
    }
    if (this.#killAfterS > 0) {
      this.#signal = 'SIGKILL';
      this.#setAlarm(this.#killAfterS);
      this.#killAfterS = 0;
    }
    if (this.#o.verbose) yield* this.#c.complain(`sending signal ${shortName(signal)} to command ‘${this.#o.argv[0]}’`);
    this.#send(this.#child.pidSeenBy(this.#c.p), signal);
    if (this.#o.foreground) return;
    this.#send(0, signal);
    if (signal === 'SIGKILL' || signal === 'SIGCONT') return;
    this.#send(this.#child.pidSeenBy(this.#c.p), 'SIGCONT');
    this.#send(0, 'SIGCONT');
  }

  /** send_sig(): what goes to the whole group must not come back. */
  #send(pid: number, signal: Signal): void {
    if (pid === 0) this.#c.p.ignoreSignal(signal);
    this.#c.p.kill(pid, signal);
  }

  #setAlarm(seconds: number): void {
    const { p } = this.#c;
    p.machine.clock.cancel(this.#alarm);
    if (seconds === 0 || seconds === Number.POSITIVE_INFINITY) return;
    this.#alarm = p.machine.clock.schedule(seconds * NS_PER_S, () => {
      if (p.endStatus === undefined) p.raise('SIGALRM');
    });
  }
}
