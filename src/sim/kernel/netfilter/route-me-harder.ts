import { isError } from '../../base/result.ts';
import { ipv4Dst, ipv4Src, ipv4Tos } from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Family } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import { drop } from '../trace.ts';

/** What of a local packet a rule of the table mangle may change that its route depends on: mark and TOS or traffic class, in one number. */
export function routeKey(family: Family, { buf, data, mark }: Skb): number {
  return mark * 0x100 + (family === 'inet' ? ipv4Tos(buf, data) : ipv6TrafficClass(buf, data));
}

/** Looks a local packet's route up once more (ip_route_me_harder, ip6_route_me_harder); false when there is none any longer. */
export function routeMeHarder(stack: NetStack, family: Family, skb: Skb): boolean {
  const { ns } = stack;
  const { buf, data, mark } = skb;
  const route =
    family === 'inet'
      ? ns.ip4.fib.output({ dst: ipv4Dst(buf, data), src: ipv4Src(buf, data), tos: ipv4Tos(buf, data), mark })
      : ns.ip6.fib.output({ dst: ipv6Dst(buf, data), src: ipv6Src(buf, data), tos: ipv6TrafficClass(buf, data), mark });
  if (isError(route)) {
    drop(ns, skb, 'IP_OUTNOROUTES', 'rerouted by a rule');
    return false;
  }
  skb.dst = route;
  skb.dev = route.dev;
  return true;
}
