import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { Interrupted } from '../../machine/process.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import { editorTermios, type Termios } from '../../machine/tty/termios.ts';
import type { Shell } from '../shell.ts';
import { KillRing, LineBuffer } from './buffer.ts';
import { completeLine } from './complete.ts';
import { Display } from './display.ts';
import { editCommand, KILL_COMMANDS } from './edit-commands.ts';
import { HistorySearch } from './history-search.ts';
import { type Key, KeyDecoder } from './keys.ts';

/** How a line ended: Enter, ^D on an empty line, ^C, or the terminal is gone. */
export type LineEnd = { readonly end: 'line'; readonly text: string } | { readonly end: 'eof' | 'interrupt' | 'hangup' };

/** Where the lines of an interactive shell come from. */
export interface LineReader {
  readLine(prompt: string): Sys<LineEnd>;
}

const BELL = '\x07';
/** Longest line that can be edited, in UTF-16 units. */
const MAX_LINE = 8 * 1024 * 1024;

/** Reads lines from a terminal with emacs keys, as readline does. One per interactive shell. */
export class LineEditor implements LineReader {
  readonly buffer = new LineBuffer();
  private readonly kills = new KillRing();
  private readonly shell: Shell;
  private readonly terminal: Terminal;
  private readonly fd: number;
  private decoder = new KeyDecoder();
  private display: Display;
  /** Bytes read ahead behind a paste. */
  private ahead: Uint8Array = new Uint8Array(0);
  private search: { readonly state: HistorySearch; readonly text: string; readonly cursor: number } | undefined;
  /** Line of the history that is shown; the one being written is `lines.length`. */
  private historyAt = 0;
  /** Lines of the history as edited in passing, and the one being written. */
  private edited = new Map<number, string>();
  private prompt = '';
  private last = '';
  private quote = false;
  private out = '';
  private result: LineEnd | undefined;
  /** Where the last Ctrl-Y put its text, for Alt-Y. */
  private yanked: readonly [number, number] | undefined;
  private lastArgument = 0;

  constructor(shell: Shell, fd: number, terminal: Terminal) {
    this.shell = shell;
    this.fd = fd;
    this.terminal = terminal;
    this.display = new Display(terminal.columns || 80);
  }

  /** Shows the prompt and reads a line. */
  *readLine(prompt: string): Sys<LineEnd> {
    const { shell, terminal } = this;
    const saved = terminal.termios;
    const bracketed = shell.vars.get('TERM') !== 'dumb' && shell.vars.get('TERM') !== undefined;
    yield* shell.p.setTermios(this.fd, editorTermios(saved), 'now');
    this.begin(prompt);
    this.out = (bracketed ? '\x1b[?2004h' : '') + this.display.start(prompt);
    try {
      yield* this.loop();
    } finally {
      yield* this.end(saved, bracketed);
    }
    return this.result ?? { end: 'hangup' };
  }

  private begin(prompt: string): void {
    this.prompt = prompt;
    this.display = new Display(this.terminal.columns || 80);
    this.buffer.reset();
    this.historyAt = this.shell.history.lines.length;
    this.edited = new Map();
    this.search = undefined;
    this.result = undefined;
    this.last = '';
    this.decoder = new KeyDecoder();
  }

  private *end(saved: Termios, bracketed: boolean): Sys<void> {
    this.terminal.termios = saved;
    this.out += bracketed ? '\x1b[?2004l\r' : '';
    if (this.result?.end === 'interrupt' || this.result?.end === 'eof') this.out += '\n';
    yield* this.flush();
  }

  private *loop(): Sys<void> {
    while (this.result === undefined) {
      const byte = yield* this.nextBytes();
      if (byte === 'interrupt') {
        this.show();
        this.out += '^C';
        this.result = { end: 'interrupt' };
      } else if (byte === 'hangup') this.result = { end: 'hangup' };
      else if (byte !== undefined) yield* this.takeBytes(byte);
    }
  }

  private *takeBytes(bytes: Uint8Array): Sys<void> {
    if (this.decoder.pasting) {
      const done = this.decoder.paste(bytes);
      if (done === undefined) return;
      this.ahead = done.rest;
      yield* this.handle(done.key);
      return;
    }
    for (let i = 0; i < bytes.length; i++) {
      const key = this.decoder.push(bytes[i] as number);
      if (this.decoder.pasting) {
        this.ahead = bytes.slice(i + 1);
        return;
      }
      if (key !== undefined) yield* this.handle(key);
      if (this.result !== undefined) {
        this.ahead = bytes.slice(i + 1);
        return;
      }
    }
  }

