/** How a POSIX regular expression is to be read. */
export interface RegexOptions {
  /** ERE instead of BRE. */
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at newlines inside, too (sed's M). */
  readonly multiline?: boolean;
  /** awk: backslash escapes are characters, inside brackets as well. */
  readonly awk?: boolean;
  /** The whole text must match (grep -x), or only whole words (grep -w). */
  readonly whole?: 'line' | 'word';
  readonly global?: boolean;
  /** A `)` without `(` is itself, and what would repeat nothing is left out (grep's extended expressions). */
  readonly lenient?: boolean;
}

/** What regcomp(3) objects to, in glibc's words. */
export class RegexError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '\\p{L}\\p{Nd}',
  alpha: '\\p{L}',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e\\xa1-\\u{10ffff}',
  lower: '\\p{Ll}',
  print: '\\x20-\\x7e\\xa0-\\u{10ffff}',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: ' \\t\\n\\r\\f\\v',
  upper: '\\p{Lu}',
  xdigit: '0-9A-Fa-f',
};
const SHORTHANDS: Readonly<Record<string, string>> = {
  w: '[\\p{L}\\p{Nd}_]',
  W: '[^\\p{L}\\p{Nd}_]',
  s: '[ \\t\\n\\r\\f\\v]',
  S: '[^ \\t\\n\\r\\f\\v]',
  b: '\\b',
  B: '\\B',
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  '`': '(?<![^])',
  "'": '(?![^])',
};
const AWK_ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
/** RE_DUP_MAX. */
const MAX_REPEAT = 32_767;

const compiled = new Map<string, RegExp | RegexError>();

/**
 * A JavaScript expression that matches what the POSIX one does, GNU's extensions (`\+ \? \| \< \> \b \w`) included. An alternation takes its first
 * alternative that fits, where POSIX takes the longest.
 */
export function posixRegex(source: string, options: RegexOptions): RegExp | RegexError {
  const key = `${JSON.stringify(options)} ${source}`;
  let found = compiled.get(key);
  if (found === undefined) {
    found = new Converter(source, options).convert();
    if (compiled.size > 500) compiled.clear();
    compiled.set(key, found);
  }
  if (found instanceof RegExp) found.lastIndex = 0;
  return found;
}

/** The text as a JavaScript expression for exactly that text. */
export function quoteRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (c) => (c === '-' ? '\\x2d' : `\\${c}`));
}

class Converter {
  readonly #s: string;
  readonly #o: RegexOptions;
  #i = 0;
  #out = '';
  #groups = 0;
  #open: number[] = [];
  /** Where the piece begins that a `*` would repeat; -1 where there is none. */
  #atom = -1;
  #closed = new Set<number>();

  constructor(source: string, options: RegexOptions) {
    this.#s = source;
    this.#o = options;
  }

  convert(): RegExp | RegexError {
    while (this.#i < this.#s.length) {
      const error = this.#step();
      if (error !== undefined) return new RegexError(error);
    }
    if (this.#open.length > 0) return new RegexError('Unmatched ( or \\(');
    const { whole, ignoreCase, multiline, global } = this.#o;
    let source = this.#out;
    if (whole === 'line') source = `^(?:${source})$`;
    else if (whole === 'word') source = `(?<![\\p{L}\\p{Nd}_])(?:${source})(?![\\p{L}\\p{Nd}_])`;
    try {
      return new RegExp(source, `u${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${global ? 'g' : ''}`);
    } catch {
      return new RegexError('Invalid regular expression');
    }
  }

  get #atStart(): boolean {
    return this.#out === '' || this.#out.endsWith('(') || this.#out.endsWith('|') || (!this.#o.extended && this.#out.endsWith('(?:^)'));
  }

