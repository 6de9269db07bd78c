import { SANE_TERMIOS, type Termios } from './termios.ts';

/** Size of the input buffer, and so the longest line that canonical mode takes (N_TTY_BUF_SIZE). */
const BUFFER_SIZE = 4096;
const MASK = BUFFER_SIZE - 1;

const BS = 0x08;
const TAB = 0x09;
const NL = 0x0a;
const CR = 0x0d;

/** What a line discipline asks of the terminal it belongs to. */
export interface LineDisciplineHost {
  /** Echoed bytes, ready to be shown. */
  echo(bytes: readonly number[]): unknown;
  /** A key stands for a signal to the foreground group. */
  signal(signal: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP'): void;
  /** ^S and ^Q. */
  flow(stopped: boolean): void;
  /** Output not shown yet is thrown away, as with ^C. */
  discardOutput(): void;
  readable(): void;
}

/**
 * What lies between a terminal's keys and a program's read(2) and write(2) (drivers/tty/n_tty.c): echo, editing of a line in canonical mode,
 * keys that are signals, CR/NL translation. Knows nothing of processes or time.
 *
 * The input buffer is a ring over ever-growing positions. In canonical mode what lies before `#canonHead` are finished lines, each
 * ending at a byte marked in `#lineEnd`; an end of file (^D) is such a mark on a NUL that is not handed out.
 */
export class LineDiscipline {
  readonly #host: LineDisciplineHost;
  #termios: Termios = SANE_TERMIOS;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  readonly #lineEnd = new Uint8Array(BUFFER_SIZE);
  #tail = 0;
  #canonHead = 0;
  #head = 0;
  /** Cursor column where output stands, and where the line being typed began: for erasing a tab. */
  #column = 0;
  #canonColumn = 0;
  #literalNext = false;
  #stopped = false;

  constructor(host: LineDisciplineHost) {
    this.#host = host;
  }

  get termios(): Termios {
    return this.#termios;
  }

