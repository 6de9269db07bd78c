import { fail, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { FileStat } from '../file-system.ts';
import { OpenBase } from '../open-file.ts';
import type { Pid } from '../pid.ts';
import type { Session } from '../session.ts';
import type { Signal } from '../signal.ts';
import { LineDiscipline } from './line-discipline.ts';
import type { Termios } from './termios.ts';

/** How much of a write(2) goes out at once, so that a listener that pauses in between is soon heard. */
const WRITE_SIZE = 4_096;

/**
 * A pseudo-terminal seen from outside (the master side): keys go in, bytes to show come out. The line discipline between them
 * does echo, canonical mode, ^C ^Z ^\ ^D ^U ^W ^R ^V ^S/^Q and CR/NL translation, as n_tty does.
 */
export class Terminal {
  /** N of /dev/pts/N. */
  readonly index: number;
  /** Whose /dev/pts/N is, and who may what. */
  owner: { readonly uid: number; readonly gid: number; readonly mode: number } = { uid: 0, gid: 0, mode: 0o620 };
  /** Number of the devpts it is in. */
  dev = 0;
  openedMs = 0;
  /** Bytes to show, as they come. The listener must take them; the terminal holds a program back while `pause` is on. */
  onOutput: ((data: Uint8Array) => void) | undefined;
  /** The session has ended (the shell was left) or the terminal was hung up. */
  onHangUp: (() => void) | undefined;
  /** The machine's own part of that: the device goes. */
  whenGone: (() => void) | undefined;
  /** The session whose controlling terminal this is. */
  session: Session | undefined;
  /** The group that may read and that gets the keyboard's signals. */
  foreground: Pid | undefined;

  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  readonly #signalGroup: (group: Pid, signal: Signal) => void;
  readonly #ldisc: LineDiscipline;
  #columns: number;
  #rows: number;
  #paused = false;
  #hungUp = false;
  /** Echo of the keys being taken in, to go out in one piece. */
  #echo: number[] = [];
  /** What was echoed while output is held; programs' writes wait meanwhile. */
  #output: Uint8Array[] = [];
  /** Keys for which the input buffer has no room yet: a paste that a program reads slowly. */
  #backlog: Uint8Array[] = [];

  constructor(index: number, columns: number, rows: number, signalGroup: (group: Pid, signal: Signal) => void) {
    this.index = index;
    this.#columns = columns;
    this.#rows = rows;
    this.#signalGroup = signalGroup;
    this.#ldisc = new LineDiscipline({
      echo: (bytes) => this.#echo.push(...bytes),
      signal: (signal) => this.#signalForeground(signal),
      flow: () => this.#drain(),
      discardOutput: () => this.#discardOutput(),
      readable: () => this.readable.wake(),
    });
  }

  /** /dev/pts/N. */
  get path(): string {
    return `/dev/pts/${this.index}`;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  get hungUp(): boolean {
    return this.#hungUp;
  }

  get termios(): Termios {
    return this.#ldisc.termios;
  }

  /** As tcsetattr with TCSANOW; programs go through {@link Process.setTermios}, which knows of background groups. */
  set termios(termios: Termios) {
    this.#ldisc.termios = termios;
    this.#feed();
  }

  /** Keys typed or pasted, as a terminal emulator sends them (UTF-8; ^C is 0x03, Enter is 0x0d). */
  input(data: Uint8Array): void {
    if (this.#hungUp) return;
    // ^C must work while a paste waits for a program that does not read. It would discard all that was typed before it anyway.
    const urgent = this.#backlog.length > 0 ? this.#lastSignalKey(data) : -1;
    if (urgent >= 0) this.#backlog = [];
    this.#backlog.push(urgent >= 0 ? data.slice(urgent) : data.slice());
    if (urgent >= 0) this.#ldisc.discardInput();
    this.#feed();
  }

  /** Back-pressure from the page: writers wait while paused. */
  pause(on: boolean): void {
    this.#paused = on;
    if (!on) this.#drain();
  }

  /** New size; the foreground group gets SIGWINCH. */
  resize(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    this.#signalForeground('SIGWINCH');
  }

  /** Hangs up: the session gets SIGHUP. From then on reads find the end and writes fail (EIO). */
  hangUp(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#backlog = [];
    this.session?.hangUp();
    this.readable.wake();
    this.writable.wake();
    this.whenGone?.();
    this.onHangUp?.();
  }

  /** Waiting input is thrown away (tcflush). */
  discardInput(): void {
    this.#backlog = [];
    this.#ldisc.discardInput();
  }

  /** Whether all output has been shown (tcdrain). */
  get drained(): boolean {
    return this.#output.length === 0;
  }

  /** A program's read: EAGAIN while there is nothing, empty at end of file. */
  read(max: number): Uint8Array | KernelError {
    if (this.#hungUp) return new Uint8Array(0);
    const data = this.#ldisc.read(max);
    if (data === undefined) return fail('EAGAIN');
    if (this.#backlog.length > 0) this.#feed();
    // What is left is for the next who waits.
    if (this.#ldisc.canRead()) this.readable.wake();
    return data;
  }

  /** A program's write: takes a part, EAGAIN while paused or stopped by ^S. */
  write(data: Uint8Array): number | KernelError {
    if (this.#hungUp) return fail('EIO');
    if (data.length === 0) return 0;
    if (!this.canWrite()) return fail('EAGAIN');
    const part = data.length > WRITE_SIZE ? data.subarray(0, WRITE_SIZE) : data;
    this.#emit(this.#ldisc.process(part));
    return part.length;
  }

  canRead(): boolean {
    return this.#hungUp || this.#ldisc.canRead();
  }

  canWrite(): boolean {
    return this.#hungUp || !this.#held;
  }

  /** What stat says of /dev/pts/N. */
  stat(): FileStat {
    const { index, owner, dev, openedMs } = this;
    return { kind: 'chardev', inode: index + 3, dev, ...owner, nlink: 1, size: 0, mtimeMs: openedMs, rdev: [136, index] };
  }

  /** A descriptor on this terminal, for /dev/pts/N and /dev/tty. */
  open(): TerminalFile {
    return new TerminalFile(this);
  }

  #signalForeground(signal: Signal): void {
    if (this.foreground !== undefined) this.#signalGroup(this.foreground, signal);
  }

  get #held(): boolean {
    return this.#paused || this.#ldisc.stopped;
  }

  #lastSignalKey(data: Uint8Array): number {
    const { isig, cc } = this.termios;
    if (!isig) return -1;
    return data.findLastIndex((byte) => byte !== 0 && (byte === cc.intr || byte === cc.quit));
  }

  #feed(): void {
    for (let chunk = this.#backlog.shift(); chunk !== undefined; chunk = this.#backlog.shift()) {
      let at = 0;
      while (at < chunk.length && this.#ldisc.room > 0) this.#ldisc.input(chunk[at++] as number);
      this.#showEcho();
      if (at < chunk.length) {
        this.#backlog.unshift(chunk.subarray(at));
        return;
      }
    }
  }

  #showEcho(): void {
    const echo = Uint8Array.from(this.#echo);
    this.#echo = [];
    this.#emit(echo);
  }

  #emit(data: Uint8Array): void {
    if (data.length === 0) return;
    if (!this.#held && this.#output.length === 0) {
      this.onOutput?.(data);
      return;
    }
    this.#output.push(data.slice());
  }

  #drain(): void {
    while (!this.#held && this.#output.length > 0) {
      const data = this.#output.shift() as Uint8Array;
      this.onOutput?.(data);
    }
    if (this.canWrite()) this.writable.wake();
  }

  #discardOutput(): void {
    this.#showEcho();
    this.#output = [];
    this.writable.wake();
  }
}

/** The slave side: a descriptor that a program has on a terminal. */
export class TerminalFile extends OpenBase {
  readonly kind = 'tty';
  readonly terminal: Terminal;
  override readonly readable: WaitQueue;
  override readonly writable: WaitQueue;

  constructor(terminal: Terminal) {
    super();
    this.terminal = terminal;
    this.readable = terminal.readable;
    this.writable = terminal.writable;
  }

  get description(): string {
    return this.terminal.path;
  }

  override read(max: number): Uint8Array | KernelError {
    return this.terminal.read(max);
  }

  override write(data: Uint8Array): number | KernelError {
    return this.terminal.write(data);
  }

  override canRead(): boolean {
    return this.terminal.canRead();
  }

  override canWrite(): boolean {
    return this.terminal.canWrite();
  }

  seek(): KernelError {
    return fail('ESPIPE');
  }

  stat(): FileStat {
    return this.terminal.stat();
  }
}
