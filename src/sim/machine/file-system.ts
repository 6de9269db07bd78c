import type { KernelError } from '../base/result.ts';
import type { OpenFlags, Process } from './process.ts';
import type { OpenFile } from './open-file.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'fifo' | 'chardev' | 'socket';
  readonly inode: number;
  /** Device number, so that stat tells mounts apart. */
  readonly dev: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly size: number;
  /** ms since 1970 in virtual time. */
  readonly mtimeMs: number;
}

/**
 * The file tree as one process sees it: layers (an image below, changes above), bind mounts, and the synthetic /proc and /sys,
 * which depend on who looks. Paths may be relative to `p.cwd`. Symbolic links are followed unless said otherwise.
 */
export interface FileSystem {
  open(p: Process, path: string, flags: OpenFlags, mode?: number): OpenFile | KernelError;
  stat(p: Process, path: string, options?: { readonly noFollow?: boolean }): FileStat | KernelError;
  /** Names without '.' and '..', in the order of readdir; callers sort. */
  readDirectory(p: Process, path: string): string[] | KernelError;
  readLink(p: Process, path: string): string | KernelError;
  makeDirectory(p: Process, path: string, mode?: number): undefined | KernelError;
  removeDirectory(p: Process, path: string): undefined | KernelError;
  unlink(p: Process, path: string): undefined | KernelError;
  rename(p: Process, from: string, to: string): undefined | KernelError;
  symlink(p: Process, target: string, path: string): undefined | KernelError;
  link(p: Process, from: string, to: string): undefined | KernelError;
  chmod(p: Process, path: string, mode: number): undefined | KernelError;
  setTimes(p: Process, path: string, mtimeMs: number): undefined | KernelError;
  truncate(p: Process, path: string, size: number): undefined | KernelError;
  makeFifo(p: Process, path: string, mode?: number): undefined | KernelError;
  /** Absolute path with all symbolic links and dots resolved (realpath). */
  resolve(p: Process, path: string): string | KernelError;
  /** Bind mount: `target` shows what the open file or path is. Used by ip netns add, docker run -v. */
  bindMount(p: Process, source: string | OpenFile, target: string): undefined | KernelError;
  /** EINVAL if nothing is mounted there, EBUSY… */
  unmount(p: Process, target: string): undefined | KernelError;
  mounts(p: Process): readonly { readonly source: string; readonly target: string; readonly type: string; readonly options: string }[];
  /** Whole contents at once, for programs that want no descriptor. */
  readFile(p: Process, path: string): Uint8Array | KernelError;
  writeFile(p: Process, path: string, data: Uint8Array, options?: { readonly append?: boolean; readonly mode?: number }): undefined | KernelError;
}
