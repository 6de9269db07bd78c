/**
 * The bytes a process has sent and the peer has not acknowledged: a ring that grows as needed. Byte `n` of the connection is found by its
 * distance from the oldest one, so retransmission reads from here and nothing is kept per segment.
 */
export class SendBuffer {
  private ring = new Uint8Array(0);
  private head = 0;
  private size = 0;

  get length(): number {
    return this.size;
  }

  append(data: Uint8Array, from: number, to: number): void {
    const n = to - from;
    if (this.size + n > this.ring.length) this.grow(this.size + n);
    const { ring } = this;
    const at = (this.head + this.size) & (ring.length - 1);
    const first = Math.min(n, ring.length - at);
    ring.set(from === 0 && first === data.length ? data : data.subarray(from, from + first), at);
    if (first < n) ring.set(data.subarray(from + first, to), 0);
    this.size += n;
  }

  /** Forgets the oldest `n` bytes. */
  consume(n: number): void {
    this.head = (this.head + n) & (this.ring.length - 1);
    this.size -= n;
    if (this.size === 0) this.head = 0;
  }

  /** Copies `n` bytes that begin `offset` after the oldest to `at` of `to`. Gives the sum of their 16-bit words (see base/checksum.ts): both in one pass. */
  copySum(offset: number, n: number, to: Uint8Array, at: number): number {
    const { ring } = this;
    const start = (this.head + offset) & (ring.length - 1);
    const wraps = start + n > ring.length;
    let sum = 0;
    if (wraps) {
      for (let i = 0; i < n; i++) {
        const byte = ring[(start + i) & (ring.length - 1)] as number;
        to[at + i] = byte;
        sum += (i & 1) === 0 ? byte << 8 : byte;
      }
      return sum;
    }
    const even = n & ~1;
    for (let i = 0; i < even; i += 2) {
      const high = ring[start + i] as number;
      const low = ring[start + i + 1] as number;
      to[at + i] = high;
      to[at + i + 1] = low;
      sum += (high << 8) | low;
    }
    if (even < n) {
      const last = ring[start + even] as number;
      to[at + even] = last;
      sum += last << 8;
    }
    return sum;
  }

  clear(): void {
    this.ring = new Uint8Array(0);
    this.head = 0;
    this.size = 0;
  }

  private grow(needed: number): void {
    let capacity = Math.max(this.ring.length, 4096);
    while (capacity < needed) capacity *= 2;
    const ring = new Uint8Array(capacity);
    const first = Math.min(this.size, this.ring.length - this.head);
    ring.set(this.ring.subarray(this.head, this.head + first), 0);
    if (first < this.size) ring.set(this.ring.subarray(0, this.size - first), first);
    this.ring = ring;
    this.head = 0;
  }
}
