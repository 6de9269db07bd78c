// BusyBox's shell (shell/ash.c): dash's kin, with some of bash's words, a line editor, and the other applets built in.

import { strerror } from '../base/errno.ts';
import { isError } from '../base/result.ts';
import { ashInvocation, ashMessage, ashUsage, bashSyntaxAt } from './ash-words.ts';
import { changeDirectory } from './builtins/directory.ts';
import { sourceFile } from './builtins/evaluation.ts';
import { BASH_BUILTINS } from './builtins/registry.ts';
import { ExitShell } from './control-flow.ts';
import { DASH_BUILTINS } from './dash.ts';
import type { Builtin, Flavour } from './flavour.ts';
import { findInPath } from './path-search.ts';
import type { Shell } from './shell.ts';
import type { SyntaxFault } from './syntax-error.ts';

/** What ash has of bash's builtins that dash has not. */
const MORE = ['help', 'history', 'let', 'source'];

function place(shell: Shell, line: number): string {
  return shell.sourceName === undefined || shell.interactive ? `${shell.name}: ` : `${shell.sourceName}: line ${line}: `;
}

/** A message behind the shell's name. A builtin's own names the line; of a command line's there is none. */
function placed(shell: Shell, text: string): string {
  const builtin = /^([a-z.]+): /.exec(text)?.[1];
  if (builtin === undefined || !shell.builtins.has(builtin)) return place(shell, shell.line) + text;
  const line = shell.interactive ? '' : `line ${shell.sourceName === undefined ? 0 : shell.line}: `;
  return `${shell.sourceName ?? shell.name}: ${builtin}: ${line}${text.slice(builtin.length + 2)}`;
}

function syntax(fault: SyntaxFault): string {
  if (fault.message === 'bad for loop variable') return 'syntax error: bad for loop variable';
  const near = /^syntax error near unexpected token `(.*)'$/s.exec(fault.message)?.[1];
  if (near !== undefined) {
    if (near === 'newline' || /^[<>]/.test(near)) return `syntax error: unexpected ${near === 'newline' ? 'newline' : 'redirection'}`;
    return `syntax error: unexpected "${near}"`;
  }
  const closing = /^unexpected EOF while looking for matching `(.*)'$/.exec(fault.message)?.[1];
  if (closing === '"' || closing === "'") return 'syntax error: unterminated quoted string';
  if (closing === '}') return "syntax error: missing '}'";
  if (closing === '`') return 'syntax error: EOF in backquote substitution';
  return `syntax error: unexpected end of file${fault.expecting === undefined ? '' : ` (expecting "${fault.expecting}")`}`;
}

/** The flavour of a shell whose program has `applets` built in; `file` is that program's. */
export function ashFlavour(version: string, applets: () => ReadonlySet<string>, file: string): Flavour {
  return {
    kind: 'ash',
    extended: false,
    conditional: true,
    echoEscapes: false,
    failureStatus: 2,
    prompt: '\\w \\$ ',
    greeting: `\n\n${version} built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n`,
    prefix: (shell) => place(shell, shell.line),
    place,
    message: (shell, text) => ashMessage(shell, text, (words) => placed(shell, words)),
    usage: (shell, builtin) => ashUsage(shell, builtin, (words) => placed(shell, words)),
    unknownSyntax: bashSyntaxAt,
    invocationError: ashInvocation,
    applet: (name) => (applets().has(name) ? file : undefined),
    notFound: (name) => `${name}: not found`,
    cannotRun: (name, errno) => (errno === 'ENOENT' || errno === 'ENOTDIR' ? `${name}: not found` : `${name}: ${strerror(errno)}`),
    cannotOpen(path, errno, create) {
      if (errno !== 'ENOENT') return `can't ${create ? 'create' : 'open'} ${path}: ${strerror(errno)}`;
      return create ? `can't create ${path}: nonexistent directory` : `can't open ${path}: no such file`;
    },
    unbound: (name) => `${name}: parameter not set`,
    arithmetic: (message) => (message.includes('division') ? 'divide by zero' : 'arithmetic syntax error'),
    syntax,
  };
}

const cd: Builtin = function* (shell, args) {
  const words = args.filter((a) => a !== '-L' && a !== '-P' && a !== '--');
  const target = words[0] === '-' ? (shell.vars.get('OLDPWD') ?? '') : (words[0] ?? shell.vars.get('HOME') ?? '');
  if (target === '') return 0;
  const failure = changeDirectory(shell, target, args.includes('-P'));
  if (failure !== undefined) {
    yield* shell.complain(`cd: can't cd to ${target}: ${failure}`);
    return 2;
  }
  return words[0] === '-' ? yield* shell.print('cd', `${shell.vars.get('PWD')}\n`) : 0;
};

