import { fail, type KernelError } from '../base/result.ts';
import type { DatagramSocket, PacketSocket } from '../kernel/socket/socket.ts';
import type { SocketOwner } from '../kernel/socket/socket-owner.ts';
import type { SocketTable } from '../kernel/socket/socket-table.ts';
import { instead } from './net-admin.ts';
import type { Process } from './process.ts';

/** socket(2) as a process finds it: EPERM for raw and packet sockets without CAP_NET_RAW. */
export interface ProcessSockets extends Omit<SocketTable, 'raw' | 'packet'> {
  raw(family: 'inet' | 'inet6', protocol: number): DatagramSocket | KernelError;
  packet(): PacketSocket | KernelError;
}

/** Sockets as a process may have them: they are its user's. Root with all that sockets ask for talks to the kernel itself. */
export function socketsOf(p: Process): ProcessSockets {
  const { sockets, owner: over } = p.netns;
  const { uid, gid, groups } = p.credentials;
  const raw = p.capable('net_raw', over);
  const bindsServicePorts = p.capable('net_bind_service', over);
  if (uid === 0 && gid === 0 && groups.length === 0 && raw && bindsServicePorts) return sockets;
  const owner: SocketOwner = { uid, gid, groups, bindsServicePorts };
  return instead<ProcessSockets>(sockets, {
    udp: (family) => sockets.udp(family, owner),
    tcp: (family) => sockets.tcp(family, owner),
    ping: (family) => sockets.ping(family, owner),
    raw: (family, protocol) => (raw ? sockets.raw(family, protocol, owner) : fail('EPERM')),
    packet: () => (raw ? sockets.packet() : fail('EPERM')),
  });
}
