/** A set of bytes as tr(1) takes it, in order; `repeat` marks where `[x*]` fills up to the other set's length. */
export interface TrSet {
  readonly bytes: number[];
  readonly repeat: { readonly at: number; readonly byte: number } | undefined;
  /** It is made of `[:upper:]` or `[:lower:]` alone. */
  readonly caseClass: 'upper' | 'lower' | undefined;
  readonly usesClass: boolean;
}

const between = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const DIGIT = between(48, 57);
const UPPER = between(65, 90);
const LOWER = between(97, 122);
const GRAPH = between(33, 126);
const CLASSES: Readonly<Record<string, number[]>> = {
  alnum: [...DIGIT, ...UPPER, ...LOWER],
  alpha: [...UPPER, ...LOWER],
  blank: [9, 32],
  cntrl: [...between(0, 31), 127],
  digit: DIGIT,
  graph: GRAPH,
  lower: LOWER,
  print: [32, ...GRAPH],
  punct: GRAPH.filter((b) => !/[0-9A-Za-z]/.test(String.fromCharCode(b))),
  space: [...between(9, 13), 32],
  upper: UPPER,
  xdigit: [...DIGIT, ...between(65, 70), ...between(97, 102)],
};
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** Reads a set; a string says what is wrong with it. */
export function parseTrSet(set: readonly number[]): TrSet | string {
  const text = String.fromCharCode(...set);
  const bytes: number[] = [];
  let repeat: TrSet['repeat'];
  let caseClass: TrSet['caseClass'];
  let usesClass = false;
  let i = 0;
  const one = (): number => {
    if (text[i] !== '\\' || i + 1 >= text.length) return text.charCodeAt(i++);
    const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1))?.[0];
    if (octal !== undefined) {
      const digits = Number.parseInt(octal, 8) > 255 ? octal.slice(0, 2) : octal;
      i += 1 + digits.length;
      return Number.parseInt(digits, 8);
    }
    const letter = text[i + 1] as string;
    i += 2;
    return ESCAPES[letter] ?? letter.charCodeAt(0);
  };
  while (i < text.length) {
    const rest = text.slice(i);
    const cls = /^\[:([^:\]]*):\]/.exec(rest);
    if (cls) {
      const members = CLASSES[cls[1] as string];
      if (members === undefined) return `invalid character class ‘${cls[1]}’`;
      bytes.push(...members);
      usesClass = true;
      if (cls[1] === 'upper' || cls[1] === 'lower') caseClass = cls[1];
      i += cls[0].length;
      continue;
    }
    const equal = /^\[=(.)=\]/s.exec(rest);
    if (equal) {
      bytes.push((equal[1] as string).charCodeAt(0));
      i += equal[0].length;
      continue;
    }
    const repeated = /^\[(\\?.)\*(\d*)\]/s.exec(rest);
    if (repeated) {
      i++;
      const byte = one();
      i += 1 + (repeated[2] as string).length + 1;
      const digits = repeated[2] as string;
      const times = digits.startsWith('0') ? Number.parseInt(digits, 8) : Number(digits);
      if (times > 0) bytes.push(...new Array<number>(times).fill(byte));
      else repeat = { at: bytes.length, byte };
      continue;
    }
    const from = one();
    if (text[i] === '-' && i + 1 < text.length) {
      i++;
      const to = one();
      if (to < from) return `range-endpoints of '${shown(from)}-${shown(to)}' are in reverse collating sequence order`;
      bytes.push(...between(from, to));
    } else bytes.push(from);
  }
  return { bytes, repeat, caseClass, usesClass };
}

function shown(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}
