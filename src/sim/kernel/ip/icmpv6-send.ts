// ICMPv6 errors sent: icmp6_send() in net/ipv6/icmp.c, by the rules of RFC 4443, 2.4.

import { pseudoHeaderV6 } from '../../base/checksum.ts';
import { isMulticastIpv6 } from '../../base/ipv6-address.ts';
import { isError } from '../../base/result.ts';
import { ICMPV6_HLEN, ICMPV6_PARAMPROB, ICMPV6_PKT_TOOBIG, icmpv6IsError, writeIcmpv6 } from '../../wire/icmpv6.ts';
import { IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { IPV6_HLEN, IPV6_MIN_MTU, ipv6Dst, ipv6Src, ipv6TransportOffset, ipv6TransportProtocol } from '../../wire/ipv6.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import type { Route6 } from '../route/route.ts';
import { PACKET_HOST, Skb } from '../skb.ts';
import { traceError } from '../trace.ts';
import { conf6 } from './conf.ts';
import { ip6Send } from './ipv6-output.ts';
import type { NetStack } from './net-stack.ts';

/** Code of "parameter problem": an unknown option. The only one that may answer a packet to a group. */
const ICMPV6_UNK_OPTION = 2;

/** Tells the sender of a packet what became of it; the IPv6 header is at `skb.network`. `rest` is the message's second word (MTU, pointer). */
export function icmp6Send(stack: NetStack, skb: Skb, type: number, code: number, rest: number): void {
  traceError(stack.ns, skb, { type, code }, () => send(stack, skb, type, code, rest));
}

/** The device a packet came in by: for one that came over lo, that which has the address it was sent to (icmp6_dev). */
export function receivingDevice6({ dev, dst }: Skb): NetDevice | undefined {
  return dev !== undefined && (dev.flags & IFF_LOOPBACK) !== 0 ? ((dst as Route6 | undefined)?.localDev ?? dev) : dev;
}

/** Undefined once it is sent; why not otherwise. */
function send(stack: NetStack, skb: Skb, type: number, code: number, rest: number): string | undefined {
  const ns = stack.ns;
  const b = skb.buf;
  const o = skb.network;
  if (o < 0 || o + IPV6_HLEN > skb.end) return 'it has no header';
  const src = ipv6Src(b, o);
  const dst = ipv6Dst(b, o);
  const toGroup = isMulticastIpv6(dst) || skb.pktType !== PACKET_HOST;
  if (toGroup && type !== ICMPV6_PKT_TOOBIG && !(type === ICMPV6_PARAMPROB && code === ICMPV6_UNK_OPTION)) return 'it was sent to a group';
  if (src === '::' || isMulticastIpv6(src)) return `${src} is nobody’s address`;
  const transport = ipv6TransportOffset(b, o);
  if (transport >= 0 && transport < skb.end && ipv6TransportProtocol(b, o) === IPPROTO_ICMPV6) {
    if (icmpv6IsError(b[transport] as number)) return 'it is an ICMPv6 error itself';
  }
  const limited = type !== ICMPV6_PKT_TOOBIG;
  const now = ns.kernel.clock.now;
  if (limited && !stack.icmpGlobal.allow(now, ns.sysctl.int('net/ipv4/icmp_msgs_per_sec'), ns.sysctl.int('net/ipv4/icmp_msgs_burst')))
    return 'rate limit';

  const dev = receivingDevice6(skb);
  const own = !toGroup && ns.ip6.isLocal(dst) ? dst : '::';
  const mark = ns.sysctl.int('net/ipv6/fwmark_reflect') !== 0 ? skb.mark : 0;
  const linkLocal = src.startsWith('fe80:') && dev !== undefined ? dev.ifindex : 0;
  const back = ns.ip6.fib.output({ dst: src, src: own, oif: linkLocal, mark, ipProto: IPPROTO_ICMPV6 });
  if (isError(back)) return 'there is no route back';
  // Wider prefixes get more: the limit is for the route, not the host.
  const everyMs = ns.sysctl.int('net/ipv6/icmp/ratelimit') >> (back.prefixLen < 128 ? (128 - back.prefixLen) >> 5 : 0);
  if (limited && (back.dev.flags & IFF_LOOPBACK) === 0 && !stack.peers6.allowError(src, now, everyMs)) {
    stack.mib.icmp6.OutRateLimitHost++;
    return 'rate limit';
  }

  const source = own !== '::' ? own : back.source !== '::' ? back.source : ns.ip6.selectSource(back.dev, src);
  if (source === '::') return 'there is no address to send it from';
  const quoted = Math.min(skb.end - o, IPV6_MIN_MTU - IPV6_HLEN - ICMPV6_HLEN);
  const length = ICMPV6_HLEN + quoted;
  const error = Skb.alloc(length);
  const at = error.data;
  for (let i = 0; i < quoted; i++) error.buf[at + ICMPV6_HLEN + i] = b[o + i] as number;
  writeIcmpv6(error.buf, at, length, type, code, rest, pseudoHeaderV6(source, src, IPPROTO_ICMPV6, length));
  ip6Send(stack, error, back, source, src, IPPROTO_ICMPV6, {
    hopLimit: conf6(back.dev, 'hop_limit') || 64,
    trafficClass: 0,
    flowLabel: -1,
    mark,
    loop: true,
  });
  return undefined;
}
