import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { isError } from '../../base/result.ts';
import { utf8 } from '../../base/utf8.ts';
import { Interrupted } from '../process.ts';
import { editorTermios } from './termios.ts';

test('a paused page holds a program back; ^C ends it and time to show the rest is not needed', () => {
  const world = new ProcessWorld();
  let lines = 0;
  const process = world.login(function* (p) {
    for (; lines < 100_000; lines++) yield* p.print(`line ${lines}\n`);
  });
  let seen = 0;
  world.terminal.onOutput = (data) => {
    seen += data.length;
    if (seen > 50_000) world.terminal.pause(true);
  };
  world.run();
  expect(seen).toBeLessThan(60_000);
  expect(process.state).toBe('S');
  world.type('\x03');
  expect(process.endStatus).toMatchObject({ signal: 'SIGINT' });
});

test('a paste of 1 MB is read in pieces by a program in character mode, and none is lost', () => {
  const world = new ProcessWorld();
  let n = 0;
  world.login(function* (p) {
    const tty = p.terminal(0);
    if (tty === undefined) return;
    yield* p.setTermios(0, editorTermios(tty.termios));
    for (;;) {
      const data = yield* p.read(0);
      if (isError(data) || data.length === 0) return;
      n += data.length;
    }
  });
  world.run();
  world.terminal.input(utf8('0123456789'.repeat(100_000)));
  world.run();
  expect(n).toBe(1_000_000);
});

test('^C gets through a paste that nobody reads', () => {
  const world = new ProcessWorld();
  const process = world.login(function* (p) {
    yield* p.sleep(1e12);
  });
  world.run();
  world.terminal.input(utf8('a line\r'.repeat(10_000)));
  world.type('\x03');
  expect(process.endStatus).toMatchObject({ signal: 'SIGINT' });
});

test('a new size is told to the foreground group', () => {
  const world = new ProcessWorld();
  world.login(function* (p) {
    p.catchSignal('SIGWINCH');
    try {
      yield* p.sleep(1e12);
    } catch (e) {
      if (e instanceof Interrupted) yield* p.print(`${e.signal} ${p.terminal(1)?.columns}x${p.terminal(1)?.rows}`);
    }
  });
  world.run();
  world.terminal.resize(100, 30);
  world.run();
  expect(world.shown).toBe('SIGWINCH 100x30');
});
