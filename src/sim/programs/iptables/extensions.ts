import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { JumpTarget, Target } from '../../kernel/netfilter/target/target.ts';
import type { Extension } from './extension.ts';
import { addrtype, iprange } from './match/address.ts';
import { icmp } from './match/icmp.ts';
import { limit } from './match/limit.ts';
import { multiport } from './match/multiport.ts';
import { udp } from './match/ports.ts';
import { comment, mac, mark } from './match/simple.ts';
import { tcp } from './match/tcp.ts';
import { markTarget } from './target/mark.ts';
import { rejectTarget } from './target/reject.ts';

const MATCHES: { readonly [Name in Match['name']]: Extension<Extract<Match, { name: Name }>> } = {
  tcp,
  udp,
  icmp,
  comment,
  multiport,
  limit,
  mark,
  mac,
  iprange,
  addrtype,
};

type WithOptions = Exclude<Target, JumpTarget | { readonly name: 'ACCEPT' | 'DROP' | 'RETURN' }>;
const TARGETS: { readonly [Name in WithOptions['name']]: Extension<Extract<WithOptions, { name: Name }>> } = {
  REJECT: rejectTarget,
  MARK: markTarget,
};

/** The match of that name (`-m`, or a protocol's). */
export function matchExtension(name: string): Extension<Match> | undefined {
  return Object.hasOwn(MATCHES, name) ? (MATCHES[name as Match['name']] as Extension<Match>) : undefined;
}

/** The target of that name, if it is more than a verdict or a chain. */
export function targetExtension(name: string): Extension<Target> | undefined {
  return Object.hasOwn(TARGETS, name) ? (TARGETS[name as WithOptions['name']] as Extension<Target>) : undefined;
}

export const VERDICTS = ['ACCEPT', 'DROP', 'RETURN'] as const;
