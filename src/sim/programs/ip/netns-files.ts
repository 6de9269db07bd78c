import { isError } from '../../base/result.ts';
import type { NamespaceFile } from '../../machine/file-system.ts';
import type { OpenFile } from '../../machine/open-file.ts';
import type { Process } from '../../machine/process.ts';
import type { Ip } from './context.ts';

/** Where named network namespaces are mounted. */
export const NETNS_RUN_DIR = '/run/netns';
/** Where files live that a named namespace sees in place of those in /etc. */
export const NETNS_ETC_DIR = '/etc/netns';

/** The names there are, in the order of readdir. */
export function netnsNames(p: Process): readonly string[] {
  const names = p.machine.files.readDirectory(p, NETNS_RUN_DIR);
  return isError(names) ? [] : names;
}

/** Inode of the network namespace that a file stands for; undefined if there is no such file or it is another kind of file. */
export function netnsInode(p: Process, path: string): number | undefined {
  const file = p.machine.files.open(p, path, { read: true });
  if (isError(file)) return undefined;
  const inode = isNetnsFile(file) ? file.namespace.inode : undefined;
  file.release();
  return inode;
}

export function netnsPath(name: string): string {
  return `${NETNS_RUN_DIR}/${name}`;
}

/** The name under which this namespace's id `id` is mounted, if it is. */
export function nameOfNetnsId(ip: Ip, id: number): string | undefined {
  for (const name of netnsNames(ip.p)) {
    const inode = netnsInode(ip.p, netnsPath(name));
    if (inode !== undefined && ip.rtnl.netnsId(inode) === id) return name;
  }
  return undefined;
}

function isNetnsFile(file: OpenFile): file is NamespaceFile {
  return file.kind === 'namespace' && (file as NamespaceFile).namespaceKind === 'net';
}
