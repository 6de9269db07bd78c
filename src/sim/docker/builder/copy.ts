// COPY and ADD (builder/dockerfile/copy.go): what of a source is meant, and where in the image's tree it comes to lie.

import type { Random } from '../../base/random.ts';
import { text } from '../../base/utf8.ts';
import type { ImageDirectory, ImageNode } from '../../machine/files/image-tree.ts';
import { failed, invalid } from '../error.ts';
import { nodeAt, type Ownership, ownedBy, put, resolveIn } from '../image/edit-tree.ts';
import { archiveIn, unpackInto } from './add-archive.ts';
import { ContentHash } from './content-hash.ts';

/** Where files come from: the build context, or another image. */
export interface CopySource {
  readonly tree: ImageDirectory;
  readonly isContext: boolean;
}

/** One thing that is copied. */
export interface CopyItem {
  /** Its last name, as it was asked for. */
  readonly name: string;
  readonly node: ImageDirectory | Extract<ImageNode, { readonly kind: 'file' }>;
  readonly hash: string;
  /** It was fetched: such a one is never unpacked. */
  readonly remote?: boolean;
}

export const isUrl = (source: string): boolean => /^https?:\/\//.test(source);

/** A file of a server's. */
export interface RemoteFile {
  readonly data: Uint8Array;
  /** As the server says when it was last changed. */
  readonly mtimeMs: number | undefined;
}

