// A packet that is not for this host goes on: ip6_forward() in net/ipv6/ip6_output.c.

import { isLinkLocalIpv6 } from '../../base/ipv6-address.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_EXC_HOPLIMIT,
  ICMPV6_NOT_NEIGHBOUR,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from '../../wire/icmpv6.ts';
import { IPV6_HOP_LIMIT, IPV6_MIN_MTU, ipv6Dst, ipv6HopLimit, ipv6Src } from '../../wire/ipv6.ts';
import type { NetDevice } from '../device/net-device.ts';
import { NF_INET_FORWARD } from '../netfilter/hook.ts';
import type { Route6 } from '../route/route.ts';
import { PACKET_HOST, type Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';
import { allConf6, conf6 } from './conf.ts';
import { icmp6Send } from './icmpv6-send.ts';
import { ip6Output } from './ipv6-output.ts';
import type { NetStack } from './net-stack.ts';

export function ip6Forward(stack: NetStack, skb: Skb, route: Route6): void {
  const ns = stack.ns;
  const input = skb.dev as NetDevice;
  if (allConf6(input, 'forwarding') === 0 && conf6(input, 'force_forwarding') === 0) {
    return drop(ns, skb, 'IP_FORWARDING_DISABLED', ipv6Dst(skb.buf, skb.data));
  }
  if (skb.pktType !== PACKET_HOST) return drop(ns, skb, 'NOT_SPECIFIED', 'sent to a group address of the link');
  if (ipv6HopLimit(skb.buf, skb.data) <= 1) {
    stack.mib.ip6.InHdrErrors++;
    icmp6Send(stack, skb, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT, 0);
    return drop(ns, skb, 'TTL_EXCEEDED', ipv6Dst(skb.buf, skb.data));
  }
  const source = ipv6Src(skb.buf, skb.data);
  if (route.dev === input) {
    stack.nd.sendRedirect(skb, route);
  } else if (source === '::' || source === '::1') {
    return drop(ns, skb, 'IP_INVALID_SOURCE', source);
  } else if (isLinkLocalIpv6(source)) {
    icmp6Send(stack, skb, ICMPV6_DEST_UNREACH, ICMPV6_NOT_NEIGHBOUR, 0);
    return drop(ns, skb, 'IP_INVALID_SOURCE', source);
  }
  stack.mib.ip6.ForwDatagrams++;
  const mtu = Math.max(route.mtu, IPV6_MIN_MTU);
  // What was put together of fragments that fit will be cut up again.
  if (skb.end - skb.data > mtu && (skb.fragmentMax === 0 || skb.fragmentMax > mtu)) {
    stack.mib.ip6.InTooBigErrors++;
    stack.mib.ip6.FragFails++;
    icmp6Send(stack, skb, ICMPV6_PKT_TOOBIG, 0, mtu);
    return drop(ns, skb, 'PKT_TOO_BIG', `${skb.length} bytes, mtu ${mtu}`);
  }
  skb.unshare();
  const at = skb.data + IPV6_HOP_LIMIT;
  const left = (skb.buf[at] as number) - 1;
  skb.buf[at] = left;
  if (ns.kernel.trace.on) traceStep(ns, input, skb, { kind: 'ttl', from: left + 1, to: left });
  if (stack.hooks6.run(NF_INET_FORWARD, skb, input, route.dev)) ip6ForwardFinish(stack, skb);
}

/** What follows the FORWARD hook (ip6_forward_finish). */
export function ip6ForwardFinish(stack: NetStack, skb: Skb): void {
  ip6Output(stack, skb, skb.dst as Route6, true);
}
