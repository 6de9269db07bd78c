// Changes are made one after the other (apk-tools, commit.c).

import { isError } from '../../../base/result.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import { BUSYBOX_APPLETS } from '../../../docker/image/library/busybox-applets.ts';
import { programFile } from '../../../machine/files/program-file.ts';
import type { Sys } from '../../../machine/process.ts';
import { ALPINE_FILES, ALPINE_PROGRAMS, ALPINE_SCRIPTS, ALPINE_TRIGGERS } from './alpine-index.ts';
import type { Database } from './database.ts';
import type { Out } from './out.ts';
import { type Dependency, fullName, type Package } from './package.ts';
import { fetchFrom, repositoryOf } from './repositories.ts';
import type { Change, Complaint } from './solver.ts';
import { compareVersions } from './version.ts';

const UNPACK_NS = 15 * NS_PER_MS;
const MIB = 1024 * 1024;

export interface CommitOptions {
  readonly simulate: boolean;
  /** -i: asks first. */
  readonly interactive: boolean;
  readonly noScripts: boolean;
  /** Packages that are unpacked again though they are there. */
  readonly reinstall: ReadonlySet<string>;
}

/** Makes the changes and writes the database; how many of them failed, or -1: they were not wanted. */
export function* commit(
  db: Database,
  out: Out,
  changes: readonly Change[],
  world: readonly Dependency[],
  options: CommitOptions,
): Sys<number> {
  const real = changes.filter((change) => change.old !== change.new || options.reinstall.has(change.new?.name ?? ''));
  const runner = new Runner(db, out, real, options);
  if (options.interactive && !options.simulate && !(yield* runner.agreed(changes))) return -1;
  yield* runner.run(changes);
  if (!options.simulate) {
    db.world = [...world].sort((a, b) => (a.name < b.name ? -1 : 1));
    db.write();
  }
  const packages = options.simulate ? after(db, real) : db.installed.map(({ pkg }) => pkg);
  const mib = Math.floor(packages.reduce((sum, { installedBytes }) => sum + installedBytes, 0) / MIB);
  const { errors } = runner;
  const begin = errors === 0 ? 'OK:' : `${errors} error${errors > 1 ? 's' : ''};`;
  if (out.verbosity > 1) {
    const files = db.installed.flatMap((one) => one.files);
    const directories = new Set(files.map((file) => file.slice(0, Math.max(file.lastIndexOf('/'), 0))));
    yield* out.message(`${begin} ${packages.length} packages, ${directories.size} dirs, ${files.length} files, ${mib} MiB`);
  } else yield* out.message(`${begin} ${mib} MiB in ${packages.length} packages`);
  return errors;
}

function after(db: Database, changes: readonly Change[]): Package[] {
  const gone = new Set(changes.flatMap((change) => change.old ?? []));
  return [...db.installed.map(({ pkg }) => pkg).filter((one) => !gone.has(one)), ...changes.flatMap((change) => change.new ?? [])];
}

class Runner {
  errors = 0;
  readonly #db: Database;
  readonly #out: Out;
  readonly #changes: readonly Change[];
  readonly #options: CommitOptions;
  /** Where something came or went. */
  readonly #touched = new Set<string>();
  /** Whoever has just come, and so looks at everything. */
  readonly #fresh = new Set<string>();

  constructor(db: Database, out: Out, changes: readonly Change[], options: CommitOptions) {
    this.#db = db;
    this.#out = out;
    this.#changes = changes;
    this.#options = options;
  }

  *agreed(all: readonly Change[]): Sys<boolean> {
    const { c } = this.#out;
    const names = (wanted: (change: Change) => boolean): string[] =>
      all.filter(wanted).map((change) => (change.new ?? change.old)?.name ?? '');
    const lists: [string, string[]][] = [
      ['The following packages will be REMOVED', names((change) => change.new === undefined)],
      ['The following NEW packages will be installed', names((change) => change.old === undefined)],
    ];
    for (const [title, list] of lists) if (list.length > 0) c.out(`${title}:\n  ${list.join(' ')}\n\n`);
    const kib = all.reduce((sum, change) => sum + kibOf(change.new) - kibOf(change.old), 0);
    const [amount, unit] = Math.abs(kib) > 10_000 ? [Math.trunc(kib / 1024), 'M'] : [kib, 'K'];
    c.out(
      `After this operation, ${Math.abs(amount)} ${unit}iB of ${amount < 0 ? 'disk space will be freed' : 'additional disk space will be used'}.\n`,
    );
    if (lists.every(([, list]) => list.length === 0)) return true;
    c.out('Do you want to continue [Y/n]? ');
    yield* c.flush();
    const answer = yield* c.p.readLine(0);
    return typeof answer === 'string' && /^(y|$)/i.test(answer);
  }

