/** The word that Tab completes. */
export interface WordAtCursor {
  readonly kind: 'command' | 'argument' | 'variable' | 'redirect';
  /** Offset of its first character (of the `$` of a variable). */
  readonly start: number;
  /** The word without quotes and backslashes. */
  readonly text: string;
  /** The quote it began with, still open. */
  readonly quote: string;
  /** The words of its command up to and including it, unquoted. */
  readonly words: readonly string[];
}

/** Words after which a command follows. */
const BEFORE_COMMAND = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  'until',
  '!',
  '{',
  '(',
  'time',
  'exec',
  'command',
  'builtin',
  'sudo',
  'nohup',
  'eval',
]);

/** Finds the word before the cursor, what it is part of and how it is quoted. */
export function wordAt(line: string, cursor: number): WordAtCursor {
  let words: string[] = [];
  let text = '';
  let start = 0;
  let inWord = false;
  let quote = '';
  let quoteStart = -1;
  let redirect = false;
  let afterRedirect = false;
  const finish = (): void => {
    if (!inWord) return;
    if (!afterRedirect) words.push(text);
    afterRedirect = false;
    text = '';
    inWord = false;
    quoteStart = -1;
  };
  const begin = (at: number): void => {
    if (inWord) return;
    inWord = true;
    start = at;
    afterRedirect = redirect;
    redirect = false;
  };
  for (let i = 0; i < cursor; i++) {
    const c = line[i] as string;
    if (quote !== '') {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"' && i + 1 < cursor && '"\\$`'.includes(line[i + 1] as string)) text += line[++i];
      else text += c;
    } else if (c === '\\' && i + 1 < cursor) {
      begin(i);
      text += line[++i];
    } else if (c === "'" || c === '"') {
      begin(i);
      quote = c;
      quoteStart = i;
    } else if (c === ' ' || c === '\t' || c === '\n') finish();
    else if (c === '<' || c === '>') {
      // The number before the arrow is a descriptor, not a word.
      if (inWord && /^\d+$/.test(text)) {
        text = '';
        inWord = false;
      } else finish();
      redirect = true;
    } else if (';&|('.includes(c) && !(c === '&' && redirect)) {
      finish();
      words = [];
      redirect = false;
    } else if (c === '`' || (c === '(' && line[i - 1] === '$')) {
      finish();
      words = [];
    } else {
      begin(i);
      text += c;
    }
  }
  if (!inWord) {
    start = cursor;
    afterRedirect = redirect;
  }
  const variable = quote === "'" ? null : /\$\{?[A-Za-z_]*\w*$/.exec(text);
  const all = [...words, text];
  if (variable !== null && line.slice(0, cursor).endsWith(variable[0])) {
    return { kind: 'variable', start: cursor - variable[0].length, text: variable[0], quote: '', words: all };
  }
  // An open quote in mid-word: the part before it stays as it is.
  const openAtStart = quote !== '' && quoteStart === start;
  if (afterRedirect) return { kind: 'redirect', start, text, quote: openAtStart ? quote : '', words: all };
  // `--file=na` completes what stands behind the sign.
  let first = 0;
  while (first < words.length && (BEFORE_COMMAND.has(words[first] as string) || /^[A-Za-z_]\w*\+?=/.test(words[first] as string))) first++;
  return { kind: first >= words.length ? 'command' : 'argument', start, text, quote: openAtStart ? quote : '', words: all.slice(first) };
}
