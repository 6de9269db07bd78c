import { concat } from '../../base/bytes.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import type {
  CharacterDevice,
  Executable,
  FileStat,
  FileSystem,
  FileTree,
  MountRequest,
  Propagation,
  VirtualFile,
} from '../file-system.ts';
import type { Machine } from '../machine.ts';
import type { PidNamespace, PlainNamespace } from '../namespaces.ts';
import type { OpenFile } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';
import type { Devpts } from './devpts.ts';
import type { ImageDirectory } from './image-tree.ts';
import { MachineTrees } from './machine-trees.ts';
import type { MountLine, MountTables } from './mount-tables.ts';
import * as naming from './naming.ts';
import { MAY_EXEC, MAY_READ, MAY_WRITE, mayChown, ownsFile, permission } from './permission.ts';
import { type Place, pathOf } from './place.ts';
import { executableOf, privilegesOf } from './program-file.ts';
import { StoredTree } from './stored-tree.ts';
import { Walk } from './walk.ts';

const READ_CHUNK = 1 << 20;

/** The files of one machine. Paths are walked from the root of the caller's mount namespace. */
export class MachineFiles implements FileSystem {
  readonly #trees: MachineTrees;
  readonly #mounts: MountTables;

  constructor(machine: Machine) {
    this.#trees = new MachineTrees(machine);
    this.#mounts = this.#trees.mounts;
  }

