import { isError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import { programFile } from '../../machine/files/program-file.ts';
import type { Process } from '../../machine/process.ts';
import { DEBIAN_CLOSURES, DEBIAN_INDEX, DEBIAN_PROGRAMS_OF } from './debian-index.ts';

/** A package as the index of Debian has it. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly installedKb: number;
  readonly architecture: string;
  readonly section: string;
  /** Several architectures' may stand beside each other: dpkg calls it NAME:amd64. */
  readonly multiArchSame: boolean;
  readonly description: string;
}

export const DEBIAN_PACKAGES: ReadonlyMap<string, DebianPackage> = new Map(
  DEBIAN_INDEX.trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', size, installed, architecture = '', section = '', multiArch, ...description] = line.split(' ');
      const numbers = { sizeBytes: Number(size), installedKb: Number(installed) };
      return [
        name,
        { name, version, ...numbers, architecture, section, multiArchSame: multiArch === 'same', description: description.join(' ') },
      ];
    }),
);

const STATUS = '/var/lib/dpkg/status';

/** The packages that dpkg's database has, by name. */
export function installedPackages(p: Process): Set<string> {
  const file = p.machine.files.readFile(p, STATUS);
  if (isError(file)) return new Set();
  return new Set([...text(file).matchAll(/^Package: (\S+)$/gm)].map(([, name]) => name as string));
}

/** What dpkg's database says of a package. */
export function stanza({ name, version, installedKb, architecture, section, multiArchSame, description }: DebianPackage): string {
  return `Package: ${name}
Status: install ok installed
Priority: optional
Section: ${section}
Installed-Size: ${installedKb}
Architecture: ${architecture}
${multiArchSame ? 'Multi-Arch: same\n' : ''}Version: ${version}
Description: ${description}
`;
}

export function writeInstalled(p: Process, names: Iterable<string>): boolean {
  const known = [...names].sort().flatMap((name) => DEBIAN_PACKAGES.get(name) ?? []);
  return !isError(p.machine.files.writeFile(p, STATUS, utf8(known.map((one) => `${stanza(one)}\n`).join(''))));
}

/** Where a package's programs lie. */
export const filesOf = (name: string): string[] =>
  (DEBIAN_PROGRAMS_OF[name] ?? '')
    .split(' ')
    .filter((file) => file !== '')
    .map((file) => file.split('=').pop() as string);

/** Puts a package's programs into the tree, or takes them away. */
export function placeFiles(p: Process, name: string): void {
  for (const file of (DEBIAN_PROGRAMS_OF[name] ?? '').split(' ')) {
    if (file === '') continue;
    const [program = '', path = program] = file.split('=');
    p.machine.files.writeFile(p, path, programFile(program));
    p.machine.files.chmod(p, path, 0o755);
  }
}

export function removeFiles(p: Process, name: string): void {
  for (const path of filesOf(name)) p.machine.files.unlink(p, path);
}

/** All that an installation of these brings which is not there yet, in the order of unpacking and setting up. */
export function closure(names: readonly string[], installed: ReadonlySet<string>): readonly string[] {
  return [...new Set(names.flatMap((name) => (DEBIAN_CLOSURES[name] ?? name).split(' ')).filter((name) => !installed.has(name)))];
}
