import type { Inode } from './inode.ts';
import type { MountNamespace } from './mount-namespace.ts';
import type { SuperBlock } from './super-block.ts';

/** Mounts that see each other's new mounts and unmounts (mount_namespaces(7)), with those that only receive them. */
export class PeerGroup {
  readonly id: number;
  readonly members = new Set<Mount>();
  readonly slaves = new Set<Mount>();

  constructor(id: number) {
    this.id = id;
  }
}

export interface MountSpec {
  readonly sb: SuperBlock;
  readonly root: Inode;
  /** Path of `root` in its file system: not '' for a bind mount of a part. */
  readonly innerRoot: string;
  /** First column of /proc/mounts. */
  readonly source: string;
  /** Flags besides ro and rw, e.g. `nosuid,relatime`. */
  readonly flags: string;
  readonly readOnly: boolean;
}

/** One mount (struct mount): a file system, or a part of one, shown at a point of another mount. */
export class Mount {
  readonly id: number;
  readonly spec: MountSpec;
  /** Of this mount, whatever its file system says. */
  ownReadOnly: boolean;
  flags: string;
  /** Where it is seen; undefined once it is detached, while open files may still use it. */
  namespace: MountNamespace | undefined = undefined;
  parent: Mount | undefined = undefined;
  /** Where it hangs, as a path in the parent's file system. */
  point = '';
  /** What hangs on this mount, by the last name of its point: most paths have no name that anything is mounted on. */
  #children: Map<string, Mount[]> | undefined = undefined;
  peers: PeerGroup | undefined = undefined;
  master: PeerGroup | undefined = undefined;
  /** Open files on it: while there are any it is busy. */
  openFiles = 0;
  #release: (() => void) | undefined = undefined;

  constructor(id: number, spec: MountSpec) {
    this.id = id;
    this.spec = spec;
    this.ownReadOnly = spec.readOnly;
    this.flags = spec.flags;
  }

  get readOnly(): boolean {
    return this.ownReadOnly || this.spec.sb.readOnly;
  }

  has(flag: 'nosuid' | 'nodev' | 'noexec'): boolean {
    return this.flags.includes(flag);
  }

  /** Absolute path of its mount point in its namespace. */
  get target(): string {
    if (this.parent === undefined) return '/';
    const above = this.parent.target;
    const rest = this.point.slice(this.parent.spec.innerRoot.length);
    return rest === '' ? above : above === '/' ? rest : above + rest;
  }

  get children(): readonly Mount[] {
    return this.#children === undefined ? [] : [...this.#children.values()].flat();
  }

  /** What hangs on a path of this file system; `name` is the path's last. */
  childAt(point: string, name = lastName(point)): Mount | undefined {
    return this.#children?.get(name)?.find((child) => child.point === point);
  }

  /** The last of the mounts that hang there one on the other. */
  topmostOn(point: string, name?: string): Mount | undefined {
    let top = this.childAt(point, name);
    for (let above = top; above !== undefined; above = above.childAt(above.spec.innerRoot)) top = above;
    return top;
  }

  /** Hangs on a path of another mount's file system from now on. */
  hangOn(parent: Mount, point: string): void {
    this.parent = parent;
    this.point = point;
    parent.#children ??= new Map();
    const name = lastName(point);
    parent.#children.set(name, [...(parent.#children.get(name) ?? []), this]);
  }

  /** Hangs nowhere for now. */
  takeOff(): void {
    const children = this.parent === undefined ? undefined : this.parent.#children;
    const name = lastName(this.point);
    const others = children?.get(name)?.filter((child) => child !== this) ?? [];
    if (others.length > 0) children?.set(name, others);
    else children?.delete(name);
  }

  join(group: PeerGroup): void {
    this.peers = group;
    group.members.add(this);
  }

  follow(group: PeerGroup): void {
    this.master = group;
    group.slaves.add(this);
  }

  leavePeers(): void {
    this.peers?.members.delete(this);
    this.peers = undefined;
  }

  leaveMaster(): void {
    this.master?.slaves.delete(this);
    this.master = undefined;
  }

  /** It is seen in a namespace from now on, and what it shows is kept alive by that. */
  attached(namespace: MountNamespace): void {
    this.namespace = namespace;
    this.#release = this.spec.root.holdForMount();
  }

  /** It is nowhere any more. */
  gone(): void {
    this.namespace = undefined;
    this.parent = undefined;
    this.leavePeers();
    this.leaveMaster();
    this.#release?.();
  }
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
