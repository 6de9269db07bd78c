// IPv4 packets received: net/ipv4/ip_input.c.

import { checksum } from '../../base/checksum.ts';
import type { Errno } from '../../base/errno.ts';
import { formatIpv4 } from '../../base/ipv4-address.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, ICMP_NET_UNREACH, ICMP_PKT_FILTERED, ICMP_PROT_UNREACH } from '../../wire/icmp.ts';
import { IPV4_HLEN, ipv4Dst, ipv4HeaderLength, ipv4IsFragment, ipv4Protocol, ipv4Src, ipv4Tos, ipv4TotalLength } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { DropReason } from '../drop-reason.ts';
import { NF_INET_LOCAL_IN, NF_INET_PRE_ROUTING } from '../netfilter/hook.ts';
import type { Route4 } from '../route/route.ts';
import { PACKET_LOOPBACK, PACKET_OTHERHOST, type Skb } from '../skb.ts';
import type { IpMib } from '../snmp/mib.ts';
import { drop } from '../trace.ts';
import { conf4 } from './conf.ts';
import { icmpSend } from './icmp-send.ts';
import { ipForward } from './ipv4-forward.ts';
import { acceptOptions } from './ipv4-options.ts';
import type { NetStack } from './net-stack.ts';
import { traceRoute4 } from './trace-route.ts';

/** A received packet, `skb.data` at what should be an IPv4 header (ip_rcv). */
export function ipRcv(stack: NetStack, skb: Skb): void {
  if (skb.pktType === PACKET_OTHERHOST) return drop(stack.ns, skb, 'OTHERHOST');
  const { ip4 } = stack.mib;
  ip4.InReceives++;
  ip4.InOctets += skb.end - skb.data;
  const reason = checkHeader(ip4, skb);
  if (reason !== undefined) return drop(stack.ns, skb, reason);
  skb.transport = skb.data + ipv4HeaderLength(skb.buf, skb.data);
  if (skb.prerouted || stack.hooks4.run(NF_INET_PRE_ROUTING, skb, skb.dev, undefined)) ipRcvFinish(stack, skb);
}

/** The tests of ip_rcv_core(), and the padding of short Ethernet frames cut off. */
function checkHeader(mib: IpMib, skb: Skb): DropReason | undefined {
  const b = skb.buf;
  const o = skb.data;
  const length = skb.end - o;
  if (length < IPV4_HLEN) return headerError(mib, 'PKT_TOO_SMALL');
  const first = b[o] as number;
  if (first >> 4 !== 4 || first < 0x45) return headerError(mib, 'IP_INHDR');
  mib.countEcn(ipv4Tos(b, o));
  const header = (first & 0x0f) * 4;
  if (length < header) return headerError(mib, 'PKT_TOO_SMALL');
  if (checksum(b, o, header) !== 0) {
    mib.InCsumErrors++;
    return headerError(mib, 'IP_CSUM');
  }
  const total = ipv4TotalLength(b, o);
  if (length < total) {
    mib.InTruncatedPkts++;
    return 'PKT_TOO_SMALL';
  }
  if (total < header) return headerError(mib, 'IP_INHDR');
  skb.end = o + total;
  return undefined;
}

function headerError(mib: IpMib, reason: DropReason): DropReason {
  mib.InHdrErrors++;
  return reason;
}

