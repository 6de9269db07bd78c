import type { NetNamespace } from '../kernel/netns.ts';
import type { UserNamespace } from '../kernel/user-namespace.ts';
import type { Cgroup } from './cgroup.ts';
import type { NamespaceKind, Process } from './process.ts';

/** A namespace of a kind other than network: an identity, and for uts a host name. */
export interface PlainNamespace {
  readonly kind: Exclude<NamespaceKind, 'net'>;
  readonly inode: number;
  /** The user namespace in which somebody must be capable to change it; undefined for the first of those. */
  readonly owner: UserNamespace | undefined;
}

/** Its members see the hierarchies of cgroups from `root` on. */
export interface CgroupNamespace extends PlainNamespace {
  readonly kind: 'cgroup';
  readonly root: Cgroup;
}

export interface UtsNamespace extends PlainNamespace {
  readonly kind: 'uts';
  hostname: string;
  domainname: string;
}

/** A pid namespace: processes have a number in it and in each one above. Process 1 of it adopts its orphans; with it all others go. */
export interface PidNamespace extends PlainNamespace {
  readonly kind: 'pid';
  readonly parent: PidNamespace | undefined;
  /** How many namespaces are above. */
  readonly level: number;
  readonly processes: Map<number, Process>;
  /** The last number given; the next process gets the next free one. */
  lastPid: number;
  /** Its process 1, once there is one; `ended` when it has gone and nothing can be started here any more. */
  reaper: Process | undefined;
  ended: boolean;
}

/** The namespaces of one process; shared by reference until unshared (Linux's nsproxy). */
export interface Namespaces {
  readonly net: NetNamespace;
  readonly uts: UtsNamespace;
  readonly mnt: PlainNamespace;
  readonly pid: PidNamespace;
  readonly ipc: PlainNamespace;
  readonly user: UserNamespace;
  readonly cgroup: CgroupNamespace;
  readonly time: PlainNamespace;
}

/** Inode numbers of the namespaces a machine boots with (include/linux/proc_ns.h); mnt and net have none reserved. */
const FIRST_INODES = { ipc: 0xefffffff, uts: 0xeffffffe, pid: 0xeffffffc, cgroup: 0xeffffffb, time: 0xeffffffa } as const;

/** The namespaces a machine boots with. */
export function initialNamespaces(net: NetNamespace, hostname: string, mntInode: number, cgroups: Cgroup): Namespaces {
  const owner = net.owner;
  return {
    net,
    uts: { kind: 'uts', inode: FIRST_INODES.uts, owner, hostname, domainname: '(none)' },
    mnt: { kind: 'mnt', inode: mntInode, owner },
    pid: newPidNamespace(FIRST_INODES.pid, owner, undefined),
    ipc: { kind: 'ipc', inode: FIRST_INODES.ipc, owner },
    user: owner,
    cgroup: { kind: 'cgroup', inode: FIRST_INODES.cgroup, owner, root: cgroups },
    time: { kind: 'time', inode: FIRST_INODES.time, owner },
  };
}

function newPidNamespace(inode: number, owner: UserNamespace, parent: PidNamespace | undefined): PidNamespace {
  return {
    kind: 'pid',
    inode,
    owner,
    parent,
    level: parent === undefined ? 0 : parent.level + 1,
    processes: new Map(),
    lastPid: 0,
    reaper: undefined,
    ended: false,
  };
}

/** A copy of a namespace as unshare(2) makes it: a new identity with the old one's contents, owned by the maker's user namespace. */
export function copyNamespace(
  { namespaces, cgroup }: Process,
  kind: Exclude<NamespaceKind, 'net' | 'user'>,
  inode: number,
): PlainNamespace | CgroupNamespace {
  const owner = namespaces.user;
  switch (kind) {
    case 'uts':
      return { ...namespaces.uts, inode, owner } satisfies UtsNamespace;
    case 'cgroup':
      return { kind, inode, owner, root: cgroup } satisfies CgroupNamespace;
    case 'pid':
      return newPidNamespace(inode, owner, namespaces.pid);
    default:
      return { kind, inode, owner };
  }
}
