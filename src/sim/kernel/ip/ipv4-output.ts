// IPv4 packets sent: net/ipv4/ip_output.c.

import { u16 } from '../../base/bytes.ts';
import type { Ipv4 } from '../../base/ipv4-address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { ETH_P_IP } from '../../wire/ethernet.ts';
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED } from '../../wire/icmp.ts';
import { IPPROTO_ICMP } from '../../wire/ip-protocol.ts';
import { IP_DF, IPV4_FLAGS_OFFSET, IPV4_HLEN, ipv4Dst, ipv4HeaderLength, ipv4Ttl, writeIpv4 } from '../../wire/ipv4.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import { loopBack } from '../device/receive.ts';
import { NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING } from '../netfilter/hook.ts';
import type { Route4 } from '../route/route.ts';
import { SCOPE_UNIVERSE } from '../rtnetlink/messages.ts';
import { PACKET_HOST, type Skb } from '../skb.ts';
import { drop, traceBranch, traceStep } from '../trace.ts';

import { cutIpv4 } from './ipv4-fragment.ts';
import type { NetStack } from './net-stack.ts';
import { traceRoute4 } from './trace-route.ts';

/** What a local sender says about the header. */
export interface SendOptions4 {
  readonly ttl: number;
  readonly tos: number;
  /** Sets DF, even on what is then refused for its size. */
  readonly dontFragment: boolean;
  /** The identifier, or -1 for the next of the flow's. */
  readonly id: number;
  readonly mark: number;
}

/**
 * Sends a transport segment that starts at `skb.data`: writes the header in front of it, then {@link ipLocalOut}. Without
 * `dontFragment` it is fragmented where it does not fit. Answers as that does.
 */
export function ipSend(
  stack: NetStack,
  skb: Skb,
  route: Route4,
  src: Ipv4,
  dst: Ipv4,
  protocol: number,
  options: SendOptions4,
): undefined | KernelError {
  skb.transport = skb.data;
  skb.push(IPV4_HLEN);
  const length = skb.end - skb.data;
  const id = options.id >= 0 ? options.id : stack.ident4.next(dst, src, protocol);
  writeIpv4(skb.buf, skb.data, length, id, options.dontFragment ? IP_DF : 0, options.ttl, protocol, src, dst, options.tos);
  skb.mark = options.mark;
  skb.dst = route;
  if (protocol === IPPROTO_ICMP) stack.mib.icmp4.countOut(skb.buf[skb.transport] as number);
  return ipLocalOut(stack, skb);
}

/** A route that leads straight to the link, whatever the tables say: for what IGMP sends. */
export function linkRoute4(dev: NetDevice, source: Ipv4, dst: Ipv4): Route4 {
  return {
    type: 'multicast',
    table: 0,
    protocol: 0,
    scope: SCOPE_UNIVERSE,
    dev,
    gateway: undefined,
    gatewayFamily: undefined,
    onlink: true,
    source,
    mtu: dev.mtu,
    priority: 0,
    metrics: undefined,
    prefix: dst,
    prefixLen: 32,
  };
}

/** A finished packet of this host, `skb.data` at its header and `skb.dst` its route (ip_local_out). EPERM where a filter drops it, EMSGSIZE for its size. */
export function ipLocalOut(stack: NetStack, skb: Skb): undefined | KernelError {
  const route = skb.dst as Route4;
  stack.mib.ip4.OutRequests++;
  skb.network = skb.data;
  skb.protocol = ETH_P_IP;
  skb.pktType = PACKET_HOST;
  skb.dev = route.dev;
  if (stack.ns.kernel.trace.on) traceRoute4(stack.ns, undefined, skb, route);
  if (!stack.hooks4.run(NF_INET_LOCAL_OUT, skb, undefined, route.dev)) return fail('EPERM');
  return ipOutput(stack, skb, skb.dst as Route4);
}

