import type { Inode } from './inode.ts';
import type { Mount } from './mount.ts';

/** A name in the tree: a file, the mount it was found on, and the way there (Linux's struct path). */
export interface Place {
  readonly mount: Mount;
  readonly inode: Inode;
  /** Path inside the mount's file system, without a slash at its end: '' is that file system's root. Mounts hang on it. */
  readonly inner: string;
  /** The directory it was found in; undefined for the root of the tree. */
  readonly parent: Place | undefined;
  readonly name: string;
}

/** Absolute path by which a place was reached. */
export function pathOf(place: Place): string {
  let path = '';
  for (let at: Place = place; at.parent !== undefined; at = at.parent) path = `/${at.name}${path}`;
  return path === '' ? (place.name === '' ? '/' : place.name) : path;
}
