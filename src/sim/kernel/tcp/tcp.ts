// TCP in one namespace: its sockets, where segments come in, and what they share (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c).

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { u32 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6At } from '../../base/checksum.ts';
import type { EventQueue } from '../../base/event-queue.ts';
import { ipv6Bytes } from '../../base/ipv6-address.ts';
import type { Random } from '../../base/random.ts';
import type { KernelError } from '../../base/result.ts';
import { IPPROTO_TCP } from '../../wire/ip-protocol.ts';
import { ipv4Dst, ipv4Src } from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6Src } from '../../wire/ipv6.ts';
import { checkTcp } from '../../wire/tcp.ts';
import { conf6 } from '../ip/conf.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { IcmpError, ProtocolHandler } from '../ip/protocols.ts';
import type { NetNamespace } from '../netns.ts';
import type { Route4, Route6 } from '../route/route.ts';
import type { Skb } from '../skb.ts';
import type { TcpExtMib, TcpMib } from '../snmp/mib.ts';
import { nextSocketInode } from '../socket/inode.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import { drop, traceStep } from '../trace.ts';
import { BindTable } from './bind-table.ts';
import { type CongestionControl, congestionControl } from './congestion.ts';
import { SKB_OVERHEAD } from './constants.ts';
import { receiveIcmpError } from './icmp-error.ts';
import { receive } from './input.ts';
import { checkRequest, receiveListen } from './listen.ts';
import { sendReset, sendTimeWaitAck } from './reply.ts';
import { RequestSock } from './request-sock.ts';
import { IncomingSegment } from './segment.ts';
import { seqAdd } from './sequence.ts';
import { SocketHash } from './socket-hash.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TimeWaitSock } from './time-wait.ts';
import { onTimer } from './timeout.ts';

const PATHS = new Map<string, string>();

export class Tcp {
  readonly ns: NetNamespace;
  readonly stack: NetStack;
  readonly clock: EventQueue;
  readonly mib: TcpMib;
  readonly ext: TcpExtMib;
  readonly random: Random;
  readonly hash = new SocketHash();
  readonly ports: BindTable;
  /** The receiving halves, for both families' protocol tables. */
  readonly handler4: ProtocolHandler;
  readonly handler6: ProtocolHandler;
  // Questions and options that are filled in anew for each segment, so that none is allocated.
  readonly flow4 = { dst: 0 as Ipv4, src: 0 as Ipv4, tos: 0, oif: 0, mark: 0, ipProto: IPPROTO_TCP, sport: 0, dport: 0 };
  readonly flow6 = { dst: '::' as Ipv6, src: '::' as Ipv6, tos: 0, oif: 0, mark: 0, ipProto: IPPROTO_TCP, sport: 0, dport: 0 };
  readonly send4 = { ttl: 64, tos: 0, dontFragment: true, id: 0, mark: 0 };
  readonly send6 = { hopLimit: 64, trafficClass: 0, flowLabel: -1, mark: 0, loop: true };
  private readonly segment = new IncomingSegment();
  private readonly key: number;
  private readonly toWake: TcpSock[] = [];
  private busy = 0;

  constructor(stack: NetStack) {
    const { ns } = stack;
    this.stack = stack;
    this.ns = ns;
    this.mib = stack.mib.tcp;
    this.ext = stack.mib.tcpExt;
    this.clock = ns.kernel.clock;
    this.random = ns.kernel.random.fork(`tcp ${ns.inode}`);
    this.key = this.random.u32();
    this.ports = new BindTable(ns);
    this.handler4 = { receive: (skb) => this.receive(skb, true), error: (error) => this.icmpError(error) };
    this.handler6 = { receive: (skb) => this.receive(skb, false), error: (error) => this.icmpError(error) };
  }

  /** A setting of net/ipv4 by its last name. */
  sysctl(name: string): number {
    let path = PATHS.get(name);
    if (path === undefined) {
      path = `net/ipv4/${name}`;
      PATHS.set(name, path);
    }
    return this.ns.sysctl.int(path);
  }

  /** The third numbers of net.ipv4.tcp_rmem and tcp_wmem: how large buffers may grow. */
  get rmemMax(): number {
    return this.triple('net/ipv4/tcp_rmem')[2];
  }

  get wmemMax(): number {
    return this.triple('net/ipv4/tcp_wmem')[2];
  }

  /** Least, first and greatest size of a buffer. */
  triple(path: string): readonly [number, number, number] {
    const text = this.ns.sysctl.read(path);
    const [least = 4096, first = 131_072, most = 6_291_456] = typeof text === 'string' ? text.trim().split(/\s+/).map(Number) : [];
    return [least, first, most];
  }

