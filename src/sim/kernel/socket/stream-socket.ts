import type { KernelError } from '../../base/result.ts';
import type { WaitQueue } from '../../base/wait-queue.ts';
import type { SockAddr } from './socket.ts';

export type ShutdownHow = 'read' | 'write' | 'both';

/** What poll(2) says of a stream socket. */
export interface StreamPoll {
  /** A read, or an accept, would not wait: there are bytes, a connection, the end of the stream or an error. */
  readonly readable: boolean;
  /** A write would not wait; also when it would fail. A socket that connects becomes writable when that is settled. */
  readonly writable: boolean;
  /** Both directions are closed (POLLHUP). */
  readonly hangup: boolean;
  /** The peer will send no more (POLLRDHUP). */
  readonly readHangup: boolean;
  /** An error waits for {@link StreamCalls.takeError} (POLLERR). */
  readonly error: boolean;
}

/**
 * The calls that stream sockets of every family have. Calls never block: where a process would wait they answer EAGAIN (a connect:
 * EINPROGRESS) and the process waits on `readable` or `writable`, then asks again.
 */
export interface StreamCalls {
  readonly readable: WaitQueue;
  readonly writable: WaitQueue;
  poll(): StreamPoll;
  /** Takes connections from now on; `backlog` may wait to be accepted. EADDRINUSE, EINVAL. */
  listen(backlog: number): undefined | KernelError;
  /** Queues bytes: how many of them found room. EAGAIN for none, EPIPE after the end (the caller raises SIGPIPE), ENOTCONN, or the pending error. */
  send(data: Uint8Array): number | KernelError;
  /** Up to `max` bytes that have arrived; none at all is the end of the stream. EAGAIN, ENOTCONN, or the pending error. */
  receive(max: number, options?: { readonly peek?: boolean }): Uint8Array | KernelError;
  /** ENOTCONN where there is no connection. */
  shutdown(how: ShutdownHow): undefined | KernelError;
  /** SO_ERROR: the pending error, which is then gone. */
  takeError(): KernelError | undefined;
  /** Bytes that could be read at once (FIONREAD). */
  readonly available: number;
  close(): void;
}

/** A TCP socket as a process sees it. */
export interface StreamSocket extends StreamCalls {
  readonly kind: 'tcp';
  readonly family: 'inet' | 'inet6';
  readonly inode: number;
  readonly options: StreamOptions;
  /** Changes options; some have an effect at once (setsockopt(2)). */
  setOptions(changes: Partial<StreamOptions>): void;
  /** EADDRINUSE, EADDRNOTAVAIL, EINVAL for one that has a port, EAFNOSUPPORT. */
  bind(address: SockAddr): undefined | KernelError;
  /** EINPROGRESS while the handshake lasts; asked again EALREADY, then EISCONN or why it failed (ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH…). ENETUNREACH, EADDRNOTAVAIL at once. */
  connect(address: SockAddr): undefined | KernelError;
  /** A connection whose handshake is done. EAGAIN, EINVAL for a socket that does not listen. */
  accept(): StreamSocket | KernelError;
  localAddress(): SockAddr;
  /** ENOTCONN without a connection. */
  peerAddress(): SockAddr | KernelError;
  /** The connection's state and measurements (TCP_INFO). */
  info(): TcpInfo;
}

/** What setsockopt(2) changes; a connection that is accepted starts with its listener's. */
export interface StreamOptions {
  reuseAddress: boolean;
  reusePort: boolean;
  /** Bound device by ifindex (SO_BINDTODEVICE); 0 for none. */
  bindToDevice: number;
  mark: number;
  /** Undefined for the namespace's default. */
  ttl: number | undefined;
  tos: number;
  /** IPV6_V6ONLY: takes no IPv4 connections. */
  v6only: boolean;
  keepAlive: boolean;
  /** TCP_KEEPIDLE, TCP_KEEPINTVL in seconds and TCP_KEEPCNT; undefined for the sysctls'. */
  keepIdle: number | undefined;
  keepInterval: number | undefined;
  keepCount: number | undefined;
  /** TCP_NODELAY: small segments are not held back (no Nagle). */
  noDelay: boolean;
  /** TCP_CORK: only full segments are sent. */
  cork: boolean;
  /** SO_LINGER with a time of 0: closing resets the connection. Undefined is off. */
  lingerSeconds: number | undefined;
  /** TCP_MAXSEG; undefined for what the route gives. */
  maxSegment: number | undefined;
  /** TCP_USER_TIMEOUT in milliseconds; 0 for the retries of the sysctls. */
  userTimeoutMs: number;
  /** SO_RCVBUF as the process asked for it; undefined lets the kernel tune it. */
  receiveBuffer: number | undefined;
  /** SO_SNDBUF, the same. */
  sendBuffer: number | undefined;
  /** TCP_CONGESTION; undefined for the sysctl's. */
  congestion: string | undefined;
}

/** TCP_INFO, as `ss -i` prints it. Times in nanoseconds. */
export interface TcpInfo {
  readonly state: number;
  readonly caState: number;
  readonly retransmits: number;
  readonly probes: number;
  readonly backoff: number;
  readonly timestamps: boolean;
  readonly sack: boolean;
  readonly windowScaling: boolean;
  readonly sendWindowScale: number;
  readonly receiveWindowScale: number;
  readonly rtoNs: number;
  readonly atoNs: number;
  readonly sendMss: number;
  readonly receiveMss: number;
  readonly advertisedMss: number;
  readonly pathMtu: number;
  readonly unacked: number;
  readonly sacked: number;
  readonly lost: number;
  readonly retransmitted: number;
  readonly rttNs: number;
  readonly rttVarianceNs: number;
  readonly minRttNs: number;
  readonly congestion: string;
  readonly congestionWindow: number;
  readonly slowStartThreshold: number;
  readonly receiveSlowStartThreshold: number;
  readonly receiveWindow: number;
  readonly sendWindow: number;
  readonly totalRetransmitted: number;
  readonly bytesSent: number;
  readonly bytesRetransmitted: number;
  readonly bytesAcked: number;
  readonly bytesReceived: number;
  readonly segmentsOut: number;
  readonly segmentsIn: number;
  readonly dataSegmentsOut: number;
  readonly dataSegmentsIn: number;
  readonly delivered: number;
  readonly lastSentNs: number;
  readonly lastReceivedNs: number;
  readonly lastAckNs: number;
}
