// ICMP errors sent: __icmp_send() in net/ipv4/icmp.c, by the rules of RFC 1122, 3.2.2 and RFC 1812, 4.3.2.

import { isError } from '../../base/result.ts';
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HLEN, icmpIsError, writeIcmp } from '../../wire/icmp.ts';
import { IPPROTO_ICMP } from '../../wire/ip-protocol.ts';
import { IPV4_HLEN, ipv4Dst, ipv4FragmentOffset, ipv4HeaderLength, ipv4Protocol, ipv4Src, ipv4Tos } from '../../wire/ipv4.ts';
import { IFF_LOOPBACK } from '../device/net-device.ts';
import type { Route4 } from '../route/route.ts';
import { SCOPE_LINK } from '../rtnetlink/messages.ts';
import { PACKET_HOST, Skb } from '../skb.ts';
import { traceError } from '../trace.ts';
import { addressType4 } from './address-type.ts';
import { ipSend } from './ipv4-output.ts';
import type { NetStack } from './net-stack.ts';

/** The longest error: a datagram that every host takes in one piece. */
const MAX_ERROR = 576;
/** Type of service of an error: precedence internetwork control (IPTOS_PREC_INTERNETCONTROL), delay bits of its cause. */
const PREC_INTERNETCONTROL = 0xc0;

/**
 * Tells the sender of a packet what became of it. `rest` is the message's second word (MTU, gateway, pointer); `skb.dst` is the packet's
 * route if it had got one, and the IP header is at `skb.network`. Sends nothing about errors, fragments but the first, groups and broadcasts,
 * and no more than the rate limits allow.
 */
export function icmpSend(stack: NetStack, skb: Skb, type: number, code: number, rest: number): void {
  traceError(stack.ns, skb, { type, code }, () => send(stack, skb, type, code, rest));
}

/** Undefined once it is sent; why not otherwise. */
function send(stack: NetStack, skb: Skb, type: number, code: number, rest: number): string | undefined {
  const ns = stack.ns;
  const b = skb.buf;
  const o = skb.network;
  if (o < 0 || o + IPV4_HLEN > skb.end || skb.pktType !== PACKET_HOST) return 'the frame was not sent to this host alone';
  const src = ipv4Src(b, o);
  const dst = ipv4Dst(b, o);
  const route = skb.dst as Route4 | undefined;
  const routeType = route?.type ?? addressType4(ns, dst);
  if (routeType === 'broadcast' || routeType === 'multicast') return 'it was sent to a group';
  if (ipv4FragmentOffset(b, o) !== 0) return 'it is not the first fragment';
  const header = ipv4HeaderLength(b, o);
  if (icmpIsError(type) && ipv4Protocol(b, o) === IPPROTO_ICMP) {
    const inner = o + header < skb.end ? (b[o + header] as number) : -1;
    if (inner < 0 || inner > 18 || icmpIsError(inner)) return 'it is an ICMP error itself';
  }
  const limited = rateMasked(stack, type, code);
  const now = ns.kernel.clock.now;
  if (limited && !stack.icmpGlobal.allow(now, ns.sysctl.int('net/ipv4/icmp_msgs_per_sec'), ns.sysctl.int('net/ipv4/icmp_msgs_burst'))) {
    stack.mib.icmp4.OutRateLimitGlobal++;
    return 'rate limit';
  }

  let source = 0;
  if (routeType === 'local') source = dst;
  else if (skb.dev && skb.iif !== 0 && ns.sysctl.int('net/ipv4/icmp_errors_use_inbound_ifaddr') !== 0) {
    source = ns.ip4.selectSource(skb.dev, src, SCOPE_LINK);
  }
  const tos = (ipv4Tos(b, o) & 0x1e) | PREC_INTERNETCONTROL;
  const mark = ns.sysctl.int('net/ipv4/fwmark_reflect') !== 0 ? skb.mark : 0;
  const back = ns.ip4.fib.output({ dst: src, src: source, tos, mark, ipProto: IPPROTO_ICMP });
  if (isError(back) || (back.type !== 'unicast' && back.type !== 'local')) return 'there is no route back';
  const loopback = (back.dev.flags & IFF_LOOPBACK) !== 0;
  if (limited && !loopback && !stack.peers4.allowError(src, now, ns.sysctl.int('net/ipv4/icmp_ratelimit'))) {
    stack.mib.icmp4.OutRateLimitHost++;
    return 'rate limit';
  }

  const room = Math.min(back.mtu, MAX_ERROR) - IPV4_HLEN - ICMP_HLEN;
  const quoted = Math.min(skb.end - o, room);
  const error = Skb.alloc(ICMP_HLEN + quoted);
  const at = error.data;
  for (let i = 0; i < quoted; i++) error.buf[at + ICMP_HLEN + i] = b[o + i] as number;
  writeIcmp(error.buf, at, ICMP_HLEN + quoted, type, code, rest);
  ipSend(stack, error, back, source === 0 ? back.source : source, src, IPPROTO_ICMP, {
    ttl: ns.sysctl.int('net/ipv4/ip_default_ttl'),
    tos,
    dontFragment: false,
    id: -1,
    mark,
  });
  return undefined;
}

/** Whether the rate limits apply to a type at all (icmpv4_mask_allow): path MTU discovery must not suffer. */
function rateMasked(stack: NetStack, type: number, code: number): boolean {
  if (type > 18 || (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED)) return false;
  return ((1 << type) & stack.ns.sysctl.int('net/ipv4/icmp_ratemask')) !== 0;
}
