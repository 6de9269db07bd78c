import { fail, type KernelError } from '../base/result.ts';
import type { OpenFile } from './open-file.ts';

/** RLIMIT_NOFILE. */
const MAX_DESCRIPTORS = 1024;

/** A process's descriptors (files_struct): numbers for open files. Each number holds a reference to its file. */
export class DescriptorTable {
  readonly #files = new Map<number, OpenFile>();
  readonly #closeOnExec = new Set<number>();
  /** What a reader of lines has read beyond its line, by descriptor. */
  readonly #ahead = new Map<number, Uint8Array>();

  get(fd: number): OpenFile | undefined {
    return this.#files.get(fd);
  }

  /** In order of number. */
  entries(): Map<number, OpenFile> {
    return new Map([...this.#files].sort(([a], [b]) => a - b));
  }

  /** Takes over the caller's reference. EMFILE, and the reference is given back, when there are too many. */
  install(file: OpenFile, min = 0): number | KernelError {
    let fd = min;
    while (this.#files.has(fd)) fd++;
    if (fd >= MAX_DESCRIPTORS) {
      file.release();
      return fail('EMFILE');
    }
    this.#files.set(fd, file);
    return fd;
  }

  dup2(from: number, to: number): number | KernelError {
    const file = this.#files.get(from);
    if (file === undefined || to < 0 || to >= MAX_DESCRIPTORS) return fail('EBADF');
    if (from === to) return to;
    file.retain();
    this.close(to);
    this.#files.set(to, file);
    return to;
  }

  close(fd: number): KernelError | undefined {
    const file = this.#files.get(fd);
    if (file === undefined) return fail('EBADF');
    this.#files.delete(fd);
    this.#closeOnExec.delete(fd);
    this.#ahead.delete(fd);
    file.release();
    return undefined;
  }

  closeAll(): void {
    for (const fd of [...this.#files.keys()]) this.close(fd);
  }

  setCloseOnExec(fd: number, on: boolean): void {
    if (on && this.#files.has(fd)) this.#closeOnExec.add(fd);
    else this.#closeOnExec.delete(fd);
  }

  /** What exec does to the descriptors marked so. What a reader of lines held back is lost with the program that read it. */
  closeOnExec(): void {
    for (const fd of [...this.#closeOnExec]) this.close(fd);
    this.#ahead.clear();
  }

  /** A child's copy: all of them, or those of a map from the child's number to this one's. */
  copy(chosen?: ReadonlyMap<number, number>): DescriptorTable {
    const table = new DescriptorTable();
    const pairs = chosen ?? new Map([...this.#files.keys()].map((fd) => [fd, fd]));
    for (const [to, from] of pairs) {
      const file = this.#files.get(from);
      if (file === undefined) continue;
      file.retain();
      table.#files.set(to, file);
      if (chosen === undefined && this.#closeOnExec.has(from)) table.#closeOnExec.add(to);
    }
    return table;
  }

  /** Bytes read ahead of the last line; they come before anything else that is read. */
  takeAhead(fd: number): Uint8Array | undefined {
    const ahead = this.#ahead.get(fd);
    this.#ahead.delete(fd);
    return ahead;
  }

  keepAhead(fd: number, rest: Uint8Array): void {
    if (rest.length > 0) this.#ahead.set(fd, rest);
  }
}
