import { u16, u32 } from '../../../base/bytes.ts';
import type { FdbEntry } from './bridge.ts';

/** Spreads keys over the table: 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b1 | 0;

/**
 * Finds entries by MAC address and VLAN: an open-addressed table over typed arrays, so that a look-up allocates nothing and costs
 * the same however many entries there are. Linux has an rhashtable here.
 */
export class FdbTable {
  /** Per slot the upper 16 bits of the address and the VLAN above them, the lower 32 bits, and the entry. */
  private high = new Int32Array(16);
  private low = new Int32Array(16);
  private slots: (FdbEntry | undefined)[] = new Array(16).fill(undefined);
  private mask = 15;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The entry for the address in the six bytes at `o`. */
  findAt(b: Uint8Array, o: number, vid: number): FdbEntry | undefined {
    return this.slots[this.slot(u16(b, o) | (vid << 16), u32(b, o + 2) | 0)];
  }

  find(mac: number, vid: number): FdbEntry | undefined {
    return this.slots[this.slot(Math.floor(mac / 0x1_0000_0000) | (vid << 16), mac | 0)];
  }

  /** There must be no entry of that key yet. */
  insert(entry: FdbEntry): void {
    if (this.count * 2 >= this.slots.length) this.grow();
    this.place(entry);
    this.count++;
  }

  /** Takes an entry out and moves those behind it up, so that none is cut off from its key. */
  remove(entry: FdbEntry): void {
    let hole = this.slot(Math.floor(entry.mac / 0x1_0000_0000) | (entry.vid << 16), entry.mac | 0);
    if (this.slots[hole] !== entry) return;
    this.count--;
    for (let at = (hole + 1) & this.mask; this.slots[at] !== undefined; at = (at + 1) & this.mask) {
      const home = this.home(this.high[at] as number, this.low[at] as number);
      if (((at - home) & this.mask) < ((at - hole) & this.mask)) continue;
      this.slots[hole] = this.slots[at];
      this.high[hole] = this.high[at] as number;
      this.low[hole] = this.low[at] as number;
      hole = at;
    }
    this.slots[hole] = undefined;
  }

  private home(high: number, low: number): number {
    const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), GOLDEN);
    return (mixed ^ (mixed >>> 15)) & this.mask;
  }

  /** Where the key is, or the free place where it would be. */
  private slot(high: number, low: number): number {
    let at = this.home(high, low);
    while (this.slots[at] !== undefined && (this.low[at] !== low || this.high[at] !== high)) at = (at + 1) & this.mask;
    return at;
  }

  private place(entry: FdbEntry): void {
    const high = Math.floor(entry.mac / 0x1_0000_0000) | (entry.vid << 16);
    const low = entry.mac | 0;
    const at = this.slot(high, low);
    this.high[at] = high;
    this.low[at] = low;
    this.slots[at] = entry;
  }

  private grow(): void {
    const old = this.slots;
    const size = old.length * 2;
    this.high = new Int32Array(size);
    this.low = new Int32Array(size);
    this.slots = new Array(size).fill(undefined);
    this.mask = size - 1;
    for (const entry of old) if (entry !== undefined) this.place(entry);
  }
}
