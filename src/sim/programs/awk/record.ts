import { posixRegex, RegexError } from '../lib/posix-regex.ts';

/** The expression an awk string or regex means. */
export function awkRegex(source: string, global = false): RegExp {
  const regex = posixRegex(source, { extended: true, awk: true, lenient: true, ...(global ? { global: true } : {}) });
  return regex instanceof RegexError ? /(?!)/ : regex;
}

/** Splits text as FS says: ' ' at blanks, a single character at itself, anything else at the expression. */
export function splitFields(text: string, separator: string): string[] {
  if (separator === ' ') {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
    return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (text === '') return [];
  if (separator === '') return [...text];
  if (separator.length === 1 && separator !== '\\') return text.split(separator);
  return splitByRegex(text, awkRegex(separator, true));
}

export function splitByRegex(text: string, regex: RegExp): string[] {
  const out: string[] = [];
  let at = 0;
  for (const m of text.matchAll(new RegExp(regex.source, 'gu'))) {
    if (m[0] === '') continue;
    out.push(text.slice(at, m.index));
    at = m.index + m[0].length;
  }
  out.push(text.slice(at));
  return out;
}

/** The current record with its fields; either is made from the other when it is needed. */
export class AwkRecord {
  #text = '';
  #fields: string[] | undefined = [];
  #textValid = true;
  readonly #separators: () => { readonly fs: string; readonly ofs: string; readonly paragraphs: boolean };
  /** FS when the record was read: a later change counts from the next on. */
  #fs = ' ';

  constructor(separators: () => { readonly fs: string; readonly ofs: string; readonly paragraphs: boolean }) {
    this.#separators = separators;
  }

  set(text: string): void {
    this.#text = text;
    this.#textValid = true;
    this.#fields = undefined;
    this.#fs = this.#separators().fs;
  }

  get text(): string {
    if (!this.#textValid) {
      this.#text = (this.#fields ?? []).join(this.#separators().ofs);
      this.#textValid = true;
    }
    return this.#text;
  }

  get fields(): string[] {
    if (this.#fields === undefined) {
      const { paragraphs } = this.#separators();
      const fs =
        paragraphs && this.#fs !== ' '
          ? `${this.#fs.length === 1 ? `[${this.#fs === '\\' ? '\\\\' : this.#fs}]` : `(${this.#fs})`}|\n`
          : this.#fs;
      this.#fields = splitFields(this.#text, fs);
    }
    return this.#fields;
  }

  get count(): number {
    return this.fields.length;
  }

  set count(n: number) {
    const { fields } = this;
    while (fields.length < n) fields.push('');
    fields.length = n;
    this.#textValid = false;
  }

  get(n: number): string {
    return n === 0 ? this.text : (this.fields[n - 1] ?? '');
  }

  assign(n: number, text: string): void {
    if (n === 0) {
      this.set(text);
      return;
    }
    if (n > this.fields.length) this.count = n;
    this.fields[n - 1] = text;
    this.#textValid = false;
  }
}
