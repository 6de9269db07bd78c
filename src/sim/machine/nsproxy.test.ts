import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import { isError } from '../base/result.ts';
import { NS_PER_S } from '../base/time.ts';
import type { NamespaceKind, Process, Sys } from './process.ts';

const KINDS: readonly NamespaceKind[] = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'];

function fork(p: Process, main: (c: Process) => Sys<number>): Process {
  const child = p.fork(main);
  if (isError(child)) throw new Error(child.errno);
  return child;
}

test('unshare gives new namespaces of each kind, the others and the parent keep theirs', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    for (const kind of KINDS) {
      fork(p, function* (c) {
        c.unshare([kind]);
        const changed = KINDS.filter((k) => c.namespaces[k] !== p.namespaces[k]);
        const grandchild = fork(c, function* (g) {
          yield* g.print(`${kind}: ${changed}; child ${KINDS.filter((k) => g.namespaces[k] !== p.namespaces[k])}\n`);
          return 0;
        });
        yield* c.waitpid(grandchild.pid);
        return 0;
      });
      yield* p.waitpid(-1);
    }
  });
  world.run();
  const lines = KINDS.map((kind) => `${kind}: ${kind === 'pid' ? '' : kind}; child ${kind}\r\n`);
  expect(world.shown).toBe(lines.join(''));
});

test('a host name set in a new uts namespace is not seen outside', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    p.unshare(['uts']);
    p.namespaces.uts.hostname = 'inside';
    yield* p.print(`${p.namespaces.uts.hostname} ${p.machine.hostname}`);
  });
  world.run();
  expect(world.shown).toBe('inside host1');
});

test('a network namespace lives until the last process, descriptor or mount lets it go', () => {
  const world = new ProcessWorld();
  const alive: number[] = [];
  const { kernel } = world.machine;
  world.login(function* (p) {
    const sleeper = fork(p, function* (c) {
      c.unshare(['net']);
      yield* c.sleep(NS_PER_S);
      return 0;
    });
    yield* p.turn();
    yield* p.turn();
    const fd = p.open(`/proc/${sleeper.pid}/ns/net`, { read: true });
    if (isError(fd)) throw new Error(fd.errno);
    p.kill(sleeper.pid, 'SIGKILL');
    alive.push(kernel.namespaces.size);
    p.setns(fd, 'net');
    p.close(fd);
    alive.push(kernel.namespaces.size);
    const own = p.open('/proc/1/ns/net', { read: true });
    if (isError(own)) throw new Error(own.errno);
    p.setns(own);
    p.close(own);
    // The kernel's worker takes it apart a moment later.
    yield* p.sleep(NS_PER_S);
    alive.push(kernel.namespaces.size, p.netns === kernel.initNetns ? 1 : 0);
    alive.push(isError(p.setns(0)) ? 1 : 0);
  });
  world.run(2);
  expect(alive).toEqual([2, 2, 1, 1, 1]);
});

test('process 1 of a pid namespace counts from 1, adopts orphans, and takes all others with it', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    p.unshare(['pid']);
    const first = fork(p, function* (c) {
      const middle = fork(c, function* (m) {
        fork(m, function* (orphan) {
          yield* orphan.sleep(NS_PER_S);
          yield* orphan.print(`${orphan.pidSeenBy(orphan)} of ${orphan.parent?.pidSeenBy(orphan)}\n`);
          yield* orphan.sleep(100 * NS_PER_S);
          return 0;
        });
        return 0;
      });
      yield* c.print(`${c.pidSeenBy(c)} is ${c.pidSeenBy(p)} outside; ${p.pidSeenBy(c)}, ${p.pid}; ${middle.pidSeenBy(c)}\n`);
      // Ctrl-C, or a kill from inside, does nothing to it.
      c.kill(c.pid, 'SIGTERM');
      yield* c.sleep(3 * NS_PER_S);
      return 0;
    });
    yield* p.sleep(2 * NS_PER_S);
    p.kill(first.pidSeenBy(p), 'SIGKILL');
    yield* p.print(`${JSON.stringify(yield* p.waitpid(first.pidSeenBy(p)))}\n`);
    const late = p.fork(function* () {
      return 0;
    });
    yield* p.print(`${isError(late) ? late.errno : ''} ${[...p.machine.processes.values()].filter((q) => q.state !== 'Z').length}\n`);
  });
  world.run(5);
  expect(world.shown).toBe('1 is 613 outside; 0, 612; 2\r\n3 of 1\r\n{"pid":613,"kind":"signaled","signal":"SIGKILL"}\r\nENOMEM 2\r\n');
});

test('a process names others by the numbers of its own pid namespace: children, groups, whoever has the terminal', () => {
  const world = new ProcessWorld();
  const said: unknown[] = [];
  world.login(function* (p) {
    p.unshare(['pid']);
    const first = fork(p, function* (c) {
      c.setsid();
      const sleeper = c.fork(sleep, { pgid: 0 });
      const friend = c.fork(sleep, { pgid: 2 });
      if (isError(sleeper) || isError(friend)) throw new Error('fork');
      said.push(c.pgid, sleeper.pgid, friend.pgid, friend.sid, p.pgid === p.pid, c.kill(sleeper.pidSeenBy(p), 0));
      // The group goes by its leader's number though that has gone.
      c.kill(2, 'SIGKILL');
      said.push((yield* c.waitpid(2)) as unknown, c.kill(-2, 'SIGTERM'), (yield* c.waitpid(-1)) as unknown);
      return 7;
    });
    said.push((yield* p.waitpid(first.pidSeenBy(p))) as unknown);
  });
  world.run(5);
  const ended = (pid: number, signal: string) => ({ pid, kind: 'signaled', signal });
  expect(said).toEqual([
    ...[1, 2, 2, 1, true, { errno: 'ESRCH' }],
    ...[ended(2, 'SIGKILL'), undefined, ended(3, 'SIGTERM')],
    { pid: 613, kind: 'exited', status: 7 },
  ]);
});

function* sleep(c: Process): Sys<number> {
  yield* c.sleep(100 * NS_PER_S);
  return 0;
}
