import type { Source, Statement } from './grammar.ts';
import type { Shell } from './shell.ts';

/** Words after which a command begins. */
const BEFORE_COMMAND = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', 'time']);

/**
 * The text of some commands with aliases put in where a command's first word is one; undefined if there was none. An alias that
 * ends in a blank lets the next word be one too; an alias does not expand inside its own text.
 */
export function expandAliases(shell: Shell, statements: readonly Statement[], source: Source): string | undefined {
  const first = statements[0];
  const last = statements.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // Here-documents follow their line, so take all of the text up to the next statement's line.
  const end = source.text.indexOf('\n', last.end);
  const text = source.text.slice(first.pos, Math.max(last.end, end < 0 ? source.text.length : end));
  const out = substitute(shell, text, new Set());
  return out === text ? undefined : out;
}

function substitute(shell: Shell, text: string, inUse: ReadonlySet<string>): string {
  let out = '';
  let i = 0;
  let atCommand = true;
  while (i < text.length) {
    const c = text[i] as string;
    if (c === ' ' || c === '\t') {
      out += c;
      i++;
    } else if (';&|\n('.includes(c)) {
      out += c;
      i++;
      atCommand = true;
    } else if (c === '#' && (i === 0 || /\s/.test(text[i - 1] as string))) {
      const end = text.indexOf('\n', i);
      out += text.slice(i, end < 0 ? text.length : end);
      i = end < 0 ? text.length : end;
    } else if (c === '<' && text[i + 1] === '<') return out + text.slice(i);
    else {
      const end = wordEnd(text, i);
      const word = text.slice(i, end);
      const value = atCommand && !inUse.has(word) ? shell.aliases.get(word) : undefined;
      if (value !== undefined) {
        out += substitute(shell, value, new Set([...inUse, word]));
        atCommand = /[ \t]$/.test(value);
      } else {
        out += word;
        atCommand = atCommand && (BEFORE_COMMAND.has(word) || /^[A-Za-z_]\w*\+?=/.test(word));
      }
      i = end;
    }
  }
  return out;
}

function wordEnd(text: string, start: number): number {
  let i = start;
  while (i < text.length && !' \t\n;&|()'.includes(text[i] as string)) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === "'" || c === '"' || c === '`') {
      let j = i + 1;
      while (j < text.length && text[j] !== c) j += c !== "'" && text[j] === '\\' ? 2 : 1;
      i = j;
    } else if (c === '$' && (text[i + 1] === '(' || text[i + 1] === '{')) {
      const open = text[i + 1];
      const close = open === '(' ? ')' : '}';
      let depth = 0;
      for (i++; i < text.length; i++) {
        if (text[i] === open) depth++;
        else if (text[i] === close && --depth === 0) break;
      }
    }
    i++;
  }
  return Math.max(i, start + 1);
}
