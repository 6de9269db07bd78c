import { LazyMap, LazySet } from '../../base/lazy.ts';
// Unix domain sockets: net/unix/af_unix.c. Stream sockets, datagram sockets, and pairs of them.

import { fail, isError, type KernelError } from '../../base/result.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { Kernel } from '../kernel.ts';
import type { NetNamespace } from '../netns.ts';
import { nextSocketInode } from './inode.ts';
import type { ShutdownHow, StreamCalls, StreamPoll } from './stream-socket.ts';

/**
 * A unix socket's name: a file's, or an abstract one (without its leading NUL), which belongs to the network namespace. A path's
 * `file` is the identity of the socket file, found or made by whoever knows the file system (ENOENT, EACCES and EADDRINUSE of paths are theirs).
 */
export type UnixAddress =
  | { readonly kind: 'path'; readonly path: string; readonly file: object }
  | { readonly kind: 'abstract'; readonly name: string };

/** Memory a socket may have queued at its peer (net.core.wmem_default), and what each piece costs beyond its bytes. */
const SEND_BUFFER = 212_992;
const PIECE_OVERHEAD = 768;

/** One line of `ss -x` and of /proc/net/unix. */
export interface UnixDump {
  readonly type: 'stream' | 'dgram';
  readonly state: 'LISTEN' | 'ESTAB' | 'UNCONN';
  readonly address: UnixAddress | undefined;
  readonly inode: number;
  readonly peerInode: number;
  readonly receiveQueue: number;
  readonly sendQueue: number;
}

/** The unix sockets that a network namespace sees. */
export class UnixSockets {
  private readonly abstract = new LazyMap<string, UnixSocket>();
  private readonly files: Map<object, UnixSocket>;
  private readonly sockets = new LazySet<UnixSocket>();
  private readonly backlogLimit: () => number;
  private readonly datagramLimit: () => number;
  private readonly kernel: Kernel;

  constructor(ns: NetNamespace) {
    this.kernel = ns.kernel;
    let files = filesOf.get(ns.kernel);
    if (!files) {
      files = new Map();
      filesOf.set(ns.kernel, files);
    }
    this.files = files;
    this.backlogLimit = () => ns.sysctl.int('net/core/somaxconn');
    this.datagramLimit = () => ns.sysctl.int('net/unix/max_dgram_qlen');
  }

  stream(): UnixStreamSocket {
    return new UnixStreamSocket(this);
  }

  datagram(): UnixDatagramSocket {
    return new UnixDatagramSocket(this);
  }

  /** Two stream sockets connected to each other (socketpair(2)). */
  pair(): readonly [UnixStreamSocket, UnixStreamSocket] {
    const one = this.stream();
    const two = this.stream();
    one.join(two);
    two.join(one);
    return [one, two];
  }

  /** Oldest first. */
  dump(): UnixDump[] {
    return [...this.sockets].map((socket) => socket.dump());
  }

  get maxBacklog(): number {
    return this.backlogLimit();
  }

  get maxDatagrams(): number {
    return this.datagramLimit();
  }

  /** A new socket lives here until it is closed; its inode. */
  enter(socket: UnixSocket): number {
    this.sockets.add(socket);
    return nextSocketInode(this.kernel);
  }

  leave(socket: UnixSocket): void {
    this.sockets.delete(socket);
    if (!socket.address) return;
    if (socket.address.kind === 'abstract') this.abstract.delete(socket.address.name);
    else this.files.delete(socket.address.file);
  }

  claim(address: UnixAddress, socket: UnixSocket): undefined | KernelError {
    if (address.kind === 'path') {
      if (this.files.has(address.file)) return fail('EADDRINUSE');
      this.files.set(address.file, socket);
    } else {
      if (this.abstract.has(address.name)) return fail('EADDRINUSE');
      this.abstract.set(address.name, socket);
    }
    return undefined;
  }

  /** Who has a name: ECONNREFUSED where nobody does, EPROTOTYPE for the other type of socket. */
  find(address: UnixAddress, type: 'stream' | 'dgram'): UnixSocket | KernelError {
    const found = address.kind === 'path' ? this.files.get(address.file) : this.abstract.get(address.name);
    if (!found) return fail('ECONNREFUSED');
    return found.type === type ? found : fail('EPROTOTYPE');
  }
}

/** Socket files by their identity: names in the file system hold for all of a machine's network namespaces. */
const filesOf = new WeakMap<Kernel, Map<object, UnixSocket>>();

/** What both types have. */
abstract class UnixSocket {
  abstract readonly type: 'stream' | 'dgram';
  readonly readable = new WaitQueue();
  readonly writable = new WaitQueue();
  readonly inode: number;
  address: UnixAddress | undefined = undefined;
  protected readonly table: UnixSockets;
  protected closed = false;

  constructor(table: UnixSockets) {
    this.table = table;
    this.inode = table.enter(this);
  }

