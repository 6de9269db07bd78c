import { isError, type KernelError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';

const BUFFER = 4096;
const LF = 0x0a;

/** A FILE of C's standard library: written by lines to a terminal, when its buffer is full to anything else. */
export class OutputStream {
  readonly #p: Process;
  readonly fd: number;
  readonly isTerminal: boolean;
  #pending: Uint8Array[] = [];
  #size = 0;

  constructor(p: Process, fd: number) {
    this.#p = p;
    this.fd = fd;
    this.isTerminal = p.terminal(fd) !== undefined;
  }

  *write(data: Uint8Array): Sys<undefined | KernelError> {
    if (data.length === 0) return undefined;
    this.#pending.push(data);
    this.#size += data.length;
    if (this.isTerminal) {
      const end = data.lastIndexOf(LF);
      return end < 0 ? undefined : yield* this.#flushUpTo(this.#size - (data.length - end - 1));
    }
    return this.#size >= BUFFER ? yield* this.flush() : undefined;
  }

  flush(): Sys<undefined | KernelError> {
    return this.#flushUpTo(this.#size);
  }

  *#flushUpTo(length: number): Sys<undefined | KernelError> {
    if (length === 0) return undefined;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#pending) {
      all.set(part, at);
      at += part.length;
    }
    const rest = all.subarray(length);
    this.#pending = rest.length > 0 ? [rest] : [];
    this.#size = rest.length;
    const written = yield* this.#p.write(this.fd, all.subarray(0, length));
    return isError(written) ? written : undefined;
  }
}
