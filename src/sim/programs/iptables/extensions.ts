import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { Target } from '../../kernel/netfilter/target/target.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Extension } from './extension.ts';
import { addrtype, iprange } from './match/address.ts';
import { connbytes, connmark } from './match/connmark.ts';
import { conntrack } from './match/conntrack.ts';
import { devgroup, physdev } from './match/device.ts';
import { hashlimit } from './match/hashlimit.ts';
import { icmp, icmp6 } from './match/icmp.ts';
import { ah, dscp, ecn, esp, hl, length, pkttype, tos, ttl } from './match/ip-header.ts';
import { frag, ipv6header, rt } from './match/ipv6-header.ts';
import { limit } from './match/limit.ts';
import { multiport } from './match/multiport.ts';
import { owner } from './match/owner.ts';
import { udp } from './match/ports.ts';
import { quota } from './match/quota.ts';
import { recent } from './match/recent.ts';
import { set } from './match/set.ts';
import { comment, cpu, mac, mark } from './match/simple.ts';
import { state } from './match/state.ts';
import { statistic } from './match/statistic.ts';
import { string } from './match/string.ts';
import { tcp } from './match/tcp.ts';
import { tcpmss } from './match/tcpmss.ts';
import { time } from './match/time.ts';
import { connmarkTarget } from './target/connmark.ts';
import { ct, notrack } from './target/ct.ts';
import { dscpTarget, hlTarget, tosTarget, ttlTarget } from './target/header.ts';
import { logTarget, nflogTarget } from './target/log.ts';
import { markTarget } from './target/mark.ts';
import { dnat, masquerade, netmap, redirect, snat } from './target/nat.ts';
import { classifyTarget, traceTarget } from './target/plain.ts';
import { rejectTarget, rejectTarget6 } from './target/reject.ts';
import { setTarget } from './target/set.ts';
import { tcpmssTarget } from './target/tcpmss.ts';

function byName<T>(extensions: readonly Extension<T>[]): ReadonlyMap<string, Extension<T>> {
  return new Map(extensions.map((extension) => [extension.name, extension]));
}

const OF_BOTH: readonly Extension<Match>[] = [
  addrtype,
  ah,
  comment,
  connbytes,
  connmark,
  conntrack,
  cpu,
  devgroup,
  dscp,
  ecn,
  esp,
  hashlimit,
  iprange,
  length,
  limit,
  mac,
  mark,
  multiport,
  owner,
  physdev,
  pkttype,
  quota,
  recent,
  set,
  state,
  statistic,
  string,
  tcp,
  tcpmss,
  time,
  tos,
  udp,
];

const MATCHES: Readonly<Record<Family, ReadonlyMap<string, Extension<Match>>>> = {
  inet: byName<Match>([...OF_BOTH, icmp, ttl]),
  inet6: byName<Match>([...OF_BOTH, icmp6, hl, frag, rt, ipv6header]),
};

const CONNECTION_TARGETS = [snat, dnat, masquerade, redirect, netmap, connmarkTarget, ct, notrack] as Extension<Target>[];

const TARGETS_OF_BOTH: readonly Extension<Target>[] = [
  ...CONNECTION_TARGETS,
  classifyTarget,
  dscpTarget,
  logTarget,
  markTarget,
  nflogTarget,
  setTarget,
  tcpmssTarget,
  tosTarget,
  traceTarget,
];

const TARGETS: Readonly<Record<Family, ReadonlyMap<string, Extension<Target>>>> = {
  inet: byName<Target>([...TARGETS_OF_BOTH, rejectTarget, ttlTarget]),
  inet6: byName<Target>([...TARGETS_OF_BOTH, rejectTarget6, hlTarget]),
};

/** The match of that name (`-m`). */
export function matchExtension(name: string, family: Family): Extension<Match> | undefined {
  return MATCHES[family].get(name);
}

/** The name of the match that belongs to a protocol: of ICMPv6 it is not the protocol's. */
export function protocolMatchName(protocol: string): string {
  return protocol === 'ipv6-icmp' ? 'icmp6' : protocol;
}

/** The target of that name, if it is more than a verdict or a chain. */
export function targetExtension(name: string, family: Family): Extension<Target> | undefined {
  return TARGETS[family].get(name);
}

export const VERDICTS = ['ACCEPT', 'DROP', 'RETURN'] as const;
