/** MD5 (RFC 1321), lower-case hexadecimal. */
export function md5(data: Uint8Array): string {
  const state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]);
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const constants = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 0x100000000) | 0);
  const view = new DataView(padded(data, true).buffer);
  for (let block = 0; block < view.byteLength; block += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + f + (constants[i] as number) + view.getInt32(block + 4 * g, true)) | 0;
      const s = shifts[round * 4 + (i % 4)] as number;
      [a, d, c, b] = [d, c, b, (b + ((sum << s) | (sum >>> (32 - s)))) | 0];
    }
    for (const [i, v] of [a, b, c, d].entries()) state[i] = ((state[i] as number) + v) | 0;
  }
  const out = new DataView(new ArrayBuffer(16));
  for (const [i, v] of state.entries()) out.setInt32(4 * i, v, true);
  return toHex(out);
}

/** SHA-1 (RFC 3174). */
export function sha1(data: Uint8Array): string {
  const state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]);
  const view = new DataView(padded(data, false).buffer);
  const w = new Int32Array(80);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 80; i++) {
      w[i] =
        i < 16
          ? view.getInt32(block + 4 * i)
          : rotate((w[i - 3] as number) ^ (w[i - 8] as number) ^ (w[i - 14] as number) ^ (w[i - 16] as number), 1);
    }
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 ? b ^ c ^ d : i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(i / 20)] as number;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, (rotate(a, 5) + f + e + k + (w[i] as number)) | 0];
    }
    for (const [i, v] of [a, b, c, d, e].entries()) state[i] = ((state[i] as number) + v) | 0;
  }
  return bigEndian(state);
}

const PRIMES = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137,
  139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281,
  283, 293, 307, 311,
];
const fractionBits = (x: number): number => ((x - Math.floor(x)) * 0x100000000) | 0;

/** SHA-256 (RFC 6234): its constants are the fractions of the primes' roots. */
export function sha256(data: Uint8Array): string {
  const k = PRIMES.map((p) => fractionBits(Math.cbrt(p)));
  const state = new Int32Array(PRIMES.slice(0, 8).map((p) => fractionBits(Math.sqrt(p))));
  const view = new DataView(padded(data, false).buffer);
  const w = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = view.getInt32(block + 4 * i);
        continue;
      }
      const [x, y] = [w[i - 15] as number, w[i - 2] as number];
      const s0 = rotate(x, 25) ^ rotate(x, 14) ^ (x >>> 3);
      const s1 = rotate(y, 15) ^ rotate(y, 13) ^ (y >>> 10);
      w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (k[i] as number) + (w[i] as number)) | 0;
      const t2 = ((rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    for (const [i, v] of [a, b, c, d, e, f, g, h].entries()) state[i] = ((state[i] as number) + v) | 0;
  }
  return bigEndian(state);
}

function rotate(x: number, n: number): number {
  return (x << n) | (x >>> (32 - n));
}

/** The message with its length behind it, in whole blocks of 64 bytes. */
function padded(data: Uint8Array, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
  out.set(data);
  out[data.length] = 0x80;
  const view = new DataView(out.buffer);
  const bits = data.length * 8;
  view.setUint32(out.length - 8 + (littleEndian ? 0 : 4), bits >>> 0, littleEndian);
  view.setUint32(out.length - 8 + (littleEndian ? 4 : 0), Math.floor(bits / 0x100000000), littleEndian);
  return out;
}

function bigEndian(words: Int32Array): string {
  const out = new DataView(new ArrayBuffer(words.length * 4));
  for (const [i, v] of words.entries()) out.setInt32(4 * i, v);
  return toHex(out);
}

function toHex(view: DataView): string {
  return Array.from({ length: view.byteLength }, (_, i) => view.getUint8(i).toString(16).padStart(2, '0')).join('');
}
