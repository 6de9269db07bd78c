import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import { isError } from '../base/result.ts';
import { NS_PER_S } from '../base/time.ts';
import { text } from '../base/utf8.ts';
import { Interrupted, type Process, type Sys } from './process.ts';
import { rawTermios } from './tty/termios.ts';

/** A shell without a language: runs functions as jobs in groups of their own, as an interactive bash does. */
class Jobs {
  readonly shell: Process;

  constructor(shell: Process) {
    this.shell = shell;
    for (const signal of ['SIGINT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const) shell.ignoreSignal(signal);
  }

  start(main: (p: Process) => Sys<number>, foreground = true): Process {
    const child = this.shell.fork(main, { pgid: 0, foreground, defaultSignals: ['SIGINT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] });
    if (isError(child)) throw new Error(child.errno);
    return child;
  }

  *wait(job: Process): Sys<string> {
    const status = yield* this.shell.waitpid(job.pid, { untraced: true });
    this.shell.setForegroundGroup(0, this.shell.pgid);
    if (status === undefined || isError(status)) return String(status?.errno);
    return `${status.kind} ${status.kind === 'exited' ? status.status : status.signal}\n`;
  }
}

function* copyInput(p: Process): Sys<number> {
  for (;;) {
    const data = yield* p.read(0);
    if (isError(data)) return 1;
    if (data.length === 0) return 0;
    yield* p.print(`<${text(data)}>`);
  }
}

test('^C goes to the whole foreground group; a ping-like program catches it and prints its statistics', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    const jobs = new Jobs(p);
    const job = jobs.start(function* (c) {
      c.fork(function* (other) {
        yield* other.sleep(100 * NS_PER_S);
        return 0;
      });
      c.catchSignal('SIGINT');
      let n = 0;
      try {
        for (;;) {
          n++;
          yield* c.sleep(NS_PER_S);
        }
      } catch (e) {
        if (!(e instanceof Interrupted)) throw e;
        yield* c.print(`\n${n} packets\n`);
        return 0;
      }
    });
    yield* p.print(yield* jobs.wait(job));
    yield* p.print(`${p.machine.processes.size} processes\n`);
  });
  world.run(2.5);
  world.type('\x03');
  expect(world.shown).toBe('^C\r\n3 packets\r\nexited 0\r\n2 processes\r\n');
});

test('^Z stops a job in the middle of a read, and it goes on in the foreground; ^D ends it', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    const jobs = new Jobs(p);
    const job = jobs.start(copyInput);
    yield* p.print(yield* jobs.wait(job));
    yield* p.sleep(NS_PER_S);
    p.setForegroundGroup(0, job.pgid);
    p.kill(-job.pgid, 'SIGCONT');
    yield* p.print(yield* jobs.wait(job));
  });
  world.type('ab\r');
  world.type('\x1a');
  world.type('cd\r');
  expect(world.shown).toBe('ab\r\n<ab\r\n>^Zstopped SIGTSTP\r\ncd\r\n');
  world.run(2);
  world.type('\x04');
  expect(world.shown).toContain('<cd\r\n>exited 0\r\n');
});

test('a background job that reads the terminal, or changes it, is stopped; one that prints is not', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    const jobs = new Jobs(p);
    const reader = jobs.start(copyInput, false);
    yield* p.print(yield* jobs.wait(reader));
    const setter = jobs.start(function* (c) {
      yield* c.setTermios(0, rawTermios((c.terminal(0) as NonNullable<ReturnType<Process['terminal']>>).termios));
      return 0;
    }, false);
    yield* p.print(yield* jobs.wait(setter));
    const printer = jobs.start(function* (c) {
      yield* c.print('printed\n');
      return 0;
    }, false);
    yield* p.print(yield* jobs.wait(printer));
  });
  world.run();
  expect(world.shown).toBe('stopped SIGTTIN\r\nstopped SIGTTOU\r\nprinted\r\nexited 0\r\n');
});

test('a stopped process keeps a SIGTERM until it is continued, but SIGKILL ends it at once', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    const jobs = new Jobs(p);
    const sleeper = function* (c: Process): Sys<number> {
      yield* c.sleep(100 * NS_PER_S);
      return 0;
    };
    const a = jobs.start(sleeper, false);
    const b = jobs.start(sleeper, false);
    yield* p.turn();
    for (const job of [a, b]) p.kill(job.pid, 'SIGSTOP');
    p.kill(a.pid, 'SIGTERM');
    p.kill(b.pid, 'SIGKILL');
    yield* p.print(`${a.state}${b.state} `);
    p.kill(a.pid, 'SIGCONT');
    yield* p.print(`${a.state}${b.state}\n`);
    yield* p.print((yield* jobs.wait(a)) + (yield* jobs.wait(b)));
  });
  world.run();
  expect(world.shown).toBe('TZ ZZ\r\nsignaled SIGTERM\r\nsignaled SIGKILL\r\n');
});

test('an orphan is adopted by init, which takes it when it ends; a zombie stays until its parent waits', () => {
  const world = new ProcessWorld();
  let orphan: Process | undefined;
  world.login(function* (p) {
    const child = p.fork(function* (c) {
      const made = c.fork(function* (grandchild) {
        yield* grandchild.sleep(NS_PER_S);
        return 0;
      });
      if (!isError(made)) orphan = made;
      yield* c.turn();
      return 0;
    });
    yield* p.sleep(NS_PER_S / 2);
    yield* p.print(`parent ${orphan?.parent?.pid}, child ${isError(child) ? '' : child.state}\n`);
    yield* p.sleep(NS_PER_S);
    yield* p.print(`${[...p.machine.processes.keys()].join(' ')}\n`);
    yield* p.waitpid(-1);
    yield* p.print(`${[...p.machine.processes.keys()].join(' ')}\n`);
  });
  world.run(3);
  expect(world.shown).toBe('parent 1, child Z\r\n1 612 613\r\n1 612\r\n');
});

test('when the leader ends the terminal ends: the foreground group gets SIGHUP', () => {
  const world = new ProcessWorld();
  let ended = false;
  world.terminal.onHangUp = () => {
    ended = true;
  };
  let background: Process | undefined;
  let foreground: Process | undefined;
  world.login(function* (p) {
    const sleeper = function* (c: Process): Sys<number> {
      yield* c.sleep(NS_PER_S);
      yield* c.print('still here');
      return 0;
    };
    const jobs = new Jobs(p);
    background = jobs.start(sleeper, false);
    foreground = jobs.start(sleeper);
    yield* p.turn();
  });
  world.run(2);
  expect(ended).toBe(true);
  expect(foreground?.endStatus).toMatchObject({ kind: 'signaled', signal: 'SIGHUP' });
  expect(background?.endStatus).toMatchObject({ kind: 'exited', status: 0 });
  expect(world.shown).toBe('');
});

test('closing the page hangs the session up', () => {
  const world = new ProcessWorld();
  const leader = world.login(function* (p) {
    yield* p.readAll(0);
  });
  world.run();
  world.terminal.hangUp();
  world.run();
  expect(leader.endStatus).toMatchObject({ signal: 'SIGHUP' });
  expect(world.machine.files.devpts.terminals.size).toBe(0);
});
