import type { Kernel } from '../kernel.ts';

const FIRST = 20_000;
const last = new WeakMap<Kernel, number>();

/** The number of a new socket in `socket:[20001]`, one sequence for a machine (sockfs). */
export function nextSocketInode(kernel: Kernel): number {
  const inode = (last.get(kernel) ?? FIRST) + 1;
  last.set(kernel, inode);
  return inode;
}

const cookies = new WeakMap<Kernel, Map<number, number>>();

/** The cookie of a socket: numbers are given out as sockets are first asked about (sock_gen_cookie). */
export function socketCookie(kernel: Kernel, inode: number): number {
  let given = cookies.get(kernel);
  if (given === undefined) {
    given = new Map();
    cookies.set(kernel, given);
  }
  let cookie = given.get(inode);
  if (cookie === undefined) {
    cookie = given.size + 1;
    given.set(inode, cookie);
  }
  return cookie;
}
