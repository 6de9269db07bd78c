import { fail, type KernelError } from '../base/result.ts';
import { type IdRange, idInside, OVERFLOW_ID, type UserNamespace } from '../kernel/user-namespace.ts';
import type { Process } from './process.ts';

type Which = 'uidMap' | 'gidMap';

/** The most lines a map may have (UID_GID_MAP_MAX_EXTENTS). */
const MAX_RANGES = 340;

/** What a process calls an id: the overflow id where its user namespace has none for it (from_kuid_munged). */
export function shownId(viewer: Process, which: Which, id: number): number {
  return idInside(viewer.namespaces.user, which, id) ?? OVERFLOW_ID;
}

/** /proc/PID/uid_map and gid_map: ids of that process's user namespace, and what they are for the reader. */
export function idMapText(viewer: Process, of: Process, which: Which): string {
  const { user } = of.namespaces;
  const own = user === viewer.namespaces.user;
  const column = (n: number): string => String(n).padStart(10);
  return user[which]
    .map(({ inside, outside, count }) => {
      const above = own || user.owner === undefined ? outside : shownId(viewer, which, globalOf(user.owner, which, outside));
      return `${column(inside)} ${column(above)} ${column(count)}\n`;
    })
    .join('');
}

function globalOf(ns: UserNamespace, which: Which, id: number): number {
  if (ns.owner === undefined) return id;
  const range = ns[which].find(({ inside, count }) => id >= inside && id < inside + count);
  return range === undefined ? -1 : globalOf(ns.owner, which, range.outside + id - range.inside);
}

/**
 * Writing a map (map_write): once only. Without the capability over the namespace above, its maker may map one id, its own, and its
 * group only when `setgroups` has been denied. EPERM, EINVAL.
 */
export function writeIdMap(writer: Process, of: Process, which: Which, text: string): undefined | KernelError {
  const { user } = of.namespaces;
  const { owner } = user;
  const capability = which === 'uidMap' ? 'setuid' : 'setgid';
  if (owner === undefined || user[which].length > 0 || !writer.capable('sys_admin', user)) return fail('EPERM');
  const ranges: IdRange[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [inside = -1, outside = -1, count = 0, ...more] = line.trim().split(/\s+/).map(Number);
    if (![inside, outside, count].every(Number.isInteger) || inside < 0 || outside < 0 || count < 1 || more.length > 0)
      return fail('EINVAL');
    ranges.push({ inside, outside, count });
  }
  if (ranges.length === 0 || ranges.length > MAX_RANGES) return fail('EINVAL');
  const id = which === 'uidMap' ? writer.credentials.uid : writer.credentials.gid;
  const [only] = ranges;
  const ownOnly =
    ranges.length === 1 && only?.count === 1 && globalOf(owner, which, only.outside) === id && user.uid === writer.credentials.uid;
  const alone = ownOnly && (which === 'uidMap' || user.setgroups === 'deny');
  if (!alone && !writer.capable(capability, owner)) return fail('EPERM');
  user[which] = ranges;
  return undefined;
}

/** /proc/PID/setgroups: `deny` for ever, while no group is mapped yet (proc_setgroups_write). */
export function writeSetgroups(writer: Process, of: Process, text: string): undefined | KernelError {
  const { user } = of.namespaces;
  const word = text.trim();
  if (word !== 'allow' && word !== 'deny') return fail('EINVAL');
  if (!writer.capable('sys_admin', user)) return fail('EPERM');
  if (word === 'deny' ? user.gidMap.length > 0 && user.setgroups === 'allow' : user.setgroups === 'deny') return fail('EPERM');
  user.setgroups = word;
  return undefined;
}
