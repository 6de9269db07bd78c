import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import { getopt, type OptionTable, UsageError } from '../lib/getopt.ts';

export type TarMode = 'c' | 'x' | 't' | 'r' | 'u';

/** A name on the command line or in a file of `-T`, and the directory that it is meant in. */
export interface TarName {
  readonly name: string;
  readonly directory: string;
}

export interface TarOptions {
  readonly mode: TarMode;
  readonly archive: string;
  readonly names: readonly TarName[];
  /** Names came from the command line, or from `-T`. */
  readonly named: boolean;
  /** Where extraction goes. */
  readonly directory: string;
  readonly verbose: number;
  /** `-z`, or by the archive's name with `-a`. */
  readonly gzip: boolean;
  /** bzip2, xz and others, which are programs of their own. */
  readonly otherCompressor: string | undefined;
  readonly toStdout: boolean;
  readonly absoluteNames: boolean;
  readonly dereference: boolean;
  readonly recursion: boolean;
  readonly numericOwner: boolean;
  readonly strip: number;
  readonly touch: boolean;
  readonly keepOld: 'no' | 'complain' | 'silently';
  /** Undefined: as root does. */
  readonly samePermissions: boolean | undefined;
  readonly sameOwner: boolean | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly wildcards: boolean | undefined;
  readonly excludes: readonly string[];
  readonly sorted: boolean;
  readonly removeFiles: boolean;
  /** Options stood where they have no effect: what was complained about. */
  readonly misplaced: boolean;
}

/** The letters that say what is to be done, in the order of GNU's message, and their long names. */
const MODES = 'Acdtrux';
const UNKNOWN_HERE: ReadonlySet<string> = new Set(['A', 'd', 'delete']);

/** Options that leave out what this machine has none of: tagged caches, folders of version control, backups. */
const EXCLUDE_KINDS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'caches',
    'caches-under',
    'caches-all',
    'tag=',
    'ignore=',
    'ignore-recursive=',
    'tag-under=',
    'tag-all=',
    'vcs',
    'vcs-ignores',
    'backups',
  ].map((kind) => [`exclude-${kind}`, `exclude-${kind.replace('=', '')}`]),
);

const TABLE: OptionTable = {
  short: 'AcdtruxGnSkUWOmpsMBiajJzZhPlRvwof:C:T:X:b:H:V:I:K:N:',
  stopAtOperand: true,
  long: {
    ...{
      create: 'c',
      extract: 'x',
      get: 'x',
      list: 't',
      append: 'r',
      update: 'u',
      catenate: 'A',
      concatenate: 'A',
      diff: 'd',
      compare: 'd',
    },
    ...{
      delete: 'delete',
      file: 'f',
      directory: 'C',
      verbose: 'v',
      gzip: 'z',
      gunzip: 'z',
      ungzip: 'z',
      bzip2: 'j',
      xz: 'J',
      compress: 'Z',
    },
    ...{ lzip: 'lzip', lzma: 'lzma', lzop: 'lzop', zstd: 'zstd', 'auto-compress': 'a', 'no-auto-compress': 'no-auto-compress' },
    ...{ 'to-stdout': 'O', 'absolute-names': 'P', dereference: 'h', 'no-recursion': 'no-recursion', recursion: 'recursion' },
    ...{ 'numeric-owner': 'numeric-owner', 'strip-components=': 'strip', touch: 'm', 'keep-old-files': 'k', 'skip-old-files': 'skip-old' },
    ...{ overwrite: 'overwrite', 'overwrite-dir': 'overwrite', 'unlink-first': 'U', 'preserve-permissions': 'p', 'same-permissions': 'p' },
    ...{
      'no-same-permissions': 'no-same-permissions',
      'same-owner': 'same-owner',
      'no-same-owner': 'o',
      'owner=': 'owner',
      'group=': 'group',
    },
    ...{ wildcards: 'wildcards', 'no-wildcards': 'no-wildcards', 'exclude=': 'exclude', 'exclude-from': 'X', 'files-from': 'T' },
    ...EXCLUDE_KINDS,
    ...{
      'sort=': 'sort',
      'remove-files': 'remove-files',
      format: 'H',
      'blocking-factor': 'b',
      'one-file-system': 'ignored',
      posix: 'ignored',
    },
  },
};

