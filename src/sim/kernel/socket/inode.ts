import type { Kernel } from '../kernel.ts';

const FIRST = 20_000;
const last = new WeakMap<Kernel, number>();

/** The number of a new socket in `socket:[20001]`, one sequence for a machine (sockfs). */
export function nextSocketInode(kernel: Kernel): number {
  const inode = (last.get(kernel) ?? FIRST) + 1;
  last.set(kernel, inode);
  return inode;
}
