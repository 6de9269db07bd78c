import { isError } from '../../base/result.ts';
import { text as decode } from '../../base/utf8.ts';
import type { Shell } from '../shell.ts';

/** What ~, ~user, ~+ and ~- at the start of a text stand for, and how much of the text they are. */
export function tildePrefix(
  shell: Shell,
  text: string,
  wholeWord: boolean,
  assignment: boolean,
): { path: string; length: number } | undefined {
  const match = (assignment ? /^~[^/:\\$'"`*?[]*/ : /^~[^/\\$'"`*?[]*/).exec(text)?.[0] ?? '~';
  // A quoted or expanded part right behind the name makes it no tilde prefix.
  if (match.length === text.length && !wholeWord) return undefined;
  const after = text[match.length];
  if (after !== undefined && after !== '/' && !(assignment && after === ':')) return undefined;
  const user = match.slice(1);
  let path: string | undefined;
  if (user === '') path = shell.vars.get('HOME') ?? homeOf(shell, 'root');
  else if (user === '+') path = shell.vars.get('PWD');
  else if (user === '-') path = shell.vars.get('OLDPWD');
  else path = homeOf(shell, user);
  return path === undefined ? undefined : { path, length: match.length };
}

/** A user's directory as /etc/passwd has it. */
export function homeOf(shell: Shell, user: string): string | undefined {
  const passwd = shell.p.machine.files.readFile(shell.p, '/etc/passwd');
  if (isError(passwd)) return user === 'root' ? '/root' : undefined;
  for (const line of decode(passwd).split('\n')) {
    const fields = line.split(':');
    if (fields[0] === user) return fields[5];
  }
  return undefined;
}
