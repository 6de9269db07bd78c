// What a packet is at the network layer, for the conditions built upon it.

import { ETH_P_IP, ETH_P_IPV6 } from '../../../wire/ethernet.ts';
import type { FilterLink } from './link.ts';
import { and, fieldEquals, load, or, type Test } from './test.ts';

/** gen_proto() of IPv4. */
export function ipProtocol(number: number, link: FilterLink): Test {
  return and(link.isType(ETH_P_IP), fieldEquals(link.network + 9, 1, number));
}

const IP6_NEXT_HEADER = 6;
const IP6_HLEN = 40;
const IPPROTO_FRAGMENT = 44;

/** gen_proto() of IPv6: the first header behind the fixed one, or the one behind a fragment header. */
export function ip6Protocol(number: number, link: FilterLink): Test {
  const at = link.network;
  const fragment = and(fieldEquals(at + IP6_NEXT_HEADER, 1, IPPROTO_FRAGMENT), fieldEquals(at + IP6_HLEN, 1, number));
  return and(link.isType(ETH_P_IPV6), or(fragment, fieldEquals(at + IP6_NEXT_HEADER, 1, number)));
}

/** gen_ipfrag(): the transport header is in this packet. */
export function firstFragment(link: FilterLink): Test {
  const at = link.network + 6;
  return (p) => (load(p, at, 2) & 0x1fff) === 0;
}