  nextInode(): number {
    return nextSocketInode(this.ns.kernel);
  }

  congestionControl(name: string | undefined): CongestionControl {
    const text = name ?? this.ns.sysctl.read('net/ipv4/tcp_congestion_control');
    return congestionControl(typeof text === 'string' ? text.trim() : 'cubic');
  }

  countNoRoute(ipv4: boolean): void {
    (ipv4 ? this.stack.mib.ip4 : this.stack.mib.ip6).OutNoRoutes++;
  }

  hopLimit(route: Route6): number {
    return conf6(route.dev, 'hop_limit') || 64;
  }

  routeTo(
    ipv4: boolean,
    local: Ipv4 | Ipv6,
    remote: Ipv4 | Ipv6,
    options: StreamOptions,
    sport: number,
    dport: number,
  ): Route4 | Route6 | KernelError {
    const flow = { tos: options.tos, oif: options.bindToDevice, mark: options.mark, ipProto: IPPROTO_TCP, sport, dport };
    if (ipv4) return this.ns.ip4.fib.output({ ...flow, dst: remote as Ipv4, src: local as Ipv4 });
    return this.ns.ip6.fib.output({ ...flow, dst: remote as Ipv6, src: local as Ipv6 });
  }

  /** Whether a received packet is for this host alone: to groups and broadcasts nothing is answered. */
  isLocalDelivery(skb: Skb, ipv4: boolean): boolean {
    const type = (skb.dst as Route4 | Route6 | undefined)?.type;
    return type === 'local' || (!ipv4 && type === 'anycast');
  }

  // ---- numbers that others must not guess, out of the seed (net/core/secure_seq.c; RFC 6528)

  initialSequence(local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6, port: number, remotePort: number): number {
    const h = this.mix(this.mix(this.mix(this.key, fold(local)), fold(remote)), (port << 16) | remotePort);
    return (h + Math.floor(this.clock.now / 64)) >>> 0;
  }

  timestampOffset(local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6): number {
    return this.mix(this.mix(this.key ^ 0x5bd1e995, fold(local)), fold(remote));
  }

  portHash(local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6, remotePort: number): number {
    return this.mix(this.mix(this.mix(this.key ^ 0x27d4eb2f, fold(local)), fold(remote)), remotePort);
  }

