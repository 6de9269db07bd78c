const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;

/** A 64-bit integer as Redis writes them (string2ll); undefined for anything else. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return undefined;
  const value = BigInt(text);
  return fitsInteger(value) ? value : undefined;
}

export function fitsInteger(value: bigint): boolean {
  return value >= MIN && value <= MAX;
}

/** A floating point number, `inf` included; undefined for anything else. */
export function parseFloatNumber(text: string): number | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** A score as ZSCORE shows it (`%.17g`, shortest where an integer). */
export function scoreText(score: number): string {
  if (score === Number.POSITIVE_INFINITY) return 'inf';
  if (score === Number.NEGATIVE_INFINITY) return '-inf';
  if (Number.isInteger(score) && Math.abs(score) < 1e17) return String(score);
  return seventeenDigits(score);
}

/** printf's `%.17g`. */
function seventeenDigits(value: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(16).split('e');
  const power = Number(exponent);
  const trim = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
  if (power < -4 || power >= 17) return `${trim(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return trim(value.toFixed(16 - power));
}

/** What INCRBYFLOAT stores: a long double to 17 places, without zeros at its end. A double stands in for the long double. */
export function floatText(value: number): string {
  const short = value.toPrecision(15);
  return Number(short) === 0 ? '0' : expand(String(Number(short)));
}

function expand(text: string): string {
  if (!text.includes('e')) return text;
  return Number(text)
    .toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 17 })
    .replace(/\.?0+$/, '');
}
