import { doubleQuoted, quotedIfNeeded, singleQuoted } from './expansion/quote.ts';
import type { Variable } from './variables.ts';

/** Letters of a variable's attributes in bash's order: for declare -p and ${x@a}. */
export function attributeLetters(v: Variable): string {
  return (
    (v.indexed === undefined ? '' : 'a') +
    (v.keyed === undefined ? '' : 'A') +
    (v.integer ? 'i' : '') +
    (v.nameref ? 'n' : '') +
    (v.readonly ? 'r' : '') +
    (v.exported ? 'x' : '') +
    (v.lower ? 'l' : '') +
    (v.upper ? 'u' : '')
  );
}

function elements(v: Variable): string | undefined {
  if (v.indexed !== undefined) {
    const { indexed } = v;
    return `(${indexed
      .indexes()
      .map((i) => `[${i}]=${doubleQuoted(indexed.get(i) as string)}`)
      .join(' ')})`;
  }
  if (v.keyed !== undefined) {
    const items = [...v.keyed].map(([key, value]) => `[${/^[\w./:@%+,-]+$/.test(key) ? key : doubleQuoted(key)}]=${doubleQuoted(value)} `);
    return `(${items.join('')})`;
  }
  return undefined;
}

/** The line of declare -p. */
export function declaration(name: string, v: Variable): string {
  const flags = `-${attributeLetters(v) || '-'}`;
  const list = elements(v);
  if (list !== undefined) return `declare ${flags} ${name}=${list}`;
  return v.value === undefined ? `declare ${flags} ${name}` : `declare ${flags} ${name}=${doubleQuoted(v.value)}`;
}

/** How shells of the Almquist family list a variable: every value in quotes. */
export function posixAssignment(name: string, value: string | undefined): string {
  return value === undefined ? name : `${name}=${singleQuoted(value)}`;
}

/** The line of `set` without arguments. */
export function assignmentLine(name: string, v: Variable): string | undefined {
  const list = elements(v);
  if (list !== undefined) return `${name}=${list}`;
  return v.value === undefined ? undefined : `${name}=${quotedIfNeeded(v.value).replace(/^''$/, '')}`;
}
