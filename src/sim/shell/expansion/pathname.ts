import { isError } from '../../base/result.ts';
import type { Process } from '../../machine/process.ts';
import { compilePattern, hasWildcard, unquotePattern } from './pattern.ts';

export interface PathnameOptions {
  readonly extglob: boolean;
  readonly dotglob: boolean;
  readonly nocaseglob: boolean;
  readonly globstar: boolean;
}

/** The files a pattern names, sorted; empty when there are none. */
export function expandPathname(p: Process, pattern: string, options: PathnameOptions): string[] {
  const parts = pattern.split('/').map((part) => part.replace(/\\$/, ''));
  const absolute = parts[0] === '' && parts.length > 1;
  let found: string[] = [absolute ? '/' : ''];
  const from = absolute ? 1 : 0;
  for (let i = from; i < parts.length; i++) {
    const part = parts[i] as string;
    const last = i === parts.length - 1;
    const next: string[] = [];
    for (const base of found) {
      if (part === '') {
        // A slash doubled or at the end: only directories.
        if (last ? isDirectory(p, base) : true) next.push(base.endsWith('/') && !last ? base : ensureSlash(base));
        continue;
      }
      if (!hasWildcard(part, options.extglob)) {
        const path = base + unquotePattern(part);
        if (last ? exists(p, path) : true) next.push(last ? path : ensureSlash(path));
        continue;
      }
      if (options.globstar && part === '**') {
        for (const path of descend(p, base, last, options.dotglob)) next.push(last ? path : ensureSlash(path));
        if (!last || (base !== '' && base !== '/')) next.push(base);
        continue;
      }
      for (const name of matchingNames(p, base === '' ? '.' : base, part, options)) {
        const path = base + name;
        if (last) next.push(path);
        else if (isDirectory(p, path)) next.push(ensureSlash(path));
      }
    }
    found = next;
    if (found.length === 0) return [];
  }
  return found.sort();
}

function ensureSlash(path: string): string {
  return path === '' || path.endsWith('/') ? path : `${path}/`;
}

function exists(p: Process, path: string): boolean {
  return !isError(p.machine.files.stat(p, path, { noFollow: true }));
}

function isDirectory(p: Process, path: string): boolean {
  const stat = p.machine.files.stat(p, path === '' ? '.' : path);
  return !isError(stat) && stat.kind === 'directory';
}

function matchingNames(p: Process, directory: string, part: string, options: PathnameOptions): string[] {
  const names = p.machine.files.readDirectory(p, directory);
  if (isError(names)) return [];
  const regExp = compilePattern(part, { extglob: options.extglob, ignoreCase: options.nocaseglob });
  const dotted = part.startsWith('.') || part.startsWith('\\.');
  const all = names;
  return all.filter((name) => (dotted || options.dotglob || !name.startsWith('.')) && regExp.test(name));
}

function* descend(p: Process, base: string, files: boolean, dotglob: boolean): Generator<string> {
  const names = p.machine.files.readDirectory(p, base === '' ? '.' : base);
  if (isError(names)) return;
  for (const name of names.sort()) {
    if (name.startsWith('.') && !dotglob) continue;
    const path = base + name;
    const stat = p.machine.files.stat(p, path, { noFollow: true });
    const directory = !isError(stat) && stat.kind === 'directory';
    if (directory || files) yield path;
    if (directory) yield* descend(p, `${path}/`, files, dotglob);
  }
}
