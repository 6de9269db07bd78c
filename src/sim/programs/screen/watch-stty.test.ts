import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../../test/process-world.ts';
import { SANE_TERMIOS } from '../../machine/tty/termios.ts';
import { SCREEN_PROGRAMS } from './index.ts';

function started(...commands: (readonly string[])[]): ProcessWorld {
  const w = new ProcessWorld();
  for (const program of SCREEN_PROGRAMS) w.machine.install(program);
  let count = 0;
  w.install('tick', function* (p) {
    yield* p.print(`tick ${++count}\n`);
  });
  w.login(function* (p) {
    p.ignoreSignal('SIGINT');
    for (const argv of commands) {
      p.spawn(argv, { defaultSignals: ['SIGINT'] });
      yield* p.waitpid(-1);
    }
    yield* p.print('done\n');
  });
  w.run();
  return w;
}

test('watch runs a command again and again until Ctrl-C and gives the terminal back', () => {
  const w = started(['watch', '-n', '1', '-x', 'tick']);
  expect(w.shown).toMatch(/\x1b\[1;1HEvery 1\.0s: tick {20,}host1: /);
  expect(w.shown).toContain('\x1b[3;1Htick 1');
  w.run(1.5);
  expect(w.shown).toContain('tick 2');
  expect(w.shown).not.toContain('tick 3');
  w.type('\x03');
  expect(w.shown).toMatch(/\x1b\[\?1049l\x1b\[23;0;0tdone\r\n$/);
  expect(w.terminal.termios).toEqual(SANE_TERMIOS);
});

test('watch -d shows in reverse what has changed', () => {
  const w = started(['watch', '-d', '-t', '-x', 'tick']);
  w.run(2.5);
  expect(w.shown).toContain('\x1b[1;1Htick \x1b[7m2\x1b[27m');
});

test('stty shows the terminal as coreutils does and changes it', () => {
  const w = started(
    ['stty', '-a'],
    ['stty', '-echo'],
    ['stty'],
    ['stty', 'echo', 'cols', '100', 'rows', '30'],
    ['stty', 'size'],
    ['stty', 'foo'],
  );
  expect(w.shown.replaceAll('\r', '')).toBe(`speed 38400 baud; rows 24; columns 80; line = 0;
intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;
eol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;
werase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;
-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts
-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr icrnl ixon -ixoff
-iuclc -ixany imaxbel iutf8
opost -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0
isig icanon iexten echo echoe echok -echonl -noflsh -xcase -tostop -echoprt
echoctl echoke -flusho -extproc
speed 38400 baud; line = 0;
-brkint iutf8
-echo
30 100
stty: invalid argument ‘foo’
Try 'stty --help' for more information.
done
`);
});
