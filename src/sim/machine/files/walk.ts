import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Process } from '../process.ts';
import { MAY_EXEC, permission } from './permission.ts';
import type { Place } from './place.ts';

/** Links followed in one look-up before ELOOP (MAXSYMLINKS). */
const MAX_LINKS = 40;
const NAME_MAX = 255;
const PATH_MAX = 4096;

/** The directory a path's last name is in, for calls that make or remove that name. */
export interface ParentPlace {
  readonly directory: Place;
  /** May be '.' or '..', and is '' for the root itself. */
  readonly name: string;
  /** The path ends in a slash: only a directory will do. */
  readonly mustBeDirectory: boolean;
}

/** One path look-up (path_resolution(7)) of a process in the tree under `root`. */
export class Walk {
  readonly #p: Process;
  readonly #root: Place;
  #links = 0;
  #searching = true;

  constructor(p: Process, root: Place) {
    this.#p = p;
    this.#root = root;
  }

  /** The file a path names. A symbolic link at its end is followed unless `noFollow`, always when a slash comes after it. */
  to(path: string, noFollow = false): Place | KernelError {
    const from = this.#start(path);
    if (isError(from)) return from;
    return this.#steps(from, path, noFollow);
  }

  parent(path: string): ParentPlace | KernelError {
    const from = this.#start(path);
    if (isError(from)) return from;
    const bare = path.replace(/\/+$/, '');
    const slash = bare.lastIndexOf('/');
    const directory = this.#steps(from, bare.slice(0, slash + 1), false);
    if (isError(directory)) return directory;
    if (directory.inode.kind !== 'directory') return fail('ENOTDIR');
    const name = bare.slice(slash + 1);
    if (isLonger(name, NAME_MAX)) return fail('ENAMETOOLONG');
    return { directory, name, mustBeDirectory: bare.length < path.length };
  }

  /** The file of that name in a directory, a mount on it crossed, a link not followed. */
  child(directory: Place, name: string): Place | KernelError {
    const refused = this.#searching ? permission(this.#p, directory.inode, MAY_EXEC) : undefined;
    if (refused !== undefined) return refused;
    const inode = directory.inode.lookup(this.#p, name);
    if (isError(inode)) return inode;
    return crossMounts({ mount: directory.mount, inode, inner: `${directory.inner}/${name}`, parent: directory, name });
  }

  /** Where a symbolic link leads; '..' and relative targets start in the link's directory. */
  follow(link: Place): Place | KernelError {
    if (++this.#links > MAX_LINKS) return fail('ELOOP');
    const jump = link.inode.follow(this.#p);
    if (isError(jump)) return jump;
    if ('place' in jump) return jump.place;
    if (jump.path === '') return fail('ENOENT');
    return this.#steps(jump.path.startsWith('/') ? this.#root : (link.parent ?? this.#root), jump.path, false);
  }

  #start(path: string): Place | KernelError {
    if (path === '') return fail('ENOENT');
    if (isLonger(path, PATH_MAX - 1)) return fail('ENAMETOOLONG');
    if (path.startsWith('/') || this.#p.cwd === '/') return this.#root;
    // A process is in its directory, whoever may go there by now.
    this.#searching = false;
    const here = this.#steps(this.#root, this.#p.cwd, false);
    this.#searching = true;
    return here;
  }

  #steps(from: Place, path: string, noFollow: boolean): Place | KernelError {
    let at = from;
    const names = path.split('/');
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as string;
      const last = i === names.length - 1;
      if (name === '' || name === '.') {
        // An empty last name is a slash at the end; 'file/.' and 'file/' both need a directory.
        if ((name === '.' || (last && i > 0)) && at.inode.kind !== 'directory') return fail('ENOTDIR');
        continue;
      }
      if (at.inode.kind !== 'directory') return fail('ENOTDIR');
      if (name === '..') {
        at = at.parent ?? at;
        continue;
      }
      if (isLonger(name, NAME_MAX)) return fail('ENAMETOOLONG');
      let next = this.child(at, name);
      if (isError(next)) return next;
      if (next.inode.kind === 'symlink' && !(last && noFollow)) {
        next = this.follow(next);
        if (isError(next)) return next;
      }
      at = next;
    }
    return at;
  }
}

/** The root of what is mounted on a place, of the topmost such mount. */
export function crossMounts(place: Place): Place {
  const top = place.mount.topmostOn(place.inner, place.name);
  if (top === undefined) return place;
  const { root, innerRoot } = top.spec;
  return { mount: top, inode: root, inner: innerRoot, parent: place.parent, name: place.name };
}

/** Whether it has more than `max` bytes in UTF-8, which NAME_MAX and PATH_MAX count. */
function isLonger(s: string, max: number): boolean {
  if (3 * s.length <= max) return false;
  let n = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    n += c < 0x80 ? 1 : c < 0x800 ? 2 : (c & 0xf800) === 0xd800 ? 2 : 3;
  }
  return n > max;
}
