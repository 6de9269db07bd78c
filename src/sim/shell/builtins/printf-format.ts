import { encodeText } from '../bytes-of-text.ts';
import { backslashQuoted, decodeEscapes, singleQuoted } from '../expansion/quote.ts';
import { strftime } from '../prompt.ts';
import type { Shell } from '../shell.ts';

export interface Formatted {
  readonly text: string;
  /** Complaints about arguments and the format. */
  readonly messages: readonly string[];
}

const DIRECTIVE = /%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?[hljztL]*(?:\(([^)]*)\)T|([\s\S]))/y;

/** printf(1) as bash's builtin: the format is used again while arguments are left. */
export function formatText(shell: Shell, format: string, args: readonly string[]): Formatted {
  const messages: string[] = [];
  let out = '';
  let next = 0;
  let consumed = false;
  const take = (): string | undefined => {
    consumed = true;
    return args[next++];
  };
  do {
    consumed = false;
    for (let i = 0; i < format.length; ) {
      const c = format[i] as string;
      if (c === '\\') {
        const sequence = /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[\s\S])?/.exec(format.slice(i))?.[0] ?? c;
        out += sequence === '\\c' ? sequence : decodeEscapes(sequence, 'format').text;
        i += sequence.length;
        continue;
      }
      if (c !== '%') {
        out += c;
        i++;
        continue;
      }
      DIRECTIVE.lastIndex = i;
      const match = DIRECTIVE.exec(format);
      if (match === null) {
        const bad = format.slice(i, i + 2);
        messages.push(bad.length < 2 ? `\`${bad}': missing format character` : `\`${bad[1]}': invalid format character`);
        return { text: out, messages };
      }
      i += match[0].length;
      let flags = match[1] ?? '';
      let width = match[2] === '*' ? Number.parseInt(take() ?? '0', 10) || 0 : Number(match[2] ?? 0);
      if (width < 0) {
        flags += '-';
        width = -width;
      }
      let precision: number | undefined =
        match[3] === undefined ? undefined : match[3] === '*' ? Number.parseInt(take() ?? '0', 10) || 0 : Number(match[3] || 0);
      if (precision !== undefined && precision < 0) precision = undefined;
      if (match[4] !== undefined) {
        const arg = take();
        const seconds = arg === undefined || arg === '-1' ? undefined : arg === '-2' ? shell.startNs / 1e9 : Number(arg);
        const startMs = shell.p.wallClockMs - shell.p.nowNs / 1e6;
        const ms = seconds === undefined ? undefined : arg === '-2' ? startMs + shell.startNs / 1e6 : seconds * 1000;
        out += pad(strftime(shell, match[4] === '' ? '%X' : match[4], ms), width, flags, false);
        continue;
      }
      const letter = match[5] as string;
      if (letter === '%') {
        out += '%';
        continue;
      }
      if (!'diouxXeEfFgGaAcsbqQn'.includes(letter)) {
        messages.push(`\`${letter}': invalid format character`);
        return { text: out, messages };
      }
      const arg = take();
      if (letter === 'b') {
        const result = decodeEscapes(arg ?? '', 'b');
        out += pad(precision === undefined ? result.text : result.text.slice(0, precision), width, flags, false);
        if (result.stopped) return { text: out, messages };
      } else if (letter === 'n') {
        if (arg !== undefined) shell.vars.set(arg, String(out.length));
      } else out += conversion(letter, flags, width, precision, arg, messages);
    }
  } while (next < args.length && consumed);
  return { text: out, messages };
}

function pad(text: string, width: number, flags: string, numeric: boolean): string {
  // printf(3) counts bytes.
  const length = /^[\x00-\x7f]*$/.test(text) ? text.length : encodeText(text).length;
  if (length >= width) return text;
  const missing = width - length;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (numeric && flags.includes('0')) {
    const sign = /^(?:[+ -]?0[xX](?=.)|[+ -])/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(missing) + text.slice(sign.length);
  }
  return ' '.repeat(missing) + text;
}

function conversion(
  letter: string,
  flags: string,
  width: number,
  precision: number | undefined,
  arg: string | undefined,
  messages: string[],
): string {
  switch (letter) {
    case 's':
      return pad(precision === undefined ? (arg ?? '') : [...(arg ?? '')].slice(0, precision).join(''), width, flags, false);
    case 'c':
      return pad(String.fromCodePoint(...(arg === undefined || arg === '' ? [0] : [arg.codePointAt(0) as number])), width, flags, false);
    case 'q':
      return pad(backslashQuoted(arg ?? ''), width, flags, false);
    case 'Q':
      return pad(singleQuoted(precision === undefined ? (arg ?? '') : (arg ?? '').slice(0, precision)), width, flags, false);
  }
  if ('diouxX'.includes(letter)) return integer(letter, flags, width, precision, integerArgument(arg, messages));
  return floating(letter, flags, width, precision, arg, messages);
}

