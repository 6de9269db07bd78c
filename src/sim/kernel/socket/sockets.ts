import { LazySet } from '../../base/lazy.ts';
import type { KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetStack } from '../ip/net-stack.ts';
import { destroyTcp } from '../tcp/destroy.ts';
import { dumpTcp, type TcpDump } from '../tcp/dump.ts';
import { Tcp } from '../tcp/tcp.ts';
import { type DatagramDump, dumpDatagram, dumpPacket, type PacketDump } from './dump.ts';
import type { InetSocket } from './inet-socket.ts';
import { PacketSocketImpl } from './packet-socket.ts';
import { PingSockets } from './ping-socket.ts';
import { PortTable } from './port-table.ts';
import { procSocketFiles } from './proc-net.ts';
import { RawSockets } from './raw-socket.ts';
import type { DatagramSocket, PacketSocket } from './socket.ts';
import type { SocketOwner } from './socket-owner.ts';
import type { SocketTable } from './socket-table.ts';
import { TcpSocket } from './tcp-socket.ts';
import { Udp, UdpSocket } from './udp.ts';
import { type UdpTunnelReceive, UdpTunnelSocket } from './udp-tunnel-socket.ts';
import { UnixSockets } from './unix.ts';

/** The sockets of one network namespace. A protocol's receiving half is registered with ip/protocols.ts by ip/net-stack.ts. */
export class Sockets implements SocketTable {
  readonly raw4: RawSockets;
  readonly raw6: RawSockets;
  readonly ping4: PingSockets;
  readonly ping6: PingSockets;
  readonly udp4: Udp;
  readonly udp6: Udp;
  readonly unix: UnixSockets;
  private readonly stack: NetStack;
  private readonly udpPorts: PortTable<UdpSocket>;
  /** TCP, made by the first socket or segment: most namespaces have neither. */
  private tcpMade: Tcp | undefined = undefined;
  private readonly packets = new LazySet<PacketSocketImpl>();

  constructor(stack: NetStack) {
    this.stack = stack;
    this.raw4 = new RawSockets(stack, 'inet');
    this.raw6 = new RawSockets(stack, 'inet6');
    this.ping4 = new PingSockets(stack, 'inet');
    this.ping6 = new PingSockets(stack, 'inet6');
    this.udpPorts = new PortTable(stack.ns);
    this.udp4 = new Udp(stack, 'inet', this.udpPorts);
    this.udp6 = new Udp(stack, 'inet6', this.udpPorts);
    this.unix = new UnixSockets(stack.ns);
  }

  get procFiles(): Readonly<Record<string, () => string>> {
    return procSocketFiles(this, this.stack.ns);
  }

  get tcpLayer(): Tcp {
    this.tcpMade ??= new Tcp(this.stack);
    return this.tcpMade;
  }

  udp(family: 'inet' | 'inet6', owner?: SocketOwner): DatagramSocket {
    return new UdpSocket(this.stack, family, this.udpPorts, owner);
  }

  /** A tunnel's socket on a port, all addresses of the family: EADDRINUSE. */
  udpTunnel(family: 'inet' | 'inet6', port: number, zeroChecksum6: boolean, receive: UdpTunnelReceive): UdpTunnelSocket | KernelError {
    const socket = new UdpTunnelSocket(this.stack, family, this.udpPorts, zeroChecksum6, receive);
    return socket.open(port) ?? socket;
  }

  ping(family: 'inet' | 'inet6', owner?: SocketOwner): DatagramSocket | KernelError {
    return (family === 'inet' ? this.ping4 : this.ping6).open(owner);
  }

  raw(family: 'inet' | 'inet6', protocol: number, owner?: SocketOwner): DatagramSocket {
    return (family === 'inet' ? this.raw4 : this.raw6).open(protocol, owner);
  }

  packet(): PacketSocket {
    const socket = new PacketSocketImpl(this.stack, (closed) => this.packets.delete(closed));
    this.packets.add(socket);
    return socket;
  }

  tcp(family: 'inet' | 'inet6', owner?: SocketOwner): TcpSocket {
    const socket = new TcpSocket(this.tcpLayer, family);
    if (owner !== undefined) socket.sk.owner = owner;
    return socket;
  }

  tcpDump(): TcpDump[] {
    return dumpTcp(this.tcpLayer);
  }

  destroyTcp(socket: TcpDump): void {
    destroyTcp(this.tcpLayer, socket);
  }

  datagramDump(kind: DatagramSocket['kind']): DatagramDump[] {
    return this.datagrams(kind).map(dumpDatagram);
  }

  private datagrams(kind: DatagramSocket['kind']): InetSocket[] {
    if (kind === 'udp') return [...this.udpPorts.all()].sort((a, b) => a.port - b.port);
    if (kind === 'raw') return [...this.raw4.all(), ...this.raw6.all()];
    return [...this.ping4.all(), ...this.ping6.all()];
  }

  packetDump(): PacketDump[] {
    return [...this.packets].map(dumpPacket);
  }

  deviceDown(dev: NetDevice, gone: boolean): void {
    for (const socket of [...this.packets]) socket.deviceDown(dev, gone);
  }

  /** The namespace goes: nothing may stay scheduled. */
  destroy(): void {
    this.tcpMade?.destroy();
  }
}
