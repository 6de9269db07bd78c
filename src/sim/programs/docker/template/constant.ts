// Constants of a template: text/template/parse's newNumber, and strconv's Unquote.

import { quoteGo } from './lex.ts';
import type { NumberNode } from './node.ts';

/** What is wrong with a constant. */
export class BadConstant {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** `'a'`: a number, its character's. */
export function parseCharacter(position: number, text: string): NumberNode | BadConstant {
  const inner = readEscapes(text.slice(1, -1), "'");
  if (inner === undefined || inner === '') return new BadConstant('invalid syntax');
  const characters = [...inner];
  if (characters.length !== 1) return new BadConstant(`malformed character constant: ${text}`);
  const code = characters[0]?.codePointAt(0) ?? 0;
  return { kind: 'number', position, text, int: BigInt(code), float: code, imaginary: undefined };
}

/** Integers in all of Go's bases, floats, complex constants; `_` between digits. */
export function parseNumber(position: number, text: string): NumberNode | BadConstant {
  const node = { kind: 'number', position, text } as const;
  const illegal = new BadConstant(`illegal number syntax: ${quoteGo(text)}`);
  if (text.endsWith('i')) {
    const parts = /^(.+?)?([-+]?[^-+]+)i$/.exec(text);
    const imaginary = parseFloatText(parts?.[2] ?? '');
    const real = parts?.[1] === undefined ? 0 : parseFloatText(parts[1]);
    return imaginary === undefined || real === undefined ? illegal : { ...node, int: undefined, float: real, imaginary };
  }
  const int = parseInteger(text);
  if (int !== undefined) {
    if (int >= 2n ** 64n || int < -(2n ** 63n)) return new BadConstant(`integer overflow: ${quoteGo(text)}`);
    return { ...node, int, float: Number(int), imaginary: undefined };
  }
  const float = parseFloatText(text);
  if (float === undefined) return illegal;
  // A float that is whole serves as an integer too; one that is written without a point or an exponent was too big for one.
  if (!/[.eEpP]/.test(text)) return new BadConstant(`integer overflow: ${quoteGo(text)}`);
  return { ...node, int: Number.isSafeInteger(float) ? BigInt(float) : undefined, float, imaginary: undefined };
}

/** strconv.ParseInt with base 0. */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/.exec(text);
  if (match === null) return undefined;
  const digits = (match[2] as string).replaceAll('_', '');
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

/** strconv.ParseFloat. */
export function parseFloatText(text: string): number | undefined {
  const hex = /^([-+]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?[0-9]+)$/.exec(text);
  if (hex !== null) {
    const mantissa = Number.parseInt(`${hex[2]}${hex[3]}` || '0', 16) * 2 ** (Number(hex[4]) - 4 * (hex[3] ?? '').length);
    return hex[1] === '-' ? -mantissa : mantissa;
  }
  if (!/^[-+]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  return Number(text.replaceAll('_', ''));
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** What stands between quotes, its escapes read; undefined if one is none of Go's. */
export function readEscapes(body: string, quote: string): string | undefined {
  let bad = false;
  const out = body.replace(
    /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|)/g,
    (_, simple?: string, byte?: string, short?: string, long?: string, octal?: string) => {
      if (simple !== undefined) {
        if ((simple === '"' || simple === "'") && simple !== quote) bad = true;
        return SIMPLE[simple] ?? simple;
      }
      const code = Number.parseInt(byte ?? short ?? long ?? octal ?? '', octal === undefined ? 16 : 8);
      if (Number.isNaN(code) || code > 0x10ffff || (octal !== undefined && code > 255)) bad = true;
      else if ((byte ?? octal) !== undefined && code > 0x7f) return String.fromCharCode(0xdc00 + code);
      return bad ? '' : String.fromCodePoint(code);
    },
  );
  return bad ? undefined : out;
}

/** strconv.Unquote for a quoted or a raw string. */
export function unquote(quoted: string): string | undefined {
  return quoted.startsWith('`') ? quoted.slice(1, -1).replaceAll('\r', '') : readEscapes(quoted.slice(1, -1), '"');
}