/** Compressors that are programs of their own: what tar calls for an option or for the end of a name. */
const COMPRESSORS: Readonly<Record<string, string>> = {
  j: 'bzip2',
  J: 'xz',
  Z: 'compress',
  lzip: 'lzip',
  lzma: 'lzma',
  lzop: 'lzop',
  zstd: 'zstd',
};
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/\.(gz|tgz|taz)$/, 'gzip'],
  [/\.(bz2|tbz|tbz2|tz2)$/, 'bzip2'],
  [/\.(xz|txz)$/, 'xz'],
  [/\.(zst|tzst)$/, 'zstd'],
  [/\.(Z|taZ)$/, 'compress'],
];

export const VERSION = `tar (GNU tar) 1.34
Copyright (C) 2021 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by John Gilmore and Jay Fenlason.
`;

export function* misuse(c: Command, message: string, status = 2): Sys<never> {
  yield* c.complain(message);
  yield* c.error(`Try '${c.name} --help' or '${c.name} --usage' for more information.\n`);
  throw new Exit(status);
}

/** Takes tar's command line apart; `-C` and `--exclude` count for the names behind them. Complains and ends where it makes no sense. */
export function* tarOptions(c: Command, readList: (name: string) => Sys<string[]>): Sys<TarOptions> {
  const words = yield* oldStyle(c);
  const given: { flag: string; value: string }[] = [];
  const names: TarName[] = [];
  const excludes: string[] = [];
  const late: string[] = [];
  let directory = '';
  let named = false;
  for (let at = 0; at < words.length; ) {
    const parsed = getopt(words.slice(at), { ...TABLE, long: { help: '--help', version: '--version', usage: '--usage', ...TABLE.long } });
    if (parsed instanceof UsageError) return yield* misuse(c, parsed.message, 64);
    for (const option of parsed.options) {
      const { flag, value } = option;
      if (flag === '--version') c.out(VERSION);
      if (flag === '--help' || flag === '--usage') c.out('Usage: tar [OPTION...] [FILE]...\n');
      if (flag.startsWith('--')) throw new Exit(0);
      if (flag === 'C') directory = directory === '' || value.startsWith('/') ? value : `${directory}/${value}`;
      else if (flag === 'exclude') {
        if (names.length > 0) late.push(value);
        excludes.push(value);
      } else if (flag === 'X') excludes.push(...(yield* readList(value)));
      else if (flag === 'T') {
        named = true;
        names.push(...(yield* readList(value)).map((name) => ({ name, directory })));
      } else given.push(option);
    }
    // A `--` ends the options for good.
    const ended = words[words.length - parsed.operands.length - 1] === '--';
    const operands = ended ? parsed.operands : parsed.operands.slice(0, 1);
    named ||= operands.length > 0;
    names.push(...operands.map((name) => ({ name, directory })));
    at = words.length - parsed.operands.length + operands.length;
  }
  const has = (flag: string): boolean => given.some((option) => option.flag === flag);
  const value = (flag: string): string | undefined => given.findLast((option) => option.flag === flag)?.value;
  const mode = yield* modeOf(c, given);
  if (given.filter(({ flag }) => flag === 'f').length > 1) yield* misuse(c, "Multiple archive files require '-M' option");
  if (!named && mode === 'c') yield* misuse(c, 'Cowardly refusing to create an empty archive');
  const archive = value('f') ?? '-';
  const bySuffix = has('a') ? SUFFIXES.find(([suffix]) => suffix.test(archive))?.[1] : undefined;
  const compressor = Object.keys(COMPRESSORS).find(has);
  const program = compressor === undefined ? bySuffix : COMPRESSORS[compressor];
  const gzip = has('z') || program === 'gzip';
  if ((gzip || program !== undefined) && (mode === 'r' || mode === 'u')) yield* misuse(c, 'Cannot update compressed archives');
  const permission = given.findLast(({ flag }) => flag === 'p' || flag === 'no-same-permissions')?.flag;
  const ownership = given.findLast(({ flag }) => flag === 'same-owner' || flag === 'o')?.flag;
  const wild = given.findLast(({ flag }) => flag === 'wildcards' || flag === 'no-wildcards')?.flag;
  const lateMatters = late.length > 0 && mode !== 'x' && mode !== 't';
  if (lateMatters) yield* complainOfLate(c, late);
  return {
    ...{ mode, archive, names, named, directory, gzip, excludes: lateMatters ? excludes.filter((each) => !late.includes(each)) : excludes },
    verbose: given.filter(({ flag }) => flag === 'v').length,
    otherCompressor: gzip ? undefined : program,
    toStdout: has('O'),
    absoluteNames: has('P'),
    dereference: has('h'),
    recursion: given.findLast(({ flag }) => flag === 'recursion' || flag === 'no-recursion')?.flag !== 'no-recursion',
    numericOwner: has('numeric-owner') || /^(v7|oldgnu7)$/.test(value('H') ?? ''),
    strip: Number(value('strip') ?? 0),
    touch: has('m'),
    keepOld: has('k') ? 'complain' : has('skip-old') ? 'silently' : 'no',
    samePermissions: permission === undefined ? undefined : permission === 'p',
    sameOwner: ownership === undefined ? undefined : ownership === 'same-owner',
    owner: value('owner'),
    group: value('group'),
    wildcards: wild === undefined ? undefined : wild === 'wildcards',
    sorted: value('sort') === 'name',
    removeFiles: has('remove-files'),
    misplaced: lateMatters,
  };
}

