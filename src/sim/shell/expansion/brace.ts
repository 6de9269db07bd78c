/** Brace expansion works on the text of a word before anything else, so `{a,$x}` makes two words that are expanded later. */

const MAX_WORDS = 100_000;

/** Splits a raw word at its brace expressions; a word without any comes back alone. */
export function expandBraces(word: string): string[] {
  if (!word.includes('{')) return [word];
  const out: string[] = [];
  expandInto(word, out);
  return out;
}

function expandInto(word: string, out: string[]): void {
  if (out.length > MAX_WORDS) return;
  for (let i = 0; i < word.length; i++) {
    i = skipQuoted(word, i);
    if (word[i] !== '{' || word[i - 1] === '$') continue;
    const close = closingBrace(word, i);
    if (close === undefined) continue;
    const choices = choicesOf(
      word.slice(i + 1, close.at),
      close.commas.map((c) => c - i - 1),
    );
    if (choices === undefined) continue;
    const before = word.slice(0, i);
    const rests = expandBraces(word.slice(close.at + 1));
    for (const choice of choices) for (const rest of rests) if (out.length <= MAX_WORDS) out.push(before + choice + rest);
    return;
  }
  out.push(word);
}

/** The index of the first character at or after `i` that is not in quotes or an expansion. */
function skipQuoted(word: string, start: number): number {
  let i = start;
  for (;;) {
    const c = word[i];
    if (c === '\\') i += 2;
    else if (c === "'" || c === '"') {
      let j = i + 1;
      while (j < word.length && word[j] !== c) j += c === '"' && word[j] === '\\' ? 2 : 1;
      i = j + 1;
    } else if (c === '`') {
      const j = word.indexOf('`', i + 1);
      i = j < 0 ? word.length : j + 1;
    } else if (c === '$' && (word[i + 1] === '{' || word[i + 1] === '(')) {
      i = balanced(word, i + 1) + 1;
    } else return i;
  }
}

/** Offset of what closes the bracket at `open`, quotes respected. */
function balanced(word: string, open: number): number {
  const left = word[open] as string;
  const right = left === '{' ? '}' : ')';
  let depth = 0;
  for (let i = open; i < word.length; i++) {
    const c = word[i];
    if (c === '\\') i++;
    else if (c === "'" || c === '"') {
      const j = word.indexOf(c, i + 1);
      if (j < 0) return word.length;
      i = j;
    } else if (c === left) depth++;
    else if (c === right && --depth === 0) return i;
  }
  return word.length;
}

function closingBrace(word: string, open: number): { at: number; commas: number[] } | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let i = open; i < word.length; i++) {
    const j = skipQuoted(word, i);
    if (j > i) {
      i = j - 1;
      continue;
    }
    const c = word[i];
    if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return { at: i, commas };
    else if (c === ',' && depth === 1) commas.push(i);
  }
  return undefined;
}

function choicesOf(body: string, commas: readonly number[]): string[] | undefined {
  if (commas.length === 0) return sequence(body);
  const choices: string[] = [];
  let from = 0;
  for (const comma of [...commas, body.length]) {
    choices.push(...expandBraces(body.slice(from, comma)));
    from = comma + 1;
  }
  return choices;
}

/** `{1..5}`, `{01..10..2}`, `{a..e}`. */
function sequence(body: string): string[] | undefined {
  const numbers = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/.exec(body);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/.exec(body);
  const match = numbers ?? letters;
  if (match === null) return undefined;
  const [, first = '', last = '', by] = match;
  const from = numbers ? Number(first) : first.charCodeAt(0);
  const to = numbers ? Number(last) : last.charCodeAt(0);
  const step = Math.abs(Number(by ?? 1)) || 1;
  const padded = numbers !== null && [first, last].some((s) => /^[+-]?0\d/.test(s));
  const width = padded ? Math.max(first.length, last.length) : 0;
  const out: string[] = [];
  for (let n = from; from <= to ? n <= to : n >= to; n += from <= to ? step : -step) {
    if (out.length > MAX_WORDS) break;
    if (!numbers) out.push(String.fromCharCode(n));
    else if (n < 0) out.push(`-${String(-n).padStart(width - 1, '0')}`);
    else out.push(String(n).padStart(width, '0'));
  }
  return out;
}