  /** The next bytes typed. What is to be shown is shown when nothing more waits: a burst of keys is drawn once. */
  private *nextBytes(): Sys<Uint8Array | 'interrupt' | 'hangup' | undefined> {
    const { shell } = this;
    if (this.ahead.length > 0) {
      const bytes = this.ahead;
      this.ahead = new Uint8Array(0);
      return bytes;
    }
    const file = shell.p.file(this.fd);
    if (file === undefined) return 'hangup';
    // One byte at a time: what follows Enter is for the command.
    const bytes = file.read(this.decoder.pasting ? 4096 : 1);
    if (!isError(bytes)) return bytes.length === 0 ? 'hangup' : bytes;
    if (bytes.errno !== 'EAGAIN') return 'hangup';
    this.show();
    yield* this.flush();
    try {
      yield* shell.p.wait([file.readable], undefined, 'readline');
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
      if (thrown.signal === 'SIGWINCH') this.resized();
      else if (thrown.signal === 'SIGINT') {
        shell.traps.note('SIGINT');
        return 'interrupt';
      } else if (thrown.signal === 'SIGHUP') return 'hangup';
      else shell.traps.note(thrown.signal);
      if (shell.traps.waiting) yield* this.runTraps();
    }
    return undefined;
  }

  private *runTraps(): Sys<void> {
    yield* this.shell.traps.runPending();
    this.out += this.display.again();
  }

  private resized(): void {
    this.show();
    this.out += this.display.resize(this.terminal.columns || 80);
    this.shell.windowSize(this.terminal);
  }

  private show(): void {
    if (this.result !== undefined) return;
    // A search has drawn itself.
    if (this.search !== undefined) return;
    this.out += this.display.update(this.buffer.text, this.buffer.cursor);
  }

  private *flush(): Sys<void> {
    if (this.out === '') return;
    const text = this.out;
    this.out = '';
    yield* this.shell.write(2, text);
  }

  private bell(): void {
    this.show();
    this.out += BELL;
  }

  private *handle(key: Key): Sys<void> {
    const before = this.last;
    this.last = key.kind === 'key' ? key.name : key.kind;
    if (this.quote) {
      this.quote = false;
      this.buffer.insert(key.kind === 'key' ? controlCharacter(key.name) : key.text);
      return;
    }
    if (this.search !== undefined && !(yield* this.searchKey(key))) return;
    if (key.kind !== 'key') {
      if (this.buffer.text.length + key.text.length > MAX_LINE) this.bell();
      else this.buffer.insert(key.text, key.kind === 'text');
      return;
    }
    yield* this.command(key.name, before);
    this.kills.joining = KILL_COMMANDS.has(key.name);
  }

  private *command(name: string, before: string): Sys<void> {
    const { buffer, kills } = this;
    const { text } = buffer;
    switch (name) {
      case 'Enter':
      case 'C-j':
        this.accept();
        return;
      case 'C-d':
        if (text === '') {
          this.result = { end: 'eof' };
          return;
        }
        if (editCommand('Delete', buffer, kills) === 'bell') this.bell();
        return;
      case 'C-y':
        this.yank();
        return;
      case 'M-y':
        if (this.yanked === undefined || (before !== 'C-y' && before !== 'M-y')) this.bell();
        else {
          kills.rotate();
          buffer.remove(this.yanked[0], this.yanked[1]);
          this.yank();
        }
        return;
      case 'C-l':
        this.show();
        this.out += this.display.redraw(true);
        return;
      case 'C-p':
      case 'Up':
        this.goHistory(this.historyAt - 1);
        return;
      case 'C-n':
      case 'Down':
        this.goHistory(this.historyAt + 1);
        return;
      case 'M-<':
        this.goHistory(0);
        return;
      case 'M->':
        this.goHistory(this.shell.history.lines.length);
        return;
      case 'C-r':
      case 'C-s':
        this.startSearch(name === 'C-s');
        return;
      case 'M-.':
      case 'M-_':
        this.insertLastArgument(before === 'M-.' || before === 'M-_');
        return;
      case 'M-r':
        buffer.set('');
        return;
      case 'M-#':
        buffer.set(`#${text}`);
        this.accept();
        return;
      case 'C-v':
      case 'C-q':
        this.quote = true;
        return;
      case 'C-g':
        this.bell();
        return;
      case 'Tab':
        yield* this.complete(before === 'Tab');
        return;
      default: {
        const done = editCommand(name, buffer, kills);
        if (done === 'bell' || (done === undefined && /^[MC]-/.test(name))) this.bell();
      }
    }
  }

