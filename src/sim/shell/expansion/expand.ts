import type { Sys } from '../../machine/process.ts';
import { ArithmeticError } from '../arithmetic/arithmetic.ts';
import { ExpansionFailed } from '../control-flow.ts';
import type { PartContext } from '../evaluator.ts';
import { expandableParts, Source, type Word, type WordPart, wordOf } from '../grammar.ts';
import { MAX_STRING, type Shell } from '../shell.ts';
import { AssignmentError } from '../variables.ts';
import { expandBraces } from './brace.ts';
import { type Collector, FieldCollector, isWild, PatternCollector, RegexCollector, TextCollector } from './fields.ts';
import { expandPathname } from './pathname.ts';
import { tildePrefix } from './tilde.ts';

const UNQUOTED: PartContext = { quoted: false };
const QUOTED: PartContext = { quoted: true };

/** Words as a command gets them: all expansions, in bash's order. */
export function* expandWords(shell: Shell, words: readonly Word[]): Sys<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word.parts === undefined && !/[\\~{]/.test(word.text)) out.push(word.text);
    else if (word.text.includes('{') && shell.option('braceexpand')) yield* expandBraced(shell, word, out);
    else yield* expandOne(shell, word, out);
    if (out.length > 2_000_000) throw new ExpansionFailed(1);
  }
  return out;
}

