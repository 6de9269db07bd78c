// Package fmt: numbers, strings and booleans (fmt/format.go).

import { encodeText } from '../../../shell/bytes-of-text.ts';
import { quoteCharacter, quoteGo } from './lex.ts';

/** The flags of a directive, with its width and precision. */
export interface Flags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%+v`, `%#v`. */
  readonly plusV: boolean;
  readonly sharpV: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

export const NO_FLAGS: Flags = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  plusV: false,
  sharpV: false,
  width: undefined,
  precision: undefined,
};

/** Pads to the width, which counts characters. */
export function padText(text: string, flags: Flags): string {
  const missing = Math.max(0, (flags.width ?? 0) - [...text].length);
  if (flags.minus) return text + ' '.repeat(missing);
  return (flags.zero ? '0' : ' ').repeat(missing) + text;
}

/** Each of these gives undefined for a verb that its values do not have. */
export function formatBool(value: boolean, verb: string, flags: Flags): string | undefined {
  return verb === 't' || verb === 'v' ? padText(String(value), flags) : undefined;
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

export function formatInteger(value: number, signed: boolean, verb: string, flags: Flags): string | undefined {
  if (verb === 'v' && flags.sharpV && !signed) return integer(value, 16, 'x', { ...flags, sharp: true });
  const base = BASES[verb];
  if (base !== undefined) return integer(value, base, verb, flags);
  const character = value < 0 || value > 0x10ffff ? '\ufffd' : String.fromCodePoint(value);
  if (verb === 'c') return padText(character, flags);
  if (verb === 'q') return padText(`'${quoteCharacter(character, "'")}'`, flags);
  if (verb !== 'U') return undefined;
  const code = `U+${value
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), '0')}`;
  return padText(flags.sharp ? `${code} '${character}'` : code, { ...flags, zero: false });
}

function integer(value: number, base: number, verb: string, flags: Flags): string {
  const negative = value < 0;
  if (flags.precision === 0 && value === 0) return padText('', { ...flags, zero: false });
  const sign = negative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  let digits = Math.abs(value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  const least = flags.precision ?? (flags.zero ? (flags.width ?? 0) - sign.length : 0);
  digits = digits.padStart(least, '0');
  let prefix = verb === 'O' ? '0o' : '';
  if (flags.sharp) {
    if (base === 2) prefix = '0b';
    else if (base === 8 && verb !== 'O' && !digits.startsWith('0')) prefix = '0';
    else if (base === 16) prefix = verb === 'X' ? '0X' : '0x';
  }
  return padText(sign + prefix + digits, { ...flags, zero: false });
}

export function formatFloat(value: number, verb: string, flags: Flags): string | undefined {
  const shape = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  if (!'eEfgG'.includes(shape)) return undefined;
  const precision = flags.precision ?? (shape.toLowerCase() === 'g' ? undefined : 6);
  const finite = Number.isFinite(value);
  const magnitude = Math.abs(value);
  const digits = Number.isNaN(value) ? 'NaN' : finite ? floatDigits(magnitude, shape, precision) : 'Inf';
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : flags.plus || (!finite && value > 0) ? '+' : flags.space ? ' ' : '';
  if (flags.zero && finite) return sign + digits.padStart((flags.width ?? 0) - sign.length, '0');
  return padText(sign + digits, { ...flags, zero: false });
}

/** strconv.FormatFloat; no precision means as many digits as tell the number from its neighbours. */
function floatDigits(value: number, shape: string, precision: number | undefined): string {
  const exponential = (s: string) => s.replace(/e([-+])(\d)$/, 'e$10$2');
  if (shape === 'f') return fixed(value, precision ?? 0);
  if (shape === 'e' || shape === 'E') {
    const text = exponential(value.toExponential(precision));
    return shape === 'E' ? text.toUpperCase() : text;
  }
  const digits = precision === undefined ? undefined : Math.max(precision, 1);
  const scientific = value.toExponential(digits === undefined ? undefined : digits - 1);
  const exponent = value === 0 ? 0 : Number(scientific.split('e')[1]);
  const significant = (scientific.split('e')[0] as string).replace('.', '').replace(/0+$/, '');
  // The shortest form decides as if its precision were six.
  const limit = digits === undefined ? 6 : digits > significant.length && significant.length >= exponent + 1 ? significant.length : digits;
  const useExponent = exponent < -4 || exponent >= limit;
  const mantissa = significant.length > 1 ? `${significant[0]}.${significant.slice(1)}` : significant || '0';
  const text = useExponent
    ? exponential(`${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`)
    : plainDigits(significant, exponent);
  return shape === 'G' ? text.toUpperCase() : text;
}

/** A number half way between two goes to the even one; JavaScript's toFixed goes up. */
function fixed(value: number, precision: number): string {
  const text = value.toFixed(Math.min(precision, 100));
  const exact = value.toFixed(Math.min(precision + 30, 100));
  const kept = precision === 0 ? exact.indexOf('.') : exact.indexOf('.') + 1 + precision;
  const isTie = kept > 0 && /^\.?50*$/.test(exact.slice(kept));
  return isTie && /[02468]$/.test(exact.slice(0, kept)) ? exact.slice(0, kept) : text;
}

function plainDigits(significant: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${significant}`;
  const whole = significant.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = significant.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** `%+q`: what is not ASCII as its code. */
function asciiOnly(quoted: string): string {
  return quoted.replace(/[^\x00-\x7f]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

export function formatString(value: string, verb: string, flags: Flags): string | undefined {
  if (verb === 'v' && flags.sharpV) return padText(quoteGo(value), flags);
  const cut = flags.precision === undefined ? value : [...value].slice(0, flags.precision).join('');
  switch (verb) {
    case 'v':
    case 's':
      return padText(cut, flags);
    case 'q':
      return padText(
        flags.sharp && !/[`\x00-\x08\x0a-\x1f\x7f]/.test(cut) ? `\`${cut}\`` : flags.plus ? asciiOnly(quoteGo(cut)) : quoteGo(cut),
        flags,
      );
    case 'x':
    case 'X': {
      const bytes = [...encodeText(value).subarray(0, flags.precision)].map((byte) => byte.toString(16).padStart(2, '0'));
      const prefix = flags.sharp && bytes.length > 0 ? '0x' : '';
      const text = prefix + bytes.join(flags.space ? ` ${prefix}` : '');
      return padText(verb === 'X' ? text.toUpperCase() : text, flags);
    }
  }
  return undefined;
}
