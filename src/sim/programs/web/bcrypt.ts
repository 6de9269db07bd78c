// bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme", 1999), as $2y$ has it.

const DIGITS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const MAGIC = 'OrpheanBeholderScryDoubt';
const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOXES = 4 * 256;
export const SALT_BYTES = 16;
const HASH_BYTES = 23;
const LONGEST_KEY = 72;

/** `$2y$COST$` with salt and hash in 53 characters. `cost`: 2 to its power is how often the keys are set up. */
export function bcrypt(password: Uint8Array, cost: number, salt: Uint8Array): string {
  const key = Uint8Array.from([...password, 0]).subarray(0, LONGEST_KEY);
  const cipher = new Blowfish();
  const nothing = new Uint8Array(SALT_BYTES);
  cipher.expand(salt, key);
  for (let i = 0; i < 2 ** cost; i++) {
    cipher.expand(nothing, key);
    cipher.expand(nothing, salt);
  }
  const words = wordsOf(Uint8Array.from(MAGIC, (c) => c.charCodeAt(0)));
  for (let at = 0; at < words.length; at += 2) {
    let [left, right] = [words[at] as number, words[at + 1] as number];
    for (let i = 0; i < 64; i++) [left, right] = cipher.encrypt(left, right);
    words[at] = left;
    words[at + 1] = right;
  }
  const hash = Uint8Array.from([...words].flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]));
  return `$2y$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(hash.subarray(0, HASH_BYTES))}`;
}

/** Whether the hash is one of this password; false for what is no bcrypt hash. */
export function isBcrypt(password: Uint8Array, hash: string): boolean {
  const [, cost, salt] = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})[./A-Za-z0-9]{31}$/.exec(hash) ?? [];
  return salt !== undefined && bcrypt(password, Number(cost), decode(salt)).slice(4) === hash.slice(4);
}

/** The first digits of π behind the point, 32 bits at a time: what Blowfish's tables begin as. */
let pi: Uint32Array | undefined;

function fractionOfPi(): Uint32Array {
  if (pi !== undefined) return pi;
  const words = SUBKEYS + BOXES;
  const spare = 64n;
  const one = 1n << (BigInt(words * 32) + spare);
  const arctanOfInverse = (x: bigint): bigint => {
    let [sum, power] = [0n, one / x];
    for (let n = 1n; power !== 0n; n += 2n, power /= x * x) sum += n % 4n === 1n ? power / n : -(power / n);
    return sum;
  };
  // Machin's formula.
  const whole = (4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n)) - 3n * one) >> spare;
  const digits = whole.toString(16).padStart(words * 8, '0');
  pi = Uint32Array.from({ length: words }, (_, i) => Number.parseInt(digits.slice(i * 8, i * 8 + 8), 16));
  return pi;
}

/** Blowfish (Schneier, 1993) with bcrypt's salted key schedule. */
class Blowfish {
  readonly #table = fractionOfPi().slice();

  encrypt(left: number, right: number): [number, number] {
    const t = this.#table;
    let [l, r] = [left, right];
    for (let i = 0; i < ROUNDS; i++) {
      l ^= t[i] as number;
      const f =
        ((((t[SUBKEYS + (l >>> 24)] as number) + (t[SUBKEYS + 256 + ((l >>> 16) & 0xff)] as number)) ^
          (t[SUBKEYS + 512 + ((l >>> 8) & 0xff)] as number)) +
          (t[SUBKEYS + 768 + (l & 0xff)] as number)) |
        0;
      [l, r] = [r ^ f, l];
    }
    return [(r ^ (t[ROUNDS + 1] as number)) >>> 0, (l ^ (t[ROUNDS] as number)) >>> 0];
  }

  expand(salt: Uint8Array, key: Uint8Array): void {
    const t = this.#table;
    for (let i = 0; i < SUBKEYS; i++) {
      let word = 0;
      for (let byte = 0; byte < 4; byte++) word = (word << 8) | (key[(i * 4 + byte) % key.length] as number);
      t[i] = (t[i] as number) ^ word;
    }
    const salted = wordsOf(salt);
    let [left, right] = [0, 0];
    for (let i = 0; i < t.length; i += 2) {
      [left, right] = this.encrypt(left ^ (salted[i % 4] as number), right ^ (salted[(i + 1) % 4] as number));
      t[i] = left;
      t[i + 1] = right;
    }
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) =>
    bytes.subarray(i * 4, i * 4 + 4).reduce((word, byte) => (word << 8) | byte, 0),
  );
}

function encode(data: Uint8Array): string {
  let out = '';
  for (let bit = 0; bit < data.length * 8; bit += 6) {
    const pair = ((data[bit >> 3] as number) << 8) | (data[(bit >> 3) + 1] ?? 0);
    out += DIGITS[(pair >> (10 - (bit & 7))) & 63];
  }
  return out;
}

function decode(salt: string): Uint8Array {
  const out = new Uint8Array(SALT_BYTES);
  for (let i = 0; i < SALT_BYTES; i++) {
    const bit = i * 8;
    const digit = (at: number): number => Math.max(0, DIGITS.indexOf(salt[at] ?? '.'));
    const at = Math.floor(bit / 6);
    out[i] = (((digit(at) << 6) | digit(at + 1)) >> (4 - (bit % 6))) & 0xff;
  }
  return out;
}
