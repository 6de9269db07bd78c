import type { KernelError } from '../base/result.ts';
import type { WaitQueue } from '../base/wait-queue.ts';
import type { FileStat } from './file-system.ts';

/**
 * What a descriptor refers to (Linux's struct file): a regular file, a directory, a pipe's end, a terminal, a socket, a
 * namespace. Calls never block: EAGAIN means wait on the queue and try again. Shared by duplicates; closed with the last.
 */
export interface OpenFile {
  readonly kind: 'file' | 'directory' | 'pipe' | 'tty' | 'socket' | 'namespace' | 'device';
  /** What /proc/PID/fd shows: a path, `pipe:[123]`, `socket:[456]`, `net:[4026531840]`. */
  readonly description: string;
  /** An empty array is end of file. */
  read(max: number): Uint8Array | KernelError;
  write(data: Uint8Array): number | KernelError;
  readonly readable: WaitQueue;
  readonly writable: WaitQueue;
  /** Whether a read or write would not answer EAGAIN now. */
  canRead(): boolean;
  canWrite(): boolean;
  stat(): FileStat;
  seek?(offset: number, whence: 'set' | 'current' | 'end'): number | KernelError;
  /** Called by dup and fork; `release` is called once for each. */
  retain(): void;
  release(): void;
}
