import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Propagation } from '../file-system.ts';
import type { PlainNamespace } from '../namespaces.ts';
import type { Process } from '../process.ts';
import type { MountSpec } from './mount.ts';
import type { MountNamespace, MountNumbers } from './mount-namespace.ts';
import { mountOptions } from './mount-options.ts';
import { type Place, pathOf } from './place.ts';
import type { SuperBlock } from './super-block.ts';
import { Walk } from './walk.ts';

/** One line of /proc/PID/mounts. */
export interface MountLine {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
  /** Path of what it shows in its file system, and that one's number. */
  readonly root: string;
  readonly dev: number;
  /** What statfs(2) says, in bytes; a file system without a size has none. */
  readonly capacity: number;
  readonly taken: number;
}

/** The mount namespaces of one machine and the calls of mount(2) on them. */
export class MountTables {
  readonly #initial: () => MountNamespace;
  readonly numbers: MountNumbers;
  readonly #tables = new Map<PlainNamespace, MountNamespace>();

  constructor(numbers: MountNumbers, initial: () => MountNamespace) {
    this.numbers = numbers;
    this.#initial = initial;
  }

  /** The table of a namespace. The first namespace that is asked for is the machine's own and gets its mounts. */
  of(namespace: PlainNamespace): MountNamespace {
    const table = this.#tables.get(namespace);
    if (table !== undefined) return table;
    if (this.#tables.size > 0) throw new Error(`mount namespace ${namespace.inode} has no mounts`);
    const first = this.#initial();
    this.#tables.set(namespace, first);
    return first;
  }

  copy(from: PlainNamespace, to: PlainNamespace): void {
    this.#tables.set(to, this.of(from).copy());
  }

  /** Gives a namespace mounts of its own making: a container's. */
  set(namespace: PlainNamespace, table: MountNamespace): void {
    this.#tables.set(namespace, table);
  }

  hold(namespace: PlainNamespace): () => void {
    const table = this.of(namespace);
    table.users++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--table.users > 0) return;
      this.#tables.delete(namespace);
      table.dissolve();
    };
  }

  /** Mounts `spec` on what `target` names. ENOTDIR where one is a directory and the other is not. */
  attach(p: Process, target: string, spec: MountSpec): undefined | KernelError {
    const table = this.of(p.namespaces.mnt);
    const place = new Walk(p, table.rootPlace).to(target);
    if (isError(place)) return place;
    if (!mayMount(p)) return fail('EPERM');
    if ((place.inode.kind === 'directory') !== (spec.root.kind === 'directory')) return fail('ENOTDIR');
    table.attach(place, spec);
    return undefined;
  }

  unmount(p: Process, target: string, detach: boolean): undefined | KernelError {
    const place = this.#mountPoint(p, target);
    if (isError(place)) return place;
    const { mount } = place;
    if (mount.parent === undefined) return fail(detach ? 'EINVAL' : 'EBUSY');
    if (!detach && (mount.children.length > 0 || mount.openFiles > 0 || isWorkingDirectory(p, pathOf(place)))) return fail('EBUSY');
    this.of(p.namespaces.mnt).detach(mount);
    return undefined;
  }

  setPropagation(p: Process, path: string, propagation: Propagation, recursive: boolean): undefined | KernelError {
    const place = this.#mountPoint(p, path);
    if (isError(place)) return place;
    this.of(p.namespaces.mnt).setPropagation(place.mount, propagation, recursive);
    return undefined;
  }

  remount(p: Process, target: string, options: string, bind: boolean): undefined | KernelError {
    const place = this.#mountPoint(p, target);
    if (isError(place)) return place;
    const { mount } = place;
    const { readOnly, flags, data } = mountOptions(options, { readOnly: mount.readOnly, flags: mount.flags });
    if (data.length > 0) return fail('EINVAL');
    mount.ownReadOnly = readOnly;
    mount.flags = flags;
    if (!bind) mount.spec.sb.readOnly = readOnly;
    return undefined;
  }

  lines(p: Process): MountLine[] {
    return [...this.of(p.namespaces.mnt).mounts].map((mount) => ({
      source: mount.spec.source,
      target: mount.target,
      type: mount.spec.sb.type,
      options: [mount.readOnly ? 'ro' : 'rw', mount.flags, mount.spec.sb.options].filter((option) => option !== '').join(','),
      root: mount.spec.innerRoot || '/',
      dev: mount.spec.sb.dev,
      capacity: mount.spec.sb.capacity,
      taken: mount.spec.sb.taken,
    }));
  }

  /** /proc/PID/mountinfo (proc(5)); the number of the root's parent is one that nobody sees. */
  infoLines(p: Process): string[] {
    return [...this.of(p.namespaces.mnt).mounts].map((mount) => {
      const { sb, innerRoot, source } = mount.spec;
      const device = `${sb.dev >> 8}:${sb.dev & 0xff}`;
      const own = [mount.ownReadOnly ? 'ro' : 'rw', mount.flags].filter((option) => option !== '').join(',');
      const rest = [sb.readOnly ? 'ro' : 'rw', sb.options].filter((option) => option !== '').join(',');
      const shared = mount.peers === undefined ? '' : ` shared:${mount.peers.id}`;
      const master = mount.master === undefined ? '' : ` master:${mount.master.id}`;
      const target = `${innerRoot || '/'} ${mount.target}`;
      return `${mount.id} ${mount.parent?.id ?? 1} ${device} ${target} ${own}${shared}${master} - ${sb.type} ${source} ${rest}\n`;
    });
  }

  /** A directory was renamed: mounts below it go along, in every namespace. */
  renamed(sb: SuperBlock, from: string, to: string): void {
    for (const table of this.#tables.values()) {
      for (const mount of table.mounts) {
        const parent = mount.parent;
        if (parent?.spec.sb !== sb || !mount.point.startsWith(`${from}/`)) continue;
        mount.takeOff();
        mount.hangOn(parent, to + mount.point.slice(from.length));
      }
    }
  }

  /** The root of a mount by its path, or EINVAL where the path names anything else. */
  #mountPoint(p: Process, path: string): Place | KernelError {
    const place = new Walk(p, this.of(p.namespaces.mnt).rootPlace).to(path);
    if (isError(place)) return place;
    if (!mayMount(p)) return fail('EPERM');
    return place.inner === place.mount.spec.innerRoot ? place : fail('EINVAL');
  }
}

/** may_mount: CAP_SYS_ADMIN over the mount namespace. */
function mayMount(p: Process): boolean {
  return p.capable('sys_admin', p.namespaces.mnt.owner);
}

function isWorkingDirectory(p: Process, path: string): boolean {
  for (const process of p.machine.processes.values()) {
    if (process.namespaces.mnt !== p.namespaces.mnt) continue;
    if (process.cwd === path || process.cwd.startsWith(`${path}/`)) return true;
  }
  return false;
}
