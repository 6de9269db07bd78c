// ICMPv6 received: icmpv6_rcv() in net/ipv6/icmp.c.

import { setU16, u32 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV6, pseudoHeaderV6At } from '../../base/checksum.ts';
import { isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { isError } from '../../base/result.ts';
import {
  ICMPV6_CHECKSUM,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_HLEN,
  ICMPV6_MGM_QUERY,
  ICMPV6_MGM_REDUCTION,
  ICMPV6_MGM_REPORT,
  ICMPV6_MLD2_REPORT,
  ICMPV6_MTU,
  ICMPV6_PKT_TOOBIG,
  icmpv6Code,
  icmpv6IsError,
  icmpv6Type,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from '../../wire/icmpv6.ts';
import { IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import {
  IPV6_HLEN,
  ipv6Dst,
  ipv6HopLimit,
  ipv6Src,
  ipv6TrafficClass,
  ipv6TransportOffset,
  ipv6TransportProtocol,
} from '../../wire/ipv6.ts';
import type { NetDevice } from '../device/net-device.ts';
import { Skb } from '../skb.ts';
import { consume, drop } from '../trace.ts';
import { conf6 } from './conf.ts';
import { receivingDevice6 } from './icmpv6-send.ts';
import { ip6Send } from './ipv6-output.ts';
import type { NetStack } from './net-stack.ts';
import type { IcmpError, ProtocolHandler } from './protocols.ts';

export class Icmpv6 implements ProtocolHandler {
  private readonly stack: NetStack;

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  receive(skb: Skb): void {
    const { ns, nd, mld, sockets } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const length = skb.end - o;
    const mib = this.stack.mib.icmp6;
    mib.InMsgs++;
    if (length < ICMPV6_HLEN) {
      mib.InErrors++;
      return drop(ns, skb, 'PKT_TOO_SMALL', 'ICMPv6');
    }
    if (checksum(b, o, length, pseudoHeaderV6At(b, skb.network, IPPROTO_ICMPV6, length)) !== 0) {
      mib.InCsumErrors++;
      mib.InErrors++;
      return drop(ns, skb, 'ICMP_CSUM');
    }
    const type = icmpv6Type(b, o);
    mib.countIn(type);
    switch (type) {
      case ICMPV6_ECHO_REQUEST:
        return this.echo(skb);
      case ICMPV6_ECHO_REPLY:
        return sockets.ping6.receive(skb);
      case NDISC_ROUTER_SOLICITATION:
      case NDISC_ROUTER_ADVERTISEMENT:
      case NDISC_NEIGHBOUR_SOLICITATION:
      case NDISC_NEIGHBOUR_ADVERTISEMENT:
      case NDISC_REDIRECT:
        return nd.receive(skb, type);
      case ICMPV6_MGM_QUERY:
        return mld.query(skb);
      case ICMPV6_MGM_REPORT:
      case ICMPV6_MGM_REDUCTION:
      case ICMPV6_MLD2_REPORT:
        return consume(ns, skb, 'a listener’s report: this is no multicast router');
      default:
        if (icmpv6IsError(type)) this.notify(skb, type);
        else drop(ns, skb, 'UNHANDLED_PROTO', `ICMPv6 type ${type}`);
    }
  }

  /** An error about an ICMPv6 message of ours (icmpv6_err). */
  error(error: IcmpError): void {
    this.stack.sockets.ping6.error(error);
  }

  private echo(skb: Skb): void {
    const { ns } = this.stack;
    const ip = skb.network;
    const src = ipv6Src(skb.buf, ip);
    const asked = ipv6Dst(skb.buf, ip);
    const dev = receivingDevice6(skb) as NetDevice;
    if (ns.sysctl.int('net/ipv6/icmp/echo_ignore_all') !== 0) return drop(ns, skb, 'NOT_SPECIFIED', 'echo_ignore_all');
    const toGroup = isMulticastIpv6(asked);
    if (toGroup && ns.sysctl.int('net/ipv6/icmp/echo_ignore_multicast') !== 0)
      return drop(ns, skb, 'NOT_SPECIFIED', 'echo_ignore_multicast');
    const oif = src.startsWith('fe80:') || toGroup ? dev.ifindex : 0;
    const mark = ns.sysctl.int('net/ipv6/fwmark_reflect') !== 0 ? skb.mark : 0;
    const back = ns.ip6.fib.output({ dst: src, src: toGroup ? '::' : asked, oif, mark, ipProto: IPPROTO_ICMPV6 });
    if (isError(back)) return drop(ns, skb, 'IP_OUTNOROUTES', `reply to ${src}`);
    const source = toGroup ? (back.source !== '::' ? back.source : ns.ip6.selectSource(back.dev, src)) : asked;
    consume(ns, skb, 'echo request: the kernel answers');
    const length = skb.end - skb.data;
    const reply = Skb.alloc(length);
    const b = reply.buf;
    const o = reply.data;
    for (let i = 0; i < length; i++) b[o + i] = skb.buf[skb.data + i] as number;
    b[o] = ICMPV6_ECHO_REPLY;
    setU16(b, o + ICMPV6_CHECKSUM, 0);
    setU16(b, o + ICMPV6_CHECKSUM, checksum(b, o, length, pseudoHeaderV6(source, src, IPPROTO_ICMPV6, length)));
    ip6Send(this.stack, reply, back, source, src, IPPROTO_ICMPV6, {
      hopLimit: conf6(back.dev, 'hop_limit') || 64,
      trafficClass: ipv6TrafficClass(skb.buf, ip),
      flowLabel: -1,
      mark,
      loop: true,
    });
  }

  /** An error: told to the protocol of the quoted packet (icmpv6_notify). */
  private notify(skb: Skb, type: number): void {
    const { ns, protocols6, sockets } = this.stack;
    const b = skb.buf;
    const o = skb.data;
    const inner = o + ICMPV6_HLEN;
    if (inner + IPV6_HLEN > skb.end) return drop(ns, skb, 'PKT_TOO_SMALL', 'ICMPv6 error');
    const transport = ipv6TransportOffset(b, inner);
    if (transport < 0 || transport + 8 > skb.end) return drop(ns, skb, 'PKT_TOO_SMALL', 'ICMPv6 error');
    const error: IcmpError = {
      family: 'inet6',
      type,
      code: icmpv6Code(b, o),
      info: type === ICMPV6_PKT_TOOBIG ? u32(b, o + ICMPV6_MTU) : 0,
      offender: ipv6Src(b, skb.network),
      ttl: ipv6HopLimit(b, skb.network),
      ifindex: skb.iif,
      buf: b,
      ip: inner,
      transport,
      end: skb.end,
    };
    const protocol = ipv6TransportProtocol(b, inner);
    if (ns.kernel.trace.on) consume(ns, skb, `ICMPv6 error about a packet to ${ipv6Dst(b, inner)}: its sender is told`);
    sockets.raw6.error(error, protocol);
    protocols6.get(protocol)?.error(error);
  }
}
