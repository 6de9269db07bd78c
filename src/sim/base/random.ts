/**
 * Seeded random numbers (sfc32). The same seed gives the same numbers on every machine; nothing in the simulator
 * takes randomness from anywhere else.
 */
export class Random {
  readonly #seed: string;
  readonly #settled: Map<string, readonly string[]>;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  constructor(seed: number | string, settled = new Map<string, readonly string[]>()) {
    this.#seed = String(seed);
    this.#settled = settled;
    const mix = seedHash(this.#seed);
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** A number in [0, 2^32). */
  u32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** An integer in [0, n), for n up to 2^32. */
  int(n: number): number {
    return Math.floor((this.u32() / 0x100000000) * n);
  }

  /** A number in [0, 1) with 32 bits of it random. */
  float(): number {
    return this.u32() / 0x100000000;
  }

  /** `n` random bytes. */
  bytes(n: number): Uint8Array {
    const out = new Uint8Array(n);
    for (let i = 0; i < n; i++) out[i] = this.u32() >>> 24;
    return out;
  }

  /** `nDigits` lower-case hex digits: a container's id is `hex(64)`. */
  hex(nDigits: number): string {
    let out = '';
    while (out.length < nDigits) out += this.u32().toString(16).padStart(8, '0');
    return out.slice(0, nDigits);
  }

  /**
   * A stream of its own, set by this stream's seed and the label alone: how far this one has been read does not
   * matter, so a new consumer changes nobody else's numbers. The same label gives the same stream again.
   */
  fork(label: string): Random {
    return new Random(`${this.#seed}/${label}`, this.#settled);
  }

  /** Settles what draws of one thing come out as, in turn: here, and in all forks. Nobody need ask for what is settled. */
  settle(thing: string, values: readonly string[]): void {
    this.#settled.set(thing, values);
  }

  /** What the next draw of this thing comes out as, if that is settled; each value once. */
  settled(thing: string): string | undefined {
    const values = this.#settled.get(thing);
    if (values !== undefined) this.#settled.set(thing, values.slice(1));
    return values?.[0];
  }
}

/** xmur3: a string hash that yields as many well-mixed words as are asked for. */
function seedHash(s: string): () => number {
  let h = 1779033703 ^ s.length;
  for (let i = 0; i < s.length; i++) {
    h = Math.imul(h ^ s.charCodeAt(i), 3432918353);
    h = (h << 13) | (h >>> 19);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507);
    h = Math.imul(h ^ (h >>> 13), 3266489909);
    h ^= h >>> 16;
    return h;
  };
}
