const NO_ENTRIES: Iterable<never> = [];

/**
 * A Map that takes no memory until something is in it. A network namespace has dozens of tables of which
 * most stay empty for good; with a thousand namespaces they would weigh more than all the rest.
 */
export class LazyMap<Key, Value> {
  private map: Map<Key, Value> | undefined = undefined;

  get size(): number {
    return this.map === undefined ? 0 : this.map.size;
  }

  get(key: Key): Value | undefined {
    return this.map === undefined ? undefined : this.map.get(key);
  }

  has(key: Key): boolean {
    return this.map?.has(key) ?? false;
  }

  set(key: Key, value: Value): this {
    this.map ??= new Map();
    this.map.set(key, value);
    return this;
  }

  delete(key: Key): boolean {
    return this.map?.delete(key) ?? false;
  }

  clear(): void {
    this.map = undefined;
  }

  keys(): Iterable<Key> {
    return this.map?.keys() ?? NO_ENTRIES;
  }

  values(): Iterable<Value> {
    return this.map?.values() ?? NO_ENTRIES;
  }

  [Symbol.iterator](): Iterator<[Key, Value]> {
    return (this.map ?? (NO_ENTRIES as Iterable<[Key, Value]>))[Symbol.iterator]();
  }
}

/** A Set that takes no memory until something is in it; see {@link LazyMap}. */
export class LazySet<Value> {
  private set: Set<Value> | undefined = undefined;

  get size(): number {
    return this.set === undefined ? 0 : this.set.size;
  }

  has(value: Value): boolean {
    return this.set?.has(value) ?? false;
  }

  add(value: Value): this {
    this.set ??= new Set();
    this.set.add(value);
    return this;
  }

  delete(value: Value): boolean {
    return this.set?.delete(value) ?? false;
  }

  clear(): void {
    this.set = undefined;
  }

  [Symbol.iterator](): Iterator<Value> {
    return (this.set ?? NO_ENTRIES)[Symbol.iterator]();
  }
}
