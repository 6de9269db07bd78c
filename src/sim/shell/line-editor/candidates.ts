import { isError } from '../../base/result.ts';
import { text as decode } from '../../base/utf8.ts';
import { keywords } from '../builtins/lookup.ts';
import { tildePrefix } from '../expansion/tilde.ts';
import { findInPath, folders } from '../path-search.ts';
import type { Shell } from '../shell.ts';
import type { Candidate } from './complete.ts';

function word(text: string): Candidate {
  return { text, shown: text, suffix: ' ' };
}

/** Builtins, functions, aliases, keywords and what lies along PATH; with a slash, programs and directories there. */
export function commandCandidates(shell: Shell, prefix: string): Candidate[] {
  const { p } = shell;
  if (prefix.includes('/')) {
    const files = fileCandidates(shell, prefix);
    const runnable = files.filter((c) => c.suffix === '/' || !isError(p.machine.files.executable(p, expandTilde(shell, c.text))));
    return runnable.length > 0 ? runnable : files;
  }
  const names = new Set<string>();
  if (prefix !== '' || shell.shopts.has('no_empty_cmd_completion') === false) {
    for (const name of [...shell.builtins.keys(), ...shell.functions.keys(), ...shell.aliases.keys(), ...keywords()]) {
      if (name.startsWith(prefix)) names.add(name);
    }
    for (const folder of new Set(folders(shell))) {
      const entries = p.machine.files.readDirectory(p, folder === '' ? '.' : folder);
      if (isError(entries)) continue;
      for (const name of entries) {
        if (!name.startsWith(prefix) || names.has(name)) continue;
        if (!isError(p.machine.files.executable(p, `${folder === '' ? '.' : folder}/${name}`))) names.add(name);
      }
    }
  }
  return [...names].map(word);
}

/** Files and directories; a directory gets a slash. */
export function fileCandidates(shell: Shell, prefix: string): Candidate[] {
  const { p } = shell;
  const slash = prefix.lastIndexOf('/');
  const directory = prefix.slice(0, slash + 1);
  const start = prefix.slice(slash + 1);
  const path = expandTilde(shell, directory === '' ? '.' : directory);
  const names = p.machine.files.readDirectory(p, path);
  if (isError(names)) return [];
  const out: Candidate[] = [];
  for (const name of names) {
    if (!name.startsWith(start) || (name.startsWith('.') && !start.startsWith('.'))) continue;
    const stat = p.machine.files.stat(p, path.endsWith('/') ? path + name : `${path}/${name}`);
    const isDirectory = !isError(stat) && stat.kind === 'directory';
    out.push({ text: directory + name, shown: isDirectory ? `${name}/` : name, suffix: isDirectory ? '/' : ' ' });
  }
  return out;
}

function expandTilde(shell: Shell, path: string): string {
  if (!path.startsWith('~')) return path;
  const home = tildePrefix(shell, path, true, false);
  return home === undefined ? path : home.path + path.slice(home.length);
}

/** $NAME and ${NAME}. */
export function variableCandidates(shell: Shell, prefix: string): Candidate[] {
  const brace = prefix.startsWith('${');
  const start = prefix.slice(brace ? 2 : 1);
  return shell.vars
    .names()
    .filter((name) => name.startsWith(start))
    .map((name) => ({ text: `${brace ? '${' : '$'}${name}${brace ? '}' : ''}`, shown: name, suffix: brace ? '' : ' ' }));
}

/** ~user */
export function userCandidates(shell: Shell, prefix: string): Candidate[] {
  const passwd = shell.p.machine.files.readFile(shell.p, '/etc/passwd');
  if (isError(passwd)) return [];
  const names = decode(passwd)
    .split('\n')
    .map((line) => line.split(':')[0] as string)
    .filter((name) => name !== '' && `~${name}`.startsWith(prefix));
  return names.map((name) => ({ text: `~${name}`, shown: `~${name}`, suffix: '/' }));
}

/** What the command itself offers for its argument; undefined if it leaves that to files. */
export function programCandidates(shell: Shell, words: readonly string[], prefix: string): Candidate[] | undefined {
  const name = words[0];
  if (name === undefined) return undefined;
  const own = builtinCandidates(shell, name, words, prefix);
  if (own !== undefined) return own;
  const { p } = shell;
  const alias = shell.aliases.get(name)?.trim().split(/\s+/);
  const line = alias === undefined ? words : [...alias, ...words.slice(1)];
  const command = line[0] as string;
  const path = command.includes('/') ? command : findInPath(shell, command, false);
  if (path === undefined) return undefined;
  const found = p.machine.files.executable(p, path);
  if (isError(found) || found.kind !== 'program') return undefined;
  const offered = p.machine.programAt(found.program)?.complete?.(p, line);
  if (offered === undefined) return undefined;
  const fitting = offered.filter((c) => c.startsWith(prefix));
  // A program that knows nothing here leaves it to files.
  return offered.length === 0 ? undefined : fitting.map((c) => (/[=/]$/.test(c) ? { ...word(c), suffix: '' } : word(c)));
}

function builtinCandidates(shell: Shell, name: string, words: readonly string[], prefix: string): Candidate[] | undefined {
  const from = (names: Iterable<string>): Candidate[] => [...names].filter((n) => n.startsWith(prefix)).map(word);
  switch (name) {
    case 'cd':
    case 'pushd':
    case 'rmdir':
      return fileCandidates(shell, prefix).filter((c) => c.suffix === '/');
    case 'export':
    case 'unset':
    case 'readonly':
    case 'declare':
      return prefix.includes('=') || prefix.startsWith('-') ? undefined : from(shell.vars.names());
    case 'alias':
    case 'unalias':
      return from(shell.aliases.keys());
    case 'type':
    case 'command':
    case 'which':
      return commandCandidates(shell, prefix);
    case 'help':
    case 'builtin':
    case 'enable':
      return from(shell.builtins.keys());
    case 'fg':
    case 'bg':
    case 'jobs':
    case 'disown':
      return from(shell.jobs.list.map((j) => `%${j.number}`));
    case 'trap':
      return words.length > 2 ? from(['EXIT', 'INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2', 'ERR', 'DEBUG', 'RETURN']) : undefined;
    default:
      return undefined;
  }
}