/** What ADD fetched, as one of its sources; throws if it has no name and needs one. */
export function remoteItem(url: string, { data, mtimeMs }: RemoteFile, dest: string): CopyItem {
  const name =
    /^https?:\/\/[^/?#]*([^?#]*)/
      .exec(url)?.[1]
      ?.split('/')
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? '';
  if (name === '' && dest.endsWith('/')) throw invalid(`ADD failed: cannot determine filename for source ${url}`);
  const hash = new ContentHash().add(data).hex;
  return { name, node: { kind: 'file', mode: 0o600, uid: 0, gid: 0, mtimeMs: mtimeMs ?? 0, data }, hash, remote: true };
}

/** What the sources of a COPY or an ADD name; `fetched` are those of ADD that are URLs. Throws if one is not there. */
export function findSources(
  { tree, isContext }: CopySource,
  patterns: readonly string[],
  command: string,
  dest: string,
  fetched: ReadonlyMap<string, CopyItem> = new Map(),
): CopyItem[] {
  const items: CopyItem[] = [];
  for (const pattern of patterns) {
    const remote = fetched.get(pattern);
    if (remote !== undefined) {
      items.push(remote);
      continue;
    }
    if (isUrl(pattern)) throw invalid(`${command} failed: source can't be a URL for ${command}`);
    const path = cleanPath(pattern, isContext, command);
    if (/[*?[]/.test(path)) items.push(...matching(tree, path));
    else {
      const item = itemAt(tree, path);
      if (item === undefined) {
        const why = isContext ? 'file not found in build context or excluded by .dockerignore: ' : '';
        throw invalid(`${command} failed: ${why}stat ${shownPath(pattern)}: file does not exist`);
      }
      items.push(item);
    }
  }
  if (items.length === 0) throw invalid(`${command} failed: no source files were specified`);
  if (items.length > 1 && !dest.endsWith('/')) {
    throw invalid(`When using ${command} with more than one source file, the destination must be a directory and end with a /`);
  }
  return items;
}

/** What the cache and the history call them. */
export function hashOf(items: readonly CopyItem[]): string {
  const [first] = items;
  if (items.length === 1 && first !== undefined) return first.hash;
  const hash = new ContentHash();
  for (const item of items) hash.add(item.hash);
  return `multi:${hash.hex}`;
}

/** The tree with all items in it. `dest` is absolute; a slash at its end makes it a directory. With `unpack`, archives are unpacked there. */
export function copyInto(
  tree: ImageDirectory,
  items: readonly CopyItem[],
  dest: string,
  owner: Ownership,
  unpack?: { readonly random: Random },
): ImageDirectory {
  let made = tree;
  for (const { name, node, remote } of items) {
    const archive = unpack === undefined || node.kind !== 'file' || remote === true ? undefined : archiveIn(name, node.data);
    if (archive !== undefined && unpack !== undefined) {
      made = unpackInto(made, archive, dest, { mtimeMs: owner.mtimeMs, random: unpack.random });
      continue;
    }
    const names = resolveIn(made, dest);
    const isDirectory = nodeAt(made, names)?.kind === 'directory';
    const target = node.kind === 'file' && (isDirectory || /\/\.?$/.test(dest)) ? [...names, name] : names;
    made = put(made, target, ownedBy(node, owner.uid, owner.gid), owner);
  }
  return made;
}

/** `--chown=USER[:GROUP]` by the image's own tables. */
export function chownOf(tree: ImageDirectory, chown: string): { readonly uid: number; readonly gid: number } {
  const [user = '', group = user, ...rest] = chown.split(':');
  const why = 'unable to convert uid/gid chown string to host mapping';
  if (rest.length > 0 || user === '') throw invalid(`${why}: invalid chown string format: ${chown}`);
  const find = (path: string, name: string): number | undefined => {
    const file = nodeAt(tree, resolveIn(tree, path));
    const lines = file?.kind === 'file' ? text(file.data).split('\n') : [];
    const entry = lines.map((line) => line.split(':')).find(([label]) => label === name);
    return entry === undefined ? undefined : Number(entry[2]);
  };
  const number = (name: string): number | undefined => (/^\d+$/.test(name) ? Number(name) : undefined);
  const uid = find('/etc/passwd', user) ?? number(user);
  if (uid === undefined) throw failed(`${why}: can't find uid for user ${user}: no such user: ${user}`);
  const gid = find('/etc/group', group) ?? number(group);
  if (gid === undefined) throw failed(`${why}: can't find gid for group ${group}: no such group: ${group}`);
  return { uid, gid };
}

/** As messages call a source: without the slash or the `./` that it begins with. */
const shownPath = (path: string): string => path.replace(/^\//, '').replace(/^\.\//, '');

/** Without slashes and dots; what leads out of a build context is refused. */
function cleanPath(path: string, isContext: boolean, command: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined && isContext && !path.startsWith('/')) {
      throw invalid(`${command} failed: forbidden path outside the build context: ${path} ()`);
    }
  }
  return names.join('/');
}

function itemAt(tree: ImageDirectory, path: string): CopyItem | undefined {
  const node = nodeAt(tree, resolveIn(tree, path));
  if (node === undefined || node.kind === 'symlink') return undefined;
  const hash = new ContentHash();
  addNode(hash, path, node);
  return { name: path.slice(path.lastIndexOf('/') + 1), node, hash: `${node.kind === 'file' ? 'file' : 'dir'}:${hash.hex}` };
}

/** All whose path matches, in the order of their names (filepath.Walk with filepath.Match). */
function matching(tree: ImageDirectory, pattern: string): CopyItem[] {
  const expression = matchPath(pattern);
  const items: CopyItem[] = [];
  const walk = (directory: ImageDirectory, prefix: string): void => {
    for (const [name, node] of [...directory.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const path = `${prefix}${name}`;
      const item = expression.test(path) ? itemAt(tree, path) : undefined;
      if (item !== undefined) items.push(item);
      if (node.kind === 'directory') walk(node, `${path}/`);
    }
  };
  walk(tree, '');
  return items;
}

/** Go's filepath.Match: stars stop at slashes. */
export function matchPath(pattern: string): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const set = c === '[' ? /^\[\^?\]?[^\]]*\]/.exec(pattern.slice(i))?.[0] : undefined;
    if (c === '*' && pattern[i + 1] === '*') {
      // Only .dockerignore has it: any number of directories.
      i++;
      if (pattern[i + 1] === '/') i++;
      out += i + 1 >= pattern.length ? '.*' : '(?:.*/)?';
    } else if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (set !== undefined) {
      out += set;
      i += set.length - 1;
    } else out += (c === '\\' ? (pattern[++i] ?? '') : c).replace(/[.+^${}()|[\]\\*?]/g, '\\$&');
  }
  return new RegExp(`^${out}$`);
}

function addNode(hash: ContentHash, path: string, node: ImageNode): void {
  hash.add(path);
  if (node.kind === 'symlink') hash.add(node.target);
  else if (node.kind === 'file') hash.add(`${node.mode} ${node.data.length}`).add(node.data);
  else {
    hash.add(`${node.mode}`);
    for (const [name, inner] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1))) addNode(hash, `${path}/${name}`, inner);
  }
}