  *run(all: readonly Change[]): Sys<void> {
    const total = this.#changes.reduce((sum, change) => sum + (change.new?.installedBytes ?? 0) + 1, 0);
    let done = 0;
    for (const [i, change] of this.#changes.entries()) {
      yield* this.#out.message(`(${i + 1}/${this.#changes.length}) ${changeLine(change)}`);
      yield* this.#out.progress(done, total);
      if (!this.#options.simulate) yield* this.#make(change);
      done += (change.new?.installedBytes ?? 0) + 1;
    }
    if (this.#changes.length > 0) yield* this.#out.progress(total, total);
    if (!this.#options.simulate && this.#changes.length > 0) yield* this.#triggers(all);
  }

  *#make(change: Change): Sys<void> {
    const { old, new: one } = change;
    if (one === undefined) {
      if (old !== undefined) yield* this.#purge(old);
      return;
    }
    const refused = yield* this.#fetch(one);
    if (refused !== undefined) {
      this.errors++;
      yield* this.#out.complain(`${fullName(one)}: ${refused}`);
      return;
    }
    yield* this.#script(one, old === undefined ? 'pre-install' : 'pre-upgrade');
    const files = this.#unpack(one);
    this.#fresh.add(one.name);
    this.#db.installed = [...this.#db.installed.filter(({ pkg }) => pkg.name !== one.name), { pkg: one, files }];
    yield* this.#db.p.sleep(UNPACK_NS);
    yield* this.#script(one, old === undefined ? 'post-install' : 'post-upgrade');
  }

  *#fetch(one: Package): Sys<string | undefined> {
    const repository = repositoryOf(this.#db, one.name);
    return repository === undefined ? undefined : yield* fetchFrom(this.#db, repository, `${fullName(one)}.apk`, one.sizeBytes);
  }

  #unpack({ name, provides }: Package): string[] {
    const { p } = this.#db;
    const { files } = p.machine;
    const placed: string[] = [];
    for (const word of (ALPINE_PROGRAMS[name] ?? '').split(' ')) {
      const [program = '', path = program] = word.split('=');
      if (word === '') continue;
      // A link of BusyBox gives way.
      files.unlink(p, path);
      files.writeFile(p, path, programFile(program));
      files.chmod(p, path, 0o755);
      placed.push(path);
    }
    for (const [path, contents] of Object.entries(ALPINE_FILES[name] ?? {})) {
      makeDirectoriesFor(this.#db, path);
      if (isError(files.stat(p, path))) files.writeFile(p, path, utf8(contents));
      placed.push(path);
    }
    for (const path of placed) this.#touch(path);
    // Of other commands there is no program.
    if (provides.some((one) => one.name.startsWith('cmd:'))) this.#touched.add('/usr/bin');
    return placed.map((path) => path.slice(1)).sort();
  }

  *#purge(old: Package): Sys<void> {
    const { p } = this.#db;
    yield* this.#script(old, 'pre-deinstall');
    for (const file of this.#db.find(old.name)?.files ?? []) {
      p.machine.files.unlink(p, `/${file}`);
      this.#touch(`/${file}`);
    }
    if (old.provides.some(({ name }) => name.startsWith('cmd:'))) this.#touched.add('/usr/bin');
    this.#db.installed = this.#db.installed.filter(({ pkg }) => pkg !== old);
    yield* p.sleep(UNPACK_NS);
    yield* this.#script(old, 'post-deinstall');
  }

  #touch(path: string): void {
    this.#touched.add(path.slice(0, path.lastIndexOf('/')));
  }

  *#script(one: Package, kind: string): Sys<void> {
    if (this.#options.noScripts || !ALPINE_SCRIPTS[one.name]?.split(' ').includes(kind)) return;
    yield* this.#out.message(`Executing ${fullName(one)}.${kind}`);
  }

  *#triggers(all: readonly Change[]): Sys<void> {
    for (const { new: one } of all) {
      const directories = one && ALPINE_TRIGGERS[one.name];
      if (one === undefined || directories === undefined || this.#db.find(one.name) === undefined) continue;
      if (!this.#fresh.has(one.name) && !directories.some((directory) => this.#touched.has(directory))) continue;
      if (this.#options.noScripts) continue;
      yield* this.#out.message(`Executing ${fullName(one)}.trigger`);
      if (one.name === 'busybox') this.#linkApplets();
    }
  }

  /** BusyBox's trigger: `busybox --install -s`, which leaves alone what is there. */
  #linkApplets(): void {
    const { p } = this.#db;
    for (const applet of BUSYBOX_APPLETS) {
      const path = `/bin/${applet}`;
      if (isError(p.machine.files.stat(p, path))) p.machine.files.symlink(p, '/bin/busybox', path);
    }
  }
}

function changeLine({ old, new: one }: Change): string {
  const { name } = (one ?? old) as Package;
  if (old === undefined) return `Installing ${name} (${one?.version})`;
  if (one === undefined) return `Purging ${name} (${old.version})`;
  if (one === old) return `Reinstalling ${name} (${one.version})`;
  const order = compareVersions(one.version, old.version);
  return `${order < 0 ? 'Downgrading' : order > 0 ? 'Upgrading' : 'Replacing'} ${name} (${old.version} -> ${one.version})`;
}

const kibOf = (one: Package | undefined): number => Math.floor((one?.installedBytes ?? 0) / 1024);

function makeDirectoriesFor({ p }: Database, path: string): void {
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
    p.machine.files.makeDirectory(p, path.slice(0, slash), 0o755);
  }
}

/** Why nothing is done (apk_solver_print_errors): the head is an error, what follows is output. */
export function* printComplaints(out: Out, complaints: readonly Complaint[]): Sys<number> {
  yield* out.complain('unable to select packages:');
  for (const { label, kind, by } of complaints) {
    yield* out.c.print(`  ${label}:\n`);
    yield* out.indented(`    ${kind}`, by);
  }
  return complaints.length;
}
