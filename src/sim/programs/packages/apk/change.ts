// apk add, del, upgrade, fix and update (apk-tools 2.14, app_add.c, app_del.c, app_upgrade.c, app_fix.c, app_update.c).

import type { Sys } from '../../../machine/process.ts';
import type { Request } from './apk.ts';
import { type CommitOptions, commit, printComplaints } from './commit.ts';
import { type Dependency, offers, type Package, parseDependency, satisfies } from './package.ts';
import { type Solution, solve } from './solver.ts';

function commitOptions({ options }: Request, reinstall: ReadonlySet<string> = new Set()): CommitOptions {
  return {
    simulate: options.has('s'),
    interactive: options.has('i'),
    noScripts: options.has('no-scripts'),
    reinstall,
  };
}

function* solveAndCommit(request: Request, world: readonly Dependency[], prefersInstalled = true): Sys<number> {
  const solution = solve(request.db, world, prefersInstalled);
  return yield* commitSolution(request, solution, world);
}

function* commitSolution(request: Request, { changes, complaints }: Solution, world: readonly Dependency[]): Sys<number> {
  const { db, out } = request;
  if (complaints.length > 0) return yield* printComplaints(out, complaints);
  const errors = yield* commit(db, out, changes, world, commitOptions(request));
  return errors < 0 ? 1 : errors;
}

/** The world with dependencies in the place of those of the same names. */
const withThese = (world: readonly Dependency[], added: readonly Dependency[]): Dependency[] => [
  ...world.filter(({ name }) => !added.some((one) => one.name === name)),
  ...added,
];

export function* add(request: Request): Sys<number> {
  const { db, out, options, value, names } = request;
  const virtual = value('t');
  const wanted: Dependency[] = [];
  for (const name of names) {
    const dependency = parseDependency(name);
    if (dependency === undefined) {
      const [kind, format] = virtual === undefined ? ['world', 'name(@tag)([<>~=]version)'] : ['package', 'name([<>~=]version)'];
      yield* out.complain(`'${name}' is not a valid ${kind} dependency, format is ${format}`);
      return 1;
    }
    wanted.push(dependency);
  }
  const prefersInstalled = !options.has('u') && !options.has('l');
  if (virtual === undefined) return yield* solveAndCommit(request, withThese(db.world, wanted), prefersInstalled);
  const named = parseDependency(virtual);
  if (named === undefined || named.conflict || (named.operator !== '' && named.operator !== '=')) {
    yield* out.complain(`${virtual}: bad package specifier`);
    return 1;
  }
  if (names.length === 0) yield* out.warn('creating empty virtual package');
  const version = named.operator === '' ? stamp(db.p.wallClockMs) : named.version;
  db.available.push(virtualPackage(named.name, version, wanted));
  return yield* solveAndCommit(request, withThese(db.world, [{ ...named, operator: '=', version }]), prefersInstalled);
}

/** YYYYMMDD.HHMMSS, in UTC. */
const stamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '.');

function virtualPackage(name: string, version: string, depends: readonly Dependency[]): Package {
  const nothing = { sizeBytes: 0, installedBytes: 0, license: '', origin: name, url: '', provides: [], installIf: [] };
  return { ...nothing, name, version, arch: 'noarch', description: 'virtual meta package', depends };
}

export function* del(request: Request): Sys<number> {
  const { db, out, options, names } = request;
  let errors = 0;
  const gone = new Set<string>();
  const take = (name: string): void => {
    if (gone.has(name)) return;
    gone.add(name);
    const here = options.has('r') ? db.find(name)?.pkg : undefined;
    if (here === undefined) return;
    for (const { pkg } of db.installed) if (needs(pkg, here)) take(pkg.name);
  };
  for (const name of names) {
    if (db.all.some((one) => offers(one, name) !== undefined) || db.world.some((one) => one.name === name)) take(name);
    else {
      errors++;
      yield* out.complain(`No such package: ${name}`);
    }
  }
  if (errors > 0) return errors;
  const world = db.world.filter(({ name }) => !gone.has(name));
  const solution = solve(db, world);
  if (solution.complaints.length === 0) yield* printNotDeleted(request, solution, world);
  return yield* commitSolution(request, solution, world);
}

const needs = ({ depends }: Package, other: Package): boolean =>
  depends.some((wanted) => {
    const version = wanted.conflict ? undefined : offers(other, wanted.name);
    return version !== undefined && satisfies(wanted, version);
  });

/** Who of the world still needs what was to go. */
function* printNotDeleted({ out, names }: Request, { changes }: Solution, world: readonly Dependency[]): Sys<void> {
  const staying = changes.flatMap((change) => change.new ?? []);
  const inWorld = new Set(world.map(({ name }) => name));
  let begun = false;
  for (const name of [...names].sort()) {
    const kept = staying.filter((one) => offers(one, name) !== undefined);
    if (kept.length === 0) continue;
    if (!begun) yield* out.message('World updated, but the following packages are not removed due to:');
    begun = true;
    const because: string[] = [];
    const seen = new Set<Package>();
    const walk = (one: Package): void => {
      if (seen.has(one)) return;
      seen.add(one);
      because.push(...[one.name, ...one.provides.map((other) => other.name)].filter((other) => inWorld.has(other)));
      for (const other of staying) if (needs(other, one)) walk(other);
    };
    for (const one of kept) walk(one);
    yield* out.indented(`  ${name}:`, because);
  }
  if (begun) yield* out.c.print('\n');
}

export function* upgrade(request: Request): Sys<number> {
  return yield* solveAndCommit(request, request.db.world, false);
}

/** Packages that are named are unpacked again. */
export function* fix(request: Request): Sys<number> {
  const { db, out, names } = request;
  const unknown = names.filter((name) => db.find(name) === undefined);
  for (const name of unknown) yield* out.complain(`${name} is not installed`);
  if (unknown.length > 0) return unknown.length;
  const { changes, complaints } = solve(db, db.world);
  if (complaints.length > 0) return yield* printComplaints(out, complaints);
  const errors = yield* commit(db, out, changes, db.world, commitOptions(request, new Set(names)));
  return errors < 0 ? 1 : errors;
}

export function* update({ db, out, repositories }: Request): Sys<number> {
  const { unavailable, stale, known, packages } = repositories;
  for (const { url, description } of known) yield* out.message(`${description} [${url}]`);
  const begin = unavailable + stale > 0 ? `${unavailable} unavailable, ${stale} stale;` : 'OK:';
  yield* out.message(`${begin} ${packages + (known.length === 0 ? db.installed.length : 0)} distinct packages available`);
  return unavailable + stale;
}
