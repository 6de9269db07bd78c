import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import type { Builtin } from '../flavour.ts';
import type { Shell } from '../shell.ts';
import { parseOptions, usage } from './arguments.ts';

/** A path made absolute and freed of . and .., without looking at symbolic links. */
export function logicalPath(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${from}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Changes the directory; the message after `cd: ` if it cannot. */
export function changeDirectory(shell: Shell, path: string, physical: boolean): string | undefined {
  const { p, vars } = shell;
  const old = vars.get('PWD') ?? p.cwd;
  const target = physical ? path : logicalPath(old.startsWith('/') ? old : p.cwd, path);
  const stat = p.machine.files.stat(p, target);
  if (isError(stat)) return strerror(stat.errno);
  if (stat.kind !== 'directory') return strerror('ENOTDIR');
  const resolved = p.machine.files.resolve(p, target);
  if (isError(resolved)) return strerror(resolved.errno);
  p.cwd = resolved;
  vars.set('OLDPWD', old);
  vars.set('PWD', physical ? resolved : target);
  return undefined;
}

const cd: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'cd', args, 'LPe@');
  if (options === undefined) return 2;
  const { flags, operands } = options;
  if (operands.length > 1) {
    yield* shell.complain('cd: too many arguments');
    return 1;
  }
  const physical = flags.has('P') || (shell.option('physical') && !flags.has('L'));
  let path = operands[0];
  let show = false;
  if (path === undefined) {
    path = shell.vars.get('HOME');
    if (path === undefined) {
      yield* shell.complain('cd: HOME not set');
      return 1;
    }
    if (path === '') return 0;
  } else if (path === '-') {
    path = shell.vars.get('OLDPWD');
    if (path === undefined) {
      yield* shell.complain('cd: OLDPWD not set');
      return 1;
    }
    show = true;
  }
  if (path === '') return 0;
  const cdpath = shell.vars.get('CDPATH');
  if (cdpath !== undefined && !/^\.{0,2}\//.test(path) && path !== '.' && path !== '..') {
    for (const folder of cdpath.split(':')) {
      const candidate = folder === '' ? path : `${folder}/${path}`;
      if (changeDirectory(shell, candidate, physical) === undefined) {
        if (folder !== '' && folder !== '.') yield* shell.out(`${shell.vars.get('PWD')}\n`);
        return 0;
      }
    }
  }
  const error = changeDirectory(shell, path, physical);
  if (error !== undefined) {
    yield* shell.complain(`cd: ${path}: ${error}`);
    return 1;
  }
  return show ? yield* shell.print('cd', `${shell.vars.get('PWD')}\n`) : 0;
};

const pwd: Builtin = function* (shell, args) {
  const options = yield* parseOptions(shell, 'pwd', args, 'LP');
  if (options === undefined) return 2;
  return yield* shell.print('pwd', `${options.flags.has('P') ? shell.p.cwd : (shell.vars.get('PWD') ?? shell.p.cwd)}\n`);
};

