// The words of nginx's configuration: ngx_conf_file.c, ngx_conf_read_token.

/** A directive's words and what ended it. */
export interface Statement {
  readonly words: readonly string[];
  readonly end: ';' | '{' | '}' | 'end of file';
  readonly line: number;
}

/** Why a configuration is refused; the place it was found is added where there is one. */
export class ConfigError {
  readonly message: string;
  readonly place: string;
  constructor(message: string, place = '') {
    this.message = message;
    this.place = place;
  }
}

/** Takes statements out of a configuration's text. */
export class ConfigText {
  readonly name: string;
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(name: string, text: string) {
    this.name = name;
    this.#text = text;
  }

  get place(): string {
    return ` in ${this.name}:${this.#line}`;
  }

  fail(message: string): ConfigError {
    return new ConfigError(message, this.place);
  }

  /** Throws a {@link ConfigError}. */
  next(): Statement {
    const words: string[] = [];
    for (;;) {
      this.#skip();
      const c = this.#text[this.#at];
      if (c === undefined) {
        if (words.length > 0) throw this.fail('unexpected end of file, expecting ";" or "}"');
        return { words, end: 'end of file', line: this.#line };
      }
      if (c === ';' || c === '{' || c === '}') {
        if (words.length === 0 ? c !== '}' : c === '}') throw this.fail(`unexpected "${c}"`);
        this.#at++;
        return { words, end: c, line: this.#line };
      }
      words.push(c === '"' || c === "'" ? this.#quoted(c) : this.#plain());
    }
  }

  #skip(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] as string;
      if (c === '\n') this.#line++;
      else if (c === '#') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = (end < 0 ? this.#text.length : end) - 1;
      } else if (!/\s/.test(c)) return;
    }
  }

  #plain(): string {
    let word = '';
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) return word;
      if (c === '$' && this.#text[this.#at + 1] === '{') {
        const close = this.#text.indexOf('}', this.#at);
        if (close > 0) {
          word += this.#text.slice(this.#at, close + 1);
          this.#at = close + 1;
          continue;
        }
      }
      if (/[\s;{]/.test(c)) return word;
      word += this.#character(c);
    }
  }

  #quoted(quote: string): string {
    this.#at++;
    let word = '';
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) throw this.fail('unexpected end of file, expecting ";" or "}"');
      if (c === quote) break;
      if (c === '\n') this.#line++;
      word += this.#character(c);
    }
    this.#at++;
    const after = this.#text[this.#at];
    if (after !== undefined && !/[\s;{)]/.test(after)) throw this.fail(`unexpected "${after}"`);
    return word;
  }

  /** One character, or what a backslash and the next one mean. */
  #character(c: string): string {
    const next = this.#text[this.#at + 1];
    if (c === '\\' && next !== undefined) {
      this.#at += 2;
      const meaning = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' }[next];
      return meaning ?? c + next;
    }
    this.#at++;
    return c;
  }
}
