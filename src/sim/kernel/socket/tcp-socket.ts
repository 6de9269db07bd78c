import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { isLinkLocalIpv6, isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import type { WaitQueue } from '../../base/wait-queue.ts';
import { addressType4 } from '../ip/address-type.ts';
import { ackAfterRead } from '../tcp/acknowledge.ts';
import { close, shutdownSend } from '../tcp/close.ts';
import { connect } from '../tcp/connect.ts';
import { tcpInfo } from '../tcp/info.ts';
import { acceptNext, startListening } from '../tcp/listen.ts';
import { pushPending } from '../tcp/output.ts';
import { adjustReceiveSpace } from '../tcp/receive-window.ts';
import { seqAdd } from '../tcp/sequence.ts';
import {
  RCV_SHUTDOWN,
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
} from '../tcp/state.ts';
import type { Tcp } from '../tcp/tcp.ts';
import { TcpSock } from '../tcp/tcp-sock.ts';
import { setKeepalive } from '../tcp/timeout.ts';
import { ipv4OfMapped, mappedIpv6 } from './inet-socket.ts';
import type { SockAddr } from './socket.ts';
import { refusedPort } from './socket-owner.ts';
import type { ShutdownHow, StreamOptions, StreamPoll, StreamSocket, TcpInfo } from './stream-socket.ts';

/** A process's handle of a TCP socket: net/ipv4/af_inet.c and the calls of net/ipv4/tcp.c. */
export class TcpSocket implements StreamSocket {
  readonly kind = 'tcp';
  readonly readable: WaitQueue;
  readonly writable: WaitQueue;
  /** The kernel's side; for dumps and tests. */
  readonly sk: TcpSock;
  private readonly tcp: Tcp;
  private closed = false;
  /** A connect was begun and its outcome not told yet. */
  private connecting = false;

  constructor(tcp: Tcp, family: 'inet' | 'inet6', sk = newSock(tcp, family)) {
    this.tcp = tcp;
    this.sk = sk;
    this.readable = sk.readable;
    this.writable = sk.writable;
  }

  get family(): 'inet' | 'inet6' {
    return this.sk.family;
  }

  get options(): StreamOptions {
    return this.sk.options;
  }

  /** Applies options that have an effect at once: buffers, keepalive, Nagle (setsockopt). */
  setOptions(changes: Partial<StreamOptions>): void {
    const { sk } = this;
    const { options } = sk;
    Object.assign(options, changes);
    if (changes.receiveBuffer !== undefined) {
      sk.rcvBuf = Math.max(2304, 2 * Math.min(changes.receiveBuffer, this.tcp.ns.sysctl.int('net/core/rmem_max')));
      sk.rcvBufLocked = true;
    }
    if (changes.sendBuffer !== undefined) {
      sk.sndBuf = Math.max(4608, 2 * Math.min(changes.sendBuffer, this.tcp.ns.sysctl.int('net/core/wmem_max')));
    }
    if (changes.congestion !== undefined) sk.congestion = this.tcp.congestionControl(changes.congestion);
    if (changes.keepAlive !== undefined || changes.keepIdle !== undefined) setKeepalive(sk);
    if (changes.noDelay || changes.cork === false) pushPending(sk);
    this.tcp.release(this.sk);
  }

  bind(address: SockAddr): undefined | KernelError {
    const { sk } = this;
    if (address.family !== sk.family) return fail('EAFNOSUPPORT');
    if (sk.state !== TCP_CLOSE || sk.portBound || sk.port !== 0) return fail('EINVAL');
    const local = this.ownAddress(address);
    if (isError(local)) return local;
    const refused = refusedPort(this.tcp.ns, sk.owner, address.port) ?? this.tcp.ports.bind(sk, local, address.port);
    if (refused) return refused;
    sk.local = local;
    sk.addressBound = local !== 0 && local !== '::';
    sk.portBound = address.port !== 0;
    if (address.family === 'inet6' && address.scopeId !== 0 && isLinkLocalIpv6(address.address)) sk.options.bindToDevice = address.scopeId;
    return undefined;
  }

  /** The address to bind to, if it is one of this namespace's (inet_bind, inet6_bind). */
  private ownAddress(address: SockAddr): Ipv4 | Ipv6 | KernelError {
    const { ns } = this.tcp;
    if (address.family === 'inet') return this.own4(address.address);
    const mapped = ipv4OfMapped(address.address);
    if (mapped !== undefined) return this.sk.options.v6only ? fail('EINVAL') : this.own4(mapped);
    if (address.address === '::') return '::';
    if (isMulticastIpv6(address.address)) return fail('EINVAL');
    if (isLinkLocalIpv6(address.address)) {
      const index = address.scopeId || this.sk.options.bindToDevice;
      if (index === 0) return fail('EINVAL');
      const dev = ns.devices.get(index);
      if (dev === undefined) return fail('ENODEV');
      return ns.ip6.isLocal(address.address, dev) ? address.address : fail('EADDRNOTAVAIL');
    }
    const mine = ns.ip6.isLocal(address.address) || ns.sysctl.int('net/ipv6/ip_nonlocal_bind') !== 0;
    return mine ? address.address : fail('EADDRNOTAVAIL');
  }

  private own4(address: Ipv4): Ipv4 | KernelError {
    const { ns } = this.tcp;
    if (address === 0 || ns.sysctl.int('net/ipv4/ip_nonlocal_bind') !== 0) return address;
    return addressType4(ns, address) === 'local' ? address : fail('EADDRNOTAVAIL');
  }

  listen(backlog: number): undefined | KernelError {
    const { sk } = this;
    if (sk.state !== TCP_CLOSE && sk.state !== TCP_LISTEN) return fail('EINVAL');
    if (sk.port === 0) {
      const refused = this.tcp.ports.bind(sk, sk.local, 0);
      if (refused) return refused;
    }
    sk.shutdown = 0;
    return startListening(sk, backlog) ? undefined : fail('EADDRINUSE');
  }

  accept(): StreamSocket | KernelError {
    const { sk } = this;
    if (sk.state !== TCP_LISTEN) return fail('EINVAL');
    const child = acceptNext(sk);
    return child ? new TcpSocket(this.tcp, sk.family, child) : fail('EAGAIN');
  }

  connect(address: SockAddr): undefined | KernelError {
    const { sk } = this;
    if (this.connecting) {
      if (sk.state === TCP_SYN_SENT || (sk.state === TCP_SYN_RECV && !sk.error)) return fail('EALREADY');
      this.connecting = false;
      const error = this.sockError();
      if (error) return this.reopen(error);
      return sk.state === TCP_CLOSE ? this.reopen(fail('ECONNABORTED')) : undefined;
    }
    if (sk.state === TCP_LISTEN || sk.state !== TCP_CLOSE) return fail('EISCONN');
    if (address.family !== sk.family) return fail('EAFNOSUPPORT');
    const refused = connect(sk, address);
    if (refused) return refused;
    this.connecting = true;
    this.tcp.release(this.sk);
    return fail('EINPROGRESS');
  }

  /** A socket whose connection failed may try again. */
  private reopen(error: KernelError): KernelError {
    const { sk } = this;
    sk.shutdown = 0;
    if (!sk.portBound) sk.port = 0;
    if (!sk.addressBound) sk.local = sk.family === 'inet' ? 0 : '::';
    return error;
  }

  send(data: Uint8Array): number | KernelError {
    const { sk } = this;
    const error = this.sockError();
    if (error) return error;
    if ((sk.shutdown & SEND_SHUTDOWN) !== 0) return fail('EPIPE');
    if (sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV) return fail('EAGAIN');
    if (sk.state !== TCP_ESTABLISHED && sk.state !== TCP_CLOSE_WAIT) return fail('EPIPE');
    if (data.length === 0) return 0;
    sk.sndBuf = this.tcp.expandedSendBuffer(sk);
    const room = sk.sndBuf - this.tcp.sendMemory(sk);
    if (room <= 0) return fail('EAGAIN');
    const n = Math.min(data.length, room);
    sk.sendBuffer.append(data, 0, n);
    sk.writeSeq = seqAdd(sk.writeSeq, n);
    sk.owned = true;
    pushPending(sk);
    this.tcp.release(sk);
    return n;
  }

  receive(max: number, options?: { readonly peek?: boolean }): Uint8Array | KernelError {
    const { sk } = this;
    if (sk.state === TCP_LISTEN) return fail('ENOTCONN');
    const peek = options?.peek === true;
    if (sk.receiveQueue.length > 0) {
      const data = sk.receiveQueue.read(max, peek);
      if (!peek) {
        sk.copiedSeq = seqAdd(sk.copiedSeq, data.length);
        adjustReceiveSpace(sk);
        if (sk.state !== TCP_CLOSE) ackAfterRead(sk, data.length);
        this.tcp.release(this.sk);
      }
      return data;
    }
    const error = this.sockError();
    if (error) return error;
    if ((sk.shutdown & RCV_SHUTDOWN) !== 0) return NOTHING;
    if (sk.state === TCP_CLOSE) return fail('ENOTCONN');
    return fail('EAGAIN');
  }

  shutdown(how: ShutdownHow): undefined | KernelError {
    const { sk } = this;
    if (sk.state === TCP_LISTEN) {
      if (how === 'write') return undefined;
      this.closeListener();
      return undefined;
    }
    if (sk.state === TCP_CLOSE || sk.state === TCP_SYN_SENT) return fail('ENOTCONN');
    if (how !== 'write') {
      sk.shutdown |= RCV_SHUTDOWN;
      sk.wakeReaders = true;
    }
    if (how !== 'read' && (sk.shutdown & SEND_SHUTDOWN) === 0) shutdownSend(sk);
    else this.tcp.wakeLater(sk);
    this.tcp.release(this.sk);
    return undefined;
  }

  /** A listener that is shut down keeps its port and takes no more connections. */
  private closeListener(): void {
    const { sk } = this;
    const bound = sk.portBound;
    close(sk);
    sk.orphan = false;
    sk.shutdown = 0;
    if (bound) this.tcp.ports.add(sk, sk.port);
    sk.readable.wake();
  }

  poll(): StreamPoll {
    const { sk } = this;
    const error = sk.error !== undefined;
    if (sk.state === TCP_LISTEN) {
      return { readable: (sk.acceptQueue?.ready.length ?? 0) > 0, writable: false, hangup: false, readHangup: false, error };
    }
    const readHangup = (sk.shutdown & RCV_SHUTDOWN) !== 0;
    const hangup = sk.shutdown === SHUTDOWN_MASK || sk.state === TCP_CLOSE;
    const opening = sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV;
    // What was only noted while the process was inside connect(2) shows to one that did not wait there.
    const noted = opening && sk.softError !== undefined;
    return {
      readable: error || readHangup || (!opening && sk.receiveQueue.length > 0),
      writable: error || (!opening && (hangup || this.tcp.hasRoom(sk))),
      hangup,
      readHangup,
      error: error || noted,
    };
  }

  takeError(): KernelError | undefined {
    const { sk } = this;
    const error = this.sockError() ?? sk.softError;
    sk.softError = undefined;
    return error;
  }

  /** What has ended the connection (sock_error). */
  private sockError(): KernelError | undefined {
    const { error } = this.sk;
    this.sk.error = undefined;
    return error;
  }

  get inode(): number {
    return this.sk.inode;
  }

  get available(): number {
    return this.sk.receiveQueue.length;
  }

  localAddress(): SockAddr {
    return this.address(this.sk.local, this.sk.port);
  }

  peerAddress(): SockAddr | KernelError {
    const { sk } = this;
    if (sk.remotePort === 0 || sk.state === TCP_CLOSE || sk.state === TCP_SYN_SENT || sk.state === TCP_LISTEN) return fail('ENOTCONN');
    return this.address(sk.remote, sk.remotePort);
  }

  private address(address: Ipv4 | Ipv6, port: number): SockAddr {
    if (this.family === 'inet') return { family: 'inet', address: address as Ipv4, port };
    if (typeof address === 'number') return { family: 'inet6', address: mappedIpv6(address), port, scopeId: 0 };
    return { family: 'inet6', address, port, scopeId: isLinkLocalIpv6(address) ? this.options.bindToDevice : 0 };
  }

  info(): TcpInfo {
    return tcpInfo(this.sk);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    close(this.sk);
    this.tcp.release(this.sk);
    this.readable.wake();
    this.writable.wake();
  }
}

const NOTHING = new Uint8Array(0);

/** A socket as socket(2) makes it: buffers and IPV6_V6ONLY by the sysctls. */
function newSock(tcp: Tcp, family: 'inet' | 'inet6'): TcpSock {
  const sk = new TcpSock(tcp, family);
  sk.rcvBuf = tcp.triple('net/ipv4/tcp_rmem')[1];
  sk.sndBuf = tcp.triple('net/ipv4/tcp_wmem')[1];
  sk.options.v6only = family === 'inet6' && tcp.ns.sysctl.int('net/ipv6/bindv6only') !== 0;
  return sk;
}
