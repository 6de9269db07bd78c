import { LazyMap } from '../../base/lazy.ts';
// The unprivileged ICMP socket, SOCK_DGRAM of IPPROTO_ICMP(V6): net/ipv4/ping.c.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { setU16, u16 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV6 } from '../../base/checksum.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { ICMP_CHECKSUM, ICMP_ECHO, ICMP_ECHO_ID, ICMP_HLEN } from '../../wire/icmp.ts';
import { ICMPV6_ECHO_REQUEST } from '../../wire/icmpv6.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { ipv4Dst, ipv4Src, ipv4Tos, ipv4Ttl } from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6HopLimit, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { IcmpError } from '../ip/protocols.ts';
import { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { InetSocket } from './inet-socket.ts';
import type { SockAddr } from './socket.ts';
import { ROOT_OWNER, type SocketOwner } from './socket-owner.ts';

export class PingSocket extends InetSocket {
  readonly kind = 'ping';
  protected readonly protocol: number;
  private readonly table: PingSockets;

  constructor(stack: NetStack, family: 'inet' | 'inet6', table: PingSockets, owner: SocketOwner) {
    super(stack, family, owner);
    this.protocol = family === 'inet' ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    this.table = table;
  }

  protected override refusedPort(): undefined {
    return undefined;
  }

  protected takePort(_local: Ipv4 | Ipv6, port: number): undefined | KernelError {
    return this.table.take(this, port);
  }

  protected release(): void {
    this.table.release(this);
  }

  /** `data` is an echo request; the kernel puts in identifier and checksum. EINVAL for any other message. */
  send(data: Uint8Array, to?: SockAddr): number | KernelError {
    const error = this.takePending();
    if (error) return error;
    if (data.length < ICMP_HLEN || data[1] !== 0) return fail('EINVAL');
    if (data[0] !== (this.family === 'inet' ? ICMP_ECHO : ICMPV6_ECHO_REQUEST)) return fail('EINVAL');
    if (data.length > 0xffff) return fail('EMSGSIZE');
    const target = this.destination(to);
    if (isError(target)) return target;
    const refused = target.family === 'inet' ? this.send4(data, target.address) : this.send6(data, target);
    return refused ?? data.length;
  }

  private send4(data: Uint8Array, dst: Ipv4): undefined | KernelError {
    const route = this.route4(dst, 0);
    if (isError(route)) return route;
    const skb = this.message(data);
    if (isError(skb)) return skb;
    setU16(skb.buf, skb.data + ICMP_CHECKSUM, checksum(skb.buf, skb.data, skb.length));
    return this.transmit4(skb, route, this.source4 || route.source, dst, 0);
  }

  private send6(data: Uint8Array, target: Extract<SockAddr, { family: 'inet6' }>): undefined | KernelError {
    const dst = target.address;
    const route = this.route6(dst, 0, target.scopeId);
    if (isError(route)) return route;
    const src = this.source6(route, dst);
    if (src === undefined) return fail('EADDRNOTAVAIL');
    const skb = this.message(data);
    if (isError(skb)) return skb;
    const pseudo = pseudoHeaderV6(src, dst, IPPROTO_ICMPV6, skb.length);
    setU16(skb.buf, skb.data + ICMP_CHECKSUM, checksum(skb.buf, skb.data, skb.length, pseudo));
    return this.transmit6(skb, route, src, dst, 0);
  }

  private message(data: Uint8Array): Skb | KernelError {
    if (this.port === 0) {
      const refused = this.table.take(this, 0);
      if (refused) return refused;
    }
    const skb = Skb.alloc(data.length);
    skb.owned = true;
    skb.buf.set(data, skb.data);
    setU16(skb.buf, skb.data + ICMP_CHECKSUM, 0);
    setU16(skb.buf, skb.data + ICMP_ECHO_ID, this.port);
    return skb;
  }

  /** An echo reply, `skb.data` at its ICMP header, with which the datagram begins. */
  deliver(skb: Skb): void {
    const b = skb.buf;
    const ip = skb.network;
    const inet = this.family === 'inet';
    const src6 = inet ? '' : ipv6Src(b, ip);
    this.enqueue(skb, {
      data: b.slice(skb.data, skb.end),
      from: inet
        ? { family: 'inet', address: ipv4Src(b, ip), port: 0 }
        : { family: 'inet6', address: src6, port: 0, scopeId: src6.startsWith('fe80:') ? skb.iif : 0 },
      to: inet ? { family: 'inet', address: ipv4Dst(b, ip), port: 0 } : { family: 'inet6', address: ipv6Dst(b, ip), port: 0, scopeId: 0 },
      ifindex: skb.iif,
      ttl: inet ? ipv4Ttl(b, ip) : ipv6HopLimit(b, ip),
      tos: inet ? ipv4Tos(b, ip) : ipv6TrafficClass(b, ip),
      timeNs: this.stack.ns.kernel.clock.now,
    });
  }

  fail(error: IcmpError): void {
    this.reportIcmp(error, error.buf.slice(error.transport, error.end), 0);
  }
}

/** The ping sockets of one family, by identifier. */
export class PingSockets {
  private readonly stack: NetStack;
  private readonly family: 'inet' | 'inet6';
  private readonly byId = new LazyMap<number, PingSocket>();

  constructor(stack: NetStack, family: 'inet' | 'inet6') {
    this.stack = stack;
    this.family = family;
  }

  /** A new socket: EACCES where `net.ipv4.ping_group_range` leaves out the owner's groups (ping_init_sock). */
  open(owner: SocketOwner = ROOT_OWNER): PingSocket | KernelError {
    const range = this.stack.ns.sysctl.read('net/ipv4/ping_group_range');
    const [low = 1, high = 0] = typeof range === 'string' ? range.trim().split(/\s+/).map(Number) : [];
    if (![owner.gid, ...owner.groups].some((gid) => gid >= low && gid <= high)) return fail('EACCES');
    return new PingSocket(this.stack, this.family, this, owner);
  }

  take(socket: PingSocket, wanted: number): undefined | KernelError {
    let id = wanted;
    if (id === 0) {
      for (let i = 0; i < 0xffff && (id === 0 || this.byId.has(id)); i++) {
        id = this.stack.ns.kernel.nextPingId();
      }
    }
    if (this.byId.has(id)) return fail('EADDRINUSE');
    this.release(socket);
    socket.port = id;
    this.byId.set(id, socket);
    return undefined;
  }

  /** Those that have an identifier. */
  all(): Iterable<PingSocket> {
    return this.byId.values();
  }

  release(socket: PingSocket): void {
    if (this.byId.get(socket.port) === socket) this.byId.delete(socket.port);
  }

  /** An echo reply, `skb.data` at its ICMP header (ping_rcv). */
  receive(skb: Skb): void {
    const id = u16(skb.buf, skb.data + ICMP_ECHO_ID);
    const socket = this.byId.get(id);
    // Raw sockets have had it already; the kernel itself waits for none.
    if (socket === undefined) return drop(this.stack.ns, skb, 'NO_SOCKET', `echo reply ${id}`);
    socket.deliver(skb);
  }

  /** An error about an echo request (ping_err). */
  error(error: IcmpError): void {
    const type = error.buf[error.transport];
    if (type !== (this.family === 'inet' ? ICMP_ECHO : ICMPV6_ECHO_REQUEST)) return;
    this.byId.get(u16(error.buf, error.transport + ICMP_ECHO_ID))?.fail(error);
  }
}
