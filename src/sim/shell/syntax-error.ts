import type { Parsed, Source } from './grammar.ts';

/** What is wrong with a text, in bash's words, and from where on nothing can be run. */
export interface SyntaxFault {
  /** Offset of the mistake; commands on lines before it have been run by then. */
  readonly pos: number;
  /** More input could mend it: an interactive shell prompts with PS2. */
  readonly incomplete: boolean;
  /** Message without the `bash: line 1: ` before it. */
  readonly message: string;
  readonly line: number;
  /** The word that was still to come at the end of the text: `fi`. */
  readonly expecting?: string;
  /** $? stays what it was. */
  readonly keepStatus?: boolean;
  /** The offending line is printed after the message. */
  readonly showLine: boolean;
}

const CLOSER: Readonly<Record<string, string>> = {
  'double quote': '"',
  'single quote': "'",
  'ANSI-C quote': "'",
  'locale string': '"',
  'command substitution': ')',
  'process substitution': ')',
  'parameter expansion': '}',
  backtick: '`',
  'arithmetic command': ')',
  'arithmetic expansion': ')',
  'extended glob': ')',
  'array value': ')',
  'array subscript': ']',
};

const OPERATORS = [
  '&>>',
  '<<<',
  '<<-',
  ';;&',
  '&&',
  '||',
  ';;',
  ';&',
  '|&',
  '>>',
  '<<',
  '>&',
  '<&',
  '>|',
  '<>',
  '&>',
  '|',
  '&',
  ';',
  '(',
  ')',
  '<',
  '>',
];

/** The token bash would name at an offset; `newline` at a line's end, undefined at the end of the text. */
function tokenAt(text: string, pos: number): string | undefined {
  let i = pos;
  for (;;) {
    const c = text[i];
    if (c === ' ' || c === '\t') i++;
    else if (c === '\\' && text[i + 1] === '\n') i += 2;
    else if (c === '#') while (i < text.length && text[i] !== '\n') i++;
    else break;
  }
  if (i >= text.length) return undefined;
  if (text[i] === '\n') return 'newline';
  const operator = OPERATORS.find((o) => text.startsWith(o, i));
  if (operator !== undefined) return operator;
  let end = i;
  while (end < text.length && !' \t\n|&;()<>'.includes(text[end] as string)) {
    if (text[end] === '\\') end++;
    else if (text[end] === "'" || text[end] === '"') {
      const close = text.indexOf(text[end] as string, end + 1);
      if (close < 0) break;
      end = close;
    }
    end++;
  }
  return text.slice(i, Math.max(end, i + 1));
}

function lastLine(source: Source): number {
  const text = source.text;
  // The end of file stands on the line after the last one.
  return source.line(text.length) + (text.endsWith('\n') ? 0 : 1);
}

function unexpected(source: Source, pos: number, token: string): SyntaxFault {
  return {
    pos,
    incomplete: false,
    message: `syntax error near unexpected token \`${token}'`,
    line: source.line(Math.min(pos, source.text.length)),
    showLine: true,
  };
}

function endOfFile(source: Source): SyntaxFault {
  return {
    pos: source.text.length,
    incomplete: true,
    message: 'syntax error: unexpected end of file',
    line: lastLine(source),
    showLine: false,
  };
}

