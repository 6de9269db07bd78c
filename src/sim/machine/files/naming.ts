import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Process } from '../process.ts';
import type { NewNode } from './inode.ts';
import type { MountTables } from './mount-tables.ts';
import { mayChange } from './permission.ts';
import { type Place, pathOf } from './place.ts';
import { type ParentPlace, Walk } from './walk.ts';

// The calls that make, move and remove names (fs/namei.c), with their checks in the kernel's order.

/** Follows dangling links this often before ELOOP. */
const MAX_LINKS = 40;

/** open(2) with O_CREAT of a name that is not there. A dangling link at the end is followed and its target made, unless `follow` is false. */
export function createFile(p: Process, root: Place, path: string, mode: number, follow: boolean): Place | KernelError {
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const parent = new Walk(p, root).parent(at);
    if (isError(parent)) return parent;
    const { directory, name } = parent;
    if (parent.mustBeDirectory) return fail('EISDIR');
    const existing = directory.inode.lookup(p, name);
    if (isError(existing)) {
      if (existing.errno !== 'ENOENT') return existing;
      if (directory.mount.readOnly) return fail('EROFS');
      const refused = mayChange(p, directory.inode);
      if (refused !== undefined) return refused;
      const inode = directory.inode.create(p, name, { kind: 'file', mode: mode & ~p.umask });
      if (isError(inode)) return inode;
      return { mount: directory.mount, inode, inner: `${directory.inner}/${name}`, parent: directory, name };
    }
    const target = follow ? existing.readLink(p) : fail('EEXIST');
    if (isError(target)) return fail('ENOENT');
    at = target.startsWith('/') ? target : `${pathOf(directory)}/${target}`;
  }
  return fail('ELOOP');
}

/** mkdir(2), symlink(2), mkfifo(3). */
export function make(p: Process, root: Place, path: string, node: NewNode): undefined | KernelError {
  const parent = new Walk(p, root).parent(path);
  if (isError(parent)) return parent;
  const { directory, name } = parent;
  if (isSpecial(name)) return fail('EEXIST');
  if (!isError(directory.inode.lookup(p, name))) return fail('EEXIST');
  if (parent.mustBeDirectory && node.kind !== 'directory') return fail('ENOENT');
  const refused = directory.mount.readOnly ? fail('EROFS') : mayChange(p, directory.inode);
  if (refused !== undefined) return refused;
  const made = directory.inode.create(p, name, node);
  return isError(made) ? made : undefined;
}

export function removeDirectory(p: Process, root: Place, path: string): undefined | KernelError {
  const parent = new Walk(p, root).parent(path);
  if (isError(parent)) return parent;
  const { directory, name } = parent;
  if (name === '') return fail('EBUSY');
  if (name === '.') return fail('EINVAL');
  if (name === '..') return fail('ENOTEMPTY');
  if (directory.mount.readOnly) return fail('EROFS');
  const inode = directory.inode.lookup(p, name);
  if (isError(inode)) return inode;
  const refused = mayChange(p, directory.inode, inode);
  if (refused !== undefined) return refused;
  if (inode.kind !== 'directory') return fail('ENOTDIR');
  if (isMountPoint(parent)) return fail('EBUSY');
  const names = inode.names(p);
  if (isError(names)) return names;
  if (names.length > 0 && directory.inode.sb.directorySize !== 'none') return fail('ENOTEMPTY');
  return directory.inode.remove(p, name, inode);
}

export function unlink(p: Process, root: Place, path: string): undefined | KernelError {
  const parent = new Walk(p, root).parent(path);
  if (isError(parent)) return parent;
  const { directory, name } = parent;
  if (isSpecial(name)) return fail('EISDIR');
  if (directory.mount.readOnly) return fail('EROFS');
  const inode = directory.inode.lookup(p, name);
  if (isError(inode)) return inode;
  if (parent.mustBeDirectory && inode.kind !== 'directory') return fail('ENOTDIR');
  const refused = mayChange(p, directory.inode, inode);
  if (refused !== undefined) return refused;
  if (inode.kind === 'directory') return fail('EISDIR');
  if (isMountPoint(parent)) return fail('EBUSY');
  return directory.inode.remove(p, name, inode);
}

export function link(p: Process, root: Place, from: string, to: string): undefined | KernelError {
  const walk = new Walk(p, root);
  const source = walk.to(from, true);
  if (isError(source)) return source;
  const parent = new Walk(p, root).parent(to);
  if (isError(parent)) return parent;
  const { directory, name } = parent;
  if (isSpecial(name) || !isError(directory.inode.lookup(p, name))) return fail('EEXIST');
  if (parent.mustBeDirectory) return fail('ENOENT');
  if (directory.mount !== source.mount) return fail('EXDEV');
  if (directory.mount.readOnly) return fail('EROFS');
  const refused = mayChange(p, directory.inode);
  if (refused !== undefined) return refused;
  if (source.inode.kind === 'directory') return fail('EPERM');
  return directory.inode.link(p, name, source.inode);
}

export function rename(p: Process, root: Place, from: string, to: string, mounts: MountTables): undefined | KernelError {
  const source = new Walk(p, root).parent(from);
  if (isError(source)) return source;
  const target = new Walk(p, root).parent(to);
  if (isError(target)) return target;
  const { mount } = source.directory;
  if (target.directory.mount !== mount) return fail('EXDEV');
  if (isSpecial(source.name) || isSpecial(target.name)) return fail('EBUSY');
  if (mount.readOnly) return fail('EROFS');
  const inode = source.directory.inode.lookup(p, source.name);
  if (isError(inode)) return inode;
  const found = target.directory.inode.lookup(p, target.name);
  if (isError(found) && found.errno !== 'ENOENT') return found;
  const replaced = isError(found) ? undefined : found;
  const isDirectory = inode.kind === 'directory';
  if (!isDirectory && (source.mustBeDirectory || target.mustBeDirectory)) return fail('ENOTDIR');
  const inner = innerPath(source);
  const newInner = innerPath(target);
  if (newInner.startsWith(`${inner}/`)) return fail('EINVAL');
  if (inner.startsWith(`${newInner}/`)) return fail('ENOTEMPTY');
  if (replaced === inode) return undefined;
  const refused = mayChange(p, source.directory.inode, inode) ?? mayChange(p, target.directory.inode, replaced);
  if (refused !== undefined) return refused;
  if (replaced !== undefined) {
    if (isDirectory && replaced.kind !== 'directory') return fail('ENOTDIR');
    if (!isDirectory && replaced.kind === 'directory') return fail('EISDIR');
  }
  if (isMountPoint(source) || isMountPoint(target)) return fail('EBUSY');
  if (replaced?.kind === 'directory') {
    const names = replaced.names(p);
    if (isError(names) || names.length > 0) return fail('ENOTEMPTY');
  }
  const error = source.directory.inode.move(p, source.name, inode, target.directory.inode, target.name, replaced);
  if (isError(error)) return error;
  if (isDirectory) mounts.renamed(inode.sb, inner, newInner);
  return undefined;
}

/** The root, '.' and '..' cannot be made or removed. */
function isSpecial(name: string): boolean {
  return name === '' || name === '.' || name === '..';
}

function innerPath(at: ParentPlace): string {
  return `${at.directory.inner}/${at.name}`;
}

function isMountPoint(at: ParentPlace): boolean {
  return at.directory.mount.childAt(innerPath(at), at.name) !== undefined;
}
