// The database of what is installed, as files: /lib/apk/db/installed, /etc/apk/world and /etc/apk/repositories.

import { isError, type KernelError } from '../../../base/result.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import { installedStanza } from '../../../docker/image/library/alpine-base.ts';
import type { Process } from '../../../machine/process.ts';
import { type Dependency, fieldsOf, fromFields, type Package, parseDependency, showDependency, toFields } from './package.ts';

const INSTALLED = '/lib/apk/db/installed';
const LOCK = '/lib/apk/db/lock';
const WORLD = '/etc/apk/world';
const REPOSITORIES = '/etc/apk/repositories';

export interface InstalledPackage {
  readonly pkg: Package;
  /** Without a slash before them, in the order of their directories. */
  readonly files: readonly string[];
}

export class Database {
  readonly p: Process;
  /** In the order in which they were installed. */
  installed: InstalledPackage[];
  world: Dependency[];
  /** What the repositories that are known have. */
  readonly available: Package[] = [];

  constructor(p: Process) {
    this.p = p;
    this.installed = this.#read(INSTALLED).split('\n\n').flatMap(installedPackage);
    this.world = this.#read(WORLD)
      .split(/\s+/)
      .flatMap((word) => parseDependency(word) ?? []);
  }

  /** URLs of the repositories, without the comments and those with a tag. */
  get repositories(): string[] {
    return this.#read(REPOSITORIES)
      .split('\n')
      .filter((line) => /^[a-z]+:\/\/|^\//.test(line))
      .map((line) => line.trim().replace(/\/$/, ''));
  }

  /** Takes the lock that changes need; what stands in the way. */
  lock(): KernelError | undefined {
    const error = this.p.machine.files.writeFile(this.p, LOCK, utf8(''));
    return isError(error) ? error : undefined;
  }

  write(): void {
    const { files } = this.p.machine;
    const stanzas = this.installed.map(({ pkg, files: names }) => installedStanza(toFields(pkg), names));
    files.writeFile(this.p, INSTALLED, utf8(stanzas.join('')));
    files.writeFile(this.p, WORLD, utf8(this.world.map((one) => `${showDependency(one)}\n`).join('')));
  }

  find(name: string): InstalledPackage | undefined {
    return this.installed.find(({ pkg }) => pkg.name === name);
  }

  /** Installed packages first: a repository's that is the same is left out. */
  get all(): Package[] {
    const here = this.installed.map(({ pkg }) => pkg);
    return [...here, ...this.available.filter((one) => !here.some(({ name, version }) => name === one.name && version === one.version))];
  }

  #read(path: string): string {
    const file = this.p.machine.files.readFile(this.p, path);
    return isError(file) ? '' : text(file);
  }
}

function installedPackage(stanza: string): InstalledPackage[] {
  if (!/^P:/m.test(stanza)) return [];
  const files: string[] = [];
  let directory = '';
  for (const [, letter, value = ''] of stanza.matchAll(/^([FR]):(.*)$/gm)) {
    if (letter === 'F') directory = value;
    else files.push(directory === '' ? value : `${directory}/${value}`);
  }
  return [{ pkg: fromFields(fieldsOf(stanza)), files }];
}
