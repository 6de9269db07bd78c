// dnf 4 and yum, which is another name of it (CentOS 8). What it prints is after a recording of dnf 4.14 on a repository made for it.

import type { Sys } from '../../../machine/process.ts';
import { type Command, command } from '../../lib/command.ts';
import { globToRegex } from '../../lib/glob.ts';
import { columnWidths, formatNumber, row, rule, WIDTH } from './columns.ts';
import { cleanAll, refresh, repositories } from './metadata.ts';
import { allPackages, closure, evr, filesOf, going, type Installed, installedPackages, nevra, nvra, type RpmPackage } from './packages.ts';
import { type Manner, runInstall, runRemove } from './transaction.ts';

export const dnf = command('dnf', main);
export const yum = command('yum', main);

interface Request {
  readonly c: Command;
  readonly words: readonly string[];
  readonly manner: Manner;
  readonly options: ReadonlySet<string>;
}

const ALIASES: Readonly<Record<string, string>> = {
  erase: 'remove',
  rm: 'remove',
  update: 'upgrade',
  whatprovides: 'provides',
  localinstall: 'install',
};
/** These change what is installed, and want to be root. */
const CHANGING = new Set(['install', 'remove', 'upgrade', 'autoremove', 'reinstall']);
const COMMANDS: Readonly<Record<string, (request: Request) => Sys<number>>> = {
  ...{ install, remove, upgrade, autoremove, list, search, info, provides, makecache, repolist, clean },
  'check-update': checkUpdate,
};
/** Options that are followed by their value. */
const WITH_VALUE = new Set([
  '--enablerepo',
  '--disablerepo',
  '--repo',
  '--releasever',
  '--setopt',
  '-c',
  '--config',
  '-x',
  '--exclude',
  '--installroot',
]);

function* main(c: Command): Sys<number> {
  const options = new Set<string>();
  const words: string[] = [];
  for (let i = 0; i < c.args.length; i++) {
    const word = c.args[i] as string;
    if (!word.startsWith('-') || word === '-') words.push(word);
    else if (WITH_VALUE.has(word)) options.add(`${word}=${c.args[++i] ?? ''}`);
    else if (/^-[yqvCb]+$/.test(word)) for (const letter of word.slice(1)) options.add(`-${letter}`);
    else options.add(word);
  }
  if (options.has('--version')) {
    yield* c.print('4.7.0\n');
    return 0;
  }
  const [called, ...rest] = words;
  if (called === undefined) {
    yield* c.print(`usage: ${c.name} [options] COMMAND\n\nList of Main Commands:\n\n${Object.keys(COMMANDS).sort().join('\n')}\n`);
    return options.has('--help') || options.has('-h') ? 0 : 1;
  }
  const name = ALIASES[called] ?? called;
  const run = COMMANDS[name];
  if (run === undefined) {
    yield* c.error(`No such command: ${called}. Please use /usr/bin/${c.name} --help\n`);
    yield* c.error(`It could be a ${c.name.toUpperCase()} plugin command, try: "${c.name} install 'dnf-command(${called})'"\n`);
    return 1;
  }
  if (CHANGING.has(name) && c.p.credentials.uid !== 0) {
    yield* c.error('Error: This command has to be run with superuser privileges (under the root user on most systems).\n');
    return 1;
  }
  const manner = {
    yes: options.has('-y') || options.has('--assumeyes'),
    no: options.has('--assumeno'),
    quiet: options.has('-q') || options.has('--quiet'),
  };
  return yield* run({ c, words: rest, manner, options });
}

function enabledRepositories({ c, options }: Request): ReturnType<typeof repositories> {
  const named = (option: string): RegExp[] =>
    [...options].flatMap((one) =>
      one.startsWith(`${option}=`)
        ? one
            .slice(option.length + 1)
            .split(',')
            .map((id) => globToRegex(id))
        : [],
    );
  const [on, off] = [named('--enablerepo'), named('--disablerepo')];
  const fits = (list: readonly RegExp[], id: string): boolean => list.some((wanted) => wanted.test(id));
  return repositories(c.p).filter(({ id, enabled }) => fits(on, id) || (enabled && !fits(off, id)));
}

