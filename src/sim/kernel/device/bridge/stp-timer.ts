import type { EventQueue, TimerHandle } from '../../../base/event-queue.ts';

/**
 * A timer whose remaining time can be asked for, as `brctl showstp` does (`br_timer_value`). Started without anything to do when it
 * runs out, it only keeps the time and costs the clock no event.
 */
export class StpTimer {
  private readonly clock: EventQueue;
  private handle: TimerHandle = 0;
  private dueNs = -1;

  constructor(clock: EventQueue) {
    this.clock = clock;
  }

  /** Starts it anew (`mod_timer`). */
  start(delayNs: number, expired?: () => void): void {
    this.clock.cancel(this.handle);
    this.dueNs = this.clock.now + delayNs;
    if (expired !== undefined) this.handle = this.clock.schedule(delayNs, expired);
  }

  stop(): void {
    if (this.dueNs < 0) return;
    this.clock.cancel(this.handle);
    this.dueNs = -1;
  }

  get pending(): boolean {
    return this.dueNs > this.clock.now;
  }

  /** As {@link remainingNs} for one that goes on every `periodNs` although nothing was scheduled. */
  remainingOf(periodNs: number): number {
    if (this.dueNs < 0 || periodNs <= 0) return 0;
    const late = this.clock.now - this.dueNs;
    return late < 0 ? -late : periodNs - (late % periodNs);
  }

  /** Nanoseconds until it runs out; 0 when it does not run. */
  get remainingNs(): number {
    return Math.max(0, this.dueNs - this.clock.now);
  }
}
