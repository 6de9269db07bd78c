// IPv6 packets received: net/ipv6/ip6_input.c.

import { isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { ICMPV6_ADM_PROHIBITED, ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE, ICMPV6_PARAMPROB } from '../../wire/icmpv6.ts';
import { IPPROTO_HOPOPTS, IPPROTO_NONE } from '../../wire/ip-protocol.ts';
import { IPV6_DST, IPV6_HLEN, IPV6_SRC, ipv6Dst, ipv6NextHeader, ipv6PayloadLength, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import type { DropReason } from '../drop-reason.ts';
import { NF_INET_LOCAL_IN, NF_INET_PRE_ROUTING } from '../netfilter/hook.ts';
import type { Route6 } from '../route/route.ts';
import { PACKET_LOOPBACK, PACKET_OTHERHOST, type Skb } from '../skb.ts';
import type { IpMib } from '../snmp/mib.ts';
import { drop } from '../trace.ts';
import { icmp6Send, receivingDevice6 } from './icmpv6-send.ts';
import { HEADER_CONSUMED, nextExtension, parseHopByHop } from './ipv6-extension.ts';
import { ip6Forward } from './ipv6-forward.ts';
import type { NetStack } from './net-stack.ts';
import { traceRoute6 } from './trace-route.ts';

/** Code of "parameter problem": an unknown next header. */
const ICMPV6_UNK_NEXTHDR = 1;

/** A received packet, `skb.data` at what should be an IPv6 header (ipv6_rcv). */
export function ip6Rcv(stack: NetStack, skb: Skb): void {
  const dev = skb.dev as NetDevice;
  if (skb.pktType === PACKET_OTHERHOST) return drop(stack.ns, skb, 'OTHERHOST');
  const { ip6 } = stack.mib;
  ip6.InReceives++;
  ip6.InOctets += skb.end - skb.data;
  const reason = checkHeader(ip6, dev, skb);
  if (reason !== undefined) return drop(stack.ns, skb, reason);
  skb.network = skb.data;
  skb.transport = skb.data + IPV6_HLEN;
  if (ipv6NextHeader(skb.buf, skb.data) === IPPROTO_HOPOPTS && !parseHopByHop(stack, skb)) return;
  if (skb.prerouted || stack.hooks6.run(NF_INET_PRE_ROUTING, skb, dev, undefined)) ip6RcvFinish(stack, skb);
}

/** The tests of ip6_rcv_core(), and the padding of short Ethernet frames cut off. */
function checkHeader(mib: IpMib, dev: NetDevice, skb: Skb): DropReason | undefined {
  if (dev.in6 === undefined || dev.in6.conf.disable_ipv6 !== 0) {
    mib.InDiscards++;
    return 'IPV6DISABLED';
  }
  const b = skb.buf;
  const o = skb.data;
  const length = skb.end - o;
  if (length < IPV6_HLEN) return headerError(mib, 'PKT_TOO_SMALL');
  if ((b[o] as number) >> 4 !== 6) return headerError(mib, 'IP_INHDR');
  mib.countEcn(ipv6TrafficClass(b, o));
  const loopback = (dev.flags & IFF_LOOPBACK) !== 0 || skb.pktType === PACKET_LOOPBACK;
  if (!loopback && (isLoopbackAt(b, o + IPV6_SRC) || isLoopbackAt(b, o + IPV6_DST))) return headerError(mib, 'IP_INHDR');
  if (b[o + IPV6_SRC] === 0xff) return headerError(mib, 'IP_INHDR');
  if (b[o + IPV6_DST] === 0xff) {
    const scope = (b[o + IPV6_DST + 1] as number) & 0x0f;
    if (scope === 0 || (scope === 1 && !loopback)) return headerError(mib, 'IP_INHDR');
  }
  const payload = ipv6PayloadLength(b, o);
  if (payload !== 0 || ipv6NextHeader(b, o) !== IPPROTO_HOPOPTS) {
    if (IPV6_HLEN + payload > length) {
      mib.InTruncatedPkts++;
      return 'PKT_TOO_SMALL';
    }
    skb.end = o + IPV6_HLEN + payload;
  }
  return undefined;
}

function headerError(mib: IpMib, reason: DropReason): DropReason {
  mib.InHdrErrors++;
  return reason;
}

/** ::1 */
function isLoopbackAt(b: Uint8Array, o: number): boolean {
  for (let i = 0; i < 15; i++) if (b[o + i] !== 0) return false;
  return b[o + 15] === 1;
}

/** Looks the route up and follows it (ip6_rcv_finish). Netfilter may have changed the destination before. */
export function ip6RcvFinish(stack: NetStack, skb: Skb): void {
  const ns = stack.ns;
  const dev = skb.dev as NetDevice;
  const b = skb.buf;
  const o = skb.data;
  const dst = ipv6Dst(b, o);
  if (isMulticastIpv6(dst)) {
    stack.mib.ip6.InMcastPkts++;
    stack.mib.ip6.InMcastOctets += skb.end - o;
    if (dev.in6?.groups.has(dst)) return ip6Input(stack, skb);
    return drop(ns, skb, 'NOT_SPECIFIED', `not in group ${dst}`);
  }
  const flow = stack.flow6;
  flow.dst = dst;
  flow.src = ipv6Src(b, o);
  flow.tos = ipv6TrafficClass(b, o);
  flow.iif = dev.ifindex;
  flow.mark = skb.mark;
  // What came over lo has its sender's route, whose device counts as the one it came in by (`IP6CB(skb)->iif`).
  const own = (dev.flags & IFF_LOOPBACK) !== 0 ? (skb.dst as Route6 | undefined) : undefined;
  if (own !== undefined) skb.iif = receivingDevice6(skb)?.ifindex ?? 0;
  const route = own ?? ns.ip6.fib.input(flow);
  if (isError(route)) return noRoute(stack, skb, route);
  skb.dst = route;
  if (ns.kernel.trace.on) traceRoute6(ns, dev, skb, route);
  switch (route.type) {
    case 'local':
    case 'anycast':
      return ip6Input(stack, skb);
    case 'unicast':
      return ip6Forward(stack, skb, route);
    default:
      return drop(ns, skb, 'IP_INNOROUTES', route.type);
  }
}

/** ip6_pkt_discard, ip6_pkt_prohibit: hosts say so too. */
function noRoute(stack: NetStack, skb: Skb, refused: KernelError): void {
  stack.mib.ip6.InNoRoutes++;
  if (refused.errno !== 'EINVAL') {
    icmp6Send(stack, skb, ICMPV6_DEST_UNREACH, refused.errno === 'EACCES' ? ICMPV6_ADM_PROHIBITED : ICMPV6_NOROUTE, 0);
  }
  drop(stack.ns, skb, 'IP_INNOROUTES', ipv6Dst(skb.buf, skb.data));
}

/** A packet for this host (ip6_input). */
export function ip6Input(stack: NetStack, skb: Skb): void {
  if (stack.hooks6.run(NF_INET_LOCAL_IN, skb, skb.dev, undefined)) ip6InputFinish(stack, skb);
}

/** Through the extension headers to raw sockets and the transport protocol (ip6_protocol_deliver_rcu). */
export function ip6InputFinish(stack: NetStack, packet: Skb): void {
  let skb = packet;
  skb.network = skb.data;
  let at = skb.data + IPV6_HLEN;
  let type = ipv6NextHeader(skb.buf, skb.data);
  let typeAt = skb.data + 6;
  for (;;) {
    const step = nextExtension(stack, skb, type, at);
    if (step === HEADER_CONSUMED) return;
    if (step === undefined) break;
    if (step.whole !== undefined) {
      skb = step.whole;
      type = ipv6NextHeader(skb.buf, skb.network);
      typeAt = skb.network + 6;
      at = skb.network + IPV6_HLEN;
      continue;
    }
    type = skb.buf[at] as number;
    typeAt = at;
    at += step.length;
  }
  if (type === IPPROTO_NONE) return drop(stack.ns, skb, 'NOT_SPECIFIED', 'nothing follows its header');
  skb.transport = at;
  const raw = stack.sockets.raw6.deliver(skb, type);
  const handler = stack.protocols6.get(type);
  if (handler === undefined) {
    if (raw) {
      stack.mib.ip6.InDelivers++;
      return;
    }
    stack.mib.ip6.InUnknownProtos++;
    icmp6Send(stack, skb, ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR, typeAt - skb.network);
    return drop(stack.ns, skb, 'IP_NOPROTO', `next header ${type}`);
  }
  skb.data = at;
  if (skb.data > skb.end) return drop(stack.ns, skb, 'PKT_TOO_SMALL');
  stack.mib.ip6.InDelivers++;
  handler.receive(skb);
}
