import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_ANO,
  ICMP_HOST_UNREACH,
  ICMP_NET_ANO,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
} from '../../../wire/icmp.ts';
import {
  ICMPV6_ADDR_UNREACH,
  ICMPV6_ADM_PROHIBITED,
  ICMPV6_DEST_UNREACH,
  ICMPV6_NOROUTE,
  ICMPV6_POLICY_FAIL,
  ICMPV6_PORT_UNREACH,
  ICMPV6_REJECT_ROUTE,
} from '../../../wire/icmpv6.ts';
import { icmpSend } from '../../ip/icmp-send.ts';
import { icmp6Send } from '../../ip/icmpv6-send.ts';
import type { HookPacket } from '../packet.ts';
import { sendTcpReset } from './tcp-reset.ts';

/** The codes of ICMP's "destination unreachable" that REJECT answers with, by name. */
export const REJECT_CODES = {
  'icmp-net-unreachable': ICMP_NET_UNREACH,
  'icmp-host-unreachable': ICMP_HOST_UNREACH,
  'icmp-proto-unreachable': ICMP_PROT_UNREACH,
  'icmp-port-unreachable': ICMP_PORT_UNREACH,
  'icmp-net-prohibited': ICMP_NET_ANO,
  'icmp-host-prohibited': ICMP_HOST_ANO,
  'icmp-admin-prohibited': ICMP_PKT_FILTERED,
} as const;

/** The same of ICMPv6. */
export const REJECT_CODES6 = {
  'icmp6-no-route': ICMPV6_NOROUTE,
  'icmp6-adm-prohibited': ICMPV6_ADM_PROHIBITED,
  'icmp6-addr-unreachable': ICMPV6_ADDR_UNREACH,
  'icmp6-port-unreachable': ICMPV6_PORT_UNREACH,
  'icmp6-policy-fail': ICMPV6_POLICY_FAIL,
  'icmp6-reject-route': ICMPV6_REJECT_ROUTE,
} as const;

export type RejectKind = keyof typeof REJECT_CODES | keyof typeof REJECT_CODES6 | 'tcp-reset';

/** Drops the packet and tells its sender (net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c). */
export interface RejectTarget {
  readonly name: 'REJECT';
  readonly how: RejectKind;
}

export function reject(target: RejectTarget, packet: HookPacket): void {
  const { how } = target;
  const { skb, stack, family } = packet;
  if (how === 'tcp-reset') return sendTcpReset(packet);
  // Only the first of a datagram's fragments is answered.
  if (packet.fragmentOffset !== 0) return;
  skb.network = skb.data;
  if (family === 'inet') icmpSend(stack, skb, ICMP_DEST_UNREACH, REJECT_CODES[how as keyof typeof REJECT_CODES], 0);
  else icmp6Send(stack, skb, ICMPV6_DEST_UNREACH, REJECT_CODES6[how as keyof typeof REJECT_CODES6], 0);
}
