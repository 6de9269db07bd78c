import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

interface Shape {
  readonly all: boolean;
  readonly directoriesOnly: boolean;
  readonly fullPaths: boolean;
  readonly levels: number;
}

interface Totals {
  directories: number;
  files: number;
}

/** tree 2.1: directories with what is in them, joined by lines. */
export const tree = command('tree', function* (c) {
  const { options, operands } = yield* parseOptions(
    c,
    { short: 'adfL:n' },
    { usage: '% [-adfn] [-L level] [<directory list>]', package: 'v2.1.0' },
  );
  const has = (flag: string): boolean => options.some((option) => option.flag === flag);
  const level = options.findLast(({ flag }) => flag === 'L')?.value;
  if (level !== undefined && !(Number.parseInt(level, 10) > 0)) {
    yield* c.error('tree: Invalid level, must be greater than 0.\n');
    return 1;
  }
  const shape = {
    all: has('a'),
    directoriesOnly: has('d'),
    fullPaths: has('f'),
    levels: level === undefined ? Number.POSITIVE_INFINITY : Number.parseInt(level, 10),
  };
  const totals = { directories: 0, files: 0 };
  let status = 0;
  for (const path of operands.length === 0 ? ['.'] : operands) {
    const names = c.p.machine.files.readDirectory(c.p, path);
    if (isError(names)) {
      c.out(`${path}  [error opening dir]\n`);
      status = 2;
      continue;
    }
    c.out(`${path}\n`);
    totals.directories++;
    yield* list(c, path, '', 1, shape, totals);
  }
  const directories = `${totals.directories} director${totals.directories === 1 ? 'y' : 'ies'}`;
  c.out(`\n${directories}${shape.directoriesOnly ? '' : `, ${totals.files} file${totals.files === 1 ? '' : 's'}`}\n`);
  return status;
});

function* list(c: Command, path: string, indent: string, level: number, shape: Shape, totals: Totals): Sys<void> {
  const { files } = c.p.machine;
  const names = files.readDirectory(c.p, path);
  if (isError(names)) return;
  const entries = names
    .filter((name) => shape.all || !name.startsWith('.'))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const full = `${path.replace(/\/$/, '')}/${name}`;
      const stat = files.stat(c.p, full);
      const link = files.readLink(c.p, full);
      return { name, full, isDirectory: !isError(stat) && stat.kind === 'directory', link: isError(link) ? undefined : link };
    })
    .filter(({ isDirectory }) => isDirectory || !shape.directoriesOnly);
  for (const [i, entry] of entries.entries()) {
    const last = i === entries.length - 1;
    const target = entry.link === undefined ? '' : ` -> ${entry.link}`;
    yield* c.print(`${indent}${last ? '└── ' : '├── '}${shape.fullPaths ? entry.full : entry.name}${target}\n`);
    if (entry.isDirectory) totals.directories++;
    else totals.files++;
    if (!entry.isDirectory || entry.link !== undefined || level >= shape.levels) continue;
    yield* list(c, entry.full, `${indent}${last ? '    ' : '│\u00a0\u00a0 '}`, level + 1, shape, totals);
  }
}
