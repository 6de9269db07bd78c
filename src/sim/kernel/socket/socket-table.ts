import type { KernelError } from '../../base/result.ts';
import type { TcpDump } from '../tcp/dump.ts';
import type { DatagramSocket, PacketSocket } from './socket.ts';
import type { StreamSocket } from './stream-socket.ts';
import type { UnixSockets } from './unix.ts';

/** The sockets of one network namespace. */
export interface SocketTable {
  udp(family: 'inet' | 'inet6'): DatagramSocket;
  /** SOCK_DGRAM, IPPROTO_ICMP(V6): the kernel fills in the identifier and checksum. */
  ping(family: 'inet' | 'inet6'): DatagramSocket | KernelError;
  raw(family: 'inet' | 'inet6', protocol: number): DatagramSocket;
  packet(): PacketSocket;
  /** SOCK_STREAM, IPPROTO_TCP. */
  tcp(family: 'inet' | 'inet6'): StreamSocket;
  /** Every TCP socket (inet_diag). */
  tcpDump(): TcpDump[];
  /** The text of /proc/net/tcp or /proc/net/tcp6. */
  procNetTcp(family: 'inet' | 'inet6'): string;
  readonly unix: UnixSockets;
}
