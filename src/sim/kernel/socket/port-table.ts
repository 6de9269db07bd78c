import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { LazyMap } from '../../base/lazy.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import { type InetSocket, ipv4OfMapped } from './inet-socket.ts';

/** Which sockets of one protocol have which port (struct udp_table). */
export class PortTable<Socket extends InetSocket> {
  private readonly ns: NetNamespace;
  private readonly ports = new LazyMap<number, Socket[]>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  at(port: number): readonly Socket[] {
    return this.ports.get(port) ?? NONE;
  }

  /** Every socket that has a port, in no order of meaning. */
  *all(): Iterable<Socket> {
    for (const sockets of this.ports.values()) yield* sockets;
  }

  /** Gives the socket a port on an address, a free one of the ephemeral range for 0 (udp_lib_get_port). EADDRINUSE. */
  take(socket: Socket, local: Ipv4 | Ipv6, port: number): undefined | KernelError {
    let wanted = port;
    if (wanted === 0) {
      wanted = this.freePort(socket, local);
      if (wanted === 0) return fail('EADDRINUSE');
    } else if (this.conflicts(socket, local, wanted)) {
      return fail('EADDRINUSE');
    }
    this.release(socket);
    const sockets = this.ports.get(wanted);
    if (sockets) sockets.push(socket);
    else this.ports.set(wanted, [socket]);
    socket.port = wanted;
    return undefined;
  }

  release(socket: Socket): void {
    const sockets = this.ports.get(socket.port);
    if (!sockets) return;
    const index = sockets.indexOf(socket);
    if (index >= 0) sockets.splice(index, 1);
    if (sockets.length === 0) this.ports.delete(socket.port);
  }

  private freePort(socket: Socket, local: Ipv4 | Ipv6): number {
    const range = this.ns.sysctl.read('net/ipv4/ip_local_port_range');
    const [low = 32768, high = 60999] = typeof range === 'string' ? range.trim().split(/\s+/).map(Number) : [];
    const count = high - low + 1;
    const start = this.ns.kernel.random.int(count);
    for (let i = 0; i < count; i++) {
      const port = low + ((start + i) % count);
      if (!this.conflicts(socket, local, port)) return port;
    }
    return 0;
  }

  private conflicts(socket: Socket, local: Ipv4 | Ipv6, port: number): boolean {
    return this.at(port).some((other) => {
      if (other === socket) return false;
      if (other.options.reuseAddress && socket.options.reuseAddress) return false;
      const one = other.options.bindToDevice;
      const two = socket.options.bindToDevice;
      if (one !== 0 && two !== 0 && one !== two) return false;
      if (socket.family !== other.family && (socket.options.v6only || other.options.v6only)) return false;
      return overlap(other.local, local);
    });
  }
}

const NONE: readonly never[] = [];

/** Whether two bound addresses can both match a packet (inet_rcv_saddr_equal, wildcards matching). */
function overlap(a: Ipv4 | Ipv6, b: Ipv4 | Ipv6): boolean {
  if (a === '::' || b === '::') return true;
  const a4 = typeof a === 'number' ? a : ipv4OfMapped(a);
  const b4 = typeof b === 'number' ? b : ipv4OfMapped(b);
  if (a4 !== undefined && b4 !== undefined) return a4 === 0 || b4 === 0 || a4 === b4;
  return a4 === undefined && b4 === undefined && a === b;
}
