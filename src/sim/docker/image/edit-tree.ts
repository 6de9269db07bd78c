// Changing an image's tree: each change makes the directories on its way anew and shares all others.

import type { ImageDirectory, ImageNode } from '../../machine/files/image-tree.ts';

const MAX_LINKS = 255;

/** Who owns what is put into a tree, and when it was made. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

export const emptyTree = (mtimeMs: number): ImageDirectory => ({
  kind: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtimeMs,
  entries: new Map(),
});

/** The names of a path, all symbolic links on its way followed inside the tree; what is not there is taken as it stands. */
export function resolveIn(root: ImageDirectory, path: string, followLast = true): string[] {
  const wanted = path.split('/');
  const names: string[] = [];
  let links = 0;
  while (wanted.length > 0) {
    const name = wanted.shift() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      names.pop();
      continue;
    }
    const node = nodeAt(root, [...names, name]);
    const last = wanted.every((rest) => rest === '' || rest === '.');
    if (node?.kind === 'symlink' && (followLast || !last) && links++ < MAX_LINKS) {
      if (node.target.startsWith('/')) names.length = 0;
      wanted.unshift(...node.target.split('/'));
    } else names.push(name);
  }
  return names;
}

export function nodeAt(root: ImageDirectory, names: readonly string[]): ImageNode | undefined {
  let at: ImageNode | undefined = root;
  for (const name of names) at = at?.kind === 'directory' ? at.entries.get(name) : undefined;
  return at;
}

/** The tree with a node at a place; a directory is merged into one that is there. Missing directories are made, owned as is said. */
export function put(root: ImageDirectory, names: readonly string[], node: ImageNode, owner: Ownership): ImageDirectory {
  return change(root, names, (below) => (below?.kind === 'directory' && node.kind === 'directory' ? merge(below, node) : node), owner);
}

/** The tree with what `make` makes of what is at a place. Missing directories are made, owned as is said. */
export function change(
  root: ImageDirectory,
  names: readonly string[],
  make: (below: ImageNode | undefined) => ImageNode,
  owner: Ownership,
): ImageDirectory {
  const [name, ...rest] = names;
  if (name === undefined) {
    const made = make(root);
    return made.kind === 'directory' ? made : root;
  }
  const below = root.entries.get(name);
  let made: ImageNode;
  if (rest.length > 0) {
    const directory: ImageDirectory = below?.kind === 'directory' ? below : { ...emptyTree(owner.mtimeMs), uid: owner.uid, gid: owner.gid };
    made = change(directory, rest, make, owner);
  } else made = make(below);
  if (made === below) return root;
  return { ...root, mtimeMs: below === undefined ? owner.mtimeMs : root.mtimeMs, entries: new Map(root.entries).set(name, made) };
}

function merge(below: ImageDirectory, above: ImageDirectory): ImageDirectory {
  const entries = new Map(below.entries);
  for (const [name, node] of above.entries) {
    const other = entries.get(name);
    entries.set(name, other?.kind === 'directory' && node.kind === 'directory' ? merge(other, node) : node);
  }
  return { ...below, entries };
}

/** The same files, owned by somebody. */
export function ownedBy<N extends ImageNode>(node: N, uid: number, gid: number): N {
  if (node.kind !== 'directory') return { ...node, uid, gid };
  return { ...node, uid, gid, entries: new Map([...node.entries].map(([name, inner]) => [name, ownedBy(inner, uid, gid)])) };
}
