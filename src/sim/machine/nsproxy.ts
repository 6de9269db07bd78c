import { fail, isError, type KernelError } from '../base/result.ts';
import type { NetNamespace } from '../kernel/netns.ts';
import { idInside, type UserNamespace } from '../kernel/user-namespace.ts';
import type { NamespaceFile } from './file-system.ts';
import { copyNamespace, type Namespaces, type PidNamespace, type PlainNamespace } from './namespaces.ts';
import type { NamespaceKind } from './process.ts';
import type { Task } from './task.ts';

/** How many user namespaces may lie in one another. */
const MAX_USER_LEVEL = 32;

/**
 * unshare(2): new namespaces of these kinds for the process; a new pid namespace is for its children. EINVAL if it made one before.
 * A user namespace is made first, and gives its maker all capabilities in it; without one the others need CAP_SYS_ADMIN (EPERM).
 */
export function unshareNamespaces(task: Task, kinds: readonly NamespaceKind[]): KernelError | undefined {
  if (kinds.includes('pid') && task.pidNamespaceForChildren !== task.pidNamespace) return fail('EINVAL');
  if (kinds.includes('user')) {
    const user = makeUserNamespace(task);
    if (isError(user)) return user;
    setPlain(task, user);
  } else if (kinds.length > 0 && !task.capable('sys_admin', task.namespaces.user)) return fail('EPERM');
  for (const kind of new Set(kinds)) {
    if (kind === 'user') continue;
    if (kind === 'net') setNetns(task, { ...task.namespaces, net: task.machine.kernel.createNetns(undefined, task.namespaces.user) });
    else {
      const copy = copyNamespace(task, kind, task.machine.kernel.allocateInode());
      if (kind === 'mnt') task.machine.files.copyMounts(task.namespaces.mnt, copy);
      setPlain(task, copy);
    }
  }
  return undefined;
}

/** create_user_ns: EPERM for somebody whom the own namespace does not know, EUSERS too deep. */
function makeUserNamespace(task: Task): UserNamespace | KernelError {
  const { user } = task.namespaces;
  const { credentials } = task;
  if (user.level >= MAX_USER_LEVEL) return fail('EUSERS');
  const { uid, gid } = credentials;
  if (idInside(user, 'uidMap', uid) === undefined || idInside(user, 'gidMap', gid) === undefined) return fail('EPERM');
  return {
    kind: 'user',
    inode: task.machine.kernel.allocateInode(),
    owner: user,
    level: user.level + 1,
    uid,
    gid,
    uidMap: [],
    gidMap: [],
    setgroups: user.setgroups,
  };
}

/** Puts a process that has not run yet into a namespace, without the checks of setns(2): for whoever starts containers. */
export function joinNamespace(task: Task, namespace: NetNamespace | PlainNamespace): void {
  if ('hold' in namespace) setNetns(task, { ...task.namespaces, net: namespace });
  else setPlain(task, namespace);
}

/**
 * setns(2). A pid namespace is for the children, and must be below the own one (EINVAL). CAP_SYS_ADMIN is needed over the namespace
 * and, for all but a user namespace, in the own one; for a mount namespace CAP_SYS_CHROOT too (EPERM).
 */
export function enterNamespace(task: Task, file: NamespaceFile): KernelError | undefined {
  const { namespace, namespaceKind: kind } = file;
  const over = kind === 'user' ? (namespace as UserNamespace) : namespace.owner;
  // A user namespace can be entered only from above, and the own one not again.
  if (namespace === task.namespaces.user) return fail('EINVAL');
  if (over !== undefined && !task.capable('sys_admin', over)) return fail('EPERM');
  if (kind !== 'user' && !task.capable('sys_admin', task.namespaces.user)) return fail('EPERM');
  if (kind === 'mnt' && !task.capable('sys_chroot', task.namespaces.user)) return fail('EPERM');
  if ('hold' in namespace) {
    setNetns(task, { ...task.namespaces, net: namespace });
    return undefined;
  }
  if (namespace.kind === 'pid' && !isBelow(namespace as PidNamespace, task.pidNamespace)) return fail('EINVAL');
  setPlain(task, namespace);
  return undefined;
}

function setNetns(task: Task, namespaces: Namespaces): void {
  const letGo = namespaces.net.hold();
  task.letNetnsGo();
  task.letNetnsGo = letGo;
  task.namespaces = namespaces;
}

function setPlain(task: Task, namespace: PlainNamespace): void {
  if (namespace.kind === 'pid') {
    task.pidNamespaceForChildren = namespace as PidNamespace;
    return;
  }
  const old = task.namespaces;
  task.namespaces = { ...old, [namespace.kind]: namespace };
  if (namespace.kind === 'user') task.credentials.enter(namespace as UserNamespace);
  if (namespace.kind === 'mnt' && old.mnt !== namespace) {
    const letGo = task.machine.files.holdMounts(namespace);
    task.letMountsGo();
    task.letMountsGo = letGo;
  }
}

function isBelow(ns: PidNamespace, top: PidNamespace): boolean {
  for (let at: PidNamespace | undefined = ns; at !== undefined; at = at.parent) if (at === top) return true;
  return false;
}
