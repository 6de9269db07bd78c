import { hasWildcard, quotePattern } from './pattern.ts';

/** One word after expansion, before pathname expansion. */
export interface Field {
  /** What it is if no file matches. */
  text: string;
  /** The same as a pattern: quoted characters are escaped. */
  pattern: string;
}

/** Takes what expansion yields, piece by piece. */
export interface Collector {
  /** Unquoted text of the command itself: patterns are active, it is not split. */
  literal(text: string): void;
  /** Quoted text: nothing in it is special; an empty one still makes a word. */
  quoted(text: string): void;
  /** Result of an unquoted expansion: split at IFS, patterns are active. */
  split(text: string): void;
  /** Between the elements of "$@" and $*. */
  boundary(quoted: boolean): void;
}

/** Splits words at IFS as POSIX 2.6.5 says. */
export class FieldCollector implements Collector {
  readonly fields: Field[] = [];
  private current: Field | undefined;
  private readonly space: string;
  private readonly other: string;
  /** A field was ended by white space alone: the next delimiter still belongs to that end. */
  private afterSpace = false;

  /** `ifs` undefined: unset, so the default; empty: no splitting. */
  constructor(ifs: string | undefined) {
    const all = ifs ?? ' \t\n';
    this.space = [...all].filter((c) => c === ' ' || c === '\t' || c === '\n').join('');
    this.other = [...all].filter((c) => c !== ' ' && c !== '\t' && c !== '\n').join('');
  }

  literal(text: string): void {
    if (text === '') return;
    const field = this.open();
    field.text += text;
    field.pattern += text;
  }

  quoted(text: string): void {
    const field = this.open();
    field.text += text;
    field.pattern += quotePattern(text);
  }

  split(text: string): void {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text[i] as string;
      const space = this.space.includes(c);
      if (!space && !this.other.includes(c)) continue;
      if (i > from) this.append(text.slice(from, i));
      from = i + 1;
      if (this.current !== undefined) {
        this.close();
        this.afterSpace = space;
      } else if (!space) {
        if (this.afterSpace) this.afterSpace = false;
        else this.fields.push({ text: '', pattern: '' });
      }
    }
    if (from < text.length) this.append(text.slice(from));
  }

  boundary(): void {
    this.close();
    this.afterSpace = false;
  }

  /** All words; the last is complete now. */
  finish(): Field[] {
    this.close();
    return this.fields;
  }

  private open(): Field {
    this.afterSpace = false;
    this.current ??= { text: '', pattern: '' };
    return this.current;
  }

  private append(text: string): void {
    const field = this.open();
    field.text += text;
    // A backslash from an expansion escapes only where the word is a pattern anyway.
    field.pattern += text;
  }

  private close(): void {
    if (this.current !== undefined) this.fields.push(this.current);
    this.current = undefined;
  }
}

/** No splitting: the value of an assignment, the word of case, a redirection's here-string. */
export class TextCollector implements Collector {
  text = '';
  literal(text: string): void {
    this.text += text;
  }
  quoted(text: string): void {
    this.text += text;
  }
  split(text: string): void {
    this.text += text;
  }
  boundary(): void {
    this.text += ' ';
  }
}

/** A pattern: of case, [[ == ]], ${x#…}. */
export class PatternCollector implements Collector {
  pattern = '';
  literal(text: string): void {
    this.pattern += text;
  }
  quoted(text: string): void {
    this.pattern += quotePattern(text);
  }
  split(text: string): void {
    this.pattern += text;
  }
  boundary(): void {
    this.pattern += ' ';
  }
}

/** The right side of =~: quoted characters match themselves. */
export class RegexCollector implements Collector {
  regex = '';
  literal(text: string): void {
    this.regex += text;
  }
  quoted(text: string): void {
    this.regex += text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  split(text: string): void {
    this.regex += text;
  }
  boundary(): void {
    this.regex += ' ';
  }
}

/** Whether a field may stand for files. */
export function isWild(field: Field, extglob: boolean): boolean {
  return /[*?[(]/.test(field.pattern) && hasWildcard(field.pattern, extglob);
}
