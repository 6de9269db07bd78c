// What has to change so that everything the world asks for is there and nothing else (apk-tools, solver.c and commit.c). Of several versions of a name
// the installed one is kept, else the newest is taken; nothing is tried twice.

import type { Database } from './database.ts';
import { type Dependency, fullName, offers, type Package, satisfies, showDependency } from './package.ts';
import { compareVersions } from './version.ts';

/** Both the same: it stays as it is. */
export interface Change {
  readonly old?: Package;
  readonly new?: Package;
}

/** Why there is no answer: each with its label, and what is said of it. */
export interface Complaint {
  readonly label: string;
  readonly kind: 'required by:' | 'breaks:';
  readonly by: readonly string[];
}

export interface Solution {
  readonly changes: readonly Change[];
  readonly complaints: readonly Complaint[];
}

export function solve(db: Database, world: readonly Dependency[], prefersInstalled = true): Solution {
  const choice = new Choice(db, prefersInstalled);
  const asked = [...world].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const dependency of asked) choice.want(dependency, `world[${showDependency(dependency)}]`);
  choice.wantWhatComesByItself();
  const complaints = choice.complaints();
  return complaints.length > 0 ? { changes: [], complaints } : { changes: new Changeset(db, choice, asked).changes, complaints };
}

/** Which package stands for each name. */
class Choice {
  readonly #candidates: readonly Package[];
  readonly #prefersInstalled: boolean;
  readonly #installed: ReadonlySet<Package>;
  readonly #chosen = new Map<string, Package>();
  readonly #missing = new Map<string, string[]>();
  readonly #broken = new Map<Package, string[]>();

  constructor(db: Database, prefersInstalled: boolean) {
    this.#candidates = db.all;
    this.#prefersInstalled = prefersInstalled;
    this.#installed = new Set(db.installed.map(({ pkg }) => pkg));
  }

  get(name: string): Package | undefined {
    return this.#chosen.get(name);
  }

