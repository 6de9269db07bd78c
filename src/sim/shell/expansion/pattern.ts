/** Shell patterns as regular expressions. In a pattern a backslash makes the next character ordinary: that is how quoting arrives here. */

export interface PatternOptions {
  readonly extglob?: boolean;
  readonly ignoreCase?: boolean;
  /** `*` and `?` take as little as they can, for ${x#pattern}. */
  readonly lazy?: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e\\u{a0}-\\u{10ffff}',
  graph: '\\x21-\\x7e\\u{a1}-\\u{10ffff}',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{Nd}_',
  ascii: '\\x00-\\x7f',
};

const SPECIAL = /[\\^$.*+?()[\]{}|/]/;

function literal(c: string): string {
  return SPECIAL.test(c) ? `\\${c}` : c;
}

/** Makes text stand for itself in a pattern. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]!+@()|^-]/g, '\\$&');
}

/** Whether anything in a pattern is more than an ordinary character. */
export function hasWildcard(pattern: string, extglob = false): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '*' || c === '?') return true;
    else if (c === '[' && pattern.indexOf(']', i + 2) >= 0) return true;
    else if (extglob && pattern[i + 1] === '(' && '@!+'.includes(c as string)) return true;
  }
  return false;
}

/** A pattern without wildcards as the text it matches. */
export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

/** The body of the regular expression for a pattern. */
export function patternBody(pattern: string, options: PatternOptions = {}): string {
  return translate(pattern, options);
}

const cache = new Map<string, RegExp>();

/** A regular expression that matches a whole string as the pattern does. */
export function compilePattern(pattern: string, options: PatternOptions = {}): RegExp {
  const key = `${options.extglob ? 'e' : ''}${options.ignoreCase ? 'i' : ''}:${pattern}`;
  let regExp = cache.get(key);
  if (regExp === undefined) {
    if (cache.size > 500) cache.clear();
    regExp = toRegExp(`^(?:${translate(pattern, options)})$`, options.ignoreCase ? 'su' + 'i' : 'su');
    cache.set(key, regExp);
  }
  return regExp;
}

/** A range such as [z-a] matches nothing instead of being a mistake. */
export function toRegExp(body: string, flags: string): RegExp {
  try {
    return new RegExp(body, flags);
  } catch {
    return /(?!)/;
  }
}

export function matches(pattern: string, text: string, options: PatternOptions = {}): boolean {
  if (pattern === '*') return true;
  if (!/[\\*?[(]/.test(pattern) && options.ignoreCase !== true) return pattern === text;
  return compilePattern(pattern, options).test(text);
}

function translate(pattern: string, options: PatternOptions): string {
  let out = '';
  const many = options.lazy ? '[^]*?' : '[^]*';
  let i = 0;
  while (i < pattern.length) {
    const c = pattern[i] as string;
    if (options.extglob && pattern[i + 1] === '(' && '?*+@!'.includes(c)) {
      const close = closingParenthesis(pattern, i + 1);
      if (close !== undefined) {
        const choices = close.parts.map((part) => translate(part, options)).join('|');
        const rest = pattern.slice(close.at + 1);
        if (c === '!') {
          const tail = translate(rest, options);
          return `${out}(?!(?:${choices})(?:${tail})$)${many}${tail === '' ? '' : `(?:${tail})`}`;
        }
        out += `(?:${choices})${c === '@' ? '' : c}${options.lazy && c !== '@' ? '?' : ''}`;
        i = close.at + 1;
        continue;
      }
    }
    if (c === '\\') {
      const next = String.fromCodePoint(pattern.codePointAt(i + 1) ?? 92);
      out += literal(next);
      i += 1 + next.length;
    } else if (c === '*') {
      while (pattern[i + 1] === '*') i++;
      // The second of `**(` may open an extended pattern.
      if (options.extglob && pattern[i + 1] === '(' && pattern[i - 1] === '*') {
        out += many;
        continue;
      }
      out += many;
      i++;
    } else if (c === '?') {
      out += '[^]';
      i++;
    } else if (c === '[') {
      const set = bracket(pattern, i);
      if (set === undefined) {
        out += '\\[';
        i++;
      } else {
        out += set.body;
        i = set.end;
      }
    } else {
      const point = String.fromCodePoint(pattern.codePointAt(i) as number);
      out += literal(point);
      i += point.length;
    }
  }
  return out;
}

function closingParenthesis(pattern: string, open: number): { at: number; parts: string[] } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) {
      parts.push(pattern.slice(from, i));
      return { at: i, parts };
    } else if (c === '|' && depth === 1) {
      parts.push(pattern.slice(from, i));
      from = i + 1;
    }
  }
  return undefined;
}

/** A bracket expression at `open`; undefined when nothing closes it and `[` stands for itself. */
function bracket(pattern: string, open: number): { body: string; end: number } | undefined {
  let i = open + 1;
  const negated = pattern[i] === '!' || pattern[i] === '^';
  if (negated) i++;
  let body = '';
  let first = true;
  for (; i < pattern.length; first = false) {
    const c = pattern[i] as string;
    if (c === ']' && !first) {
      return { body: body === '' ? '(?!)' : `[${negated ? '^' : ''}${body}]`, end: i + 1 };
    }
    if (c === '[' && pattern[i + 1] === ':') {
      const end = pattern.indexOf(':]', i + 2);
      const name = end < 0 ? '' : pattern.slice(i + 2, end);
      const set = CLASSES[name];
      if (set !== undefined) {
        body += set;
        i = end + 2;
        continue;
      }
    }
    if (c === '/') return undefined;
    if (c === '-' && !first && pattern[i + 1] !== ']' && pattern[i + 1] !== undefined && body !== '') {
      body += '-';
      i++;
      continue;
    }
    let point: string;
    if (c === '\\' && i + 1 < pattern.length) {
      point = String.fromCodePoint(pattern.codePointAt(i + 1) as number);
      i += 1 + point.length;
    } else {
      point = String.fromCodePoint(pattern.codePointAt(i) as number);
      i += point.length;
    }
    body += /[\\\]^[/&~|.*+?(){}$-]/.test(point)
      ? `\\${/[\\\]^[/|.*+?(){}$-]/.test(point) ? point : `x${point.charCodeAt(0).toString(16)}`}`
      : point;
  }
  return undefined;
}
