// UDP: RFC 768 as net/ipv4/udp.c and net/ipv6/udp.c do it.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6, pseudoHeaderV6At } from '../../base/checksum.ts';
import { isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH } from '../../wire/icmp.ts';
import { ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH } from '../../wire/icmpv6.ts';
import { IPPROTO_UDP } from '../../wire/ip-protocol.ts';
import { ipv4Dst, ipv4Src, ipv4Tos, ipv4Ttl } from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6HopLimit, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import { UDP_HLEN, udpChecksum, udpDstPort, udpLength, udpSrcPort, writeUdp } from '../../wire/udp.ts';
import { icmpSend } from '../ip/icmp-send.ts';
import { icmp6Send } from '../ip/icmpv6-send.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { IcmpError, ProtocolHandler } from '../ip/protocols.ts';
import type { Route4 } from '../route/route.ts';
import { Skb } from '../skb.ts';
import type { UdpMib } from '../snmp/mib.ts';
import { drop } from '../trace.ts';
import { InetSocket, ipv4OfMapped, mappedIpv6 } from './inet-socket.ts';
import type { PortTable } from './port-table.ts';
import type { Datagram, SockAddr } from './socket.ts';
import type { SocketOwner } from './socket-owner.ts';

export class UdpSocket extends InetSocket {
  readonly kind = 'udp';
  /** Whether IPv6 datagrams without a checksum are taken (UDP_NO_CHECK6_RX). */
  readonly zeroChecksum6: boolean = false;
  protected readonly protocol = IPPROTO_UDP;
  private readonly table: PortTable<UdpSocket>;

  constructor(stack: NetStack, family: 'inet' | 'inet6', table: PortTable<UdpSocket>, owner?: SocketOwner) {
    super(stack, family, owner);
    this.table = table;
  }

  private get mib(): UdpMib {
    return this.family === 'inet' ? this.stack.mib.udp4 : this.stack.mib.udp6;
  }

  override receive(): Datagram | KernelError {
    const datagram = super.receive();
    if (!isError(datagram)) this.mib.InDatagrams++;
    return datagram;
  }

  protected override overflowed(): void {
    this.mib.RcvbufErrors++;
    this.mib.InErrors++;
  }

  protected takePort(local: Ipv4 | Ipv6, port: number): undefined | KernelError {
    return this.table.take(this, local, port);
  }

  protected release(): void {
    this.table.release(this);
  }

  send(data: Uint8Array, to?: SockAddr): number | KernelError {
    const error = this.takePending();
    if (error) return error;
    // IPv6 tells a process that wants no fragments what the MTU is, however much it sends (ip6_append_data).
    const whole = this.options.pmtuDiscover === 'do' || this.options.pmtuDiscover === 'probe';
    if (data.length > 0xffff && (this.family === 'inet' || !whole)) return fail('EMSGSIZE');
    const target = this.destination(to);
    if (isError(target)) return target;
    if (target.port === 0) return fail('EINVAL');
    const refused = target.family === 'inet' ? this.send4(data, target.address, target.port) : this.send6(data, target);
    if (refused === undefined) this.mib.OutDatagrams++;
    return refused ?? data.length;
  }

  private send4(data: Uint8Array, dst: Ipv4, port: number): undefined | KernelError {
    const route = this.route4(dst, port);
    if (isError(route)) return route;
    const unbound = this.port === 0 ? this.takePort(this.local, 0) : undefined;
    if (unbound) return unbound;
    const src = this.source4 || route.source;
    const skb = this.segment(data);
    writeUdp(skb.buf, skb.data, skb.length, this.port, port, pseudoHeaderV4(src, dst, IPPROTO_UDP, skb.length));
    return this.transmit4(skb, route, src, dst, port);
  }

  private send6(data: Uint8Array, target: Extract<SockAddr, { family: 'inet6' }>): undefined | KernelError {
    const { address: dst, port } = target;
    const route = this.route6(dst, port, target.scopeId);
    if (isError(route)) return route;
    const src = this.source6(route, dst);
    if (src === undefined) return fail('EADDRNOTAVAIL');
    const unbound = this.port === 0 ? this.takePort(this.local, 0) : undefined;
    if (unbound) return unbound;
    const skb = this.segment(data);
    writeUdp(skb.buf, skb.data, skb.length, this.port, port, pseudoHeaderV6(src, dst, IPPROTO_UDP, skb.length));
    return this.transmit6(skb, route, src, dst, port);
  }

  private segment(data: Uint8Array): Skb {
    const skb = Skb.alloc(UDP_HLEN + data.length);
    skb.owned = true;
    skb.buf.set(data, skb.data + UDP_HLEN);
    return skb;
  }

