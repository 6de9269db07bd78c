import { concat } from '../sim/base/bytes.ts';

/** Bytes on their way to the page before the world waits for it. */
const WINDOW_BYTES = 256 * 1024;
/** Shortest time between two messages with output: a frame of the screen. */
const FLUSH_MS = 16;
/** Of what a replay prints, the end that is worth showing. */
const REPLAY_BYTES = 128 * 1024;

/** Collects what terminals print and sends it in few messages, never more than the page keeps up with. */
export class OutputWindow {
  readonly #send: (terminal: number, data: Uint8Array) => void;
  readonly #released: () => void;
  readonly #pending = new Map<number, Uint8Array[]>();
  #inFlight = 0;
  #waiting = 0;
  #flushedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (terminal: number, data: Uint8Array) => void, released: () => void) {
    this.#send = send;
    this.#released = released;
  }

  /** Whether as much is under way as may be. */
  get full(): boolean {
    return this.#inFlight + this.#waiting >= WINDOW_BYTES;
  }

  add(terminal: number, data: Uint8Array): void {
    const chunks = this.#pending.get(terminal);
    // The simulator may reuse the buffer.
    if (chunks) chunks.push(data.slice());
    else this.#pending.set(terminal, [data.slice()]);
    this.#waiting += data.length;
  }

  /** Sends what there is, unless something was sent a moment ago: then a little later. */
  flush(): void {
    if (this.#pending.size === 0 || this.#timer !== undefined) return;
    const due = this.#flushedAt + FLUSH_MS - performance.now();
    if (due <= 0) this.#flushNow();
    else
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#flushNow();
      }, due);
  }

  /** Keeps only the end of what waits: after a replay, whose output scrolls by anyway. */
  trim(): void {
    for (const [terminal, chunks] of this.#pending) {
      const all = concat(...chunks);
      if (all.length <= REPLAY_BYTES) continue;
      const from = all.indexOf(0x0a, all.length - REPLAY_BYTES) + 1;
      this.#pending.set(terminal, [all.subarray(from)]);
      this.#waiting -= from;
    }
  }

  acknowledge(bytes: number): void {
    const wasFull = this.full;
    this.#inFlight = Math.max(0, this.#inFlight - bytes);
    if (wasFull && !this.full) this.#released();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #flushNow(): void {
    this.#flushedAt = performance.now();
    for (const [terminal, chunks] of this.#pending) {
      const data = chunks.length === 1 ? (chunks[0] as Uint8Array) : concat(...chunks);
      this.#inFlight += data.length;
      this.#send(terminal, data);
    }
    this.#pending.clear();
    this.#waiting = 0;
  }
}
