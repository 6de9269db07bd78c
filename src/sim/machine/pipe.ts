import { fail, type KernelError } from '../base/result.ts';
import type { FileStat } from './file-system.ts';
import { OpenBase } from './open-file.ts';

/** What a pipe holds, as Linux gives by default (16 pages). */
export const PIPE_CAPACITY = 65_536;
/** Writes up to this size go in whole or not at all (POSIX's PIPE_BUF). */
export const PIPE_BUF = 4_096;

/** A pipe (fs/pipe.c): a byte queue between its writing and its reading end. */
export class Pipe {
  readonly inode: number;
  readonly reader: PipeReader;
  readonly writer: PipeWriter;
  readonly #madeMs: number;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #size = 0;
  /** Whether the end is still open anywhere. */
  readOpen = true;
  writeOpen = true;

  constructor(inode: number, madeMs: number) {
    this.inode = inode;
    this.#madeMs = madeMs;
    this.reader = new PipeReader(this);
    this.writer = new PipeWriter(this);
  }

  /** Bytes waiting to be read. */
  get size(): number {
    return this.#size;
  }

  get room(): number {
    return PIPE_CAPACITY - this.#size;
  }

  take(max: number): Uint8Array {
    const first = this.#chunks[0];
    if (first === undefined) return new Uint8Array(0);
    const wasFull = this.#size > PIPE_CAPACITY - PIPE_BUF;
    let out: Uint8Array;
    if (first.length - this.#head >= max || this.#chunks.length === 1) {
      out = first.subarray(this.#head, Math.min(first.length, this.#head + max));
      this.#advance(out.length);
    } else {
      out = new Uint8Array(Math.min(max, this.#size));
      let n = 0;
      while (n < out.length) {
        const chunk = this.#chunks[0] as Uint8Array;
        const part = chunk.subarray(this.#head, Math.min(chunk.length, this.#head + out.length - n));
        out.set(part, n);
        n += part.length;
        this.#advance(part.length);
      }
    }
    if (wasFull) this.writer.writable.wake();
    return out;
  }

  put(data: Uint8Array): void {
    // A copy: the writer may use its buffer again.
    this.#chunks.push(data.slice());
    this.#size += data.length;
    this.reader.readable.wake();
  }

  stat(): FileStat {
    return { kind: 'fifo', inode: this.inode, dev: 14, mode: 0o600, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: this.#madeMs };
  }

  #advance(n: number): void {
    this.#head += n;
    this.#size -= n;
    if (this.#head === (this.#chunks[0] as Uint8Array).length) {
      this.#chunks.shift();
      this.#head = 0;
    }
  }
}

/** The end that reads. */
export class PipeReader extends OpenBase {
  readonly kind = 'pipe';
  readonly #pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
  }

  get description(): string {
    return `pipe:[${this.#pipe.inode}]`;
  }

  override read(max: number): Uint8Array | KernelError {
    if (this.#pipe.size === 0 && this.#pipe.writeOpen) return fail('EAGAIN');
    return this.#pipe.take(max);
  }

  override canRead(): boolean {
    return this.#pipe.size > 0 || !this.#pipe.writeOpen;
  }

  seek(): KernelError {
    return fail('ESPIPE');
  }

  stat(): FileStat {
    return this.#pipe.stat();
  }

  protected override closed(): void {
    this.#pipe.readOpen = false;
    this.#pipe.writer.writable.wake();
  }
}

/** The end that writes. */
export class PipeWriter extends OpenBase {
  readonly kind = 'pipe';
  readonly #pipe: Pipe;

  constructor(pipe: Pipe) {
    super();
    this.#pipe = pipe;
  }

  get description(): string {
    return `pipe:[${this.#pipe.inode}]`;
  }

  override write(data: Uint8Array): number | KernelError {
    if (!this.#pipe.readOpen) return fail('EPIPE');
    if (data.length === 0) return 0;
    const room = this.#pipe.room;
    if (room === 0 || (data.length <= PIPE_BUF && data.length > room)) return fail('EAGAIN');
    const part = data.length <= room ? data : data.subarray(0, room);
    this.#pipe.put(part);
    return part.length;
  }

  override canWrite(): boolean {
    // As pipe_poll: a whole atomic write must fit.
    return !this.#pipe.readOpen || this.#pipe.room >= PIPE_BUF;
  }

  seek(): KernelError {
    return fail('ESPIPE');
  }

  stat(): FileStat {
    return this.#pipe.stat();
  }

  protected override closed(): void {
    this.#pipe.writeOpen = false;
    this.#pipe.reader.readable.wake();
  }
}
