import type { WaitQueue } from '../../base/wait-queue.ts';
import type { Process, Sys, Wait } from '../../machine/process.ts';

/** A thread and what it waits for. */
interface Thread {
  readonly body: Sys<unknown>;
  wait: Wait | undefined;
}

/**
 * Runs `main` and the threads it starts in one process, until `main` returns. A thread is resumed whenever any of them is woken: it must look itself
 * whether what it waits for has happened, as reads, writes and polls do.
 */
export function* runThreads<T>(p: Process, main: (start: (body: Sys<unknown>) => void) => Sys<T>): Sys<T> {
  const threads = new Set<Thread>();
  const first = main((body) => void threads.add({ body, wait: undefined }));
  let step = first.next();
  for (;;) {
    if (step.done) return step.value;
    for (const thread of threads) {
      const next = thread.body.next();
      if (next.done) threads.delete(thread);
      else thread.wait = next.value;
    }
    try {
      yield combined(p, step.value, threads);
    } catch (thrown) {
      step = first.throw(thrown);
      continue;
    }
    step = first.next();
  }
}

function combined(p: Process, own: Wait, threads: ReadonlySet<Thread>): Wait {
  const waits = [own, ...[...threads].map(({ wait }) => wait as Wait)];
  const host = waits.find(({ on }) => on === 'host');
  if (host) return host;
  if (waits.some(({ on }) => on === 'turn')) return { on: 'turn' };
  const queues: WaitQueue[] = [];
  let untilNs: number | undefined;
  for (const wait of waits) {
    if (wait.on !== 'queues') continue;
    queues.push(...wait.queues);
    if (wait.untilNs !== undefined && wait.untilNs > p.nowNs && (untilNs === undefined || wait.untilNs < untilNs)) untilNs = wait.untilNs;
  }
  return untilNs === undefined ? { on: 'queues', queues, why: 'threads' } : { on: 'queues', queues, untilNs, why: 'threads' };
}
