import type { KernelError } from '../../base/result.ts';
import type { TcpDump } from '../tcp/dump.ts';
import type { DatagramDump, PacketDump } from './dump.ts';
import type { DatagramSocket, PacketSocket } from './socket.ts';
import type { SocketOwner } from './socket-owner.ts';
import type { StreamSocket } from './stream-socket.ts';
import type { UnixSockets } from './unix.ts';

/** The sockets of one network namespace. A socket is root's unless an owner is given. */
export interface SocketTable {
  udp(family: 'inet' | 'inet6', owner?: SocketOwner): DatagramSocket;
  /** SOCK_DGRAM, IPPROTO_ICMP(V6): the kernel fills in the identifier and checksum. EACCES outside of `net.ipv4.ping_group_range`. */
  ping(family: 'inet' | 'inet6', owner?: SocketOwner): DatagramSocket | KernelError;
  raw(family: 'inet' | 'inet6', protocol: number, owner?: SocketOwner): DatagramSocket;
  packet(): PacketSocket;
  /** SOCK_STREAM, IPPROTO_TCP. */
  tcp(family: 'inet' | 'inet6', owner?: SocketOwner): StreamSocket;
  /** Every TCP socket (inet_diag). */
  tcpDump(): TcpDump[];
  /** Ends a TCP socket for its process: ECONNABORTED, a reset to the peer (tcp_abort). */
  destroyTcp(socket: TcpDump): void;
  /** Every UDP, raw or ping socket that has a place in its tables (udp_diag, raw_diag). */
  datagramDump(kind: DatagramSocket['kind']): DatagramDump[];
  /** Every packet socket (packet_diag). */
  packetDump(): PacketDump[];
  /** The files of /proc/net that list sockets, by name: tcp, udp6, raw, unix, sockstat… */
  readonly procFiles: Readonly<Record<string, () => string>>;
  readonly unix: UnixSockets;
}