const MAX = 2n ** 63n - 1n;

function integerArgument(arg: string | undefined, messages: string[]): bigint {
  if (arg === undefined || arg === '') return 0n;
  if (arg.startsWith("'") || arg.startsWith('"')) return BigInt(arg.codePointAt(1) ?? 0);
  const match = /^\s*([+-]?)(0[xX][0-9A-Fa-f]+|\d+)?/.exec(arg);
  const digits = match?.[2];
  if (digits === undefined) {
    messages.push(`${arg}: invalid number`);
    return 0n;
  }
  let value: bigint;
  let rest = arg.slice((match?.[0] ?? '').length);
  if (/^0[xX]/.test(digits)) value = BigInt(digits);
  else if (digits.length > 1 && digits.startsWith('0')) {
    const octal = /^[0-7]+/.exec(digits)?.[0] ?? '0';
    value = BigInt(`0o${octal}`);
    rest = digits.slice(octal.length) + rest;
  } else value = BigInt(digits);
  if (match?.[1] === '-') value = -value;
  if (rest !== '') messages.push(`${arg}: invalid number`);
  if (value > MAX || value < -MAX - 1n) {
    messages.push(`warning: ${arg}: Numerical result out of range`);
    return value > 0n ? MAX : -MAX - 1n;
  }
  return value;
}

function integer(letter: string, flags: string, width: number, precision: number | undefined, value: bigint): string {
  let digits: string;
  let sign = '';
  if (letter === 'd' || letter === 'i') {
    sign = value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
    digits = (value < 0n ? -value : value).toString();
  } else {
    const unsigned = BigInt.asUintN(64, value);
    digits = unsigned.toString(letter === 'o' ? 8 : letter === 'u' ? 10 : 16);
    if (letter === 'X') digits = digits.toUpperCase();
    if (flags.includes('#') && unsigned !== 0n) sign = letter === 'o' ? '0' : letter === 'u' ? '' : `0${letter}`;
  }
  if (precision !== undefined) {
    digits = precision === 0 && digits === '0' ? '' : digits.padStart(precision, '0');
    return pad(sign + digits, width, flags.replaceAll('0', ''), true);
  }
  return pad(sign + digits, width, flags, true);
}

function floating(
  letter: string,
  flags: string,
  width: number,
  precision: number | undefined,
  arg: string | undefined,
  messages: string[],
): string {
  let value = 0;
  if (arg !== undefined && arg !== '') {
    if (arg.startsWith("'") || arg.startsWith('"')) value = arg.codePointAt(1) ?? 0;
    else {
      const match = /^\s*[+-]?(?:inf(?:inity)?|nan|0[xX][0-9A-Fa-f]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/i.exec(arg)?.[0];
      if (match === undefined || match.length < arg.length) messages.push(`${arg}: invalid number`);
      value = match === undefined ? 0 : /inf/i.test(match) ? (match.includes('-') ? -Infinity : Infinity) : Number(match);
    }
  }
  const negative = value < 0 || Object.is(value, -0);
  const magnitude = Math.abs(value);
  let body: string;
  if (!Number.isFinite(magnitude)) body = Number.isNaN(magnitude) ? 'nan' : 'inf';
  else if (letter === 'f' || letter === 'F') body = fixed(magnitude, precision ?? 6);
  else if (letter === 'e' || letter === 'E') body = exponent(magnitude, precision ?? 6);
  else if (letter === 'g' || letter === 'G') body = general(magnitude, precision ?? 6, flags.includes('#'));
  else body = `0x${magnitude.toString(16)}p+0`;
  if (/[EGFA]/.test(letter)) body = body.toUpperCase();
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return pad(sign + body, width, Number.isFinite(magnitude) ? flags : flags.replaceAll('0', ''), true);
}

function fixed(value: number, places: number): string {
  if (value < 1e21) return value.toFixed(Math.min(places, 100));
  return BigInt(value).toString() + (places > 0 ? `.${'0'.repeat(places)}` : '');
}

function exponent(value: number, places: number): string {
  return value.toExponential(Math.min(places, 100)).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, alternate: boolean): string {
  const p = precision === 0 ? 1 : Math.min(precision, 100);
  if (value === 0) return '0';
  const e = Number(/e([+-]\d+)$/.exec(value.toExponential(p - 1))?.[1] ?? 0);
  let text = e < -4 || e >= p ? exponent(value, p - 1) : value.toFixed(Math.max(0, p - 1 - e));
  if (!alternate && text.includes('.')) text = text.replace(/\.?0+(?=e|$)/, '');
  return text;
}
