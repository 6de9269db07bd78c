import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { utf8 } from '../../base/utf8.ts';
import { SANE_TERMIOS } from '../../machine/tty/termios.ts';
import { SCREEN_PROGRAMS } from './index.ts';

/** A terminal of 24 rows with a program that shows the numbers 1 to 100. */
function started(argv: readonly string[], piped = false): ProcessWorld {
  const w = new ProcessWorld();
  for (const program of SCREEN_PROGRAMS) w.machine.install(program);
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i + 1}\n`).join('');
  w.machine.files.writeFile(w.machine.init, '/tmp/numbers', utf8(lines));
  w.login(function* (p) {
    const fd = piped ? p.open('/tmp/numbers', { read: true }) : 0;
    p.spawn(argv, {
      fds: new Map([
        [0, fd as number],
        [1, 1],
        [2, 2],
      ]),
    });
    yield* p.waitpid(-1);
    yield* p.print('done\n');
  });
  w.run();
  return w;
}

/** What a key makes the program write. */
function after(w: ProcessWorld, keys: string): string {
  w.shown = '';
  w.type(keys);
  return w.shown;
}

test('less shows a screen, goes through the text and gives the terminal back', () => {
  const w = started(['less', '/tmp/numbers']);
  expect(w.shown).toContain('\x1b[?1049h');
  expect(w.shown).toContain('line 23\x1b[K\r\n\x1b[K\x1b[7m/tmp/numbers\x1b[27m');
  expect(after(w, ' ')).toMatch(/^\x1b\[Hline 24\x1b.*line 46\x1b\[K\r\n\x1b\[K:$/s);
  expect(after(w, 'b')).toMatch(/^\x1b\[Hline 1\x1b/);
  expect(after(w, 'G')).toMatch(/line 78\x1b.*line 100\x1b\[K\r\n\x1b\[K\x1b\[7m\(END\)/s);
  expect(after(w, '5g')).toMatch(/\x1b\[Hline 5\x1b/);
  expect(after(w, '\x1b[B')).toMatch(/^\x1b\[Hline 6\x1b/);
  expect(after(w, 'q')).toContain('\x1b[?1049l');
  expect(w.shown).toMatch(/done\r\n$/);
  expect(w.terminal.termios).toEqual(SANE_TERMIOS);
});

test('less finds a pattern, the next and the one before', () => {
  const w = started(['less', '-N', '/tmp/numbers']);
  expect(after(w, '/ine .0\r')).toContain('\x1b[1m     10\x1b(B\x1b[m l\x1b[7mine 10\x1b[27m');
  expect(after(w, 'n')).toMatch(/^\x1b\[H\x1b\[1m {5}20/);
  expect(after(w, 'N')).toMatch(/^\x1b\[H\x1b\[1m {5}10/);
  expect(after(w, '/nothing\r')).toContain('Pattern not found  (press RETURN)');
});

test('less reads a pipe and takes its keys from the terminal', () => {
  const w = started(['less'], true);
  expect(w.shown).toMatch(/line 23\x1b\[K\r\n\x1b\[K:$/);
  expect(after(w, 'q')).toMatch(/done\r\n$/);
});

test('more stops after each screen and ends with the text', () => {
  const w = started(['more', '/tmp/numbers']);
  expect(w.shown).toMatch(/line 23\r\n\x1b\[7m--More--\(23%\)\x1b\[27m$/);
  expect(after(w, '\r')).toMatch(/^\r\x1b\[Kline 24\r\n\x1b\[7m--More--\(24%\)/);
  expect(after(w, '    ')).toMatch(/line 100\r\ndone\r\n$/);
});
