// RFC 4648, section 4.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** With its padding. */
export function encodeBase64(data: Uint8Array): string {
  let out = '';
  for (let i = 0; i < data.length; i += 3) {
    const n = ((data[i] as number) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0);
    const four = [18, 12, 6, 0].map((shift) => ALPHABET[(n >> shift) & 63]).join('');
    out += i + 2 < data.length ? four : i + 1 < data.length ? `${four.slice(0, 3)}=` : `${four.slice(0, 2)}==`;
  }
  return out;
}

/** Up to the first character that is none of its digits. */
export function decodeBase64(text: string): Uint8Array {
  const digits = /^[A-Za-z0-9+/]*/.exec(text)?.[0] ?? '';
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let [bits, count, at] = [0, 0, 0];
  for (const ch of digits) {
    bits = (bits << 6) | ALPHABET.indexOf(ch);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[at++] = (bits >> count) & 0xff;
  }
  return out;
}