  private accept(): void {
    this.show();
    this.out += `${this.display.finish()}\n`;
    this.result = { end: 'line', text: this.buffer.text };
  }

  private yank(): void {
    const text = this.kills.entries.at(-1);
    if (text === undefined) {
      this.bell();
      return;
    }
    const from = this.buffer.cursor;
    this.buffer.insert(text);
    this.yanked = [from, this.buffer.cursor];
  }

  private goHistory(to: number): void {
    const { lines } = this.shell.history;
    if (to < 0 || to > lines.length || to === this.historyAt) {
      this.bell();
      return;
    }
    this.edited.set(this.historyAt, this.buffer.text);
    this.historyAt = to;
    this.buffer.set(this.edited.get(to) ?? lines[to] ?? '');
  }

  private insertLastArgument(again: boolean): void {
    const { lines } = this.shell.history;
    if (again) this.buffer.undo();
    this.lastArgument = again ? this.lastArgument + 1 : 1;
    const line = lines.at(-this.lastArgument);
    const word = line?.match(/(?:[^\s"'\\]|\\.|"[^"]*"|'[^']*')+/g)?.at(-1);
    if (word === undefined) this.bell();
    else this.buffer.insert(word);
  }

  private startSearch(forward: boolean): void {
    const { buffer } = this;
    const state = new HistorySearch(this.shell.history, forward, this.historyAt);
    this.search = { state, text: buffer.text, cursor: buffer.cursor };
    this.show();
    this.drawSearch();
  }

  private drawSearch(): void {
    const { search } = this;
    if (search === undefined) return;
    const line = search.state.line ?? this.buffer.text;
    this.out += this.display.replacePrompt(search.state.prompt) + this.display.update(line, Math.min(search.state.offset, line.length));
  }

  /** A key during Ctrl-R; true if it ends the search and is to be obeyed as usual. */
  private *searchKey(key: Key): Sys<boolean> {
    const { search } = this;
    if (search === undefined) return true;
    const { state } = search;
    if (key.kind !== 'key') {
      if (!state.type(key.text)) this.bell();
      this.drawSearch();
      return false;
    }
    if (key.name === 'C-r' || key.name === 'C-s') {
      if (!state.again()) this.bell();
      this.drawSearch();
      return false;
    }
    if (key.name === 'Backspace') {
      state.erase(this.historyAt);
      this.drawSearch();
      return false;
    }
    this.search = undefined;
    this.out += this.display.replacePrompt(this.prompt.slice(this.prompt.lastIndexOf('\n') + 1));
    if (key.name === 'C-g') {
      this.buffer.set(search.text, search.cursor);
      this.bell();
      return false;
    }
    if (state.line !== undefined && state.pattern !== '') {
      this.buffer.set(state.line, state.offset);
      this.historyAt = state.index;
    }
    // Escape alone ends the search and nothing more.
    return key.name !== 'Unknown';
  }

  private *complete(again: boolean): Sys<void> {
    const result = yield* completeLine(this.shell, this.buffer.text, this.buffer.cursor, again, this.terminal.columns || 80);
    if (result.insert !== undefined) {
      const { from, to, text } = result.insert;
      const old = this.buffer.text;
      if (old.slice(from, to) !== text) this.buffer.set(old.slice(0, from) + text + old.slice(to), from + text.length);
    }
    if (result.bell) this.bell();
    if (result.list === undefined) return;
    this.show();
    const cursor = this.buffer.cursor;
    this.out += `${this.display.finish()}\n`;
    if (result.question !== undefined) {
      this.out += result.question;
      const yes = yield* this.answer();
      this.out += '\n';
      if (yes) this.out += result.list;
    } else this.out += result.list;
    this.out += this.display.again();
    this.buffer.cursor = cursor;
  }

  /** y or n. */
  private *answer(): Sys<boolean> {
    for (;;) {
      const bytes = yield* this.nextBytes();
      if (bytes === 'hangup' || bytes === 'interrupt') return false;
      for (const byte of bytes ?? []) {
        const c = String.fromCharCode(byte);
        if (c === 'y' || c === 'Y' || c === ' ') return true;
        if (c === 'n' || c === 'N' || byte === 0x7f || byte === 0x07) return false;
        this.bell();
      }
    }
  }
}

function controlCharacter(name: string): string {
  if (name === 'Enter') return '\r';
  if (name === 'Tab') return '\t';
  if (name === 'Backspace') return '\x7f';
  const match = /^C-(.)$/.exec(name);
  return match === null ? '' : String.fromCharCode((match[1] as string).toUpperCase().charCodeAt(0) & 0x1f);
}
