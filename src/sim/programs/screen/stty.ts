import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import { type ControlCharacter, SANE_TERMIOS, type Termios } from '../../machine/tty/termios.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

type Flag = Exclude<keyof Termios, 'cc'>;

/** The settings in the order of `stty -a`, a list for each line. A leading `-` says that a sane terminal has it off. Those the terminal here has no use for never change. */
const MODES: readonly (readonly string[])[] = [
  ['-parenb', '-parodd', '-cmspar', 'cs8', '-hupcl', '-cstopb', 'cread', '-clocal', '-crtscts'],
  [
    '-ignbrk',
    '-brkint',
    '-ignpar',
    '-parmrk',
    '-inpck',
    '-istrip',
    '-inlcr',
    '-igncr',
    'icrnl',
    'ixon',
    '-ixoff',
    '-iuclc',
    '-ixany',
    'imaxbel',
    '-iutf8',
  ],
  ['opost', '-olcuc', '-ocrnl', 'onlcr', '-onocr', '-onlret', '-ofill', '-ofdel', 'nl0', 'cr0', 'tab0', 'bs0', 'vt0', 'ff0'],
  [
    'isig',
    'icanon',
    'iexten',
    'echo',
    'echoe',
    'echok',
    '-echonl',
    '-noflsh',
    '-xcase',
    '-tostop',
    '-echoprt',
    'echoctl',
    'echoke',
    '-flusho',
    '-extproc',
  ],
];
const CHARACTERS = [
  'intr',
  'quit',
  'erase',
  'kill',
  'eof',
  'eol',
  'eol2',
  'swtch',
  'start',
  'stop',
  'susp',
  'rprnt',
  'werase',
  'lnext',
  'discard',
];
/** Special characters that n_tty does nothing with. */
const UNUSED: Readonly<Record<string, string>> = { swtch: '<undef>', discard: '^O' };
const SPEED = 38_400;

/** stty of coreutils. */
export const stty = command('stty', function* (c) {
  const settings = c.args.filter((word) => !/^(-[aF].*|--all|--file(=.*)?)$/.test(word));
  const at = c.args.findIndex((word) => word === '-F' || word === '--file');
  const path = at >= 0 ? c.args[at + 1] : undefined;
  if (path !== undefined) settings.splice(settings.indexOf(path), 1);
  const { options } = yield* parseOptions(
    c,
    { short: 'aF:', long: { all: 'a', file: 'F' } },
    { usage: '% [-F DEVICE | --file=DEVICE] [SETTING]...', args: c.args.filter((word) => !settings.includes(word)) },
  );
  const device = options.find(({ flag }) => flag === 'F')?.value;
  const fd = device === undefined ? 0 : c.p.open(device, { read: true });
  if (isError(fd)) return yield* c.die(1, `${device}: ${reason(fd)}`);
  const terminal = c.p.terminal(fd);
  if (terminal === undefined) return yield* c.die(1, `${device ?? "'standard input'"}: Inappropriate ioctl for device`);
  if (options.some(({ flag }) => flag === 'a')) c.out(everything(terminal));
  else if (settings.length === 0) c.out(changes(terminal));
  else yield* apply(c, fd, terminal, settings);
  return 0;
});

function isFlag(name: string): name is Flag {
  return name !== 'cc' && name in SANE_TERMIOS;
}

/** A mode as it is now. */
function now(termios: Termios, sane: string): string {
  const name = sane.replace(/^-/, '');
  return isFlag(name) ? `${termios[name] ? '' : '-'}${name}` : sane;
}

function caret(byte: number): string {
  if (byte === 0) return '<undef>';
  if (byte === 0x7f) return '^?';
  return byte < 0x20 ? `^${String.fromCharCode(byte + 0x40)}` : String.fromCharCode(byte);
}

function character(termios: Termios, name: string): string {
  return `${name} = ${UNUSED[name] ?? caret(termios.cc[name as ControlCharacter])};`;
}

/** Words side by side as far as the terminal is wide. */
function wrapped(words: readonly string[], width: number): string {
  let out = '';
  let column = 0;
  for (const word of words) {
    if (column > 0) {
      const fits = column + word.length < width;
      out += fits ? ' ' : '\n';
      column = fits ? column + 1 : 0;
    }
    out += word;
    column += word.length;
  }
  return column > 0 ? `${out}\n` : out;
}

