import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { NS_PER_MS } from './time.ts';

test('events run by time, and at one time in the order they were scheduled', () => {
  const queue = new EventQueue();
  const ran: string[] = [];
  const log = (name: string) => () => ran.push(`${name}@${queue.now}`);
  queue.schedule(20, log('late'));
  queue.schedule(10, log('first'));
  queue.at(10, log('second'));
  queue.soon(log('soon'));
  queue.runUntil(15);
  expect([ran, queue.now, queue.nextTime()]).toEqual([['soon@0', 'first@10', 'second@10'], 15, 20]);
});

test('work put in the lane by an event is done before the next timer of the same time', () => {
  const queue = new EventQueue();
  const ran: string[] = [];
  queue.schedule(5, () => {
    ran.push('a');
    queue.soon(() => ran.push('a, later'));
  });
  queue.schedule(5, () => ran.push('b'));
  queue.runUntil(5);
  expect(ran).toEqual(['a', 'a, later', 'b']);
});

test('a cancelled timer does not run, and its handle stays dead when the slot is used again', () => {
  const queue = new EventQueue();
  const ran: string[] = [];
  const first = queue.schedule(1, () => ran.push('first'));
  queue.cancel(first);
  queue.cancel(first);
  expect([queue.nextTime(), queue.size, queue.runNext()]).toEqual([undefined, 0, false]);
  const second = queue.schedule(1, () => ran.push('second'));
  queue.cancel(first);
  expect([queue.pending(first), queue.pending(second)]).toEqual([false, true]);
  queue.runUntil(NS_PER_MS);
  queue.cancel(second);
  expect(ran).toEqual(['second']);
});

test('any mix of scheduling and cancelling runs what a sorted list would', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 400 }), (plan) => {
      const queue = new EventQueue();
      const ran: number[] = [];
      const handles = plan.map(([time], i) => queue.schedule(time, () => ran.push(i)));
      plan.forEach(([, cancel], i) => {
        if (cancel) queue.cancel(handles[i] as number);
      });
      while (queue.runNext());
      const expected = plan.map((_, i) => i).filter((i) => !(plan[i] as [number, boolean])[1]);
      expected.sort((a, b) => (plan[a] as [number, boolean])[0] - (plan[b] as [number, boolean])[0] || a - b);
      expect(ran).toEqual(expected);
    }),
  );
});

test('a storm is stopped by the hook that is called every 4096 events', () => {
  const queue = new EventQueue();
  const storm = (): void => queue.soon(storm);
  queue.soon(storm);
  queue.onEvent = (count) => {
    if (count >= 8192) queue.stop();
  };
  queue.runUntil(NS_PER_MS);
  expect([queue.eventsRun, queue.now]).toEqual([8192, 0]);
});
