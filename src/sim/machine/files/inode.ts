import { fail, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';
import type { Place } from './place.ts';
import type { SuperBlock } from './super-block.ts';

/** What a directory is asked to make: creat, mkdir, symlink, mknod. Modes are after the umask. */
export type NewNode =
  | { readonly kind: 'file'; readonly mode: number }
  | { readonly kind: 'directory'; readonly mode: number }
  | { readonly kind: 'fifo'; readonly mode: number }
  | { readonly kind: 'socket'; readonly mode: number }
  | { readonly kind: 'chardev'; readonly mode: number; readonly device: readonly [major: number, minor: number] }
  | { readonly kind: 'symlink'; readonly target: string };

/** Where a magic link leads: to a path, or to a place that no path names (a pipe, a namespace, a deleted file). */
export type Jump = { readonly path: string } | { readonly place: Place };

/**
 * A file of any kind, without its name (Linux's struct inode with its operations). The answers here are those of a file
 * system that lacks the operation; kinds override what they have.
 */
export abstract class Inode {
  abstract readonly kind: FileStat['kind'];
  readonly sb: SuperBlock;

  constructor(sb: SuperBlock) {
    this.sb = sb;
  }

  abstract stat(p: Process): FileStat;

  /** The file of that name in this directory: ENOENT if there is none. */
  lookup(_p: Process, _name: string): Inode | KernelError {
    return fail('ENOTDIR');
  }

  names(_p: Process): string[] | KernelError {
    return fail('ENOTDIR');
  }

  /** vfs_create answers EACCES and the others EPERM where the file system cannot. */
  create(_p: Process, _name: string, node: NewNode): Inode | KernelError {
    return fail(node.kind === 'file' ? 'EACCES' : 'EPERM');
  }

  /** Adds a name for an existing file of this file system. */
  link(_p: Process, _name: string, _inode: Inode): undefined | KernelError {
    return fail('EPERM');
  }

  /** Takes a name away. The caller has checked that it is the right kind and, for a directory, empty. */
  remove(_p: Process, _name: string, _inode: Inode): undefined | KernelError {
    return fail('EPERM');
  }

  /** Moves a name to another directory of this file system, over `replaced` if that is there. */
  move(_p: Process, _name: string, _inode: Inode, _to: Inode, _newName: string, _replaced: Inode | undefined): undefined | KernelError {
    return fail('EPERM');
  }

  readLink(_p: Process): string | KernelError {
    return fail('EINVAL');
  }

  /** Where a symbolic link leads. */
  follow(p: Process): Jump | KernelError {
    const target = this.readLink(p);
    return typeof target === 'string' ? { path: target } : target;
  }

  open(_p: Process, _flags: OpenFlags, _place: Place): OpenFile | KernelError {
    return fail('ENXIO');
  }

  truncate(_p: Process, _size: number): undefined | KernelError {
    return fail('EINVAL');
  }

  setMode(_p: Process, _mode: number): undefined | KernelError {
    return fail('EPERM');
  }

  setOwner(_p: Process, _uid: number, _gid: number): undefined | KernelError {
    return fail('EPERM');
  }

  setTimes(_mtimeMs: number): undefined | KernelError {
    return fail('EPERM');
  }

  /** Called when it becomes the root of a mount; the returned function is called when that mount is gone. */
  holdForMount(): (() => void) | undefined {
    return undefined;
  }
}
