import { invalid } from '../error.ts';

/**
 * Variables, quotes and escapes in a word of a Dockerfile (buildkit's frontend/dockerfile/shell of Docker 20.10). Throws what it says
 * about a word that cannot be read.
 */
export function expandWord(word: string, env: ReadonlyMap<string, string>, escapeToken: string): string {
  return new Lexer(word, env, escapeToken).run();
}

class Lexer {
  readonly #word: string;
  readonly #env: ReadonlyMap<string, string>;
  readonly #escape: string;
  #at = 0;

  constructor(word: string, env: ReadonlyMap<string, string>, escapeToken: string) {
    this.#word = word;
    this.#env = env;
    this.#escape = escapeToken;
  }

  run(): string {
    try {
      return this.#until('');
    } catch (thrown) {
      if (thrown instanceof Unreadable) throw invalid(`failed to process ${JSON.stringify(this.#word)}: ${thrown.why}`);
      throw thrown;
    }
  }

  #until(stop: string): string {
    let out = '';
    while (this.#at < this.#word.length) {
      const c = this.#word[this.#at] as string;
      if (stop !== '' && c === stop) {
        this.#at++;
        return out;
      }
      if (c === "'") out += this.#single();
      else if (c === '"') out += this.#double();
      else if (c === '$') out += this.#dollar();
      else {
        this.#at++;
        if (c !== this.#escape) out += c;
        // A backslash at the very end stays.
        else out += this.#at < this.#word.length ? this.#word[this.#at++] : this.#escape;
      }
    }
    if (stop !== '') throw new Unreadable(`unexpected end of statement while looking for matching ${stop}`);
    return out;
  }

  #single(): string {
    const end = this.#word.indexOf("'", ++this.#at);
    if (end < 0) throw new Unreadable('unexpected end of statement while looking for matching single-quote');
    const out = this.#word.slice(this.#at, end);
    this.#at = end + 1;
    return out;
  }

  #double(): string {
    let out = '';
    this.#at++;
    for (;;) {
      const c = this.#word[this.#at];
      if (c === undefined) throw new Unreadable('unexpected end of statement while looking for matching double-quote');
      if (c === '"') {
        this.#at++;
        return out;
      }
      if (c === '$') {
        out += this.#dollar();
        continue;
      }
      this.#at++;
      if (c !== this.#escape) {
        out += c;
        continue;
      }
      const next = this.#word[this.#at];
      if (next === undefined) throw new Unreadable('unexpected end of statement while looking for matching double-quote');
      this.#at++;
      out += next === '"' || next === '$' || next === this.#escape ? next : this.#escape + next;
    }
  }

  #dollar(): string {
    this.#at++;
    if (this.#word[this.#at] !== '{') {
      const name = /^(?:[A-Za-z_]\w*|[0-9@*#?!$-])/.exec(this.#word.slice(this.#at))?.[0] ?? '';
      this.#at += name.length;
      return name === '' ? '$' : (this.#env.get(name) ?? '');
    }
    this.#at++;
    const c = this.#word[this.#at];
    if (c === undefined) throw new Unreadable("syntax error: missing '}'");
    if (c === '{' || c === '}' || c === ':') throw new Unreadable('syntax error: bad substitution');
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?!$-])/.exec(this.#word.slice(this.#at))?.[0] ?? '';
    this.#at += name.length;
    const value = this.#env.get(name);
    const next = this.#word[this.#at++];
    if (next === '}') return value ?? '';
    if (next !== ':') throw new Unreadable("missing ':' in substitution");
    const modifier = this.#word[this.#at++];
    const other = this.#default();
    if (modifier === '+') return value === undefined || value === '' ? '' : other;
    if (modifier === '-') return value === undefined || value === '' ? other : value;
    if (modifier === '?') {
      if (value !== undefined) return value;
      throw new Unreadable(`${name}: ${other === '' ? 'is not allowed to be unset' : other}`);
    }
    throw new Unreadable(`unsupported modifier (${modifier}) in substitution`);
  }

  #default(): string {
    try {
      return this.#until('}');
    } catch (thrown) {
      if (thrown instanceof Unreadable && thrown.why.endsWith('}')) throw new Unreadable("syntax error: missing '}'");
      throw thrown;
    }
  }
}

class Unreadable {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}
