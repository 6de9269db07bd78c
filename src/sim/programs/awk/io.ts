import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { SIGNAL_NUMBERS } from '../../machine/signal.ts';
import { decodeText, encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, reason } from '../lib/command.ts';
import { awkRegex } from './record.ts';

/** Reads records of one input, as RS says at the moment. */
export class RecordReader {
  readonly #c: Command;
  readonly #fd: number;
  #buffer = '';
  #ended = false;

  constructor(c: Command, fd: number) {
    this.#c = c;
    this.#fd = fd;
  }

  /** The next record; undefined at the end. */
  *next(separator: string): Sys<string | undefined> {
    for (;;) {
      const cut = this.#cut(separator);
      if (cut !== undefined) return cut;
      if (this.#ended) return undefined;
      yield* this.#c.flush();
      const data = yield* this.#c.p.read(this.#fd);
      if (isError(data) || data.length === 0) this.#ended = true;
      else this.#buffer += decodeText(data);
    }
  }

  #cut(separator: string): string | undefined {
    if (separator === '') return this.#paragraph();
    let at = this.#buffer.indexOf(separator);
    let length = separator.length;
    if (separator.length > 1) {
      const m = awkRegex(separator).exec(this.#buffer);
      [at, length] = m ? [m.index, m[0].length] : [-1, 0];
      // A match at the very end may yet become longer.
      if (m && at + length === this.#buffer.length && !this.#ended) return undefined;
    }
    if (at >= 0 && length > 0) {
      const record = this.#buffer.slice(0, at);
      this.#buffer = this.#buffer.slice(at + length);
      return record;
    }
    if (!this.#ended || this.#buffer === '') return undefined;
    const rest = this.#buffer;
    this.#buffer = '';
    return separator.length > 1 ? rest.replace(/\n$/, '') : rest;
  }

  #paragraph(): string | undefined {
    this.#buffer = this.#buffer.replace(/^\n+/, '');
    const m = /\n\n+/.exec(this.#buffer);
    if (m && (this.#ended || m.index + m[0].length < this.#buffer.length)) {
      const record = this.#buffer.slice(0, m.index);
      this.#buffer = this.#buffer.slice(m.index + m[0].length);
      return record;
    }
    if (!this.#ended || this.#buffer === '') return undefined;
    const rest = this.#buffer.replace(/\n+$/, '');
    this.#buffer = '';
    return rest;
  }
}

interface Output {
  readonly fd: number;
  readonly pid: number | undefined;
  text: string;
}

/** Files and commands that a program has open, by the name it gave them. */
export class Streams {
  readonly #c: Command;
  readonly #outputs = new Map<string, Output>();
  readonly #inputs = new Map<string, { readonly reader: RecordReader; readonly fd: number; readonly pid: number | undefined }>();

  constructor(c: Command) {
    this.#c = c;
  }

  *write(mode: '>' | '>>' | '|', name: string, text: string): Sys<void> {
    if (mode !== '|' && (name === '/dev/stdout' || name === '-')) {
      yield* this.#c.print(text);
      return;
    }
    if (mode !== '|' && name === '/dev/stderr') {
      yield* this.#c.error(text);
      return;
    }
    let output = this.#outputs.get(name);
    if (output === undefined) {
      output = mode === '|' ? yield* this.#pipeTo(name) : yield* this.#openFile(name, mode === '>>');
      this.#outputs.set(name, output);
    }
    output.text += text;
    if (output.text.length > 4096) yield* this.#drain(output);
  }

  *#openFile(name: string, append: boolean): Sys<Output> {
    const fd = this.#c.p.open(name, { write: true, create: true, truncate: !append, append });
    if (isError(fd)) return yield* this.#c.die(2, `cannot open "${name}" for output`);
    return { fd, pid: undefined, text: '' };
  }

  *#pipeTo(command: string): Sys<Output> {
    yield* this.#c.flush();
    const pipe = this.#c.p.pipe();
    if (isError(pipe)) return yield* this.#c.die(2, `cannot open pipe "${command}": ${reason(pipe)}`);
    this.#c.p.setCloseOnExec(pipe.writeFd, true);
    const child = this.#c.p.spawn(['sh', '-c', command], {
      fds: new Map([
        [0, pipe.readFd],
        [1, 1],
        [2, 2],
      ]),
    });
    this.#c.p.close(pipe.readFd);
    if (isError(child)) return yield* this.#c.die(2, `cannot open pipe "${command}": ${reason(child)}`);
    return { fd: pipe.writeFd, pid: child.pidSeenBy(this.#c.p), text: '' };
  }

  *#drain(output: Output): Sys<void> {
    const { text } = output;
    output.text = '';
    if (text !== '') yield* this.#c.p.write(output.fd, encodeText(text));
  }

  /** The next record of a file or of what a command prints; -1 as a number where it cannot be opened. */
  *read(from: 'file' | 'command', name: string, separator: string): Sys<string | undefined | -1> {
    let input = this.#inputs.get(name);
    if (input === undefined) {
      yield* this.flush();
      const opened = from === 'file' ? this.#openInput(name) : this.#runInput(name);
      if (opened === undefined) return -1;
      input = { reader: new RecordReader(this.#c, opened.fd), ...opened };
      this.#inputs.set(name, input);
    }
    return yield* input.reader.next(separator);
  }

  #openInput(name: string): { fd: number; pid: undefined } | undefined {
    const fd = name === '-' || name === '/dev/stdin' ? 0 : this.#c.p.open(name, { read: true });
    return isError(fd) ? undefined : { fd, pid: undefined };
  }

  #runInput(command: string): { fd: number; pid: number } | undefined {
    const pipe = this.#c.p.pipe();
    if (isError(pipe)) return undefined;
    this.#c.p.setCloseOnExec(pipe.readFd, true);
    const child = this.#c.p.spawn(['sh', '-c', command], {
      fds: new Map([
        [0, 0],
        [1, pipe.writeFd],
        [2, 2],
      ]),
    });
    this.#c.p.close(pipe.writeFd);
    return isError(child) ? undefined : { fd: pipe.readFd, pid: child.pid };
  }

  *flush(): Sys<void> {
    yield* this.#c.flush();
    for (const output of this.#outputs.values()) yield* this.#drain(output);
  }

  /** close(): the command's status, 0 for a file, -1 if there is none. */
  *close(name: string): Sys<number> {
    let status = -1;
    const output = this.#outputs.get(name);
    if (output !== undefined) {
      this.#outputs.delete(name);
      yield* this.#drain(output);
      this.#c.p.close(output.fd);
      status = yield* this.#wait(output.pid);
    }
    const input = this.#inputs.get(name);
    if (input !== undefined) {
      this.#inputs.delete(name);
      if (input.fd !== 0) this.#c.p.close(input.fd);
      status = yield* this.#wait(input.pid);
    }
    return status;
  }

  *closeAll(): Sys<void> {
    yield* this.#c.flush();
    for (const name of [...this.#outputs.keys(), ...this.#inputs.keys()]) yield* this.close(name);
  }

  *system(command: string): Sys<number> {
    yield* this.flush();
    const child = this.#c.p.spawn(['sh', '-c', command]);
    return isError(child) ? -1 : yield* this.#wait(child.pidSeenBy(this.#c.p));
  }

  *#wait(pid: number | undefined): Sys<number> {
    if (pid === undefined) return 0;
    const status = yield* this.#c.p.waitpid(pid);
    if (status === undefined || isError(status)) return -1;
    return status.kind === 'exited' ? status.status : status.kind === 'signaled' ? 256 + SIGNAL_NUMBERS[status.signal] : -1;
  }
}
