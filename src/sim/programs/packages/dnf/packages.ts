// The packages that dnf and rpm know of, and the database of those that are installed.

import { isError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import { programFile } from '../../../machine/files/program-file.ts';
import type { Process } from '../../../machine/process.ts';
import { CENTOS_BASE, CENTOS_FILES, CENTOS_MORE, CENTOS_PROGRAMS } from './centos-index.ts';

export interface RpmPackage {
  readonly name: string;
  /** Empty: 0. */
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly repository: string;
  readonly sizeBytes: number;
  readonly installedBytes: number;
  readonly license: string;
  readonly summary: string;
  readonly url: string;
  readonly needs: readonly string[];
}

/** NAME-[EPOCH:]VERSION-RELEASE.ARCH, as dnf calls a package. */
export const nevra = (one: RpmPackage): string => `${one.name}-${evr(one)}.${one.arch}`;

/** NAME-VERSION-RELEASE.ARCH, as rpm calls it, and its file. */
export const nvra = ({ name, version, release, arch }: RpmPackage): string => `${name}-${version}-${release}.${arch}`;

/** [EPOCH:]VERSION-RELEASE. */
export const evr = ({ epoch, version, release }: RpmPackage): string => `${epoch === '' ? '' : `${epoch}:`}${version}-${release}`;

function fromLine(line: string): RpmPackage {
  const [name = '', full = '', arch = '', repository = '', packed, installed, license = '', summary = '', url = '', needs = ''] =
    line.split('|');
  const [, epoch = '', version = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.*)$/.exec(full) ?? [];
  const sizes = { sizeBytes: Number(packed), installedBytes: Number(installed) };
  return {
    name,
    epoch,
    version,
    release,
    arch,
    repository,
    ...sizes,
    license,
    summary,
    url,
    needs: needs.split(' ').filter((one) => one !== ''),
  };
}

const linesOf = (table: string): RpmPackage[] => table.trim().split('\n').map(fromLine);

let known: ReadonlyMap<string, RpmPackage> | undefined;

export function allPackages(): ReadonlyMap<string, RpmPackage> {
  known ??= new Map([...linesOf(CENTOS_BASE), ...linesOf(CENTOS_MORE)].map((one) => [one.name, one]));
  return known;
}

/** Of what is installed: why, from where, and when. */
export interface Installed {
  readonly pkg: RpmPackage;
  /** As dnf shows it behind an @. */
  readonly from: string;
  readonly asked: boolean;
  /** ms since 1970. */
  readonly timeMs: number;
}

const DATABASE = '/var/lib/rpm/Packages';

export function installedPackages(p: Process): Installed[] {
  const file = p.machine.files.readFile(p, DATABASE);
  if (isError(file)) return [];
  return text(file)
    .split('\n')
    .flatMap((line) => {
      const [name = '', from = '', reason, time] = line.split(' ');
      const pkg = allPackages().get(name);
      return pkg === undefined ? [] : [{ pkg, from, asked: reason === 'user', timeMs: Number(time) }];
    })
    .sort((a, b) => (a.pkg.name < b.pkg.name ? -1 : 1));
}

/** Whether the database could be written. */
export function writeInstalled(p: Process, installed: readonly Installed[]): boolean {
  const lines = installed.map(({ pkg, from, asked, timeMs }) => `${pkg.name} ${from} ${asked ? 'user' : 'dependency'} ${timeMs}\n`);
  return !isError(p.machine.files.writeFile(p, DATABASE, utf8(lines.join(''))));
}

const programsOf = (name: string): [program: string, path: string][] =>
  (CENTOS_PROGRAMS[name] ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [program = '', path = program] = word.split('=');
      return [program, path];
    });

export const filesOf = (name: string): string[] =>
  [...programsOf(name).map(([, path]) => path), ...Object.keys(CENTOS_FILES[name] ?? {})].sort();

export function placeFiles(p: Process, name: string): void {
  const { files } = p.machine;
  for (const [program, path] of programsOf(name)) {
    files.writeFile(p, path, programFile(program));
    files.chmod(p, path, 0o755);
  }
  for (const [path, contents] of Object.entries(CENTOS_FILES[name] ?? {})) files.writeFile(p, path, utf8(contents));
}

export function removeFiles(p: Process, name: string): void {
  for (const path of filesOf(name)) p.machine.files.unlink(p, path);
}

/** All that these need and that is not there, each behind what it needs: the order of unpacking. */
export function closure(names: readonly string[], has: (name: string) => boolean): RpmPackage[] {
  const out = new Map<string, RpmPackage>();
  const walk = (name: string): void => {
    const pkg = allPackages().get(name);
    if (pkg === undefined || out.has(name) || has(name)) return;
    for (const needed of pkg.needs) walk(needed);
    out.set(name, pkg);
  };
  for (const name of names) walk(name);
  return [...out.values()];
}

/** What goes with these: whoever needs one of them, and what nobody asked for and nobody needs any more. */
export function going(
  installed: readonly Installed[],
  names: readonly string[],
): { readonly removed: Installed[]; readonly dependents: Installed[]; readonly unused: Installed[] } {
  const gone = new Set(names);
  const grow = (wanted: (one: Installed) => boolean): Installed[] => {
    const added: Installed[] = [];
    for (let grown = true; grown; ) {
      grown = false;
      for (const one of installed) {
        if (gone.has(one.pkg.name) || !wanted(one)) continue;
        gone.add(one.pkg.name);
        added.push(one);
        grown = true;
      }
    }
    return added;
  };
  const dependents = grow(({ pkg }) => pkg.needs.some((name) => gone.has(name)));
  const unused = grow((one) => !one.asked && !installed.some(({ pkg }) => !gone.has(pkg.name) && pkg.needs.includes(one.pkg.name)));
  const byName = (a: Installed, b: Installed): number => (a.pkg.name < b.pkg.name ? -1 : 1);
  return {
    removed: installed.filter(({ pkg }) => names.includes(pkg.name)),
    dependents: dependents.sort(byName),
    unused: unused.sort(byName),
  };
}
