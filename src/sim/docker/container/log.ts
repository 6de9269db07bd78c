import { WaitQueue } from '../../base/wait-queue.ts';

export type StreamName = 'stdout' | 'stderr';

/** What a container wrote: a line, or what there was of one when its stream ended. */
export interface LogEntry {
  readonly stream: StreamName;
  readonly timeMs: number;
  readonly timeNs: number;
  readonly data: Uint8Array;
}

/** Beyond this a container's oldest lines go. The real json-file driver keeps all; a page has to end somewhere. */
const LIMIT_BYTES = 4 << 20;
const NEWLINE = 10;

/** Everything a container has printed, line by line (the json-file driver). */
export class ContainerLog {
  readonly #entries: LogEntry[] = [];
  readonly #partial = new Map<StreamName, Uint8Array>();
  #bytes = 0;
  /** How many entries were thrown away. */
  #forgotten = 0;
  /** There is more to read. */
  readonly grown = new WaitQueue();

  append(stream: StreamName, data: Uint8Array, nowNs: number, nowMs: number): void {
    let rest = data;
    const before = this.#partial.get(stream);
    if (before !== undefined) {
      rest = new Uint8Array(before.length + data.length);
      rest.set(before);
      rest.set(data, before.length);
      this.#partial.delete(stream);
    }
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#push({ stream, timeMs: nowMs, timeNs: nowNs, data: rest.slice(0, end + 1) });
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) this.#partial.set(stream, rest.slice());
    this.grown.wake();
  }

  /** The process has ended: what has no newline is a line as well. */
  finish(nowNs: number, nowMs: number): void {
    for (const [stream, data] of this.#partial) this.#push({ stream, timeMs: nowMs, timeNs: nowNs, data });
    this.#partial.clear();
    this.grown.wake();
  }

  /** How many entries there have ever been: where a reader that wants only new ones begins. */
  get end(): number {
    return this.#forgotten + this.#entries.length;
  }

  /** Entries from a position on. */
  from(position: number): readonly LogEntry[] {
    return this.#entries.slice(Math.max(0, position - this.#forgotten));
  }

  #push(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.data.length;
    while (this.#bytes > LIMIT_BYTES) {
      this.#bytes -= (this.#entries.shift() as LogEntry).data.length;
      this.#forgotten++;
    }
  }
}
