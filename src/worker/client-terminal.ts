/** Something that shows a terminal's bytes: xterm, when it has been loaded. */
export interface TerminalSink {
  /** Calls back when the bytes are shown. */
  write(data: Uint8Array, shown: () => void): void;
  /** Everything starts over. */
  clear(): void;
}

/** Between a terminal in the worker and what shows it: keeps the bytes until somebody does. */
export class TerminalStream {
  readonly #acknowledge: (bytes: number) => void;
  #sink: TerminalSink | undefined;
  #waiting: Uint8Array[] = [];

  constructor(acknowledge: (bytes: number) => void) {
    this.#acknowledge = acknowledge;
  }

  write(data: Uint8Array): void {
    if (this.#sink) this.#sink.write(data, () => this.#acknowledge(data.length));
    else this.#waiting.push(data);
  }

  clear(): void {
    this.#waiting = [];
    this.#sink?.clear();
  }

  /** Shows what has come so far and all that comes, until the returned function is called. */
  attach(sink: TerminalSink): () => void {
    this.#sink = sink;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const data of waiting) this.write(data);
    return () => {
      if (this.#sink === sink) this.#sink = undefined;
    };
  }
}
