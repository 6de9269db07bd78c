/**
 * Arithmetic as in bash's expr.c: 64-bit integers, all operators of C, assignment, bases up to 64. The text comes expanded
 * already, names are looked up while evaluating.
 */

/** A mistake in an expression; `token` is the rest of the text from where it was found. */
export class ArithmeticError {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export interface ArithmeticScope {
  /** Value of a variable or array element (`subscript` is the text between the brackets). */
  get(name: string, subscript: string | undefined): string | undefined;
  set(name: string, subscript: string | undefined, value: string): void;
  /** Called for a name that is not set, where that is an error (set -u). */
  unset?(name: string): void;
}

/** Variables whose values are names of variables whose values…; bash allows 1024, the engine's stack fewer. */
const MAX_NESTING = 100;
const ASSIGN = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
/** Binary operators by binding strength, weakest first; && and || and those above are handled by hand. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const OPERATORS = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '^=',
  '|=',
];

type Token =
  | { readonly kind: 'number'; readonly value: bigint; readonly at: number }
  | { readonly kind: 'name'; readonly name: string; readonly subscript: string | undefined; readonly at: number }
  | { readonly kind: 'operator'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** Evaluates an expression; an empty one is 0. Throws {@link ArithmeticError}. */
export function evaluate(text: string, scope: ArithmeticScope, nesting = 0): bigint {
  if (/^\s*$/.test(text)) return 0n;
  // Most expressions in scripts are plain numbers.
  if (/^(?:0|[1-9]\d{0,17})$/.test(text)) return BigInt(text);
  if (nesting > MAX_NESTING) throw new ArithmeticError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  return new Evaluator(text, scope, nesting).run();
}

class Evaluator {
  private readonly text: string;
  private readonly scope: ArithmeticScope;
  private readonly nesting: number;
  private at = 0;
  private token: Token = { kind: 'end', at: 0 };
  /** Start of the token before the current one: what bash quotes when an operand is missing at the end. */
  private lastAt = 0;
  /** Zero while evaluating; above zero in a branch not taken. */
  private skipping = 0;
  private depth = 0;

  constructor(text: string, scope: ArithmeticScope, nesting: number) {
    this.text = text;
    this.scope = scope;
    this.nesting = nesting;
  }

  run(): bigint {
    this.advance();
    const value = this.comma();
    if (!this.atEnd())
      this.fail(this.isOperator() ? 'syntax error in expression' : 'syntax error: invalid arithmetic operator', this.token.at);
    return value;
  }

  private fail(what: string, at: number): never {
    const shown = this.text.replace(/^\s+/, '');
    throw new ArithmeticError(`${shown}: ${what} (error token is "${this.text.slice(at)}")`);
  }

  /** A character that no expression has is no operator. */
  private isOperator(): boolean {
    return this.token.kind !== 'operator' || '+-*/%<>=!&|^~?:,()'.includes(this.token.text[0] as string);
  }

  private operandExpected(): never {
    this.fail('syntax error: operand expected', this.place);
  }

