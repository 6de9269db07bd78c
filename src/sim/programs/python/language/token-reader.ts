import { PythonSyntaxError, type Span, type Token, toldInstead } from './tokens.ts';

export const KEYWORDS = new Set('and as else for if import in is not or while def class return pass try except finally from'.split(' '));

/** Words one after the other, and what is wrong where they do not go on as they should. */
export class TokenReader {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  protected peek(): Token {
    const token = this.tokens[this.at] as Token;
    if (token.error) throw token.error;
    return token;
  }

  protected is(text: string): boolean {
    return (this.peek().kind === 'operator' || this.peek().kind === 'name') && this.peek().text === text;
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.wrong(text === ':' ? "expected ':'" : 'invalid syntax');
  }

  protected name(): string {
    if (this.peek().kind !== 'name') this.wrong();
    return (this.tokens[this.at++] as Token).text;
  }

  /** Whether an expression could begin here. */
  protected begins(): boolean {
    const { kind, text } = this.peek();
    return kind === 'string' || kind === 'number' || (kind === 'name' && !KEYWORDS.has(text));
  }

  /** From the word at an index to the one before this. */
  protected since(start: number): Span & { readonly line: number } {
    const { column, line } = this.tokens[start] as Token;
    const last = this.tokens[this.at - 1] as Token;
    return { line, column, width: last.line === line ? last.end - column : 1 };
  }

  /** With one caret under this word, where nothing else is said. */
  protected wrong(message = 'invalid syntax', where?: Span & { readonly line: number }): never {
    const { line, column, width = 1 } = where ?? { ...this.peek(), width: this.peek().end - this.peek().column || 1 };
    throw toldInstead(new PythonSyntaxError(message, line, { column, width }), this.tokens, this.peek().line);
  }

  protected wrongIndent(message: string, span?: Span): never {
    throw toldInstead(new PythonSyntaxError(message, this.peek().line, span, 'IndentationError'), this.tokens, this.peek().line);
  }
}
