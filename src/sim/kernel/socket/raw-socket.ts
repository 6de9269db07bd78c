import { LazyMap } from '../../base/lazy.ts';
// Raw IP sockets: net/ipv4/raw.c and net/ipv6/raw.c.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { setU16, setU32, u16 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV6 } from '../../base/checksum.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import {
  IPV4_HLEN,
  IPV4_ID,
  IPV4_SRC,
  IPV4_TOTAL_LENGTH,
  ipv4Dst,
  ipv4HeaderLength,
  ipv4SetChecksum,
  ipv4Src,
  ipv4Tos,
  ipv4Ttl,
} from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6HopLimit, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import { ipLocalOut } from '../ip/ipv4-output.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { IcmpError } from '../ip/protocols.ts';
import type { Route4 } from '../route/route.ts';
import { Skb } from '../skb.ts';
import { InetSocket } from './inet-socket.ts';
import type { SockAddr } from './socket.ts';
import type { SocketOwner } from './socket-owner.ts';

/** IPPROTO_RAW: sends only, and brings its own header. */
const IPPROTO_RAW = 255;
/** Where ICMPv6 has its checksum, which the kernel fills in for raw sockets (RFC 3542, 3.1). */
const ICMPV6_CHECKSUM_OFFSET = 2;

export class RawSocket extends InetSocket {
  readonly kind = 'raw';
  readonly protocol: number;
  private readonly table: RawSockets;

  constructor(stack: NetStack, family: 'inet' | 'inet6', protocol: number, table: RawSockets, owner: SocketOwner | undefined) {
    super(stack, family, owner);
    this.protocol = protocol;
    this.table = table;
    this.port = protocol;
    this.options.headerIncluded = protocol === IPPROTO_RAW;
  }

  protected override refusedPort(): undefined {
    return undefined;
  }

  protected takePort(): undefined {
    return undefined;
  }

  protected release(): void {
    this.table.remove(this);
  }

  send(data: Uint8Array, to?: SockAddr): number | KernelError {
    const error = this.takePending();
    if (error) return error;
    if (this.family === 'inet' && data.length > 0xffff) return fail('EMSGSIZE');
    const target = this.destination(to);
    if (isError(target)) return target;
    if (target.family !== this.family) return fail('ENETUNREACH');
    const refused = target.family === 'inet' ? this.send4(data, target.address) : this.send6(data, target);
    return refused ?? data.length;
  }

  private send4(data: Uint8Array, dst: Ipv4): undefined | KernelError {
    const route = this.route4(dst, 0);
    if (isError(route)) return route;
    const skb = Skb.alloc(data.length);
    skb.owned = true;
    skb.buf.set(data, skb.data);
    const src = this.source4 || route.source;
    if (this.options.headerIncluded) return this.sendWithHeader(skb, route, src);
    return this.transmit4(skb, route, src, dst, 0);
  }

  /** The process wrote the IP header; the kernel fills in what it left 0, the length and the checksum (raw_send_hdrinc). */
  private sendWithHeader(skb: Skb, route: Route4, src: Ipv4): undefined | KernelError {
    const b = skb.buf;
    const o = skb.data;
    const length = skb.length;
    if (length > route.mtu) return fail('EMSGSIZE');
    if (length < IPV4_HLEN || ipv4HeaderLength(b, o) < IPV4_HLEN || ipv4HeaderLength(b, o) > length) return fail('EINVAL');
    if (ipv4Src(b, o) === 0) setU32(b, o + IPV4_SRC, src);
    setU16(b, o + IPV4_TOTAL_LENGTH, length);
    if (u16(b, o + IPV4_ID) === 0) setU16(b, o + IPV4_ID, this.stack.ident4.next(ipv4Dst(b, o), src, this.protocol));
    ipv4SetChecksum(b, o);
    skb.transport = o + ipv4HeaderLength(b, o);
    skb.mark = this.options.mark;
    skb.dst = route;
    const refused = ipLocalOut(this.stack, skb);
    if (refused) this.stack.mib.ip4.OutDiscards++;
    return refused;
  }

