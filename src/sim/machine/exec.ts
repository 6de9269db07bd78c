import { fail, isError, type KernelError } from '../base/result.ts';
import type { FilePrivileges } from './credentials.ts';
import type { Process, Program } from './process.ts';

/** Where a program is looked for when there is no PATH (_PATH_DEFPATH for root). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Scripts whose interpreter is a script whose interpreter… (BINPRM_MAX_RECURSION). */
const MAX_INTERPRETERS = 5;

/** What exec found: a program and the arguments it gets, and what the process is called from then on. */
export interface Image {
  readonly program: Program;
  readonly argv: readonly string[];
  readonly comm: string;
  readonly privileges: FilePrivileges;
}

/**
 * Finds what `file`, argv[0] unless given, runs, as execvp(3) and execve(2) do: in PATH unless it has a slash; a program file, or a script by its `#!` line.
 * ENOENT, EACCES (a directory, no permission), ENOEXEC (a text without `#!`: a shell runs it itself), ELOOP.
 */
export function loadImage(p: Process, argv: readonly string[], env: ReadonlyMap<string, string>, name = argv[0]): Image | KernelError {
  if (name === undefined || name === '') return fail('ENOENT');
  if (name.includes('/')) return loadFile(p, name, argv, 0);
  let denied: KernelError | undefined;
  for (const folder of (env.get('PATH') ?? DEFAULT_PATH).split(':')) {
    const found = loadFile(p, folder === '' ? `./${name}` : `${folder}/${name}`, argv, 0);
    if (!isError(found)) return found;
    if (found.errno === 'EACCES') denied = found;
    else if (found.errno !== 'ENOENT' && found.errno !== 'ENOTDIR') return found;
  }
  return denied ?? fail('ENOENT');
}

function loadFile(p: Process, path: string, argv: readonly string[], depth: number): Image | KernelError {
  const found = p.machine.files.executable(p, path);
  if (isError(found)) return found;
  const comm = path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
  if (found.kind === 'program') {
    const program = p.machine.programAt(found.program);
    return program === undefined ? fail('ENOEXEC') : { program, argv, comm, privileges: found.privileges ?? {} };
  }
  if (depth + 1 >= MAX_INTERPRETERS) return fail('ELOOP');
  const { interpreter, argument } = found;
  const rest = argument === undefined ? [path] : [argument, path];
  const image = loadFile(p, interpreter, [interpreter, ...rest, ...argv.slice(1)], depth + 1);
  return isError(image) ? image : { ...image, comm };
}
