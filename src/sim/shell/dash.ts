import { strerror } from '../base/errno.ts';
import type { Program } from '../machine/process.ts';
import { runShell } from './bash.ts';
import { changeDirectory } from './builtins/directory.ts';
import { BASH_BUILTINS } from './builtins/registry.ts';
import { ExitShell } from './control-flow.ts';
import type { Builtin, Flavour } from './flavour.ts';
import type { SyntaxFault } from './syntax-error.ts';

/** What both of the Almquist family say. */
export function almquistSyntax(fault: SyntaxFault): string {
  const near = /^syntax error near unexpected token `(.*)'$/s.exec(fault.message)?.[1];
  if (near !== undefined) return near === 'newline' ? 'Syntax error: newline unexpected' : `Syntax error: "${near}" unexpected`;
  const closing = /^unexpected EOF while looking for matching `(.*)'$/.exec(fault.message)?.[1];
  if (closing === '"' || closing === "'") return 'Syntax error: Unterminated quoted string';
  if (closing === '}') return "Syntax error: Missing '}'";
  if (closing === '`') return 'Syntax error: EOF in backquote substitution';
  return `Syntax error: end of file unexpected${fault.expecting === undefined ? '' : ` (expecting "${fault.expecting}")`}`;
}

export const DASH: Flavour = {
  kind: 'dash',
  extended: false,
  echoEscapes: true,
  failureStatus: 2,
  prefix: (shell) => `${shell.sourceName ?? shell.name}: ${shell.line}: `,
  notFound: (name) => `${name}: not found`,
  cannotRun: (name, errno) => (errno === 'ENOENT' || errno === 'ENOTDIR' ? `${name}: not found` : `${name}: ${strerror(errno)}`),
  cannotOpen(path, errno, create) {
    if (errno !== 'ENOENT') return `cannot ${create ? 'create' : 'open'} ${path}: ${strerror(errno)}`;
    return create ? `cannot create ${path}: Directory nonexistent` : `cannot open ${path}: No such file`;
  },
  unbound: (name) => `${name}: parameter not set`,
  arithmetic(message) {
    const [, text = '', what = ''] = /^(?:\(\(: )?([\s\S]*?): ((?:syntax error|division|[a-z` ]+)[^(]*)/.exec(message) ?? [];
    return `arithmetic expression: ${what.startsWith('division') ? 'division by zero' : 'expecting primary'}: "${text}"`;
  },
  syntax: almquistSyntax,
};

const NAMES = [
  '.',
  ':',
  '[',
  'alias',
  'bg',
  'break',
  'command',
  'continue',
  'echo',
  'eval',
  'exec',
  'exit',
  'export',
  'false',
  'fg',
  'getopts',
  'hash',
  'jobs',
  'kill',
  'local',
  'printf',
  'pwd',
  'read',
  'readonly',
  'return',
  'set',
  'shift',
  'test',
  'times',
  'trap',
  'true',
  'type',
  'ulimit',
  'umask',
  'unalias',
  'unset',
  'wait',
] as const;

const cd: Builtin = function* (shell, args) {
  const words = args.filter((a) => a !== '-L' && a !== '-P' && a !== '--');
  const target = words[0] === '-' ? (shell.vars.get('OLDPWD') ?? '') : (words[0] ?? shell.vars.get('HOME') ?? '');
  if (target === '') return 0;
  if (changeDirectory(shell, target, args.includes('-P')) !== undefined) {
    yield* shell.complain(`cd: can't cd to ${target}`);
    return 2;
  }
  return words[0] === '-' ? yield* shell.print('cd', `${shell.vars.get('PWD')}\n`) : 0;
};

const shift: Builtin = function* (shell, args) {
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(count) || count < 0) {
    yield* shell.complain(`shift: Illegal number: ${args[0]}`);
    throw new ExitShell(2);
  }
  if (count > shell.positional.length) {
    yield* shell.complain("shift: can't shift that many");
    throw new ExitShell(2);
  }
  shell.positional.splice(0, count);
  return 0;
};

const exit: Builtin = function* (shell, args) {
  const word = args[0];
  if (word !== undefined && !/^\d+$/.test(word)) {
    yield* shell.complain(`exit: Illegal number: ${word}`);
    throw new ExitShell(2);
  }
  throw new ExitShell(word === undefined ? shell.status : Number(word) & 0xff);
};

/** dash's builtins: those of POSIX, with its own words where they are met most. */
export const DASH_BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...NAMES.map((name): [string, Builtin] => [name, BASH_BUILTINS.get(name) as Builtin]),
  ['cd', cd],
  ['chdir', cd],
  ['shift', shift],
  ['exit', exit],
]);

/** Debian's /bin/sh. */
export const dash: Program = {
  name: 'sh',
  path: '/usr/bin/dash',
  *main(p, argv) {
    return yield* runShell(p, argv, DASH, DASH_BUILTINS);
  },
};