  #step(): string | undefined {
    const { extended } = this.#o;
    const c = String.fromCodePoint(this.#s.codePointAt(this.#i) as number);
    this.#i += c.length;
    switch (c) {
      case '\\':
        return this.#escape();
      case '.':
        this.#piece('[^]');
        return undefined;
      case '[':
        return this.#bracket();
      case '*':
        if (!this.#atStart) this.#repeat('*');
        else if (!this.#o.lenient || !extended) this.#piece('\\*');
        return undefined;
      case '^':
        if (extended || this.#out === '' || this.#out.endsWith('(') || this.#out.endsWith('|')) this.#assert('(?:^)');
        else this.#piece('\\^');
        return undefined;
      case '$':
        if (extended || this.#i === this.#s.length || /^\\[)|]/.test(this.#s.slice(this.#i))) this.#assert('(?:$)');
        else this.#piece('\\$');
        return undefined;
      case '(':
      case ')':
      case '|':
      case '+':
      case '?':
      case '{':
        if (extended) return this.#operator(c);
        break;
    }
    this.#piece(quoteRegex(c));
    return undefined;
  }

  #operator(c: string): string | undefined {
    switch (c) {
      case '(':
        this.#open.push(this.#out.length);
        this.#groups++;
        this.#out += '(';
        this.#atom = -1;
        return undefined;
      case ')': {
        const start = this.#open.pop();
        if (start === undefined) {
          if (!this.#o.lenient || !this.#o.extended) return 'Unmatched ) or \\)';
          this.#piece('\\)');
          return undefined;
        }
        this.#out += ')';
        this.#atom = start;
        this.#closed.add(this.#closed.size + 1);
        return undefined;
      }
      case '|':
        this.#out += '|';
        this.#atom = -1;
        return undefined;
      case '+':
      case '?':
        if (!this.#atStart) this.#repeat(c);
        else if (!this.#o.lenient || !this.#o.extended) this.#piece(`\\${c}`);
        return undefined;
      default:
        return this.#interval();
    }
  }

  /** After `{` or `\{`. */
  #interval(): string | undefined {
    const { extended } = this.#o;
    const m = (extended ? /^(\d*)(?:(,)(\d*))?\}/ : /^(\d*)(?:(,)(\d*))?\\\}/).exec(this.#s.slice(this.#i));
    if (!m || (m[1] === '' && m[2] === undefined)) {
      if (!extended) return this.#s.slice(this.#i).includes('\\}') ? 'Invalid content of \\{\\}' : 'Unmatched \\{';
      this.#piece('\\{');
      return undefined;
    }
    if (this.#atStart) {
      if (extended && !this.#o.lenient) return 'Invalid preceding regular expression';
      if (extended) {
        this.#i += m[0].length;
        return undefined;
      }
      this.#piece(quoteRegex(`{${m[0]}`.replace('\\', '')));
      this.#i += m[0].length;
      return undefined;
    }
    const [, low = '', comma, high = ''] = m;
    if (Number(low) > MAX_REPEAT || Number(high) > MAX_REPEAT) return 'Regular expression too big';
    if (high !== '' && Number(high) < Number(low)) return 'Invalid content of \\{\\}';
    this.#i += m[0].length;
    this.#repeat(`{${low === '' ? 0 : low}${comma === undefined ? '' : `,${high}`}}`);
    return undefined;
  }

  #escape(): string | undefined {
    const { extended, awk } = this.#o;
    if (this.#i >= this.#s.length) {
      if (!awk) return 'Trailing backslash';
      this.#piece('\\\\');
      return undefined;
    }
    const c = String.fromCodePoint(this.#s.codePointAt(this.#i) as number);
    this.#i += c.length;
    if (awk) {
      const octal = /^[0-7]{1,3}/.exec(this.#s.slice(this.#i - 1))?.[0];
      if (octal !== undefined) {
        this.#i += octal.length - 1;
        this.#piece(quoteRegex(String.fromCharCode(Number.parseInt(octal, 8))));
        return undefined;
      }
      const escaped = AWK_ESCAPES[c];
      this.#piece(quoteRegex(escaped ?? c));
      return undefined;
    }
    if (!extended && '(){|+?'.includes(c)) {
      if (c === '{') return this.#interval();
      return this.#operator(c);
    }
    if (/[1-9]/.test(c)) {
      if (Number(c) > this.#groups) return 'Invalid back reference';
      this.#piece(`(?:\\${c})`);
      return undefined;
    }
    const shorthand = SHORTHANDS[c];
    if (shorthand !== undefined) {
      if ('wWsS'.includes(c)) this.#piece(shorthand);
      else this.#assert(`(?:${shorthand})`);
      return undefined;
    }
    this.#piece(c === 'n' ? '\\n' : c === 't' ? '\\t' : quoteRegex(c));
    return undefined;
  }

  #bracket(): string | undefined {
    const s = this.#s;
    if (this.#i >= s.length) return 'Invalid regular expression';
    let members = '';
    let negated = false;
    if (s[this.#i] === '^') {
      negated = true;
      this.#i++;
    }
    let first = true;
    for (;;) {
      if (this.#i >= s.length) return 'Unmatched [, [^, [:, [., or [=';
      if (s[this.#i] === ']' && !first) break;
      first = false;
      const rest = s.slice(this.#i);
      const cls = /^\[:([a-z]*):\]/.exec(rest);
      if (cls) {
        const range = CLASSES[cls[1] as string];
        if (range === undefined) return 'Invalid character class name';
        members += range;
        this.#i += cls[0].length;
        continue;
      }
      const from = this.#bracketChar();
      if (from === undefined) return 'Unmatched [, [^, [:, [., or [=';
      if (s[this.#i] === '-' && this.#i + 1 < s.length && s[this.#i + 1] !== ']') {
        this.#i++;
        const to = this.#bracketChar();
        if (to === undefined) return 'Unmatched [, [^, [:, [., or [=';
        if ((to.codePointAt(0) as number) < (from.codePointAt(0) as number)) return 'Invalid range end';
        members += `${member(from)}-${member(to)}`;
      } else members += member(from);
    }
    this.#i++;
    this.#piece(`[${negated ? '^' : ''}${members}]`);
    return undefined;
  }

  #bracketChar(): string | undefined {
    const rest = this.#s.slice(this.#i);
    const special = /^\[([.=])(.)\1\]/su.exec(rest);
    if (special) {
      this.#i += special[0].length;
      return special[2];
    }
    const c = String.fromCodePoint(this.#s.codePointAt(this.#i) as number);
    this.#i += c.length;
    if (c !== '\\' || !this.#o.awk || this.#i >= this.#s.length) return c;
    const escaped = this.#s[this.#i++] as string;
    return AWK_ESCAPES[escaped] ?? escaped;
  }

  #piece(text: string): void {
    this.#atom = this.#out.length;
    this.#out += text;
  }

  /** Something of no width, which a `*` may follow all the same. */
  #assert(text: string): void {
    this.#atom = this.#out.length;
    this.#out += text;
  }

  #repeat(quantifier: string): void {
    if (this.#atom < 0) {
      this.#piece(quoteRegex(quantifier));
      return;
    }
    // A second quantifier applies to the piece with the first one.
    this.#out = `${this.#out.slice(0, this.#atom)}(?:${this.#out.slice(this.#atom)})${quantifier}`;
  }
}

function member(c: string): string {
  return /[\\\]^[-]/.test(c) ? `\\${c}` : c === '/' ? '\\/' : c;
}
