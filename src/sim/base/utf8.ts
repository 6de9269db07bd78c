// The simulator compiles without DOM or Node types, so TextEncoder and TextDecoder do not exist for it.

const REPLACEMENT = 0xfffd;

/** Encodes a string as UTF-8; a lone surrogate becomes U+FFFD, as TextEncoder does it. */
export function utf8(s: string): Uint8Array {
  const n = s.length;
  let size = 0;
  for (let i = 0; i < n; i++) {
    const c = s.charCodeAt(i);
    size += c < 0x80 ? 1 : c < 0x800 ? 2 : 3; // a pair counts 6 here and takes 4
  }
  const out = new Uint8Array(size);
  let o = 0;
  for (let i = 0; i < n; i++) {
    let c = s.charCodeAt(i);
    if (c < 0x80) {
      out[o++] = c;
      continue;
    }
    if (c >= 0xd800 && c < 0xe000) {
      const low = c < 0xdc00 && i + 1 < n ? s.charCodeAt(i + 1) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else {
        c = REPLACEMENT;
      }
    }
    if (c < 0x800) {
      out[o++] = 0xc0 | (c >> 6);
    } else {
      if (c < 0x10000) {
        out[o++] = 0xe0 | (c >> 12);
      } else {
        out[o++] = 0xf0 | (c >> 18);
        out[o++] = 0x80 | ((c >> 12) & 0x3f);
      }
      out[o++] = 0x80 | ((c >> 6) & 0x3f);
    }
    out[o++] = 0x80 | (c & 0x3f);
  }
  return o === size ? out : out.slice(0, o);
}

/**
 * Decodes UTF-8. Each maximal ill-formed part becomes one U+FFFD, as the WHATWG decoder does it; a byte order mark
 * stays in the text.
 */
export function text(b: Uint8Array): string {
  const n = b.length;
  let out = '';
  const units: number[] = [];
  let i = 0;
  while (i < n) {
    if (units.length >= 4096) {
      out += String.fromCharCode(...units);
      units.length = 0;
    }
    const lead = b[i++] as number;
    if (lead < 0x80) {
      units.push(lead);
      continue;
    }
    const more = lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
    if (more === 0) {
      units.push(REPLACEMENT);
      continue;
    }
    // The second byte's range excludes overlong forms, surrogates and what lies above U+10FFFF.
    let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    let c = lead & (0x3f >> more);
    let left = more;
    while (left > 0 && i < n) {
      const next = b[i] as number;
      if (next < low || next > high) break;
      c = (c << 6) | (next & 0x3f);
      low = 0x80;
      high = 0xbf;
      i++;
      left--;
    }
    if (left > 0) {
      units.push(REPLACEMENT);
    } else if (c < 0x10000) {
      units.push(c);
    } else {
      units.push(0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  }
  return out + String.fromCharCode(...units);
}
