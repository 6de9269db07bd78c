/** Why things are kept in memory only. */
export type StorageTrouble = 'blocked' | 'full';

const PREFIX = 'vethlab.';

/**
 * The browser's local storage as far as there is any: where it is blocked or full everything still works, in memory, and
 * {@link trouble} says that it will not be kept.
 */
export class LearnerStorage {
  readonly #store: () => Storage;
  readonly #memory = new Map<string, string | undefined>();
  readonly #listeners = new Set<() => void>();
  #trouble: StorageTrouble | undefined;

  constructor(store: () => Storage) {
    this.#store = store;
  }

  get trouble(): StorageTrouble | undefined {
    return this.#trouble;
  }

  /** Tells of changes of {@link trouble}. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  read(key: string): string | undefined {
    if (this.#memory.has(key)) return this.#memory.get(key);
    try {
      return this.#store().getItem(PREFIX + key) ?? undefined;
    } catch {
      this.#say('blocked');
      return undefined;
    }
  }

  write(key: string, value: string): void {
    try {
      this.#store().setItem(PREFIX + key, value);
      this.#memory.delete(key);
      if (this.#memory.size === 0) this.#say(undefined);
    } catch (error) {
      this.#memory.set(key, value);
      this.#say(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'blocked');
    }
  }

  remove(key: string): void {
    this.#memory.delete(key);
    try {
      this.#store().removeItem(PREFIX + key);
    } catch {
      this.#say('blocked');
    }
  }

  /** All keys that begin with this. */
  keys(start: string): string[] {
    const found = new Set([...this.#memory.keys()].filter((key) => key.startsWith(start)));
    try {
      for (const key of Object.keys(this.#store())) {
        if (key.startsWith(PREFIX + start)) found.add(key.slice(PREFIX.length));
      }
    } catch {
      this.#say('blocked');
    }
    return [...found];
  }

  #say(trouble: StorageTrouble | undefined): void {
    if (this.#trouble === trouble) return;
    this.#trouble = trouble;
    for (const listener of this.#listeners) listener();
  }
}

/** What the learner's browser keeps. Touched only in a browser. */
export const learnerStorage = new LearnerStorage(() => window.localStorage);

/** Goes on with the seed of a file that was imported. */
export function adoptSeed(seed: string): void {
  learnerStorage.write('seed', seed);
}

/** The learner's seed, drawn once: decides MACs, ids and the values in exercises. */
export function learnerSeed(): string {
  const kept = learnerStorage.read('seed');
  if (kept) return kept;
  const drawn = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  learnerStorage.write('seed', drawn);
  return drawn;
}
