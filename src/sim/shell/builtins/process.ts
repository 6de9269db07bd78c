import type { Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import { singleQuoted } from '../expansion/quote.ts';
import type { Builtin } from '../flavour.ts';
import type { Shell } from '../shell.ts';
import { minutes } from '../time-format.ts';
import { type TrapName, trapName } from '../traps.ts';
import { parseOptions, usage } from './arguments.ts';

const ORDER: readonly TrapName[] = ['EXIT', ...(Object.keys(SIGNAL_NUMBERS) as TrapName[]), 'DEBUG', 'ERR', 'RETURN'];

function* listTraps(shell: Shell, names: readonly TrapName[]): Sys<number> {
  const handlers = shell.traps.inherited ?? shell.traps.handlers;
  const lines = names.flatMap((name) => {
    const handler = handlers.get(name);
    return handler === undefined ? [] : [`trap -- ${singleQuoted(handler)} ${name}\n`];
  });
  return yield* shell.print('trap', lines.join(''));
}

const trap: Builtin = function* (shell, args) {
  const list = args[0] === '-p';
  if (args[0] === '-l') {
    const kill = shell.builtins.get('kill');
    return kill === undefined ? 1 : yield* kill(shell, ['-l'], 'kill');
  }
  const words = list || args[0] === '--' ? args.slice(1) : args;
  if (!list && words[0] !== undefined && /^-./.test(words[0])) {
    yield* shell.complain(`trap: ${words[0].slice(0, 2)}: invalid option`);
    yield* usage(shell, 'trap');
    return 2;
  }
  if (words.length === 0) return yield* listTraps(shell, ORDER);
  const first = words[0] as string;
  // One word that is a signal resets it; so do numbers in front.
  const resets = !list && (words.length === 1 || /^\d+$/.test(first));
  const handler = list || resets ? undefined : first;
  let status = 0;
  const names: TrapName[] = [];
  for (const word of list || resets ? words : words.slice(1)) {
    const name = trapName(word);
    if (name === undefined) {
      yield* shell.complain(`trap: ${word}: invalid signal specification`);
      status = 1;
    } else names.push(name);
  }
  if (list) return (yield* listTraps(shell, names)) || status;
  if (words.length === 1 && names.length === 0 && /[^A-Za-z0-9]/.test(first)) {
    yield* usage(shell, 'trap');
    return 2;
  }
  for (const name of names) shell.traps.set(name, handler === undefined || handler === '-' ? undefined : handler);
  return status;
};

function symbolicMask(mask: number): string {
  const part = (shift: number): string => {
    const bits = ~(mask >> shift) & 7;
    return `${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  };
  return `u=${part(6)},g=${part(3)},o=${part(0)}`;
}

/** umask u=rwx,g-w…: the new mask, or undefined. */
function symbolicChange(mask: number, text: string): number | undefined {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (match === null) return undefined;
    const [, who = '', operator, permissions = ''] = match;
    const bits = (permissions.includes('r') ? 4 : 0) | (permissions.includes('w') ? 2 : 0) | (permissions.includes('x') ? 1 : 0);
    let shifted = 0;
    let affected = 0;
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who === '' || who.includes('a') || who.includes(letter)) {
        shifted |= bits << shift;
        affected |= 7 << shift;
      }
    }
    if (operator === '+') allowed |= shifted;
    else if (operator === '-') allowed &= ~shifted;
    else allowed = (allowed & ~affected) | shifted;
  }
  return ~allowed & 0o777;
}

const umask: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'umask', args, 'pS');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const { p } = shell;
  const word = operands[0];
  if (word === undefined) {
    const text = flags.has('S') ? symbolicMask(p.umask) : p.umask.toString(8).padStart(4, '0');
    return yield* shell.print('umask', `${flags.has('p') ? `umask ${flags.has('S') ? '-S ' : ''}` : ''}${text}\n`);
  }
  if (/^\d/.test(word)) {
    if (!/^[0-7]+$/.test(word) || Number.parseInt(word, 8) > 0o777) {
      yield* shell.complain(`umask: ${word}: octal number out of range`);
      return 1;
    }
    p.umask = Number.parseInt(word, 8);
  } else {
    const mask = symbolicChange(p.umask, word);
    if (mask === undefined) {
      yield* shell.complain(`umask: \`${/[^ugoa]/.exec(word)?.[0] ?? word}': invalid symbolic mode operator`);
      return 1;
    }
    p.umask = mask;
  }
  return flags.has('S') ? yield* shell.print('umask', `${symbolicMask(p.umask)}\n`) : 0;
};

/** Limits as ulimit -a lists them: letter, description, unit, value. */
const LIMITS: readonly (readonly [string, string, string, string])[] = [
  ['R', 'real-time non-blocking time', '(microseconds, -R)', 'unlimited'],
  ['c', 'core file size', '(blocks, -c)', '0'],
  ['d', 'data seg size', '(kbytes, -d)', 'unlimited'],
  ['e', 'scheduling priority', '(-e)', '0'],
  ['f', 'file size', '(blocks, -f)', 'unlimited'],
  ['i', 'pending signals', '(-i)', '7823'],
  ['l', 'max locked memory', '(kbytes, -l)', '8192'],
  ['m', 'max memory size', '(kbytes, -m)', 'unlimited'],
  ['n', 'open files', '(-n)', '1024'],
  ['p', 'pipe size', '(512 bytes, -p)', '8'],
  ['q', 'POSIX message queues', '(bytes, -q)', '819200'],
  ['r', 'real-time priority', '(-r)', '0'],
  ['s', 'stack size', '(kbytes, -s)', '8192'],
  ['t', 'cpu time', '(seconds, -t)', 'unlimited'],
  ['u', 'max user processes', '(-u)', '1000'],
  ['v', 'virtual memory', '(kbytes, -v)', 'unlimited'],
  ['x', 'file locks', '(-x)', 'unlimited'],
];

const ulimit: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'ulimit', args, 'SHabcdefiklmnpqrstuvxPRT');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  const value = (letter: string): string => shell.limits.get(letter) ?? LIMITS.find(([l]) => l === letter)?.[3] ?? 'unlimited';
  if (flags.has('a')) {
    const lines = LIMITS.map(([letter, name, unit]) => `${name}${unit.padStart(43 - name.length - (43 - 38))} ${value(letter)}\n`);
    return yield* shell.print('ulimit', lines.join(''));
  }
  const letters = [...flags.keys()].filter((l) => l !== 'S' && l !== 'H');
  const letter = letters[0] ?? 'f';
  const limit = operands[0];
  if (limit === undefined) return yield* shell.print('ulimit', `${value(letter)}\n`);
  if (!/^(\d+|unlimited|hard|soft)$/.test(limit)) {
    yield* shell.complain(`ulimit: ${limit}: invalid number`);
    return 1;
  }
  shell.limits.set(letter, limit === 'hard' || limit === 'soft' ? value(letter) : limit);
  return 0;
};

export const processBuiltins: Readonly<Record<string, Builtin>> = {
  trap,
  umask,
  ulimit,
  *times(shell) {
    const zero = minutes(0);
    return yield* shell.print('times', `${zero} ${zero}\n${zero} ${zero}\n`);
  },
};
