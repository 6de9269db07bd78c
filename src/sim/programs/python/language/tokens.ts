// The words of a Python file: https://docs.python.org/3.11/reference/lexical_analysis.html.

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end' | 'error';
  /** A string's contents; otherwise as written. */
  readonly text: string;
  /** Letters before a string: f, b, r. */
  readonly prefix: string;
  readonly line: number;
  /** Columns, from 0, where it begins and behind its end. */
  readonly column: number;
  readonly end: number;
  /** It stands between brackets. */
  readonly inside: boolean;
  /** Of kind `error`: what is wrong here. It is told when somebody reads so far. */
  readonly error?: PythonSyntaxError;
}

/** Where the carets of an error stand; without it there are none. */
export interface Span {
  readonly column: number;
  readonly width?: number;
}

/** A file that is no Python; the line counts from 1. */
export class PythonSyntaxError {
  readonly type: 'SyntaxError' | 'IndentationError' | 'TabError';
  readonly message: string;
  readonly line: number;
  readonly span: Span | undefined;
  /** The field of an f-string that it is in, shown in place of the line. */
  readonly field: string | undefined;
  constructor(message: string, line: number, span?: Span, type: PythonSyntaxError['type'] = 'SyntaxError', field?: string) {
    this.message = message;
    this.line = line;
    this.span = span;
    this.type = type;
    this.field = field;
  }
}

/** A bracket without an end: told where reading comes to the file's end, and before that only of what is wrong behind its line. */
class NeverClosed extends PythonSyntaxError {}

/** What CPython tells of an error of the grammar: what cannot even be split into words goes before (pegen_errors.c). */
export function toldInstead(error: PythonSyntaxError, tokens: readonly Token[], readTo: number): PythonSyntaxError {
  const broken = tokens.find(({ kind }) => kind === 'error')?.error;
  if (broken === undefined || (broken instanceof NeverClosed && readTo <= broken.line)) return error;
  return broken;
}