  abstract dump(): UnixDump;

  /** EINVAL for one that has a name, EADDRINUSE for a name that is taken. */
  bind(address: UnixAddress): undefined | KernelError {
    if (this.address) return fail('EINVAL');
    const refused = this.table.claim(address, this);
    if (refused) return refused;
    this.address = address;
    return undefined;
  }
}

/** A stream between two processes of a machine. */
export class UnixStreamSocket extends UnixSocket implements StreamCalls {
  readonly type = 'stream';
  private state: 'idle' | 'listening' | 'connected' = 'idle';
  private peer: UnixStreamSocket | undefined = undefined;
  private readonly pieces: Uint8Array[] = [];
  /** Bytes of the first piece that are read already. */
  private offset = 0;
  private bytes = 0;
  private backlog = 0;
  private readonly ready: UnixStreamSocket[] = [];
  private receiveShut = false;
  private sendShut = false;
  private error: KernelError | undefined = undefined;

  /** Where the peer is bound: the name of a connected socket's other end. */
  get peerAddress(): UnixAddress | undefined {
    return this.peer?.address;
  }

  get available(): number {
    return this.bytes;
  }

  /** EINVAL for one without a name. */
  listen(backlog: number): undefined | KernelError {
    if (this.state === 'connected' || !this.address) return fail('EINVAL');
    this.state = 'listening';
    this.backlog = Math.min(backlog < 0 ? 0xffff_ffff : backlog, this.table.maxBacklog);
    return undefined;
  }

  /** Done at once. ECONNREFUSED where nobody listens, EAGAIN while the listener's queue is full: then wait on its `writable`. */
  connect(address: UnixAddress): undefined | KernelError {
    if (this.state === 'connected') return fail('EISCONN');
    if (this.state === 'listening') return fail('EINVAL');
    const found = this.table.find(address, 'stream');
    if (isError(found)) return found;
    const listener = found as UnixStreamSocket;
    if (listener.state !== 'listening' || listener.receiveShut) return fail('ECONNREFUSED');
    if (listener.ready.length > listener.backlog) return fail('EAGAIN');
    const server = new UnixStreamSocket(this.table);
    server.address = listener.address;
    server.join(this);
    this.join(server);
    listener.ready.push(server);
    listener.readable.wake();
    return undefined;
  }

  /** Makes `peer` this socket's other end. */
  join(peer: UnixStreamSocket): void {
    this.peer = peer;
    this.state = 'connected';
  }

  /** EAGAIN, EINVAL for one that does not listen. */
  accept(): UnixStreamSocket | KernelError {
    if (this.state !== 'listening') return fail('EINVAL');
    const server = this.ready.shift();
    if (!server) return this.receiveShut ? fail('EINVAL') : fail('EAGAIN');
    this.writable.wake();
    return server;
  }

  send(data: Uint8Array): number | KernelError {
    const error = this.takeError();
    if (error) return error;
    if (this.sendShut) return fail('EPIPE');
    const { peer } = this;
    if (!peer) return fail(this.state === 'connected' ? 'EPIPE' : 'ENOTCONN');
    if (peer.receiveShut) return fail('EPIPE');
    if (data.length === 0) return 0;
    const room = SEND_BUFFER - peer.memory;
    if (room <= PIECE_OVERHEAD) return fail('EAGAIN');
    const n = Math.min(data.length, room - PIECE_OVERHEAD);
    peer.pieces.push(data.slice(0, n));
    peer.bytes += n;
    peer.readable.wake();
    return n;
  }

  private get memory(): number {
    return this.bytes + this.pieces.length * PIECE_OVERHEAD;
  }

  receive(max: number, options?: { readonly peek?: boolean }): Uint8Array | KernelError {
    if (this.state !== 'connected') return fail('EINVAL');
    if (this.bytes === 0) {
      const error = this.takeError();
      if (error) return error;
      return this.receiveShut ? new Uint8Array(0) : fail('EAGAIN');
    }
    const out = new Uint8Array(Math.min(max, this.bytes));
    let have = 0;
    let index = 0;
    let offset = this.offset;
    while (have < out.length) {
      const piece = this.pieces[index] as Uint8Array;
      const n = Math.min(piece.length - offset, out.length - have);
      out.set(piece.subarray(offset, offset + n), have);
      have += n;
      offset += n;
      if (offset < piece.length) break;
      offset = 0;
      index++;
    }
    if (options?.peek) return out;
    this.pieces.splice(0, index);
    this.offset = offset;
    this.bytes -= out.length;
    this.peer?.writable.wake();
    return out;
  }

