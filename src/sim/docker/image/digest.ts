import { utf8 } from '../../base/utf8.ts';

/** 64 hex digits out of a text (FNV-1a, eight times): no more than a name that looks like a SHA-256, and the same for the same text. */
export function digestOf(content: string): string {
  let out = '';
  for (let part = 0; part < 8; part++) {
    let hash = 0x811c9dc5 ^ part;
    for (const byte of utf8(content + part)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    out += hash.toString(16).padStart(8, '0');
  }
  return out;
}
