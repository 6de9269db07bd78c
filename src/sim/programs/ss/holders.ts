import type { Process } from '../../machine/process.ts';
import { visibleProcesses } from '../process/select.ts';

/** Who holds which socket, by inode: `("httpd",pid=12,fd=3),…`, the process with the greatest number first (user_ent_hash_build). */
export function socketHolders(p: Process): ReadonlyMap<number, string> {
  const holders = new Map<number, string>();
  for (const { pid, process } of visibleProcesses(p)) {
    for (const [fd, file] of process.descriptors) {
      const inode = /^socket:\[(\d+)\]$/.exec(file.description)?.[1];
      if (inode === undefined) continue;
      const others = holders.get(Number(inode));
      holders.set(Number(inode), `("${process.comm}",pid=${pid},fd=${fd})${others === undefined ? '' : `,${others}`}`);
    }
  }
  return holders;
}
