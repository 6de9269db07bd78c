import { AwkSyntaxError } from './ast.ts';

export interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'funcname' | 'builtin' | 'keyword' | 'op' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
  /** Blanks before it: `a (b)` is no call. */
  readonly spaced: boolean;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);
const BUILTINS: ReadonlySet<string> = new Set([
  'length',
  'substr',
  'index',
  'split',
  'sub',
  'gsub',
  'match',
  'sprintf',
  'sin',
  'cos',
  'atan2',
  'exp',
  'log',
  'sqrt',
  'int',
  'rand',
  'srand',
  'tolower',
  'toupper',
  'system',
  'close',
  'fflush',
  'strftime',
  'systime',
  'mktime',
]);
const OPERATORS = [
  '&&',
  '||',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '==',
  '<=',
  '>=',
  '!=',
  '!~',
  '>>',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '<',
  '>',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Takes an awk program apart, one token at a time: whether `/` divides or begins an expression depends on what was before. */
export class Lexer {
  readonly #s: string;
  #i = 0;
  #line = 1;
  #last: Token | undefined;

  constructor(source: string) {
    this.#s = source;
  }

  next(): Token {
    const token = this.#read();
    this.#last = token;
    return token;
  }

  #read(): Token {
    const before = this.#i;
    this.#blanks();
    const spaced = this.#i > before;
    const make = (kind: Token['kind'], text: string): Token => ({ kind, text, line: this.#line, spaced });
    const s = this.#s;
    if (this.#i >= s.length) return make('end', '');
    const c = s[this.#i] as string;
    if (c === '\n') {
      const token = make('newline', '\n');
      this.#i++;
      this.#line++;
      return token;
    }
    const rest = s.slice(this.#i);
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(rest)?.[0];
    if (number !== undefined) {
      this.#i += number.length;
      return make('number', number);
    }
    const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    if (name !== undefined) {
      this.#i += name.length;
      if (KEYWORDS.has(name)) return make('keyword', name === 'func' ? 'function' : name);
      if (BUILTINS.has(name)) return make('builtin', name);
      return make(s[this.#i] === '(' ? 'funcname' : 'name', name);
    }
    if (c === '"') return make('string', this.#string());
    if (c === '/' && !this.#operandBefore()) return make('regex', this.#regex());
    const operator = OPERATORS.find((op) => rest.startsWith(op));
    if (operator === undefined) throw new AwkSyntaxError(`unexpected character '${c}'`, this.#line);
    this.#i += operator.length;
    return make('op', operator);
  }

  #operandBefore(): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    if (['number', 'string', 'name', 'regex'].includes(last.kind)) return true;
    if (last.kind === 'builtin') return last.text === 'length';
    return last.kind === 'op' && (last.text === ')' || last.text === ']' || last.text === '$' || last.text === '++' || last.text === '--');
  }

  #blanks(): void {
    for (;;) {
      const m = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(this.#s.slice(this.#i, this.#i + 4096));
      if (!m) return;
      if (m[0].endsWith('\n')) this.#line++;
      this.#i += m[0].length;
    }
  }

  #string(): string {
    let out = '';
    for (this.#i++; ; this.#i++) {
      const c = this.#s[this.#i];
      if (c === undefined || c === '\n') throw new AwkSyntaxError(`runaway string constant "${out.slice(0, 10)} ...`, this.#line);
      if (c === '"') break;
      if (c !== '\\') {
        out += c;
        continue;
      }
      const octal = /^[0-7]{1,3}/.exec(this.#s.slice(this.#i + 1))?.[0];
      if (octal !== undefined) {
        out += String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
        this.#i += octal.length;
        continue;
      }
      const e = this.#s[++this.#i] ?? '';
      if (e === '\n') this.#line++;
      else out += ESCAPES[e] ?? `\\${e}`;
    }
    this.#i++;
    return out;
  }

  #regex(): string {
    let out = '';
    let bracket = false;
    for (this.#i++; ; this.#i++) {
      const c = this.#s[this.#i];
      if (c === undefined || c === '\n') throw new AwkSyntaxError(`runaway regular expression /${out.slice(0, 10)} ...`, this.#line);
      if (c === '/' && !bracket) break;
      if (c === '\\') {
        const e = this.#s[++this.#i] ?? '';
        out += e === '/' ? '/' : `\\${e}`;
        continue;
      }
      if (c === '[' && !bracket) {
        bracket = true;
        // A bracket right after the opening one is a member.
        const start = /^\[\^?\]?/.exec(this.#s.slice(this.#i))?.[0] ?? '[';
        out += start;
        this.#i += start.length - 1;
        continue;
      }
      if (c === ']') bracket = false;
      out += c;
    }
    this.#i++;
    return out;
  }
}
