import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { rawTermios, SANE_TERMIOS } from '../../machine/tty/termios.ts';
import { SCREEN_PROGRAMS } from './index.ts';

test('tput answers for xterm, and reset brings a spoilt terminal back', () => {
  const w = new ProcessWorld();
  for (const program of SCREEN_PROGRAMS) w.machine.install(program);
  w.login(function* (p) {
    p.env.set('TERM', 'xterm');
    for (const words of ['cols', 'setaf 1', 'cup 3 4', 'sgr0', 'foo']) {
      p.spawn(['tput', ...words.split(' ')]);
      yield* p.waitpid(-1);
    }
    yield* p.setTermios(0, rawTermios(SANE_TERMIOS));
    p.spawn(['reset']);
    yield* p.waitpid(-1);
  });
  w.run();
  expect(w.shown).toBe("80\r\n\x1b[31m\x1b[4;5H\x1b(B\x1b[mtput: unknown terminfo capability 'foo'\r\n\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>");
  expect(w.terminal.termios).toEqual(SANE_TERMIOS);
});
