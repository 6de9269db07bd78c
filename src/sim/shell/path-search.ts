import { isError } from '../base/result.ts';
import type { Shell } from './shell.ts';

/** Finds a program in PATH and remembers where; undefined if there is none. A file without x is found last, for its error. */
export function findInPath(shell: Shell, name: string, remember = true): string | undefined {
  const { p } = shell;
  // Without a PATH the name is tried as it is, and fails as a file.
  if ((shell.vars.get('PATH') ?? '') === '') return name;
  const known = shell.hashed.get(name);
  if (known !== undefined) {
    if (!isError(p.machine.files.stat(p, known.path))) {
      if (remember) known.hits++;
      return known.path;
    }
    shell.hashed.delete(name);
  }
  const [found, denied] = searchPath(shell, name);
  if (found !== undefined && remember && shell.option('hashall')) shell.hashed.set(name, { path: found, hits: 1 });
  return found ?? denied;
}

/** All programs of a name along PATH, for type -a. */
export function allInPath(shell: Shell, name: string): string[] {
  const out: string[] = [];
  for (const folder of folders(shell)) {
    const path = join(folder, name);
    if (runnable(shell, path)) out.push(path);
  }
  return out;
}

function searchPath(shell: Shell, name: string): [string | undefined, string | undefined] {
  let denied: string | undefined;
  if (name === '') return [undefined, undefined];
  for (const folder of folders(shell)) {
    const path = join(folder, name);
    if (runnable(shell, path)) return [path, undefined];
    const stat = shell.p.machine.files.stat(shell.p, path);
    if (!isError(stat) && stat.kind === 'file') denied ??= path;
  }
  return [undefined, denied];
}

function join(folder: string, name: string): string {
  return folder === '' ? `./${name}` : folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

export function folders(shell: Shell): string[] {
  const path = shell.vars.get('PATH');
  return path === undefined || path === '' ? (path === undefined ? [] : ['']) : path.split(':');
}

function runnable(shell: Shell, path: string): boolean {
  const found = shell.p.machine.files.executable(shell.p, path);
  // A text with x but without #! is run by the shell itself.
  return !isError(found) || found.errno === 'ENOEXEC';
}
