import type { StringMatch } from '../../../kernel/netfilter/match/string.ts';
import { encodeText } from '../../../shell/bytes-of-text.ts';
import { type Extension, find, integer, not, oneOf, required, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

const LONGEST = 128;

export const string: Extension<StringMatch> = {
  name: 'string',
  options: [
    { names: ['from'], arguments: 1 },
    { names: ['to'], arguments: 1 },
    { names: ['algo'], arguments: 1, required: true },
    ...oneOf({ names: ['string'], arguments: 1, invert: true }, { names: ['hex-string'], arguments: 1, invert: true }),
    { names: ['icase'], arguments: 0 },
  ],
  build(given) {
    const plain = find(given, 'string');
    const hexadecimal = find(given, 'hex-string');
    const wanted = plain ?? hexadecimal;
    const bytes = plain ? [...encodeText(plain.values[0] as string)] : hexadecimal ? parseHexString(hexadecimal.values[0] as string) : [];
    if (bytes.length > LONGEST) throw misuse(`STRING too long "${wanted?.values[0]}"`);
    if (wanted === undefined) throw misuse("STRING match: You must specify `--string' or `--hex-string'");
    const number = (option: string, otherwise: number): number => {
      const text = valueGiven(given, option);
      return text === undefined ? otherwise : integer('string', option, text, 0xffff);
    };
    return {
      name: 'string',
      pattern: bytes,
      algorithm: required('string', given, 'algo').values[0] as string,
      from: number('from', 0),
      to: number('to', 0xffff),
      ignoreCase: find(given, 'icase') !== undefined,
      invert: wanted.invert,
    };
  },
  print(info) {
    const from = info.from === 0 ? '' : ` FROM ${info.from}`;
    const to = info.to === 0xffff ? '' : ` TO ${info.to}`;
    const sign = info.invert ? '!' : '';
    return ` STRING match ${sign} ${patternText(info.pattern)} ALGO name ${info.algorithm}${from}${to}${info.ignoreCase ? ' ICASE' : ''}`;
  },
  save(info) {
    const from = info.from === 0 ? '' : ` --from ${info.from}`;
    const to = info.to === 0xffff ? '' : ` --to ${info.to}`;
    const option = isPrintable(info.pattern) ? 'string' : 'hex-string';
    return `${not(info.invert)} --${option} ${patternText(info.pattern)} --algo ${info.algorithm}${from}${to}${info.ignoreCase ? ' --icase' : ''}`;
  },
};

/** `GET |0d 0a|`: bytes between bars, and `\` before what is meant as it is. */
function parseHexString(text: string): number[] {
  const bytes: number[] = [];
  let hexadecimal = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\' && !hexadecimal) bytes.push(text.charCodeAt(++i));
    else if (c === '|') hexadecimal = !hexadecimal;
    else if (!hexadecimal) bytes.push(c.charCodeAt(0));
    else if (!/\s/.test(c)) {
      const next = text[i + 1] ?? '';
      if (next === '' || next === '|') throw misuse('Odd number of hex digits');
      for (const digit of [c, next]) if (!/[0-9a-fA-F]/.test(digit)) throw misuse(`Invalid hex char '${digit}'`);
      bytes.push(Number.parseInt(c + next, 16));
      i++;
    }
  }
  if (hexadecimal) throw misuse('Invalid hex block');
  return bytes;
}

function isPrintable(pattern: readonly number[]): boolean {
  return pattern.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function patternText(pattern: readonly number[]): string {
  if (!isPrintable(pattern)) return `"|${pattern.map((byte) => byte.toString(16).padStart(2, '0')).join('')}|"`;
  return `"${String.fromCharCode(...pattern).replaceAll(/["\\]/g, '\\$&')}"`;
}