function shorten(shell: Shell, path: string): string {
  const home = shell.vars.get('HOME');
  if (home === undefined || home === '' || home === '/') return path;
  return path === home ? '~' : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function fullStack(shell: Shell): string[] {
  return [shell.vars.get('PWD') ?? shell.p.cwd, ...shell.directoryStack];
}

function* showStack(shell: Shell, name: string): Sys<number> {
  return yield* shell.print(
    name,
    `${fullStack(shell)
      .map((d) => shorten(shell, d))
      .join(' ')}\n`,
  );
}

/** The position that +N or -N means; undefined if it is no such word. */
function position(shell: Shell, word: string): number | undefined {
  const match = /^([+-])(\d+)$/.exec(word);
  if (match === null) return undefined;
  const n = Number(match[2]);
  return match[1] === '+' ? n : shell.directoryStack.length - n;
}

const pushd: Builtin = function* (shell, args) {
  const noChange = args[0] === '-n';
  const word = noChange ? args[1] : args[0] === '--' ? args[1] : args[0];
  const stack = shell.directoryStack;
  if (word === undefined) {
    if (stack.length === 0) {
      yield* shell.complain('pushd: no other directory');
      return 1;
    }
    return yield* rotate(shell, 1);
  }
  const at = position(shell, word);
  if (at !== undefined) {
    if (stack.length === 0 || at < 0 || at > stack.length) {
      yield* shell.complain(stack.length === 0 ? 'pushd: directory stack empty' : `pushd: ${word}: directory stack index out of range`);
      return 1;
    }
    return yield* rotate(shell, at);
  }
  if (word.startsWith('-') && word !== '-') {
    yield* shell.complain(`pushd: ${word}: invalid number`);
    yield* usage(shell, 'pushd');
    return 2;
  }
  const old = shell.vars.get('PWD') ?? shell.p.cwd;
  if (noChange) {
    stack.unshift(word);
    return yield* showStack(shell, 'pushd');
  }
  const error = changeDirectory(shell, word === '-' ? (shell.vars.get('OLDPWD') ?? '') : word, false);
  if (error !== undefined) {
    yield* shell.complain(`pushd: ${word}: ${error}`);
    return 1;
  }
  stack.unshift(old);
  return yield* showStack(shell, 'pushd');
};

function* rotate(shell: Shell, by: number): Sys<number> {
  const all = fullStack(shell);
  const turned = [...all.slice(by), ...all.slice(0, by)];
  const error = changeDirectory(shell, turned[0] as string, false);
  if (error !== undefined) {
    yield* shell.complain(`pushd: ${turned[0]}: ${error}`);
    return 1;
  }
  shell.directoryStack = turned.slice(1);
  return yield* showStack(shell, 'pushd');
}

const popd: Builtin = function* (shell, args) {
  const noChange = args[0] === '-n';
  const word = noChange ? args[1] : args[0];
  const stack = shell.directoryStack;
  if (stack.length === 0) {
    yield* shell.complain('popd: directory stack empty');
    return 1;
  }
  const at = word === undefined ? (noChange ? 1 : 0) : position(shell, word);
  if (at === undefined) {
    yield* shell.complain(`popd: ${word}: invalid argument`);
    yield* usage(shell, 'popd');
    return 2;
  }
  if (at < 0 || at > stack.length) {
    yield* shell.complain(`popd: ${word}: directory stack index out of range`);
    return 1;
  }
  if (at > 0) stack.splice(at - 1, 1);
  else {
    const error = changeDirectory(shell, stack[0] as string, false);
    if (error !== undefined) {
      yield* shell.complain(`popd: ${stack[0]}: ${error}`);
      return 1;
    }
    stack.shift();
  }
  return yield* showStack(shell, 'popd');
};

const dirs: Builtin = function* (shell, args) {
  const words = args.filter((a) => !/^[+-]\d+$/.test(a));
  const options = yield* parseOptions(shell, 'dirs', words, 'clpv');
  if (options === undefined) return 2;
  const { flags } = options;
  if (flags.has('c')) {
    shell.directoryStack = [];
    return 0;
  }
  const all = fullStack(shell).map((d) => (flags.has('l') ? d : shorten(shell, d)));
  const wanted = args.find((a) => /^[+-]\d+$/.test(a));
  if (wanted !== undefined) {
    const at = position(shell, wanted) ?? 0;
    if (all[at] === undefined) {
      yield* shell.complain(`dirs: ${wanted}: directory stack index out of range`);
      return 1;
    }
    return yield* shell.print('dirs', `${all[at]}\n`);
  }
  if (flags.has('v')) return yield* shell.print('dirs', all.map((d, i) => `${String(i).padStart(2)}  ${d}\n`).join(''));
  return yield* shell.print('dirs', `${all.join(flags.has('p') ? '\n' : ' ')}\n`);
};

export const directoryBuiltins: Readonly<Record<string, Builtin>> = { cd, pwd, pushd, popd, dirs };
