import { fail, isError, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../file-system.ts';
import { OpenBase } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';
import { accessOf, seekTo } from './open-modes.ts';
import { type Place, pathOf } from './place.ts';
import type { TreeFile } from './tree.ts';

/** An open regular file with its offset. */
export class OpenRegular extends OpenBase {
  override readonly kind = 'file';
  readonly place: Place;
  /** As /proc/PID/fd shows it. */
  readonly access: 'r' | 'w' | 'rw';
  readonly #opener: Process;
  readonly #file: TreeFile;
  readonly #flags: OpenFlags;
  #offset = 0;

  constructor(opener: Process, file: TreeFile, flags: OpenFlags, place: Place) {
    super();
    this.#opener = opener;
    this.#file = file;
    this.#flags = flags;
    this.access = accessOf(flags);
    this.place = place;
    place.mount.openFiles++;
    file.opened();
  }

  override get description(): string {
    return this.#file.nlink === 0 ? `${pathOf(this.place)} (deleted)` : pathOf(this.place);
  }

  override read(max: number): Uint8Array | KernelError {
    if (this.#flags.read !== true) return fail('EBADF');
    const data = this.#file.contents.read(this.#offset, max);
    this.#offset += data.length;
    return data;
  }

  override write(data: Uint8Array): number | KernelError {
    if (this.#flags.write !== true) return fail('EBADF');
    if (this.#flags.append === true) this.#offset = this.#file.size;
    const written = this.#file.contents.write(this.#offset, data);
    if (isError(written)) return written;
    this.#offset += written;
    this.#file.mtimeMs = this.#opener.wallClockMs;
    return written;
  }

  seek(offset: number, whence: 'set' | 'current' | 'end'): number | KernelError {
    const next = seekTo(offset, whence, this.#offset, this.#file.size);
    if (!isError(next)) this.#offset = next;
    return next;
  }

  override stat(): FileStat {
    return this.#file.stat();
  }

  protected override closed(): void {
    this.place.mount.openFiles--;
    this.#file.closed();
  }
}
