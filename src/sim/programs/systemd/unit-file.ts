import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process } from '../../machine/process.ts';

/** Where unit files lie; a file of an earlier folder hides those of later ones (systemd.unit(5)). */
const FOLDERS = ['/etc/systemd/system', '/run/systemd/system', '/lib/systemd/system'] as const;
/** Links here are what `systemctl enable` makes. */
export const ADMIN_FOLDER = FOLDERS[0];

/** A unit's configuration as its file has it. */
export class UnitFile {
  readonly path: string;
  readonly content: string;
  readonly #entries: readonly (readonly [section: string, key: string, value: string])[];

  constructor(path: string, content: string) {
    this.path = path;
    this.content = content;
    let section = '';
    this.#entries = content.split('\n').flatMap((raw): [string, string, string][] => {
      const line = raw.trim();
      const heading = /^\[(.*)\]$/.exec(line);
      if (heading !== null) section = heading[1] as string;
      const at = line.indexOf('=');
      return heading !== null || at < 0 || /^[#;]/.test(line) ? [] : [[section, line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    });
  }

  /** The last value that a key was given. */
  get(section: string, key: string): string | undefined {
    return this.all(section, key).at(-1);
  }

  /** All values, in order. */
  all(section: string, key: string): readonly string[] {
    return this.#entries.filter(([own, name]) => own === section && name === key).map(([, , value]) => value);
  }

  /** The words of all values of a key. */
  words(section: string, key: string): readonly string[] {
    return this.all(section, key).flatMap((value) => value.split(/\s+/).filter((word) => word !== ''));
  }

  get description(): string {
    return this.get('Unit', 'Description') ?? this.path.slice(this.path.lastIndexOf('/') + 1);
  }
}

/** The file of a unit, `masked` for one that is a link to /dev/null, undefined if there is none. */
export function findUnitFile(p: Process, name: string): UnitFile | 'masked' | undefined {
  const { files } = p.machine;
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`;
    if (files.readLink(p, path) === '/dev/null') return 'masked';
    const data = files.readFile(p, path);
    if (!isError(data)) return new UnitFile(path, text(data));
  }
  return undefined;
}

/** All units that there are files of, by name. */
export function unitNames(p: Process): readonly string[] {
  const names = FOLDERS.flatMap((folder) => {
    const list = p.machine.files.readDirectory(p, folder);
    return isError(list) ? [] : list;
  });
  return [...new Set(names)].filter((name) => /\.(service|socket|target)$/.test(name)).sort();
}

/** docker is docker.service. */
export const unitName = (given: string): string =>
  /\.(service|socket|target|timer|mount|path|slice|scope)$/.test(given) ? given : `${given}.service`;

/** The links by which a unit is enabled: to its file, out of the folders of those that want it. */
export function wantedLinks(file: UnitFile): readonly string[] {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  return file.words('Install', 'WantedBy').map((wanting) => `${ADMIN_FOLDER}/${wanting}.wants/${name}`);
}

/** enabled, disabled, static (nobody can want it) or masked. */
export function enablement(p: Process, name: string): 'enabled' | 'disabled' | 'static' | 'masked' | undefined {
  const file = findUnitFile(p, name);
  if (file === undefined || file === 'masked') return file;
  const links = wantedLinks(file);
  if (links.length === 0) return 'static';
  return links.some((link) => !isError(p.machine.files.readLink(p, link))) ? 'enabled' : 'disabled';
}