  /** Settings take effect at once. Leaving canonical mode makes an unfinished line readable; entering it ends one there (n_tty_set_termios). */
  set termios(termios: Termios) {
    const old = this.#termios;
    this.#termios = termios;
    if (old.icanon !== termios.icanon) {
      this.#lineEnd.fill(0);
      this.#canonHead = this.#head;
      if (termios.icanon && this.#head > this.#tail) this.#lineEnd[(this.#head - 1) & MASK] = 2;
      if (this.canRead()) this.#host.readable();
    }
    if (this.#stopped && !termios.ixon) this.#flow(false);
  }

  /** Whether output is held by ^S. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Bytes that fit before input must wait. A canonical line that fills the buffer takes more and drops it (n_tty_receive_buf_common). */
  get room(): number {
    const room = BUFFER_SIZE - 1 - (this.#head - this.#tail);
    if (room > 0) return room;
    return this.#termios.icanon && this.#canonHead === this.#tail ? 1 : 0;
  }

  canRead(): boolean {
    return this.#termios.icanon ? this.#canonHead > this.#tail : this.#head - this.#tail >= Math.max(1, this.#termios.cc.min);
  }

  /** tcflush(TCIFLUSH). */
  discardInput(): void {
    this.#tail = this.#canonHead = this.#head;
    this.#lineEnd.fill(0);
  }

  /** Up to a line in canonical mode, else what there is; undefined if that is nothing yet; an empty array is end of file. */
  read(max: number): Uint8Array | undefined {
    if (!this.canRead()) return this.#termios.icanon || this.#termios.cc.min > 0 ? undefined : new Uint8Array(0);
    if (!this.#termios.icanon) {
      const out = this.#copy(this.#tail, Math.min(this.#head, this.#tail + max));
      this.#tail += out.length;
      this.#canonHead = this.#tail;
      return out;
    }
    let end = this.#tail;
    const limit = Math.min(this.#canonHead, this.#tail + max);
    while (end < limit && this.#lineEnd[end & MASK] === 0) end++;
    // One more look beyond the limit: an end of file right after a full read belongs to it (canon_copy_from_read_buf).
    const mark = end < this.#canonHead ? this.#lineEnd[end & MASK] : 0;
    const isEof = mark === 1 && this.#buffer[end & MASK] === 0;
    const out = this.#copy(this.#tail, isEof || end === limit ? end : end + 1);
    this.#tail = isEof ? end + 1 : this.#tail + out.length;
    if (isEof) this.#lineEnd[end & MASK] = 0;
    else if (out.length > 0) this.#lineEnd[(this.#tail - 1) & MASK] = 0;
    return out;
  }

  /** A program's output as the terminal is to get it (do_output_char); always a copy, since the program may use its buffer again. */
  process(data: Uint8Array): Uint8Array {
    const t = this.#termios;
    if (!t.opost) return data.slice();
    let newlines = 0;
    for (const byte of data) if (byte === NL) newlines++;
    if (t.onlcr && !t.ocrnl && !t.onocr) {
      const out = new Uint8Array(data.length + newlines);
      let n = 0;
      for (const byte of data) {
        if (byte === NL) out[n++] = CR;
        out[n++] = byte;
        this.#advance(byte);
      }
      return out;
    }
    const out: number[] = [];
    for (const byte of data) this.#output(byte, out);
    return Uint8Array.from(out);
  }

  /** A byte from the terminal: a key, or part of one. */
  input(key: number): void {
    const t = this.#termios;
    const c = t.cc;
    let byte = t.istrip ? key & 0x7f : key;
    if (this.#literalNext) {
      this.#literalNext = false;
      this.#put(byte, false);
      return;
    }
    if (t.ixon && is(byte, c.stop) && !is(byte, c.start)) {
      this.#flow(true);
      return;
    }
    if (t.ixon && is(byte, c.start)) {
      this.#flow(false);
      return;
    }
    if (t.isig && (is(byte, c.intr) || is(byte, c.quit) || is(byte, c.susp))) {
      this.#signal(byte);
      return;
    }
    if (this.#stopped && t.ixany) this.#flow(false);
    if (byte === CR) {
      if (t.igncr) return;
      if (t.icrnl) byte = NL;
    } else if (byte === NL && t.inlcr) byte = CR;
    if (t.icanon && this.#edit(byte)) return;
    this.#put(byte, t.icanon && (byte === NL || is(byte, c.eol) || (t.iexten && is(byte, c.eol2))));
  }

  #signal(byte: number): void {
    const { cc, noflsh, echo } = this.#termios;
    if (!noflsh) {
      this.discardInput();
      this.#host.discardOutput();
    }
    if (this.#stopped) this.#flow(false);
    if (echo) this.#echo(byte);
    this.#host.signal(byte === cc.intr ? 'SIGINT' : byte === cc.quit ? 'SIGQUIT' : 'SIGTSTP');
  }

  /** Canonical mode's own keys; false for all others. */
  #edit(byte: number): boolean {
    const { cc, iexten, echo, echoctl } = this.#termios;
    if (is(byte, cc.erase)) this.#erase('erase');
    else if (is(byte, cc.kill)) this.#erase('kill');
    else if (iexten && is(byte, cc.werase)) this.#erase('werase');
    else if (iexten && is(byte, cc.lnext)) {
      this.#literalNext = true;
      if (echo && echoctl) this.#host.echo([0x5e, BS]);
    } else if (iexten && echo && is(byte, cc.rprnt)) {
      this.#echo(cc.rprnt);
      this.#echo(NL);
      for (let at = this.#canonHead; at < this.#head; at++) this.#echo(this.#buffer[at & MASK] as number);
    } else if (is(byte, cc.eof)) {
      this.#store(0);
      this.#finishLine();
    } else return false;
    return true;
  }

  #put(byte: number, endsLine: boolean): void {
    const t = this.#termios;
    if (t.echo || (t.echonl && endsLine && byte === NL)) {
      if (this.#head === this.#canonHead) this.#canonColumn = this.#column;
      this.#echo(byte);
    }
    // What is typed beyond the longest line is echoed and lost; its end still ends it.
    if (endsLine || this.#head - this.#tail < BUFFER_SIZE - 1) this.#store(byte);
    if (endsLine) this.#finishLine();
    else if (!t.icanon && this.canRead()) this.#host.readable();
  }

  #store(byte: number): void {
    this.#buffer[this.#head & MASK] = byte;
    this.#lineEnd[this.#head & MASK] = 0;
    this.#head++;
  }

  #finishLine(): void {
    this.#lineEnd[(this.#head - 1) & MASK] = 1;
    this.#canonHead = this.#head;
    this.#host.readable();
  }

  #erase(what: 'erase' | 'kill' | 'werase'): void {
    const t = this.#termios;
    if (this.#head === this.#canonHead) return;
    if (what === 'kill' && (!t.echo || !t.echok || !t.echoke || !t.echoe)) {
      this.#head = this.#canonHead;
      if (t.echo) {
        this.#echo(t.cc.kill);
        if (t.echok) this.#echo(NL);
      }
      return;
    }
    let seenWord = false;
    while (this.#head > this.#canonHead) {
      let start = this.#head - 1;
      while (t.iutf8 && start > this.#canonHead && isContinuation(this.#buffer[start & MASK] as number)) start--;
      const byte = this.#buffer[start & MASK] as number;
      if (what === 'werase') {
        if (isWordByte(byte)) seenWord = true;
        else if (seenWord) break;
      }
      this.#head = start;
      if (t.echo) this.#echoErase(byte);
      if (what === 'erase') break;
    }
  }

  #echoErase(byte: number): void {
    const t = this.#termios;
    if (!t.echoe) this.#echo(t.cc.erase);
    else if (byte === TAB) {
      const back = this.#tabWidth();
      this.#column = Math.max(0, this.#column - back);
      this.#host.echo(new Array(back).fill(BS));
    } else if (!isControl(byte)) this.#wipe(1);
    else if (t.echoctl) this.#wipe(2);
  }

  /** How far the tab that was just erased had moved the cursor: the line before it is gone through again. */
  #tabWidth(): number {
    let column = this.#canonColumn;
    for (let at = this.#canonHead; at < this.#head; at++) {
      const byte = this.#buffer[at & MASK] as number;
      if (byte === TAB) column = (column | 7) + 1;
      else if (isControl(byte)) column += this.#termios.echoctl ? 2 : 0;
      else if (!this.#termios.iutf8 || !isContinuation(byte)) column++;
    }
    return 8 - (column & 7);
  }

  #wipe(columns: number): void {
    const out: number[] = [];
    for (let i = 0; i < columns; i++) out.push(BS, 0x20, BS);
    this.#column = Math.max(0, this.#column - columns);
    this.#host.echo(out);
  }

  #echo(byte: number): void {
    if (this.#termios.echoctl && isControl(byte) && byte !== TAB && byte !== NL) {
      this.#column += 2;
      this.#host.echo([0x5e, byte ^ 0x40]);
      return;
    }
    const out: number[] = [];
    if (this.#termios.opost) this.#output(byte, out);
    else out.push(byte);
    this.#host.echo(out);
  }

  #output(byte: number, out: number[]): void {
    const t = this.#termios;
    if (byte === NL && t.onlcr) out.push(CR, NL);
    else if (byte === CR && t.onocr && this.#column === 0) return;
    else out.push(byte === CR && t.ocrnl ? NL : byte);
    this.#advance(byte);
  }

  #advance(byte: number): void {
    if (byte >= 0x20 && byte !== 0x7f) {
      if (!this.#termios.iutf8 || !isContinuation(byte)) this.#column++;
    } else if (byte === CR || (byte === NL && (this.#termios.onlcr || this.#termios.onlret))) this.#column = 0;
    else if (byte === TAB) this.#column = (this.#column | 7) + 1;
    else if (byte === BS && this.#column > 0) this.#column--;
  }

  #flow(stopped: boolean): void {
    if (this.#stopped === stopped) return;
    this.#stopped = stopped;
    this.#host.flow(stopped);
  }

  #copy(from: number, to: number): Uint8Array {
    const out = new Uint8Array(to - from);
    for (let at = from; at < to; at++) out[at - from] = this.#buffer[at & MASK] as number;
    return out;
  }
}

/** Whether a byte is this special character; 0 is "none" (_POSIX_VDISABLE). */
function is(byte: number, special: number): boolean {
  return byte === special && special !== 0;
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** isalnum or '_', and every byte of a character beyond ASCII. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || byte >= 0x80
  );
}
