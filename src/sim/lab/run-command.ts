import { concat, text } from '../base/bytes.ts';
import { NS_PER_S } from '../base/time.ts';
import type { Machine } from '../machine/machine.ts';
import type { Process } from '../machine/process.ts';
import { SIGNAL_NUMBERS } from '../machine/signal.ts';
import type { Terminal } from '../machine/tty/terminal.ts';
import type { World } from '../world/world.ts';

const COLUMNS = 200;
const ROWS = 50;
const SLICE_NS = NS_PER_S / 10;

/** The environment that a command gets which no login shell has prepared. */
export function rootEnvironment(machine: Machine): Map<string, string> {
  return new Map([
    ['PATH', '/usr/sbin:/usr/bin:/sbin:/bin'],
    ['HOME', '/root'],
    ['TERM', 'xterm'],
    ['LANG', 'C.UTF-8'],
    ['HOSTNAME', machine.init.namespaces.uts.hostname],
  ]);
}

/** A command under way on a terminal of its own, as root in /root. */
export class RunningCommand {
  readonly terminal: Terminal;
  readonly process: Process;
  private readonly chunks: Uint8Array[] = [];
  /** Virtual time of the last byte it printed, or of its start. */
  lastOutputNs: number;

  constructor(world: World, machine: Machine, command: string) {
    this.terminal = machine.openTerminal(COLUMNS, ROWS);
    this.lastOutputNs = world.clock.now;
    this.terminal.onOutput = (data) => {
      this.chunks.push(data);
      this.lastOutputNs = world.clock.now;
    };
    this.process = machine.startOn(this.terminal, ['bash', '-c', command], rootEnvironment(machine));
  }

  /** Exit status as a shell gives it, 128 + n after a signal; undefined while it runs. */
  get status(): number | undefined {
    const ended = this.process.endStatus;
    if (!ended) return undefined;
    return ended.kind === 'exited' ? ended.status : 128 + SIGNAL_NUMBERS[ended.signal];
  }

  /** What was printed so far, with the terminal's line ends undone. */
  get output(): string {
    return text(concat(...this.chunks))
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '');
  }
}

/** Runs a command to its end in virtual time. After `limitS` seconds it is killed and its status is 124, as timeout(1) says. */
export function runCommand(
  world: World,
  machine: Machine,
  command: string,
  limitS = 60,
): { readonly output: string; readonly exit: number } {
  const running = new RunningCommand(world, machine, command);
  const ended = runUntil(world, () => running.status !== undefined, limitS);
  if (!ended) running.terminal.hangUp();
  return { output: running.output, exit: ended ? (running.status ?? 0) : 124 };
}

/** Runs the world until the condition holds; false if it did not within `limitS` seconds, or the world stopped. */
export function runUntil(world: World, condition: () => boolean, limitS: number): boolean {
  const deadline = world.clock.now + limitS * NS_PER_S;
  while (!condition()) {
    if (world.clock.now >= deadline) return false;
    // While something is going on, one step at a time, so that time stops at the moment the condition comes true; else in slices,
    // because the condition may be about time itself.
    const until = Math.min(deadline, world.clock.now + SLICE_NS);
    const stop = world.atRest ? world.run(Math.min(until, world.clock.nextTime() ?? until)) : world.run(until, 1);
    if (stop === 'host' || stop === 'halted') return false;
  }
  return true;
}
