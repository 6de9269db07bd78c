// IPv6 packets sent: net/ipv6/ip6_output.c.

import { setU16, setU32 } from '../../base/bytes.ts';
import { type Ipv6, ipv6Bytes, isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { ETH_P_IPV6 } from '../../wire/ethernet.ts';
import { IPPROTO_FRAGMENT, IPPROTO_HOPOPTS, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import {
  IPV6_FRAGMENT_HLEN,
  IPV6_HLEN,
  IPV6_HOP_LIMIT,
  IPV6_NEXT_HEADER,
  IPV6_PAYLOAD_LENGTH,
  ipv6Dst,
  ipv6ExtensionLength,
  writeIpv6Header,
} from '../../wire/ipv6.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import { loopBack } from '../device/receive.ts';
import { NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING } from '../netfilter/hook.ts';
import type { Route6 } from '../route/route.ts';
import { SCOPE_UNIVERSE } from '../rtnetlink/messages.ts';
import { HEADROOM, PACKET_HOST, Skb } from '../skb.ts';
import { drop, traceBranch, traceStep } from '../trace.ts';
import { conf6 } from './conf.ts';
import type { NetStack } from './net-stack.ts';
import { traceRoute6 } from './trace-route.ts';

/** What a local sender says about the header. */
export interface SendOptions6 {
  readonly hopLimit: number;
  readonly trafficClass: number;
  /** -1 for the one that the flow's hash gives (net.ipv6.auto_flowlabels). */
  readonly flowLabel: number;
  readonly mark: number;
  /** Whether a group member on this host hears it too (IPV6_MULTICAST_LOOP). */
  readonly loop: boolean;
}

/** Sends a transport segment (or an extension header with what follows) that starts at `skb.data`: header, then {@link ip6LocalOut}, whose answer it gives. */
export function ip6Send(
  stack: NetStack,
  skb: Skb,
  route: Route6,
  src: Ipv6,
  dst: Ipv6,
  nextHeader: number,
  options: SendOptions6,
): undefined | KernelError {
  skb.transport = skb.data;
  const length = skb.end - skb.data;
  skb.push(IPV6_HLEN);
  const label = options.flowLabel >= 0 ? options.flowLabel : flowLabel(stack, src, dst, nextHeader, skb);
  writeIpv6Header(skb.buf, skb.data, length, nextHeader, options.hopLimit, src, dst, options.trafficClass, label);
  skb.mark = options.mark;
  skb.dst = route;
  if (nextHeader === IPPROTO_ICMPV6) stack.mib.icmp6.countOut(skb.buf[skb.transport] as number);
  return ip6LocalOut(stack, skb, options.loop);
}

/** The flow label of a flow: 20 bits of a keyed hash of its addresses and ports (ip6_make_flowlabel). */
function flowLabel(stack: NetStack, src: Ipv6, dst: Ipv6, nextHeader: number, skb: Skb): number {
  let h = stack.flowKey ^ nextHeader;
  const a = ipv6Bytes(src);
  const b = ipv6Bytes(dst);
  for (let i = 0; i < 16; i++) h = Math.imul(h ^ (((a[i] as number) << 8) | (b[i] as number)), 0x9e3779b1);
  const ports = nextHeader === 58 ? 0 : ((skb.buf[skb.transport] as number) << 8) | (skb.buf[skb.transport + 1] as number);
  h = Math.imul(h ^ ports, 0x85ebca6b);
  return (h ^ (h >>> 15)) & 0xfffff;
}

/** A finished packet of this host, `skb.data` at its header and `skb.dst` its route (ip6_local_out). EPERM where a filter drops it. */
export function ip6LocalOut(stack: NetStack, skb: Skb, loop: boolean): undefined | KernelError {
  const route = skb.dst as Route6;
  stack.mib.ip6.OutRequests++;
  skb.network = skb.data;
  skb.protocol = ETH_P_IPV6;
  skb.pktType = PACKET_HOST;
  skb.dev = route.dev;
  if (stack.ns.kernel.trace.on) traceRoute6(stack.ns, undefined, skb, route);
  if (!stack.hooks6.run(NF_INET_LOCAL_OUT, skb, undefined, route.dev)) return fail('EPERM');
  return ip6Output(stack, skb, skb.dst as Route6, loop);
}

/** A routed packet, of this host's or forwarded (ip6_output). */
export function ip6Output(stack: NetStack, skb: Skb, route: Route6, loop: boolean): undefined | KernelError {
  const input = skb.iif === 0 ? undefined : skb.dev;
  skb.dev = route.dev;
  skb.protocol = ETH_P_IPV6;
  if (conf6(route.dev, 'disable_ipv6') !== 0) {
    stack.mib.ip6.OutDiscards++;
    drop(stack.ns, skb, 'IPV6DISABLED', route.dev.name);
    return undefined;
  }
  if (!stack.hooks6.run(NF_INET_POST_ROUTING, skb, input, route.dev)) return fail('EPERM');
  ip6FinishOutput(stack, skb, loop);
  return undefined;
}

/** What follows the POST_ROUTING hook: fragmentation, then the neighbour (ip6_finish_output). */
export function ip6FinishOutput(stack: NetStack, skb: Skb, loop: boolean): void {
  const route = skb.dst as Route6;
  const mtu = skb.fragmentMax === 0 ? route.mtu : Math.min(route.mtu, skb.fragmentMax);
  if (skb.end - skb.data <= mtu) finish2(stack, skb, route, loop);
  else fragment(stack, skb, route, mtu, loop);
}

/** To the group's members on this host, and to the next hop's neighbour entry (ip6_finish_output2). */
function finish2(stack: NetStack, skb: Skb, route: Route6, loop: boolean): void {
  const dev = route.dev;
  const dst = ipv6Dst(skb.buf, skb.data);
  const { ip6 } = stack.mib;
  const octets = skb.end - skb.data;
  if (isMulticastIpv6(dst)) {
    if ((dev.flags & IFF_LOOPBACK) === 0 && loop && dev.in6?.groups.has(dst)) {
      const copy = skb.clone();
      if (stack.ns.kernel.trace.on) traceBranch(stack.ns, dev, copy, skb, 'copy');
      loopBack(dev, copy);
      if (skb.buf[skb.data + IPV6_HOP_LIMIT] === 0) return drop(stack.ns, skb, 'TTL_EXCEEDED', 'stays on this host');
    }
    ip6.OutMcastPkts++;
    ip6.OutMcastOctets += octets;
    const scope = (ipv6Bytes(dst)[1] as number) & 0x0f;
    if (scope <= 1 && (dev.flags & IFF_LOOPBACK) === 0) return drop(stack.ns, skb, 'IP_OUTNOROUTES', 'scope of the group is this host');
  }
  ip6.countOut(octets);
  stack.nd.output(dev, (route.gateway as Ipv6 | undefined) ?? dst, skb);
}

/** Cuts a packet of this host into pieces that fit (ip6_fragment). Hop-by-hop and routing headers are repeated in each. */
function fragment(stack: NetStack, skb: Skb, route: Route6, mtu: number, loop: boolean): void {
  const b = skb.buf;
  const o = skb.data;
  let typeAt = o + IPV6_NEXT_HEADER;
  let payload = o + IPV6_HLEN;
  if (b[typeAt] === IPPROTO_HOPOPTS) {
    typeAt = payload;
    payload += ipv6ExtensionLength(b, payload, IPPROTO_HOPOPTS);
  }
  const headers = payload - o;
  const piece = (mtu - headers - IPV6_FRAGMENT_HLEN) & ~7;
  if (piece < 8) return drop(stack.ns, skb, 'PKT_TOO_BIG', `mtu ${route.mtu}`);
  const id = stack.ns.kernel.random.u32();
  const { trace } = stack.ns.kernel;
  if (trace.on) {
    const count = Math.ceil((skb.end - payload) / piece);
    traceStep(stack.ns, route.dev, skb, { kind: 'fragment', count, mtu: route.mtu });
  }
  for (let at = payload; at < skb.end; at += piece) {
    const last = at + piece >= skb.end;
    const size = last ? skb.end - at : piece;
    const part = Skb.alloc(headers + IPV6_FRAGMENT_HLEN + size, HEADROOM);
    const f = part.buf;
    const start = part.data;
    const head = start + headers;
    for (let i = 0; i < headers; i++) f[start + i] = b[o + i] as number;
    f[start + typeAt - o] = IPPROTO_FRAGMENT;
    f[head] = b[typeAt] as number;
    setU16(f, head + 2, (at - payload) | (last ? 0 : 1));
    setU32(f, head + 4, id);
    for (let i = 0; i < size; i++) f[head + IPV6_FRAGMENT_HLEN + i] = b[at + i] as number;
    setU16(f, start + IPV6_PAYLOAD_LENGTH, headers - IPV6_HLEN + IPV6_FRAGMENT_HLEN + size);
    part.network = start;
    part.transport = head + IPV6_FRAGMENT_HLEN;
    part.protocol = skb.protocol;
    part.pktType = skb.pktType;
    part.dev = skb.dev;
    part.mark = skb.mark;
    part.dst = route;
    part.ct = skb.ct;
    part.ctInfo = skb.ctInfo;
    if (trace.on) traceBranch(stack.ns, route.dev, part, skb, 'fragment');
    stack.mib.ip6.FragCreates++;
    finish2(stack, part, route, loop);
  }
  stack.mib.ip6.FragOKs++;
}

/** A route that leads straight to the link, for what neighbour discovery and MLD send (icmp6_dst_alloc). */
export function linkRoute6(dev: NetDevice, dst: Ipv6): Route6 {
  return {
    type: isMulticastIpv6(dst) ? 'multicast' : 'unicast',
    table: 0,
    protocol: 0,
    scope: SCOPE_UNIVERSE,
    dev,
    gateway: undefined,
    gatewayFamily: undefined,
    onlink: true,
    source: '::',
    mtu: dev.mtu,
    priority: 0,
    metrics: undefined,
    prefix: dst,
    prefixLen: 128,
  };
}