/** Skips blanks and, where the grammar allows them, newlines and comments. */
function skipBlank(text: string, pos: number): number {
  const match = /^(?:[ \t\n]|\\\n|#[^\n]*)*/.exec(text.slice(pos, pos + 10_000));
  return pos + (match?.[0].length ?? 0);
}

/** Bash's view of the first mistake in a text; undefined when there is none. */
export function syntaxFault(parsed: Parsed, source: Source): SyntaxFault | undefined {
  const text = source.text;
  const error = parsed.errors[0];
  const missed = missedByGrammar(source, error?.pos ?? text.length + 1);
  if (missed !== undefined) return missed;
  if (error === undefined) return undefined;
  const { message, pos } = error;

  const unterminated = /^unterminated (.*)$/.exec(message);
  if (unterminated !== null) {
    const inner = parsed.errors.find((e) => e.message === 'unterminated backtick') ?? error;
    const kind = /^unterminated (.*)$/.exec(inner.message)?.[1] ?? '';
    const substitution = (kind === 'command substitution' || kind === 'process substitution') && !text.startsWith('$((', inner.pos);
    return {
      pos,
      incomplete: true,
      message: `unexpected EOF while looking for matching \`${CLOSER[kind] ?? ')'}'`,
      line: substitution ? lastLine(source) : source.line(inner.pos),
      showLine: false,
    };
  }
  if (message === 'expected three arithmetic expressions in for header') {
    const start = text.lastIndexOf('((', pos);
    const close = text.indexOf('))', start);
    return {
      pos,
      incomplete: false,
      message: `syntax error: arithmetic expression required\n\u0000syntax error: \`${text.slice(start, close + 2)}'`,
      line: source.line(pos),
      showLine: false,
    };
  }
  const conditional = /(?:^|[\s;&|(])\[\[\s[^\n]*$/.test(text.slice(0, pos));
  if (
    (conditional && message.startsWith('unexpected token')) ||
    message.includes("']]'") ||
    message.includes('test operator') ||
    message.includes('conditional operator') ||
    message.includes('test group')
  ) {
    return conditionalFault(source, pos, message);
  }
  let at = pos;
  if (message === 'expected command in subshell' || message === 'expected command in brace group') {
    at = skipBlank(text, pos + 1);
    if (text[pos] === undefined) at = text.length;
  } else if (/^expected '(?:fi|done|esac|\}|\))' to close|^expected command after|^expected '(?:then|do)'/.test(message)) {
    at = skipBlank(text, pos);
    const taken = offenderBefore(text, pos, message, parsed);
    if (taken !== undefined) return unexpected(source, taken.pos, taken.token);
    const for_ = /(?:^|[\s;&|])(?:for|select)[ \t]*$/.test(text.slice(0, pos));
    if (at >= text.length && for_) return unexpected(source, text.length, 'newline');
    if (message.includes('esac') && /[(|]$|\bin\s+[^\s;)]+$/.test(text) && at >= text.length)
      return unexpected(source, text.length, 'newline');
  } else if (message === "expected 'in' after 'case' word") {
    if (/\bcase[ \t]*$/.test(text.slice(0, pos))) return unexpected(source, text.length, 'newline');
    at = skipBlank(text, pos);
  } else if (message === 'expected redirect target') {
    return unexpected(source, pos, tokenAt(text, pos) ?? 'newline');
  } else if (message === 'expected compound command as function body') {
    if (/\bfunction[ \t]*$/.test(text.slice(0, pos))) return unexpected(source, pos, 'newline');
    at = skipBlank(text, pos);
  } else if (/^expected (?:word|command) after 'coproc'/.test(message)) {
    return unexpected(source, pos, 'newline');
  }
  if (message === "unexpected token ')'") {
    // A word before `(`…`)` makes bash stumble over what stands inside the parentheses.
    const open = /[^\s;&|()<>]+[ \t]+\(([^()\n]*)$/.exec(text.slice(0, pos));
    const inside = open?.[1]?.trim();
    if (inside !== undefined && inside !== '') return unexpected(source, pos, tokenAt(inside, 0) ?? ')');
  }
  const token = tokenAt(text, at);
  if (token !== undefined) return unexpected(source, at, token);
  // What follows the condition is wanted first, then what closes the whole.
  const condition = /^expected '(?:then|do)'$/.test(error.message);
  const closing = condition ? error : parsed.errors.find((e) => /^expected '.*' to close/.test(e.message));
  const expecting = /^expected '(.*?)'/.exec((closing ?? error).message)?.[1];
  return expecting === undefined ? endOfFile(source) : { ...endOfFile(source), expecting };
}

/** unbash has passed the word it did not expect: `fi` without `then`, a command where `for` wants `do`. */
function offenderBefore(text: string, pos: number, message: string, parsed: Parsed): { pos: number; token: string } | undefined {
  const before = text.slice(0, pos);
  const alone = !parsed.errors.some((e) => e.message.startsWith("expected 'fi'") || e.message.startsWith("expected 'done'"));
  if (message === "expected 'then'" && alone) {
    const match = /(?:^|[\s;])(fi|else|elif|done|esac)$/.exec(before);
    return match === null ? undefined : { pos: pos - (match[1] as string).length, token: match[1] as string };
  }
  if (message !== "expected 'do'") return undefined;
  const match = /\b(?:for|select)\s+\w+(?:\s+in\b[^;\n(]*)?(?:[;\n]\s*([^\s;&|()]+)|(\())$/.exec(before);
  const token = match?.[1] ?? match?.[2];
  return token === undefined || token === 'do' ? undefined : { pos: pos - token.length, token };
}

/** Mistakes that unbash lets pass. */
function missedByGrammar(source: Source, before: number): SyntaxFault | undefined {
  const text = source.text;
  const open = /(?:^|[\n;&|])[ \t]*[A-Za-z_][\w-]*[ \t]*\([ \t]*$/.exec(text);
  if (open !== null && before > text.length) return unexpected(source, text.length, 'newline');
  const redirect = /(?:^|[ \t])[<>]{1,2}[ \t]+(\d+)[<>]/.exec(text);
  if (redirect !== null && redirect.index < before && !/['"\\#]/.test(text.slice(0, redirect.index))) {
    return unexpected(source, redirect.index, redirect[1] as string);
  }
  return undefined;
}

/** `[[` has messages of its own, and after them the usual one. */
function conditionalFault(source: Source, pos: number, message: string): SyntaxFault {
  const text = source.text;
  const line = source.line(pos);
  const at = skipBlank(text, pos);
  const token = tokenAt(text, at);
  const near = (what: string): SyntaxFault => ({ pos, incomplete: false, message: what, line, showLine: false, keepStatus: true });
  // A binary operator may have taken the closing brackets for its operand.
  if (token === undefined && /\s\]\]\s*$/.test(text)) return near("unexpected argument `]]' to conditional binary operator");
  if (token === undefined) {
    return {
      pos: text.length,
      incomplete: true,
      message: "unexpected token `newline', conditional binary operator expected",
      line,
      showLine: false,
    };
  }
  const argument = /^unexpected argument '(.*)' to conditional operator$/.exec(message)?.[1];
  if (argument !== undefined) return near(`unexpected argument \`${argument}' to conditional binary operator`);
  if (message.includes('unary test operator')) return near("unexpected argument `]]' to conditional unary operator");
  if (message.includes('test group')) return near(`unexpected token \`${token}', expected \`)'`);
  if (/\[\[\s*$/.test(text.slice(0, pos))) return near(`unexpected token \`${token}' in conditional command`);
  // Something after a complete comparison.
  if (/\s(?:==?|!=|=~|<|>|-[a-z]{2})\s+\S+\s+$/.test(text.slice(0, pos))) return near('syntax error in conditional expression');
  return near('conditional binary operator expected');
}
