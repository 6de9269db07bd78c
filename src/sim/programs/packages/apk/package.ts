import { ALPINE_BASE } from '../../../docker/image/library/alpine-base.ts';
import { ALPINE_COMMUNITY, ALPINE_MAIN } from './alpine-index.ts';
import { compareVersions } from './version.ts';

/** NAME, or NAME with an operator and a version; `!` before it: it must not be there. */
export interface Dependency {
  readonly name: string;
  readonly conflict: boolean;
  /** '' or one of = < > <= >= ~. */
  readonly operator: string;
  readonly version: string;
}

/** A name that a package stands for besides its own: `so:libz.so.1=1.2.13`, `cmd:curl=8.5.0-r0`, `/bin/sh`. */
export interface Provided {
  readonly name: string;
  /** Empty: the name alone. */
  readonly version: string;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sizeBytes: number;
  readonly installedBytes: number;
  readonly license: string;
  readonly origin: string;
  readonly description: string;
  readonly url: string;
  readonly depends: readonly Dependency[];
  readonly provides: readonly Provided[];
  /** All of these make it come by itself. */
  readonly installIf: readonly Dependency[];
}

/** NAME-VERSION. */
export const fullName = ({ name, version }: Package): string => `${name}-${version}`;

const DEPENDENCY = /^(!?)([^=<>~@\s]+)(?:(=|<=|>=|<|>|=?~)(\S+))?$/;

/** Undefined: it is none. */
export function parseDependency(text: string): Dependency | undefined {
  const [, bang, name, operator = '', version = ''] = DEPENDENCY.exec(text) ?? [];
  return name === undefined ? undefined : { name, conflict: bang === '!', operator: operator.replace('=~', '~'), version };
}

export const showDependency = ({ name, conflict, operator, version }: Dependency): string =>
  `${conflict ? '!' : ''}${name}${operator}${version}`;

export const showProvided = ({ name, version }: Provided): string => (version === '' ? name : `${name}=${version}`);

/** Whether a version is what a dependency wants. */
export function satisfies({ operator, version }: Dependency, offered: string): boolean {
  if (operator === '') return true;
  if (offered === '') return false;
  if (operator === '~') return offered === version || offered.startsWith(`${version}.`) || offered.startsWith(`${version}-`);
  const order = compareVersions(offered, version);
  if (order === 0) return operator.includes('=');
  return operator.startsWith(order < 0 ? '<' : '>');
}

/** Under which version a package stands for a name; undefined: it does not. */
export function offers({ name, version, provides }: Package, wanted: string): string | undefined {
  return name === wanted ? version : provides.find((one) => one.name === wanted)?.version;
}

const dependencies = (text: string): Dependency[] => words(text).flatMap((word) => parseDependency(word) ?? []);
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** A package's fields, a letter each, as in an index and in the database of what is installed. */
export function fromFields(fields: ReadonlyMap<string, string>): Package {
  const field = (letter: string): string => fields.get(letter) ?? '';
  const name = field('P');
  return {
    name,
    version: field('V'),
    arch: fields.get('A') ?? 'x86_64',
    sizeBytes: Number(field('S')),
    installedBytes: Number(field('I')),
    license: field('L'),
    origin: fields.get('o') ?? name,
    description: field('T'),
    url: field('U'),
    depends: dependencies(field('D')),
    provides: words(field('p')).map((word) => {
      const equals = word.indexOf('=');
      return equals < 0 ? { name: word, version: '' } : { name: word.slice(0, equals), version: word.slice(equals + 1) };
    }),
    installIf: dependencies(field('i')),
  };
}

/** The lines of its fields, empty ones left out. */
export function toFields(one: Package): string {
  const fields: [string, string][] = [
    ['P', one.name],
    ['V', one.version],
    ['A', one.arch],
    ['S', String(one.sizeBytes)],
    ['I', String(one.installedBytes)],
    ['T', one.description],
    ['U', one.url],
    ['L', one.license],
    ['o', one.origin],
    ['D', one.depends.map(showDependency).join(' ')],
    ['p', one.provides.map(showProvided).join(' ')],
    ['i', one.installIf.map(showDependency).join(' ')],
  ];
  return fields
    .filter(([, value]) => value !== '')
    .map(([letter, value]) => `${letter}:${value}\n`)
    .join('');
}

/** The fields of a stanza: the last of each letter counts. */
export const fieldsOf = (stanza: string): Map<string, string> =>
  new Map([...stanza.matchAll(/^([A-Za-z]):(.*)$/gm)].map(([, letter, value]) => [letter as string, value as string]));

const LETTERS = ['P', 'V', 'S', 'I', 'L', 'o', 'T', 'U', 'D', 'p', 'i'];

function fromLine(line: string): Package {
  const fields = new Map(line.split('|').map((value, i) => [LETTERS[i] as string, value]));
  fields.set('D', (fields.get('D') ?? '').replace('@', 'so:libc.musl-x86_64.so.1'));
  return fromFields(fields);
}

const lines = (text: string): Package[] => text.trim().split('\n').map(fromLine);

let indexes: ReadonlyMap<string, readonly Package[]> | undefined;

/** What a repository, `main` or `community`, has. */
export function repositoryPackages(repository: string): readonly Package[] {
  indexes ??= new Map([
    ['main', [...ALPINE_BASE.split('\n\n').map((stanza) => fromFields(fieldsOf(stanza))), ...lines(ALPINE_MAIN)]],
    ['community', lines(ALPINE_COMMUNITY)],
  ]);
  return indexes.get(repository) ?? [];
}
