import { isError, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { Datagram, DatagramSocket, SockAddr } from '../../kernel/socket/socket.ts';
import type { FileStat } from '../../machine/file-system.ts';
import { OpenBase } from '../../machine/open-file.ts';
import type { Process, Sys } from '../../machine/process.ts';

/** poll(2) for sockets without descriptors: waits until one has something, or until the time; false when time ran out. */
export function* pollDatagrams(p: Process, sockets: readonly DatagramSocket[], untilNs: number | undefined, why: string): Sys<boolean> {
  if (sockets.some((socket) => socket.hasNews)) return true;
  return yield* p.wait(
    sockets.map((socket) => socket.readable),
    untilNs,
    why,
  );
}

/** A datagram socket as a descriptor: a read takes one datagram, a write sends one to the connected peer. */
export class DatagramFile extends OpenBase {
  readonly kind = 'socket';
  readonly description: string;
  override readonly readable: WaitQueue;
  override readonly writable = new WaitQueue();
  readonly socket: DatagramSocket;
  readonly #inode: number;
  /** What the socket had when somebody looked whether it has something. */
  #held: Datagram | KernelError | undefined;

  constructor(socket: DatagramSocket) {
    super();
    this.socket = socket;
    this.readable = socket.readable;
    this.#inode = socket.inode;
    this.description = `socket:[${socket.inode}]`;
  }

  override read(max: number): Uint8Array | KernelError {
    const datagram = this.take();
    return isError(datagram) ? datagram : datagram.data.subarray(0, max);
  }

  override write(data: Uint8Array): number | KernelError {
    return this.socket.send(data);
  }

  override canRead(): boolean {
    const datagram = this.#look();
    return !isError(datagram) || datagram.errno !== 'EAGAIN';
  }

  /** An error waits to be read (POLLERR). */
  get failed(): boolean {
    const datagram = this.#look();
    return isError(datagram) && datagram.errno !== 'EAGAIN';
  }

  /** Who sent the datagram that would be read next (MSG_PEEK). */
  get nextSender(): SockAddr | undefined {
    const datagram = this.#look();
    return isError(datagram) ? undefined : datagram.from;
  }

  stat(): FileStat {
    return { kind: 'socket', inode: this.#inode, dev: 8, mode: 0o777, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }

  protected override closed(): void {
    this.socket.close();
  }

  private take(): Datagram | KernelError {
    const datagram = this.#look();
    this.#held = undefined;
    return datagram;
  }

  #look(): Datagram | KernelError {
    if (this.#held === undefined || (isError(this.#held) && this.#held.errno === 'EAGAIN')) this.#held = this.socket.receive();
    return this.#held;
  }
}
