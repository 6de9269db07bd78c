import { fail, isError, type KernelError } from '../../base/result.ts';
import type { CapabilitySet } from '../../kernel/capability.ts';
import type { FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import type { OpenFlags, Process } from '../process.ts';
import { Fifo } from './fifo.ts';
import { FileContents } from './file-contents.ts';
import type { ImageDirectory, ImageFile, ImageNode, ImageSymlink } from './image-tree.ts';
import { Inode, type NewNode } from './inode.ts';
import { OpenDirectory } from './open-directory.ts';
import { OpenRegular } from './open-regular.ts';
import type { Place } from './place.ts';
import type { SuperBlock } from './super-block.ts';

const S_ISGID = 0o2000;

/** A file that is really stored: on the machine's disk, a container's layer, a tmpfs. */
export abstract class TreeInode extends Inode {
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
  nlink = 1;
  #ino = 0;

  constructor(sb: SuperBlock, mode: number, mtimeMs: number, uid = 0, gid = 0) {
    super(sb);
    this.mode = mode;
    this.mtimeMs = mtimeMs;
    this.uid = uid;
    this.gid = gid;
  }

  /** Given out when first asked for, so that files nobody looks at need none. */
  get ino(): number {
    if (this.#ino === 0) this.#ino = this.sb.nextInode();
    return this.#ino;
  }

  abstract get size(): number;

  get blocks(): number {
    return 0;
  }

  /**
   * What it is now, as a part of an image: the very node of the image below where nothing has changed. Undefined for what an image does
   * not hold: fifos, sockets, devices.
   */
  snapshot(_below: ImageNode | undefined): ImageNode | undefined {
    return undefined;
  }

  override stat(_p?: Process): FileStat {
    const { kind, mode, uid, gid, nlink, size, mtimeMs, blocks } = this;
    const ino = (): number => this.ino;
    return {
      kind,
      // Whoever looks from outside the world asks for none, and leaves the numbers that come later as they will be.
      get inode() {
        return ino();
      },
      dev: this.sb.dev,
      mode,
      uid,
      gid,
      nlink,
      size,
      mtimeMs,
      blocks,
    };
  }

  override setMode(_p: Process, mode: number): undefined {
    this.mode = mode & 0o7777;
  }

  override setOwner(_p: Process, uid: number, gid: number): undefined {
    this.uid = uid;
    this.gid = gid;
  }

  override setTimes(mtimeMs: number): undefined {
    this.mtimeMs = mtimeMs;
  }

  /** A name for it has gone. */
  unlinked(): void {
    this.nlink--;
  }
}

/** A directory: the entries made here over those of an image below. What is only looked at stays in the image. */
export class TreeDirectory extends TreeInode {
  override readonly kind = 'directory';
  readonly #image: ImageDirectory | undefined;
  /** What was made or looked up here; null hides what the image has of that name. */
  #entries: Map<string, TreeInode | null> | undefined;
  /** Removed: it takes no new names. */
  #dead = false;

  constructor(sb: SuperBlock, mode: number, mtimeMs: number, image?: ImageDirectory) {
    super(sb, mode, mtimeMs, image?.uid, image?.gid);
    this.#image = image;
    this.nlink = 2;
    for (const node of image?.entries.values() ?? []) if (node.kind === 'directory') this.nlink++;
  }

  override get size(): number {
    if (this.sb.directorySize === 'block') return 4096;
    return this.sb.directorySize === 'entries' ? 40 + 20 * this.names().length : 0;
  }

  override get blocks(): number {
    return this.sb.directorySize === 'block' ? 8 : 0;
  }

  override lookup(_p: Process | undefined, name: string): TreeInode | KernelError {
    const entry = this.#entries?.get(name);
    if (entry !== undefined) return entry ?? fail('ENOENT');
    const below = this.#image?.entries.get(name);
    if (below === undefined) return fail('ENOENT');
    const inode = fromImage(this.sb, below);
    this.#enter(name, inode);
    return inode;
  }

  override names(_p?: Process): string[] {
    const names: string[] = [];
    for (const name of this.#image?.entries.keys() ?? []) if (this.#entries?.get(name) !== null) names.push(name);
    for (const [name, inode] of this.#entries ?? []) if (inode !== null && !this.#image?.entries.has(name)) names.push(name);
    // tmpfs reads its directories newest first (dcache_readdir).
    return this.sb.type === 'tmpfs' ? names.reverse() : names;
  }

  override snapshot(below: ImageNode | undefined = this.#image): ImageDirectory {
    const { mode, uid, gid, mtimeMs } = this;
    const image = this.#image;
    const entries = new Map<string, ImageNode>();
    let same = image !== undefined && image === below && isOwned(image, this);
    for (const [name, node] of image?.entries ?? []) {
      const entry = this.#entries?.get(name);
      const now = entry === undefined ? node : entry?.snapshot(node);
      if (now !== node) same = false;
      if (now !== undefined) entries.set(name, now);
    }
    for (const [name, entry] of this.#entries ?? []) {
      const now = image?.entries.has(name) ? undefined : entry?.snapshot(undefined);
      if (now === undefined) continue;
      same = false;
      entries.set(name, now);
    }
    return same && image !== undefined ? image : { kind: 'directory', mode, uid, gid, mtimeMs, entries };
  }

  override create(p: Process, name: string, node: NewNode): TreeInode | KernelError {
    const inode = this.add(name, node, p.wallClockMs);
    if (isError(inode)) return inode;
    inode.uid = p.credentials.uid;
    // A directory with the set-group-ID bit hands its group down.
    inode.gid = (this.mode & S_ISGID) !== 0 ? this.gid : p.credentials.gid;
    return inode;
  }

  /** The same for the machine itself, before there are processes. */
  add(name: string, node: NewNode, timeMs: number): TreeInode | KernelError {
    if (this.#dead) return fail('ENOENT');
    const inode = newInode(this.sb, node, timeMs);
    this.put(name, inode);
    this.mtimeMs = timeMs;
    return inode;
  }

  /** Enters an inode under a name, with its counting of subdirectories. */
  put(name: string, inode: TreeInode): void {
    this.#enter(name, inode);
    if (inode.kind === 'directory') this.nlink++;
  }

  /** Takes an entry out without any of what unlink(2) does: for the machine itself. */
  forget(name: string): void {
    this.#entries?.delete(name);
  }

  override link(p: Process, name: string, inode: Inode): undefined | KernelError {
    if (this.#dead || !(inode instanceof TreeInode) || inode.nlink === 0) return fail('ENOENT');
    inode.nlink++;
    this.put(name, inode);
    this.mtimeMs = p.wallClockMs;
    return undefined;
  }

  override remove(p: Process, name: string, inode: Inode): undefined | KernelError {
    if (!(inode instanceof TreeInode)) return fail('ENOENT');
    this.#drop(name, inode);
    if (inode instanceof TreeDirectory) {
      inode.#dead = true;
      inode.nlink = 0;
    } else {
      inode.unlinked();
    }
    this.mtimeMs = p.wallClockMs;
    return undefined;
  }

  override move(p: Process, name: string, inode: Inode, to: Inode, newName: string, replaced: Inode | undefined): undefined | KernelError {
    if (!(to instanceof TreeDirectory) || !(inode instanceof TreeInode)) return fail('EXDEV');
    if (to.#dead) return fail('ENOENT');
    if (replaced !== undefined) {
      const error = to.remove(p, newName, replaced);
      if (isError(error)) return error;
    }
    this.#drop(name, inode);
    to.put(newName, inode);
    this.mtimeMs = p.wallClockMs;
    to.mtimeMs = p.wallClockMs;
    return undefined;
  }

  override open(_p: Process, _flags: OpenFlags, place: Place): OpenFile {
    return new OpenDirectory(this, place);
  }

  #enter(name: string, inode: TreeInode | null): void {
    this.#entries ??= new Map();
    this.#entries.set(name, inode);
  }

  #drop(name: string, inode: TreeInode): void {
    if (this.#image?.entries.has(name)) this.#enter(name, null);
    else this.#entries?.delete(name);
    if (inode.kind === 'directory') this.nlink--;
  }
}

export class TreeFile extends TreeInode {
  override readonly kind = 'file';
  readonly contents: FileContents;
  /** File capabilities, permitted and effective (the attribute security.capability). */
  capabilities: CapabilitySet | undefined;
  #openFiles = 0;

  constructor(sb: SuperBlock, mode: number, mtimeMs: number, uid = 0, gid = 0, data?: Uint8Array) {
    super(sb, mode, mtimeMs, uid, gid);
    this.contents = new FileContents(sb, data);
  }

  override get size(): number {
    return this.contents.size;
  }

  override get blocks(): number {
    return this.contents.allocated / 512;
  }

  override snapshot(below: ImageNode | undefined): ImageFile {
    const data = this.contents.bytes;
    if (below?.kind === 'file' && below.data === data && isOwned(below, this)) return below;
    const { mode, uid, gid, mtimeMs } = this;
    return { kind: 'file', mode, uid, gid, mtimeMs, data };
  }

  override open(p: Process, flags: OpenFlags, place: Place): OpenFile | KernelError {
    if (flags.truncate === true && flags.write === true && this.size > 0) {
      const error = this.truncate(p, 0);
      if (isError(error)) return error;
    }
    return new OpenRegular(p, this, flags, place);
  }

  override truncate(p: Process, size: number): undefined | KernelError {
    const error = this.contents.truncate(size);
    if (!isError(error)) this.mtimeMs = p.wallClockMs;
    return error;
  }

  override unlinked(): void {
    super.unlinked();
    this.#freeIfUnused();
  }

  opened(): void {
    this.#openFiles++;
  }

  closed(): void {
    this.#openFiles--;
    this.#freeIfUnused();
  }

  /** The space of an unlinked file is free when its last descriptor is closed. */
  #freeIfUnused(): void {
    if (this.nlink === 0 && this.#openFiles === 0) this.contents.free();
  }
}

export class TreeSymlink extends TreeInode {
  override readonly kind = 'symlink';
  readonly target: string;

  constructor(sb: SuperBlock, target: string, mtimeMs: number, uid = 0, gid = 0) {
    super(sb, 0o777, mtimeMs, uid, gid);
    this.target = target;
  }

  override get size(): number {
    return this.target.length;
  }

  override snapshot(below: ImageNode | undefined): ImageSymlink {
    const { target, mtimeMs, uid, gid } = this;
    const isBelow = below?.kind === 'symlink' && below.target === target && (below.uid ?? 0) === uid && (below.gid ?? 0) === gid;
    return isBelow ? below : { kind: 'symlink', target, mtimeMs, uid, gid };
  }

  override readLink(): string {
    return this.target;
  }
}

/** A fifo's name in the tree; what flows through it is in {@link Fifo}. */
export class TreeFifo extends TreeInode {
  override readonly kind = 'fifo';
  readonly #fifo = new Fifo();

  override get size(): number {
    return 0;
  }

  override open(_p: Process, flags: OpenFlags, place: Place): OpenFile {
    return this.#fifo.open(flags, place, () => this.stat());
  }
}

/** A character device's name in the tree: what opening it does is its driver's (chrdev_open). ENXIO without one. */
class TreeDevice extends TreeInode {
  override readonly kind = 'chardev';
  readonly #device: readonly [number, number];

  constructor(sb: SuperBlock, device: readonly [number, number], mode: number, timeMs: number) {
    super(sb, mode, timeMs);
    this.#device = device;
  }

  override get size(): number {
    return 0;
  }

  override stat(): FileStat {
    return { ...super.stat(), rdev: this.#device };
  }

  override open(p: Process, flags: OpenFlags): OpenFile | KernelError {
    return p.machine.files.driver(...this.#device)?.open(p, flags) ?? fail('ENXIO');
  }

  override truncate(): undefined {
    return undefined;
  }
}

/** A unix socket's name in the tree: who listens behind it, the kernel's sockets know by this object. It cannot be opened. */
class TreeSocket extends TreeInode {
  override readonly kind = 'socket';

  override get size(): number {
    return 0;
  }
}

/** It has the mode, owner and time that the image says. */
function isOwned(node: ImageDirectory | ImageFile, inode: TreeInode): boolean {
  return node.mode === inode.mode && node.uid === inode.uid && node.gid === inode.gid && node.mtimeMs === inode.mtimeMs;
}

function newInode(sb: SuperBlock, node: NewNode, timeMs: number): TreeInode {
  switch (node.kind) {
    case 'file':
      return new TreeFile(sb, node.mode, timeMs);
    case 'directory':
      return new TreeDirectory(sb, node.mode, timeMs);
    case 'symlink':
      return new TreeSymlink(sb, node.target, timeMs);
    case 'fifo':
      return new TreeFifo(sb, node.mode, timeMs);
    case 'socket':
      return new TreeSocket(sb, node.mode, timeMs);
    case 'chardev':
      return new TreeDevice(sb, node.device, node.mode, timeMs);
  }
}

function fromImage(sb: SuperBlock, node: ImageNode): TreeInode {
  switch (node.kind) {
    case 'file':
      return new TreeFile(sb, node.mode, node.mtimeMs, node.uid, node.gid, node.data);
    case 'directory':
      return new TreeDirectory(sb, node.mode, node.mtimeMs, node);
    case 'symlink':
      return new TreeSymlink(sb, node.target, node.mtimeMs, node.uid, node.gid);
  }
}
