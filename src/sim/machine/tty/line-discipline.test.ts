import { expect, test } from 'vitest';
import { text, utf8 } from '../../base/utf8.ts';
import { LineDiscipline } from './line-discipline.ts';
import { editorTermios, SANE_TERMIOS, type Termios } from './termios.ts';

class Keyboard {
  readonly echoed: number[] = [];
  events: string[] = [];
  readonly ldisc = new LineDiscipline({
    echo: (bytes) => this.echoed.push(...bytes),
    signal: (signal) => this.events.push(signal),
    flow: (stopped) => this.events.push(stopped ? 'stop' : 'start'),
    discardOutput: () => this.events.push('discard'),
    readable: () => {},
  });

  constructor(termios: Termios = SANE_TERMIOS) {
    this.ldisc.termios = termios;
  }

  get echo(): string {
    return text(Uint8Array.from(this.echoed));
  }

  type(keys: string): this {
    for (const byte of utf8(keys)) if (this.ldisc.room > 0) this.ldisc.input(byte);
    return this;
  }

  read(max = 4096): string | undefined {
    const data = this.ldisc.read(max);
    return data && text(data);
  }

  reads(max?: number): string[] {
    const out: string[] = [];
    for (let data = this.read(max); data !== undefined; data = this.read(max)) out.push(data);
    return out;
  }
}

// Typed into a pseudo-terminal of Linux 6.18: keys, what it echoed, what read(2) gave.
const RECORDED: readonly [what: string, keys: string, echo: string, reads: string[]][] = [
  ['a line', 'ab\r', 'ab\r\n', ['ab\n']],
  ['erase', 'abc\x7f\x7fd\r', 'abc\b \b\b \bd\r\n', ['ad\n']],
  ['erase of characters of several bytes', 'aé中\x7f\x7fb\r', 'aé中\b \b\b \bb\r\n', ['ab\n']],
  ['erase at the beginning', 'a\x7f\x7f\x7fb\r', 'a\b \bb\r\n', ['b\n']],
  ['kill', 'abc\x15x\r', 'abc\b \b\b \b\b \bx\r\n', ['x\n']],
  ['word erase', 'abc def-gh \x17x\x17\r', 'abc def-gh \b \b\b \b\b \bx\b \b\r\n', ['abc def-\n']],
  ['reprint', 'ab\x12c\r', 'ab^R\r\nabc\r\n', ['abc\n']],
  ['erase of a tab', 'ab\tc\x7f\x7f\x7fd\r', 'ab\tc\b \b\b\b\b\b\b\b\b \bd\r\n', ['ad\n']],
  ['erase of a control character', 'a\x01\x7fb\r', 'a^A\b \b\b \bb\r\n', ['ab\n']],
  ['literal next', 'a\x16\x03b\r', 'a^\b^Cb\r\n', ['a\x03b\n']],
  ['literal carriage return', 'a\x16\rb\r', 'a^\b^Mb\r\n', ['a\rb\n']],
  ['end of file within a line', 'ab\x04cd\r', 'abcd\r\n', ['ab', 'cd\n']],
  ['end of file on an empty line', '\x04', '', ['']],
  ['lines typed ahead', 'one\rtwo\r\x04', 'one\r\ntwo\r\n', ['one\n', 'two\n', '']],
  ['NUL', 'a\x00b\r', 'a^@b\r\n', ['a\x00b\n']],
  ['an arrow key', '\x1b[A\r', '^[[A\r\n', ['\x1b[A\n']],
];

test.each(RECORDED)('canonical mode does %s as Linux does', (_what, keys, echo, reads) => {
  const keyboard = new Keyboard().type(keys);
  expect([keyboard.echo, keyboard.reads()]).toEqual([echo, reads]);
});

test('a read smaller than the line leaves the rest, and an end of file right behind it is used up with it', () => {
  expect(new Keyboard().type('abc\rdef\r').reads(2)).toEqual(['ab', 'c\n', 'de', 'f\n']);
  expect(new Keyboard().type('abc\x04\r').reads(3)).toEqual(['abc', '\n']);
});

test('a line of 5000 characters is echoed whole and read as 4095', () => {
  const keyboard = new Keyboard().type(`${'a'.repeat(5000)}\r`);
  expect(keyboard.echo).toBe(`${'a'.repeat(5000)}\r\n`);
  expect(keyboard.read()).toBe(`${'a'.repeat(4095)}\n`);
});

test('what was typed ahead passes between canonical and character mode', () => {
  const toRaw = new Keyboard().type('abc\rde');
  toRaw.ldisc.termios = editorTermios(SANE_TERMIOS);
  expect(toRaw.reads()).toEqual(['abc\nde']);

  const toCanonical = new Keyboard({ ...editorTermios(SANE_TERMIOS), icrnl: true }).type('abc\rde');
  toCanonical.ldisc.termios = SANE_TERMIOS;
  toCanonical.type('f\r');
  expect(toCanonical.reads()).toEqual(['abc\nde', 'f\n']);
});

test('^C is shown, throws away what was typed and is a signal; ^S and ^Q hold and release output', () => {
  const keyboard = new Keyboard().type('abc\x03d\r\x13\x11\x1c\x1a');
  expect(keyboard.echo).toBe('abc^Cd\r\n^\\^Z');
  expect(keyboard.events).toEqual(['discard', 'SIGINT', 'stop', 'start', 'discard', 'SIGQUIT', 'discard', 'SIGTSTP']);
  expect(keyboard.reads()).toEqual([]);
});

test('output gets carriage returns unless opost is off', () => {
  const keyboard = new Keyboard();
  expect(text(keyboard.ldisc.process(utf8('a\nb\n')))).toBe('a\r\nb\r\n');
  keyboard.ldisc.termios = { ...SANE_TERMIOS, opost: false };
  expect(text(keyboard.ldisc.process(utf8('a\nb\n')))).toBe('a\nb\n');
});