  private advance(): void {
    const { text } = this;
    this.lastAt = this.token.at;
    while (this.at < text.length && /\s/.test(text[this.at] as string)) this.at++;
    const at = this.at;
    const c = text[at];
    if (c === undefined) {
      this.token = { kind: 'end', at };
    } else if (c >= '0' && c <= '9') {
      let end = at + 1;
      while (end < text.length && /[0-9A-Za-z_@#]/.test(text[end] as string)) end++;
      this.at = end;
      this.token = { kind: 'number', value: this.number(text.slice(at, end), at), at };
    } else if (/[A-Za-z_]/.test(c)) {
      let end = at + 1;
      while (end < text.length && /\w/.test(text[end] as string)) end++;
      const name = text.slice(at, end);
      let subscript: string | undefined;
      if (text[end] === '[') {
        const close = matchingBracket(text, end);
        if (close < 0) this.fail('bad array subscript', at);
        subscript = text.slice(end + 1, close);
        end = close + 1;
      }
      this.at = end;
      this.token = { kind: 'name', name, subscript, at };
    } else {
      let operator = OPERATORS.find((o) => text.startsWith(o, at)) ?? c;
      // `++5` and `--5` are two signs: an increment needs a name beside it.
      if ((operator === '++' || operator === '--') && !this.besideName(at)) operator = c;
      this.at = at + operator.length;
      this.token = { kind: 'operator', text: operator, at };
    }
  }

  private besideName(at: number): boolean {
    return this.token.kind === 'name' || /^\s*[A-Za-z_]/.test(this.text.slice(at + 2));
  }

  private number(digits: string, at: number): bigint {
    const hash = digits.indexOf('#');
    if (hash >= 0) {
      const base = Number(digits.slice(0, hash));
      if (!(base >= 2 && base <= 64)) this.fail('invalid arithmetic base', at);
      if (hash === digits.length - 1) this.fail('invalid integer constant', at);
      return this.digits(digits.slice(hash + 1), base, at);
    }
    if (/^0[xX]/.test(digits)) return this.digits(digits.slice(2), 16, at);
    if (digits.length > 1 && digits.startsWith('0')) return this.digits(digits.slice(1), 8, at);
    return this.digits(digits, 10, at);
  }

  private digits(digits: string, base: number, at: number): bigint {
    let value = 0n;
    for (const c of digits) {
      const code = c.charCodeAt(0);
      let d: number;
      if (c >= '0' && c <= '9') d = code - 48;
      else if (c >= 'a' && c <= 'z') d = code - 97 + 10;
      else if (c >= 'A' && c <= 'Z') d = code - 65 + (base <= 36 ? 10 : 36);
      else if (c === '@') d = 62;
      else if (c === '_') d = 63;
      else this.fail('syntax error: invalid arithmetic operator', at);
      if (d >= base) this.fail('value too great for base', at);
      value = value * BigInt(base) + BigInt(d);
    }
    return BigInt.asIntN(64, value);
  }

  private is(...operators: string[]): boolean {
    return this.token.kind === 'operator' && operators.includes(this.token.text);
  }

  private take(): string {
    const text = this.token.kind === 'operator' ? this.token.text : '';
    this.advance();
    return text;
  }

  private comma(): bigint {
    let value = this.assignment();
    while (this.is(',')) {
      this.advance();
      value = this.assignment();
    }
    return value;
  }

  private assignment(): bigint {
    if (++this.depth > 500) this.fail('expression recursion level exceeded', this.token.at);
    try {
      const target = this.token;
      if (target.kind !== 'name') return this.unassignable();
      const start = { at: this.at, lastAt: this.lastAt };
      this.advance();
      if (this.is(...ASSIGN)) {
        const operator = this.take();
        const right = this.assignment();
        if (this.skipping > 0) return 0n;
        const value = operator === '=' ? right : this.binary(operator.slice(0, -1), this.load(target), right, this.token.at);
        this.scope.set(target.name, target.subscript, value.toString());
        return value;
      }
      this.at = start.at;
      this.lastAt = start.lastAt;
      this.token = target;
      return this.unassignable();
    } finally {
      this.depth--;
    }
  }

  private unassignable(): bigint {
    const value = this.conditional();
    if (this.is(...ASSIGN)) this.fail('attempted assignment to non-variable', this.token.at);
    return value;
  }

  /** Where a message points: the token, or the one before when the text is over. */
  private get place(): number {
    return this.atEnd() ? this.lastAt : this.token.at;
  }

  private atEnd(): boolean {
    return this.token.kind === 'end';
  }

  private conditional(): bigint {
    const test = this.or();
    if (!this.is('?')) return test;
    this.advance();
    if (this.atEnd() || this.is(':')) this.fail('expression expected', this.place);
    if (test === 0n) this.skipping++;
    const yes = this.comma();
    if (test === 0n) this.skipping--;
    if (!this.is(':')) this.fail("`:' expected for conditional expression", this.place);
    this.advance();
    if (this.atEnd()) this.fail('expression expected', this.lastAt);
    if (test !== 0n) this.skipping++;
    const no = this.conditional();
    if (test !== 0n) this.skipping--;
    return test !== 0n ? yes : no;
  }

  private or(): bigint {
    let left = this.and();
    while (this.is('||')) {
      this.advance();
      const done = left !== 0n;
      if (done) this.skipping++;
      const right = this.and();
      if (done) this.skipping--;
      left = left !== 0n || right !== 0n ? 1n : 0n;
    }
    return left;
  }

  private and(): bigint {
    let left = this.level(0);
    while (this.is('&&')) {
      this.advance();
      const done = left === 0n;
      if (done) this.skipping++;
      const right = this.level(0);
      if (done) this.skipping--;
      left = left !== 0n && right !== 0n ? 1n : 0n;
    }
    return left;
  }

  private level(n: number): bigint {
    const operators = LEVELS[n];
    if (operators === undefined) return this.power();
    let left = this.level(n + 1);
    while (this.is(...operators)) {
      const operator = this.take();
      const at = this.token.at;
      const right = this.level(n + 1);
      left = this.binary(operator, left, right, at);
    }
    return left;
  }

  private power(): bigint {
    const base = this.unary();
    if (!this.is('**')) return base;
    this.advance();
    const at = this.token.at;
    const exponent = this.power();
    if (exponent < 0n) this.fail('exponent less than 0', this.place);
    return this.binary('**', base, exponent, at);
  }

  private unary(): bigint {
    if (this.is('!')) {
      this.advance();
      return this.unary() === 0n ? 1n : 0n;
    }
    if (this.is('~')) {
      this.advance();
      return BigInt.asIntN(64, ~this.unary());
    }
    if (this.is('-')) {
      this.advance();
      return BigInt.asIntN(64, -this.unary());
    }
    if (this.is('+')) {
      this.advance();
      return this.unary();
    }
    if (this.is('++', '--')) {
      const step = this.take() === '++' ? 1n : -1n;
      if (this.token.kind !== 'name') this.operandExpected();
      const target = this.token;
      this.advance();
      return this.store(target, BigInt.asIntN(64, this.load(target) + step));
    }
    return this.primary();
  }

  private primary(): bigint {
    const { token } = this;
    if (token.kind === 'number') {
      this.advance();
      if (this.token.kind === 'number' || this.token.kind === 'name') this.fail('syntax error in expression', this.token.at);
      return token.value;
    }
    if (token.kind === 'name') {
      this.advance();
      if (this.is('++', '--')) {
        const old = this.load(token);
        this.store(token, BigInt.asIntN(64, old + (this.take() === '++' ? 1n : -1n)));
        return old;
      }
      return this.load(token);
    }
    if (this.is('(')) {
      this.advance();
      const value = this.comma();
      if (!this.is(')')) this.fail("missing `)'", this.place);
      this.advance();
      return value;
    }
    this.operandExpected();
  }

  private load(target: Extract<Token, { kind: 'name' }>): bigint {
    if (this.skipping > 0) return 0n;
    const value = this.scope.get(target.name, target.subscript);
    if (value === undefined) {
      this.scope.unset?.(target.name);
      return 0n;
    }
    return evaluate(value, this.scope, this.nesting + 1);
  }

  private store(target: Extract<Token, { kind: 'name' }>, value: bigint): bigint {
    if (this.skipping === 0) this.scope.set(target.name, target.subscript, value.toString());
    return value;
  }

  private binary(operator: string, a: bigint, b: bigint, at: number): bigint {
    switch (operator) {
      case '+':
        return BigInt.asIntN(64, a + b);
      case '-':
        return BigInt.asIntN(64, a - b);
      case '*':
        return BigInt.asIntN(64, a * b);
      case '/':
      case '%':
        if (b === 0n) {
          if (this.skipping > 0) return 0n;
          this.fail('division by 0', at);
        }
        return BigInt.asIntN(64, operator === '/' ? a / b : a % b);
      case '**': {
        let result = 1n;
        let base = a;
        for (let e = b; e > 0n; e >>= 1n) {
          if (e & 1n) result = BigInt.asIntN(64, result * base);
          base = BigInt.asIntN(64, base * base);
        }
        return result;
      }
      case '<<':
        return BigInt.asIntN(64, a << (b & 63n));
      case '>>':
        return a >> (b & 63n);
      case '&':
        return a & b;
      case '|':
        return a | b;
      case '^':
        return a ^ b;
      case '==':
        return a === b ? 1n : 0n;
      case '!=':
        return a !== b ? 1n : 0n;
      case '<':
        return a < b ? 1n : 0n;
      case '>':
        return a > b ? 1n : 0n;
      case '<=':
        return a <= b ? 1n : 0n;
      default:
        return a >= b ? 1n : 0n;
    }
  }
}

function matchingBracket(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  return -1;
}