  shutdown(how: ShutdownHow): undefined | KernelError {
    if (this.state === 'idle') return fail('ENOTCONN');
    const { peer } = this;
    if (how !== 'read') {
      this.sendShut = true;
      if (peer) peer.receiveShut = true;
    }
    if (how !== 'write') {
      this.receiveShut = true;
      if (peer) peer.sendShut = true;
    }
    this.wakeAll();
    peer?.wakeAll();
    return undefined;
  }

  takeError(): KernelError | undefined {
    const { error } = this;
    this.error = undefined;
    return error;
  }

  poll(): StreamPoll {
    const error = this.error !== undefined;
    if (this.state === 'listening') {
      return { readable: this.ready.length > 0, writable: false, hangup: false, readHangup: false, error };
    }
    const hangup = (this.receiveShut && this.sendShut) || (this.state === 'idle' && !this.closed);
    const room = !this.peer || SEND_BUFFER - this.peer.memory > SEND_BUFFER / 4;
    return { readable: error || this.bytes > 0 || this.receiveShut || hangup, writable: room, hangup, readHangup: this.receiveShut, error };
  }

  /** Bytes that the process left unread reset the peer (unix_release_sock). */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.table.leave(this);
    for (const server of this.ready.splice(0)) {
      if (server.peer) server.peer.error = fail('ECONNRESET');
      server.close();
    }
    const { peer } = this;
    if (peer) {
      peer.receiveShut = true;
      peer.sendShut = true;
      if (this.bytes > 0) peer.error = fail('ECONNRESET');
      peer.peer = undefined;
      peer.wakeAll();
    }
    this.peer = undefined;
    this.receiveShut = true;
    this.pieces.length = 0;
    this.bytes = 0;
    this.wakeAll();
  }

  dump(): UnixDump {
    return {
      type: 'stream',
      state: this.state === 'listening' ? 'LISTEN' : this.state === 'connected' ? 'ESTAB' : 'UNCONN',
      address: this.address,
      inode: this.inode,
      peerInode: this.peer?.inode ?? 0,
      receiveQueue: this.state === 'listening' ? this.ready.length : this.bytes,
      sendQueue: this.state === 'listening' ? this.backlog : (this.peer?.bytes ?? 0),
    };
  }

  private wakeAll(): void {
    this.readable.wake();
    this.writable.wake();
  }
}

/** A message with the name of who sent it. */
export interface UnixDatagram {
  readonly data: Uint8Array;
  readonly from: UnixAddress | undefined;
}

/** Messages between processes of a machine: none is lost, the sender waits instead. */
export class UnixDatagramSocket extends UnixSocket {
  readonly type = 'dgram';
  private peer: UnixDatagramSocket | undefined = undefined;
  private connected = false;
  private readonly queue: UnixDatagram[] = [];

  connect(address: UnixAddress): undefined | KernelError {
    const found = this.table.find(address, 'dgram');
    if (isError(found)) return found;
    const peer = found as UnixDatagramSocket;
    if (peer.peer && peer.peer !== this) return fail('EPERM');
    this.peer = peer;
    this.connected = true;
    return undefined;
  }

  /** ENOTCONN without a destination, ECONNREFUSED when it has gone, EAGAIN while its queue is full (wait on its `writable`), EPERM when it talks to another. */
  send(data: Uint8Array, to?: UnixAddress): number | KernelError {
    if (data.length > SEND_BUFFER - 32) return fail('EMSGSIZE');
    let target = this.peer;
    if (to) {
      const found = this.table.find(to, 'dgram');
      if (isError(found)) return found;
      target = found as UnixDatagramSocket;
    }
    if (!target) return fail(this.connected ? 'ECONNREFUSED' : 'ENOTCONN');
    if (target.closed) {
      this.peer = undefined;
      return fail('ECONNREFUSED');
    }
    if (target.peer && target.peer !== this) return fail('EPERM');
    // Two that talk to each other only are held back by memory alone.
    const full = target.peer === this ? target.memory > SEND_BUFFER - PIECE_OVERHEAD : target.queue.length > this.table.maxDatagrams;
    if (full) return fail('EAGAIN');
    target.queue.push({ data: data.slice(), from: this.address });
    target.readable.wake();
    return data.length;
  }

  private get memory(): number {
    return this.queue.reduce((sum, { data }) => sum + data.length + PIECE_OVERHEAD, 0);
  }

  /** EAGAIN. */
  receive(): UnixDatagram | KernelError {
    const datagram = this.queue.shift();
    if (!datagram) return fail('EAGAIN');
    this.writable.wake();
    return datagram;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.table.leave(this);
    this.queue.length = 0;
    this.readable.wake();
    this.writable.wake();
  }

  dump(): UnixDump {
    return {
      type: 'dgram',
      state: this.connected ? 'ESTAB' : 'UNCONN',
      address: this.address,
      inode: this.inode,
      peerInode: this.peer?.inode ?? 0,
      receiveQueue: this.queue.reduce((sum, { data }) => sum + data.length, 0),
      sendQueue: 0,
    };
  }
}
