import { isError } from '../../base/result.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import type { Terminal } from '../../machine/tty/terminal.ts';
import type { Termios } from '../../machine/tty/termios.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Key, KeyDecoder } from '../../shell/line-editor/keys.ts';

/** What a full-screen program may hear of: a key, a new size (or a return from a stop), Ctrl-C, the time given, or the end of the terminal. */
export type ScreenEvent = Key | 'redraw' | 'interrupt' | 'timeout' | 'end';

/** xterm's terminfo strings that full-screen programs use. */
export const TERM = {
  enter: '\x1b[?1049h\x1b[22;0;0t',
  leave: '\x1b[?1049l\x1b[23;0;0t',
  clear: '\x1b[H\x1b[2J',
  home: '\x1b[H',
  clearLine: '\x1b[K',
  clearBelow: '\x1b[J',
  reverse: '\x1b[7m',
  notReverse: '\x1b[27m',
  bold: '\x1b[1m',
  plain: '\x1b(B\x1b[m',
  hideCursor: '\x1b[?25l',
  showCursor: '\x1b[?12l\x1b[?25h',
} as const;

/** Moves the cursor; row and column count from 0. */
export function moveTo(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}

/** What a screen wants of its terminal. */
export interface ScreenOptions {
  /** The alternate screen, which leaves what was on the terminal as it was. */
  readonly alternate: boolean;
  /** The settings for the time the program has the terminal. */
  readonly termios: (base: Termios) => Termios;
}

/**
 * A terminal in the hands of a full-screen program: its own settings, keys one by one, SIGWINCH, stop and continue (the settings
 * are given back for that time). Ctrl-C and SIGTERM are told as events.
 */
export class FullScreen {
  readonly terminal: Terminal;
  private readonly p: Process;
  private readonly fd: number;
  private readonly options: ScreenOptions;
  private readonly base: Termios;
  private readonly decoder = new KeyDecoder();
  private readonly keys: Key[] = [];

  constructor(p: Process, fd: number, terminal: Terminal, options: ScreenOptions) {
    this.p = p;
    this.fd = fd;
    this.terminal = terminal;
    this.options = options;
    this.base = terminal.termios;
  }

  get columns(): number {
    return this.terminal.columns || 80;
  }

  get rows(): number {
    return this.terminal.rows || 24;
  }

  *enter(): Sys<void> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGTSTP', 'SIGWINCH'] as const) this.p.catchSignal(signal);
    yield* this.p.setTermios(this.fd, this.options.termios(this.base), 'drain');
    if (this.options.alternate) yield* this.write(TERM.enter);
  }

  *leave(): Sys<void> {
    if (this.options.alternate) yield* this.write(TERM.leave);
    yield* this.p.setTermios(this.fd, this.base, 'drain');
  }

  /** Puts text on the terminal, whatever standard output is. */
  *write(text: string): Sys<void> {
    yield* this.p.write(this.fd, encodeText(text));
  }

  /** A turn for others in long work. */
  *breathe(): Sys<void> {
    yield* this.p.turn();
  }

  /** Whether a key is there already. */
  get hasKey(): boolean {
    return this.keys.length > 0 || this.terminal.canRead();
  }

  /** The next thing that happens, at the latest `untilNs`. */
  *next(untilNs?: number): Sys<ScreenEvent> {
    for (;;) {
      const key = this.keys.shift();
      if (key !== undefined) return key;
      try {
        if (!this.terminal.canRead()) {
          if (untilNs !== undefined && this.p.nowNs >= untilNs) return 'timeout';
          yield* this.p.wait([this.terminal.readable], untilNs, 'key');
          continue;
        }
        const data = yield* this.p.read(this.fd, 1024);
        if (isError(data) || data.length === 0) return 'end';
        this.take(data);
      } catch (thrown) {
        return yield* this.interrupted(thrown);
      }
    }
  }

  /** What a caught signal means: the event; a stop is gone through here. Anything else that was thrown goes on. */
  *interrupted(thrown: unknown): Sys<ScreenEvent> {
    if (!(thrown instanceof Interrupted)) throw thrown;
    if (thrown.signal === 'SIGINT') return 'interrupt';
    if (thrown.signal === 'SIGTERM') return 'end';
    if (thrown.signal === 'SIGTSTP') {
      yield* this.leave();
      this.p.defaultSignal('SIGTSTP');
      this.p.kill(0, 'SIGTSTP');
      yield* this.p.turn();
      yield* this.enter();
    }
    return 'redraw';
  }

  private take(data: Uint8Array): void {
    let rest = data;
    while (rest.length > 0) {
      if (this.decoder.pasting) {
        const paste = this.decoder.paste(rest);
        if (paste === undefined) return;
        this.keys.push(paste.key);
        rest = paste.rest;
        continue;
      }
      const key = this.decoder.push(rest[0] as number);
      if (key !== undefined) this.keys.push(key);
      rest = rest.subarray(1);
    }
  }
}

/** Settings for keys one by one and unechoed, Ctrl-C and Ctrl-Z still signals (curses' cbreak and noecho). */
export function keyTermios(base: Termios): Termios {
  return { ...base, icanon: false, echo: false, icrnl: false, cc: { ...base.cc, min: 1 } };
}

/** The name of a key: the character, or as {@link KeyDecoder} calls it. */
export function keyName(key: Key): string {
  return key.kind === 'key' ? key.name : key.text;
}
