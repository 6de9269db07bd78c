import { fail, type KernelError } from '../base/result.ts';
import type { NamespaceFile } from './file-system.ts';
import { copyNamespace, type Namespaces, type PidNamespace, type PlainNamespace } from './namespaces.ts';
import type { NamespaceKind } from './process.ts';
import type { Task } from './task.ts';

/** unshare(2): new namespaces of these kinds for the process; a new pid namespace is for its children. EINVAL if it made one before. */
export function unshareNamespaces(task: Task, kinds: readonly NamespaceKind[]): KernelError | undefined {
  if (kinds.includes('pid') && task.pidNamespaceForChildren !== task.pidNamespace) return fail('EINVAL');
  for (const kind of new Set(kinds)) {
    if (kind === 'net') setNetns(task, { ...task.namespaces, net: task.machine.kernel.createNetns() });
    else {
      const copy = copyNamespace(task.namespaces, kind, task.machine.kernel.allocateInode());
      if (kind === 'mnt') task.machine.files.copyMounts(task.namespaces.mnt, copy);
      setPlain(task, copy);
    }
  }
  return undefined;
}

/** setns(2). A pid namespace is for the children, and must be below the own one (EINVAL). */
export function enterNamespace(task: Task, file: NamespaceFile): KernelError | undefined {
  const { namespace } = file;
  if ('hold' in namespace) {
    setNetns(task, { ...task.namespaces, net: namespace });
    return undefined;
  }
  if (namespace.kind === 'pid' && !isBelow(namespace as PidNamespace, task.pidNamespace)) return fail('EINVAL');
  // A user namespace can be entered only from above, and the own one not again.
  if (namespace.kind === 'user' && namespace === task.namespaces.user) return fail('EINVAL');
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
