import { text, utf8 } from '../base/utf8.ts';

/**
 * The shell's strings are JavaScript strings; a byte that is no UTF-8 becomes a lone surrogate U+DC80–U+DCFF and turns back into
 * that byte when written (as in Python's surrogateescape), so that `printf '\377' > file` writes one byte.
 */
export function encodeText(s: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(s)) return utf8(s);
  const parts: Uint8Array[] = [];
  let size = 0;
  // Without the u flag pairs must be kept together by hand.
  for (const piece of s.match(/(?:[\ud800-\udbff][\udc00-\udfff]|[^\udc80-\udcff])+|[\udc80-\udcff]+/g) ?? []) {
    const code = piece.charCodeAt(0);
    const bytes = code >= 0xdc80 && code <= 0xdcff ? Uint8Array.from(piece, (c) => c.charCodeAt(0) - 0xdc00) : utf8(piece);
    parts.push(bytes);
    size += bytes.length;
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  // Bytes written one by one may form a character after all.
  return out;
}

/** The inverse: bytes that are no UTF-8 become lone surrogates. NULs are dropped, as a shell's variables cannot hold them. */
export function decodeText(bytes: Uint8Array): string {
  const decoded = text(bytes);
  if (!decoded.includes('\ufffd')) return decoded;
  let out = '';
  let i = 0;
  while (i < bytes.length) {
    const length = validLength(bytes, i);
    if (length === 0) out += String.fromCharCode(0xdc00 + (bytes[i++] as number));
    else {
      out += text(bytes.subarray(i, i + length));
      i += length;
    }
  }
  return out;
}

/** Length of the well-formed sequence at `i`, 0 if there is none. */
function validLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] as number;
  const length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length <= 1) return length;
  if (i + length > bytes.length) return 0;
  return text(bytes.subarray(i, i + length)).includes('\ufffd') && !isReplacement(bytes, i) ? 0 : length;
}

function isReplacement(bytes: Uint8Array, i: number): boolean {
  return bytes[i] === 0xef && bytes[i + 1] === 0xbf && bytes[i + 2] === 0xbd;
}