/** Looks the route up and follows it (ip_rcv_finish). Netfilter may have changed the destination before. */
export function ipRcvFinish(stack: NetStack, skb: Skb): void {
  const ns = stack.ns;
  const dev = skb.dev as NetDevice;
  const b = skb.buf;
  const o = skb.data;
  if ((b[o] as number) !== 0x45 && !acceptOptions(stack, skb)) return;
  const flow = stack.flow4;
  flow.dst = ipv4Dst(b, o);
  flow.src = ipv4Src(b, o);
  flow.tos = ipv4Tos(b, o);
  flow.iif = dev.ifindex;
  flow.mark = skb.mark;
  flow.ipProto = ipv4Protocol(b, o);
  // What the sender of a group's packet hears of it itself has its route (dev_loopback_xmit).
  const route = skb.pktType === PACKET_LOOPBACK && skb.dst !== undefined ? (skb.dst as Route4) : ns.ip4.fib.input(flow);
  if (isError(route)) return noRoute(stack, skb, dev, route);
  skb.dst = route;
  if (ns.kernel.trace.on) traceRoute4(ns, dev, skb, route);
  switch (route.type) {
    case 'local':
      return ipLocalDeliver(stack, skb);
    case 'broadcast':
      stack.mib.ip4.InBcastPkts++;
      stack.mib.ip4.InBcastOctets += skb.end - o;
      return ipLocalDeliver(stack, skb);
    case 'multicast':
      stack.mib.ip4.InMcastPkts++;
      stack.mib.ip4.InMcastOctets += skb.end - o;
      if (stack.isMemberOf4(dev, flow.dst)) return ipLocalDeliver(stack, skb);
      return drop(ns, skb, 'NOT_SPECIFIED', `not in group ${formatIpv4(flow.dst)}`);
    case 'unicast':
      return ipForward(stack, skb, route);
    case 'blackhole':
      return drop(ns, skb, 'IP_INNOROUTES', 'blackhole');
    default:
      return drop(ns, skb, 'IP_INNOROUTES', route.type);
  }
}

/** What a router says when its tables refuse a destination. */
const UNREACHABLE_CODES: ReadonlyMap<Errno, number> = new Map([
  ['EHOSTUNREACH', ICMP_HOST_UNREACH],
  ['ENETUNREACH', ICMP_NET_UNREACH],
  ['EACCES', ICMP_PKT_FILTERED],
]);

/** A packet without a usable route (ip_error): only a router says so. */
function noRoute(stack: NetStack, skb: Skb, dev: NetDevice, refused: KernelError): void {
  const ns = stack.ns;
  const dst = formatIpv4(ipv4Dst(skb.buf, skb.data));
  switch (refused.errno) {
    case 'EXDEV':
      stack.mib.tcpExt.IPReversePathFilter++;
      return drop(ns, skb, 'IP_RPFILTER', `source ${formatIpv4(ipv4Src(skb.buf, skb.data))}`);
    case 'EINVAL':
      return drop(ns, skb, 'IP_INVALID_SOURCE', `${formatIpv4(ipv4Src(skb.buf, skb.data))} to ${dst}`);
  }
  if (refused.errno === 'ENETUNREACH') stack.mib.ip4.InNoRoutes++;
  if (conf4(dev, 'forwarding') === 0) {
    if (refused.errno === 'EHOSTUNREACH') stack.mib.ip4.InAddrErrors++;
    return drop(ns, skb, 'IP_FORWARDING_DISABLED', dst);
  }
  const code = UNREACHABLE_CODES.get(refused.errno);
  if (code !== undefined && stack.peers4.allowRouteError(ipv4Src(skb.buf, skb.data), ns.kernel.clock.now)) {
    icmpSend(stack, skb, ICMP_DEST_UNREACH, code, 0);
  }
  drop(ns, skb, 'IP_INNOROUTES', dst);
}

/** A packet for this host: put together, filtered, handed up (ip_local_deliver). */
export function ipLocalDeliver(stack: NetStack, skb: Skb): void {
  let whole = skb;
  if (ipv4IsFragment(skb.buf, skb.data)) {
    const assembled = stack.reassembly4.add(skb);
    if (assembled === undefined) return;
    whole = assembled;
  }
  if (stack.hooks4.run(NF_INET_LOCAL_IN, whole, whole.dev, undefined)) ipLocalDeliverFinish(stack, whole);
}

/** To raw sockets and the transport protocol (ip_protocol_deliver_rcu). */
export function ipLocalDeliverFinish(stack: NetStack, skb: Skb): void {
  const protocol = ipv4Protocol(skb.buf, skb.data);
  skb.network = skb.data;
  const raw = stack.sockets.raw4.deliver(skb, protocol);
  const handler = stack.protocols4.get(protocol);
  if (handler === undefined) {
    if (raw) {
      stack.mib.ip4.InDelivers++;
      return;
    }
    stack.mib.ip4.InUnknownProtos++;
    icmpSend(stack, skb, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
    return drop(stack.ns, skb, 'IP_NOPROTO', `protocol ${protocol}`);
  }
  skb.transport = skb.data + ipv4HeaderLength(skb.buf, skb.data);
  skb.data = skb.transport;
  stack.mib.ip4.InDelivers++;
  handler.receive(skb);
}
