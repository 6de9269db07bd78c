import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import type { Process } from '../machine/process.ts';
import { bashWith } from './bash.ts';
import { dash } from './dash.ts';

/** A terminal of 80×24 with a shell on it; `type` answers what the keys made the terminal show, without escape sequences. */
class ShellWorld extends ProcessWorld {
  readonly shell: Process;

  constructor(argv: readonly string[] = ['bash'], env: Readonly<Record<string, string>> = {}) {
    super();
    this.machine.install(bashWith());
    this.machine.install(dash);
    this.install('sleep', function* (p, args) {
      yield* p.sleep(Number(args[1]) * 1e9);
    });
    this.machine.install({
      name: 'net',
      path: '/usr/bin/net',
      *main(p, args) {
        yield* p.print(`net ${args.slice(1).join(' ')}\n`);
        return 0;
      },
      complete: (_, words) =>
        words.length === 2 ? ['address', 'link', 'link-local', 'route'] : words.at(-1)?.startsWith('-') ? ['--brief'] : [],
    });
    this.shell = this.machine.startOn(
      this.terminal,
      argv,
      new Map(Object.entries({ TERM: 'xterm', PATH: '/usr/bin', HOME: '/root', ...env })),
    );
    this.run(1);
  }

  keys(keys: string): string {
    const before = this.shown.length;
    this.type(keys);
    this.run(0.1);
    return visible(this.shown.slice(before));
  }
}

function visible(bytes: string): string {
  return bytes
    .replace(/\x1b\[[0-9;?]*[A-Za-z@]/g, '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '')
    .replaceAll('\x07', '');
}

test('the prompt is that of Debian’s root and shows where one is', () => {
  const w = new ShellWorld();
  expect(visible(w.shown)).toBe('root@host1:~# ');
  expect(w.keys('cd /tmp\r')).toBe('cd /tmp\nroot@host1:/tmp# ');
});

test('a command that is not closed goes on behind the second prompt, and is one line of the history', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  expect(w.keys('for i in 1 2\r')).toBe('for i in 1 2\n> ');
  expect(w.keys('do echo $i\r')).toBe('do echo $i\n> ');
  expect(w.keys('done\r')).toBe('done\n1\n2\n$ ');
  expect(w.keys('\x1b[A')).toBe('for i in 1 2; do echo $i; done');
  expect(w.keys('\x15echo "a\rb"\r')).toContain('> b"\na\nb\n$ ');
});

test('mistakes are told as bash tells them and leave one at the prompt', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  expect(w.keys('nosuch\r')).toBe('nosuch\nbash: nosuch: command not found\n$ ');
  expect(w.keys('echo )\r')).toBe("echo )\nbash: syntax error near unexpected token `)'\n$ ");
  expect(w.keys('echo ${x?gone}; echo never\r')).toBe('echo ${x?gone}; echo never\nbash: x: gone\n$ ');
  expect(w.keys('f() { f; }; f\r')).toContain('maximum function nesting level exceeded');
  expect(w.keys('echo still here\r')).toBe('echo still here\nstill here\n$ ');
});

test('Ctrl-C ends what runs, also a loop of builtins, and drops the line being written', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  w.keys('for i in 1 2 3; do sleep 60; echo $i; done\r');
  expect(w.keys('\x03')).toBe('^C\n$ ');
  expect(w.keys('echo $?\r')).toBe('echo $?\n130\n$ ');
  w.keys('while :; do :; done\r');
  expect(w.keys('\x03')).toBe('^C\n$ ');
  w.keys('half a line');
  expect(w.keys('\x03')).toBe('^C\n$ ');
});

test('Ctrl-Z stops a job; jobs, bg, fg and kill deal with it', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  w.keys('sleep 100\r');
  expect(w.keys('\x1a')).toBe('^Z\n[1]+  Stopped                 sleep 100\n$ ');
  expect(w.keys('bg\r')).toBe('bg\n[1]+ sleep 100 &\n$ ');
  expect(w.keys('sleep 50 &\r')).toMatch(/^sleep 50 &\n\[2\] \d+\n\$ $/);
  expect(w.keys('jobs\r')).toBe('jobs\n[1]-  Running                 sleep 100 &\n[2]+  Running                 sleep 50 &\n$ ');
  expect(w.keys('fg %1\r')).toBe('fg %1\nsleep 100\n');
  expect(w.keys('\x03')).toBe('^C\n$ ');
  expect(w.keys('kill %2\r')).toBe('kill %2\n[2]+  Terminated              sleep 50\n$ ');
  w.keys('sleep 1 &\r');
  w.run(2);
  expect(w.keys('\r')).toBe('\n[1]+  Done                    sleep 1\n$ ');
});

