import { isError, type KernelError } from '../base/result.ts';
import type { FileStat } from './file-system.ts';
import { OpenBase } from './open-file.ts';
import type { Process } from './process.ts';

/** A socket as a process holds it: a descriptor, so that the socket is closed whenever and however the process ends. */
export class SocketFile extends OpenBase {
  readonly kind = 'socket';
  readonly description: string;
  readonly #inode: number;
  readonly #close: () => void;

  constructor(inode: number, close: () => void) {
    super();
    this.#inode = inode;
    this.#close = close;
    this.description = `socket:[${inode}]`;
  }

  stat(): FileStat {
    return { kind: 'socket', inode: this.#inode, dev: 8, mode: 0o777, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }

  protected override closed(): void {
    this.#close();
  }
}

/** Puts a socket among the process's descriptors; EMFILE closes it. */
export function installSocket(p: Process, socket: { readonly inode: number; close(): void }): number | KernelError {
  const file = new SocketFile(socket.inode, () => socket.close());
  const fd = p.install(file);
  if (isError(fd)) file.release();
  return fd;
}
