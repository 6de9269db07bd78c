import { AwkSyntaxError, type Expr, type Func, type Program, type Redirect, type Rule, type Stmt, type Target } from './ast.ts';
import { Lexer, type Token } from './lexer.ts';

/** What an expression may not contain where it stands: a comparison in print's list, `in` in a for's head. */
interface Context {
  readonly noGreater?: boolean;
  readonly noIn?: boolean;
}

/** Parses an awk program (POSIX grammar). */
export function parseAwk(source: string): Program | AwkSyntaxError {
  try {
    return new Parser(source).program();
  } catch (thrown) {
    if (thrown instanceof AwkSyntaxError) return thrown;
    throw thrown;
  }
}

class Parser {
  readonly #lexer: Lexer;
  #t: Token;
  #functions = new Map<string, Func>();
  /** How many blocks are open. */
  #open = 0;

  constructor(source: string) {
    this.#lexer = new Lexer(source);
    this.#t = this.#lexer.next();
  }

  program(): Program {
    const rules: Rule[] = [];
    this.#skipTerminators();
    while (this.#t.kind !== 'end') {
      if (this.#is('function')) this.#function();
      else if (this.#is('}')) throw new AwkSyntaxError(`extra '}'`, this.#t.line);
      else rules.push(this.#rule());
      this.#skipTerminators();
    }
    return { rules, functions: this.#functions };
  }

  #error(): never {
    const { kind, text } = this.#t;
    if (kind === 'end')
      throw new AwkSyntaxError(
        this.#open > 0 ? 'missing } near end of file' : 'syntax error at or near end of line',
        this.#t.line + (this.#open > 0 ? 1 : 0),
      );
    const shown = kind === 'newline' ? 'end of line' : kind === 'string' ? `"${text}"` : kind === 'regex' ? `/${text}/` : text;
    throw new AwkSyntaxError(`syntax error at or near ${shown}`, this.#t.line);
  }

  #advance(): Token {
    const token = this.#t;
    this.#t = this.#lexer.next();
    return token;
  }

  #is(text: string): boolean {
    return (this.#t.kind === 'op' || this.#t.kind === 'keyword') && this.#t.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#advance();
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#error();
  }

  #newlines(): void {
    while (this.#t.kind === 'newline') this.#advance();
  }

  #skipTerminators(): void {
    while (this.#t.kind === 'newline' || this.#is(';')) this.#advance();
  }

  #function(): void {
    this.#advance();
    const { kind, text: name } = this.#t;
    if (kind !== 'name' && kind !== 'funcname') this.#error();
    this.#advance();
    this.#need('(');
    const params: string[] = [];
    while (!this.#is(')')) {
      if (this.#t.kind !== 'name') this.#error();
      params.push(this.#advance().text);
      if (!this.#take(',')) break;
      this.#newlines();
    }
    this.#need(')');
    this.#newlines();
    this.#functions.set(name, { name, params, body: this.#block() });
  }

  #rule(): Rule {
    if (this.#is('BEGIN') || this.#is('END')) {
      const pattern = this.#advance().text as 'BEGIN' | 'END';
      return { pattern, action: this.#block() };
    }
    if (this.#is('{')) return { pattern: [], action: this.#block() };
    const pattern = [this.#expr({})];
    if (this.#take(',')) {
      this.#newlines();
      pattern.push(this.#expr({}));
    }
    return { pattern, action: this.#is('{') ? this.#block() : undefined };
  }

  #block(): Stmt {
    this.#need('{');
    this.#open++;
    const body: Stmt[] = [];
    this.#skipTerminators();
    while (!this.#is('}')) {
      if (this.#t.kind === 'end') this.#error();
      body.push(this.#statement());
      this.#skipTerminators();
    }
    this.#open--;
    this.#advance();
    return { kind: 'block', body };
  }

  /** The end of a simple statement: `;`, a newline, or a `}` that is left for its block. */
  #terminator(): void {
    if (this.#is(';') || this.#t.kind === 'newline') this.#advance();
    else if (!this.#is('}') && this.#t.kind !== 'end') this.#error();
  }

  #statement(): Stmt {
    if (this.#is('{')) return this.#block();
    if (this.#take(';')) return { kind: 'block', body: [] };
    if (this.#take('if')) {
      const condition = this.#parenthesized();
      const yes = this.#body();
      // `else` may come after a newline or a semicolon.
      const ahead = this.#lookForElse();
      return { kind: 'if', condition, yes, no: ahead ? this.#body() : undefined };
    }
    if (this.#take('while')) {
      const condition = this.#parenthesized();
      if (this.#take(';')) return { kind: 'while', condition, body: { kind: 'block', body: [] } };
      return { kind: 'while', condition, body: this.#body() };
    }
    if (this.#take('do')) {
      const body = this.#body();
      this.#skipTerminators();
      this.#need('while');
      const condition = this.#parenthesized();
      this.#terminator();
      return { kind: 'do', body, condition };
    }
    if (this.#take('for')) return this.#for();
    const statement = this.#simple({});
    this.#terminator();
    return statement;
  }

  #lookForElse(): boolean {
    this.#skipTerminators();
    return this.#take('else');
  }

  #body(): Stmt {
    this.#newlines();
    return this.#statement();
  }

  #parenthesized(): Expr {
    this.#need('(');
    const e = this.#expr({});
    this.#need(')');
    return e;
  }

  #for(): Stmt {
    this.#need('(');
    let init: Stmt | undefined;
    if (!this.#is(';')) {
      init = this.#simple({ noIn: true });
      if (this.#is('in') && init.kind === 'expr' && init.expr.kind === 'variable') {
        this.#advance();
        const array = this.#advance().text;
        this.#need(')');
        return { kind: 'for-in', variable: init.expr.name, array, body: this.#body() };
      }
    }
    this.#need(';');
    this.#newlines();
    const condition = this.#is(';') ? undefined : this.#expr({});
    this.#need(';');
    this.#newlines();
    const update = this.#is(')') ? undefined : this.#simple({});
    this.#need(')');
    if (this.#take(';')) return { kind: 'for', init, condition, update, body: { kind: 'block', body: [] } };
    return { kind: 'for', init, condition, update, body: this.#body() };
  }

  #simple(context: Context): Stmt {
    const word = this.#t.kind === 'keyword' ? this.#t.text : '';
    switch (word) {
      case 'print':
      case 'printf':
        return this.#print(word);
      case 'next':
      case 'nextfile':
      case 'break':
      case 'continue':
        this.#advance();
        return { kind: word };
      case 'exit':
      case 'return': {
        this.#advance();
        const bare = this.#is(';') || this.#is('}') || this.#t.kind === 'newline' || this.#t.kind === 'end';
        return { kind: word, value: bare ? undefined : this.#expr({}) };
      }
      case 'delete': {
        this.#advance();
        if (this.#t.kind !== 'name') this.#error();
        const name = this.#advance().text;
        if (!this.#take('[')) return { kind: 'delete', name, subscripts: undefined };
        const subscripts = this.#list(']');
        return { kind: 'delete', name, subscripts };
      }
    }
    return { kind: 'expr', expr: this.#expr(context) };
  }

  #print(kind: 'print' | 'printf'): Stmt {
    this.#advance();
    let args: Expr[] = [];
    const ends = (): boolean =>
      this.#is(';') ||
      this.#is('}') ||
      this.#is('>') ||
      this.#is('>>') ||
      this.#is('|') ||
      this.#t.kind === 'newline' ||
      this.#t.kind === 'end';
    if (!ends()) {
      const first = this.#expr({ noGreater: true });
      // `print (a, b) > "x"`: the parentheses hold the whole list.
      if (first.kind === 'group' && first.items.length > 1 && !this.#is(',')) args = [...first.items];
      else {
        args = [first];
        while (this.#take(',')) {
          this.#newlines();
          args.push(this.#expr({ noGreater: true }));
        }
      }
    }
    let redirect: Redirect | undefined;
    for (const mode of ['>', '>>', '|'] as const) {
      if (redirect !== undefined || !this.#take(mode)) continue;
      redirect = { mode, to: this.#concat({ noGreater: true, noIn: true }) };
    }
    return { kind, args, redirect };
  }

  #list(end: string): Expr[] {
    const items: Expr[] = [];
    this.#newlines();
    while (!this.#is(end)) {
      items.push(this.#expr({}));
      this.#newlines();
      if (!this.#take(',')) break;
      this.#newlines();
    }
    this.#need(end);
    return items;
  }

  // Expressions, loosest first.

  #expr(context: Context): Expr {
    const left = this.#ternary(context);
    const operator = this.#t.kind === 'op' && /^(?:[-+*/%^]?=)$/.test(this.#t.text) ? this.#t.text : undefined;
    if (operator === undefined) return left;
    if (left.kind !== 'variable' && left.kind !== 'index' && left.kind !== 'field') this.#error();
    this.#advance();
    this.#newlines();
    return { kind: 'assign', operator: operator.slice(0, -1), target: left as Target, value: this.#expr(context) };
  }

  #ternary(context: Context): Expr {
    const condition = this.#or(context);
    if (!this.#take('?')) return condition;
    this.#newlines();
    const yes = this.#expr(context);
    this.#newlines();
    this.#need(':');
    this.#newlines();
    return { kind: 'ternary', condition, yes, no: this.#expr(context) };
  }

  #or(context: Context): Expr {
    let left = this.#and(context);
    while (this.#take('||')) {
      this.#newlines();
      left = { kind: 'binary', operator: '||', left, right: this.#and(context) };
    }
    return left;
  }

  #and(context: Context): Expr {
    let left = this.#in(context);
    while (this.#take('&&')) {
      this.#newlines();
      left = { kind: 'binary', operator: '&&', left, right: this.#in(context) };
    }
    return left;
  }

  #in(context: Context): Expr {
    let left = this.#match(context);
    while (!context.noIn && this.#is('in')) {
      this.#advance();
      const name = this.#advance().text;
      left = { kind: 'in', subscripts: left.kind === 'group' ? left.items : [left], name };
    }
    return left;
  }

  #match(context: Context): Expr {
    let left = this.#comparison(context);
    while (this.#is('~') || this.#is('!~')) {
      const negated = this.#advance().text === '!~';
      left = { kind: 'match', negated, left, right: this.#comparison(context) };
    }
    return left;
  }

  #comparison(context: Context): Expr {
    const left = this.#concat(context);
    if (this.#t.kind === 'op' && /^(?:[<>]=?|[=!]=)$/.test(this.#t.text) && !(context.noGreater && this.#t.text === '>')) {
      const operator = this.#advance().text;
      return { kind: 'binary', operator, left, right: this.#concat(context) };
    }
    return left;
  }

  #concat(context: Context): Expr {
    let left = this.#additive();
    for (;;) {
      if (this.#is('|') && this.#pipeToGetline(context)) {
        left = this.#getlineFrom('command', left);
        continue;
      }
      if (!this.#startsOperand(context)) return left;
      left = { kind: 'concat', left, right: this.#additive() };
    }
  }

  /** In print's list `|` begins a redirection. */
  #pipeToGetline(context: Context): boolean {
    if (context.noGreater) return false;
    this.#advance();
    if (!this.#is('getline')) this.#error();
    this.#advance();
    return true;
  }

  #startsOperand(context: Context): boolean {
    const { kind, text } = this.#t;
    if (kind === 'op')
      return text === '(' || text === '$' || text === '!' || text === '-' || text === '+' || text === '++' || text === '--';
    if (kind === 'keyword') return text === 'in' ? false : text === 'getline' && !context.noIn;
    return kind === 'number' || kind === 'string' || kind === 'regex' || kind === 'name' || kind === 'funcname' || kind === 'builtin';
  }

  #additive(): Expr {
    let left = this.#multiplicative();
    while (this.#is('+') || this.#is('-')) {
      const operator = this.#advance().text;
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expr {
    let left = this.#unary();
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const operator = this.#advance().text;
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expr {
    for (const operator of ['!', '-', '+'] as const) {
      if (this.#take(operator)) return { kind: 'unary', operator, operand: this.#unary() };
    }
    return this.#power();
  }

  #power(): Expr {
    const left = this.#postfix();
    if (!this.#take('^')) return left;
    return { kind: 'binary', operator: '^', left, right: this.#is('-') || this.#is('+') || this.#is('!') ? this.#unary() : this.#power() };
  }

  #postfix(): Expr {
    if (this.#is('++') || this.#is('--')) {
      const delta = this.#advance().text === '++' ? 1 : -1;
      const target = this.#primary();
      if (target.kind !== 'variable' && target.kind !== 'index' && target.kind !== 'field') this.#error();
      return { kind: 'increment', target: target as Target, delta, prefix: true };
    }
    const operand = this.#primary();
    if (operand.kind !== 'variable' && operand.kind !== 'index' && operand.kind !== 'field') return operand;
    if (!this.#is('++') && !this.#is('--')) return operand;
    const delta = this.#advance().text === '++' ? 1 : -1;
    return { kind: 'increment', target: operand, delta, prefix: false };
  }

  #primary(): Expr {
    const token = this.#t;
    switch (token.kind) {
      case 'number':
        this.#advance();
        return { kind: 'number', value: Number(token.text) };
      case 'string':
        this.#advance();
        return { kind: 'string', value: token.text };
      case 'regex':
        this.#advance();
        return { kind: 'regex', source: token.text };
      case 'builtin':
        return this.#builtin();
      case 'funcname': {
        this.#advance();
        this.#need('(');
        return { kind: 'call', name: token.text, args: this.#list(')') };
      }
      case 'name':
        this.#advance();
        if (this.#take('[')) return { kind: 'index', name: token.text, subscripts: this.#list(']') };
        return { kind: 'variable', name: token.text };
      case 'keyword':
        if (this.#take('getline')) return this.#getlineFrom('main', undefined);
        break;
      case 'op':
        if (this.#take('$'))
          return { kind: 'field', index: this.#is('++') || this.#is('--') || this.#is('-') ? this.#unary() : this.#primary() };
        if (this.#take('(')) {
          const items = this.#list(')');
          return items.length === 1 ? { kind: 'group', items } : { kind: 'group', items };
        }
        if (this.#is('-') || this.#is('+') || this.#is('!')) return this.#unary();
        break;
    }
    return this.#error();
  }

  #builtin(): Expr {
    const { text: name } = this.#advance();
    if (this.#is('(')) {
      this.#advance();
      return { kind: 'builtin', name, args: this.#list(')') };
    }
    if (name !== 'length') this.#error();
    return { kind: 'builtin', name, args: [] };
  }

  #getlineFrom(from: 'main' | 'command', source: Expr | undefined): Expr {
    let target: Target | undefined;
    if (this.#t.kind === 'name' || this.#is('$')) {
      const found = this.#primary();
      if (found.kind === 'variable' || found.kind === 'index' || found.kind === 'field') target = found;
    }
    if (from === 'main' && this.#take('<')) return { kind: 'getline', target, from: 'file', source: this.#primary() };
    return { kind: 'getline', target, from, source };
  }
}