/** The packages that the enabled repositories have, by name; undefined: their metadata could not be had. */
function* available(request: Request, force = false): Sys<Map<string, RpmPackage> | undefined> {
  const { c, manner, options } = request;
  const enabled = enabledRepositories(request);
  if (!(yield* refresh(c, enabled, { force: force || options.has('--refresh'), quiet: manner.quiet }))) return undefined;
  const ids = new Set(enabled.map(({ id }) => id));
  return new Map([...allPackages()].filter(([, { repository }]) => ids.has(repository)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function* needArguments({ c, words }: Request, name: string): Sys<boolean> {
  if (words.length > 0) return true;
  yield* c.error(
    `usage: ${c.name} ${name} [options] PACKAGE [PACKAGE ...]\n${c.name} ${name}: error: the following arguments are required: PACKAGE\n`,
  );
  return false;
}

const NOTHING = 'Dependencies resolved.\nNothing to do.\nComplete!\n';

/** What a word names: a package by its name with or without what stands behind it, a pattern, or a file. */
function named(packages: Iterable<RpmPackage>, word: string): RpmPackage[] {
  const expression = globToRegex(word);
  return [...packages].filter((one) => {
    const forms = [
      one.name,
      `${one.name}.${one.arch}`,
      `${one.name}-${one.version}`,
      `${one.name}-${one.version}-${one.release}`,
      nvra(one),
      nevra(one),
    ];
    return word.startsWith('/') ? filesOf(one.name).some((file) => expression.test(file)) : forms.some((form) => expression.test(form));
  });
}

function* install(request: Request): Sys<number> {
  const { c, words, manner } = request;
  if (!(yield* needArguments(request, 'install'))) return 2;
  const packages = yield* available(request);
  if (packages === undefined) return 1;
  const installed = installedPackages(c.p);
  const here = new Set(installed.map(({ pkg }) => pkg.name));
  const missing: string[] = [];
  const asked = new Set<string>();
  for (const word of words) {
    const found = named(packages.values(), word);
    const already = named(
      installed.map(({ pkg }) => pkg),
      word,
    );
    for (const pkg of already) yield* c.print(`Package ${nevra(pkg)} is already installed.\n`);
    for (const { name } of found) if (!here.has(name)) asked.add(name);
    if (found.length > 0 || already.length > 0) continue;
    missing.push(word);
    if (!manner.quiet) yield* c.print(`No match for argument: ${word}\n`);
  }
  if (missing.length > 0) {
    yield* c.error(`Error: Unable to find a match: ${missing.join(' ')}\n`);
    return 1;
  }
  const order = closure([...asked], (name) => here.has(name));
  if (order.length > 0) return yield* runInstall(c, order, asked, manner);
  if (!manner.quiet) yield* c.print(NOTHING);
  return 0;
}

function* remove(request: Request): Sys<number> {
  const { c, words, manner } = request;
  if (!(yield* needArguments(request, 'remove'))) return 2;
  const installed = installedPackages(c.p);
  const names: string[] = [];
  for (const word of words) {
    const found = named(
      installed.map(({ pkg }) => pkg),
      word,
    );
    if (found.length === 0) yield* c.print(`No match for argument: ${word}\n`);
    names.push(...found.map(({ name }) => name));
  }
  if (names.length === 0) {
    yield* c.print(`No packages marked for removal.\n${NOTHING}`);
    return 0;
  }
  const all = going(installed, names);
  const guarded = [...all.removed, ...all.dependents].filter(({ pkg }) => pkg.name === 'dnf' || pkg.name === 'yum');
  if (guarded.length > 0) {
    const list = guarded.map(({ pkg }) => pkg.name).join(', ');
    yield* c.error(`Error: \n Problem: The operation would result in removing the following protected packages: ${list}\n`);
    return 1;
  }
  return yield* runRemove(c, all, manner);
}

function* upgrade(request: Request): Sys<number> {
  const { c, words } = request;
  const packages = yield* available(request);
  if (packages === undefined) return 1;
  const unknown = words.filter((word) => named(packages.values(), word).length === 0);
  for (const word of unknown) yield* c.print(`No match for argument: ${word}\n`);
  if (words.length > 0 && unknown.length === words.length) {
    yield* c.error('Error: No packages marked for upgrade.\n');
    return 1;
  }
  yield* c.print(NOTHING);
  return 0;
}

function* checkUpdate(request: Request): Sys<number> {
  return (yield* available(request)) === undefined ? 1 : 0;
}

function* autoremove(request: Request): Sys<number> {
  const { c, manner } = request;
  if ((yield* available(request)) === undefined) return 1;
  const { unused } = going(installedPackages(c.p), []);
  if (unused.length > 0) return yield* runRemove(c, { removed: [], dependents: [], unused }, manner);
  yield* c.print(NOTHING);
  return 0;
}

interface Listed {
  readonly pkg: RpmPackage;
  readonly repository: string;
}

function* list(request: Request): Sys<number> {
  const { c, options } = request;
  const [first, ...others] = request.words;
  const kinds = ['installed', 'available', 'all', 'updates', 'upgrades'];
  const kind = kinds.includes(first ?? '') ? first : kinds.find((one) => options.has(`--${one}`));
  const patterns = kinds.includes(first ?? '') ? others : request.words;
  const installed = installedPackages(c.p);
  const packages = kind === 'installed' ? new Map<string, RpmPackage>() : yield* available(request);
  if (packages === undefined) return 1;
  const wanted = (pkg: RpmPackage): boolean => patterns.length === 0 || patterns.some((pattern) => named([pkg], pattern).length > 0);
  const here = new Set(installed.map(({ pkg }) => pkg.name));
  const sections: [string, Listed[]][] = [
    ['Installed Packages', kind === 'available' ? [] : installed.map(({ pkg, from }) => ({ pkg, repository: `@${from}` }))],
    [
      'Available Packages',
      [...packages.values()].filter(({ name }) => !here.has(name)).map((pkg) => ({ pkg, repository: pkg.repository })),
    ],
  ];
  if (kind === 'updates' || kind === 'upgrades') return 0;
  const shown = sections.map(([title, lines]) => [title, lines.filter(({ pkg }) => wanted(pkg))] as const);
  const all = shown.flatMap(([, lines]) => lines);
  if (all.length === 0) {
    yield* c.error('Error: No matching Packages to list\n');
    return 1;
  }
  const archName = ({ pkg }: Listed): string => `${pkg.name}.${pkg.arch}`;
  const widths = columnWidths(
    [all.map(archName), all.map(({ pkg }) => evr(pkg)), all.map(({ repository }) => repository)],
    [1, 1, 0],
    1,
    0,
  );
  for (const [title, lines] of shown) {
    if (lines.length > 0) yield* c.print(`${title}\n`);
    for (const line of lines) yield* c.print(row([archName(line), evr(line.pkg), line.repository], widths));
  }
  return 0;
}

function* search(request: Request): Sys<number> {
  const { c, words } = request;
  const packages = yield* available(request);
  if (packages === undefined) return 1;
  const all = new Map([...installedPackages(c.p).map(({ pkg }) => [pkg.name, pkg] as const), ...packages]);
  const lower = words.map((word) => word.toLowerCase());
  const groups: Record<string, RpmPackage[]> = {
    'Name Exactly Matched': [],
    'Name & Summary Matched': [],
    'Name Matched': [],
    'Summary Matched': [],
  };
  for (const pkg of [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inName = lower.every((word) => pkg.name.includes(word));
    const inSummary = lower.every((word) => pkg.summary.toLowerCase().includes(word));
    if (lower.includes(pkg.name)) groups['Name Exactly Matched']?.push(pkg);
    else if (inName && inSummary) groups['Name & Summary Matched']?.push(pkg);
    else if (inName) groups['Name Matched']?.push(pkg);
    else if (inSummary) groups['Summary Matched']?.push(pkg);
  }
  if (Object.values(groups).every((found) => found.length === 0)) {
    yield* c.print('No matches found.\n');
    return 0;
  }
  for (const [title, found] of Object.entries(groups)) {
    if (found.length > 0) yield* c.print(rule(`${title}: ${words.join(', ')}`));
    for (const pkg of found) yield* c.print(`${pkg.name}.${pkg.arch} : ${pkg.summary}\n`);
  }
  return 0;
}

function* info(request: Request): Sys<number> {
  const { c, words } = request;
  const packages = yield* available(request);
  if (packages === undefined) return 1;
  const installed = installedPackages(c.p);
  const here = new Set(installed.map(({ pkg }) => pkg.name));
  const wanted = (pkg: RpmPackage): boolean => words.length === 0 || words.some((word) => named([pkg], word).length > 0);
  const sections: [string, string[]][] = [
    ['Installed Packages', installed.filter(({ pkg }) => wanted(pkg)).map((one) => described(one.pkg, one))],
    [
      'Available Packages',
      [...packages.values()].filter((pkg) => !here.has(pkg.name) && wanted(pkg)).map((pkg) => described(pkg, undefined)),
    ],
  ];
  if (sections.every(([, texts]) => texts.length === 0)) {
    yield* c.error('Error: No matching Packages to list\n');
    return 1;
  }
  for (const [title, texts] of sections) if (texts.length > 0) yield* c.print(`${title}\n${texts.join('')}\n`);
  return 0;
}

function described(pkg: RpmPackage, here: Installed | undefined): string {
  const lines: [string, string][] = [
    ['Name', pkg.name],
    ...(pkg.epoch === '' ? [] : [['Epoch', pkg.epoch] as [string, string]]),
    ['Version', pkg.version],
    ['Release', pkg.release],
    ['Architecture', pkg.arch],
    ['Size', formatNumber(here === undefined ? pkg.sizeBytes : pkg.installedBytes)],
    ['Source', `${pkg.name}-${pkg.version}-${pkg.release}.src.rpm`],
    ['Repository', here === undefined ? pkg.repository : '@System'],
    ...(here === undefined ? [] : [['From repo', here.from] as [string, string]]),
    ['Summary', pkg.summary],
    ['URL', pkg.url],
    ['License', pkg.license],
    ['Description', `${pkg.summary}.`],
  ];
  return `${lines.map(([key, value]) => `${key.padEnd(12)} : ${value}\n`).join('')}\n`;
}

function* provides(request: Request): Sys<number> {
  const { c, words } = request;
  const packages = yield* available(request);
  if (packages === undefined) return 1;
  let found = false;
  for (const word of words) {
    const expression = globToRegex(word);
    const isGlob = /[*?[]/.test(word);
    const paths =
      word.startsWith('/') || isGlob ? [expression] : ['/usr/bin/', '/usr/sbin/'].map((directory) => globToRegex(directory + word));
    const installed = new Map(installedPackages(c.p).map((one) => [one.pkg.name, one]));
    const all = new Map([...[...installed.values()].map(({ pkg }) => [pkg.name, pkg] as const), ...packages]);
    for (const pkg of [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = filesOf(pkg.name).find((path) => paths.some((wanted) => wanted.test(path)));
      const byName = pkg.name === word;
      if (file === undefined && !byName) continue;
      found = true;
      const matched = byName ? `Provide    : ${pkg.name} = ${evr(pkg)}` : isGlob ? `Other       : ${word}` : `Filename    : ${file}`;
      const places = [...(installed.has(pkg.name) ? ['@System'] : []), ...(packages.has(pkg.name) ? [pkg.repository] : [])];
      for (const place of places) yield* c.print(`${nevra(pkg)} : ${pkg.summary}\nRepo        : ${place}\nMatched from:\n${matched}\n\n`);
    }
  }
  if (found) return 0;
  yield* c.error(
    'Error: No matches found. If searching for a file, try specifying the full path or using a wildcard prefix ("*/") at the beginning.\n',
  );
  return 1;
}

function* makecache(request: Request): Sys<number> {
  if ((yield* available(request, true)) === undefined) return 1;
  yield* request.c.print('Metadata cache created.\n');
  return 0;
}

function* repolist(request: Request): Sys<number> {
  const shown = [...enabledRepositories(request)].sort((a, b) => (a.id < b.id ? -1 : 1));
  const longest = (words: readonly string[]): number => Math.max(...words.map(({ length }) => length));
  const id = longest(['repo id', ...shown.map((one) => one.id)]);
  const name = longest(['repo name', ...shown.map((one) => one.name)]);
  const width = id + Math.max(0, Math.floor((WIDTH - id - name - 1) / 2));
  yield* request.c.print(`${'repo id'.padEnd(width)} repo name\n`);
  for (const one of shown) yield* request.c.print(`${one.id.padEnd(width)} ${one.name}\n`);
  return 0;
}

function* clean({ c }: Request): Sys<number> {
  yield* c.print(`${cleanAll(c.p)} files removed\n`);
  return 0;
}
