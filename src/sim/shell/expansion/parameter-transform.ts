import type { Sys } from '../../machine/process.ts';
import { attributeLetters } from '../declare.ts';
import { expandPrompt } from '../prompt.ts';
import type { Shell } from '../shell.ts';
import { decodeEscapes, doubleQuoted, singleQuoted } from './quote.ts';

/** ${x@Q} and its kin; undefined for a letter that is none. */
export function* transform(
  shell: Shell,
  name: string,
  index: string | undefined,
  value: string | readonly string[] | undefined,
  letter: string,
): Sys<string | readonly string[] | undefined> {
  if (!/^[QEPAKakULu]$/.test(letter)) return undefined;
  const v = shell.vars.find(shell.vars.target(name));
  if (letter === 'a') {
    const letters = v === undefined ? '' : attributeLetters(v);
    return typeof value === 'string' || value === undefined ? letters : value.map(() => letters);
  }
  if (letter === 'A') return declaration(shell, name, value);
  if (letter === 'K' || letter === 'k') {
    if (typeof value === 'string') return singleQuoted(value);
    if (value === undefined) return '';
    const entries = index === undefined ? value.map((item, i): [string, string] => [String(i + 1), item]) : shell.vars.entries(name);
    if (letter === 'k') return entries.flat();
    return entries.map(([key, item]) => `${key} ${doubleQuoted(item)}`).join(' ');
  }
  if (value === undefined) return '';
  const one = function* (text: string): Sys<string> {
    switch (letter) {
      case 'Q':
        return singleQuoted(text);
      case 'E':
        return decodeEscapes(text, 'ansi').text;
      case 'P':
        return (yield* expandPrompt(shell, text)).replace(/[\x01\x02]/g, '');
      case 'U':
        return text.toUpperCase();
      case 'L':
        return text.toLowerCase();
      default: {
        const [first = '', ...rest] = text;
        return first.toUpperCase() + rest.join('');
      }
    }
  };
  if (typeof value === 'string') return yield* one(value);
  const out: string[] = [];
  for (const item of value) out.push(yield* one(item));
  return out;
}

/** ${x@A}: a command that makes the variable again. */
function declaration(shell: Shell, name: string, value: string | readonly string[] | undefined): string {
  const v = shell.vars.find(name);
  if (name === '@' || name === '*') return typeof value === 'object' ? `set -- ${value.map(singleQuoted).join(' ')}` : '';
  const letters = v === undefined ? '' : attributeLetters(v);
  if (value === undefined) return '';
  if (typeof value === 'string')
    return letters === '' ? `${name}=${singleQuoted(value)}` : `declare -${letters} ${name}=${singleQuoted(value)}`;
  const items = shell.vars.entries(name).map(([key, item]) => `[${key}]=${doubleQuoted(item)}`);
  return `declare -${letters || 'a'} ${name}=(${items.join(' ')})`;
}
