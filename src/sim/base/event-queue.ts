/** Names a scheduled event for {@link EventQueue.cancel}. Never 0, never used twice. */
export type TimerHandle = number;

/** How many events run between two calls of {@link EventQueue.onEvent}. */
const HOOK_EVERY = 4096;
const SLOT_SPACE = 2 ** 24; // a handle is generation × SLOT_SPACE + slot, below 2^53

/**
 * The world's clock and agenda, in integer nanoseconds of virtual time. Events at one time run in the order they
 * were scheduled. {@link EventQueue.soon} is a lane of its own for work "now", emptied before the clock moves or the
 * next timer fires, as softirqs run before the next interrupt's work.
 *
 * A heap of slot numbers over typed arrays keyed (time, sequence). Cancelling empties the slot and leaves the heap
 * entry, which is dropped when it comes up, or all at once when such entries outnumber the live ones.
 */
export class EventQueue {
  /** Called with {@link eventsRun} after every 4096 events, so that the world can {@link stop} a storm. */
  onEvent: ((count: number) => void) | undefined;

  #now = 0;
  #eventsRun = 0;
  #stopped = false;

  // By slot:
  #times = new Float64Array(256);
  #sequences = new Float64Array(256);
  #generations = new Uint32Array(256);
  #runs: ((() => void) | undefined)[] = [];
  #freeSlots: number[] = [];
  #slotCount = 0;

  #heap = new Uint32Array(256);
  #heapSize = 0;
  #cancelled = 0;
  #sequence = 0;

  // A ring: `#laneHead` is the next to run; the capacity is a power of two.
  #lane: ((() => void) | undefined)[] = new Array(64).fill(undefined);
  #laneHead = 0;
  #laneSize = 0;

  /** The virtual time, in nanoseconds since the world began. */
  get now(): number {
    return this.#now;
  }

  /** How many events have run so far. */
  get eventsRun(): number {
    return this.#eventsRun;
  }

  /** How many events wait, cancelled ones not counted. */
  get size(): number {
    return this.#heapSize - this.#cancelled + this.#laneSize;
  }