  private send6(data: Uint8Array, target: Extract<SockAddr, { family: 'inet6' }>): undefined | KernelError {
    const dst = target.address;
    const route = this.route6(dst, 0, target.scopeId);
    if (isError(route)) return route;
    const src = this.source6(route, dst);
    if (src === undefined) return fail('EADDRNOTAVAIL');
    const skb = Skb.alloc(data.length);
    skb.owned = true;
    skb.buf.set(data, skb.data);
    if (this.protocol === IPPROTO_ICMPV6) {
      if (data.length < 4) return fail('EINVAL');
      const at = skb.data + ICMPV6_CHECKSUM_OFFSET;
      setU16(skb.buf, at, 0);
      setU16(skb.buf, at, checksum(skb.buf, skb.data, skb.length, pseudoHeaderV6(src, dst, IPPROTO_ICMPV6, skb.length)));
    }
    return this.transmit6(skb, route, src, dst, 0);
  }

  /** Whether a packet between these addresses is for this socket; they are seen from this host. */
  matches(local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6, ifindex: number): boolean {
    if (this.local !== 0 && this.local !== '::' && this.local !== local) return false;
    if (this.peer !== undefined && this.peer.address !== remote) return false;
    return this.options.bindToDevice === 0 || this.options.bindToDevice === ifindex;
  }

  /** A packet; IPv4 sockets get it with its header, IPv6 ones without. `skb.data` is at the IP header, `skb.transport` after it. */
  deliver(skb: Skb): void {
    const b = skb.buf;
    const ip = skb.network;
    const inet = this.family === 'inet';
    const src6 = inet ? '' : ipv6Src(b, ip);
    this.enqueue(skb, {
      data: b.slice(inet ? ip : skb.transport, skb.end),
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
    const from = this.options.headerIncluded ? error.ip : error.transport;
    this.reportIcmp(error, error.buf.slice(from, error.end), 0);
  }
}

/** The raw sockets of one family, by protocol. */
export class RawSockets {
  private readonly stack: NetStack;
  private readonly family: 'inet' | 'inet6';
  private readonly byProtocol = new LazyMap<number, RawSocket[]>();

  constructor(stack: NetStack, family: 'inet' | 'inet6') {
    this.stack = stack;
    this.family = family;
  }

  open(protocol: number, owner?: SocketOwner): RawSocket {
    const socket = new RawSocket(this.stack, this.family, protocol, this, owner);
    const sockets = this.byProtocol.get(protocol);
    if (sockets) sockets.push(socket);
    else this.byProtocol.set(protocol, [socket]);
    return socket;
  }

  *all(): Iterable<RawSocket> {
    for (const sockets of this.byProtocol.values()) yield* sockets;
  }

  remove(socket: RawSocket): void {
    const sockets = this.byProtocol.get(socket.protocol);
    if (!sockets) return;
    const index = sockets.indexOf(socket);
    if (index >= 0) sockets.splice(index, 1);
    if (sockets.length === 0) this.byProtocol.delete(socket.protocol);
  }

  /** Gives every socket that wants it a copy of a packet (raw_local_deliver); whether there was one. */
  deliver(skb: Skb, protocol: number): boolean {
    const sockets = this.byProtocol.get(protocol);
    if (sockets === undefined) return false;
    const b = skb.buf;
    const ip = skb.network;
    const inet = this.family === 'inet';
    const local = inet ? ipv4Dst(b, ip) : ipv6Dst(b, ip);
    const remote = inet ? ipv4Src(b, ip) : ipv6Src(b, ip);
    let delivered = false;
    for (const socket of [...sockets]) {
      if (!socket.matches(local, remote, skb.iif)) continue;
      socket.deliver(skb);
      delivered = true;
    }
    return delivered;
  }

  /** An ICMP error about a packet of the protocol (raw_icmp_error). */
  error(error: IcmpError, protocol: number): void {
    const sockets = this.byProtocol.get(protocol);
    if (sockets === undefined) return;
    const inet = error.family === 'inet';
    const local = inet ? ipv4Src(error.buf, error.ip) : ipv6Src(error.buf, error.ip);
    const remote = inet ? ipv4Dst(error.buf, error.ip) : ipv6Dst(error.buf, error.ip);
    for (const socket of [...sockets]) if (socket.matches(local, remote, error.ifindex)) socket.fail(error);
  }
}
