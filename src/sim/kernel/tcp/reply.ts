// Segments that answer without a socket: tcp_v4_send_reset() and tcp_v4_send_ack() in net/ipv4/tcp_ipv4.c, and for IPv6.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { setU32 } from '../../base/bytes.ts';
import { pseudoHeaderV4, pseudoHeaderV6 } from '../../base/checksum.ts';
import { isLinkLocalIpv6 } from '../../base/ipv6-address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { IPPROTO_TCP } from '../../wire/ip-protocol.ts';
import { TCP_ACK, TCP_HLEN, TCP_RST, TCPOPT_NOP, TCPOPT_TIMESTAMP, writeTcp } from '../../wire/tcp.ts';
import { ipSend } from '../ip/ipv4-output.ts';
import { ip6Send } from '../ip/ipv6-output.ts';
import { Skb } from '../skb.ts';
import { TCP_HEADROOM, TSTAMP_ALIGNED } from './constants.ts';
import type { IncomingSegment } from './segment.ts';
import type { Tcp } from './tcp.ts';
import type { TimeWaitSock } from './time-wait.ts';

/** Refuses a segment (RFC 9293, 3.10.7.1): never a reset, nor what was sent to a group. */
export function sendReset(tcp: Tcp, seg: IncomingSegment, ipv4: boolean, local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6): void {
  if ((seg.flags & TCP_RST) !== 0) return;
  if (!tcp.isLocalDelivery(seg.skb, ipv4)) return;
  tcp.mib.OutRsts++;
  const hasAck = (seg.flags & TCP_ACK) !== 0;
  reply(tcp, seg, ipv4, local, remote, {
    seq: hasAck ? seg.ack : 0,
    ack: hasAck ? 0 : seg.endSeq,
    flags: hasAck ? TCP_RST : TCP_RST | TCP_ACK,
    window: 0,
    timestamps: undefined,
    ttl: undefined,
    tos: 0,
    mark: 0,
  });
}

/** Acknowledges for a connection in TIME_WAIT. */
export function sendTimeWaitAck(tcp: Tcp, seg: IncomingSegment, tw: TimeWaitSock): void {
  reply(tcp, seg, tw.ipv4, tw.local, tw.remote, {
    seq: tw.sndNxt,
    ack: tw.rcvNxt,
    flags: TCP_ACK,
    window: tw.rcvWnd >>> tw.rcvWscale,
    timestamps: tw.tsOk ? { value: (Math.floor(tcp.clock.now / NS_PER_MS) + tw.tsOffset) >>> 0, echo: tw.tsRecent } : undefined,
    ttl: undefined,
    tos: tw.options.tos,
    mark: tw.options.mark,
  });
}

export interface Reply {
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly window: number;
  readonly timestamps: { readonly value: number; readonly echo: number } | undefined;
  readonly ttl: number | undefined;
  readonly tos: number;
  readonly mark: number;
}

/** Builds and sends it, the ends of the segment exchanged; its IP identifier is 0 and it may not be fragmented. */
export function reply(tcp: Tcp, seg: IncomingSegment, ipv4: boolean, local: Ipv4 | Ipv6, remote: Ipv4 | Ipv6, answer: Reply): void {
  const header = TCP_HLEN + (answer.timestamps ? TSTAMP_ALIGNED : 0);
  const skb = Skb.alloc(header, TCP_HEADROOM);
  const b = skb.buf;
  const o = skb.data;
  if (answer.timestamps) {
    setU32(b, o + TCP_HLEN, (TCPOPT_NOP << 24) | (TCPOPT_NOP << 16) | (TCPOPT_TIMESTAMP << 8) | 10);
    setU32(b, o + TCP_HLEN + 4, answer.timestamps.value);
    setU32(b, o + TCP_HLEN + 8, answer.timestamps.echo);
  }
  const pseudo = ipv4
    ? pseudoHeaderV4(local as Ipv4, remote as Ipv4, IPPROTO_TCP, header)
    : pseudoHeaderV6(local as Ipv6, remote as Ipv6, IPPROTO_TCP, header);
  const { dstPort, srcPort } = seg;
  writeTcp(b, o, header, dstPort, srcPort, answer.seq, answer.ack, header, answer.flags, answer.window, 0, pseudo);
  const { ns, stack } = tcp;
  tcp.mib.OutSegs++;
  const flow = { tos: answer.tos, mark: answer.mark, ipProto: IPPROTO_TCP, sport: dstPort, dport: srcPort };
  if (ipv4) {
    const route = ns.ip4.fib.output({ ...flow, dst: remote as Ipv4, src: local as Ipv4 });
    if (isError(route)) return;
    const ttl = answer.ttl ?? ns.sysctl.int('net/ipv4/ip_default_ttl');
    ipSend(stack, skb, route, local as Ipv4, remote as Ipv4, IPPROTO_TCP, {
      ttl,
      tos: answer.tos,
      dontFragment: true,
      id: 0,
      mark: answer.mark,
    });
    return;
  }
  const oif = isLinkLocalIpv6(remote as Ipv6) ? seg.skb.iif : 0;
  const route = ns.ip6.fib.output({ ...flow, dst: remote as Ipv6, src: local as Ipv6, oif });
  if (isError(route)) return;
  ip6Send(stack, skb, route, local as Ipv6, remote as Ipv6, IPPROTO_TCP, {
    hopLimit: answer.ttl ?? tcp.hopLimit(route),
    trafficClass: answer.tos,
    flowLabel: -1,
    mark: answer.mark,
    loop: true,
  });
}