/** ash_msg_and_raise_error: an error in a special builtin ends a shell, unless somebody types into it. */
function raiseError(shell: Shell): number {
  if (shell.interactive && shell.subshellLevel === 0) return 2;
  throw new ExitShell(2);
}

const exit: Builtin = function* (shell, args) {
  const word = args[0];
  if (word !== undefined && !/^\d+$/.test(word)) {
    yield* shell.complain(`exit: Illegal number: ${word}`);
    return raiseError(shell);
  }
  throw new ExitShell(word === undefined ? shell.status : Number(word) & 0xff);
};

const shift: Builtin = function* (shell, args) {
  const count = args[0] === undefined ? 1 : Number(args[0]);
  if (!Number.isInteger(count) || count < 0) {
    yield* shell.complain(`shift: Illegal number: ${args[0]}`);
    return raiseError(shell);
  }
  if (count > shell.positional.length) return 1;
  shell.positional.splice(0, count);
  return 0;
};

const dot: Builtin = function* (shell, args, name) {
  const [path, ...rest] = args;
  if (path === undefined) {
    yield* shell.complain(`${name}: filename argument required`);
    return 2;
  }
  const file = path.includes('/') ? path : (findInPath(shell, path, false) ?? path);
  const stat = shell.p.machine.files.stat(shell.p, file);
  if (isError(stat)) {
    yield* shell.complain(path.includes('/') ? `${name}: can't open '${path}': ${strerror(stat.errno)}` : `${name}: ${path}: not found`);
    return raiseError(shell);
  }
  return yield* sourceFile(shell, file, rest.length > 0 ? rest : undefined);
};

const history: Builtin = function* (shell) {
  const lines = shell.history.lines.map((line, i) => `${String(i).padStart(4)} ${line}\n`);
  return yield* shell.print('history', lines.join(''));
};

/** What a name means: an applet is called by its name alone. */
function meaning(shell: Shell, name: string): { readonly short: string; readonly long: string } | undefined {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return { short: `alias ${name}='${alias}'`, long: `${name} is an alias for ${alias}` };
  if (shell.functions.has(name)) return { short: name, long: `${name} is a function` };
  if (shell.builtins.has(name)) return { short: name, long: `${name} is a shell builtin` };
  if (shell.flavour.applet?.(name) !== undefined) return { short: name, long: `${name} is ${name}` };
  const path = name.includes('/') ? name : findInPath(shell, name, false);
  if (path === undefined || isError(shell.p.machine.files.executable(shell.p, path))) return undefined;
  return { short: path, long: `${name} is ${path}` };
}

const type: Builtin = function* (shell, args) {
  let status = 0;
  for (const name of args.filter((word) => word !== '-p')) {
    const found = meaning(shell, name);
    if (found === undefined) status = 127;
    yield* shell.print('type', `${found?.long ?? `${name}: not found`}\n`);
  }
  return status;
};

const command: Builtin = function* (shell, args, name) {
  const [option, word] = args;
  if ((option !== '-v' && option !== '-V') || word === undefined)
    return yield* (BASH_BUILTINS.get('command') as Builtin)(shell, args, name);
  const found = meaning(shell, word);
  if (found === undefined) {
    if (option === '-V') yield* shell.print('command', `${word}: not found\n`);
    return 127;
  }
  return yield* shell.print('command', `${option === '-v' ? found.short : found.long}\n`);
};

/** Columns that the names of `help` may take. */
const HELP_WIDTH = 66;

function helpOf(applets: () => ReadonlySet<string>): Builtin {
  return function* (shell) {
    const names = [...[...shell.builtins.keys()].sort(), ...[...applets()].sort()];
    let text = 'Built-in commands:\n------------------';
    let column = HELP_WIDTH;
    for (const name of names) {
      if (column + name.length >= HELP_WIDTH) {
        text += '\n\t';
        column = 0;
      } else {
        text += ' ';
        column++;
      }
      text += name;
      column += name.length;
    }
    return yield* shell.print('help', `${text}\n\n`);
  };
}

/** ash's builtins: those of POSIX, some of bash's, and its own words where they are met most. */
export function ashBuiltins(applets: () => ReadonlySet<string>): ReadonlyMap<string, Builtin> {
  const entries: [string, Builtin][] = [
    ...[...DASH_BUILTINS].map(([name]): [string, Builtin] => [name, BASH_BUILTINS.get(name) ?? cd]),
    ...MORE.map((name): [string, Builtin] => [name, BASH_BUILTINS.get(name) as Builtin]),
    ['cd', cd],
    ['chdir', cd],
    ['exit', exit],
    ['shift', shift],
    ['.', dot],
    ['source', dot],
    ['history', history],
    ['type', type],
    ['command', command],
    ['help', helpOf(applets)],
  ];
  return new Map(entries);
}