function everything(terminal: Terminal): string {
  const { termios, rows, columns } = terminal;
  const width = columns || 80;
  const counts = [`min = ${termios.cc.min};`, 'time = 0;'];
  return [
    [`speed ${SPEED} baud;`, `rows ${rows};`, `columns ${columns};`, 'line = 0;'],
    [...CHARACTERS.map((name) => character(termios, name)), ...counts],
    ...MODES.map((line) => line.map((sane) => now(termios, sane))),
  ]
    .map((line) => wrapped(line, width))
    .join('');
}

/** What differs from a sane terminal, which has brkint on; ixon may be either. */
function changes(terminal: Terminal): string {
  const { termios } = terminal;
  const width = terminal.columns || 80;
  const special = CHARACTERS.filter((name) => UNUSED[name] === undefined)
    .filter((name) => termios.cc[name as ControlCharacter] !== SANE_TERMIOS.cc[name as ControlCharacter])
    .map((name) => character(termios, name));
  if (!termios.icanon) special.push(`min = ${termios.cc.min};`, 'time = 0;');
  const modes = MODES.map((line) =>
    line.filter((sane) => sane === '-brkint' || (sane !== 'ixon' && now(termios, sane) !== sane)).map((sane) => now(termios, sane)),
  );
  return [[`speed ${SPEED} baud;`, 'line = 0;'], special, ...modes].map((line) => wrapped(line, width)).join('');
}

const RAW = {
  icrnl: false,
  inlcr: false,
  igncr: false,
  istrip: false,
  ixon: false,
  ixany: false,
  imaxbel: false,
  opost: false,
  isig: false,
  icanon: false,
};
const COOKED = { icrnl: true, ixon: true, opost: true, isig: true, icanon: true };
/** Settings that stand for several; iutf8 is off on coreutils' sane terminal, which would break typing here as it does there. */
const COMBINATIONS: Readonly<Record<string, Partial<Termios>>> = {
  sane: { ...SANE_TERMIOS, iutf8: false },
  raw: RAW,
  '-raw': COOKED,
  cooked: COOKED,
  '-cooked': RAW,
  cbreak: { icanon: false },
  '-cbreak': { icanon: true },
  nl: { icrnl: false, onlcr: false },
  '-nl': { icrnl: true, inlcr: false, igncr: false, onlcr: true, ocrnl: false, onlret: false },
  ek: {},
};

function* apply(c: Command, fd: number, terminal: Terminal, settings: readonly string[]): Sys<void> {
  let termios = terminal.termios;
  let { columns, rows } = terminal;
  const rest = [...settings];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const name = word.replace(/^-/, '');
    const combination = COMBINATIONS[word];
    if (combination !== undefined) termios = { ...termios, ...combination, ...(word === 'sane' ? { ixon: termios.ixon } : {}) };
    else if (isFlag(name)) termios = { ...termios, [name]: name === word };
    else if (MODES.some((line) => line.includes(word as string) || line.includes(`-${word}`) || line.includes(name))) continue;
    else if (word === 'size') c.out(`${rows} ${columns}\n`);
    else if (word === 'speed') c.out(`${SPEED}\n`);
    else if (word === String(SPEED)) continue;
    else if (word in termios.cc || ['cols', 'columns', 'rows', 'time', 'ispeed', 'ospeed', 'line'].includes(word)) {
      const value = rest.shift();
      if (value === undefined) yield* c.misuse(`missing argument to ‘${word}’`);
      if (word in termios.cc && word !== 'min') termios = { ...termios, cc: { ...termios.cc, [word]: specialCharacter(value as string) } };
      else if (!/^\d+$/.test(value as string)) yield* c.die(1, `invalid integer argument: ‘${value}’`);
      else if (word === 'min') termios = { ...termios, cc: { ...termios.cc, min: Number(value) } };
      else if (word === 'rows') rows = Number(value);
      else if (word.startsWith('col')) columns = Number(value);
    } else yield* c.misuse(`invalid argument ‘${word}’`);
  }
  terminal.resize(columns, rows);
  if (termios !== terminal.termios) yield* c.p.setTermios(fd, termios, 'drain');
}

/** A key as stty takes it: ^C, a character, or `undef`. */
function specialCharacter(value: string): number {
  if (value === 'undef' || value === '^-' || value === '') return 0;
  if (value === '^?') return 0x7f;
  return value.length > 1 && value.startsWith('^') ? value.charCodeAt(1) & 0x1f : value.charCodeAt(0);
}
