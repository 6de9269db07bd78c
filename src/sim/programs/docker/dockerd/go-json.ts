// encoding/json's decoder as far as its words go: a document, or what Go says is wrong with it (decode.go, scanner.go).

/** A syntax error's text. */
export class JsonError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export type GoJson = null | boolean | number | string | readonly GoJson[] | { readonly [key: string]: GoJson };

/** The first value of a text; what follows it nobody reads (json.Decoder). */
export function decodeGoJson(text: string): GoJson | JsonError {
  if (text.trim() === '') return new JsonError('EOF');
  try {
    return new Scanner(text).value('looking for beginning of value');
  } catch (thrown) {
    if (thrown instanceof JsonError) return thrown;
    throw thrown;
  }
}

/** What Go calls a value's type. */
export function kindOf(value: GoJson): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(context: string): GoJson {
    const first = this.#peek();
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first === '"') return this.#string();
    if (first === '-' || (first >= '0' && first <= '9')) return this.#number();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (first === word[0]) return this.#literal(word, value);
    }
    return this.#refuse(context);
  }

  #object(): GoJson {
    const out: Record<string, GoJson> = {};
    this.#at++;
    if (this.#peek() === '}') {
      this.#at++;
      return out;
    }
    for (;;) {
      if (this.#peek() !== '"') this.#refuse('looking for beginning of object key string');
      const key = this.#string();
      if (this.#peek() !== ':') this.#refuse('after object key');
      this.#at++;
      out[key] = this.value('looking for beginning of value');
      const next = this.#peek();
      if (next !== ',' && next !== '}') this.#refuse('after object key:value pair');
      this.#at++;
      if (next === '}') return out;
    }
  }

  #array(): GoJson {
    const out: GoJson[] = [];
    this.#at++;
    if (this.#peek() === ']') {
      this.#at++;
      return out;
    }
    for (;;) {
      out.push(this.value('looking for beginning of value'));
      const next = this.#peek();
      if (next !== ',' && next !== ']') this.#refuse('after array element');
      this.#at++;
      if (next === ']') return out;
    }
  }

  #string(): string {
    const from = this.#at++;
    for (;;) {
      const char = this.#here();
      if (char < ' ') this.#refuse('in string literal');
      this.#at++;
      if (char === '"') break;
      if (char !== '\\') continue;
      const escaped = this.#here();
      if (!'bfnrt\\/"u'.includes(escaped)) this.#refuse('in string escape code');
      this.#at++;
      if (escaped !== 'u') continue;
      for (let i = 0; i < 4; i++, this.#at++) if (!/[0-9a-fA-F]/.test(this.#here())) this.#refuse('in \\u hexadecimal character escape');
    }
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  #number(): number {
    const from = this.#at;
    if (this.#text[this.#at] === '-') this.#at++;
    this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at++;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++;
      if (/[-+]/.test(this.#text[this.#at] ?? '')) this.#at++;
      this.#digits('in exponent of numeric literal');
    }
    return Number(this.#text.slice(from, this.#at));
  }

  #digits(context: string): void {
    if (!/\d/.test(this.#here())) this.#refuse(context);
    while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #literal<T>(word: string, value: T): T {
    for (const expected of word) {
      if (this.#here() !== expected) this.#refuse(`in literal ${word} (expecting '${expected}')`);
      this.#at++;
    }
    return value;
  }

  /** The next character that is no space. */
  #peek(): string {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#here();
  }

  #here(): string {
    const char = this.#text[this.#at];
    if (char === undefined) throw new JsonError('unexpected EOF');
    return char;
  }

  #refuse(context: string): never {
    const char = this.#here();
    throw new JsonError(
      `invalid character ${char === "'" ? "'\\''" : char === '"' ? "'\"'" : `'${char === '\n' ? '\\n' : char}'`} ${context}`,
    );
  }
}
