import { EventQueue } from '../base/event-queue.ts';
import { Random } from '../base/random.ts';
import type { NetDevice } from '../kernel/device/net-device.ts';
import { Trace } from '../kernel/trace.ts';
import { Machine } from '../machine/machine.ts';
import { netnsLabel } from '../machine/netns-names.ts';
import { Scheduler } from '../machine/scheduler.ts';
import { EthernetSwitch } from './ethernet-switch.ts';
import { StormWatch } from './storm-watch.ts';

/** Why {@link World.run} returned. */
export type Stop = 'time' | 'steps' | 'host' | 'halted';

/**
 * Machines, the switches between them, and the time they share. Nothing in here knows the time of day or waits for anything: the
 * driver (a page's clock, a test, a grader) says how far to run. The same lab, seed and input at the same steps give the same bytes.
 */
export class World {
  readonly clock = new EventQueue();
  readonly random: Random;
  readonly trace = new Trace();
  readonly scheduler: Scheduler;
  readonly machines = new Map<string, Machine>();
  readonly switches = new Map<string, EthernetSwitch>();
  /** Which switch and port each network card is cabled to. */
  readonly cables = new Map<NetDevice, { readonly network: string; readonly port: string }>();
  /** Process turns and events so far: names a moment exactly, even inside a busy instant. */
  steps = 0;
  /** Set when a limit ended the world: what happened, for the learner. */
  halted: string | undefined;

  private readonly storms: StormWatch;

  constructor(seed: string) {
    this.random = new Random(seed);
    this.scheduler = new Scheduler(this.clock);
    this.storms = new StormWatch(this);
    this.trace.netnsName = (machine, netns) => {
      const found = this.machines.get(machine);
      return found ? netnsLabel(found, netns) : machine;
    };
  }

  addMachine(name: string): Machine {
    const machine = new Machine({
      name,
      clock: this.clock,
      random: this.random.fork(`machine ${name}`),
      trace: this.trace,
      scheduler: this.scheduler,
    });
    this.machines.set(name, machine);
    return machine;
  }

  /** The switch of that name, made when first asked for. */
  switch(name: string, delayNs: number): EthernetSwitch {
    let found = this.switches.get(name);
    if (!found) {
      found = new EthernetSwitch(name, this.clock, this.trace, delayNs);
      this.switches.set(name, found);
    }
    return found;
  }

  /**
   * Runs until nothing is left to do up to `untilNs`, and the clock shows that time; or until `maxSteps` more steps are done; or until
   * a process waits for something outside (`host`: call again when it has come).
   */
  run(untilNs: number, maxSteps = Number.POSITIVE_INFINITY): Stop {
    const last = this.steps + maxSteps;
    while (this.halted === undefined) {
      if (this.scheduler.hostPending) return 'host';
      if (this.steps >= last) return 'steps';
      if (!this.step(untilNs)) {
        this.clock.runUntil(untilNs);
        return 'time';
      }
    }
    return 'halted';
  }

  /** One process turn or one event due by `untilNs`; false if there is none. */
  private step(untilNs: number): boolean {
    if (this.scheduler.hasReady && !(this.scheduler.startsNext && this.eventDue)) {
      // A process that comes back from outside goes on with the turn that it began.
      if (!this.scheduler.returning) this.steps++;
      this.scheduler.runReady(1);
      return true;
    }
    const next = this.clock.nextTime();
    if (next === undefined || next > untilNs) return false;
    this.clock.runNext();
    this.steps++;
    this.halted = this.storms.afterEvent();
    return true;
  }

  /** Whether nothing is going on at this instant: no process is ready and no event is due now. */
  get atRest(): boolean {
    return !this.scheduler.hasReady && !this.scheduler.hostPending && !this.eventDue;
  }

  private get eventDue(): boolean {
    const next = this.clock.nextTime();
    return next !== undefined && next <= this.clock.now;
  }
}
