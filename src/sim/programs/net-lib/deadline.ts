import type { Process, Sys, Wait } from '../../machine/process.ts';

/** Thrown away instead of a result: the time came first. */
export const OUT_OF_TIME = Symbol('out of time');

/** Runs a part of a program that waits, but no longer than until a time; what it has opened stays open. */
export function* within<T>(p: Process, untilNs: number | undefined, part: Sys<T>): Sys<T | typeof OUT_OF_TIME> {
  if (untilNs === undefined) return yield* part;
  let step = part.next();
  while (!step.done) {
    const { value } = step;
    const earlier = value.on === 'queues' && (value.untilNs === undefined || value.untilNs > untilNs);
    const wait: Wait = earlier ? { ...value, untilNs } : value;
    try {
      yield wait;
    } catch (thrown) {
      step = part.throw(thrown);
      continue;
    }
    if (earlier && p.nowNs >= untilNs) return OUT_OF_TIME;
    step = part.next();
  }
  return step.value;
}
