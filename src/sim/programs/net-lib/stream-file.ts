import { fail, isError, type KernelError } from '../../base/result.ts';
import type { WaitQueue } from '../../base/wait-queue.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamCalls, StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { FileStat } from '../../machine/file-system.ts';
import { OpenBase } from '../../machine/open-file.ts';
import type { Process, Sys } from '../../machine/process.ts';

/** What both kinds of stream socket, TCP's and the unix domain's, have for their descriptor. */
export type AnyStream = StreamCalls & { readonly inode: number };

/**
 * A stream socket as a descriptor: read(2) and write(2) receive and send, a child inherits it, and the connection ends with the
 * last descriptor.
 */
export class StreamFile extends OpenBase {
  readonly kind = 'socket';
  readonly description: string;
  override readonly readable: WaitQueue;
  override readonly writable: WaitQueue;
  readonly socket: AnyStream;
  readonly #inode: number;

  constructor(socket: AnyStream) {
    super();
    this.socket = socket;
    this.readable = socket.readable;
    this.writable = socket.writable;
    this.#inode = socket.inode;
    this.description = `socket:[${this.#inode}]`;
  }

  override read(max: number): Uint8Array | KernelError {
    return this.socket.receive(max);
  }

  override write(data: Uint8Array): number | KernelError {
    return this.socket.send(data);
  }

  override canRead(): boolean {
    return this.socket.poll().readable;
  }

  override canWrite(): boolean {
    return this.socket.poll().writable;
  }

  stat(): FileStat {
    return { kind: 'socket', inode: this.#inode, dev: 8, mode: 0o777, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0 };
  }

  seek(): KernelError {
    return fail('ESPIPE');
  }

  protected override closed(): void {
    this.socket.close();
  }
}

/** Puts a stream socket among the process's descriptors; EMFILE closes it. */
export function installStream(p: Process, socket: AnyStream): number | KernelError {
  return p.install(new StreamFile(socket));
}

/**
 * Waits for a handshake that `connect` has begun: why it failed, ETIMEDOUT's twin `'time'` when `untilNs` came first, or undefined. Who
 * waits in poll(2) instead of connect(2) hears of an error that came back at once.
 */
export function* connectStream(
  p: Process,
  socket: StreamSocket,
  to: SockAddr,
  untilNs?: number,
  waitsIn: 'connect' | 'poll' = 'connect',
): Sys<undefined | 'time' | KernelError> {
  let answer = socket.connect(to);
  if (answer?.errno !== 'EINPROGRESS') return answer;
  for (let state = socket.poll(); !state.writable; state = socket.poll()) {
    const noted = waitsIn === 'poll' && state.error ? socket.takeError() : undefined;
    if (noted !== undefined) return noted;
    if (untilNs !== undefined && p.nowNs >= untilNs) return 'time';
    yield* p.wait([socket.writable], untilNs, 'connect');
  }
  answer = socket.connect(to);
  return answer?.errno === 'EISCONN' ? undefined : answer;
}

/** accept(2): waits for a connection. */
export function* acceptStream(p: Process, listener: StreamSocket): Sys<StreamSocket | KernelError> {
  for (;;) {
    const accepted = listener.accept();
    if (!isError(accepted) || accepted.errno !== 'EAGAIN') return accepted;
    yield* p.wait([listener.readable], undefined, 'accept');
  }
}

/** What poll(2) is asked of one descriptor. */
export interface PollEntry {
  readonly fd: number;
  readonly read?: boolean;
  readonly write?: boolean;
}

/** Waits until one of the descriptors is ready, or until the time; the entries that are, none when time ran out. EBADF counts as ready. */
export function* poll(p: Process, entries: readonly PollEntry[], untilNs?: number): Sys<PollEntry[]> {
  for (;;) {
    const ready: PollEntry[] = [];
    const queues: WaitQueue[] = [];
    for (const { fd, read, write } of entries) {
      const file = p.file(fd);
      const entry = { fd, read: read === true && (file?.canRead() ?? true), write: write === true && (file?.canWrite() ?? true) };
      if (entry.read || entry.write) ready.push(entry);
      if (read && file) queues.push(file.readable);
      if (write && file) queues.push(file.writable);
    }
    if (ready.length > 0) return ready;
    if (untilNs !== undefined && p.nowNs >= untilNs) return [];
    yield* p.wait(queues, untilNs, 'poll');
  }
}