  /** How well the socket fits an IPv4 packet (compute_score): -1 not at all, more for each thing that must match. */
  score4(src: Ipv4, sport: number, dst: Ipv4, ifindex: number): number {
    if (this.family === 'inet6' && this.options.v6only) return -1;
    let score = this.family === 'inet' ? 2 : 1;
    const local = typeof this.local === 'number' ? this.local : this.local === '::' ? 0 : ipv4OfMapped(this.local);
    if (local === undefined) return -1;
    if (local !== 0) {
      if (local !== dst) return -1;
      score += 4;
    }
    if (this.peer !== undefined) {
      const peer = this.peer.family === 'inet' ? this.peer.address : ipv4OfMapped(this.peer.address);
      if (peer !== src || this.peer.port !== sport) return -1;
      score += 8;
    }
    return this.scoreDevice(score, ifindex);
  }

  /** The same for an IPv6 packet. */
  score6(src: Ipv6, sport: number, dst: Ipv6, ifindex: number): number {
    if (this.family !== 'inet6') return -1;
    let score = 0;
    if (this.local !== '::') {
      if (this.local !== dst) return -1;
      score++;
    }
    if (this.peer !== undefined) {
      if (this.peer.address !== src || this.peer.port !== sport) return -1;
      score += 2;
    }
    return this.scoreDevice(score, ifindex);
  }

  private scoreDevice(score: number, ifindex: number): number {
    const bound = this.options.bindToDevice;
    if (bound === 0) return score;
    return bound === ifindex ? score + 4 : -1;
  }

  /** A datagram for this socket; `skb.data` is at the UDP header. */
  deliver4(skb: Skb): void {
    const b = skb.buf;
    const ip = skb.network;
    const src = ipv4Src(b, ip);
    const dst = ipv4Dst(b, ip);
    const sport = udpSrcPort(b, skb.data);
    const inet = this.family === 'inet';
    this.enqueue(skb, {
      data: b.slice(skb.data + UDP_HLEN, skb.data + udpLength(b, skb.data)),
      from: inet ? { family: 'inet', address: src, port: sport } : { family: 'inet6', address: mappedIpv6(src), port: sport, scopeId: 0 },
      to: inet
        ? { family: 'inet', address: dst, port: this.port }
        : { family: 'inet6', address: mappedIpv6(dst), port: this.port, scopeId: 0 },
      ifindex: skb.iif,
      ttl: ipv4Ttl(b, ip),
      tos: ipv4Tos(b, ip),
      timeNs: this.stack.ns.kernel.clock.now,
    });
  }

  deliver6(skb: Skb): void {
    const b = skb.buf;
    const ip = skb.network;
    const src = ipv6Src(b, ip);
    this.enqueue(skb, {
      data: b.slice(skb.data + UDP_HLEN, skb.data + udpLength(b, skb.data)),
      from: { family: 'inet6', address: src, port: udpSrcPort(b, skb.data), scopeId: src.startsWith('fe80:') ? skb.iif : 0 },
      to: { family: 'inet6', address: ipv6Dst(b, ip), port: this.port, scopeId: 0 },
      ifindex: skb.iif,
      ttl: ipv6HopLimit(b, ip),
      tos: ipv6TrafficClass(b, ip),
      timeNs: this.stack.ns.kernel.clock.now,
    });
  }

  fail(error: IcmpError, port: number): void {
    this.reportIcmp(error, error.buf.slice(Math.min(error.transport + UDP_HLEN, error.end), error.end), port);
  }
}

/** Received datagrams of one family find their sockets here (udp_rcv, udpv6_rcv). */
export class Udp implements ProtocolHandler {
  private readonly stack: NetStack;
  private readonly family: 'inet' | 'inet6';
  private readonly table: PortTable<UdpSocket>;
  private readonly mib: UdpMib;

  constructor(stack: NetStack, family: 'inet' | 'inet6', table: PortTable<UdpSocket>) {
    this.stack = stack;
    this.mib = family === 'inet' ? stack.mib.udp4 : stack.mib.udp6;
    this.family = family;
    this.table = table;
  }

  receive(skb: Skb): void {
    const { ns } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const length = skb.end - o;
    const declared = length < UDP_HLEN ? 0 : udpLength(b, o);
    if (declared < UDP_HLEN || declared > length) {
      this.mib.InErrors++;
      return drop(ns, skb, 'PKT_TOO_SMALL', length < UDP_HLEN ? 'UDP' : 'UDP length');
    }
    skb.trim(declared);
    if (!this.checksumOk(skb, declared)) {
      this.mib.InCsumErrors++;
      this.mib.InErrors++;
      return drop(ns, skb, 'UDP_CSUM');
    }
    const group = this.family === 'inet' ? isGroupRoute(skb.dst as Route4 | undefined) : isMulticastIpv6(ipv6Dst(b, skb.network));
    if (group) this.deliverAll(skb);
    else this.deliverBest(skb);
  }

