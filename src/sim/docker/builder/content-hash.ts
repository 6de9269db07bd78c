import { utf8 } from '../../base/utf8.ts';

/**
 * 64 hex digits that follow from bytes: what looks like a sha256 where only equality counts (eight FNV-1a sums that begin differently).
 */
export class ContentHash {
  readonly #sums = new Uint32Array(8).map((_, part) => 0x811c9dc5 ^ Math.imul(part, 0x9e3779b1));

  add(data: Uint8Array | string): this {
    for (const byte of typeof data === 'string' ? utf8(`${data}\0`) : data) {
      for (let part = 0; part < 8; part++) {
        const sum = (this.#sums[part] as number) + part;
        this.#sums[part] = Math.imul(sum ^ byte, 0x01000193);
      }
    }
    return this;
  }

  get hex(): string {
    return [...this.#sums].map((sum) => sum.toString(16).padStart(8, '0')).join('');
  }
}
