import { isError } from '../base/result.ts';
import type { Machine } from './machine.ts';

const NETNS_DIRECTORY = '/run/netns';

/** What a machine's own network namespace is called where a name is shown. */
export const HOST = 'host';

/** Names in /run/netns by the inode of the namespace that the file stands for. */
export function netnsNames(machine: Machine): Map<number, string> {
  const names = new Map<number, string>();
  const files = machine.files.readDirectory(machine.init, NETNS_DIRECTORY);
  for (const name of isError(files) ? [] : files) {
    const stat = machine.files.stat(machine.init, `${NETNS_DIRECTORY}/${name}`);
    if (!isError(stat) && machine.kernel.namespaces.has(stat.inode)) names.set(stat.inode, name);
  }
  return names;
}

/** What a namespace is called: its name in /run/netns, `host`, that of the container whose it is, or `net:[INODE]`. */
export function netnsLabel(machine: Machine, inode: number): string {
  if (inode === machine.kernel.initNetns.inode) return HOST;
  return netnsNames(machine).get(inode) ?? otherName(machine, inode) ?? `net:[${inode}]`;
}

function otherName(machine: Machine, inode: number): string | undefined {
  for (const namer of machine.netnsNamers) {
    const name = namer().get(inode);
    if (name !== undefined) return name;
  }
  return undefined;
}
