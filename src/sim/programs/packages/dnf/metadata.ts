// Repositories and their metadata (dnf/repo.py, librepo).

import { isError } from '../../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import { text, utf8 } from '../../../base/utf8.ts';
import type { Process, Sys } from '../../../machine/process.ts';
import type { Command } from '../../lib/command.ts';
import { strftime } from '../../lib/date-text.ts';
import { askMirror, type Unreachable } from '../mirror.ts';
import { CENTOS_METADATA } from './centos-index.ts';
import { downloaded } from './columns.ts';

const DIRECTORY = '/etc/yum.repos.d';
const CACHE = '/var/cache/dnf';
const EXPIRES_MS = 48 * 3600 * 1000;
/** Bytes a second, of everything that is fetched. */
export const RATE = 8_000_000;
/** Where the lists of mirrors lead. */
const MIRROR = 'mirror.centos.org';

export interface Repository {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Of the list of mirrors, or of the repository itself. */
  readonly url: string;
  readonly isList: boolean;
}

const VARIABLES: Readonly<Record<string, string>> = {
  releasever: '8',
  basearch: 'x86_64',
  arch: 'x86_64',
  infra: 'container',
  contentdir: 'centos',
};

/** What the files of /etc/yum.repos.d say, in the order of their names. */
export function repositories(p: Process): Repository[] {
  const { files } = p.machine;
  const names = files.readDirectory(p, DIRECTORY);
  const found: Repository[] = [];
  for (const name of isError(names) ? [] : names.filter((one) => one.endsWith('.repo')).sort()) {
    const file = files.readFile(p, `${DIRECTORY}/${name}`);
    if (isError(file)) continue;
    for (const section of text(file).split(/^(?=\[)/m)) {
      const id = /^\[(.*)\]/.exec(section)?.[1];
      if (id === undefined || id === 'main') continue;
      const value = (key: string): string | undefined =>
        new RegExp(`^${key}=(.*)$`, 'm').exec(section)?.[1]?.replace(/\$(\w+)/g, (all, variable: string) => VARIABLES[variable] ?? all);
      const list = value('mirrorlist') ?? value('metalink');
      found.push({
        id,
        name: value('name') ?? id,
        enabled: value('enabled') !== '0',
        url: list ?? value('baseurl') ?? '',
        isList: list !== undefined,
      });
    }
  }
  return found;
}

const cacheOf = ({ id }: Repository): string => `${CACHE}/${id}.solv`;

/** Makes the metadata of all that are enabled known; false: something could not be had, and has been said. */
export function* refresh(
  c: Command,
  enabled: readonly Repository[],
  options: { readonly force: boolean; readonly quiet: boolean },
): Sys<boolean> {
  const { p } = c;
  const { files } = p.machine;
  let oldestMs = Number.POSITIVE_INFINITY;
  let fetched = false;
  for (const repository of enabled) {
    const kept = files.stat(p, cacheOf(repository));
    if (!options.force && !isError(kept) && p.wallClockMs - kept.mtimeMs < EXPIRES_MS) {
      oldestMs = Math.min(oldestMs, kept.mtimeMs);
      continue;
    }
    const refused = yield* fetchMetadata(c, repository, options.quiet);
    if (refused !== undefined) {
      if (!options.quiet) yield* c.print(downloaded(repository.name, 0, 0));
      yield* c.error(`Errors during downloading metadata for repository '${repository.id}':\n  - ${refused.why}\n`);
      yield* c.error(`Error: Failed to download metadata for repo '${repository.id}': ${refused.summary}\n`);
      return false;
    }
    files.makeDirectory(p, CACHE, 0o755);
    files.writeFile(p, cacheOf(repository), utf8(`${repository.id}\n`));
    fetched = true;
  }
  if (!fetched && Number.isFinite(oldestMs) && !options.quiet) {
    const seconds = Math.floor((p.wallClockMs - oldestMs) / 1000);
    const two = (value: number): string => String(value).padStart(2, '0');
    const age = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    yield* c.print(`Last metadata expiration check: ${age} ago on ${strftime('%a %b %e %H:%M:%S %Y', oldestMs)}.\n`);
  }
  return true;
}

function* fetchMetadata(c: Command, repository: Repository, quiet: boolean): Sys<{ why: string; summary: string } | undefined> {
  const { p } = c;
  const started = p.nowNs;
  const refused = yield* ask(p, repository.url);
  if (refused !== undefined) {
    const at = repository.isList ? repository.url : `${repository.url.replace(/\/?$/, '/')}repodata/repomd.xml`;
    const why = curlError(refused, at);
    const summary = repository.isList
      ? `Cannot prepare internal mirrorlist: ${why}`
      : 'Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried';
    return { why, summary };
  }
  if (repository.isList) {
    const mirror = `http://${MIRROR}/centos/8/${repository.id}/x86_64/os/repodata/repomd.xml`;
    const unreachable = yield* ask(p, mirror);
    if (unreachable !== undefined) {
      return {
        why: curlError(unreachable, mirror),
        summary: 'Cannot download repomd.xml: Cannot download repodata/repomd.xml: All mirrors were tried',
      };
    }
  }
  const bytes = CENTOS_METADATA[repository.id] ?? 2_900;
  yield* p.sleep(Math.ceil((bytes / RATE) * (NS_PER_S / NS_PER_MS)) * NS_PER_MS);
  if (!quiet) yield* c.print(downloaded(repository.name, bytes, (p.nowNs - started) / NS_PER_S));
  return undefined;
}

/** Asks the server of a URL; what stood in the way. */
export function* ask(p: Process, url: string): Sys<Unreachable | undefined> {
  const [, scheme, host = '', port, path = '/'] = /^(https?):\/\/([^/:]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  return yield* askMirror(p, host, Number(port ?? (scheme === 'https' ? 443 : 80)), path === '' ? '/' : path);
}

/** A package's file on a mirror. */
export const packageUrl = (file: string, repository: string): string =>
  `http://${MIRROR}/centos/8/${repository}/x86_64/os/Packages/${file}`;

/** As librepo tells of what libcurl says. */
export function curlError({ kind, reason }: Unreachable, url: string): string {
  const [, scheme, host = '', port] = /^(https?):\/\/([^/:]+)(?::(\d+))?/.exec(url) ?? [];
  const number = port ?? (scheme === 'https' ? '443' : '80');
  if (kind === 'name') return `Curl error (6): Couldn't resolve host name for ${url} [Could not resolve host: ${host}]`;
  if (kind === 'time') return `Curl error (28): Timeout was reached for ${url} [Connection timed out after 30000 milliseconds]`;
  return `Curl error (7): Couldn't connect to server for ${url} [Failed to connect to ${host} port ${number}: ${reason}]`;
}

/** Forgets all metadata; how many files that were. */
export function cleanAll(p: Process): number {
  const names = p.machine.files.readDirectory(p, CACHE);
  if (isError(names)) return 0;
  for (const name of names) p.machine.files.unlink(p, `${CACHE}/${name}`);
  return names.length;
}