/** A routed packet, of this host's or forwarded (ip_output, ip_mc_output): groups and broadcasts are also heard by the sender. */
export function ipOutput(stack: NetStack, skb: Skb, route: Route4): undefined | KernelError {
  const input = skb.iif === 0 ? undefined : skb.dev;
  skb.dev = route.dev;
  skb.protocol = ETH_P_IP;
  if ((route.type === 'broadcast' || route.type === 'multicast') && (route.dev.flags & IFF_LOOPBACK) === 0) {
    const dst = ipv4Dst(skb.buf, skb.data);
    if (route.type === 'broadcast' || stack.isMemberOf4(route.dev, dst)) {
      const copy = skb.clone();
      if (stack.ns.kernel.trace.on) traceBranch(stack.ns, route.dev, copy, skb, 'copy');
      if (stack.hooks4.run(NF_INET_POST_ROUTING, copy, undefined, route.dev)) loopBack(route.dev, copy);
    }
    if (route.type === 'multicast' && ipv4Ttl(skb.buf, skb.data) === 0) {
      drop(stack.ns, skb, 'TTL_EXCEEDED', 'stays on this host');
      return undefined;
    }
  }
  if (!stack.hooks4.run(NF_INET_POST_ROUTING, skb, input, route.dev)) return fail('EPERM');
  return ipFinishOutput(stack, skb);
}

/** What follows the POST_ROUTING hook: fragmentation, then the neighbour (ip_finish_output). */
export function ipFinishOutput(stack: NetStack, skb: Skb): undefined | KernelError {
  const route = skb.dst as Route4;
  if (skb.end - skb.data > route.mtu || skb.fragmentMax !== 0) return ipFragment(stack, skb, route);
  ipFinishOutput2(stack, skb, route);
  return undefined;
}

/** Hands the packet to the next hop's neighbour entry (ip_finish_output2). */
function ipFinishOutput2(stack: NetStack, skb: Skb, route: Route4): void {
  const gateway = route.gateway;
  const { ip4 } = stack.mib;
  const octets = skb.end - skb.data;
  if (route.type === 'multicast') {
    ip4.OutMcastPkts++;
    ip4.OutMcastOctets += octets;
  } else if (route.type === 'broadcast') {
    ip4.OutBcastPkts++;
    ip4.OutBcastOctets += octets;
  }
  ip4.countOut(octets);
  if (gateway === undefined) stack.arp.output(route.dev, ipv4Dst(skb.buf, skb.data), skb);
  else if (typeof gateway === 'number') stack.arp.output(route.dev, gateway, skb);
  else stack.nd.output(route.dev, gateway, skb);
}

/** Cuts a packet into pieces that fit (ip_do_fragment); EMSGSIZE where DF forbids it. */
function ipFragment(stack: NetStack, skb: Skb, route: Route4): undefined | KernelError {
  const b = skb.buf;
  const o = skb.data;
  const word = u16(b, o + IPV4_FLAGS_OFFSET);
  if ((word & IP_DF) !== 0) {
    stack.mib.ip4.FragFails++;
    stack.sendIcmpError(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.mtu);
    drop(stack.ns, skb, 'PKT_TOO_BIG', `${skb.length} bytes, mtu ${route.mtu}`);
    return fail('EMSGSIZE');
  }
  const header = ipv4HeaderLength(b, o);
  // What was put together on its way through is cut up no larger than it came.
  const mtu = skb.fragmentMax === 0 ? route.mtu : Math.min(route.mtu, skb.fragmentMax);
  const piece = (mtu - header) & ~7;
  if (piece < 8) {
    drop(stack.ns, skb, 'PKT_TOO_BIG', `mtu ${route.mtu}`);
    return fail('EMSGSIZE');
  }
  const { trace } = stack.ns.kernel;
  if (trace.on) {
    const count = Math.ceil((skb.length - header) / piece);
    traceStep(stack.ns, route.dev, skb, { kind: 'fragment', count, mtu: route.mtu });
  }
  for (const fragment of cutIpv4(skb, piece)) {
    fragment.dst = route;
    if (trace.on) traceBranch(stack.ns, route.dev, fragment, skb, 'fragment');
    stack.mib.ip4.FragCreates++;
    ipFinishOutput2(stack, fragment, route);
  }
  stack.mib.ip4.FragOKs++;
  return undefined;
}
