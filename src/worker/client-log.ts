import type { InputEntry } from '../sim/lab/session.ts';
import { decodeHistory, decodeLog, encodeEntry, encodeHistory } from './client-log-text.ts';
import type { LearnerStorage } from './client-storage.ts';
import { type History, NO_HISTORY } from './history.ts';

/** A log longer than this (in characters as kept) is not kept any more. */
const LIMIT = 500_000;
const WRITE_AFTER_MS = 400;

/** Where logs are kept: this and the lab's name. */
export const LOG_KEY = 'log.';
/** Where the histories are that go with them. */
export const HISTORY_KEY = 'history.';

/**
 * Keeps the log of one lab and its history in the learner's browser, so that a reload finds everything as it was. Another tab may
 * keep the same lab's: what it has written is never written over, see {@link behind}.
 */
export class LogKeeper {
  readonly #storage: LearnerStorage;
  readonly #name: string;
  #entries: InputEntry[] = [];
  /** The entries as kept; empty from the moment they are too long. */
  #encoded: string[] = [];
  #length = 0;
  #tooLong = false;
  #history = NO_HISTORY;
  /** The log as this tab has read or written it last. */
  #known: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(storage: LearnerStorage, name: string) {
    this.#storage = storage;
    this.#name = name;
    this.read();
  }

  get entries(): readonly InputEntry[] {
    return this.#entries;
  }

  get history(): History {
    return this.#history;
  }

  /** The log has grown beyond what can be kept: after a reload the lab starts afresh. */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /** Another tab has gone on with this lab. */
  get behind(): boolean {
    const kept = this.#storage.read(LOG_KEY + this.#name);
    return kept !== undefined && kept !== this.#known;
  }

  /** Takes what is kept. */
  read(): void {
    this.#known = this.#storage.read(LOG_KEY + this.#name);
    const history = this.#storage.read(HISTORY_KEY + this.#name);
    this.splice(0, (this.#known !== undefined && decodeLog(this.#known)) || []);
    this.#history = (history !== undefined && decodeHistory(history)) || NO_HISTORY;
    this.#cancel();
  }

  /** The log from entry `from` on is now this. */
  splice(from: number, entries: readonly InputEntry[]): void {
    if (from < this.#encoded.length) {
      this.#encoded.length = from;
      this.#length = this.#encoded.reduce((sum, text) => sum + text.length + 1, 2);
    }
    this.#entries.length = Math.min(this.#entries.length, from);
    for (const entry of entries) {
      const text = encodeEntry(entry);
      this.#entries.push(entry);
      this.#encoded.push(text);
      this.#length += text.length + 1;
    }
    this.#tooLong = this.#length > LIMIT;
    this.#writeSoon();
  }

  setHistory(history: History): void {
    this.#history = history;
    this.#writeSoon();
  }

  /** Writes what has not been written. */
  flush(): void {
    if (this.#timer === undefined) return;
    this.#cancel();
    if (this.behind) return;
    const history = encodeHistory(this.#history);
    this.#known = this.#tooLong || this.#entries.length === 0 ? undefined : `[${this.#encoded.join(',')}]`;
    this.#keep(HISTORY_KEY, this.#history === NO_HISTORY || history.length > LIMIT ? undefined : history);
    this.#keep(LOG_KEY, this.#known);
  }

  #keep(key: string, text: string | undefined): void {
    if (text === undefined) this.#storage.remove(key + this.#name);
    else this.#storage.write(key + this.#name, text);
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
