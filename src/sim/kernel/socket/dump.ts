// What the kernel tells about sockets that are not TCP's: udp_diag, raw_diag, packet_diag.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import type { InetSocket } from './inet-socket.ts';
import type { PacketSocketImpl } from './packet-socket.ts';
import type { DatagramOptions } from './socket.ts';

/** One UDP, raw or ping socket. */
export interface DatagramDump {
  readonly kind: 'udp' | 'raw' | 'ping';
  /** Of the socket: an IPv6 one may have IPv4 addresses, written as mapped ones. */
  readonly family: 'inet' | 'inet6';
  readonly local: Ipv4 | Ipv6;
  /** The port; a raw socket's protocol, a ping socket's identifier. */
  readonly port: number;
  readonly remote: Ipv4 | Ipv6;
  readonly remotePort: number;
  /** The kernel calls a socket with a peer TCP_ESTABLISHED, any other TCP_CLOSE. */
  readonly connected: boolean;
  /** Memory of datagrams that wait to be read, bytes. */
  readonly receiveQueue: number;
  readonly drops: number;
  readonly inode: number;
  readonly options: DatagramOptions;
}

export function dumpDatagram(socket: InetSocket): DatagramDump {
  const { kind, family, local, port, peer, queuedBytes, drops, inode, options } = socket;
  return {
    kind,
    family,
    local,
    port,
    remote: peer?.address ?? (family === 'inet' ? 0 : '::'),
    remotePort: peer?.port ?? 0,
    connected: peer !== undefined,
    receiveQueue: queuedBytes,
    drops,
    inode,
    options,
  };
}

/** One packet socket. */
export interface PacketDump {
  /** 0 for every device. */
  readonly ifindex: number;
  readonly protocol: number;
  readonly running: boolean;
  readonly receiveQueue: number;
  readonly inode: number;
}

export function dumpPacket(socket: PacketSocketImpl): PacketDump {
  const { device, protocol, bound, queuedBytes, inode } = socket;
  return { ifindex: device?.ifindex ?? 0, protocol, running: bound, receiveQueue: queuedBytes, inode };
}
