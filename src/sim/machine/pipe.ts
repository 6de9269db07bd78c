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
  /** A ring, grown as needed; its length is a power of two. */
  #ring = new Uint8Array(512);
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
    const ring = this.#ring;
    const out = new Uint8Array(Math.min(max, this.#size));
    const start = this.#head & (ring.length - 1);
    const first = ring.subarray(start, start + out.length);
    out.set(first);
    out.set(ring.subarray(0, out.length - first.length), first.length);
    const wasFull = this.room < PIPE_BUF;
    this.#head += out.length;
    this.#size -= out.length;
    if (wasFull && this.room >= PIPE_BUF) this.writer.writable.wake();
    return out;
  }

  put(data: Uint8Array): void {
    if (this.#size + data.length > this.#ring.length) this.#grow(this.#size + data.length);
    const ring = this.#ring;
    const start = (this.#head + this.#size) & (ring.length - 1);
    const first = data.subarray(0, ring.length - start);
    ring.set(first, start);
    ring.set(data.subarray(first.length));
    this.#size += data.length;
    this.reader.readable.wake();
  }

  stat(): FileStat {
    return { kind: 'fifo', inode: this.inode, dev: 14, mode: 0o600, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: this.#madeMs };
  }

  #grow(size: number): void {
    let capacity = this.#ring.length;
    while (capacity < size) capacity *= 2;
    const ring = new Uint8Array(capacity);
    const old = this.#ring;
    for (let i = 0; i < this.#size; i++) ring[i] = old[(this.#head + i) & (old.length - 1)] as number;
    this.#ring = ring;
    this.#head = 0;
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
