import { fail, type KernelError } from '../base/result.ts';
import { WaitQueue } from '../base/wait-queue.ts';
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

/**
 * An open file with its reference count: whoever opens it holds the first reference. What it cannot do it refuses as Linux does
 * (EBADF); a kind overrides what it can, and {@link OpenBase.closed} to give back what it holds.
 */
export abstract class OpenBase implements OpenFile {
  abstract readonly kind: OpenFile['kind'];
  abstract readonly description: string;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  #references = 1;

  abstract stat(): FileStat;

  read(_max: number): Uint8Array | KernelError {
    return fail('EBADF');
  }

  write(_data: Uint8Array): number | KernelError {
    return fail('EBADF');
  }

  canRead(): boolean {
    return true;
  }

  canWrite(): boolean {
    return true;
  }

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references === 0) this.closed();
  }

  /** The last reference has gone. */
  protected closed(): void {}
}
