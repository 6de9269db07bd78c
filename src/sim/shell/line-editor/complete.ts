import type { Sys } from '../../machine/process.ts';
import type { Shell } from '../shell.ts';
import { commandCandidates, fileCandidates, programCandidates, userCandidates, variableCandidates } from './candidates.ts';
import { textWidth } from './width.ts';
import { wordAt } from './word-at-cursor.ts';

/** What Tab does: a range of the line becomes another text, the bell rings, a list is shown. */
export interface Completion {
  readonly insert?: { readonly from: number; readonly to: number; readonly text: string };
  readonly bell: boolean;
  readonly list?: string;
  /** Asked before a long list. */
  readonly question?: string;
}

/** A possible word. `shown` is its name in the list, `suffix` follows it when it is the only one. */
export interface Candidate {
  readonly text: string;
  readonly shown: string;
  readonly suffix: string;
}

/** completion-query-items */
const ASK_FROM = 100;

/** Completes the word before the cursor. `again`: Tab was pressed twice, so the possibilities are listed. */
export function* completeLine(shell: Shell, line: string, cursor: number, again: boolean, columns: number): Sys<Completion> {
  const word = wordAt(line, cursor);
  const candidates = unique(yield* findCandidates(shell, word));
  if (candidates.length === 0) return { bell: true };
  const common = commonStart(candidates.map((c) => c.text));
  const [only, ...others] = candidates;
  const quoted = (text: string): string => word.quote + requote(text, word.quote, word.kind === 'variable');
  if (only !== undefined && others.length === 0) {
    const closing = only.suffix === ' ' ? word.quote : '';
    return { insert: { from: word.start, to: cursor, text: quoted(only.text) + closing + only.suffix }, bell: false };
  }
  const insert =
    common.length >= word.text.length && common !== word.text ? { from: word.start, to: cursor, text: quoted(common) } : undefined;
  if (!again) return insert === undefined ? { bell: true } : { insert, bell: true };
  const list = columnsOf(
    candidates.map((c) => c.shown),
    columns,
  );
  const question = candidates.length >= ASK_FROM ? `Display all ${candidates.length} possibilities? (y or n)` : undefined;
  return { ...(insert === undefined ? {} : { insert }), bell: false, list, ...(question === undefined ? {} : { question }) };
}

function* findCandidates(shell: Shell, word: ReturnType<typeof wordAt>): Sys<Candidate[]> {
  switch (word.kind) {
    case 'variable':
      return variableCandidates(shell, word.text);
    case 'command':
      if (word.text.startsWith('~') && !word.text.includes('/')) return userCandidates(shell, word.text);
      return commandCandidates(shell, word.text);
    case 'redirect':
      return fileCandidates(shell, word.text);
    case 'argument': {
      if (word.text.startsWith('~') && !word.text.includes('/')) return userCandidates(shell, word.text);
      return programCandidates(shell, word.words, word.text) ?? fileCandidates(shell, word.text);
    }
  }
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const c of candidates) if (!seen.has(c.text)) seen.set(c.text, c);
  return [...seen.values()].sort((a, b) => (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0));
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  let n = first.length;
  for (const text of rest) {
    let i = 0;
    while (i < n && first[i] === text[i]) i++;
    n = i;
  }
  return first.slice(0, n);
}

/** Writes a completed word so that the shell reads it as one. */
function requote(text: string, quote: string, variable: boolean): string {
  if (variable || quote === "'") return text;
  if (quote === '"') return text.replace(/["\\`]/g, '\\$&');
  return text.replace(/[\s"'\\`|&;()<>!*?[\]{}]/g, '\\$&');
}

/** The names in columns, down first, as wide as the widest and two blanks. */
export function columnsOf(names: readonly string[], columns: number): string {
  const width = Math.max(...names.map(textWidth)) + 2;
  const across = Math.max(1, Math.floor(columns / width) - (columns % width === 0 && columns / width > 1 ? 1 : 0));
  const rows = Math.ceil(names.length / across);
  let out = '';
  for (let row = 0; row < rows; row++) {
    for (let i = row; i < names.length; i += rows) {
      const name = names[i] as string;
      out += across > 1 ? name + ' '.repeat(width - textWidth(name)) : name;
    }
    out += '\n';
  }
  return out;
}