function* complainOfLate(c: Command, late: readonly string[]): Sys<void> {
  yield* c.complain(
    'The following options were used after any non-optional arguments in archive create or update mode.  ' +
      'These options are positional and affect only arguments that follow them.  Please, rearrange them properly.',
  );
  for (const pattern of late) yield* c.complain(`--exclude ‘${pattern}’ has no effect`);
}

function* modeOf(c: Command, given: readonly { readonly flag: string }[]): Sys<TarMode> {
  const modes = new Set(given.map(({ flag }) => flag).filter((flag) => flag === 'delete' || (flag.length === 1 && MODES.includes(flag))));
  if (modes.size > 1) yield* misuse(c, `You may not specify more than one '-${MODES}', '--delete' or  '--test-label' option`);
  const [mode] = modes;
  if (mode === undefined) return yield* misuse(c, `You must specify one of the '-${MODES}', '--delete' or '--test-label' options`);
  if (UNKNOWN_HERE.has(mode)) {
    const written = mode.length === 1 ? `-${mode}` : `--${mode}`;
    yield* c.error(`vethlab: this machine's tar does not know ${written}: it creates, extracts, lists, appends and updates\n`);
    throw new Exit(2);
  }
  return mode as TarMode;
}

/** The words with a first one without a dash (`tar xzf FILE`) taken apart: its letters are options, whose arguments follow in their order. */
function* oldStyle(c: Command): Sys<readonly string[]> {
  const [first, ...rest] = c.args;
  if (first === undefined || first === '' || first.startsWith('-')) return c.args;
  const words: string[] = [];
  for (const letter of first) {
    words.push(`-${letter}`);
    const at = TABLE.short.indexOf(letter);
    if (at < 0 || TABLE.short[at + 1] !== ':') continue;
    const argument = rest.shift();
    if (argument === undefined) return yield* misuse(c, `Old option '${letter}' requires an argument.`);
    words[words.length - 1] += argument;
  }
  return [...words, ...rest];
}
