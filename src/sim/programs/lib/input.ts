import { isError, type KernelError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, reason } from './command.ts';

/** Opens a file to read; `-` is standard input. */
export function openInput(p: Process, name: string): number | KernelError {
  return name === '-' ? 0 : p.open(name, { read: true });
}

/** What a file's name is in messages and headers. */
export function inputName(name: string): string {
  return name === '-' ? 'standard input' : name;
}

/** Reads a descriptor line by line; lines are text as in the shell. */
export class LineReader {
  readonly #p: Process;
  readonly #fd: number;
  readonly #separator: string;
  #lines: string[] = [];
  #at = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #ended = false;
  /** Whether the line given last had its newline. */
  terminated = true;
  error: KernelError | undefined;

  constructor(p: Process, fd: number, separator = '\n') {
    this.#p = p;
    this.#fd = fd;
    this.#separator = separator;
  }

  /** The next line without its newline; undefined at the end or after an error. */
  *next(): Sys<string | undefined> {
    while (this.#at >= this.#lines.length) {
      if (this.#ended) return undefined;
      yield* this.#fill();
    }
    const line = this.#lines[this.#at++] as string;
    this.terminated = this.#at < this.#lines.length || this.#rest.length > 0 || !this.#ended || this.#lastTerminated;
    return line;
  }

  #lastTerminated = true;

  *#fill(): Sys<void> {
    const data = yield* this.#p.read(this.#fd);
    if (isError(data)) {
      this.error = data;
      this.#ended = true;
      return;
    }
    if (data.length === 0) {
      this.#ended = true;
      if (this.#rest.length > 0) {
        this.#lines = [decodeText(this.#rest)];
        this.#at = 0;
        this.#rest = new Uint8Array(0);
        this.#lastTerminated = false;
      }
      return;
    }
    const end = data.lastIndexOf(this.#separator.charCodeAt(0)) + 1;
    if (end === 0) {
      this.#rest = joined(this.#rest, data);
      return;
    }
    const whole = joined(this.#rest, data.subarray(0, end - 1));
    this.#rest = data.slice(end);
    this.#lines = decodeText(whole).split(this.#separator);
    this.#at = 0;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/**
 * Calls a function for each named file in turn (standard input if there is none), with its descriptor; a file that cannot be opened is complained
 * about. Answers whether all could be.
 */
export function* eachInput(c: Command, names: readonly string[], use: (fd: number, name: string) => Sys<void>): Sys<boolean> {
  let fine = true;
  for (const name of names.length === 0 ? ['-'] : names) {
    const fd = openInput(c.p, name);
    if (isError(fd)) {
      yield* c.complain(`${name}: ${reason(fd)}`);
      fine = false;
      continue;
    }
    yield* use(fd, name);
    if (fd !== 0) c.p.close(fd);
  }
  return fine;
}

/** Everything in a file as text; complains and answers undefined if it cannot be read. */
export function* readText(c: Command, name: string): Sys<string | undefined> {
  const bytes = yield* readBytes(c, name);
  return bytes === undefined ? undefined : decodeText(bytes);
}

export function* readBytes(c: Command, name: string): Sys<Uint8Array | undefined> {
  const fd = openInput(c.p, name);
  const data = isError(fd) ? fd : yield* c.p.readAll(fd);
  if (!isError(fd) && fd !== 0) c.p.close(fd);
  if (!isError(data)) return data;
  yield* c.complain(`${name}: ${reason(data)}`);
  return undefined;
}

/** Lines of a text; a newline at its end makes no line of its own. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (text.endsWith('\n')) lines.pop();
  return lines;
}
