import { fail, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';

/** What open files of the tree have in common: they never make anybody wait, and close when the last duplicate is released. */
export abstract class OpenBase implements OpenFile {
  abstract readonly kind: OpenFile['kind'];
  abstract readonly description: string;
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  #references = 1;

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

  abstract stat(): FileStat;

  retain(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references === 0) this.closed();
  }

  /** The last reference has gone. */
  protected closed(): void {}
}

/** lseek(2) for a file of a known size: the new offset, or EINVAL for a negative one. */
export function seekTo(offset: number, whence: 'set' | 'current' | 'end', current: number, size: number): number | KernelError {
  const base = whence === 'set' ? 0 : whence === 'current' ? current : size;
  const next = base + offset;
  return next < 0 ? fail('EINVAL') : next;
}
