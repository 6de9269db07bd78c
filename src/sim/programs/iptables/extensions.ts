import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { Target } from '../../kernel/netfilter/target/target.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Extension } from './extension.ts';
import { addrtype, iprange } from './match/address.ts';
import { connbytes, connmark } from './match/connmark.ts';
import { conntrack } from './match/conntrack.ts';
import { icmp, icmp6 } from './match/icmp.ts';
import { limit } from './match/limit.ts';
import { multiport } from './match/multiport.ts';
import { udp } from './match/ports.ts';
import { comment, mac, mark } from './match/simple.ts';
import { state } from './match/state.ts';
import { tcp } from './match/tcp.ts';
import { connmarkTarget } from './target/connmark.ts';
import { ct, notrack } from './target/ct.ts';
import { markTarget } from './target/mark.ts';
import { dnat, masquerade, netmap, redirect, snat } from './target/nat.ts';
import { rejectTarget, rejectTarget6 } from './target/reject.ts';

function byName<T>(extensions: readonly Extension<T>[]): ReadonlyMap<string, Extension<T>> {
  return new Map(extensions.map((extension) => [extension.name, extension]));
}

const MATCHES: Readonly<Record<Family, ReadonlyMap<string, Extension<Match>>>> = {
  inet: byName<Match>([tcp, udp, icmp, comment, multiport, limit, mark, mac, iprange, addrtype, state, conntrack, connmark, connbytes]),
  inet6: byName<Match>([tcp, udp, icmp6, comment, multiport, limit, mark, mac, iprange, addrtype, state, conntrack, connmark, connbytes]),
};

const CONNECTION_TARGETS = [snat, dnat, masquerade, redirect, netmap, connmarkTarget, ct, notrack] as Extension<Target>[];

const TARGETS: Readonly<Record<Family, ReadonlyMap<string, Extension<Target>>>> = {
  inet: byName<Target>([rejectTarget, markTarget, ...CONNECTION_TARGETS]),
  inet6: byName<Target>([rejectTarget6, markTarget, ...CONNECTION_TARGETS]),
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
