import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import { NS_PER_MS, NS_PER_S } from '../base/time.ts';
import { Interrupted, type Process, type Sys } from './process.ts';

function must<T>(x: T): Extract<T, Process> {
  if (x === null || typeof x !== 'object' || !('pid' in x)) throw new Error(JSON.stringify(x));
  return x as Extract<T, Process>;
}

test('a process sleeps in virtual time and numbers are given in order', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    const child = must(
      p.fork(function* (c) {
        yield* c.sleep(2 * NS_PER_S);
        return 7;
      }),
    );
    const status = yield* p.waitpid(-1);
    yield* p.print(`${p.pid} ${child.pid} ${JSON.stringify(status)} at ${p.nowNs / NS_PER_S}\n`);
  });
  world.run(3);
  expect(world.shown).toBe('612 613 {"pid":613,"kind":"exited","status":7} at 2\r\n');
});

test('a busy loop lets timers fire, the same number of turns in each run', () => {
  const turns = () => {
    const world = new ProcessWorld();
    let n = 0;
    world.login(function* (p) {
      const spinner = must(
        p.fork(function* (c) {
          for (;;) {
            n++;
            yield* c.turn();
          }
        }),
      );
      yield* p.sleep(NS_PER_S);
      p.kill(spinner.pid, 'SIGTERM');
      yield* p.print(JSON.stringify(yield* p.waitpid(spinner.pid)));
    });
    world.run(2);
    expect(world.shown).toBe('{"pid":613,"kind":"signaled","signal":"SIGTERM"}');
    return n;
  };
  expect(turns()).toBe(turns());
  expect(turns()).toBeGreaterThan(5_000);
});

test('processes that go on starting others do not hold the clock', () => {
  const world = new ProcessWorld();
  let generations = 0;
  const next = function* (p: Process): Sys<number> {
    generations++;
    must(p.fork(next));
    return 0;
  };
  world.login(function* (p) {
    must(p.fork(next));
    yield* p.sleep(100 * NS_PER_MS);
    yield* p.print(`${Math.round(p.nowNs / NS_PER_MS)} ms`);
    p.kill(-p.pgid, 'SIGKILL');
  });
  world.run(1);
  expect(world.shown).toMatch(/^10[01] ms$/);
  expect(generations).toBeGreaterThan(1_000);
});

test('a fork bomb ends at the process limit with EAGAIN', () => {
  const world = new ProcessWorld({ maxProcesses: 50 });
  const errors: string[] = [];
  const bomb = function* (p: Process): Sys<number> {
    for (let i = 0; i < 2; i++) {
      const child = p.fork(bomb);
      if ('errno' in child) errors.push(child.errno);
    }
    yield* p.sleep(NS_PER_S);
    return 0;
  };
  world.login(bomb);
  world.run();
  expect(new Set(errors)).toEqual(new Set(['EAGAIN']));
  expect(world.machine.processes.size).toBe(50);
  world.run(5);
  expect(world.machine.processes.size).toBe(1);
});

test('while something outside is awaited no process runs, and then the one that waited goes first', () => {
  const world = new ProcessWorld();
  const order: string[] = [];
  let done = (_value: unknown) => {};
  world.login(function* (p) {
    must(
      p.fork(function* (c) {
        order.push('other');
        yield* c.turn();
        return 0;
      }),
    );
    let answer: unknown;
    yield {
      on: 'host',
      why: 'library',
      start: (finish) => {
        done = (value) => {
          answer = value;
          finish(value);
        };
      },
    };
    order.push(`answer ${answer}`);
    yield* p.waitpid(-1);
  });
  world.run(1);
  expect([order, world.scheduler.hostPending]).toEqual([[], true]);
  done(42);
  world.run();
  expect(order).toEqual(['answer 42', 'other']);
});

test('a signal ends even a wait for something outside', () => {
  const world = new ProcessWorld();
  let done = (_value: unknown) => {};
  const process = world.login(function* () {
    yield {
      on: 'host',
      why: 'library',
      start: (finish) => {
        done = finish;
      },
    };
  });
  world.run();
  world.type('\x03');
  expect([process.endStatus, world.scheduler.hostPending]).toEqual([{ pid: 612, kind: 'signaled', signal: 'SIGINT' }, false]);
  done(1);
  world.run(1);
});