const PIECE =
  /([\p{L}_][\p{L}\p{N}_]*)|(\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(\*\*=|\/\/=|>>=|<<=|\.\.\.|==|!=|<=|>=|->|:=|\+=|-=|\*=|\/=|%=|\/\/|\*\*|<<|>>|[-+*/%@&|^~<>()[\]{},:.;=])/uy;
const STRING = /([fFrRbBuU]{0,2})('''|"""|'|")/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', '0': '\0', '\n': '' };
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const TAB = 8;

/** The words of a file. Where it cannot be split any further, the last one is an `error`. */
export function tokenize(source: string): readonly Token[] {
  const scanner = new Scanner(source);
  try {
    scanner.run();
  } catch (thrown) {
    if (!(thrown instanceof PythonSyntaxError)) throw thrown;
    scanner.push('error', '', '', thrown);
  }
  return scanner.tokens;
}

class Scanner {
  readonly tokens: Token[] = [];
  readonly #source: string;
  /** Widths with tabs of eight columns, and of one: where the two disagree on what is deeper, it depends on the tabs (TabError). */
  readonly #indents: (readonly [width: number, narrow: number])[] = [[0, 0]];
  readonly #open: { readonly text: string; readonly line: number; readonly column: number }[] = [];
  #at = 0;
  #line = 1;
  /** Where the line begins, and where the word does. */
  #lineAt = 0;
  #from = 0;

  constructor(source: string) {
    this.#source = source;
  }

  push(kind: Token['kind'], text: string, prefix = '', error?: PythonSyntaxError): void {
    const column = Math.max(0, this.#from - this.#lineAt);
    const [end, inside] = [Math.max(column, this.#at - this.#lineAt), this.#open.length > 0];
    this.tokens.push({ ...{ kind, text, prefix, line: this.#line, column, end, inside }, ...(error && { error }) });
  }

  #wrong(message: string, column = this.#at - this.#lineAt): never {
    throw new PythonSyntaxError(message, this.#line, { column });
  }

  run(): void {
    const source = this.#source;
    let lineStart = true;
    while (this.#at < source.length) {
      this.#from = this.#at;
      if (lineStart) {
        lineStart = false;
        this.#indentation();
        continue;
      }
      const c = source[this.#at] as string;
      if (c === '\n') {
        const inside = this.#open.length > 0;
        if (!inside && !['newline', 'indent', 'dedent', undefined].includes(this.tokens.at(-1)?.kind)) this.push('newline', '');
        this.#nextLine();
        lineStart = !inside;
      } else if (c === '#') {
        const end = source.indexOf('\n', this.#at);
        this.#at = end < 0 ? source.length : end;
      } else if (c === '\\' && source[this.#at + 1] === '\n') {
        this.#at++;
        this.#nextLine();
      } else if (/[ \t\f\r]/.test(c)) this.#at++;
      else this.#word();
    }
    this.#from = this.#at;
    const open = this.#open.at(-1);
    if (open) throw new NeverClosed(`'${open.text}' was never closed`, open.line, { column: open.column });
    if (this.tokens.at(-1)?.kind !== 'newline') this.push('newline', '');
    for (; this.#indents.length > 1; this.#indents.pop()) this.push('dedent', '');
    this.push('end', '');
  }

  #nextLine(): void {
    this.#line++;
    this.#at++;
    this.#lineAt = this.#at;
  }

  #indentation(): void {
    const [blank = ''] = /[ \t]*/y.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += blank.length;
    this.#from = this.#at;
    const next = this.#source[this.#at];
    if (next === '\n' || next === '\r' || next === '#' || next === undefined) return;
    let width = 0;
    for (const c of blank) width = c === '\t' ? (Math.floor(width / TAB) + 1) * TAB : width + 1;
    const narrow = blank.length;
    const top = (): readonly [number, number] => this.#indents.at(-1) as readonly [number, number];
    const tabs = (): never => {
      throw new PythonSyntaxError('inconsistent use of tabs and spaces in indentation', this.#line, undefined, 'TabError');
    };
    if (width > top()[0]) {
      if (narrow <= top()[1]) tabs();
      this.#indents.push([width, narrow]);
      this.push('indent', '');
    }
    while (width < top()[0]) {
      this.#indents.pop();
      this.push('dedent', '');
    }
    if (width !== top()[0]) {
      const line = this.#source.slice(this.#lineAt).split('\n', 1)[0] as string;
      const span = { column: line.length };
      throw new PythonSyntaxError('unindent does not match any outer indentation level', this.#line, span, 'IndentationError');
    }
    if (narrow !== top()[1]) tabs();
  }

  #word(): void {
    const source = this.#source;
    STRING.lastIndex = this.#at;
    const opening = STRING.exec(source);
    if (opening) {
      const prefix = (opening[1] as string).toLowerCase();
      const column = this.#at - this.#lineAt;
      const read = readString(source, this.#at + opening[0].length, opening[2] as string, prefix.includes('r'), this.#line, column);
      this.#at = read.end;
      this.push('string', read.text, prefix);
      for (let end = source.indexOf('\n', this.#from); end >= 0 && end < read.end; end = source.indexOf('\n', end + 1)) {
        this.#line++;
        this.#lineAt = end + 1;
      }
      return;
    }
    PIECE.lastIndex = this.#at;
    const piece = PIECE.exec(source);
    if (!piece) this.#strange();
    const [text, name, number] = piece as RegExpExecArray;
    if (CLOSES[text] !== undefined) this.#close(text);
    this.#at += text.length;
    this.push(name !== undefined ? 'name' : number !== undefined ? 'number' : 'operator', text);
    if (/^[([{]$/.test(text)) this.#open.push({ text, line: this.#line, column: this.#from - this.#lineAt });
  }

  #close(text: string): void {
    const open = this.#open.pop();
    if (open === undefined) this.#wrong(`unmatched '${text}'`);
    if (open.text === CLOSES[text]) return;
    const where = open.line === this.#line ? '' : ` on line ${open.line}`;
    this.#wrong(`closing parenthesis '${text}' does not match opening parenthesis '${open.text}'${where}`);
  }

  /** A character that begins no word. */
  #strange(): never {
    const c = String.fromCodePoint(this.#source.codePointAt(this.#at) as number);
    if (c < '\x80') this.#wrong('invalid syntax');
    const code = `U+${(c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
    this.#wrong(/[\p{Z}\p{C}]/u.test(c) ? `invalid non-printable character ${code}` : `invalid character '${c}' (${code})`);
  }
}

function readString(
  source: string,
  start: number,
  quote: string,
  raw: boolean,
  line: number,
  column: number,
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
  const [what, last] =
    quote.length === 1 ? ['string', line] : ['triple-quoted string', line + source.slice(start).trimEnd().split('\n').length - 1];
  throw new PythonSyntaxError(`unterminated ${what} literal (detected at line ${last})`, line, { column });
}