function* expandBraced(shell: Shell, word: Word, out: string[]): Sys<void> {
  const texts = expandBraces(word.text);
  if (texts.length === 1 && texts[0] === word.text) {
    yield* expandOne(shell, word, out);
    return;
  }
  const saved = shell.source;
  for (const text of texts) {
    if (!/[\\'"$`*?[~{(]/.test(text)) {
      if (text !== '') out.push(text);
      continue;
    }
    const part = wordOf(text);
    if (part === undefined) continue;
    // Positions in the new word count in its own text.
    shell.source = new Source(text, shell.line);
    try {
      yield* expandOne(shell, part, out);
    } finally {
      shell.source = saved;
    }
  }
}

function* expandOne(shell: Shell, word: Word, out: string[]): Sys<void> {
  const collector = new FieldCollector(shell.vars.get('IFS'));
  yield* expandInto(shell, word, collector, UNQUOTED, 'word');
  const extglob = shell.shopts.has('extglob');
  for (const field of collector.finish()) {
    if (field.text.length > MAX_STRING) yield* tooLong(shell);
    if (shell.option('noglob') || !isWild(field, extglob)) {
      out.push(field.text);
      continue;
    }
    const files = expandPathname(shell.p, field.pattern, {
      extglob,
      dotglob: shell.shopts.has('dotglob'),
      nocaseglob: shell.shopts.has('nocaseglob'),
      globstar: shell.shopts.has('globstar'),
    });
    if (files.length > 0) out.push(...files);
    else if (shell.shopts.has('failglob')) {
      yield* shell.complain(`no match: ${field.text}`);
      throw new ExpansionFailed(1);
    } else if (!shell.shopts.has('nullglob')) out.push(field.text);
  }
}

function* tooLong(shell: Shell): Sys<never> {
  yield* shell.complain(`xrealloc: cannot allocate ${MAX_STRING} bytes`);
  throw new ExpansionFailed(2, true);
}

/** One text without splitting or file names: assignments, redirection of here-strings, the word of case. */
export function* expandText(shell: Shell, word: Word, tilde: 'word' | 'assignment' | 'none' = 'word'): Sys<string> {
  if (word.parts === undefined && !/[\\~]/.test(word.text)) return word.text;
  const collector = new TextCollector();
  yield* expandInto(shell, word, collector, UNQUOTED, tilde);
  if (collector.text.length > MAX_STRING) yield* tooLong(shell);
  return collector.text;
}

/** A pattern: quoted characters come escaped. */
export function* expandPattern(shell: Shell, word: Word): Sys<string> {
  const collector = new PatternCollector();
  yield* expandInto(shell, word, collector, UNQUOTED, 'word');
  return collector.pattern;
}

/** A regular expression (POSIX extended) for =~. */
export function* expandRegex(shell: Shell, word: Word): Sys<string> {
  const collector = new RegexCollector();
  yield* expandInto(shell, word, collector, { quoted: false, regex: true }, 'none');
  return collector.regex;
}

/** A text in which only $ and ` are special: here-documents, prompts, the inside of $(( )). */
export function* expandQuotedText(shell: Shell, text: string): Sys<string> {
  const parts = expandableParts(text);
  if (parts === undefined) return text;
  const saved = shell.source;
  shell.source = new Source(text, shell.line);
  try {
    return yield* expandHereDoc(shell, parts);
  } finally {
    shell.source = saved;
  }
}

/** The parts of a here-document's body. */
export function* expandHereDoc(shell: Shell, parts: readonly WordPart[]): Sys<string> {
  const collector = new TextCollector();
  for (const part of parts) yield* expandPart(shell, part, collector, QUOTED);
  return collector.text;
}

/** An arithmetic expression as text: expands it, then evaluates; mistakes are reported and end the command. */
export function* evaluateText(shell: Shell, text: string, where = ''): Sys<bigint> {
  const expanded = /[$`\\'"]/.test(text) ? (yield* expandQuotedText(shell, text)).replaceAll('"', '') : text;
  return yield* evaluateExpanded(shell, expanded, where);
}

export function* evaluateExpanded(shell: Shell, expression: string, where = ''): Sys<bigint> {
  try {
    return shell.arithmetic(expression);
  } catch (thrown) {
    if (thrown instanceof ArithmeticError) yield* shell.complain(shell.flavour.arithmetic(where + thrown.text));
    else if (thrown instanceof AssignmentError) yield* shell.complain(`${thrown.name}: ${thrown.text}`);
    else throw thrown;
    throw new ExpansionFailed(shell.flavour.failureStatus);
  }
}

/** Expands a word's parts into a collector. */
export function* expandInto(
  shell: Shell,
  word: Word,
  to: Collector,
  context: PartContext,
  tilde: 'word' | 'assignment' | 'none',
): Sys<void> {
  const parts = word.parts;
  if (parts === undefined) {
    literalText(shell, word.text, to, context, tilde, true);
    return;
  }
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as WordPart;
    if (part.type === 'Literal')
      literalText(shell, part.text, to, context, i === 0 || tilde === 'assignment' ? tilde : 'none', i === parts.length - 1, i === 0);
    else yield* expandPart(shell, part, to, context);
  }
}

/** Unquoted (or, in an operand, quoted) text of the command, backslashes and tildes included. */
function literalText(
  shell: Shell,
  raw: string,
  to: Collector,
  context: PartContext,
  tilde: 'word' | 'assignment' | 'none',
  last: boolean,
  first = true,
): void {
  if (context.quoted) {
    to.quoted(raw.replace(/\\([$`"\\}])|\\\n/g, '$1'));
    return;
  }
  let text = raw;
  if (tilde !== 'none' && text.includes('~')) {
    const assignment = tilde === 'assignment' ? '' : (/^[A-Za-z_]\w*\+?=/.exec(text)?.[0] ?? '');
    if (first && text.startsWith('~')) {
      const home = tildePrefix(shell, text, last, tilde === 'assignment');
      if (home !== undefined) {
        to.quoted(home.path);
        text = text.slice(home.length);
      }
    } else if (first && assignment !== '' && text.startsWith('~', assignment.length)) {
      const home = tildePrefix(shell, text.slice(assignment.length), last, true);
      if (home !== undefined) {
        to.literal(assignment);
        to.quoted(home.path);
        text = text.slice(assignment.length + home.length);
      }
    }
    if (tilde === 'assignment') {
      for (let colon = text.indexOf(':~'); colon >= 0; colon = text.indexOf(':~')) {
        const home = tildePrefix(shell, text.slice(colon + 1), last, true);
        if (home === undefined) break;
        plain(text.slice(0, colon + 1), to, context);
        to.quoted(home.path);
        text = text.slice(colon + 1 + home.length);
      }
    }
  }
  plain(text, to, context);
}

function plain(text: string, to: Collector, context: PartContext): void {
  const emit = (s: string): void => (context.operand ? to.split(s) : to.literal(s));
  if (!text.includes('\\')) {
    if (text !== '') emit(text);
    return;
  }
  if (context.regex) {
    to.literal(text);
    return;
  }
  let from = 0;
  for (let i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
    if (i > from) emit(text.slice(from, i));
    const next = text[i + 1];
    if (next === undefined) to.quoted('\\');
    else if (next !== '\n') to.quoted(next);
    from = i + 2;
  }
  if (from < text.length) emit(text.slice(from));
}

export function* expandPart(shell: Shell, part: WordPart, to: Collector, context: PartContext): Sys<void> {
  switch (part.type) {
    case 'Literal':
      if (context.quoted) to.quoted(part.value);
      else plain(part.text, to, context);
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      to.quoted(part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString': {
      // "$@" without parameters makes no word at all, "" makes an empty one.
      if (part.parts.length === 0) to.quoted('');
      for (const child of part.parts) yield* expandPart(shell, child, to, QUOTED);
      return;
    }
    case 'SimpleExpansion':
      yield* shell.evaluator.expandSimple(shell, part.text.replace(/\\\n/g, '').slice(1), to, context);
      return;
    case 'ParameterExpansion':
      yield* shell.evaluator.expandParameter(shell, part, to, context);
      return;
    case 'CommandExpansion': {
      const value = yield* shell.evaluator.commandSubstitution(shell, part.script, part.pos);
      if (context.quoted) to.quoted(value);
      else to.split(value);
      return;
    }
    case 'ArithmeticExpansion': {
      const inner = part.text.startsWith('$[') ? part.text.slice(2, -1) : part.text.replace(/^\$\\?\n?\(\(/, '').slice(0, -2);
      const value = (yield* evaluateText(shell, inner)).toString();
      if (context.quoted) to.quoted(value);
      else to.split(value);
      return;
    }
    case 'ProcessSubstitution':
      to.quoted(yield* shell.evaluator.processSubstitution(shell, part.script, part.operator, part.pos));
      return;
    case 'Glob':
      if (part.kind !== 'bracket') emitGlob(part.text, to, context);
      else {
        emitGlob('[', to, context);
        for (const child of part.parts) yield* expandPart(shell, child, to, context);
        emitGlob(']', to, context);
      }
      return;
    case 'ExtendedGlob':
      if (part.parts === undefined) plain(part.text, to, context);
      else {
        emitGlob(`${part.operator}(`, to, context);
        for (const child of part.parts) yield* expandPart(shell, child, to, context);
        emitGlob(')', to, context);
      }
      return;
    case 'BraceExpansion':
      if (part.parts === undefined) plain(part.text, to, context);
      else {
        to.literal('{');
        for (const child of part.parts) yield* expandPart(shell, child, to, context);
        to.literal('}');
      }
      return;
  }
}

function emitGlob(text: string, to: Collector, context: PartContext): void {
  if (context.quoted) to.quoted(text);
  else if (context.operand) to.split(text);
  else to.literal(text);
}
