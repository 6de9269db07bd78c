import { fail, isError, type KernelError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import type { FileStat, VirtualFile } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import { OpenBase } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';
import { Inode, type Jump, type NewNode } from './inode.ts';
import { OpenDirectory } from './open-directory.ts';
import { accessOf, seekTo } from './open-modes.ts';
import { type Place, pathOf } from './place.ts';
import type { SuperBlock } from './super-block.ts';

/** A file of /proc or /sys as its maker describes it; {@link virtualInode} makes it a file. */
export type VirtualNode = VirtualFileNode | VirtualDirectory | VirtualLink;

export interface VirtualFileNode {
  readonly kind: 'file';
  readonly file: VirtualFile;
  /** What stat says: 4096 in /sys, 0 in /proc. */
  readonly size?: number;
  /** How a file without a write handler refuses: when it is opened (EACCES) or when it is written (EIO, plain /proc files). */
  readonly refusesWrite?: 'EACCES' | 'EIO';
}

export interface VirtualDirectory {
  readonly kind: 'directory';
  readonly mode?: number;
  readonly nlink?: number;
  /** Whose it is with all that is in it; root's where this is absent. */
  readonly owner?: () => Owner;
  names(p: Process): string[];
  lookup(p: Process, name: string): VirtualNode | undefined;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

export interface VirtualLink {
  readonly kind: 'symlink';
  readonly mode?: number;
  /** Of stat; 0 for most. */
  readonly size?: number;
  /** What readlink answers. */
  target(p: Process): string | KernelError;
  /** For magic links: where opening leads, whatever the text says. */
  follow?(p: Process): Jump | KernelError;
}

/** A computed file from its text alone. */
export function textFile(read: (p: Process) => string | KernelError): VirtualFileNode {
  return { kind: 'file', file: { read }, refusesWrite: 'EIO' };
}

/** A directory with fixed entries. */
export function fixedDirectory(entries: Readonly<Record<string, VirtualNode>>, mode = 0o555): VirtualDirectory {
  return {
    kind: 'directory',
    mode,
    names: () => Object.keys(entries),
    lookup: (_p, name) => (Object.hasOwn(entries, name) ? entries[name] : undefined),
  };
}

export function virtualInode(sb: SuperBlock, node: VirtualNode, ino: number, owner = () => ROOT): Inode {
  switch (node.kind) {
    case 'file':
      return new VirtualFileInode(sb, node, ino, owner);
    case 'directory':
      return new VirtualDirectoryInode(sb, node, ino, node.owner ?? owner);
    case 'symlink':
      return new VirtualLinkInode(sb, node, ino, owner);
  }
}

/** A stable inode number for a name in a directory: the same path has the same number at every look. */
function childNumber(parent: number, name: string): number {
  let h = parent ^ 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return (h >>> 0) + 2;
}

class VirtualDirectoryInode extends Inode {
  override readonly kind = 'directory';
  readonly #node: VirtualDirectory;
  readonly #ino: number;
  readonly #owner: () => Owner;

  constructor(sb: SuperBlock, node: VirtualDirectory, ino: number, owner: () => Owner) {
    super(sb);
    this.#node = node;
    this.#ino = ino;
    this.#owner = owner;
  }

  override stat(p: Process): FileStat {
    const { mode = 0o555, nlink = 2 } = this.#node;
    return { kind: 'directory', inode: this.#ino, dev: this.sb.dev, mode, ...this.#owner(), nlink, size: 0, mtimeMs: p.wallClockMs };
  }

  override lookup(p: Process, name: string): Inode | KernelError {
    const node = this.#node.lookup(p, name);
    return node === undefined ? fail('ENOENT') : virtualInode(this.sb, node, childNumber(this.#ino, name), this.#owner);
  }

  override names(p: Process): string[] {
    return this.#node.names(p);
  }

  /** In /proc a name that is not there cannot even be looked up for creation (proc_lookup gives ENOENT). */
  override create(p: Process, name: string, node: NewNode): Inode | KernelError {
    return this.sb.type === 'proc' ? fail('ENOENT') : super.create(p, name, node);
  }

  override open(p: Process, _flags: OpenFlags, place: Place): OpenFile {
    const stat = this.stat(p);
    return new OpenDirectory({ stat: () => stat }, place);
  }
}

class VirtualFileInode extends Inode {
  override readonly kind = 'file';
  readonly #node: VirtualFileNode;
  readonly #ino: number;
  readonly #owner: () => Owner;

  constructor(sb: SuperBlock, node: VirtualFileNode, ino: number, owner: () => Owner) {
    super(sb);
    this.#node = node;
    this.#ino = ino;
    this.#owner = owner;
  }

  override stat(p: Process): FileStat {
    const { file, size = 0 } = this.#node;
    const mode = file.mode ?? (file.write === undefined ? 0o444 : 0o644);
    return { kind: 'file', inode: this.#ino, dev: this.sb.dev, mode, ...this.#owner(), nlink: 1, size, mtimeMs: p.wallClockMs };
  }

  override truncate(): undefined {
    return undefined;
  }

  override setTimes(): undefined {
    return undefined;
  }

  override open(p: Process, flags: OpenFlags, place: Place): OpenFile | KernelError {
    const { file, refusesWrite = 'EACCES' } = this.#node;
    if (flags.read === true && file.read === undefined) return fail('EACCES');
    if (flags.write === true && file.write === undefined && refusesWrite === 'EACCES') return fail('EACCES');
    return new OpenVirtual(p, file, flags, place, this.stat(p));
  }
}

/** An open computed file: its text is made at the first read and again after a seek to the start. */
class OpenVirtual extends OpenBase {
  override readonly kind = 'file';
  readonly place: Place;
  /** As /proc/PID/fd shows it. */
  readonly access: 'r' | 'w' | 'rw';
  readonly #p: Process;
  readonly #file: VirtualFile;
  readonly #flags: OpenFlags;
  readonly #stat: FileStat;
  #data: Uint8Array | undefined;
  #offset = 0;

  constructor(p: Process, file: VirtualFile, flags: OpenFlags, place: Place, stat: FileStat) {
    super();
    this.#p = p;
    this.#file = file;
    this.#flags = flags;
    this.access = accessOf(flags);
    this.place = place;
    this.#stat = stat;
  }

  override get description(): string {
    return pathOf(this.place);
  }

  override read(max: number): Uint8Array | KernelError {
    if (this.#flags.read !== true || this.#file.read === undefined) return fail('EBADF');
    if (this.#data === undefined) {
      const made = this.#file.read(this.#p);
      if (isError(made)) return made;
      this.#data = typeof made === 'string' ? utf8(made) : made;
    }
    const part = this.#data.slice(this.#offset, this.#offset + max);
    this.#offset += part.length;
    return part;
  }

  override write(data: Uint8Array): number | KernelError {
    if (this.#flags.write !== true) return fail('EBADF');
    if (this.#file.write === undefined) return fail('EIO');
    const error = this.#file.write(this.#p, text(data));
    return isError(error) ? error : data.length;
  }

  seek(offset: number, whence: 'set' | 'current' | 'end'): number | KernelError {
    const next = seekTo(offset, whence, this.#offset, this.#stat.size);
    if (isError(next)) return next;
    this.#offset = next;
    if (next === 0) this.#data = undefined;
    return next;
  }

  override stat(): FileStat {
    return this.#stat;
  }
}

class VirtualLinkInode extends Inode {
  override readonly kind = 'symlink';
  readonly #node: VirtualLink;
  readonly #ino: number;
  readonly #owner: () => Owner;

  constructor(sb: SuperBlock, node: VirtualLink, ino: number, owner: () => Owner) {
    super(sb);
    this.#node = node;
    this.#ino = ino;
    this.#owner = owner;
  }

  override stat(p: Process): FileStat {
    const { mode = 0o777, size = 0 } = this.#node;
    return { kind: 'symlink', inode: this.#ino, dev: this.sb.dev, mode, ...this.#owner(), nlink: 1, size, mtimeMs: p.wallClockMs };
  }

  override readLink(p: Process): string | KernelError {
    return this.#node.target(p);
  }

  override follow(p: Process): Jump | KernelError {
    return this.#node.follow?.(p) ?? super.follow(p);
  }
}
