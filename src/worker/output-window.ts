/** Bytes on their way to the page before the world waits for it. */
const WINDOW_BYTES = 256 * 1024;
/** Shortest time between two messages with output: a frame of the screen. */
const FLUSH_MS = 16;
/** Of what a replay prints, the end that is worth showing. */
const REPLAY_BYTES = 128 * 1024;
const FIRST_CAPACITY = 1024;

/** Bytes that grow at their end: programs print in many small pieces. */
class Collected {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  length = 0;

  add(data: Uint8Array): void {
    const length = this.length + data.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(data, this.length);
    this.length = length;
  }

  /** The last bytes, from the beginning of a line; none of the others. */
  keepEnd(most: number): void {
    if (this.length <= most) return;
    const from = this.#bytes.subarray(0, this.length).indexOf(0x0a, this.length - most) + 1;
    this.#bytes.copyWithin(0, from, this.length);
    this.length -= from;
  }

  /** A copy, in a buffer of its own that can be given away. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/** Collects what terminals print and sends it in few messages, never more than the page keeps up with. */
export class OutputWindow {
  readonly #send: (terminal: number, data: Uint8Array) => void;
  readonly #released: () => void;
  readonly #pending = new Map<number, Collected>();
  #inFlight = 0;
  #waiting = 0;
  #flushedAt = Number.NEGATIVE_INFINITY;
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
    let collected = this.#pending.get(terminal);
    if (!collected) {
      collected = new Collected();
      this.#pending.set(terminal, collected);
    }
    collected.add(data);
    this.#waiting += data.length;
  }

  /** Sends what there is, unless something was sent a moment ago: then a little later. */
  flush(): void {
    if (this.#waiting === 0 || this.#timer !== undefined) return;
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
    for (const collected of this.#pending.values()) {
      this.#waiting -= collected.length;
      collected.keepEnd(REPLAY_BYTES);
      this.#waiting += collected.length;
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
    this.#waiting = 0;
  }

  #flushNow(): void {
    this.#flushedAt = performance.now();
    for (const [terminal, collected] of this.#pending) {
      if (collected.length === 0) continue;
      const data = collected.take();
      this.#inFlight += data.length;
      this.#send(terminal, data);
    }
    this.#waiting = 0;
  }
}
