import type { Propagation } from '../file-system.ts';
import { Mount, type MountSpec, PeerGroup } from './mount.ts';
import type { Place } from './place.ts';

/** Numbers for mounts and peer groups, unique on one machine. */
export class MountNumbers {
  #lastMount = 20;
  #lastGroup = 0;

  mount(spec: MountSpec): Mount {
    return new Mount(++this.#lastMount, spec);
  }

  group(): PeerGroup {
    return new PeerGroup(++this.#lastGroup);
  }
}

/** What one mount namespace sees: a tree of mounts under a root (Linux's struct mnt_namespace). */
export class MountNamespace {
  readonly #numbers: MountNumbers;
  /** In the order of mounting, as /proc/mounts lists them. */
  readonly mounts = new Set<Mount>();
  readonly root: Mount;
  /** How many processes are in it. */
  users = 0;

  constructor(numbers: MountNumbers, root: MountSpec | Mount) {
    this.#numbers = numbers;
    this.root = root instanceof Mount ? root : numbers.mount(root);
    this.#add(this.root);
  }

  get rootPlace(): Place {
    return { mount: this.root, inode: this.root.spec.root, inner: this.root.spec.innerRoot, parent: undefined, name: '' };
  }

  /** Mounts on a place, and wherever its mount's peers and slaves propagate that to. */
  attach(at: Place, spec: MountSpec): Mount {
    const mount = this.#attachTo(at.mount, at.inner, spec);
    if (at.mount.peers !== undefined) {
      const group = this.#numbers.group();
      mount.join(group);
      this.#propagate(at.mount.peers, at.mount, at.inner, spec, group);
    }
    return mount;
  }

  /** Takes a mount away with all below it, here and where its parent's peers and slaves have copies of it. */
  detach(mount: Mount): void {
    const { parent, point } = mount;
    if (parent?.peers !== undefined) {
      for (const receiver of receivers(parent.peers, parent)) {
        const copy = receiver.childAt(point);
        if (copy !== undefined && copy.spec.root === mount.spec.root) copy.namespace?.remove(copy);
      }
    }
    this.remove(mount);
  }

  /** Takes a mount away in this namespace only, with all below it. */
  remove(mount: Mount): void {
    for (const child of mount.children) this.remove(child);
    mount.takeOff();
    this.mounts.delete(mount);
    mount.gone();
  }

  /** A namespace with the same mounts: shared ones become peers, slaves follow the same master (copy_tree). */
  copy(): MountNamespace {
    const copies = new Map<Mount, Mount>();
    const clone = (mount: Mount): Mount => {
      const made = this.#numbers.mount(mount.spec);
      made.ownReadOnly = mount.ownReadOnly;
      made.flags = mount.flags;
      if (mount.peers !== undefined) made.join(mount.peers);
      if (mount.master !== undefined) made.follow(mount.master);
      copies.set(mount, made);
      return made;
    };
    const root = clone(this.root);
    const namespace = new MountNamespace(this.#numbers, root);
    for (const mount of this.mounts) {
      const parent = mount.parent && copies.get(mount.parent);
      if (parent !== undefined) namespace.#hang(clone(mount), parent, mount.point);
    }
    return namespace;
  }

  setPropagation(mount: Mount, propagation: Propagation, recursive: boolean): void {
    if (propagation === 'shared') {
      if (mount.peers === undefined) mount.join(this.#numbers.group());
    } else {
      const group = mount.peers;
      mount.leavePeers();
      if (propagation === 'private') mount.leaveMaster();
      else if (group !== undefined && group.members.size > 0) {
        mount.leaveMaster();
        mount.follow(group);
      }
    }
    if (recursive) for (const child of mount.children) this.setPropagation(child, propagation, true);
  }

  /** Nobody is in it any more. */
  dissolve(): void {
    this.remove(this.root);
  }

  #attachTo(parent: Mount, point: string, spec: MountSpec): Mount {
    const mount = this.#numbers.mount(spec);
    this.#hang(mount, parent, point);
    return mount;
  }

  #hang(mount: Mount, parent: Mount, point: string): void {
    mount.hangOn(parent, point);
    this.#add(mount);
  }

  #add(mount: Mount): void {
    mount.attached(this);
    this.mounts.add(mount);
  }

  #propagate(group: PeerGroup, from: Mount, point: string, spec: MountSpec, source: PeerGroup): void {
    for (const peer of [...group.members]) {
      if (peer !== from) this.#receive(peer, point, spec)?.join(source);
    }
    for (const slave of [...group.slaves]) {
      const copy = this.#receive(slave, point, spec);
      if (copy === undefined) continue;
      copy.follow(source);
      if (slave.peers !== undefined) {
        const own = this.#numbers.group();
        copy.join(own);
        this.#propagate(slave.peers, slave, point, spec, own);
      }
    }
  }

  /** The copy that a propagated mount makes on `on`, unless that does not show the point. */
  #receive(on: Mount, point: string, spec: MountSpec): Mount | undefined {
    const { innerRoot } = on.spec;
    if (point !== innerRoot && !point.startsWith(`${innerRoot}/`)) return undefined;
    const top = on.topmostOn(point);
    const parent = top ?? on;
    const { namespace } = parent;
    return namespace === undefined ? undefined : namespace.#attachTo(parent, top?.spec.innerRoot ?? point, spec);
  }
}

/** Every mount that sees what happens on a mount of the group: its other members, slaves, and their peers in turn. */
function* receivers(group: PeerGroup, except: Mount): Generator<Mount> {
  for (const peer of [...group.members]) if (peer !== except) yield peer;
  for (const slave of [...group.slaves]) {
    yield slave;
    if (slave.peers !== undefined) yield* receivers(slave.peers, slave);
  }
}
