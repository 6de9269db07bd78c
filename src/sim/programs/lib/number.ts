/** C's `%*d`: right-aligned. */
export function right(value: string | number, width: number): string {
  return String(value).padStart(width);
}

const MULTIPLIERS: Readonly<Record<string, number>> = { b: 512, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** A count with one of coreutils' suffixes (b, K, KB, KiB, M…); undefined if it is none. */
export function parseSize(text: string): number | undefined {
  const m = /^(\d+)(?:([bkKMGT])(B|iB)?)?$/.exec(text);
  if (!m) return undefined;
  const multiplier = m[2] === undefined ? 1 : (MULTIPLIERS[m[2]] as number);
  const decimal = m[3] === 'B' && m[2] !== undefined ? 1000 ** (Math.log2(multiplier) / 10) : multiplier;
  return Number(m[1]) * decimal;
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** A size for people as `ls -h`, `du -h` and `df -h` print it: rounded up, one digit after the point below ten. */
export function humanSize(bytes: number, base = 1024): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < UNITS.length - 1) {
    value /= base;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const tenths = Math.ceil(value * 10) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)}${UNITS[unit]}`;
  const whole = Math.ceil(value);
  if (whole >= base && unit < UNITS.length - 1) return `1.0${UNITS[unit + 1]}`;
  return `${whole}${UNITS[unit]}`;
}
