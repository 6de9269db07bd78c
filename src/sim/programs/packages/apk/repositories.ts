// The repositories' indexes: fetched, and kept for a while (apk-tools, database.c: apk_db_add_repository).

import { isError } from '../../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import { digestOf } from '../../../docker/image/digest.ts';
import type { Sys } from '../../../machine/process.ts';
import { askMirror } from '../mirror.ts';
import { ALPINE_REPOSITORIES } from './alpine-index.ts';
import type { Database } from './database.ts';
import { type Out, whyNot } from './out.ts';
import { repositoryPackages } from './package.ts';

/** An index younger than that is not asked for again. */
const MAX_AGE_MS = 4 * 3600 * 1000;
const CACHE = '/var/cache/apk';
const INDEX_BYTES = 1_000_000;
/** Bytes a second, of everything that is fetched. */
const RATE = 8_000_000;

export interface Fetching {
  /** --no-cache: the index is fetched each time and not kept. */
  readonly noCache: boolean;
  readonly noNetwork: boolean;
  /** Fetched anew unless it is young; del and fix take what is there. */
  readonly updates: boolean;
  /** However young it is. */
  readonly force: boolean;
}

export interface Repositories {
  readonly unavailable: number;
  readonly stale: number;
  /** Those that are known, in order: where, and under which version. */
  readonly known: readonly { readonly url: string; readonly description: string }[];
  /** Of how many packages they tell. */
  readonly packages: number;
}

/** Makes the packages of all repositories known to the database, and says what could not be had. */
export function* openRepositories(db: Database, out: Out, fetching: Fetching): Sys<Repositories> {
  let unavailable = 0;
  let stale = 0;
  let packages = 0;
  const known: { url: string; description: string }[] = [];
  for (const url of db.repositories) {
    const { error, opened } = yield* openRepository(db, out, fetching, url);
    if (error !== undefined) {
      if (opened) stale++;
      else unavailable++;
      yield* out.warn(error);
    }
    if (!opened) continue;
    const name = url.slice(url.lastIndexOf('/') + 1);
    const index = ALPINE_REPOSITORIES[name];
    known.push({ url, description: index?.description ?? '' });
    packages += index?.packages ?? 0;
    db.available.push(...repositoryPackages(name));
  }
  return { unavailable, stale, known, packages };
}

function* openRepository(db: Database, out: Out, fetching: Fetching, url: string): Sys<{ error?: string; opened: boolean }> {
  const { files } = db.p.machine;
  const path = `${CACHE}/APKINDEX.${digestOf(url).slice(0, 8)}.tar.gz`;
  const kept = files.stat(db.p, path);
  const isKept = !isError(kept);
  if (fetching.noNetwork || (!fetching.updates && !fetching.noCache)) {
    return isKept ? { opened: true } : { error: `opening from cache ${url}: No such file or directory`, opened: false };
  }
  const isYoung = isKept && db.p.wallClockMs - kept.mtimeMs < MAX_AGE_MS;
  if (!fetching.noCache && isYoung && !fetching.force) return { opened: true };
  yield* out.message(`fetch ${url}/x86_64/APKINDEX.tar.gz`);
  const refused = yield* fetchFrom(db, url, 'APKINDEX.tar.gz', INDEX_BYTES);
  if (refused === undefined) {
    if (!fetching.noCache) files.writeFile(db.p, path, utf8(`${url}\n`));
    return { opened: true };
  }
  if (fetching.noCache) return { error: `fetching ${url}: ${refused}`, opened: false };
  return { error: `updating${isKept ? '' : ' and opening'} ${url}: ${refused}`, opened: isKept };
}

/** Fetches one of a repository's files; what stood in the way. */
export function* fetchFrom(db: Database, url: string, name: string, bytes: number): Sys<string | undefined> {
  const [, scheme = '', host = '', port, path = ''] = /^(https?):\/\/([^/:]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  if (scheme === '') return 'No such file or directory';
  const refused = yield* askMirror(db.p, host, Number(port ?? (scheme === 'https' ? 443 : 80)), `${path}/x86_64/${name}`);
  if (refused !== undefined) return whyNot(refused);
  yield* db.p.sleep(Math.ceil((bytes / RATE) * (NS_PER_S / NS_PER_MS)) * NS_PER_MS);
  return undefined;
}

/** The repository that a package comes from. */
export const repositoryOf = (db: Database, name: string): string | undefined =>
  db.repositories.find((url) => repositoryPackages(url.slice(url.lastIndexOf('/') + 1)).some((one) => one.name === name));