test('a shell is left by exit and ^D, not while jobs are stopped', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  w.keys('sleep 9\r');
  w.keys('\x1a');
  expect(w.keys('\x04')).toBe('\nexit\nThere are stopped jobs.\n$ ');
  expect(w.keys('\x04')).toBe('\nexit\n');
  expect(w.shell.endStatus).toMatchObject({ kind: 'exited' });
});

test('emacs keys edit the line', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  const ran = (keys: string): string => w.keys(`${keys}\r`).split('\n').at(-2) ?? '';
  expect(ran('cho x\x01e')).toBe('x');
  expect(ran('echo one two\x17three')).toBe('one three');
  expect(ran('echo ab\x02\x14')).toBe('ba');
  expect(ran('xyz\x15echo u\x19')).toBe('uxyz');
  expect(ran('echo a b c\x1bb\x1bb\x0b\x19\x19')).toBe('a b cb c');
  expect(ran('echo abc\x1b[D\x1b[D\x1b[3~')).toBe('ac');
  expect(ran('echo word\x1bb\x1bu')).toBe('WORD');
  expect(ran('echo a\x17\x1f')).toBe('a');
  expect(ran('echo \x1b.')).toBe('a');
  expect(ran('echo 日本語\x02\x7f')).toBe('日語');
});

test('the history is walked, searched and expanded', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  w.keys('echo first\r');
  w.keys('echo second\r');
  expect(w.keys('\x1b[A\x1b[A\r')).toContain('echo first\nfirst\n');
  expect(w.keys('\x12sec\r')).toContain('echo second\nsecond\n');
  expect(w.keys('!!\r')).toBe('!!\necho second\nsecond\n$ ');
  expect(w.keys('echo !$ !echo:0\r')).toContain('\necho second echo\nsecond echo\n');
  expect(w.keys('^second^third\r')).toContain('\necho third echo\nthird echo\n');
  expect(w.keys('!nope\r')).toBe('!nope\nbash: !nope: event not found\n$ ');
  expect(w.keys("echo '!!'\r")).toContain('\n!!\n');
});

test('Tab completes commands, files, variables and what a program knows', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  expect(w.keys('slee\t')).toBe('sleep ');
  w.keys('\x15');
  expect(w.keys('net l\t')).toBe('net link');
  expect(w.keys('\t')).toBe('\nlink        link-local  \n$ net link');
  w.keys('\x15');
  expect(w.keys('net r\t')).toBe('net route ');
  expect(w.keys('--\t')).toBe('--brief ');
  w.keys('\x15');
  expect(w.keys('cd /us\t')).toBe('cd /usr/');
  w.keys('\x15');
  expect(w.keys('echo $HOM\t')).toBe('echo $HOME ');
  w.keys('\x15cd /tmp; echo x > "a b"\r');
  expect(w.keys('echo < a\t')).toBe('echo < a\\ b ');
});

test('a long line wraps, and a paste of a megabyte is taken in one piece', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  const line = `echo ${'x'.repeat(200)}`;
  expect(w.keys(`${line}\r`)).toContain(`\n${'x'.repeat(200)}\n$ `);
  const paste = 'echo line\r'.repeat(100_000);
  const before = w.shown.length;
  w.keys(`\x1b[200~${paste}\x1b[201~`);
  expect(w.shown.length - before).toBeLessThan(3 * paste.length);
  expect(w.keys('\x03')).toContain('^C\n$ ');
});

test('a new width draws the line anew', () => {
  const w = new ShellWorld(['bash', '--norc'], { PS1: '$ ' });
  w.keys('echo some words');
  const before = w.shown.length;
  w.terminal.resize(40, 24);
  w.run(0.1);
  expect(visible(w.shown.slice(before))).toBe('$ echo some words');
  expect(w.keys('; echo $COLUMNS\r')).toContain('\n40\n');
});

test('sh is dash: other messages, no editing', () => {
  const w = new ShellWorld(['dash']);
  expect(visible(w.shown)).toBe('# ');
  expect(w.keys('nosuch\r')).toBe('nosuch\ndash: 1: nosuch: not found\n# ');
  expect(w.keys('cd /nope\r')).toBe("cd /nope\ndash: 2: cd: can't cd to /nope\n# ");
  expect(w.keys('[[ a = a ]]\r')).toBe('[[ a = a ]]\ndash: 3: [[: not found\n# ');
  expect(w.keys('if\r')).toBe('if\n> ');
  expect(w.keys('true; then echo "a\\tb"; fi\r')).toBe('true; then echo "a\\tb"; fi\na\tb\n# ');
});
