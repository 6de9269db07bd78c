import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import { isError } from '../base/result.ts';
import { NS_PER_MS } from '../base/time.ts';
import { utf8 } from '../base/utf8.ts';
import { PIPE_BUF, PIPE_CAPACITY, Pipe } from './pipe.ts';
import type { Process, Sys } from './process.ts';

/** `left | right`, as a shell runs it; prints how both ended. */
function pipeline(world: ProcessWorld, left: (p: Process) => Sys<number>, right: (p: Process) => Sys<number>): void {
  world.login(function* (p) {
    const ends = p.pipe();
    if (isError(ends)) throw new Error(ends.errno);
    const fds = [0, 1, 2];
    const a = p.fork(left, { fds: new Map(fds.map((fd) => [fd, fd === 1 ? ends.writeFd : fd])) });
    const b = p.fork(right, { fds: new Map(fds.map((fd) => [fd, fd === 0 ? ends.readFd : fd])) });
    p.close(ends.readFd);
    p.close(ends.writeFd);
    for (const child of [a, b]) {
      const status = isError(child) ? child : yield* p.waitpid(child.pid);
      yield* p.print(`${JSON.stringify(status)}\n`);
    }
  });
}

test('a slow reader holds a fast writer back, and gets every byte', () => {
  const world = new ProcessWorld();
  const size = 1_000_000;
  let read = 0;
  let most = 0;
  let written = 0;
  pipeline(
    world,
    function* (p) {
      for (let i = 0; i < size / 1000; i++) {
        yield* p.write(1, new Uint8Array(1000).fill(i));
        written += 1000;
        most = Math.max(most, written - read);
      }
      return 0;
    },
    function* (p) {
      for (;;) {
        const data = yield* p.read(0, 10_000);
        if (isError(data) || data.length === 0) return 0;
        for (const byte of data) if (byte !== (Math.floor(read++ / 1000) & 0xff)) return 1;
        yield* p.sleep(NS_PER_MS);
      }
    },
  );
  world.run(10);
  expect(world.shown).toBe('{"pid":613,"kind":"exited","status":0}\r\n{"pid":614,"kind":"exited","status":0}\r\n');
  expect([read, most <= PIPE_CAPACITY + 10_000]).toEqual([size, true]);
});

test('yes | head: the writer dies of SIGPIPE when its reader leaves', () => {
  const world = new ProcessWorld();
  pipeline(
    world,
    function* (p) {
      for (;;) yield* p.print('y\n');
    },
    function* (p) {
      for (let i = 0; i < 3; i++) yield* p.print(`${yield* p.readLine(0)}\n`);
      return 0;
    },
  );
  world.run();
  expect(world.shown).toBe('y\r\ny\r\ny\r\n{"pid":613,"kind":"signaled","signal":"SIGPIPE"}\r\n{"pid":614,"kind":"exited","status":0}\r\n');
});

test('who ignores SIGPIPE gets EPIPE', () => {
  const world = new ProcessWorld();
  pipeline(
    world,
    function* (p) {
      p.ignoreSignal('SIGPIPE');
      yield* p.sleep(NS_PER_MS);
      const n = yield* p.write(1, utf8('x'));
      return isError(n) && n.errno === 'EPIPE' ? 3 : 0;
    },
    function* () {
      return 0;
    },
  );
  world.run(1);
  expect(world.shown).toContain('{"pid":613,"kind":"exited","status":3}');
});

test('small writes go in whole, large ones in parts', () => {
  const { reader, writer } = new Pipe(1, 0);
  expect(writer.write(new Uint8Array(PIPE_CAPACITY - 10))).toBe(PIPE_CAPACITY - 10);
  expect(writer.write(new Uint8Array(11))).toMatchObject({ errno: 'EAGAIN' });
  expect(writer.write(new Uint8Array(PIPE_BUF + 1))).toBe(10);
  expect(reader.read(PIPE_CAPACITY + 1)).toHaveLength(PIPE_CAPACITY);
  expect(reader.read(1)).toMatchObject({ errno: 'EAGAIN' });
  writer.release();
  expect(reader.read(1)).toHaveLength(0);
});

test('lines are read one by one however they are cut, the last without a newline', () => {
  const world = new ProcessWorld();
  pipeline(
    world,
    function* (p) {
      for (const part of ['one\ntw', 'o\n\nthr', 'ee']) {
        yield* p.print(part);
        yield* p.sleep(NS_PER_MS);
      }
      return 0;
    },
    function* (p) {
      for (let line = yield* p.readLine(0); typeof line === 'string'; line = yield* p.readLine(0)) yield* p.print(`[${line}]`);
      return 0;
    },
  );
  world.run(1);
  expect(world.shown).toContain('[one][two][][three]');
});
