import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { LazyMap } from '../../base/lazy.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import { TCP_LISTEN } from './state.ts';

/** Something that has a port: a socket or what is left of one in TIME_WAIT. */
export interface PortHolder {
  readonly family: 'inet' | 'inet6';
  readonly state: number;
  readonly local: Ipv4 | Ipv6;
  port: number;
  readonly options: StreamOptions;
}

/** Which sockets have which port: net/ipv4/inet_connection_sock.c (inet_csk_get_port) and inet_hashtables.c (__inet_hash_connect). */
export class BindTable {
  private readonly ns: NetNamespace;
  private readonly ports = new LazyMap<number, Set<PortHolder>>();
  /** Where the next connection's search begins, by hash of its ends (table_perturb). */
  private readonly perturb = new Uint32Array(256);

  constructor(ns: NetNamespace) {
    this.ns = ns;
    const random = ns.kernel.random.fork(`tcp ports ${ns.inode}`);
    for (let i = 0; i < this.perturb.length; i++) this.perturb[i] = random.u32();
  }

  /** Gives a socket a port on an address, a free odd one of the ephemeral range for 0. EADDRINUSE. */
  bind(sk: PortHolder, local: Ipv4 | Ipv6, port: number): undefined | KernelError {
    let wanted = port;
    if (wanted === 0) {
      wanted = this.findOpen(sk, local);
      if (wanted === 0) return fail('EADDRINUSE');
    } else if (this.conflicts(sk, local, wanted)) {
      return fail('EADDRINUSE');
    }
    this.add(sk, wanted);
    return undefined;
  }

  /** Whether the socket may start to listen where it is: another may do so already (inet_csk_listen_start). */
  mayListen(sk: PortHolder): boolean {
    return !this.conflicts(sk, sk.local, sk.port, true);
  }

  /** Gives a connecting socket an even port that nobody uses towards the same peer; bound ports are left alone. 0 when all are taken. */
  connect(sk: PortHolder, hash: number, taken: (port: number) => boolean): number {
    const [low, high] = this.range();
    const count = Math.max(1, (high - low + 1) & ~1);
    const index = hash & 255;
    const start = ((((this.perturb[index] as number) + Math.floor(hash / 256)) >>> 0) % count) & ~1;
    for (let parity = 0; parity < 2; parity++) {
      for (let i = 0; i < count; i += 2) {
        const port = low + ((start + i) % count) + parity;
        if (port > high || this.boundByName(port) || taken(port)) continue;
        this.perturb[index] = (this.perturb[index] as number) + i + 2;
        this.add(sk, port);
        return port;
      }
    }
    return 0;
  }

  add(sk: PortHolder, port: number): void {
    sk.port = port;
    const holders = this.ports.get(port);
    if (holders) holders.add(sk);
    else this.ports.set(port, new Set([sk]));
  }

  release(sk: PortHolder): void {
    const holders = this.ports.get(sk.port);
    if (!holders?.delete(sk)) return;
    if (holders.size === 0) this.ports.delete(sk.port);
  }

  private boundByName(port: number): boolean {
    const holders = this.ports.get(port);
    if (!holders) return false;
    for (const holder of holders) if ('portBound' in holder && holder.portBound === true) return true;
    return false;
  }

  private range(): readonly [number, number] {
    const text = this.ns.sysctl.read('net/ipv4/ip_local_port_range');
    const [low = 32_768, high = 60_999] = typeof text === 'string' ? text.trim().split(/\s+/).map(Number) : [];
    return [low, high];
  }

  /** inet_csk_find_open_port: odd ports first, so that connections have the even ones. */
  private findOpen(sk: PortHolder, local: Ipv4 | Ipv6): number {
    const [low, high] = this.range();
    const count = Math.max(1, (high - low + 1) & ~1);
    const start = this.ns.kernel.random.int(count) | 1;
    for (let parity = 0; parity < 2; parity++) {
      for (let i = 0; i < count; i += 2) {
        const port = low + ((start - parity + i) % count);
        if (!this.ports.has(port) || !this.conflicts(sk, local, port)) return port;
      }
    }
    return 0;
  }

  /** inet_csk_bind_conflict. */
  private conflicts(sk: PortHolder, local: Ipv4 | Ipv6, port: number, listening = false): boolean {
    const holders = this.ports.get(port);
    if (!holders) return false;
    for (const other of holders) {
      if (other === sk) continue;
      const one = sk.options.bindToDevice;
      const two = other.options.bindToDevice;
      if (one !== 0 && two !== 0 && one !== two) continue;
      if (listening && other.state !== TCP_LISTEN) continue;
      if (sk.options.reuseAddress && other.options.reuseAddress && other.state !== TCP_LISTEN) continue;
      if (sk.options.reusePort && other.options.reusePort) continue;
      if (overlap(sk, local, other)) return true;
    }
    return false;
  }
}

/** Whether both would take the same segments (inet_rcv_saddr_equal): any address meets all of its family, and IPv6's all of IPv4 unless it is v6only. */
function overlap(sk: PortHolder, local: Ipv4 | Ipv6, other: PortHolder): boolean {
  const a = local;
  const b = other.local;
  const fourA = typeof a === 'number';
  const fourB = typeof b === 'number';
  if (fourA && fourB) return a === 0 || b === 0 || a === b;
  if (!fourA && !fourB) return a === '::' || b === '::' || a === b;
  const six = fourA ? other : sk;
  return (fourA ? b : a) === '::' && !six.options.v6only;
}
