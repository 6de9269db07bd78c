/**
 * A pseudo-terminal seen from outside (the master side): keys go in, bytes to show come out. The line discipline between them
 * does echo, canonical mode, ^C ^Z ^\ ^D ^U ^W ^R ^V ^S/^Q and CR/NL translation, as n_tty does.
 */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** Keys typed or pasted, as a terminal emulator sends them (UTF-8; ^C is 0x03, Enter is 0x0d). */
  input(data: Uint8Array): void;
  /** Bytes to show, as they come. The listener must take them; the terminal holds a program back while `pause` is on. */
  onOutput: ((data: Uint8Array) => void) | undefined;
  /** Back-pressure from the page: writers wait while paused. */
  pause(on: boolean): void;
  /** New size; the foreground group gets SIGWINCH. */
  resize(columns: number, rows: number): void;
  /** Hangs up: the session gets SIGHUP. */
  hangUp(): void;
}
