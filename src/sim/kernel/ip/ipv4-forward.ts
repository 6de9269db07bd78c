// A packet that is not for this host goes on: net/ipv4/ip_forward.c.

import { u16 } from '../../base/bytes.ts';
import { formatIpv4, type Ipv4 } from '../../base/ipv4-address.ts';
import { ICMP_DEST_UNREACH, ICMP_EXC_TTL, ICMP_FRAG_NEEDED, ICMP_REDIR_HOST, ICMP_REDIRECT, ICMP_TIME_EXCEEDED } from '../../wire/icmp.ts';
import { IP_DF, IPV4_FLAGS_OFFSET, ipv4DecrementTtl, ipv4Dst, ipv4Src, ipv4Ttl } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import { NF_INET_FORWARD } from '../netfilter/hook.ts';
import type { Route4 } from '../route/route.ts';
import { PACKET_HOST, type Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';
import { onLink4 } from './address-type.ts';
import { orConf4 } from './conf.ts';
import { icmpSend } from './icmp-send.ts';
import { ipOutput } from './ipv4-output.ts';
import type { NetStack } from './net-stack.ts';

export function ipForward(stack: NetStack, skb: Skb, route: Route4): void {
  const ns = stack.ns;
  if (skb.pktType !== PACKET_HOST) return drop(ns, skb, 'NOT_SPECIFIED', 'sent to a group address of the link');
  if (ipv4Ttl(skb.buf, skb.data) <= 1) {
    stack.mib.ip4.InHdrErrors++;
    icmpSend(stack, skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
    return drop(ns, skb, 'TTL_EXCEEDED', formatIpv4(ipv4Dst(skb.buf, skb.data)));
  }
  stack.mib.ip4.ForwDatagrams++;
  if (skb.end - skb.data > route.mtu && (u16(skb.buf, skb.data + IPV4_FLAGS_OFFSET) & IP_DF) !== 0) {
    stack.mib.ip4.FragFails++;
    icmpSend(stack, skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.mtu);
    return drop(ns, skb, 'PKT_TOO_BIG', `${skb.length} bytes, mtu ${route.mtu}`);
  }
  skb.unshare();
  ipv4DecrementTtl(skb.buf, skb.data);
  const input = skb.dev as NetDevice;
  if (ns.kernel.trace.on) {
    const to = ipv4Ttl(skb.buf, skb.data);
    traceStep(ns, input, skb, { kind: 'ttl', from: to + 1, to });
  }
  if (route.dev === input) redirect(stack, skb, input, route);
  if (stack.hooks4.run(NF_INET_FORWARD, skb, input, route.dev)) ipForwardFinish(stack, skb);
}

/** What follows the FORWARD hook (ip_forward_finish). */
export function ipForwardFinish(stack: NetStack, skb: Skb): void {
  ipOutput(stack, skb, skb.dst as Route4);
}

/** The packet leaves where it came from: its sender could have gone to the next hop by itself (ip_rt_send_redirect). */
function redirect(stack: NetStack, skb: Skb, dev: NetDevice, route: Route4): void {
  const source = ipv4Src(skb.buf, skb.data);
  const destination = ipv4Dst(skb.buf, skb.data);
  if (orConf4(dev, 'send_redirects') === 0 || !onLink4(dev, source) || typeof route.gateway === 'string') return;
  const nexthop: Ipv4 = route.gateway ?? destination;
  if (orConf4(dev, 'shared_media') === 0 && !onLink4(dev, source, nexthop)) return;
  if (!stack.peers4.allowRedirect(source, stack.ns.kernel.clock.now)) return;
  icmpSend(stack, skb, ICMP_REDIRECT, ICMP_REDIR_HOST, nexthop);
}
