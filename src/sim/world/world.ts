import { EventQueue } from '../base/event-queue.ts';
import { Random } from '../base/random.ts';
import { NS_PER_MS } from '../base/time.ts';
import type { NetDevice } from '../kernel/device/net-device.ts';
import { Trace } from '../kernel/trace.ts';
import { Machine } from '../machine/machine.ts';
import { Scheduler } from '../machine/scheduler.ts';
import { EthernetSwitch } from './ethernet-switch.ts';

/** Events in one virtual millisecond beyond which frames or timers must be running in circles. */
const STORM_EVENTS_PER_MS = 400_000;

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

  private stormSince = 0;
  private stormEvents = 0;

  constructor(seed: string) {
    this.random = new Random(seed);
    this.scheduler = new Scheduler(this.clock);
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
      this.scheduler.runReady(1);
      this.steps++;
      return true;
    }
    const next = this.clock.nextTime();
    if (next === undefined || next > untilNs) return false;
    this.clock.runNext();
    this.steps++;
    this.watchForStorm();
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

  private watchForStorm(): void {
    if (this.clock.now - this.stormSince >= NS_PER_MS) {
      this.stormSince = this.clock.now;
      this.stormEvents = 0;
    } else if (++this.stormEvents > STORM_EVENTS_PER_MS) {
      this.halted = `The network is going round in circles: more than ${STORM_EVENTS_PER_MS.toLocaleString('en')} events in one millisecond. vethlab stopped the lab.`;
    }
  }
}
