// `{a,b}` and `[1-3]` in URLs: src/tool_urlglob.c.

/** A URL that stands for many. */
export interface Glob {
  /** In order: the last pattern varies fastest. With what each pattern stands for, for `#1` in file names. */
  readonly urls: readonly { readonly url: string; readonly parts: readonly string[] }[];
}

export interface GlobProblem {
  readonly message: string;
  /** Column at which it is, from 1. */
  readonly position: number;
}

type Piece = { readonly literal: string } | { readonly choices: readonly string[] };

/** More would be no slip of the keyboard but a mistake. */
const MAX_URLS = 100_000;

export function expandGlob(text: string): Glob | GlobProblem {
  const pieces: Piece[] = [];
  let literal = '';
  let i = 0;
  const endLiteral = (): void => {
    if (literal !== '') pieces.push({ literal });
    literal = '';
  };
  while (i < text.length) {
    const c = text[i] as string;
    if (c === '\\' && /[{}[\]]/.test(text[i + 1] ?? '')) {
      literal += text[i + 1];
      i += 2;
    } else if (c === '[' && isIpv6Literal(text.slice(i))) {
      const end = text.indexOf(']', i);
      literal += text.slice(i, end + 1);
      i = end + 1;
    } else if (c === '{') {
      endLiteral();
      const set = parseSet(text, i);
      if ('message' in set) return set;
      pieces.push({ choices: set.choices });
      i = set.next;
    } else if (c === '[') {
      endLiteral();
      const range = parseRange(text, i);
      if ('message' in range) return range;
      pieces.push({ choices: range.choices });
      i = range.next;
    } else if (c === '}' || c === ']') return { message: 'unmatched close brace/bracket', position: i + 1 };
    else {
      literal += c;
      i++;
    }
  }
  endLiteral();
  const count = pieces.reduce((n, piece) => n * ('choices' in piece ? piece.choices.length : 1), 1);
  if (count > MAX_URLS) return { message: 'range overflow', position: 0 };
  let urls: { url: string; parts: string[] }[] = [{ url: '', parts: [] }];
  for (const piece of pieces) {
    urls = urls.flatMap(({ url, parts }) =>
      'literal' in piece
        ? [{ url: url + piece.literal, parts }]
        : piece.choices.map((choice) => ({ url: url + choice, parts: [...parts, choice] })),
    );
  }
  return { urls };
}

function isIpv6Literal(text: string): boolean {
  const match = /^\[([0-9a-fA-F:.]+)(%[^\]]*)?\]/.exec(text);
  return match !== null && (match[1] as string).includes(':') && !/^\w-/.test(match[1] as string);
}

type Parsed = { readonly choices: readonly string[]; readonly next: number } | GlobProblem;

function parseSet(text: string, open: number): Parsed {
  const choices: string[] = [];
  let current = '';
  for (let i = open + 1; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '{' || c === '[') return { message: 'nested brace', position: i + 1 };
    if (c === ']') return { message: 'unexpected close bracket', position: i + 1 };
    if (c === '\\' && text[i + 1] !== undefined) current += text[++i];
    else if (c === ',') {
      choices.push(current);
      current = '';
    } else if (c === '}') {
      if (i === open + 1) return { message: 'empty string within braces', position: i + 1 };
      return { choices: [...choices, current], next: i + 1 };
    } else current += c;
  }
  return { message: 'unmatched brace', position: open + 1 };
}

function parseRange(text: string, open: number): Parsed {
  const body = text.slice(open);
  const letters = /^\[([a-zA-Z])-([a-zA-Z])(?::(\d+))?\]/.exec(body);
  if (letters) {
    const [from, to] = [(letters[1] as string).charCodeAt(0), (letters[2] as string).charCodeAt(0)];
    const step = Number(letters[3] ?? 1);
    if (from > to || step === 0 || (step > to - from && from !== to))
      return { message: 'bad range', position: open + 1 + letters[0].length };
    const choices: string[] = [];
    for (let code = from; code <= to; code += step) choices.push(String.fromCharCode(code));
    return { choices, next: open + letters[0].length };
  }
  const numbers = /^\[(\d+)-(\d+)(?::(\d+))?\]/.exec(body);
  if (numbers) {
    const [from, to] = [Number(numbers[1]), Number(numbers[2])];
    const step = Number(numbers[3] ?? 1);
    if (from > to || step === 0 || (step > to - from && from !== to))
      return { message: 'bad range', position: open + numbers[0].length + 1 };
    const width = (numbers[1] as string).startsWith('0') ? (numbers[1] as string).length : 0;
    const choices: string[] = [];
    for (let n = from; n <= to; n += step) choices.push(String(n).padStart(width, '0'));
    return { choices, next: open + numbers[0].length };
  }
  const begun = /^\[\d+-/.exec(body) ?? /^\[[a-zA-Z]-/.exec(body);
  if (begun) return { message: 'bad range', position: open + begun[0].length + 1 };
  return { message: 'bad range specification', position: open + 2 };
}
