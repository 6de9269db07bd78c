import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { parseOptions } from '../lib/getopt.ts';

const TABLE = {
  short: 'abcdfghiklmnopqrstuvw:xABCDFGHI:LNQRST:UXZ1',
  long: {
    all: 'a',
    'almost-all': 'A',
    author: 'author',
    escape: 'b',
    'block-size=': 'block-size',
    'ignore-backups': 'B',
    'color=?': 'color',
    directory: 'd',
    classify: 'F',
    'file-type': 'file-type',
    'format=': 'format',
    'full-time': 'full-time',
    'no-group': 'G',
    'human-readable': 'h',
    dereference: 'L',
    'hide=': 'I',
    ignore: 'I',
    inode: 'i',
    kibibytes: 'k',
    'numeric-uid-gid': 'n',
    literal: 'N',
    'indicator-style=': 'indicator-style',
    'hide-control-chars': 'q',
    'quote-name': 'Q',
    reverse: 'r',
    recursive: 'R',
    size: 's',
    si: 'si',
    'sort=': 'sort',
    'time=': 'time',
    'time-style=': 'time-style',
    tabsize: 'T',
    width: 'w',
    'group-directories-first': 'group-directories-first',
  },
};

export interface LsOptions {
  readonly operands: readonly string[];
  readonly format: 'long' | 'columns' | 'across' | 'lines' | 'commas';
  readonly hidden: 'none' | 'almost' | 'all';
  readonly sort: 'name' | 'time' | 'size' | 'none' | 'extension' | 'version';
  readonly reverse: boolean;
  readonly recursive: boolean;
  readonly directory: boolean;
  readonly human: number;
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly numeric: boolean;
  readonly dereference: boolean;
  readonly indicator: 'none' | 'slash' | 'file-type' | 'classify';
  readonly color: boolean;
  readonly fullTime: boolean;
  readonly timeStyle: string;
  readonly directoriesFirst: boolean;
  readonly width: number;
  readonly ignore: readonly string[];
  /** Quote names as a shell would need it (a terminal's default). */
  readonly quote: 'shell' | 'literal' | 'c' | 'escape';
}

const SORTS: Readonly<Record<string, LsOptions['sort']>> = {
  none: 'none',
  size: 'size',
  time: 'time',
  version: 'version',
  extension: 'extension',
  name: 'name',
};

export function* parseLsOptions(c: Command): Sys<LsOptions> {
  const { options, operands } = yield* parseOptions(c, TABLE, { usage: '% [OPTION]... [FILE]...', status: 2 });
  const has = (flag: string): boolean => options.some((o) => o.flag === flag);
  const last = (letters: string): string | undefined => options.findLast((o) => o.flag.length === 1 && letters.includes(o.flag))?.flag;
  const value = (flag: string): string | undefined => options.findLast((o) => o.flag === flag)?.value;
  const layout = last('lCx1mgon');
  const formatWord = value('format');
  let format: LsOptions['format'] = c.interactive ? 'columns' : 'lines';
  if (layout === 'x' || formatWord === 'across' || formatWord === 'horizontal') format = 'across';
  else if (layout === 'C' || formatWord === 'vertical') format = 'columns';
  else if (layout === 'm' || formatWord === 'commas') format = 'commas';
  else if (layout === '1' || formatWord === 'single-column') format = 'lines';
  else if (layout !== undefined || formatWord === 'long' || formatWord === 'verbose') format = 'long';
  if (has('full-time') || (layout === '1' && 'lgon'.split('').some(has))) format = 'long';
  const sortLetter = last('StUXvf');
  const sort =
    SORTS[value('sort') ?? ''] ??
    ({ S: 'size', t: 'time', U: 'none', f: 'none', X: 'extension', v: 'version' } as const)[sortLetter ?? ''] ??
    'name';
  const classify = value('indicator-style');
  const columns = Number(c.p.env.get('COLUMNS') ?? 0) || c.p.terminal(1)?.columns || 80;
  const colorWord = has('color') ? value('color') || 'always' : 'never';
  return {
    operands,
    format,
    hidden: has('a') || has('f') ? 'all' : has('A') ? 'almost' : 'none',
    sort,
    reverse: has('r'),
    recursive: has('R'),
    directory: has('d'),
    human: has('h') ? 1024 : has('si') ? 1000 : 0,
    inode: has('i'),
    blocks: has('s'),
    owner: !has('g'),
    group: !has('o') && !has('G'),
    numeric: has('n'),
    dereference: has('L'),
    indicator:
      has('F') || classify === 'classify'
        ? 'classify'
        : has('file-type') || classify === 'file-type'
          ? 'file-type'
          : has('p') || classify === 'slash'
            ? 'slash'
            : 'none',
    color: colorWord === 'always' || colorWord === 'yes' || (colorWord === 'auto' && c.interactive),
    fullTime: has('full-time'),
    timeStyle: value('time-style') ?? (has('full-time') ? 'full-iso' : 'locale'),
    directoriesFirst: has('group-directories-first'),
    width: has('w') ? Number(value('w')) || Number.POSITIVE_INFINITY : columns,
    ignore: options.filter((o) => o.flag === 'I').map((o) => o.value),
    quote: has('Q') ? 'c' : has('b') ? 'escape' : has('N') || !c.interactive ? 'literal' : 'shell',
  };
}
