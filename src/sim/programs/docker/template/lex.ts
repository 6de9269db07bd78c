// The lexer of text/template (text/template/parse/lex.go, Go 1.19).

export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword;

type Keyword = (typeof KEYWORDS)[number];
const KEYWORDS = ['.', 'block', 'break', 'continue', 'define', 'else', 'end', 'if', 'nil', 'range', 'template', 'with'] as const;

export interface Token {
  readonly type: TokenType;
  readonly position: number;
  readonly text: string;
  readonly line: number;
}

/** As messages write a token. */
export function describeToken(token: Token): string {
  if (token.type === 'eof') return 'EOF';
  if (token.type === 'error') return token.text;
  if (isKeyword(token.type)) return `<${token.text}>`;
  return token.text.length > 10 ? `${quoteGo(token.text.slice(0, 10))}...` : quoteGo(token.text);
}

function isKeyword(type: string): type is Keyword {
  return (KEYWORDS as readonly string[]).includes(type);
}

/** strconv.Quote. */
export function quoteGo(s: string): string {
  let out = '"';
  for (const c of s) out += quoteCharacter(c, '"');
  return `${out}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** One character as it stands between such quotes. */
export function quoteCharacter(c: string, quote: string): string {
  if (c === quote) return `\\${c}`;
  const short = ESCAPES[c];
  if (short !== undefined) return short;
  const code = c.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  // A byte that is no UTF-8, as the shell keeps it.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (isPrintable(c)) return c;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** strconv.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space. */
export function isPrintable(c: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(c);
}

/** `%#U`: U+002D '-'. */
export function describeCharacter(c: string): string {
  const code = (c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isPrintable(c) ? `U+${code} '${c}'` : `U+${code}`;
}

const SPACE = ' \t\r\n';
const isSpace = (c: string) => c !== '' && SPACE.includes(c);
const isAlphaNumeric = (c: string) => c !== '' && /^[_\p{L}\p{Nd}]$/u.test(c);

/** Takes a template apart; the last token is `eof` or `error`. Positions count UTF-16 units. */
export function lex(input: string): Token[] {
  return new Lexer(input).run();
}

/** Thrown inside the lexer once an error token stands. */
class Stop {}

class Lexer {
  readonly #input: string;
  #position = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #parentheses = 0;
  readonly #tokens: Token[] = [];

  constructor(input: string) {
    this.#input = input;
  }

  run(): Token[] {
    try {
      while (this.#text()) while (this.#insideAction());
      this.#emit('eof');
    } catch (thrown) {
      if (!(thrown instanceof Stop)) throw thrown;
    }
    return this.#tokens;
  }

  /** Text up to the next action or comment; whether there is an action to read. */
  #text(): boolean {
    for (;;) {
      const found = this.#input.indexOf('{{', this.#position);
      const end = found < 0 ? this.#input.length : found;
      const trim = found >= 0 && this.#trimsLeft(found + 2);
      const piece = this.#input.slice(this.#start, end);
      const kept = trim ? piece.replace(/[ \t\r\n]+$/, '') : piece;
      this.#position = this.#start + kept.length;
      if (kept !== '') this.#emit('text');
      this.#position = end;
      this.#ignore();
      if (found < 0) return false;
      const inside = found + 2 + (trim ? 2 : 0);
      if (!this.#input.startsWith('/*', inside)) {
        this.#position = found + 2;
        this.#emit('leftDelim');
        this.#position = inside;
        this.#ignore();
        this.#parentheses = 0;
        return true;
      }
      this.#position = inside;
      this.#ignore();
      this.#comment();
    }
  }

  #trimsLeft(at: number): boolean {
    return this.#input[at] === '-' && isSpace(this.#input[at + 1] ?? '');
  }

  /** Is a closing delimiter here, and does a trim marker stand before it? */
  #rightDelim(): { readonly here: boolean; readonly trim: boolean } {
    const rest = this.#input.slice(this.#position, this.#position + 4);
    if (isSpace(rest[0] ?? '') && rest.slice(1) === '-}}') return { here: true, trim: true };
    return { here: rest.startsWith('}}'), trim: false };
  }

  #comment(): void {
    const end = this.#input.indexOf('*/', this.#position + 2);
    if (end < 0) this.#fail('unclosed comment');
    this.#position = end + 2;
    const { here, trim } = this.#rightDelim();
    if (!here) this.#fail('comment ends before closing delimiter');
    this.#position += trim ? 4 : 2;
    if (trim) this.#skipSpace();
    this.#ignore();
  }

  #skipSpace(): void {
    while (isSpace(this.#peek())) this.#position++;
  }

  /** One token of an action; false after its closing delimiter. */
  #insideAction(): boolean {
    const { here, trim } = this.#rightDelim();
    if (here) {
      if (this.#parentheses > 0) this.#fail('unclosed left paren');
      this.#close(trim);
      return false;
    }
    const c = this.#next();
    if (c === '') this.#fail('unclosed action');
    if (isSpace(c)) return this.#spaces();
    if (c === '=') this.#emit('assign');
    else if (c === ':') {
      if (this.#next() !== '=') this.#fail('expected :=');
      this.#emit('declare');
    } else if (c === '|') this.#emit('pipe');
    else if (c === '"') this.#quoted('"', 'unterminated quoted string', 'string');
    else if (c === "'") this.#quoted("'", 'unterminated character constant', 'charConstant');
    else if (c === '`') this.#rawQuoted();
    else if (c === '$') this.#fieldOrVariable('variable');
    else if (c === '.' && !/[0-9]/.test(this.#peek()) && this.#position < this.#input.length) this.#fieldOrVariable('field');
    else if (/[-+.0-9]/.test(c)) this.#number();
    else if (isAlphaNumeric(c)) this.#identifier();
    else if (c === '(') {
      this.#emit('leftParen');
      this.#parentheses++;
    } else if (c === ')') {
      this.#emit('rightParen');
      if (--this.#parentheses < 0) this.#fail(`unexpected right paren ${describeCharacter(c)}`);
    } else if (/^[ -~]$/.test(c)) this.#emit('char');
    else this.#fail(`unrecognized character in action: ${describeCharacter(c)}`);
    return true;
  }

  #close(trim: boolean): void {
    if (trim) {
      this.#position += 2;
      this.#ignore();
    }
    this.#position += 2;
    this.#emit('rightDelim');
    if (trim) {
      this.#skipSpace();
      this.#ignore();
    }
  }

  /** Spaces; but the last may belong to a trim marker. */
  #spaces(): boolean {
    this.#skipSpace();
    if (this.#input.startsWith('-}}', this.#position)) {
      this.#position--;
      if (this.#position === this.#start) {
        this.#close(true);
        return false;
      }
    }
    this.#emit('space');
    return true;
  }

  #quoted(quote: string, unterminated: string, type: TokenType): void {
    for (;;) {
      let c = this.#next();
      if (c === quote) break;
      if (c === '\\') {
        c = this.#next();
        if (c !== '' && c !== '\n') continue;
      }
      if (c === '' || c === '\n') this.#fail(unterminated);
    }
    this.#emit(type);
  }

  #rawQuoted(): void {
    for (;;) {
      const c = this.#next();
      if (c === '') this.#fail('unterminated raw quoted string');
      if (c === '`') break;
    }
    this.#emit('rawString');
  }

  #fieldOrVariable(type: 'field' | 'variable'): void {
    if (this.#atTerminator()) {
      this.#emit(type === 'variable' ? 'variable' : '.');
      return;
    }
    this.#word();
    this.#emit(type);
  }

  /** Letters and digits; what comes next must end a word. */
  #word(): string {
    while (isAlphaNumeric(this.#peek())) this.#next();
    if (!this.#atTerminator()) this.#fail(`bad character ${describeCharacter(this.#peek())}`);
    return this.#input.slice(this.#start, this.#position);
  }

  #atTerminator(): boolean {
    const c = this.#peek();
    return c === '' || isSpace(c) || '.,|:)('.includes(c) || this.#input.startsWith('}}', this.#position);
  }

  #identifier(): void {
    const word = this.#word();
    if (isKeyword(word)) this.#emit(word);
    else this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier');
  }

  #number(): void {
    this.#position = this.#start;
    const one = () => {
      const shape =
        /[-+]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?)i?/y;
      shape.lastIndex = this.#position;
      this.#position += shape.exec(this.#input)?.[0].length ?? 0;
      if (!isAlphaNumeric(this.#peek())) return true;
      this.#next();
      return false;
    };
    const malformed = () => this.#fail(`bad number syntax: ${quoteGo(this.#input.slice(this.#start, this.#position))}`);
    if (!one()) malformed();
    if ((this.#peek() === '+' || this.#peek() === '-') && (!one() || this.#input[this.#position - 1] !== 'i')) malformed();
    this.#emit('number');
  }

  #peek(): string {
    const code = this.#input.codePointAt(this.#position);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #next(): string {
    const c = this.#peek();
    this.#position += c.length;
    return c;
  }

  #emit(type: TokenType): void {
    const text = this.#input.slice(this.#start, this.#position);
    this.#tokens.push({ type, position: this.#start, text, line: this.#startLine });
    this.#ignore();
  }

  #ignore(): void {
    this.#line += this.#input.slice(this.#start, this.#position).split('\n').length - 1;
    this.#start = this.#position;
    this.#startLine = this.#line;
  }

  #fail(message: string): never {
    this.#tokens.push({ type: 'error', position: this.#start, text: message, line: this.#startLine });
    throw new Stop();
  }
}
