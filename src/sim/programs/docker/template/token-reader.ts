import { describeToken, type Token, type TokenType } from './lex.ts';
import { TemplateError } from './template-error.ts';

/** The tokens of a template in a row, of which up to three can be given back. */
export class TokenReader {
  /** Where the action began that is being read; 0 outside of one. */
  protected actionLine = 0;
  readonly #template: string;
  readonly #tokens: readonly Token[];
  #read = 0;
  /** The last tokens read, as the original keeps them: what a message gives as its line is that of the first. */
  readonly #last: Token[] = [];
  #peeked = 0;

  constructor(template: string, tokens: readonly Token[]) {
    this.#template = template;
    this.#tokens = tokens;
  }

  #token(): Token {
    const token = this.#tokens[Math.min(this.#read, this.#tokens.length - 1)] as Token;
    this.#read++;
    return token;
  }

  protected next(): Token {
    if (this.#peeked > 0) this.#peeked--;
    else this.#last[0] = this.#token();
    return this.#last[this.#peeked] as Token;
  }

  protected backup(): void {
    this.#peeked++;
  }

  /** Gives back the token before the last; the last is still the first of {@link #last}. */
  protected backup2(before: Token): void {
    this.#last[1] = before;
    this.#peeked = 2;
  }

  protected backup3(first: Token, second: Token): void {
    this.#last[1] = second;
    this.#last[2] = first;
    this.#peeked = 3;
  }

  protected peek(): Token {
    if (this.#peeked > 0) return this.#last[this.#peeked - 1] as Token;
    this.#peeked = 1;
    this.#last[0] = this.#token();
    return this.#last[0];
  }

  protected nextNonSpace(): Token {
    for (;;) {
      const token = this.next();
      if (token.type !== 'space') return token;
    }
  }

  protected peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  protected fail(message: string): never {
    throw new TemplateError(`template: ${this.#template}:${this.#last[0]?.line ?? 1}: ${message}`);
  }

  protected unexpected(token: Token, context: string): never {
    if (token.type !== 'error') this.fail(`unexpected ${describeToken(token)} in ${context}`);
    let started = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      started = ` in action started at ${this.#template}:${this.actionLine}`;
      if (token.text.endsWith(' action')) started = started.slice(' in action'.length);
    }
    this.fail(`${token.text}${started}`);
  }

  protected expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace();
    if (token.type !== type) this.unexpected(token, context);
    return token;
  }
}
