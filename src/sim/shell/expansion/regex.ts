const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  print: '\\x20-\\x7e',
  graph: '\\x21-\\x7e',
  xdigit: '0-9A-Fa-f',
};

/** A POSIX extended regular expression as JavaScript's; undefined if it is malformed. Alternatives are tried in order, not by length. */
export function posixRegExp(source: string, ignoreCase: boolean): RegExp | undefined {
  let out = '';
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (c === '\\') {
      const next = source[++i];
      if (next === undefined) return undefined;
      if ('bBwWsS'.includes(next)) out += `\\${next}`;
      else if (next === '<' || next === '>') out += '\\b';
      else if (/[0-9]/.test(next)) out += `\\${next}`;
      else out += /[A-Za-z]/.test(next) ? next : `\\${next}`;
    } else if (c === '[') {
      const set = bracket(source, i);
      if (set === undefined) return undefined;
      out += set.body;
      i = set.end - 1;
    } else if (c === '{' && !/^\{\d*,?\d*\}/.test(source.slice(i))) out += '\\{';
    else if (c === '}' && !/\{\d*,?\d*$/.test(source.slice(0, i))) out += '\\}';
    else if (c === ']') out += '\\]';
    else if (c === '*' && (i === 0 || '(|'.includes(source[i - 1] as string))) out += '\\*';
    else out += c;
  }
  try {
    return new RegExp(out, ignoreCase ? 'si' : 's');
  } catch {
    return undefined;
  }
}

function bracket(source: string, open: number): { body: string; end: number } | undefined {
  let i = open + 1;
  let body = '';
  const negated = source[i] === '^';
  if (negated) i++;
  const start = i;
  for (; i < source.length; i++) {
    const c = source[i] as string;
    if (c === ']' && i > start) return { body: `[${negated ? '^' : ''}${body}]`, end: i + 1 };
    const named = /^\[:(\w+):\]/.exec(source.slice(i, i + 12));
    if (named !== null) {
      const set = CLASSES[named[1] as string];
      if (set === undefined) return undefined;
      body += set;
      i += named[0].length - 1;
    } else body += c === '-' ? c : /[\\\][^]/.test(c) ? `\\${c}` : c;
  }
  return undefined;
}
