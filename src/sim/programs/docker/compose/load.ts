// Finding and reading a project's files (the Compose specification; compose-go for the words of errors: from its documentation and source,
// as version 2 cannot be recorded with this course's means).

import { parseDocument } from 'yaml';
import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import type { Process } from '../../../machine/process.ts';
import { ComposeError } from './compose-error.ts';
import { interpolate, parseEnvFile } from './interpolate.ts';
import type { Project, Resource, Service, Yaml, YamlMap } from './model.ts';
import { absolute, isMap, readService } from './services.ts';
import { checkFile } from './validate.ts';

/** The options before the command. */
export interface ProjectOptions {
  readonly files: readonly string[];
  readonly name: string;
  readonly profiles: readonly string[];
  readonly envFile: string;
  readonly directory: string;
}

const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = ['compose.override.yml', 'compose.override.yaml', 'docker-compose.override.yml', 'docker-compose.override.yaml'];

/** Reads the project; `warn` gets what is said about it. Throws {@link ComposeError}. */
export function loadProject(p: Process, options: ProjectOptions, warn: (message: string) => void): Project {
  const files = findFiles(p, options);
  const first = files[0] as string;
  const directory = options.directory === '' ? first.slice(0, first.lastIndexOf('/')) || '/' : absolute(options.directory, cwdOf(p));
  const variables = variablesOf(p, directory, options.envFile);
  const unset = new Set<string>();
  let merged: YamlMap = {};
  for (const file of files) {
    const source = readYaml(p, file);
    const expanded = expand(source, [], variables, (name) => unset.add(name)) as YamlMap;
    checkFile(expanded);
    merged = merge(merged, expanded) as YamlMap;
  }
  for (const name of unset) warn(`The "${name}" variable is not set. Defaulting to a blank string.`);
  const name = projectName(options.name || variables.get('COMPOSE_PROJECT_NAME') || '', merged, directory);
  const place = { p, directory, variables };
  const profiles = new Set([...options.profiles, ...(variables.get('COMPOSE_PROFILES') ?? '').split(',')]);
  const services = Object.entries(isMap(merged.services) ? merged.services : {})
    .map(([key, source]) => readService(key, isMap(source) ? source : {}, place))
    .filter((service) => service.profiles.length === 0 || service.profiles.some((profile) => profiles.has(profile)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const networks = resources(merged.networks, name);
  if (!networks.has('default')) networks.set('default', { key: 'default', name: `${name}_default`, external: false, source: {} });
  const project: Project = { name, directory, files, services, networks, volumes: resources(merged.volumes, name) };
  checkProject(project);
  return project;
}

const cwdOf = (p: Process): string => {
  const cwd = p.machine.files.resolve(p, '.');
  return isError(cwd) ? '/' : cwd;
};

function findFiles(p: Process, { files, directory }: ProjectOptions): string[] {
  const exists = (path: string): boolean => !isError(p.machine.files.stat(p, path));
  const cwd = directory === '' ? cwdOf(p) : absolute(directory, cwdOf(p));
  const named = files.length > 0 ? files : (p.env.get('COMPOSE_FILE') ?? '').split(':').filter((file) => file !== '');
  if (named.length > 0) {
    const paths = named.map((file) => absolute(file, cwdOf(p)));
    for (const path of paths) if (!exists(path)) throw new ComposeError(`open ${path}: no such file or directory`, 14);
    return paths;
  }
  for (let at = cwd; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = NAMES.map((name) => `${at}/${name}`).find(exists);
    if (found !== undefined) {
      const override = OVERRIDES.map((name) => `${at}/${name}`).find(exists);
      return override === undefined ? [found] : [found, override];
    }
    if (at === '') throw new ComposeError('no configuration file provided: not found', 14);
  }
}

/** The client's own environment, and before it what .env says. */
function variablesOf(p: Process, directory: string, envFile: string): Map<string, string> {
  const path = envFile === '' ? `${directory}/.env` : absolute(envFile, cwdOf(p));
  const data = p.machine.files.readFile(p, path);
  if (isError(data) && envFile !== '') throw new ComposeError(`couldn't find env file: ${path}`, 14);
  const own = new Map(p.env);
  const out = new Map<string, string>();
  for (const [name, value] of isError(data) ? [] : parseEnvFile(text(data), own)) if (value !== undefined) out.set(name, value);
  return new Map([...out, ...own]);
}

function readYaml(p: Process, path: string): YamlMap {
  const data = p.machine.files.readFile(p, path);
  if (isError(data)) throw new ComposeError(`open ${path}: no such file or directory`, 14);
  const source = text(data);
  const document = parseDocument(source, { merge: true, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const words = goWords(error.code, source, error.pos[0]);
    const at = error.linePos?.[0].line ?? 1;
    throw new ComposeError(`yaml: line ${words === NO_KEY ? mappingLine(source, at) : at}: ${words}`);
  }
  const value = document.toJS() as Yaml;
  if (value === null || value === undefined) throw new ComposeError('empty compose file');
  if (!isMap(value)) throw new ComposeError('Top-level object must be a mapping');
  return value;
}

const NO_KEY = 'did not find expected key';

/** The line that go-yaml names for a key that fits nowhere: where the mapping around it begins, counted from 0, or else its own. */
function mappingLine(source: string, line: number): number {
  const indents = source.split('\n').map((text) => (/^\s*(?:#|$)/.test(text) ? Number.POSITIVE_INFINITY : text.search(/\S/)));
  const own = indents[line - 1] ?? 0;
  let start = line - 1;
  while (start > 0 && (indents[start] as number) >= own) start--;
  const outer = indents[start] as number;
  for (let at = start; at >= 0 && (indents[at] as number) >= outer; at--) if (indents[at] === outer) start = at;
  return start > 0 ? start : line - 1;
}

/** go-yaml's words for what the parser here found. */
function goWords(code: string, source: string, at: number): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'found character that cannot start any token';
    case 'DUPLICATE_KEY':
      return 'mapping key already defined';
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return source.indexOf('"', at) < 0 && code === 'MISSING_CHAR' && /["']/.test(source)
        ? 'found unexpected end of stream'
        : "could not find expected ':'";
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'mapping values are not allowed in this context';
    default:
      return NO_KEY;
  }
}

/** All texts with their variables' values. */
function expand(value: Yaml, path: readonly string[], variables: ReadonlyMap<string, string>, unset: (name: string) => void): Yaml {
  if (typeof value === 'string') return value.includes('$') ? typed(interpolate(value, variables, path.join('.'), unset)) : value;
  if (Array.isArray(value)) return value.map((inner: Yaml) => expand(inner, [...path, '[]'], variables, unset));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner, [...path, key], variables, unset)]));
}

/** What a variable stood for may be a number where one is wanted. */
const typed = (value: string): Yaml => (/^\d{1,9}$/.test(value) && String(Number(value)) === value ? Number(value) : value);

/** A later file over an earlier one: maps are merged, lists of ports and the like joined, all else replaced. */
function merge(below: Yaml, above: Yaml): Yaml {
  if (isMap(below) && isMap(above)) {
    const out: Record<string, Yaml> = { ...below };
    for (const [key, value] of Object.entries(above)) {
      const old = out[key];
      const replaced = key === 'command' || key === 'entrypoint' || key === 'test';
      out[key] = old === undefined || replaced ? value : merge(old, value);
    }
    return out;
  }
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above.filter((item: Yaml) => !below.includes(item))];
  return above;
}

