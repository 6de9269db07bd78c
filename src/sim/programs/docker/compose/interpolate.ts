// Variables in a Compose file (the Compose specification, "Interpolation"; compose-go's template package for the words of errors).

import { ComposeError } from './compose-error.ts';

export type Variables = ReadonlyMap<string, string>;

const PATTERN = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|\{([A-Za-z_]\w*)(:?[-?+])|(\{)|)/y;

/** A text with its variables' values; `unset` is told the names that have none. Throws for what cannot be read. */
export function interpolate(source: string, variables: Variables, path: string, unset: (name: string) => void): string {
  const bad = (): never => {
    throw new ComposeError(
      `invalid interpolation format for ${path}: ${JSON.stringify(source)}. You may need to escape any $ with another $`,
    );
  };
  const value = (name: string): string => {
    const found = variables.get(name);
    if (found === undefined) unset(name);
    return found ?? '';
  };
  const read = (from: number, closing: boolean): { text: string; end: number } => {
    let text = '';
    let at = from;
    while (at < source.length) {
      const c = source[at] as string;
      if (closing && c === '}') return { text, end: at + 1 };
      if (c !== '$') {
        text += c;
        at++;
        continue;
      }
      PATTERN.lastIndex = at;
      const match = PATTERN.exec(source) as RegExpExecArray;
      const [all, dollar, plain, braced, name, operator, open] = match;
      at += all.length;
      if (dollar !== undefined) text += '$';
      else if (plain !== undefined || braced !== undefined) text += value((plain ?? braced) as string);
      else if (open !== undefined || name === undefined || operator === undefined) bad();
      else {
        const inner = read(at, true);
        at = inner.end;
        text += choose(name, operator, inner.text);
      }
    }
    if (closing) bad();
    return { text, end: at };
  };
  const choose = (name: string, operator: string, word: string): string => {
    const found = variables.get(name);
    const given = found !== undefined && (!operator.startsWith(':') || found !== '');
    if (operator.endsWith('+')) return given ? word : '';
    if (given) return found as string;
    if (operator.endsWith('-')) return word;
    throw new ComposeError(`required variable ${name} is missing a value: ${word}`);
  };
  return read(0, false).text;
}

/** NAME=VALUE lines of .env or env_file: quotes are taken away, `#` begins a comment. */
export function parseEnvFile(source: string, variables: Variables): Map<string, string | undefined> {
  const out = new Map<string, string | undefined>();
  for (const line of source.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*?))?\s*$/.exec(line);
    if (match === null) continue;
    const [, name = '', raw] = match;
    if (raw === undefined) {
      out.set(name, undefined);
      continue;
    }
    const single = /^'([^']*)'/.exec(raw);
    const double = /^"((?:[^"\\]|\\.)*)"/.exec(raw);
    const known = new Map([...variables, ...[...out].filter((pair): pair is [string, string] => pair[1] !== undefined)]);
    if (single !== null) out.set(name, single[1] ?? '');
    else {
      const bare = double === null ? raw.replace(/\s+#.*$/, '') : (double[1] ?? '').replaceAll('\\n', '\n').replaceAll('\\"', '"');
      out.set(
        name,
        interpolate(bare, known, name, () => {}),
      );
    }
  }
  return out;
}
