import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { NF_INET_FORWARD, NF_INET_LOCAL_IN, NF_INET_PRE_ROUTING } from '../hook.ts';
import type { Test } from '../packet.ts';
import { type AddrtypeMatch, addrtypeTest } from './addrtype.ts';
import {
  type ConnbytesMatch,
  type ConnmarkMatch,
  type ConntrackMatch,
  connbytesTest,
  connmarkTest,
  conntrackTest,
  type StateMatch,
  stateTest,
} from './ct.ts';
import { type IcmpMatch, icmpTest } from './icmp.ts';
import { type IprangeMatch, iprangeTest } from './iprange.ts';
import { type LimitMatch, limitTest } from './limit.ts';
import { type MultiportMatch, multiportTest } from './multiport.ts';
import { type UdpMatch, udpTest } from './ports.ts';
import { type CommentMatch, type MacMatch, type MarkMatch, macTest, markTest } from './simple.ts';
import { type TcpMatch, tcpTest } from './tcp.ts';

/** What a rule asks of a packet beyond its IP header: plain data, so that rules can be compared and shown. */
export type Match =
  | TcpMatch
  | UdpMatch
  | IcmpMatch
  | CommentMatch
  | MultiportMatch
  | LimitMatch
  | MarkMatch
  | MacMatch
  | IprangeMatch
  | AddrtypeMatch
  | StateMatch
  | ConntrackMatch
  | ConnmarkMatch
  | ConnbytesMatch;

/** The test that a match stands for, made once for each rule; undefined for what takes every packet. */
export function matchTest(match: Match): Test | undefined {
  switch (match.name) {
    case 'tcp':
      return tcpTest(match);
    case 'udp':
      return udpTest(match);
    case 'icmp':
    case 'icmp6':
      return icmpTest(match);
    case 'comment':
      return undefined;
    case 'multiport':
      return multiportTest(match);
    case 'limit':
      return limitTest(match);
    case 'mark':
      return markTest(match);
    case 'mac':
      return macTest(match);
    case 'iprange':
      return iprangeTest(match);
    case 'addrtype':
      return addrtypeTest(match);
    case 'state':
      return stateTest(match);
    case 'conntrack':
      return conntrackTest(match);
    case 'connmark':
      return connmarkTest(match);
    case 'connbytes':
      return connbytesTest(match);
  }
}

const FROM_DEVICE = (1 << NF_INET_PRE_ROUTING) | (1 << NF_INET_LOCAL_IN) | (1 << NF_INET_FORWARD);
const ALL_HOOKS = 0x1f;

/** The hooks (1 << number) at which a match may stand. */
export function matchHooks(match: Match): number {
  return match.name === 'mac' ? FROM_DEVICE : ALL_HOOKS;
}

/** The protocol a match needs its rule to name, if any: the kernel refuses the rule otherwise. */
export function matchProtocol(match: Match): number | undefined {
  switch (match.name) {
    case 'tcp':
      return IPPROTO_TCP;
    case 'udp':
      return IPPROTO_UDP;
    case 'icmp':
      return IPPROTO_ICMP;
    case 'icmp6':
      return IPPROTO_ICMPV6;
    default:
      return undefined;
  }
}

/** Whether a match looks at connections, which then have to be tracked. */
export function matchNeedsConntrack({ name }: Match): boolean {
  return name === 'state' || name === 'conntrack' || name === 'connmark' || name === 'connbytes';
}