  private checksumOk(skb: Skb, length: number): boolean {
    const b = skb.buf;
    const ip = skb.network;
    if (this.family === 'inet') {
      if (udpChecksum(b, skb.data) === 0) return true;
      return checksum(b, skb.data, length, pseudoHeaderV4(ipv4Src(b, ip), ipv4Dst(b, ip), IPPROTO_UDP, length)) === 0;
    }
    if (udpChecksum(b, skb.data) === 0) return this.table.at(udpDstPort(b, skb.data)).some((socket) => socket.zeroChecksum6);
    return checksum(b, skb.data, length, pseudoHeaderV6At(b, ip, IPPROTO_UDP, length)) === 0;
  }

  private deliverBest(skb: Skb): void {
    const b = skb.buf;
    const o = skb.data;
    const ip = skb.network;
    const inet = this.family === 'inet';
    const sport = udpSrcPort(b, o);
    const dport = udpDstPort(b, o);
    const socket = inet
      ? this.best4(ipv4Src(b, ip), sport, ipv4Dst(b, ip), dport, skb.iif)
      : this.best6(ipv6Src(b, ip), sport, ipv6Dst(b, ip), dport, skb.iif);
    if (socket === undefined) {
      this.mib.NoPorts++;
      skb.data = ip;
      if (inet) icmpSend(this.stack, skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
      else icmp6Send(this.stack, skb, ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH, 0);
      return drop(this.stack.ns, skb, 'NO_SOCKET', `udp port ${dport}`);
    }
    if (inet) socket.deliver4(skb);
    else socket.deliver6(skb);
  }

  /** A group's datagram goes to every socket that fits (__udp4_lib_mcast_deliver). */
  private deliverAll(skb: Skb): void {
    const b = skb.buf;
    const ip = skb.network;
    const inet = this.family === 'inet';
    const sport = udpSrcPort(b, skb.data);
    const dport = udpDstPort(b, skb.data);
    let delivered = false;
    const sockets = [...this.table.at(dport)];
    for (const socket of sockets) {
      const score = inet
        ? socket.score4(ipv4Src(b, ip), sport, ipv4Dst(b, ip), skb.iif)
        : socket.score6(ipv6Src(b, ip), sport, ipv6Dst(b, ip), skb.iif);
      if (score < 0) continue;
      delivered = true;
      // A tunnel takes the packet apart.
      const own = sockets.length > 1 ? skb.clone() : skb;
      if (inet) socket.deliver4(own);
      else socket.deliver6(own);
    }
    if (delivered) return;
    this.mib.IgnoredMulti++;
    drop(this.stack.ns, skb, 'NO_SOCKET', `udp port ${dport}`);
  }

  private best4(src: Ipv4, sport: number, dst: Ipv4, dport: number, ifindex: number): UdpSocket | undefined {
    let best: UdpSocket | undefined;
    let bestScore = -1;
    for (const socket of this.table.at(dport)) {
      const score = socket.score4(src, sport, dst, ifindex);
      if (score > bestScore) {
        bestScore = score;
        best = socket;
      }
    }
    return best;
  }

  private best6(src: Ipv6, sport: number, dst: Ipv6, dport: number, ifindex: number): UdpSocket | undefined {
    let best: UdpSocket | undefined;
    let bestScore = -1;
    for (const socket of this.table.at(dport)) {
      const score = socket.score6(src, sport, dst, ifindex);
      if (score > bestScore) {
        bestScore = score;
        best = socket;
      }
    }
    return best;
  }

  /** An error about a datagram: the quoted ports are seen from its sender (__udp4_lib_err). */
  error(error: IcmpError): void {
    const { buf, ip, transport } = error;
    const sport = udpSrcPort(buf, transport);
    const dport = udpDstPort(buf, transport);
    const socket =
      error.family === 'inet'
        ? this.best4(ipv4Dst(buf, ip), dport, ipv4Src(buf, ip), sport, error.ifindex)
        : this.best6(ipv6Dst(buf, ip), dport, ipv6Src(buf, ip), sport, error.ifindex);
    if (socket) socket.fail(error, dport);
    else (this.family === 'inet' ? this.stack.mib.icmp4 : this.stack.mib.icmp6).InErrors++;
  }
}

function isGroupRoute(route: Route4 | undefined): boolean {
  return route?.type === 'broadcast' || route?.type === 'multicast';
}