  want(dependency: Dependency, by: string): void {
    const { name, conflict } = dependency;
    const chosen = this.#chosen.get(name);
    if (conflict) {
      if (chosen !== undefined && satisfies(dependency, offers(chosen, name) ?? '')) note(this.#broken, chosen, by);
      return;
    }
    const found = chosen ?? this.#best(dependency);
    if (found === undefined) {
      note(this.#missing, name, by);
      return;
    }
    if (!satisfies(dependency, offers(found, name) ?? '')) note(this.#broken, found, by);
    if (chosen === undefined) this.#take(found);
  }

  wantWhatComesByItself(): void {
    for (let grown = true; grown; ) {
      grown = false;
      for (const one of this.#candidates) {
        if (one.installIf.length === 0 || this.#chosen.has(one.name)) continue;
        if (!one.installIf.every((wanted) => this.#holds(wanted))) continue;
        this.#take(one);
        grown = true;
      }
    }
  }

  complaints(): Complaint[] {
    return [
      ...[...this.#missing].map(([name, by]) => ({ label: `${name} (no such package)`, kind: 'required by:' as const, by })),
      ...[...this.#broken].map(([pkg, by]) => ({ label: fullName(pkg), kind: 'breaks:' as const, by })),
    ];
  }

  #holds(wanted: Dependency): boolean {
    const chosen = this.#chosen.get(wanted.name);
    const version = chosen && offers(chosen, wanted.name);
    return (version !== undefined && satisfies(wanted, version)) !== wanted.conflict;
  }

  #take(one: Package): void {
    this.#chosen.set(one.name, one);
    for (const { name } of one.provides) if (!this.#chosen.has(name)) this.#chosen.set(name, one);
    for (const dependency of one.depends) this.want(dependency, `${fullName(one)}[${showDependency(dependency)}]`);
  }

  #best(dependency: Dependency): Package | undefined {
    const { name } = dependency;
    let best: Package | undefined;
    const better = (a: Package, b: Package): boolean => {
      const rank = (one: Package): number => (satisfies(dependency, offers(one, name) ?? '') ? 2 : 0) + (this.#prefers(one) ? 1 : 0);
      const order = rank(a) - rank(b) || compareVersions(offers(a, name) ?? '', offers(b, name) ?? '');
      return order > 0;
    };
    for (const one of this.#candidates) {
      if (offers(one, name) !== undefined && (best === undefined || better(one, best))) best = one;
    }
    return best;
  }

  #prefers(one: Package): boolean {
    return this.#prefersInstalled && this.#installed.has(one);
  }
}

function note<K>(map: Map<K, string[]>, key: K, by: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [by]);
  else list.push(by);
}

/**
 * The changes in the order in which they are made: what nothing needs any more goes first, then what the world asks for comes, each behind what it
 * needs, and what is left over goes at the end, each behind what needs it.
 */
class Changeset {
  readonly changes: Change[] = [];
  readonly #db: Database;
  readonly #all: readonly Package[];
  readonly #choice: Choice;
  readonly #seen = new Set<string>();
  /** How many packages need each installed one. */
  readonly #requirers = new Map<string, number>();

  constructor(db: Database, choice: Choice, world: readonly Dependency[]) {
    this.#db = db;
    this.#all = db.all;
    this.#choice = choice;
    const installed = db.installed.map(({ pkg }) => pkg);
    for (const one of installed) this.#count(one);
    for (const one of installed) {
      if ((this.#requirers.get(one.name) ?? 0) === 0 && choice.get(one.name) === undefined) this.#remove(one);
    }
    for (const { name } of world) this.#change(choice.get(name));
    for (const { name } of installed) this.#change(choice.get(name));
    for (const one of installed) this.#remove(one);
  }

  #change(one: Package | undefined): void {
    if (one === undefined || this.#seen.has(one.name)) return;
    this.#seen.add(one.name);
    for (const { name, conflict } of one.depends) if (!conflict) this.#change(this.#choice.get(name));
    const old = this.#db.find(one.name)?.pkg;
    this.changes.push({ ...(old && { old }), new: one });
    for (const other of this.#all) {
      if (!other.installIf.some(({ name }) => offers(one, name) !== undefined) || this.#choice.get(other.name) !== other) continue;
      if (other.installIf.every(({ name }) => this.#seen.has(this.#choice.get(name)?.name ?? ''))) this.#change(other);
    }
    this.#count(one);
    if (old !== undefined) this.#discount(old);
  }

  #remove(one: Package): void {
    if (this.#seen.has(one.name) || this.#choice.get(one.name)?.name === one.name) return;
    this.#seen.add(one.name);
    for (const { pkg } of this.#db.installed) {
      if (pkg.depends.some(({ name, conflict }) => !conflict && offers(one, name) !== undefined)) this.#remove(pkg);
    }
    for (const { pkg } of this.#db.installed) {
      if (pkg.installIf.some(({ name }) => name === one.name)) this.#remove(pkg);
    }
    this.changes.push({ old: one });
    this.#discount(one);
  }

  /** The installed package that a name means; a name that carries no version means none but its own package. */
  #installedFor(wanted: string): Package | undefined {
    return this.#db.installed.find(
      ({ pkg }) => pkg.name === wanted || pkg.provides.some(({ name, version }) => name === wanted && version !== ''),
    )?.pkg;
  }

  #count({ depends }: Package): void {
    for (const { name, conflict } of depends) {
      const needed = conflict ? undefined : this.#installedFor(name);
      if (needed !== undefined) this.#requirers.set(needed.name, (this.#requirers.get(needed.name) ?? 0) + 1);
    }
  }

  /** What is needed by its own name and by nobody else goes at once; what is needed by another name waits for the end. */
  #discount({ depends }: Package): void {
    for (const { name, conflict } of depends) {
      const needed = conflict ? undefined : this.#installedFor(name);
      if (needed === undefined) continue;
      const left = (this.#requirers.get(needed.name) ?? 0) - 1;
      this.#requirers.set(needed.name, left);
      if (left <= 0 && needed.name === name) this.#remove(needed);
    }
  }
}
