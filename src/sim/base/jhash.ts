const GOLDEN = 0xdeadbeef;

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Bob Jenkins' hash of 32-bit words, as the kernel has it (jhash2() in include/linux/jhash.h). */
export function jhash2(words: readonly number[], seed: number): number {
  const start = (GOLDEN + (words.length << 2) + seed) | 0;
  let [a, b, c] = [start, start, start];
  const word = (at: number): number => words[at] ?? 0;
  let at = 0;
  for (; words.length - at > 3; at += 3) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 1)) | 0;
    c = (c + word(at + 2)) | 0;
    a = ((a - c) | 0) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 4);
    b = (b + a) | 0;
  }
  if (at === words.length) return c >>> 0;
  a = (a + word(at)) | 0;
  b = (b + word(at + 1)) | 0;
  c = (c + word(at + 2)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}
