import type { Errno } from '../../../base/errno.ts';
import { IPPROTO_AH, IPPROTO_ESP, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { NF_INET_FORWARD, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
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
import { type DevgroupMatch, devgroupTest, type PhysdevMatch, physdevTest } from './device.ts';
import { type HashlimitMatch, hashlimitTest } from './hashlimit.ts';
import { type IcmpMatch, icmpTest } from './icmp.ts';
import {
  type DscpMatch,
  dscpTest,
  type EcnMatch,
  ecnTest,
  type LengthMatch,
  lengthTest,
  type PkttypeMatch,
  pkttypeTest,
  type SpiMatch,
  spiTest,
  type TosMatch,
  type TtlMatch,
  tosTest,
  ttlTest,
} from './ip-header.ts';
import { type IprangeMatch, iprangeTest } from './iprange.ts';
import { type FragMatch, fragTest, type Ipv6headerMatch, ipv6headerTest, type RtMatch, rtTest } from './ipv6-header.ts';
import { type LimitMatch, limitTest } from './limit.ts';
import { type MultiportMatch, multiportTest } from './multiport.ts';
import { type OwnerMatch, ownerTest } from './owner.ts';
import { type UdpMatch, udpTest } from './ports.ts';
import { type QuotaMatch, quotaTest } from './quota.ts';
import { type RecentMatch, recentTest } from './recent.ts';
import { type SetMatch, setTest } from './set.ts';
import { type CommentMatch, type CpuMatch, cpuTest, type MacMatch, type MarkMatch, macTest, markTest } from './simple.ts';
import { type StatisticMatch, statisticTest } from './statistic.ts';
import { SEARCH_ALGORITHMS, type StringMatch, stringTest } from './string.ts';
import { type TcpMatch, tcpTest } from './tcp.ts';
import { type TcpmssMatch, tcpmssTest } from './tcpmss.ts';
import { type TimeMatch, timeTest } from './time.ts';

/** What a rule asks of a packet beyond its IP header: plain data, so that rules can be compared and shown. */
export type Match =
  | AddrtypeMatch
  | CommentMatch
  | CpuMatch
  | DevgroupMatch
  | DscpMatch
  | EcnMatch
  | FragMatch
  | HashlimitMatch
  | IcmpMatch
  | IprangeMatch
  | Ipv6headerMatch
  | LengthMatch
  | LimitMatch
  | MacMatch
  | MarkMatch
  | MultiportMatch
  | OwnerMatch
  | PhysdevMatch
  | PkttypeMatch
  | QuotaMatch
  | RecentMatch
  | RtMatch
  | SetMatch
  | SpiMatch
  | StatisticMatch
  | StringMatch
  | TcpMatch
  | TcpmssMatch
  | TimeMatch
  | TosMatch
  | TtlMatch
  | UdpMatch
  | StateMatch
  | ConntrackMatch
  | ConnmarkMatch
  | ConnbytesMatch;

/** How each match makes the test of a rule, once; undefined for what takes every packet. */
const TESTS: { readonly [Name in Match['name']]: (match: Extract<Match, { readonly name: Name }>) => Test | undefined } = {
  addrtype: addrtypeTest,
  ah: spiTest,
  comment: () => undefined,
  connbytes: connbytesTest,
  connmark: connmarkTest,
  conntrack: conntrackTest,
  cpu: cpuTest,
  devgroup: devgroupTest,
  dscp: dscpTest,
  ecn: ecnTest,
  esp: spiTest,
  frag: fragTest,
  hashlimit: hashlimitTest,
  hl: ttlTest,
  icmp: icmpTest,
  icmp6: icmpTest,
  iprange: iprangeTest,
  ipv6header: ipv6headerTest,
  length: lengthTest,
  limit: limitTest,
  mac: macTest,
  mark: markTest,
  multiport: multiportTest,
  owner: ownerTest,
  physdev: physdevTest,
  pkttype: pkttypeTest,
  quota: quotaTest,
  recent: recentTest,
  rt: rtTest,
  set: setTest,
  state: stateTest,
  statistic: statisticTest,
  string: stringTest,
  tcp: tcpTest,
  tcpmss: tcpmssTest,
  time: timeTest,
  tos: tosTest,
  ttl: ttlTest,
  udp: udpTest,
};

/** The test that a match stands for. */
export function matchTest(match: Match): Test | undefined {
  return (TESTS[match.name] as (match: Match) => Test | undefined)(match);
}

const FROM_DEVICE = (1 << NF_INET_PRE_ROUTING) | (1 << NF_INET_LOCAL_IN) | (1 << NF_INET_FORWARD);
const TO_DEVICE = (1 << NF_INET_FORWARD) | (1 << NF_INET_LOCAL_OUT) | (1 << NF_INET_POST_ROUTING);
const FROM_SOCKET = (1 << NF_INET_LOCAL_OUT) | (1 << NF_INET_POST_ROUTING);
const ALL_HOOKS = 0x1f;

/** The hooks (1 << number) at which a match may stand. */
export function matchHooks(match: Match): number {
  switch (match.name) {
    case 'mac':
      return FROM_DEVICE;
    case 'owner':
      return FROM_SOCKET;
    case 'addrtype':
      return match.limit === 'in' ? FROM_DEVICE : match.limit === 'out' ? TO_DEVICE : ALL_HOOKS;
    case 'physdev': {
      const leaves = match.output !== undefined || match.isOut !== undefined;
      const bridged = match.isBridged !== undefined && !match.isBridged.invert;
      return leaves && !bridged ? ALL_HOOKS & ~(1 << NF_INET_LOCAL_OUT) : ALL_HOOKS;
    }
    default:
      return ALL_HOOKS;
  }
}

/** The protocol a match needs its rule to name, if any: the kernel refuses the rule otherwise. */
const PROTOCOLS: Partial<Record<Match['name'], number>> = {
  ah: IPPROTO_AH,
  esp: IPPROTO_ESP,
  icmp: IPPROTO_ICMP,
  icmp6: IPPROTO_ICMPV6,
  tcp: IPPROTO_TCP,
  tcpmss: IPPROTO_TCP,
  udp: IPPROTO_UDP,
};

/** Why the kernel takes no rule with this match for that protocol (0 for any), or undefined where it does (xt_check_match). */
export function refuseMatch(match: Match, protocol: number): Errno | undefined {
  const needed = PROTOCOLS[match.name];
  if (needed !== undefined && needed !== protocol) return 'EINVAL';
  if (match.name === 'string') {
    if (!SEARCH_ALGORITHMS.includes(match.algorithm)) return 'ENOENT';
    if (match.pattern.length === 0) return 'EINVAL';
  }
  if (match.name === 'recent' && (match.action === 'set' || match.action === 'remove')) {
    if (match.seconds !== 0 || match.hitCount !== 0 || match.sameTtl || match.reap) return 'EINVAL';
  }
  return undefined;
}

/** Whether a match looks at connections, which then have to be tracked. */
export function matchNeedsConntrack({ name }: Match): boolean {
  return name === 'state' || name === 'conntrack' || name === 'connmark' || name === 'connbytes';
}