function projectName(given: string, file: YamlMap, directory: string): string {
  const normalized = (name: string): string =>
    name
      .toLowerCase()
      .replace(/[^-_a-z0-9]/g, '')
      .replace(/^[_-]+/, '');
  const name = given !== '' ? given : typeof file.name === 'string' ? file.name : '';
  if (name === '') return normalized(directory.slice(directory.lastIndexOf('/') + 1)) || 'default';
  if (normalized(name) !== name) {
    throw new ComposeError(
      `invalid project name ${JSON.stringify(name)}: must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`,
      1,
    );
  }
  return name;
}

function resources(value: Yaml | undefined, project: string): Map<string, Resource> {
  return new Map(
    Object.entries(isMap(value) ? value : {}).map(([key, given]) => {
      const source = isMap(given) ? given : {};
      const external = source.external === true || isMap(source.external);
      const name = typeof source.name === 'string' ? source.name : external ? key : `${project}_${key}`;
      return [key, { key, name, external, source }];
    }),
  );
}

/** What refers to nothing (compose-go's consistency check). */
function checkProject({ services, networks, volumes }: Project): void {
  const invalid = (message: string): never => {
    throw new ComposeError(`${message}: invalid compose project`);
  };
  for (const service of services) {
    const { name, image, build, dependsOn } = service;
    if (image === undefined && build === undefined) invalid(`service "${name}" has neither an image nor a build context specified`);
    for (const key of service.networks.keys()) if (!networks.has(key)) invalid(`service "${name}" refers to undefined network ${key}`);
    for (const other of dependsOn.keys()) {
      if (!services.some((one) => one.name === other)) invalid(`service "${name}" depends on undefined service ${other}`);
    }
    for (const volume of service.volumes) {
      const [source = ''] = volume.split(':');
      if (volume.includes(':') && !source.startsWith('/') && !volumes.has(source)) {
        invalid(`service "${name}" refers to undefined volume ${source}`);
      }
    }
  }
  inOrder(services);
}

/** Each service behind those that it depends on. Throws for a circle. */
export function inOrder(services: readonly Service[]): Service[] {
  const done: Service[] = [];
  const visit = (service: Service, way: readonly string[]): void => {
    if (done.includes(service)) return;
    if (way.includes(service.name)) throw new ComposeError(`dependency cycle detected: ${[...way, service.name].join(' -> ')}`);
    for (const name of needs(service)) {
      const other = services.find((one) => one.name === name);
      if (other !== undefined) visit(other, [...way, service.name]);
    }
    done.push(service);
  };
  for (const service of services) visit(service, []);
  return done;
}

/** The services that one stands on: depends_on, links, another's network. */
export function needs({ dependsOn, links, networkMode }: Service): string[] {
  const shared = networkMode?.startsWith('service:') ? [networkMode.slice('service:'.length)] : [];
  return [...new Set([...dependsOn.keys(), ...links.map((link) => link.split(':')[0] as string), ...shared])];
}
