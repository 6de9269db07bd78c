import { fail, type KernelError } from '../../base/result.ts';
import { hasCapability } from '../../kernel/capability.ts';
import { idInside } from '../../kernel/user-namespace.ts';
import type { FileStat } from '../file-system.ts';
import type { Process } from '../process.ts';
import type { Inode } from './inode.ts';

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

const S_ISVTX = 0o1000;

/** A capability over a file, which needs its owner and group to mean something in the process's user namespace (capable_wrt_inode_uidgid). */
function capableOver(p: Process, { uid, gid }: FileStat, capability: 'chown' | 'dac_override' | 'dac_read_search' | 'fowner'): boolean {
  const { user } = p.namespaces;
  return (
    hasCapability(p.credentials.effective, capability) &&
    idInside(user, 'uidMap', uid) !== undefined &&
    idInside(user, 'gidMap', gid) !== undefined
  );
}

/** Whether a process may read, write, run or search a file by its mode (generic_permission): EACCES. */
export function permission(p: Process, inode: Inode, mask: number): undefined | KernelError {
  const { credentials } = p;
  if (credentials.ignoresPermissions || inode.kind === 'symlink') return undefined;
  const stat = inode.stat(p);
  const shift = credentials.uid === stat.uid ? 6 : credentials.inGroup(stat.gid) ? 3 : 0;
  if ((mask & ~(stat.mode >> shift)) === 0) return undefined;
  const searches = stat.kind === 'directory' && (mask & MAY_WRITE) === 0;
  if ((searches || mask === MAY_READ) && capableOver(p, stat, 'dac_read_search')) return undefined;
  const runnable = stat.kind === 'directory' || (mask & MAY_EXEC) === 0 || (stat.mode & 0o111) !== 0;
  return runnable && capableOver(p, stat, 'dac_override') ? undefined : fail('EACCES');
}

/** To make or take a name in a directory: write and search; in a sticky one only one's own names may be taken (may_delete): EPERM. */
export function mayChange(p: Process, directory: Inode, taken?: Inode): undefined | KernelError {
  if (p.credentials.ignoresPermissions) return undefined;
  const refused = permission(p, directory, MAY_WRITE | MAY_EXEC);
  if (refused !== undefined || taken === undefined) return refused;
  const folder = directory.stat(p);
  if ((folder.mode & S_ISVTX) === 0) return undefined;
  const file = taken.stat(p);
  const { uid } = p.credentials;
  return file.uid === uid || folder.uid === uid || capableOver(p, file, 'fowner') ? undefined : fail('EPERM');
}

/** What only a file's owner may do, its mode and times (inode_owner_or_capable): EPERM. */
export function ownsFile(p: Process, inode: Inode): undefined | KernelError {
  if (p.credentials.ignoresPermissions) return undefined;
  const stat = inode.stat(p);
  return stat.uid === p.credentials.uid || capableOver(p, stat, 'fowner') ? undefined : fail('EPERM');
}

/** chown(2): who owns a file may give it to another of the own groups, all else needs CAP_CHOWN (chown_ok, chgrp_ok): EPERM. */
export function mayChown(p: Process, inode: Inode, uid: number, gid: number): undefined | KernelError {
  if (p.credentials.ignoresPermissions) return undefined;
  const stat = inode.stat(p);
  if (capableOver(p, stat, 'chown')) return undefined;
  const own = stat.uid === p.credentials.uid && uid === stat.uid && (gid === stat.gid || p.credentials.inGroup(gid));
  return own ? undefined : fail('EPERM');
}
