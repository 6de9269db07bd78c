import type { Ipv4, Ipv6, Mac } from '../../base/address.ts';
import type { KernelError } from '../../base/result.ts';
import type { WaitQueue } from '../../base/wait-queue.ts';

/** An internet endpoint. */
export type SockAddr =
  | { readonly family: 'inet'; readonly address: Ipv4; readonly port: number }
  | { readonly family: 'inet6'; readonly address: Ipv6; readonly port: number; readonly scopeId: number };

/** An endpoint of a packet socket (struct sockaddr_ll): a device, a protocol, a link-layer address. */
export interface SockAddrLl {
  readonly ifindex: number;
  readonly protocol: number;
  readonly pktType: number;
  readonly address: Mac;
}

/** A datagram with what recvmsg's control messages tell about it. */
export interface Datagram {
  readonly data: Uint8Array;
  readonly from: SockAddr;
  readonly to: SockAddr;
  readonly ifindex: number;
  readonly ttl: number;
  readonly tos: number;
  /** When the kernel received it, virtual ns (SO_TIMESTAMP). */
  readonly timeNs: number;
}

/** An entry of a socket's error queue (IP_RECVERR): a local error or an ICMP one and who sent it. */
export interface SocketError {
  readonly errno: KernelError;
  readonly origin: 'local' | 'icmp' | 'icmp6';
  readonly icmpType: number;
  readonly icmpCode: number;
  /** The MTU with EMSGSIZE / fragmentation needed. */
  readonly info: number;
  readonly offender: SockAddr | undefined;
  /** The hop limit that the error arrived with (IP_RECVTTL); -1 for a local one. */
  readonly ttl: number;
  /** The payload of the packet that caused it. */
  readonly data: Uint8Array;
  readonly destination: SockAddr | undefined;
  readonly timeNs: number;
}

/**
 * A datagram socket: UDP, the unprivileged ICMP "ping" socket, or a raw IP socket. Calls never block: where a process would
 * wait, they answer with a KernelError EAGAIN and the process waits on `readable`.
 */
export interface DatagramSocket {
  readonly kind: 'udp' | 'ping' | 'raw';
  /** Of `socket:[N]`: what /proc/PID/fd, /proc/net and ss know it by. */
  readonly inode: number;
  readonly family: 'inet' | 'inet6';
  readonly readable: WaitQueue;
  bind(address: SockAddr): undefined | KernelError;
  /** Fixes the peer and looks up the route, so it reports ENETUNREACH, EINVAL… at once. */
  connect(address: SockAddr): undefined | KernelError;
  /** To the connected peer where `to` is absent (EDESTADDRREQ without one). */
  send(data: Uint8Array, to?: SockAddr): number | KernelError;
  receive(): Datagram | KernelError;
  /** Whether a datagram or an error waits (POLLIN, POLLERR). */
  readonly hasNews: boolean;
  /** Next entry of the error queue, if any; a pending error also fails the next send or receive. */
  takeError(): SocketError | undefined;
  localAddress(): SockAddr;
  readonly options: DatagramOptions;
  close(): void;
}

export interface DatagramOptions {
  ttl: number | undefined;
  multicastTtl: number;
  tos: number;
  broadcast: boolean;
  /** Bound device by ifindex (SO_BINDTODEVICE); 0 for none. */
  bindToDevice: number;
  mark: number;
  /** IP_MTU_DISCOVER as ping -M sets it: 'do' sets DF and refuses what does not fit, 'want' sets DF and fragments locally, 'dont' clears DF. */
  pmtuDiscover: 'dont' | 'want' | 'do' | 'probe';
  receiveErrors: boolean;
  reuseAddress: boolean;
  /** IPV6_V6ONLY: an IPv6 socket that leaves IPv4 to others. */
  v6only: boolean;
  /** IP_HDRINCL, raw only. */
  headerIncluded: boolean;
  receiveBuffer: number;
}

/** A packet socket (AF_PACKET, SOCK_RAW): whole frames in both directions; what tcpdump and arping use. */
export interface PacketSocket {
  readonly inode: number;
  readonly readable: WaitQueue;
  /** 0 for every device; ENODEV if there is none. */
  bind(ifindex: number, protocol: number): undefined | KernelError;
  /** Until it is closed, the device takes frames to any address (PACKET_MR_PROMISC); ENODEV. */
  hearAll(ifindex: number): undefined | KernelError;
  send(frame: Uint8Array, ifindex: number): number | KernelError;
  receive():
    | { readonly frame: Uint8Array; readonly from: SockAddrLl; readonly timeNs: number; readonly originalLength: number }
    | KernelError;
  /** Frames kept and dropped so far (PACKET_STATISTICS). */
  statistics(): { readonly received: number; readonly dropped: number };
  /** Runs on every frame before it is queued; false discards it (an attached BPF program). */
  filter: ((frame: Uint8Array) => boolean) | undefined;
  close(): void;
}
