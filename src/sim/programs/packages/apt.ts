// apt-get and apt (apt 2.6), with the packages whose programs the labs have.

import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import {
  closure,
  DEBIAN_PACKAGES,
  type DebianPackage,
  installedPackages,
  placeFiles,
  removeFiles,
  writeInstalled,
} from './debian-packages.ts';
import { askMirror, type Unreachable } from './mirror.ts';

const LISTS = '/var/lib/apt/lists/lists';
const HTTP_PORT = 80;
const DOWNLOAD_RATE = 8_000_000;
const INDEXES = [
  ['InRelease', 151_000],
  ['main amd64 Packages', 8_790_000],
] as const;

interface Source {
  readonly uri: string;
  readonly host: string;
  readonly suite: string;
}

export const aptGet = command('apt-get', (c) => apt(c, false));
export const aptCommand = command('apt', (c) => apt(c, true));

function* apt(c: Command, human: boolean): Sys<number> {
  const words = c.args.filter((word) => !word.startsWith('-'));
  const options = c.args.filter((word) => word.startsWith('-'));
  const [operation, ...names] = words;
  const yes = options.some((option) => /^(-[a-z]*y[a-z]*|--yes|--assume-yes)$/.test(option));
  const quiet = options.some((option) => /^-[a-z]*q/.test(option));
  if (human && !c.interactive) yield* c.error('\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n');
  switch (operation) {
    case 'update':
      return yield* update(c, quiet);
    case 'install':
      return yield* install(c, names, yes);
    case 'remove':
    case 'purge':
      return yield* remove(c, names, yes, operation === 'purge');
    case 'clean':
      return 0;
    case 'upgrade':
    case 'dist-upgrade':
    case 'autoremove':
      yield* c.print(`${reading(c)}${operation === 'autoremove' ? '' : 'Calculating upgrade...\n'}${counts(0, 0)}`);
      return 0;
    case undefined:
      yield* c.print('apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n');
      return 1;
    default:
      yield* c.error(`E: Invalid operation ${operation}\n`);
      return 100;
  }
}

function sources(c: Command): Source[] {
  const file = c.p.machine.files.readFile(c.p, '/etc/apt/sources.list');
  if (isError(file)) return [];
  return [...text(file).matchAll(/^deb (?:\[[^\]]*\] )?(http:\/\/([^/\s]+)\S*) (\S+)/gm)].map(([, uri = '', host = '', suite = '']) => ({
    uri,
    host,
    suite,
  }));
}

const why = (host: string, { kind, address, reason }: Unreachable): string => {
  if (kind === 'name') return reason.startsWith('Temporary') ? `Temporary failure resolving '${host}'` : `Could not resolve '${host}'`;
  if (kind === 'time') return `Could not connect to ${host}:80 (${address}), connection timed out`;
  return `Could not connect to ${host}:80 (${address}). - connect (${ERRNO_OF[reason] ?? 111}: ${reason})`;
};
const ERRNO_OF: Readonly<Record<string, number>> = { 'Connection refused': 111, 'No route to host': 113, 'Network is unreachable': 101 };

function* update(c: Command, quiet: boolean): Sys<number> {
  const failed: string[] = [];
  let bytes = 0;
  const started = c.p.nowNs;
  let number = 0;
  for (const { uri, host, suite } of sources(c)) {
    const refused = yield* askMirror(c.p, host, HTTP_PORT, `/dists/${suite}/InRelease`);
    number++;
    if (refused !== undefined) {
      for (let ignored = 0; ignored < 3; ignored++) yield* c.print(`Ign:${number} ${uri} ${suite} InRelease\n`);
      yield* c.print(`Err:${number} ${uri} ${suite} InRelease\n  ${why(host, refused)}\n`);
      failed.push(`W: Failed to fetch ${uri}/dists/${suite}/InRelease  ${why(host, refused)}\n`);
      continue;
    }
    for (const [i, [name, size]] of INDEXES.entries()) {
      if (!quiet) yield* c.print(`Get:${number + i} ${uri} ${suite}${i === 0 ? ' ' : '/'}${name} [${aptSize(size)}B]\n`);
      bytes += size;
      yield* c.p.sleep((size / DOWNLOAD_RATE) * NS_PER_S);
    }
    number += INDEXES.length - 1;
  }
  if (bytes > 0 && !quiet) yield* c.print(fetched(bytes, c.p.nowNs - started));
  if (!quiet) yield* c.print(`Reading package lists...${done(c)}`);
  if (failed.length > 0) {
    yield* c.error(`${failed.join('')}W: Some index files failed to download. They have been ignored, or old ones used instead.\n`);
    return 0;
  }
  c.p.machine.files.writeFile(c.p, LISTS, utf8('main\n'));
  return 0;
}

