// The words of a Python file: https://docs.python.org/3.11/reference/lexical_analysis.html.

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end';
  /** A string's contents; otherwise as written. */
  readonly text: string;
  /** Letters before a string: f, b, r. */
  readonly prefix: string;
  readonly line: number;
}

/** A file that is no Python; the line counts from 1. */
export class PythonSyntaxError {
  readonly type: 'SyntaxError' | 'IndentationError';
  readonly message: string;
  readonly line: number;
  constructor(message: string, line: number, type: PythonSyntaxError['type'] = 'SyntaxError') {
    this.message = message;
    this.line = line;
    this.type = type;
  }
}

const PIECE =
  /([A-Za-z_]\w*)|(\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(\*\*=|\/\/=|>>=|<<=|\.\.\.|==|!=|<=|>=|->|:=|\+=|-=|\*=|\/=|%=|\/\/|\*\*|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=])/y;
const STRING = /([fFrRbBuU]{0,2})('''|"""|'|")/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '0': '\0', '\n': '' };

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const indents = [0];
  let at = 0;
  let line = 1;
  let depth = 0;
  const push = (kind: Token['kind'], text: string, prefix = ''): void => void tokens.push({ kind, text, prefix, line });
  let lineStart = true;
  while (at < source.length) {
    if (lineStart && depth === 0) {
      const [blank = ''] = /[ \t]*/y.exec(source.slice(at)) ?? [];
      const next = source[at + blank.length];
      if (next !== '\n' && next !== '\r' && next !== '#' && next !== undefined) {
        const width = blank.replaceAll('\t', '        ').length;
        if (width > (indents.at(-1) as number)) {
          indents.push(width);
          push('indent', '');
        }
        while (width < (indents.at(-1) as number)) {
          indents.pop();
          push('dedent', '');
        }
        if (width !== indents.at(-1)) {
          throw new PythonSyntaxError('unindent does not match any outer indentation level', line, 'IndentationError');
        }
      }
      at += blank.length;
      lineStart = false;
      continue;
    }
    const c = source[at] as string;
    if (c === '\n') {
      if (depth === 0 && !['newline', 'indent', 'dedent', undefined].includes(tokens.at(-1)?.kind)) push('newline', '');
      line++;
      at++;
      lineStart = depth === 0;
      continue;
    }
    if (c === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
      continue;
    }
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    if (c === '\\' && source[at + 1] === '\n') {
      line++;
      at += 2;
      continue;
    }
    STRING.lastIndex = at;
    const opening = STRING.exec(source);
    if (opening) {
      const prefix = (opening[1] as string).toLowerCase();
      const read = readString(source, at + opening[0].length, opening[2] as string, prefix.includes('r'), line);
      push('string', read.text, prefix);
      line += source.slice(at, read.end).split('\n').length - 1;
      at = read.end;
      continue;
    }
    PIECE.lastIndex = at;
    const piece = PIECE.exec(source);
    if (!piece) throw new PythonSyntaxError('invalid syntax', line);
    const [text, name, number] = piece;
    push(name !== undefined ? 'name' : number !== undefined ? 'number' : 'operator', text);
    if (/^[([{]$/.test(text)) depth++;
    else if (/^[)\]}]$/.test(text)) depth = Math.max(0, depth - 1);
    at += text.length;
  }
  if (tokens.at(-1)?.kind !== 'newline') push('newline', '');
  for (; indents.length > 1; indents.pop()) push('dedent', '');
  push('end', '');
  return tokens;
}

function readString(
  source: string,
  start: number,
  quote: string,
  raw: boolean,
  line: number,
): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = start; at < source.length; at++) {
    const c = source[at] as string;
    if (source.startsWith(quote, at)) return { text, end: at + quote.length };
    if (c === '\n' && quote.length === 1) break;
    if (c !== '\\' || raw) {
      text += c;
      continue;
    }
    const next = source[++at] ?? '';
    const hex = /^x([0-9a-fA-F]{2})|^u([0-9a-fA-F]{4})/.exec(source.slice(at, at + 5));
    if (hex) {
      text += String.fromCharCode(Number.parseInt((hex[1] ?? hex[2]) as string, 16));
      at += hex[0].length - 1;
    } else text += ESCAPES[next] ?? `\\${next}`;
  }
  throw new PythonSyntaxError(
    quote.length === 1 ? `unterminated string literal (detected at line ${line})` : 'unterminated triple-quoted string literal',
    line,
  );
}
