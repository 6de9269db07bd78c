/** An indexed array of the shell: a map that knows its highest index, so that appending costs the same at any length. */
export class SparseArray extends Map<number, string> {
  private highest = -1;
  private ascending = true;

  static of(values: Iterable<readonly [number, string]>): SparseArray {
    const array = new SparseArray();
    for (const [index, value] of values) array.set(index, value);
    return array;
  }

  /** The highest index, -1 when empty. */
  get last(): number {
    return this.highest;
  }

  /** Indexes in ascending order. */
  indexes(): number[] {
    const all = [...this.keys()];
    return this.ascending ? all : all.sort((a, b) => a - b);
  }

  override set(index: number, value: string): this {
    if (index > this.highest) this.highest = index;
    else if (!this.has(index)) this.ascending = false;
    return super.set(index, value);
  }

  override delete(index: number): boolean {
    const had = super.delete(index);
    if (had && index === this.highest) {
      this.highest = -1;
      for (const key of this.keys()) if (key > this.highest) this.highest = key;
    }
    return had;
  }

  override clear(): void {
    super.clear();
    this.highest = -1;
    this.ascending = true;
  }
}
