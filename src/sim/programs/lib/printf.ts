/** What a printf directive is given. */
export type PrintfValue = string | number;

const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:hh|h|ll|l|L|q|j|z|t)?([diouxXcsfFeEgGaA%b])/g;

/** C's printf(3) for the conversions that awk, seq, stat and find need. Missing values are empty or 0; `numberOf` reads a text where a number is wanted. */
export function formatPrintf(format: string, values: readonly PrintfValue[], numberOf: (value: PrintfValue) => number = Number): string {
  let next = 0;
  const take = (): PrintfValue => values[next++] ?? '';
  return format.replace(DIRECTIVE, (_, flags: string, w: string | undefined, pr: string | undefined, conversion: string) => {
    if (conversion === '%') return '%';
    let width = w === '*' ? Math.trunc(Number(take())) : w === undefined ? 0 : Number(w);
    let all = flags;
    if (width < 0) {
      width = -width;
      all += '-';
    }
    const precision = pr === undefined ? undefined : pr === '*' ? Math.trunc(Number(take())) : Number(pr || 0);
    const value = take();
    return formatOne(conversion, all, width, precision, conversion === 's' || conversion === 'c' ? value : numberOf(value));
  });
}

/** One conversion with its flags, width and precision. */
export function formatOne(conversion: string, flags: string, width: number, precision: number | undefined, value: PrintfValue): string {
  if (conversion === 's') return pad([...String(value)].slice(0, precision).join(''), width, flags.replace('0', ''));
  if (conversion === 'c')
    return pad(typeof value === 'number' ? String.fromCharCode(value) : ([...value][0] ?? ''), width, flags.replace('0', ''));
  const n = Number(value) || 0;
  if ('diouxX'.includes(conversion)) return integer(conversion, flags, width, precision, n);
  return pad(sign(n, flags) + real(conversion, flags, precision, Math.abs(n)), width, flags);
}

function integer(conversion: string, flags: string, width: number, precision: number | undefined, n: number): string {
  if (!Number.isFinite(n)) return pad(sign(n, flags) + (Number.isNaN(n) ? 'nan' : 'inf'), width, flags.replace('0', ''));
  const whole = BigInt(Math.trunc(n));
  const unsigned = whole < 0n ? BigInt.asUintN(64, whole) : whole;
  let digits: string;
  let prefix = '';
  if (conversion === 'd' || conversion === 'i') {
    digits = (whole < 0n ? -whole : whole).toString();
    prefix = sign(whole < 0n ? -1 : 1, flags);
  } else if (conversion === 'u') digits = unsigned.toString();
  else if (conversion === 'o') {
    digits = unsigned.toString(8);
    if (flags.includes('#') && !digits.startsWith('0')) digits = `0${digits}`;
  } else {
    digits = unsigned.toString(16);
    if (flags.includes('#') && unsigned !== 0n) prefix = '0x';
    if (conversion === 'X') [digits, prefix] = [digits.toUpperCase(), prefix.toUpperCase()];
  }
  if (precision !== undefined) {
    digits = precision === 0 && whole === 0n ? '' : digits.padStart(precision, '0');
    return pad(prefix + digits, width, flags.replace('0', ''));
  }
  if (flags.includes('0') && !flags.includes('-')) return prefix + digits.padStart(width - prefix.length, '0');
  return pad(prefix + digits, width, flags);
}

function sign(n: number, flags: string): string {
  if (n < 0 || Object.is(n, -0)) return '-';
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function real(conversion: string, flags: string, precision: number | undefined, n: number): string {
  const upper = conversion === conversion.toUpperCase();
  let out: string;
  if (!Number.isFinite(n)) out = Number.isNaN(n) ? 'nan' : 'inf';
  else if (conversion === 'f' || conversion === 'F') out = fixed(n, Math.min(precision ?? 6, 60));
  else if (conversion === 'e' || conversion === 'E') out = exponent(n.toExponential(Math.min(precision ?? 6, 100)));
  else out = general(n, precision === 0 ? 1 : (precision ?? 6), flags.includes('#'));
  return upper ? out.toUpperCase() : out;
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** %g: the shorter of %e and %f, without zeros at the end. */
function general(n: number, precision: number, keep: boolean): string {
  if (n === 0) return '0';
  const power = Number(n.toExponential(precision - 1).split('e')[1]);
  const fixed = power >= -4 && power < precision;
  const out = fixed ? n.toFixed(Math.max(0, precision - 1 - power)) : n.toExponential(precision - 1);
  if (keep || !out.includes('.')) return exponent(out);
  return exponent(out.replace(/\.?0+(e|$)/, '$1'));
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (flags.includes('0') && /\d/.test(text)) {
    const lead = /^[-+ ]?/.exec(text)?.[0] ?? '';
    return lead + text.slice(lead.length).padStart(width - lead.length, '0');
  }
  return text.padStart(width);
}

/** toFixed() rounds a tie up; C rounds it to even. */
function fixed(n: number, precision: number): string {
  const rounded = n.toFixed(precision);
  if (n >= 1e21) return precision === 0 ? BigInt(n).toString() : `${BigInt(n)}.${'0'.repeat(precision)}`;
  const exact = n.toFixed(Math.min(100, precision + 40));
  const rest = exact.slice(exact.indexOf('.') + 1 + precision);
  if (!/^50*$/.test(rest)) return rounded;
  const down = precision === 0 ? exact.slice(0, exact.indexOf('.')) : exact.slice(0, exact.indexOf('.') + 1 + precision);
  return Number(down.at(-1)) % 2 === 0 ? down : rounded;
}
