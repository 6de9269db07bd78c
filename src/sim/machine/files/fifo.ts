import { fail, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { FileStat } from '../file-system.ts';
import { OpenBase } from '../open-file.ts';
import type { OpenFlags } from '../process.ts';
import { accessOf } from './open-modes.ts';
import { type Place, pathOf } from './place.ts';

/** Bytes a fifo holds before writers wait (PIPE_DEF_BUFFERS pages). */
const CAPACITY = 65536;

/**
 * What flows through a named pipe. open(2) on Linux waits for the other end; here it does not, but the first read waits until
 * somebody has opened it for writing and the first write until somebody has opened it for reading, which comes to the same for
 * programs that then read or write.
 */
export class Fifo {
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  #chunks: Uint8Array[] = [];
  #size = 0;
  #readers = 0;
  #writers = 0;
  /** Whether the present run of readers has had a writer, and the other way round. */
  #hadWriter = false;
  #hadReader = false;

  open(flags: OpenFlags, place: Place, stat: () => FileStat): OpenFifo {
    if (flags.read === true) {
      this.#readers++;
      this.#hadReader = true;
      this.writable.wake();
    }
    if (flags.write === true) {
      this.#writers++;
      this.#hadWriter = true;
      this.readable.wake();
    }
    return new OpenFifo(this, flags, place, stat);
  }

  close(flags: OpenFlags): void {
    if (flags.read === true) this.#readers--;
    if (flags.write === true) this.#writers--;
    if (this.#readers === 0 && this.#writers === 0) {
      this.#chunks = [];
      this.#size = 0;
      this.#hadReader = false;
      this.#hadWriter = false;
    }
    this.readable.wake();
    this.writable.wake();
  }

  canRead(): boolean {
    return this.#size > 0 || (this.#hadWriter && this.#writers === 0);
  }

  canWrite(): boolean {
    return this.#hadReader && (this.#readers === 0 || this.#size < CAPACITY);
  }

  read(max: number): Uint8Array | KernelError {
    if (!this.canRead()) return fail('EAGAIN');
    const first = this.#chunks[0];
    if (first === undefined) return new Uint8Array(0);
    const data = first.subarray(0, max);
    if (data.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(max);
    this.#size -= data.length;
    this.writable.wake();
    return data;
  }

  write(data: Uint8Array): number | KernelError {
    if (!this.canWrite()) return fail('EAGAIN');
    if (this.#readers === 0) return fail('EPIPE');
    const part = data.slice(0, CAPACITY - this.#size);
    this.#chunks.push(part);
    this.#size += part.length;
    this.readable.wake();
    return part.length;
  }
}

/** An end of a fifo, or both. */
class OpenFifo extends OpenBase {
  override readonly kind = 'pipe';
  override readonly readable: WaitQueue;
  override readonly writable: WaitQueue;
  readonly place: Place;
  /** As /proc/PID/fd shows it. */
  readonly access: 'r' | 'w' | 'rw';
  readonly #fifo: Fifo;
  readonly #flags: OpenFlags;
  readonly #stat: () => FileStat;

  constructor(fifo: Fifo, flags: OpenFlags, place: Place, stat: () => FileStat) {
    super();
    this.#fifo = fifo;
    this.#flags = flags;
    this.access = accessOf(flags);
    this.#stat = stat;
    this.readable = fifo.readable;
    this.writable = fifo.writable;
    this.place = place;
    place.mount.openFiles++;
  }

  override get description(): string {
    return pathOf(this.place);
  }

  override read(max: number): Uint8Array | KernelError {
    return this.#flags.read === true ? this.#fifo.read(max) : fail('EBADF');
  }

  override write(data: Uint8Array): number | KernelError {
    return this.#flags.write === true ? this.#fifo.write(data) : fail('EBADF');
  }

  override canRead(): boolean {
    return this.#fifo.canRead();
  }

  override canWrite(): boolean {
    return this.#fifo.canWrite();
  }

  override stat(): FileStat {
    return this.#stat();
  }

  protected override closed(): void {
    this.place.mount.openFiles--;
    this.#fifo.close(this.#flags);
  }
}
