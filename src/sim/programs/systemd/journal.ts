import { WaitQueue } from '../../base/wait-queue.ts';
import type { Machine } from '../../machine/machine.ts';

/** One line of the journal. */
export interface JournalEntry {
  readonly timeMs: number;
  readonly unit: string;
  /** The program's name, and its process number. */
  readonly identifier: string;
  readonly pid: number;
  readonly message: string;
}

/** More than this journald would have rotated away. */
const MOST_ENTRIES = 10_000;

/** What systemd-journald has gathered on one machine since it booted. */
export class Journal {
  readonly changed = new WaitQueue();
  readonly #machine: Machine;
  #entries: JournalEntry[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  add(unit: string, identifier: string, pid: number, message: string): void {
    this.#entries.push({ timeMs: this.#machine.wallClockMs, unit, identifier, pid, message });
    if (this.#entries.length > MOST_ENTRIES) this.#entries = this.#entries.slice(-MOST_ENTRIES / 2);
    this.changed.wake();
  }
}
