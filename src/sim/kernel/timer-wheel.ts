import { NS_PER_MS } from '../base/time.ts';

// The kernel's timers: kernel/time/timer.c. They run on a tick, and the longer they wait, the more coarsely.

/** Ticks per second (CONFIG_HZ of the recorded kernel). */
export const HZ = 250;
/** One tick. */
export const JIFFY_NS = (1000 / HZ) * NS_PER_MS;
/** A wheel has 64 buckets (LVL_SIZE), those of the next one cover 8 times as much. */
const LAST_BUCKET = 63;
const LEVEL_BITS = 3;
/** Nine levels are enough for what waits longest at 250 Hz. */
const LEVELS = 9;

/** Ticks that a time takes, a started one counted as a whole (`msecs_to_jiffies`). */
export function jiffies(ns: number): number {
  return Math.ceil(ns / JIFFY_NS);
}

/**
 * When a timer runs that is set now to go off in `delay` ticks (`calc_wheel_index`): at the end of its bucket, never early. Below a
 * quarter of a second a bucket is one tick wide, then 32 ms, from two seconds on 256 ms, and so on.
 */
export function timerExpiryNs(nowNs: number, delay: number): number {
  const expires = Math.floor(nowNs / JIFFY_NS) + delay;
  let width = 1;
  for (let level = 1, start = LAST_BUCKET; level < LEVELS && delay >= start; level++, start *= 1 << LEVEL_BITS) width *= 1 << LEVEL_BITS;
  return (Math.floor(expires / width) + 1) * width * JIFFY_NS;
}
