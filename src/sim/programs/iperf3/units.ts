// Numbers as iperf3 reads and writes them: units.c.

const SUFFIXES: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

function scaled(text: string, step: number): number {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(.?)/.exec(text);
  if (!match) return 0;
  const power = SUFFIXES[(match[2] as string).toLowerCase()] ?? 0;
  return Number(match[1]) * step ** power;
}

/** `128K`, `1M`: a number of bytes or blocks, with suffixes that are powers of 1024 (unit_atoi). */
export function unitBytes(text: string): number {
  return Math.trunc(scaled(text, 1024));
}

/** `10M`: bits a second, with suffixes that are powers of 1000 (unit_atof_rate). */
export function unitRate(text: string): number {
  return Math.trunc(scaled(text, 1000));
}

const BYTES = ['Byte', 'KByte', 'MByte', 'GByte', 'TByte'];
const BITS = ['bit', 'Kbit', 'Mbit', 'Gbit', 'Tbit'];

/**
 * unit_snprintf: bytes in four characters and their unit. A lower-case format counts bits, in thousands; an upper-case one bytes. `a` and
 * `A` choose the size, the other letters fix it.
 */
export function unitText(bytes: number, format: string): string {
  const bits = format === format.toLowerCase();
  const step = bits ? 1000 : 1024;
  let value = bits ? bytes * 8 : bytes;
  let power: number;
  if (format.toLowerCase() === 'a') {
    for (power = 0; value >= step && power < 4; power++) value /= step;
  } else {
    power = SUFFIXES[format.toLowerCase()] ?? 0;
    value /= step ** power;
  }
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${fixed(value, digits).padStart(4)} ${(bits ? BITS : BYTES)[power]}`;
}

/** printf's `%.*f`: what lies exactly between two goes to the even one, where toFixed goes up. */
function fixed(value: number, digits: number): string {
  const scale = 10 ** digits;
  const low = Math.floor(value * scale);
  const tie = value * scale - low === 0.5 && (value * scale) / scale === value;
  return tie && low % 2 === 0 ? (low / scale).toFixed(digits) : value.toFixed(digits);
}

/** printf's `%.2g`. */
export function twoDigits(value: number): string {
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(1).split('e')[1]);
  if (exponent < -4 || exponent >= 2) {
    const [digits = '', power = ''] = value.toExponential(1).split('e');
    return `${Number(digits)}e${power.startsWith('-') ? '-' : '+'}${power.replace(/^[-+]/, '').padStart(2, '0')}`;
  }
  return String(Number(value.toPrecision(2)));
}