  private mix(h: number, word: number): number {
    let x = Math.imul(h ^ word, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
    return (x ^ (x >>> 13)) >>> 0;
  }

  /** The send buffer that the congestion window asks for (tcp_sndbuf_expand). */
  expandedSendBuffer(sk: TcpSock): number {
    if (sk.options.sendBuffer !== undefined) return sk.sndBuf;
    let perSegment = 4096;
    while (perSegment < sk.mssCache + 640) perSegment *= 2;
    const segments = Math.max(sk.cwnd, sk.reordering + 1, 10);
    return Math.max(sk.sndBuf, Math.min(2 * segments * (perSegment + 256), this.wmemMax));
  }

  // ---- receiving

  /** A segment for this host, `skb.data` at the TCP header (tcp_v4_rcv). */
  private receive(skb: Skb, ipv4: boolean): void {
    const b = skb.buf;
    const o = skb.data;
    const ip = skb.network;
    const length = skb.end - o;
    this.mib.InSegs++;
    if (checkTcp(b, o, length) !== undefined) {
      this.mib.InErrs++;
      return drop(this.ns, skb, length < 20 ? 'PKT_TOO_SMALL' : 'TCP_FLAGS', 'TCP header');
    }
    const local = ipv4 ? ipv4Dst(b, ip) : ipv6Dst(b, ip);
    const remote = ipv4 ? ipv4Src(b, ip) : ipv6Src(b, ip);
    const pseudo = ipv4 ? pseudoHeaderV4(remote as Ipv4, local as Ipv4, IPPROTO_TCP, length) : pseudoHeaderV6At(b, ip, IPPROTO_TCP, length);
    if (checksum(b, o, length, pseudo) !== 0) {
      this.mib.InCsumErrors++;
      this.mib.InErrs++;
      return drop(this.ns, skb, 'TCP_CSUM');
    }
    const seg = this.segment;
    seg.read(skb);
    this.busy++;
    this.dispatch(seg, ipv4, local, remote);
    this.busy--;
    if (this.ns.kernel.trace.on && !skb.ended) traceStep(this.ns, skb.dev, skb, { kind: 'deliver', socket: `tcp port ${seg.dstPort}` });
    if (this.toWake.length > 0) this.flush();
  }

  private dispatch(seg: IncomingSegment, ipv4: boolean, local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6): void {
    const { skb } = seg;
    const found = this.hash.find(local, seg.dstPort, remote, seg.srcPort, skb.iif);
    if (found === undefined) return this.toListener(seg, ipv4, local, remote);
    if (found instanceof TimeWaitSock) return this.toTimeWait(found, seg, ipv4, local, remote);
    if (found instanceof RequestSock) {
      const child = checkRequest(found, seg);
      if (child) this.toSocket(child, seg);
      return;
    }
    this.toSocket(found, seg);
  }

  private toSocket(sk: TcpSock, seg: IncomingSegment): void {
    if (sk.owned) {
      sk.backlog.push(seg.skb);
      return;
    }
    receive(sk, seg);
    this.wakeLater(sk);
  }

  /**
   * A process's call on the socket is over: takes what came meanwhile, lets what was sent arrive where that is this machine, and takes
   * the answers (release_sock).
   */
  release(sk: TcpSock): void {
    for (let skb = sk.backlog.shift(); skb !== undefined; skb = sk.backlog.shift()) {
      this.segment.read(skb);
      this.busy++;
      receive(sk, this.segment);
      this.busy--;
      this.wakeLater(sk);
    }
    sk.owned = false;
    this.stack.softirq.drain();
  }

  private toListener(seg: IncomingSegment, ipv4: boolean, local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6, isn?: number): void {
    const { skb } = seg;
    const hash = this.portHash(local, remote, seg.srcPort);
    const listener = this.hash.findListener(ipv4, local, seg.dstPort, skb.iif, hash);
    if (listener) return receiveListen(listener, seg, ipv4, local, remote, isn);
    sendReset(this, seg, ipv4, local, remote);
    drop(this.ns, skb, 'NO_SOCKET', `tcp port ${seg.dstPort}`);
  }

  private toTimeWait(tw: TimeWaitSock, seg: IncomingSegment, ipv4: boolean, local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6): void {
    switch (tw.receive(seg)) {
      case 'ack':
        return sendTimeWaitAck(this, seg, tw);
      case 'reset':
        return sendReset(this, seg, ipv4, local, remote);
      case 'reopen':
        tw.kill();
        return this.toListener(seg, ipv4, local, remote, seqAdd(tw.sndNxt, 65_535 + 2));
      default:
    }
  }

  private icmpError(error: IcmpError): void {
    this.busy++;
    receiveIcmpError(this, error);
    this.busy--;
    if (this.toWake.length > 0) this.flush();
  }

  /** The event of a socket's timer. */
  onTimer(sk: TcpSock): void {
    this.busy++;
    onTimer(sk);
    this.busy--;
    this.wakeLater(sk);
  }

  // ---- waking

  /** Wakes who waits for the socket, once the segment in hand is done with: what they do may come back here. */
  wakeLater(sk: TcpSock): void {
    if (!sk.wakeReaders && !sk.wakeWriters) return;
    this.toWake.push(sk);
    if (this.busy === 0) this.flush();
  }

  private flush(): void {
    const { toWake } = this;
    for (let i = 0; i < toWake.length; i++) {
      const sk = toWake[i] as TcpSock;
      if (sk.wakeReaders) {
        sk.wakeReaders = false;
        sk.readable.wake();
      }
      if (sk.wakeWriters) {
        sk.wakeWriters = false;
        if (this.hasRoom(sk)) sk.writable.wake();
      }
    }
    toWake.length = 0;
  }

  /** Whether a third of the send buffer is free, or writing fails anyway (sk_stream_is_writeable). */
  hasRoom(sk: TcpSock): boolean {
    if (sk.shutdown !== 0 || sk.error) return true;
    const used = this.sendMemory(sk);
    return sk.sndBuf - used >= used >> 1;
  }

  /** What unacknowledged bytes cost of the send buffer (sk_wmem_queued). */
  sendMemory(sk: TcpSock): number {
    const bytes = sk.sendBuffer.length;
    return bytes === 0 ? 0 : bytes + SKB_OVERHEAD * Math.ceil(bytes / Math.max(sk.mssCache, 1));
  }

  /** The namespace goes: nothing may stay scheduled. */
  destroy(): void {
    for (const sk of [...this.hash.all()]) {
      if (sk instanceof TimeWaitSock) sk.kill();
      else this.clock.cancel(sk.timer);
    }
  }
}

function fold(address: Ipv4 | Ipv6): number {
  if (typeof address === 'number') return address;
  const bytes = ipv6Bytes(address);
  return (u32(bytes, 0) ^ Math.imul(u32(bytes, 4), 3) ^ Math.imul(u32(bytes, 8), 5) ^ Math.imul(u32(bytes, 12), 7)) >>> 0;
}
