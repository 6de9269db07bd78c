import { SANE_TERMIOS } from '../../machine/tty/termios.ts';
import { command } from '../lib/command.ts';
import { moveTo, TERM } from './full-screen.ts';

const RESET = '\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>';
/** xterm's capabilities (terminfo(5)) that scripts use; those with parameters are functions. */
const CAPABILITIES: Readonly<Record<string, string | ((...numbers: number[]) => string)>> = {
  bold: TERM.bold,
  dim: '\x1b[2m',
  rev: TERM.reverse,
  smso: TERM.reverse,
  rmso: TERM.notReverse,
  smul: '\x1b[4m',
  rmul: '\x1b[24m',
  blink: '\x1b[5m',
  sgr0: TERM.plain,
  op: '\x1b[39;49m',
  setaf: (colour = 0) => `\x1b[3${colour}m`,
  setab: (colour = 0) => `\x1b[4${colour}m`,
  clear: `${TERM.clear}\x1b[3J`,
  home: TERM.home,
  cup: (row = 0, column = 0) => moveTo(row, column),
  cuu1: '\x1b[A',
  el: TERM.clearLine,
  ed: TERM.clearBelow,
  sc: '\x1b7',
  rc: '\x1b8',
  civis: TERM.hideCursor,
  cnorm: TERM.showCursor,
  smcup: TERM.enter,
  rmcup: TERM.leave,
  bel: '\x07',
  cr: '\r',
  reset: RESET,
};
const KNOWN_TERMINALS = /^(xterm|screen|tmux|linux|vt1|vt2|rxvt|ansi)/;

/** tput of ncurses, for xterm, which the terminal here is. */
export const tput = command('tput', function* (c) {
  const args = [...c.args];
  const asked = args[0] === '-T' ? args.splice(0, 2)[1] : c.environment.get('TERM');
  if (asked === undefined || asked === '') {
    yield* c.error('tput: No value for $TERM and no -T specified\n');
    return 2;
  }
  if (!KNOWN_TERMINALS.test(asked)) {
    yield* c.error(`tput: unknown terminal "${asked}"\n`);
    return 3;
  }
  const [name, ...parameters] = args;
  if (name === undefined) {
    yield* c.error('Usage: tput [options] [command]\n');
    return 2;
  }
  const terminal = c.p.terminal(1) ?? c.p.terminal(2) ?? c.p.tty;
  const counts = new Map([
    ['cols', terminal?.columns ?? 80],
    ['lines', terminal?.rows ?? 24],
    ['colors', 8],
  ]);
  const count = counts.get(name);
  const capability = CAPABILITIES[name];
  if (count !== undefined) c.out(`${count}\n`);
  else if (capability === undefined) {
    yield* c.error(`tput: unknown terminfo capability '${name}'\n`);
    return 4;
  } else c.out(typeof capability === 'string' ? capability : capability(...parameters.map(Number)));
  return 0;
});

/** reset of ncurses: the terminal and its settings as they were in the beginning. */
export const reset = command('reset', function* (c) {
  if (c.p.terminal(2) === undefined) return yield* c.die(1, 'standard error: Inappropriate ioctl for device');
  yield* c.p.setTermios(2, SANE_TERMIOS, 'drain');
  yield* c.error(RESET);
  return 0;
});