const done = (c: Command): string => (c.interactive ? ' Done\n' : '\n');
const reading = (c: Command): string =>
  `Reading package lists...${done(c)}Building dependency tree...${done(c)}Reading state information...${done(c)}`;
const counts = (added: number, removed: number): string =>
  `0 upgraded, ${added} newly installed, ${removed} to remove and 0 not upgraded.\n`;

function* install(c: Command, names: readonly string[], yes: boolean): Sys<number> {
  const { p } = c;
  yield* c.print(reading(c));
  const known = !isError(p.machine.files.stat(p, LISTS));
  const installed = installedPackages(p);
  const unknown = names.filter((name) => !installed.has(name) && !(known && DEBIAN_PACKAGES.has(name)));
  if (unknown.length > 0) {
    for (const name of unknown) yield* c.error(`E: Unable to locate package ${name}\n`);
    return 100;
  }
  for (const name of names) {
    if (installed.has(name)) yield* c.print(`${name} is already the newest version (${DEBIAN_PACKAGES.get(name)?.version}).\n`);
  }
  const missing = closure(names, installed);
  const packages = missing.flatMap((name) => DEBIAN_PACKAGES.get(name) ?? []);
  if (packages.length === 0) {
    yield* c.print(counts(0, 0));
    return 0;
  }
  const additional = missing.filter((name) => !names.includes(name)).sort();
  if (additional.length > 0) yield* c.print(`The following additional packages will be installed:\n${wrapped(additional)}`);
  yield* c.print(`The following NEW packages will be installed:\n${wrapped([...missing].sort())}${counts(missing.length, 0)}`);
  const bytes = packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const kb = packages.reduce((sum, { installedKb }) => sum + installedKb, 0);
  yield* c.print(
    `Need to get ${aptSize(bytes)}B of archives.\nAfter this operation, ${aptSize(kb * 1024)}B of additional disk space will be used.\n`,
  );
  if (!yes && additional.length > 0 && !(yield* agreed(c))) return 1;
  const [source] = sources(c);
  const started = p.nowNs;
  const refused = source && (yield* askMirror(p, source.host, HTTP_PORT, '/pool/'));
  if (source === undefined || refused !== undefined) return yield* notFetched(c, source, refused, packages);
  for (const [i, { name, architecture, version, sizeBytes }] of packages.entries()) {
    yield* c.print(`Get:${i + 1} ${source.uri} ${source.suite}/main amd64 ${name} ${architecture} ${version} [${aptSize(sizeBytes)}B]\n`);
    yield* p.sleep((sizeBytes / DOWNLOAD_RATE) * NS_PER_S);
  }
  yield* c.error('debconf: delaying package configuration, since apt-utils is not installed\n');
  yield* c.print(fetched(bytes, p.nowNs - started));
  for (const [i, one] of packages.entries()) {
    const shown = shownName(one);
    yield* c.print(`Selecting previously unselected package ${shown}.\n`);
    if (i === 0) yield* c.print(`(Reading database ... ${DATABASE_FILES} files and directories currently installed.)\n`);
    yield* c.print(
      `Preparing to unpack .../${packages.length > 9 ? `${String(i).padStart(2, '0')}-` : ''}${one.name}_${one.version.replace(':', '%3a')}_${one.architecture}.deb ...\nUnpacking ${shown} (${one.version}) ...\n`,
    );
    placeFiles(p, one.name);
    yield* p.sleep(UNPACK_NS);
  }
  writeInstalled(p, [...installed, ...missing]);
  for (const one of packages) {
    yield* c.print(`Setting up ${shownName(one)} (${one.version}) ...\n`);
    yield* p.sleep(UNPACK_NS);
  }
  if (packages.some(({ section }) => section === 'libs')) yield* c.print('Processing triggers for libc-bin (2.36-9+deb12u14) ...\n');
  return 0;
}

