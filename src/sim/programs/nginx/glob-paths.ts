import { isError } from '../../base/result.ts';
import type { Process } from '../../machine/process.ts';

/** glob(3) in the last part of a path, which is where include has it; sorted. */
export function globPaths(p: Process, pattern: string): string[] {
  const slash = pattern.lastIndexOf('/');
  const directory = pattern.slice(0, slash) || '/';
  const source = pattern
    .slice(slash + 1)
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const names = p.machine.files.readDirectory(p, directory);
  if (isError(names)) return [];
  const matches = new RegExp(`^${source}$`);
  return names
    .filter((name) => matches.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => `${directory === '/' ? '' : directory}/${name}`);
}
