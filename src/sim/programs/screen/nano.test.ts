import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { text } from '../../base/utf8.ts';
import { SANE_TERMIOS } from '../../machine/tty/termios.ts';
import { SCREEN_PROGRAMS } from './index.ts';

function started(): ProcessWorld {
  const w = new ProcessWorld();
  for (const program of SCREEN_PROGRAMS) w.machine.install(program);
  w.login(function* (p) {
    p.spawn(['nano', '/tmp/script']);
    yield* p.waitpid(-1);
    yield* p.print('done\n');
  });
  w.run();
  return w;
}

function written(w: ProcessWorld): string {
  return text(w.machine.files.readFile(w.machine.init, '/tmp/script') as Uint8Array);
}

test('nano writes a new file and gives the terminal back', () => {
  const w = started();
  expect(w.shown).toContain('[ New File ]');
  w.type('#!/bin/sh\recho hällo\x1b[D\x1b[D\x7f\x7fe');
  w.type('\x0f');
  expect(w.shown).toContain('File Name to Write: /tmp/script');
  w.type('\r');
  expect(w.shown).toContain('[ Wrote 2 lines ]');
  expect(written(w)).toBe('#!/bin/sh\necho helo\n');
  w.type('\x18');
  expect(w.shown).toMatch(/done\r\n$/);
  expect(w.terminal.termios).toEqual(SANE_TERMIOS);
});

test('nano cuts, pastes, searches and asks before it leaves what was changed', () => {
  const w = started();
  w.type('one\rtwo\rthree\x1b[A\x1b[A\x0b\x1b[B\x15');
  w.type('\x17THREE\r!');
  w.type('\x18');
  expect(w.shown).toContain('Save modified buffer?');
  w.type('y\r');
  expect(w.shown).toMatch(/done\r\n$/);
  expect(written(w)).toBe('two\none\n!three\n');
});

test('nano leaves the file alone when the answer is no, and draws itself anew in another size', () => {
  const w = started();
  w.type('x');
  w.shown = '';
  w.terminal.resize(60, 12);
  w.run();
  expect(w.shown).toContain('\x1b[12;1H\x1b[7m^X\x1b[27m Exit');
  w.type('\x18n');
  expect(w.machine.files.readFile(w.machine.init, '/tmp/script')).toMatchObject({ errno: 'ENOENT' });
});