/** How dpkg names a package that may be there for several architectures. */
const shownName = ({ name, multiArchSame }: DebianPackage): string => (multiArchSame ? `${name}:amd64` : name);

const DATABASE_FILES = 6096;
const UNPACK_NS = 40 * NS_PER_MS;

function* agreed(c: Command): Sys<boolean> {
  yield* c.print('Do you want to continue? [Y/n] ');
  yield* c.flush();
  const answer = yield* c.p.readLine(0);
  if (typeof answer === 'string' && /^(y(es)?)?$/i.test(answer.trim())) return true;
  yield* c.print('Abort.\n');
  return false;
}

function* notFetched(
  c: Command,
  source: Source | undefined,
  refused: Unreachable | undefined,
  packages: readonly DebianPackage[],
): Sys<number> {
  if (source === undefined || refused === undefined) return 100;
  const reason = why(source.host, refused);
  for (const [i, { name, architecture, version }] of packages.entries()) {
    yield* c.print(`Err:${i + 1} ${source.uri} ${source.suite}/main amd64 ${name} ${architecture} ${version}\n  ${reason}\n`);
  }
  for (const { name, architecture, version } of packages) {
    const file = `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
    yield* c.error(
      `E: Failed to fetch ${source.uri}/pool/main/${name.startsWith('lib') ? name.slice(0, 4) : name[0]}/${name}/${file}  ${reason}\n`,
    );
  }
  yield* c.error('E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n');
  return 100;
}

function* remove(c: Command, names: readonly string[], yes: boolean, purge: boolean): Sys<number> {
  const { p } = c;
  yield* c.print(reading(c));
  const installed = installedPackages(p);
  for (const name of names) {
    if (installed.has(name) || DEBIAN_PACKAGES.has(name)) continue;
    yield* c.error(`E: Unable to locate package ${name}\n`);
    return 100;
  }
  for (const name of names) if (!installed.has(name)) yield* c.print(`Package '${name}' is not installed, so not removed\n`);
  const going = names.filter((name) => installed.has(name)).flatMap((name) => DEBIAN_PACKAGES.get(name) ?? []);
  if (going.length === 0) {
    yield* c.print(counts(0, 0));
    return 0;
  }
  const kb = going.reduce((sum, { installedKb }) => sum + installedKb, 0);
  yield* c.print(
    `The following packages will be REMOVED:\n${wrapped(going.map(({ name }) => name + (purge ? '*' : '')).sort())}${counts(0, going.length)}After this operation, ${aptSize(kb * 1024)}B disk space will be freed.\n`,
  );
  if (!yes && !(yield* agreed(c))) return 1;
  for (const [i, { name, version }] of going.entries()) {
    if (i === 0) yield* c.print(`(Reading database ... ${DATABASE_FILES} files and directories currently installed.)\n`);
    yield* c.print(`Removing ${name} (${version}) ...\n`);
    removeFiles(p, name);
    installed.delete(name);
  }
  writeInstalled(p, installed);
  return 0;
}

/** Two blanks in, and no line longer than a terminal. */
function wrapped(names: readonly string[]): string {
  let out = '';
  let line = ' ';
  for (const name of names) {
    if (line.length + 1 + name.length > 79) {
      out += `${line}\n`;
      line = ' ';
    }
    line += ` ${name}`;
  }
  return `${out}${line}\n`;
}

/** SizeToStr of apt: `97.4 k`, `15.0 M`, `8808 `. */
function aptSize(bytes: number): string {
  let value = bytes;
  for (const unit of ['', 'k', 'M', 'G']) {
    if (value < 100 && unit !== '') return `${value.toFixed(1)} ${unit}`;
    if (value < 10_000) return `${Math.round(value)} ${unit}`;
    value /= 1000;
  }
  return `${Math.round(value)} T`;
}

function fetched(bytes: number, ns: number): string {
  const seconds = Math.max(ns / NS_PER_S, 0.01);
  return `Fetched ${aptSize(bytes)}B in ${Math.floor(seconds)}s (${aptSize(bytes / seconds)}B/s)\n`;
}