test('a caught signal is thrown at the wait and runs the finally blocks on the way, which may wait themselves', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    p.catchSignal('SIGINT');
    try {
      try {
        yield* p.sleep(100 * NS_PER_S);
      } finally {
        yield* p.print('inner ');
        yield* p.sleep(NS_PER_S);
        yield* p.print('later ');
      }
    } catch (e) {
      if (!(e instanceof Interrupted)) throw e;
      yield* p.print(`${e.signal}\n`);
    }
  });
  world.run(1);
  world.type('\x03');
  world.run(2);
  expect(world.shown).toBe('^Cinner later SIGINT\r\n');
});

test('a signal asked for but not caught kills, and SIGKILL runs no finally block', () => {
  const world = new ProcessWorld();
  const statuses: unknown[] = [];
  let cleaned = false;
  world.login(function* (p) {
    const a = must(
      p.fork(function* (c) {
        c.catchSignal('SIGUSR1');
        yield* c.sleep(NS_PER_S);
        return 0;
      }),
    );
    const b = must(
      p.fork(function* (c) {
        try {
          yield* c.sleep(NS_PER_S);
        } finally {
          cleaned = true;
        }
        return 0;
      }),
    );
    yield* p.turn();
    p.kill(a.pid, 'SIGUSR1');
    p.kill(b.pid, 'SIGKILL');
    statuses.push(yield* p.waitpid(a.pid), yield* p.waitpid(b.pid));
  });
  world.run(2);
  expect(statuses).toMatchObject([{ signal: 'SIGUSR1' }, { signal: 'SIGKILL' }]);
  expect(cleaned).toBe(false);
});

test('a bug in a program ends that program with status 134 and is said and reported', () => {
  const world = new ProcessWorld();
  const bugs: string[] = [];
  world.machine.onBug = (bug) => bugs.push(bug.message);
  world.install('buggy', function* (p) {
    yield* p.turn();
    throw new TypeError('x is not a function');
  });
  world.install('deep', function* (p) {
    const down = function* (n: number): Sys<void> {
      yield* down(n + 1);
    };
    yield* p.turn();
    yield* down(0);
  });
  world.login(function* (p) {
    for (const name of ['buggy', 'deep']) {
      must(p.spawn([name]));
      yield* p.print(`${JSON.stringify(yield* p.waitpid(-1))}\n`);
    }
  });
  world.run();
  expect(world.shown).toMatch(
    /^vethlab: bug in buggy: x is not a function\r\n(vethlab: in [^\n]*\n)?\{"pid":613,"kind":"exited","status":134\}/,
  );
  expect(world.shown).toMatch(/vethlab: bug in deep: .*(stack|recursion)/);
  expect(bugs).toHaveLength(2);
});

const WAITS: Readonly<Record<string, (p: Process) => Sys<unknown>>> = {
  'a read': (p) => p.read(0),
  *'a full pipe'(p) {
    const ends = p.pipe();
    if ('writeFd' in ends) yield* p.write(ends.writeFd, new Uint8Array(100_000));
  },
  *'a child'(p) {
    p.fork(function* (c) {
      yield* c.sleep(NS_PER_S);
      return 0;
    });
    yield* p.waitpid(-1);
  },
  'a time': (p) => p.sleep(NS_PER_S),
  *'a turn'(p) {
    for (;;) yield* p.turn();
  },
  *'something outside'() {
    yield { on: 'host', why: 'library', start: () => {} };
  },
};

test.each(Object.entries(WAITS))('SIGKILL ends a process that waits for %s, and gives back what it held', (_what, wait) => {
  const world = new ProcessWorld();
  const process = world.login(wait);
  world.run();
  world.machine.init.kill(process.pid, 'SIGKILL');
  world.run(2);
  expect(process.endStatus).toMatchObject({ kind: 'signaled', signal: 'SIGKILL' });
  expect([process.descriptors.size, world.scheduler.hostPending, [...world.machine.processes.keys()]]).toEqual([0, false, [1]]);
});
