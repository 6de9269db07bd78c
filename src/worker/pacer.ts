import { NS_PER_MS } from '../sim/base/time.ts';
import type { World } from '../sim/world/world.ts';

/** How long the simulator works before messages from the page get their turn. */
const SLICE_MS = 8;
/** How long slices may follow each other by message alone: then timers and whatever else waits get their turn for certain. */
const STRETCH_MS = 50;
/** Steps between two looks at the wall clock and at what waits for the page: one step may print 64 kB. */
const STEPS_PER_LOOK = 8;
/** Time the world may be behind the wall clock; what is beyond is lost, so that nothing races after a long sleep. */
const MAX_LAG_NS = 250 * NS_PER_MS;
/** Pause before the pacer asks again whether something outside the simulator has come. */
const HOST_WAIT_MS = 4;

export interface PacedWorld {
  readonly world: World;
  /** The world must not go on, though time passes: the page has not shown enough of its output. */
  held(): boolean;
  /** The world may have changed. */
  progressed(): void;
  halted(message: string): void;
  failed(error: unknown): void;
}

/** Lets a world's virtual time keep pace with the wall clock, in short slices. */
export class Pacer {
  readonly #paced: PacedWorld;
  readonly #now: () => number;
  readonly #channel = new MessageChannel();
  #anchorWallMs: number;
  #anchorWorldNs: number;
  #paused = false;
  #ended = false;
  #posted = false;
  /** When slices last began to follow each other. */
  #stretchBegan = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(paced: PacedWorld, now: () => number = () => performance.now()) {
    this.#paced = paced;
    this.#now = now;
    this.#anchorWallMs = now();
    this.#anchorWorldNs = paced.world.clock.now;
    // A message to itself instead of a timer: browsers delay repeated timers by 4 ms.
    this.#channel.port1.onmessage = () => {
      this.#posted = false;
      this.slice();
    };
  }

  set paused(paused: boolean) {
    if (this.#paused === paused) return;
    this.#paused = paused;
    if (paused) this.#sleep(undefined);
    else {
      this.#anchor(this.#now());
      this.wake();
    }
  }

  /** Goes on as soon as messages have been handled. */
  wake(): void {
    if (this.#posted || this.#ended || this.#paused) return;
    if (this.#now() - this.#stretchBegan > STRETCH_MS) {
      this.#sleep(0);
      return;
    }
    this.#posted = true;
    this.#channel.port2.postMessage(undefined);
  }

  /** Runs the world up to the wall clock, or for as long as a slice lasts, and arranges for the next slice. */
  slice(): void {
    if (this.#ended || this.#paused) return;
    this.#sleep(undefined);
    const { world } = this.#paced;
    const began = this.#now();
    if (this.#paced.held()) {
      this.#anchor(began);
      return;
    }
    const lag = this.#target(began) - world.clock.now;
    if (lag > MAX_LAG_NS) this.#anchor(began, MAX_LAG_NS);
    const target = Math.max(this.#target(began), world.clock.now);
    try {
      let stop = world.run(target, STEPS_PER_LOOK);
      while (stop === 'steps' && this.#now() - began < SLICE_MS && !this.#paced.held()) stop = world.run(target, STEPS_PER_LOOK);
      this.#paced.progressed();
      if (stop === 'halted') {
        this.#ended = true;
        this.#paced.halted(world.halted ?? '');
      } else if (stop === 'host') this.#sleep(HOST_WAIT_MS);
      else if (stop === 'steps') this.wake();
      else this.#sleepUntilNext();
    } catch (error) {
      this.#ended = true;
      this.#paced.failed(error);
    }
  }

  end(): void {
    this.#ended = true;
    this.#sleep(undefined);
    this.#channel.port1.close();
  }

  #target(wallMs: number): number {
    return this.#anchorWorldNs + Math.floor((wallMs - this.#anchorWallMs) * NS_PER_MS);
  }

  #anchor(wallMs: number, aheadNs = 0): void {
    this.#anchorWallMs = wallMs;
    this.#anchorWorldNs = this.#paced.world.clock.now + aheadNs;
  }

  #sleepUntilNext(): void {
    const next = this.#paced.world.clock.nextTime();
    if (next !== undefined) this.#sleep(Math.max(0, (next - this.#target(this.#now())) / NS_PER_MS));
  }

  #sleep(ms: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (ms === undefined) return;
    const woken = (): void => {
      this.#stretchBegan = this.#now();
      this.slice();
    };
    this.#timer = setTimeout(woken, Math.min(ms, 2 ** 30));
  }
}
