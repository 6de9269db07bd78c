// apk info, list, search, policy and version (apk-tools 2.14, app_info.c, app_list.c, app_search.c, app_policy.c, app_version.c).

import { isError } from '../../../base/result.ts';
import type { Sys } from '../../../machine/process.ts';
import { globToRegex } from '../../lib/glob.ts';
import { ALPINE_TRIGGERS } from './alpine-index.ts';
import type { Database, InstalledPackage } from './database.ts';
import type { Out } from './out.ts';
import { fullName, offers, type Package, parseDependency, satisfies, showDependency, showProvided } from './package.ts';
import { repositoryOf } from './repositories.ts';
import { compareVersions } from './version.ts';

const byName = (a: Package, b: Package): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(a.version, b.version));

/** What `apk info` may say of a package, in that order; those of `installed` only of one that is there. */
const FACTS: readonly { readonly letter: string; readonly option: string; readonly installed?: true; readonly lines: Fact }[] = [
  { letter: 'd', option: 'description', lines: ({ pkg }) => ['description', [pkg.description]] },
  { letter: 'w', option: 'webpage', lines: ({ pkg }) => ['webpage', [pkg.url]] },
  { letter: 's', option: 'size', lines: ({ pkg }) => ['installed size', [humanSize(pkg.installedBytes)]] },
  { letter: 'R', option: 'depends', lines: ({ pkg }) => ['depends on', pkg.depends.map(showDependency)] },
  { letter: 'P', option: 'provides', lines: ({ pkg }) => ['provides', pkg.provides.map(showProvided)] },
  { letter: 'r', option: 'rdepends', installed: true, lines: (one, db) => ['is required by', requiredBy(one, db)] },
  { letter: 'L', option: 'contents', installed: true, lines: ({ files }) => ['contains', files] },
  { letter: 't', option: 'triggers', installed: true, lines: ({ pkg }) => ['triggers', ALPINE_TRIGGERS[pkg.name] ?? []] },
  { letter: '', option: 'install-if', lines: ({ pkg }) => ['has auto-install rule', pkg.installIf.map(showDependency)] },
  { letter: '', option: 'rinstall-if', installed: true, lines: (one, db) => ['affects auto-installation of', affects(one, db)] },
  { letter: '', option: 'replaces', installed: true, lines: () => ['replaces', []] },
  { letter: '', option: 'license', lines: ({ pkg }) => ['license', [pkg.license]] },
];
type Fact = (one: InstalledPackage, db: Database) => readonly [title: string, lines: readonly string[]];

const requiredBy = (one: InstalledPackage, db: Database): string[] =>
  db.installed
    .filter(({ pkg }) => pkg.depends.some(({ name, conflict }) => !conflict && offers(one.pkg, name) !== undefined))
    .map(({ pkg }) => fullName(pkg));
const affects = (one: InstalledPackage, db: Database): string[] =>
  db.installed.filter(({ pkg }) => pkg.installIf.some(({ name }) => name === one.pkg.name)).map(({ pkg }) => fullName(pkg));

