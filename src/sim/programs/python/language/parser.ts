import { splitFormat } from './f-string.ts';
import { KEYWORDS, TokenReader } from './token-reader.ts';
import { PythonSyntaxError, type Token, tokenize } from './tokens.ts';
import type { Expression, FormatPart, Handler, Parameter, Statement } from './tree.ts';

/** Something of Python that vethlab does not run. */
export class NotRun {
  readonly what: string;
  readonly line: number;
  constructor(what: string, line: number) {
    this.what = what;
    this.line = line;
  }
}

const NOT_RUN = new Set(['class', 'with', 'async', 'await', 'lambda', 'yield', 'del', 'nonlocal', 'assert', 'match']);
const PRECEDENCE: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%', '@']];
const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=', 'in', 'is', 'not']);

/** Reads a file. Throws a {@link PythonSyntaxError} or {@link NotRun}. */
export function parseProgram(source: string): Statement[] {
  return new Parser(tokenize(source)).program();
}

class Parser extends TokenReader {
  program(): Statement[] {
    const statements: Statement[] = [];
    while (this.peek().kind !== 'end') {
      if (this.peek().kind === 'indent') this.wrongIndent('unexpected indent');
      statements.push(...this.#statement());
    }
    return statements;
  }

  #block(after: string, line: number): Statement[] {
    this.expect(':');
    if (this.peek().kind !== 'newline') return this.#simpleLine();
    this.at++;
    if (this.peek().kind !== 'indent') {
      this.wrongIndent(`expected an indented block after ${after} on line ${line}`, { column: this.peek().column });
    }
    this.at++;
    const statements: Statement[] = [];
    while (this.peek().kind !== 'dedent' && this.peek().kind !== 'end') statements.push(...this.#statement());
    if (this.peek().kind === 'dedent') this.at++;
    return statements;
  }

  #statement(): Statement[] {
    const { line, kind, text } = this.peek();
    if (kind === 'name' && NOT_RUN.has(text) && this.tokens[this.at + 1]?.text !== '=') throw new NotRun(`'${text}'`, line);
    if (this.is('@')) return [this.#decorated()];
    if (this.is('def')) return [this.#function([])];
    if (this.accept('if')) return [this.#if(line)];
    if (this.accept('while')) return [{ kind: 'while', line, test: this.#condition(), body: this.#block("'while' statement", line) }];
    if (this.accept('for')) {
      const target = this.#targets();
      this.expect('in');
      return [{ kind: 'for', line, target, items: this.#expressions(), body: this.#block("'for' statement", line) }];
    }
    if (this.accept('try')) return [this.#try(line)];
    return this.#simpleLine();
  }

  /** What stands behind `if` or `while`. */
  #condition(): Expression {
    const start = this.at;
    const test = this.#expression();
    if (test.kind === 'name' && this.accept('=')) {
      this.#expression();
      this.wrong("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", this.since(start));
    }
    return test;
  }

  #if(line: number): Statement {
    const test = this.#condition();
    const then = this.#block("'if' statement", line);
    const next = this.peek().line;
    if (this.accept('elif')) return { kind: 'if', line, test, then, otherwise: [this.#if(next)] };
    return { kind: 'if', line, test, then, otherwise: this.accept('else') ? this.#block("'else' statement", next) : [] };
  }

  #try(line: number): Statement {
    const body = this.#block("'try' statement", line);
    const handlers: Handler[] = [];
    for (;;) {
      const at = this.peek().line;
      if (!this.accept('except')) break;
      const types = this.is(':') ? undefined : this.#expression();
      const name = this.accept('as') ? this.name() : undefined;
      handlers.push({ line: at, types, name, body: this.#block("'except' statement", at) });
    }
    const next = this.peek().line;
    const otherwise = this.accept('else') ? this.#block("'else' statement", next) : [];
    const last = this.accept('finally') ? this.#block("'finally' statement", next) : [];
    if (handlers.length === 0 && last.length === 0)
      this.wrong("expected 'except' or 'finally' block", { line: this.peek().line, column: this.peek().column });
    return { kind: 'try', line, body, handlers, otherwise, last };
  }

  #decorated(): Statement {
    const decorators: Expression[] = [];
    while (this.accept('@')) {
      decorators.push(this.#expression());
      if (this.peek().kind === 'newline') this.at++;
    }
    if (!this.is('def')) throw new NotRun(`'${this.peek().text}'`, this.peek().line);
    return this.#function(decorators);
  }

  #function(decorators: readonly Expression[]): Statement {
    const { line } = this.peek();
    this.expect('def');
    const name = this.name();
    this.expect('(');
    const parameters: Parameter[] = [];
    while (!this.is(')')) {
      if (this.is('*') || this.is('**')) throw new NotRun('a parameter with *', line);
      const parameter = this.name();
      if (this.accept(':')) this.#expression();
      parameters.push({ name: parameter, fallback: this.accept('=') ? this.#expression() : undefined });
      if (!this.accept(',')) break;
    }
    this.expect(')');
    if (this.accept('->')) this.#expression();
    return { kind: 'def', line, name, parameters, decorators, body: this.#block('function definition', line) };
  }

  #simpleLine(): Statement[] {
    const start = this.at;
    const statements = this.#simple();
    while (this.accept(';')) if (this.peek().kind !== 'newline') statements.push(...this.#simple());
    if (this.peek().kind !== 'newline') {
      const { text } = this.tokens[start] as Token;
      // Python 2's statements.
      if (this.at !== start + 1 || !['print', 'exec'].includes(text) || !this.begins()) this.wrong();
      this.#expressions();
      this.wrong(`Missing parentheses in call to '${text}'. Did you mean ${text}(...)?`, this.since(start));
    }
    this.at++;
    return statements;
  }

  #imports(line: number): Statement[] {
    const statements: Statement[] = [];
    do {
      const module = this.#dotted();
      statements.push({ kind: 'import', line, module, as: this.accept('as') ? this.name() : '' });
    } while (this.accept(','));
    return statements;
  }

  #simple(): Statement[] {
    const { line } = this.peek();
    return this.accept('import') ? this.#imports(line) : [this.#small(line)];
  }

  #small(line: number): Statement {
    for (const kind of ['pass', 'break', 'continue'] as const) if (this.accept(kind)) return { kind, line };
    for (const kind of ['return', 'raise'] as const) {
      if (this.accept(kind)) return { kind, line, value: this.peek().kind === 'newline' ? undefined : this.#expressions() };
    }
    if (this.accept('global')) {
      const names = [this.name()];
      while (this.accept(',')) names.push(this.name());
      return { kind: 'global', line, names };
    }
    if (this.accept('from')) {
      const module = this.#dotted();
      this.expect('import');
      if (this.is('*')) throw new NotRun("'from … import *'", line);
      const inside = this.accept('(');
      const names: [string, string][] = [];
      do {
        if (this.is(')')) break;
        const name = this.name();
        names.push([name, this.accept('as') ? this.name() : name]);
      } while (this.accept(','));
      if (inside) this.expect(')');
      return { kind: 'from', line, module, names };
    }
    const first = this.#expressions();
    const operator = /^(\+|-|\*|\/|\/\/|%|\*\*)=$/.exec(this.peek().text)?.[1];
    if (this.peek().kind === 'operator' && operator !== undefined) {
      this.at++;
      return { kind: 'augment', line, target: first, operator, value: this.#expressions() };
    }
    if (this.accept(':')) this.#expression();
    const parts = [first];
    while (this.accept('=')) parts.push(this.#expressions());
    const value = parts.pop() as Expression;
    return parts.length === 0 ? { kind: 'expression', line, value } : { kind: 'assign', line, targets: parts, value };
  }

  #dotted(): string {
    let name = this.name();
    while (this.accept('.')) name += `.${this.name()}`;
    return name;
  }

  #targets(): Expression {
    const { line } = this.peek();
    const items = [this.#postfix()];
    while (this.accept(',')) items.push(this.#postfix());
    return items.length === 1 ? (items[0] as Expression) : { kind: 'tuple', line, items };
  }

  /** An expression between brackets: one that another follows at once lacks a comma. */
  #item(): Expression {
    const start = this.at;
    const item = this.#expression();
    const [first, second] = [this.tokens[start] as Token, this.tokens[start + 1] as Token];
    if (this.begins() && !(first.kind === 'name' && second.kind === 'string')) {
      this.#expression();
      this.wrong('invalid syntax. Perhaps you forgot a comma?', this.since(start));
    }
    return item;
  }

  /** One expression, or several with commas: a tuple. */
  #expressions(): Expression {
    const { line } = this.peek();
    const read = () => (this.peek().inside ? this.#item() : this.#expression());
    const first = read();
    if (!this.is(',')) return first;
    const items = [first];
    while (this.accept(',')) {
      if (this.peek().kind === 'newline' || this.is(')') || this.is('=')) break;
      items.push(read());
    }
    return { kind: 'tuple', line, items };
  }

  #expression(): Expression {
    const { line } = this.peek();
    if (this.peek().kind === 'name' && NOT_RUN.has(this.peek().text)) throw new NotRun(`'${this.peek().text}'`, line);
    const then = this.#or();
    if (this.is('for')) throw new NotRun('a comprehension', line);
    if (!this.accept('if')) return then;
    const test = this.#or();
    this.expect('else');
    return { kind: 'choice', line, test, then, otherwise: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.accept('or')) left = { kind: 'logic', line: left.line, operator: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.accept('and')) left = { kind: 'logic', line: left.line, operator: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Expression {
    const { line } = this.peek();
    return this.accept('not') ? { kind: 'unary', line, operator: 'not', operand: this.#not() } : this.#comparison();
  }

  #comparison(): Expression {
    const first = this.#binary(0);
    const rest: [string, Expression][] = [];
    while (COMPARISONS.has(this.peek().text) && this.peek().kind !== 'string') {
      let operator = (this.tokens[this.at++] as Token).text;
      if (operator === 'not') {
        this.expect('in');
        operator = 'not in';
      } else if (operator === 'is' && this.accept('not')) operator = 'is not';
      rest.push([operator, this.#binary(0)]);
    }
    return rest.length === 0 ? first : { kind: 'compare', line: first.line, first, rest };
  }

  #binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.peek().kind === 'operator' && operators.includes(this.peek().text)) {
      const operator = (this.tokens[this.at++] as Token).text;
      left = { kind: 'binary', line: left.line, operator, left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    const { line } = this.peek();
    for (const operator of ['-', '+']) if (this.accept(operator)) return { kind: 'unary', line, operator, operand: this.#unary() };
    const base = this.#postfix();
    return this.accept('**') ? { kind: 'binary', line, operator: '**', left: base, right: this.#unary() } : base;
  }

  #postfix(): Expression {
    let object = this.#atom();
    for (;;) {
      const { line } = object;
      if (this.accept('.')) object = { kind: 'attribute', line, object, name: this.name() };
      else if (this.accept('(')) object = this.#call(object);
      else if (this.accept('[')) {
        const from = this.is(':') ? undefined : this.#expressions();
        if (this.accept(':')) object = { kind: 'slice', line, object, from, to: this.is(']') ? undefined : this.#expression() };
        else object = { kind: 'index', line, object, index: from as Expression };
        this.expect(']');
      } else return object;
    }
  }

  #call(callee: Expression): Expression {
    const args: Expression[] = [];
    const named: [string, Expression][] = [];
    while (!this.is(')')) {
      if (this.is('*') || this.is('**')) throw new NotRun('an argument with *', this.peek().line);
      if (this.peek().kind === 'name' && this.tokens[this.at + 1]?.text === '=' && this.tokens[this.at + 1]?.kind === 'operator') {
        const name = this.name();
        this.expect('=');
        named.push([name, this.#item()]);
      } else args.push(this.#item());
      if (!this.accept(',')) break;
    }
    if (!this.accept(')')) this.wrong();
    return { kind: 'call', line: callee.line, callee, args, named };
  }

  #atom(): Expression {
    const { kind, text, line } = this.peek();
    if (kind === 'string') return this.#strings();
    if (kind === 'number') {
      this.at++;
      return { kind: 'constant', line, value: Number(text.replaceAll('_', '')), isFloat: /[.eE]/.test(text) };
    }
    if (kind === 'name' && !KEYWORDS.has(text)) {
      this.at++;
      if (text === 'True' || text === 'False') return { kind: 'constant', line, value: text === 'True' };
      return text === 'None' ? { kind: 'constant', line, value: null } : { kind: 'name', line, name: text };
    }
    if (this.accept('(')) {
      if (this.accept(')')) return { kind: 'tuple', line, items: [] };
      const inner = this.#expressions();
      if (!this.accept(')')) this.wrong();
      return inner;
    }
    if (this.accept('[')) return { kind: 'list', line, items: this.#until(']', () => this.#item()) };
    if (this.accept('{')) {
      const entry = (): readonly [Expression, Expression] => {
        const key = this.#item();
        if (!this.is(':')) throw new NotRun('a set', line);
        this.expect(':');
        return [key, this.#item()];
      };
      return { kind: 'dict', line, entries: this.#until('}', entry) };
    }
    return this.wrong();
  }

  #until<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.is(end)) {
      items.push(read());
      if (!this.accept(',')) break;
    }
    this.expect(end);
    return items;
  }

  /** Strings side by side are one. */
  #strings(): Expression {
    const { line } = this.peek();
    const parts: (string | FormatPart)[] = [];
    let isBytes = false;
    while (this.peek().kind === 'string') {
      const { text, prefix } = this.tokens[this.at++] as Token;
      isBytes ||= prefix.includes('b');
      parts.push(...(prefix.includes('f') ? this.#formatParts(text, line) : [text]));
    }
    if (parts.every((part) => typeof part === 'string')) return { kind: 'constant', line, value: parts.join(''), isBytes };
    return { kind: 'format', line, parts };
  }

  #formatParts(text: string, line: number): (string | FormatPart)[] {
    const pieces = splitFormat(text);
    if (typeof pieces === 'string') return this.wrong(`f-string: ${pieces}`);
    return pieces.map((piece) => (typeof piece === 'string' ? piece : { ...piece, value: parseField(`(${piece.source})`, line) }));
  }
}

/** An f-string's field is read as a file of its own. */
function parseField(source: string, line: number): Expression {
  try {
    const [statement] = new Parser(tokenize(source)).program();
    if (statement?.kind === 'expression') return statement.value;
    throw new PythonSyntaxError('invalid syntax', 1);
  } catch (thrown) {
    if (!(thrown instanceof PythonSyntaxError)) throw thrown;
    throw new PythonSyntaxError(`f-string: ${thrown.message}`, line, thrown.span, thrown.type, source);
  }
}