  open(p: Process, path: string, flags: OpenFlags, mode = 0o666): OpenFile | KernelError {
    const exclusive = flags.create === true && flags.exclusive === true;
    const found = this.#walk(p).to(path, flags.noFollow === true || exclusive);
    if (isError(found)) {
      if (found.errno !== 'ENOENT' || flags.create !== true) return found;
      const created = naming.createFile(p, this.#root(p), path, mode, !exclusive && flags.noFollow !== true);
      return isError(created) ? created : created.inode.open(p, flags, created);
    }
    if (exclusive) return fail('EEXIST');
    const { kind } = found.inode;
    if (kind === 'symlink') return fail(flags.directory === true ? 'ENOTDIR' : 'ELOOP');
    if (kind === 'directory' && (flags.write === true || flags.create === true)) return fail('EISDIR');
    if (kind !== 'directory' && flags.directory === true) return fail('ENOTDIR');
    if (kind === 'file' && flags.write === true && found.mount.readOnly) return fail('EROFS');
    if (kind === 'chardev' && found.mount.has('nodev')) return fail('EACCES');
    return permission(p, found.inode, accessMask(flags)) ?? found.inode.open(p, flags, found);
  }

  stat(p: Process, path: string, options?: { readonly noFollow?: boolean }): FileStat | KernelError {
    const place = this.#walk(p).to(path, options?.noFollow);
    return isError(place) ? place : place.inode.stat(p);
  }

  readDirectory(p: Process, path: string): string[] | KernelError {
    const place = this.#walk(p).to(path);
    return isError(place) ? place : (permission(p, place.inode, MAY_READ) ?? place.inode.names(p));
  }

  readLink(p: Process, path: string): string | KernelError {
    const place = this.#walk(p).to(path, true);
    return isError(place) ? place : place.inode.readLink(p);
  }

  makeDirectory(p: Process, path: string, mode = 0o777): undefined | KernelError {
    return naming.make(p, this.#root(p), path, { kind: 'directory', mode: mode & ~p.umask });
  }

  removeDirectory(p: Process, path: string): undefined | KernelError {
    return naming.removeDirectory(p, this.#root(p), path);
  }

  unlink(p: Process, path: string): undefined | KernelError {
    return naming.unlink(p, this.#root(p), path);
  }

  rename(p: Process, from: string, to: string): undefined | KernelError {
    return naming.rename(p, this.#root(p), from, to, this.#mounts);
  }

  symlink(p: Process, target: string, path: string): undefined | KernelError {
    if (target === '') return fail('ENOENT');
    return naming.make(p, this.#root(p), path, { kind: 'symlink', target });
  }

  link(p: Process, from: string, to: string): undefined | KernelError {
    return naming.link(p, this.#root(p), from, to);
  }

  makeFifo(p: Process, path: string, mode = 0o666): undefined | KernelError {
    return naming.make(p, this.#root(p), path, { kind: 'fifo', mode: mode & ~p.umask });
  }

  makeSocket(p: Process, path: string, mode = 0o777): object | KernelError {
    const refused = naming.make(p, this.#root(p), path, { kind: 'socket', mode: mode & ~p.umask });
    if (isError(refused)) return refused.errno === 'EEXIST' ? fail('EADDRINUSE') : refused;
    return this.socketAt(p, path);
  }

  socketAt(p: Process, path: string): object | KernelError {
    const place = this.#walk(p).to(path);
    if (isError(place)) return place;
    return place.inode.kind === 'socket' ? place.inode : fail('ECONNREFUSED');
  }

  chmod(p: Process, path: string, mode: number): undefined | KernelError {
    return this.#change(p, path, (place) => ownsFile(p, place.inode) ?? place.inode.setMode(p, mode));
  }

  chown(p: Process, path: string, uid: number, gid: number, options: { readonly noFollow?: boolean } = {}): undefined | KernelError {
    const change = (place: Place): undefined | KernelError => mayChown(p, place.inode, uid, gid) ?? place.inode.setOwner(p, uid, gid);
    return this.#change(p, path, change, options.noFollow);
  }

  setTimes(p: Process, path: string, mtimeMs: number): undefined | KernelError {
    return this.#change(p, path, (place) => ownsFile(p, place.inode) ?? place.inode.setTimes(mtimeMs));
  }

  truncate(p: Process, path: string, size: number): undefined | KernelError {
    if (size < 0) return fail('EINVAL');
    return this.#change(p, path, (place) => {
      if (place.inode.kind === 'directory') return fail('EISDIR');
      return permission(p, place.inode, MAY_WRITE) ?? place.inode.truncate(p, size);
    });
  }

  resolve(p: Process, path: string): string | KernelError {
    const place = this.#walk(p).to(path);
    return isError(place) ? place : pathOf(place);
  }

  bindMount(p: Process, source: string | OpenFile, target: string): undefined | KernelError {
    const place = typeof source === 'string' ? this.#walk(p).to(source) : placeOf(source);
    if (isError(place)) return place;
    const { mount } = place;
    return this.#mounts.attach(p, target, {
      sb: place.inode.sb,
      root: place.inode,
      innerRoot: place.inner,
      source: mount.spec.source,
      flags: mount.flags,
      readOnly: mount.ownReadOnly,
    });
  }

  mount(p: Process, request: MountRequest): undefined | KernelError {
    const spec = this.#trees.newMount(p, request);
    return isError(spec) ? spec : this.#mounts.attach(p, request.target, spec);
  }

  unmount(p: Process, target: string, options?: { readonly detach?: boolean }): undefined | KernelError {
    return this.#mounts.unmount(p, target, options?.detach === true);
  }

  setPropagation(p: Process, path: string, propagation: Propagation, recursive: boolean): undefined | KernelError {
    return this.#mounts.setPropagation(p, path, propagation, recursive);
  }

  remount(p: Process, target: string, options: string, bind = false): undefined | KernelError {
    return this.#mounts.remount(p, target, options, bind);
  }

  devptsAt(p: Process, path: string): Devpts | KernelError {
    const place = this.#walk(p).to(path);
    return isError(place) ? place : (place.inode.sb.devpts ?? fail('ENODEV'));
  }

  get devpts(): Devpts {
    return this.#trees.devpts;
  }

  driver(major: number, minor: number): CharacterDevice | undefined {
    return this.#trees.drivers.get(`${major}:${minor}`);
  }

  makeDevice(p: Process, path: string, device: readonly [number, number], mode = 0o666): undefined | KernelError {
    if (!p.capable('mknod')) return fail('EPERM');
    return naming.make(p, this.#root(p), path, { kind: 'chardev', device, mode: mode & ~p.umask });
  }

  processesAt(p: Process, path: string): PidNamespace | undefined {
    const place = this.#walk(p).to(path);
    return isError(place) ? undefined : place.inode.sb.processes?.();
  }

  mounts(p: Process): readonly MountLine[] {
    return this.#mounts.lines(p);
  }

  readFile(p: Process, path: string): Uint8Array | KernelError {
    const file = this.open(p, path, { read: true });
    if (isError(file)) return file;
    const parts: Uint8Array[] = [];
    for (;;) {
      const part = file.read(READ_CHUNK);
      if (isError(part)) {
        file.release();
        return part;
      }
      if (part.length === 0) break;
      parts.push(part);
    }
    file.release();
    return parts.length === 1 ? (parts[0] as Uint8Array) : concat(...parts);
  }

  writeFile(
    p: Process,
    path: string,
    data: Uint8Array,
    options: { readonly append?: boolean; readonly mode?: number } = {},
  ): undefined | KernelError {
    const append = options.append === true;
    const file = this.open(p, path, { write: true, create: true, truncate: !append, append }, options.mode);
    if (isError(file)) return file;
    const written = file.write(data);
    file.release();
    if (isError(written)) return written;
    return written < data.length ? fail('ENOSPC') : undefined;
  }

  executable(p: Process, path: string): Executable | KernelError {
    const place = this.#walk(p).to(path);
    if (isError(place)) return place;
    const { kind, mode } = place.inode.stat(p);
    if (kind !== 'file' || (mode & 0o111) === 0 || place.mount.has('noexec')) return fail('EACCES');
    const refused = permission(p, place.inode, MAY_EXEC);
    if (refused !== undefined) return refused;
    const file = place.inode.open(p, { read: true }, place);
    if (isError(file)) return file;
    const head = file.read(256);
    file.release();
    const found = isError(head) ? head : (executableOf(head) ?? fail('ENOEXEC'));
    return isError(found) || found.kind === 'script' || place.mount.has('nosuid')
      ? found
      : { ...found, privileges: privilegesOf(place.inode, p) };
  }

  installProgram(program: string, path = program): void {
    this.#trees.installProgram(program, path);
  }

  register(path: string, file: VirtualFile): () => void {
    return this.#trees.register(path, file);
  }

  createTree(type: string, image?: ImageDirectory, options?: () => string): StoredTree {
    return this.#trees.createTree(type, image, options);
  }

  mountTree(p: Process, tree: FileTree, target: string, source: string): undefined | KernelError {
    return this.#mounts.attach(p, target, stored(tree).mountSpec(source));
  }

  setRoot(namespace: PlainNamespace, tree: FileTree, source: string): void {
    this.#mounts.set(namespace, this.#trees.rootNamespace(stored(tree), source));
  }

  copyMounts(from: PlainNamespace, to: PlainNamespace): void {
    this.#mounts.copy(from, to);
  }

  holdMounts(namespace: PlainNamespace): () => void {
    return this.#mounts.hold(namespace);
  }

  #root(p: Process): Place {
    return this.#mounts.of(p.namespaces.mnt).rootPlace;
  }

  #walk(p: Process): Walk {
    return new Walk(p, this.#root(p));
  }

  #change(p: Process, path: string, change: (place: Place) => undefined | KernelError, noFollow = false): undefined | KernelError {
    const place = this.#walk(p).to(path, noFollow);
    if (isError(place)) return place;
    return place.mount.readOnly ? fail('EROFS') : change(place);
  }
}

function accessMask(flags: OpenFlags): number {
  const write = flags.write === true || flags.truncate === true ? MAY_WRITE : 0;
  return flags.read === true || write === 0 ? MAY_READ | write : write;
}

function stored(tree: FileTree): StoredTree {
  if (tree instanceof StoredTree) return tree;
  throw new Error('a tree that createTree did not make');
}

/** Where an open file is, for a bind mount of it: EINVAL for what has no place. */
function placeOf(file: OpenFile): Place | KernelError {
  return 'place' in file ? (file.place as Place) : fail('EINVAL');
}

/** The files of a new machine: a Debian's standard ones, nothing changed yet. */
export function createFileSystem(machine: Machine): FileSystem {
  return new MachineFiles(machine);
}
