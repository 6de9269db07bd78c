import type { NetNamespace } from '../../../kernel/netns.ts';
import { fixedDirectory, type VirtualDirectory } from '../virtual.ts';

/** /sys as it was mounted by a process in this network namespace. */
export function sysRoot(_ns: NetNamespace): VirtualDirectory {
  return fixedDirectory({});
}
