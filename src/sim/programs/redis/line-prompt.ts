import { isError } from '../../base/result.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Key, KeyDecoder } from '../../shell/line-editor/keys.ts';

/** Lines typed at a prompt with linenoise's keys, and those typed before. */
export class LinePrompt {
  readonly #p: Process;
  readonly #fd: number;
  readonly #terminal: Terminal;
  readonly #decoder = new KeyDecoder();
  readonly #keys: Key[] = [];
  readonly #history: string[] = [];
  #line = '';
  #at = 0;

  constructor(p: Process, fd: number) {
    this.#p = p;
    this.#fd = fd;
    this.#terminal = p.terminal(fd) as Terminal;
  }

  /** A line without its end; undefined for Ctrl-C, Ctrl-D on an empty one, and the end of the terminal. */
  *read(prompt: string): Sys<string | undefined> {
    const base = this.#terminal.termios;
    yield* this.#p.setTermios(
      this.#fd,
      { ...base, icrnl: false, istrip: false, ixon: false, opost: false, echo: false, icanon: false, iexten: false, isig: false },
      'drain',
    );
    this.#line = '';
    this.#at = 0;
    const recalled = [...this.#history, ''];
    let index = recalled.length - 1;
    let result: string | undefined;
    for (;;) {
      yield* this.#show(prompt);
      const key = yield* this.#next();
      if (key === undefined) break;
      const name = key.kind === 'key' ? key.name : '';
      if (name === 'C-c' || (name === 'C-d' && this.#line === '')) break;
      // linenoise knows the Enter key only; a newline, as pasted text has it, ends a line here too.
      if (name === 'Enter' || name === 'C-j') {
        result = this.#line;
        this.#at = this.#line.length;
        yield* this.#show(prompt);
        break;
      }
      if (name === 'Up' || name === 'C-p' || name === 'Down' || name === 'C-n') {
        recalled[index] = this.#line;
        index = Math.min(Math.max(index + (name === 'Up' || name === 'C-p' ? -1 : 1), 0), recalled.length - 1);
        this.#line = recalled[index] as string;
        this.#at = this.#line.length;
      } else this.#edit(key);
    }
    yield* this.#p.setTermios(this.#fd, base, 'drain');
    yield* this.#p.print('\n');
    if (result !== undefined && result !== '' && result !== this.#history.at(-1)) this.#history.push(result);
    return result;
  }

  *#next(): Sys<Key | undefined> {
    while (this.#keys.length === 0) {
      const data = yield* this.#p.read(this.#fd, 256);
      if (isError(data) || data.length === 0) return undefined;
      for (const byte of data) {
        const key = this.#decoder.push(byte);
        if (key) this.#keys.push(key);
      }
    }
    return this.#keys.shift();
  }

  #edit(key: Key): void {
    const [before, after] = [this.#line.slice(0, this.#at), this.#line.slice(this.#at)];
    const become = (left: string, right: string): void => {
      this.#line = left + right;
      this.#at = left.length;
    };
    if (key.kind !== 'key') {
      become(before + key.text, after);
      return;
    }
    switch (key.name) {
      case 'Backspace':
        return become(before.slice(0, -1), after);
      case 'Delete':
      case 'C-d':
        return become(before, after.slice(1));
      case 'C-u':
        return become('', '');
      case 'C-k':
        return become(before, '');
      case 'C-w':
        return become(before.replace(/\S*\s*$/, ''), after);
      case 'C-a':
      case 'Home':
        this.#at = 0;
        return;
      case 'C-e':
      case 'End':
        this.#at = this.#line.length;
        return;
      case 'C-b':
      case 'Left':
        this.#at = Math.max(0, this.#at - 1);
        return;
      case 'C-f':
      case 'Right':
        this.#at = Math.min(this.#line.length, this.#at + 1);
        return;
    }
  }

  /** refreshSingleLine. */
  *#show(prompt: string): Sys<void> {
    const column = prompt.length + this.#at;
    yield* this.#p.write(1, encodeText(`\r${prompt}${this.#line}\x1b[0K\r\x1b[${column}C`));
  }
}