/** apk_get_human_size. */
function humanSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 10_000 && unit < 4; unit++) size = Math.floor(size / 1024);
  return `${size} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

/** `options` are letters and long names. */
export function* info(db: Database, out: Out, options: ReadonlySet<string>, names: readonly string[]): Sys<number> {
  const has = (letter: string, option: string): boolean => (letter !== '' && options.has(letter)) || options.has(option);
  if (has('e', 'installed')) return yield* exists(db, out, names);
  if (has('W', 'who-owns')) return yield* whoOwns(db, out, names);
  if (names.length === 0) {
    for (const { pkg } of db.installed) yield* out.c.print(oneLine(pkg, Math.max(out.verbosity, 1)));
    return 0;
  }
  const asked = FACTS.filter(({ letter, option }) => options.has('a') || options.has('all') || has(letter, option));
  const facts = asked.length > 0 ? asked : FACTS.slice(0, 3);
  let errors = 0;
  for (const name of names) {
    const found = matching(db.all, name);
    if (found.length === 0) errors++;
    for (const pkg of found) {
      const here = db.installed.find((one) => one.pkg === pkg);
      for (const { installed, lines } of facts) {
        if (installed && here === undefined) continue;
        const [title, text] = lines(here ?? { pkg, files: [] }, db);
        if (out.verbosity > 1) yield* out.c.print(`${pkg.name}: ${text.join(' ')}\n`);
        else yield* out.c.print(`${fullName(pkg)} ${title}:\n${text.map((line) => `${line}\n`).join('')}\n`);
      }
    }
  }
  return errors;
}

function oneLine(pkg: Package, verbosity: number): string {
  return `${pkg.name}${verbosity > 1 ? `-${pkg.version}` : ''}${verbosity > 2 ? ` - ${pkg.description}` : ''}\n`;
}

/** By their own names or others that they stand for. */
function matching(all: readonly Package[], pattern: string): Package[] {
  const expression = globToRegex(pattern);
  return all.filter(({ name, provides }) => expression.test(name) || provides.some((one) => expression.test(one.name))).sort(byName);
}

function* exists(db: Database, out: Out, names: readonly string[]): Sys<number> {
  let errors = 0;
  for (const name of names) {
    const wanted = parseDependency(name);
    const found = wanted && db.installed.find(({ pkg }) => offers(pkg, wanted.name) !== undefined)?.pkg;
    if (wanted === undefined || found === undefined || !satisfies(wanted, offers(found, wanted.name) ?? '')) errors++;
    else if (out.verbosity >= 1) yield* out.c.print(oneLine(found, out.verbosity));
  }
  return errors;
}

function* whoOwns(db: Database, out: Out, paths: readonly string[]): Sys<number> {
  const { p } = db;
  const ownerOf = (path: string): Package | undefined => db.installed.find(({ files }) => files.includes(path.slice(1)))?.pkg;
  let errors = 0;
  for (const path of paths) {
    const full = path.startsWith('/') ? path : `${p.cwd === '/' ? '' : p.cwd}/${path}`;
    let owner = ownerOf(full);
    let via = '';
    const target = p.machine.files.readLink(p, full);
    if (owner === undefined && !isError(target) && target.startsWith('/')) {
      owner = ownerOf(target);
      via = 'symlink target ';
    }
    if (owner === undefined) {
      errors++;
      yield* out.complain(`${full}: Could not find owner package`);
    } else yield* out.c.print(out.verbosity < 1 ? `${owner.name}\n` : `${full} ${via}is owned by ${fullName(owner)}\n`);
  }
  return errors;
}

export function* list(db: Database, out: Out, options: ReadonlySet<string>, patterns: readonly string[]): Sys<number> {
  const has = (letter: string, ...names: string[]): boolean => options.has(letter) || names.some((name) => options.has(name));
  const isHere = new Set(db.installed.map(({ pkg }) => pkg));
  const older = (one: Package): Package | undefined => {
    const here = db.find(one.name)?.pkg;
    return here !== undefined && compareVersions(here.version, one.version) < 0 ? here : undefined;
  };
  const expressions = patterns.map((pattern) => globToRegex(pattern));
  const origin = has('o', 'origin');
  for (const one of [...db.all].sort(byName)) {
    if (patterns.length > 0 && !(origin ? patterns.includes(one.origin) : expressions.some((wanted) => wanted.test(one.name)))) continue;
    if (has('I', 'installed', 'manifest') && !isHere.has(one)) continue;
    if (has('u', 'upgradable', 'upgradeable') && older(one) === undefined) continue;
    const state = isHere.has(one)
      ? ' [installed]'
      : older(one) === undefined
        ? ''
        : ` [upgradable from: ${fullName(older(one) as Package)}]`;
    if (options.has('manifest')) yield* out.c.print(`${one.name} ${one.version}\n`);
    else if (out.verbosity <= 0) yield* out.c.print(`${one.name}\n`);
    else {
      yield* out.c.print(`${fullName(one)} ${one.arch} {${one.origin}} (${one.license})${state}\n`);
      if (out.verbosity > 1) yield* out.c.print(`  ${one.description}\n${out.verbosity > 2 ? `  <${one.url}>\n` : ''}\n`);
    }
  }
  return 0;
}

export function* search(db: Database, out: Out, options: ReadonlySet<string>, patterns: readonly string[]): Sys<number> {
  const has = (letter: string, name: string): boolean => options.has(letter) || options.has(name);
  const print = function* (one: Package): Sys<void> {
    const name = has('o', 'origin') ? one.origin : one.name;
    const version = out.verbosity > 0 ? `-${one.version}` : '';
    yield* out.c.print(`${name}${version}${out.verbosity > 1 ? ` - ${one.description}` : ''}\n`);
  };
  const exact = has('e', 'exact') || has('x', 'exact');
  const description = has('d', 'description');
  const expressions = patterns.map((pattern) => globToRegex(exact ? pattern : `*${pattern}*`));
  const fits = (one: Package): boolean =>
    description
      ? patterns.some((pattern) => one.description.includes(pattern) || one.name.includes(pattern))
      : patterns.length === 0 ||
        expressions.some((wanted) => [one.name, ...one.provides.map(({ name }) => name)].some((name) => wanted.test(name)));
  for (const one of [...db.available].filter(fits).sort(byName)) {
    if (!has('r', 'rdepends')) {
      yield* print(one);
      continue;
    }
    if (out.verbosity > 0) yield* out.c.print(`${fullName(one)} is required by:\n`);
    for (const other of db.available) {
      if (other.depends.some(({ name, conflict }) => !conflict && offers(one, name) !== undefined)) yield* print(other);
    }
  }
  return 0;
}

export function* policy(db: Database, out: Out, names: readonly string[]): Sys<number> {
  for (const name of names) {
    const found = db.all.filter((one) => one.name === name);
    if (found.length > 0) yield* out.c.print(`${name} policy:\n`);
    for (const one of found) {
      yield* out.c.print(`  ${one.version}:\n`);
      if (db.installed.some(({ pkg }) => pkg === one)) yield* out.c.print('    lib/apk/db/installed\n');
      const from = db.available.some((other) => other.name === name && other.version === one.version) ? repositoryOf(db, name) : undefined;
      if (from !== undefined) yield* out.c.print(`    ${from}\n`);
    }
  }
  return 0;
}

/** What of the installed is older than what the repositories have. */
export function* version(db: Database, out: Out): Sys<number> {
  if (out.verbosity > 0) yield* out.c.print(`${'Installed:'.padEnd(41)} Available:\n`);
  for (const { pkg } of db.installed) {
    const newest = db.available
      .filter(({ name }) => name === pkg.name)
      .sort(byName)
      .at(-1);
    if (newest === undefined || compareVersions(pkg.version, newest.version) >= 0) continue;
    yield* out.c.print(`${fullName(pkg).padEnd(41)} < ${newest.version}\n`);
  }
  return 0;
}
