/** What a key holds. Strings are bytes, a character each. */
export type Value =
  | { readonly type: 'string'; text: string /** SET keeps no embedded string once APPEND has touched it. */; raw?: boolean }
  | { readonly type: 'list'; readonly items: string[] }
  | { readonly type: 'hash'; readonly fields: Map<string, string> }
  | { readonly type: 'set'; readonly members: Set<string> }
  | { readonly type: 'zset'; readonly scores: Map<string, number> };

export type ValueOf<T extends Value['type']> = Extract<Value, { type: T }>;

/** One of the server's numbered databases. Times are ms since 1970. */
export class Database {
  readonly index: number;
  readonly #entries = new Map<string, Value>();
  readonly #expires = new Map<string, number>();
  readonly #now: () => number;

  constructor(index: number, now: () => number) {
    this.index = index;
    this.#now = now;
  }

  #expire(key: string): void {
    const at = this.#expires.get(key);
    if (at !== undefined && at <= this.#now()) this.delete(key);
  }

  get(key: string): Value | undefined {
    this.#expire(key);
    return this.#entries.get(key);
  }

  /** Puts a value; how long the key lives on is kept only where asked. */
  set(key: string, value: Value, keepExpiry = false): void {
    this.#entries.set(key, value);
    if (!keepExpiry) this.#expires.delete(key);
  }

  delete(key: string): boolean {
    this.#expires.delete(key);
    return this.#entries.delete(key);
  }

  expiresAt(key: string): number | undefined {
    return this.get(key) === undefined ? undefined : this.#expires.get(key);
  }

  setExpiry(key: string, atMs: number | undefined): void {
    if (atMs === undefined) this.#expires.delete(key);
    else this.#expires.set(key, atMs);
  }

  keys(): string[] {
    for (const key of [...this.#expires.keys()]) this.#expire(key);
    return [...this.#entries.keys()];
  }

  get expiring(): number {
    return this.#expires.size;
  }

  clear(): void {
    this.#entries.clear();
    this.#expires.clear();
  }
}

/** Glob patterns of KEYS, PSUBSCRIBE and CONFIG GET (stringmatchlen). */
export function globMatcher(pattern: string, ignoreCase = false): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] as string;
    const set = c === '[' ? /^\[(\^?)((?:\\.|[^\]\\])*)\]?/s.exec(pattern.slice(at)) : null;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (set) {
      source += `[${set[1]}${(set[2] as string).replace(/[[\]]/g, '\\$&')}]`;
      at += set[0].length - 1;
    } else {
      const literal = c === '\\' && at + 1 < pattern.length ? (pattern[++at] as string) : c;
      source += literal.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    }
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}