  /** Runs `run` after `delayNs`; a negative delay counts as 0, a fraction is rounded up. */
  schedule(delayNs: number, run: () => void): TimerHandle {
    return this.at(this.#now + delayNs, run);
  }

  /** Runs `run` at `timeNs`, or now if that has passed. */
  at(timeNs: number, run: () => void): TimerHandle {
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    this.#times[slot] = timeNs > this.#now ? Math.ceil(timeNs) : this.#now;
    this.#sequences[slot] = this.#sequence++;
    this.#runs[slot] = run;
    const generation = (this.#generations[slot] as number) + 1;
    this.#generations[slot] = generation;
    if (this.#heapSize === this.#heap.length) this.#heap = grown(this.#heap, Uint32Array);
    this.#siftUp(this.#heapSize++, slot);
    return generation * SLOT_SPACE + slot;
  }

  /** Takes an event back. One that has run, or was taken back before, is left alone. */
  cancel(handle: TimerHandle): void {
    const slot = handle % SLOT_SPACE;
    if (this.#generations[slot] !== Math.floor(handle / SLOT_SPACE) || this.#runs[slot] === undefined) return;
    this.#runs[slot] = undefined;
    this.#cancelled++;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heapSize) this.#compact();
  }

  /** Whether the event still waits to run. */
  pending(handle: TimerHandle): boolean {
    const slot = handle % SLOT_SPACE;
    return this.#generations[slot] === Math.floor(handle / SLOT_SPACE) && this.#runs[slot] !== undefined;
  }

  /** Runs `run` at this very time, after what already waits in the lane and before any timer. Allocates nothing. */
  soon(run: () => void): void {
    const lane = this.#lane;
    if (this.#laneSize === lane.length) this.#growLane();
    this.#lane[(this.#laneHead + this.#laneSize++) & (this.#lane.length - 1)] = run;
  }

  /** Runs the next event, moving the clock to its time. False when there is none. */
  runNext(): boolean {
    let run: (() => void) | undefined;
    if (this.#laneSize > 0) {
      run = this.#lane[this.#laneHead];
      this.#lane[this.#laneHead] = undefined;
      this.#laneHead = (this.#laneHead + 1) & (this.#lane.length - 1);
      this.#laneSize--;
    } else {
      this.#dropCancelled();
      if (this.#heapSize === 0) return false;
      const slot = this.#heap[0] as number;
      run = this.#runs[slot];
      this.#now = this.#times[slot] as number;
      this.#pop();
      this.#release(slot);
    }
    this.#eventsRun++;
    (run as () => void)();
    if (this.#eventsRun % HOOK_EVERY === 0) this.onEvent?.(this.#eventsRun);
    return true;
  }

  /** When the next event is due, or undefined when nothing waits. */
  nextTime(): number | undefined {
    if (this.#laneSize > 0) return this.#now;
    this.#dropCancelled();
    return this.#heapSize === 0 ? undefined : this.#times[this.#heap[0] as number];
  }

  /**
   * Runs everything due up to and including `timeNs`, then sets the clock to it. After {@link stop} it returns at
   * once and the clock stays at the last event.
   */
  runUntil(timeNs: number): void {
    this.#stopped = false;
    for (;;) {
      const next = this.nextTime();
      if (next === undefined || next > timeNs) break;
      this.runNext();
      if (this.#stopped) return;
    }
    if (timeNs > this.#now) this.#now = timeNs;
  }

  /** Makes the {@link runUntil} under way return after the present event; what waits keeps waiting. */
  stop(): void {
    this.#stopped = true;
  }

  #newSlot(): number {
    const slot = this.#slotCount++;
    if (slot === SLOT_SPACE) throw new RangeError('more than 2^24 events wait');
    if (slot === this.#times.length) {
      this.#times = grown(this.#times, Float64Array);
      this.#sequences = grown(this.#sequences, Float64Array);
      this.#generations = grown(this.#generations, Uint32Array);
    }
    this.#runs.push(undefined);
    return slot;
  }

  #release(slot: number): void {
    this.#runs[slot] = undefined;
    // A slot whose generations are used up is retired: its next handle would no longer fit 2^53.
    if ((this.#generations[slot] as number) < 2 ** 29 - 2) this.#freeSlots.push(slot);
  }

  #before(a: number, b: number): boolean {
    const ta = this.#times[a] as number;
    const tb = this.#times[b] as number;
    return ta < tb || (ta === tb && (this.#sequences[a] as number) < (this.#sequences[b] as number));
  }

  #siftUp(from: number, slot: number): void {
    const heap = this.#heap;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const other = heap[parent] as number;
      if (!this.#before(slot, other)) break;
      heap[i] = other;
      i = parent;
    }
    heap[i] = slot;
  }

  #siftDown(from: number, slot: number): void {
    const heap = this.#heap;
    const size = this.#heapSize;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      const other = heap[child] as number;
      if (!this.#before(other, slot)) break;
      heap[i] = other;
      i = child;
    }
    heap[i] = slot;
  }

  #pop(): void {
    const last = this.#heap[--this.#heapSize] as number;
    if (this.#heapSize > 0) this.#siftDown(0, last);
  }

  #dropCancelled(): void {
    while (this.#cancelled > 0 && this.#heapSize > 0) {
      const slot = this.#heap[0] as number;
      if (this.#runs[slot] !== undefined) return;
      this.#pop();
      this.#release(slot);
      this.#cancelled--;
    }
  }

  #compact(): void {
    const heap = this.#heap;
    let kept = 0;
    for (let i = 0; i < this.#heapSize; i++) {
      const slot = heap[i] as number;
      if (this.#runs[slot] === undefined) this.#release(slot);
      else heap[kept++] = slot;
    }
    this.#heapSize = kept;
    this.#cancelled = 0;
    for (let i = (kept >> 1) - 1; i >= 0; i--) this.#siftDown(i, heap[i] as number);
  }

  #growLane(): void {
    const old = this.#lane;
    const lane: ((() => void) | undefined)[] = new Array(old.length * 2).fill(undefined);
    for (let i = 0; i < this.#laneSize; i++) lane[i] = old[(this.#laneHead + i) & (old.length - 1)];
    this.#lane = lane;
    this.#laneHead = 0;
  }
}

function grown<T extends Float64Array | Uint32Array>(old: T, kind: new (length: number) => T): T {
  const next = new kind(old.length * 2);
  next.set(old);
  return next;
}
