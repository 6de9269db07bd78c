import { utf8 } from '../base/bytes.ts';
import { fail, type KernelError } from '../base/result.ts';
import type { FileSystem } from '../machine/file-system.ts';
import type { Process } from '../machine/process.ts';
import type { World } from '../world/world.ts';
import { containersOn } from './containers.ts';

/**
 * A change of files made from outside, as an editor makes it. `root` says whose files: a machine's (`host1`), or a running container's
 * (`host1@web`), as its first process sees them. Paths are absolute.
 */
export type FileEdit =
  /** The file's whole text from now on; it is made if it is not there. Written as UTF-8. */
  | { readonly do: 'write'; readonly root: string; readonly path: string; readonly text: string }
  | { readonly do: 'make-directory'; readonly root: string; readonly path: string }
  | { readonly do: 'rename'; readonly root: string; readonly path: string; readonly to: string }
  /** A file, or an empty directory. */
  | { readonly do: 'remove'; readonly root: string; readonly path: string };

/** Files, and the process that sees them so. */
export interface FileRoot {
  readonly files: FileSystem;
  readonly process: Process;
}

/** The files of that name; undefined where there are none. */
export function fileRoot(world: World, root: string): FileRoot | undefined {
  const [name = '', container] = root.split('@');
  const machine = world.machines.get(name);
  if (machine === undefined) return undefined;
  const process = container === undefined ? machine.init : containersOn(machine).find((one) => one.name === container)?.process?.task;
  return process && { files: machine.files, process };
}

/** Does it, with root's rights. The error is the kernel's, and then nothing has changed; ENODEV where there is no such root. */
export function applyFileEdit(world: World, edit: FileEdit): undefined | KernelError {
  const found = fileRoot(world, edit.root);
  if (!found) return fail('ENODEV');
  const { files, process } = found;
  if (edit.do === 'write') return files.writeFile(process, edit.path, utf8(edit.text));
  if (edit.do === 'make-directory') return files.makeDirectory(process, edit.path);
  if (edit.do === 'rename') return files.rename(process, edit.path, edit.to);
  const stat = files.stat(process, edit.path, { noFollow: true });
  const isDirectory = 'kind' in stat && stat.kind === 'directory';
  return isDirectory ? files.removeDirectory(process, edit.path) : files.unlink(process, edit.path);
}
