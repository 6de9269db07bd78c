// Matches on the packet's connection: net/netfilter/xt_conntrack.c, xt_state.c, xt_connmark.c, xt_connbytes.c.

import type { Ipv4, Ipv6 } from '../../../base/address.ts';
import { ipv6Bytes } from '../../../base/address.ts';
import { type Conntrack, IP_CT_IS_REPLY, IP_CT_NEW, IP_CT_RELATED, IP_CT_UNTRACKED, IPS_DST_NAT, IPS_SRC_NAT } from '../conntrack/entry.ts';
import type { HookPacket, Test } from '../packet.ts';

/** What a packet can be to its connection, in the order they are listed. */
export const CT_STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const;
export type CtState = (typeof CT_STATES)[number];
/** What a connection can have been through; NONE: nothing of the kind. */
export const CT_STATUSES = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'] as const;
export type CtStatus = (typeof CT_STATUSES)[number] | 'NONE';

/** The state as packets have it. */
function stateOf({ ct, ctInfo }: { ct: Conntrack | undefined; ctInfo: number }): CtState {
  if (ct === undefined) return ctInfo === IP_CT_UNTRACKED ? 'UNTRACKED' : 'INVALID';
  const info = ctInfo >= IP_CT_IS_REPLY ? ctInfo - IP_CT_IS_REPLY : ctInfo;
  return info === IP_CT_NEW ? 'NEW' : info === IP_CT_RELATED ? 'RELATED' : 'ESTABLISHED';
}

/** `-m state`. */
export interface StateMatch {
  readonly name: 'state';
  readonly states: readonly CtState[];
  readonly invert: boolean;
}

export function stateTest({ states, invert }: StateMatch): Test {
  return ({ skb }) => states.includes(stateOf(skb)) !== invert;
}

export interface CtAddress {
  readonly address: Ipv4 | Ipv6;
  readonly mask: Ipv4 | Ipv6;
  readonly invert: boolean;
}

export interface CtRange {
  readonly from: number;
  readonly to: number;
  readonly invert: boolean;
}

/** `-m conntrack`: everything that is given has to hold. */
export interface ConntrackMatch {
  readonly name: 'conntrack';
  readonly state: { readonly states: readonly CtState[]; readonly invert: boolean } | undefined;
  readonly protocol: { readonly value: number; readonly invert: boolean } | undefined;
  readonly originalSource: CtAddress | undefined;
  readonly originalDestination: CtAddress | undefined;
  readonly replySource: CtAddress | undefined;
  readonly replyDestination: CtAddress | undefined;
  readonly originalSourcePort: CtRange | undefined;
  readonly originalDestinationPort: CtRange | undefined;
  readonly replySourcePort: CtRange | undefined;
  readonly replyDestinationPort: CtRange | undefined;
  readonly status: { readonly statuses: readonly CtStatus[]; readonly invert: boolean } | undefined;
  /** Seconds to its end. */
  readonly expires: CtRange | undefined;
  readonly direction: 'ORIGINAL' | 'REPLY' | undefined;
}

export function conntrackTest(match: ConntrackMatch): Test {
  const { state, direction, protocol, status, expires } = match;
  const statusBits = status?.statuses.reduce((bits, one) => bits | (one === 'NONE' ? 0 : 1 << CT_STATUSES.indexOf(one)), 0) ?? 0;
  const ofEntry = entryTests(match);
  return (packet) => {
    const { skb } = packet;
    const { ct } = skb;
    if (state && (state.states.includes(stateOf(skb)) || translated(ct, state.states)) === state.invert) return false;
    if (ct === undefined) return state !== undefined;
    if (direction && (direction === 'REPLY') !== skb.ctInfo >= IP_CT_IS_REPLY) return false;
    if (protocol && (ct.original.protocol === protocol.value) === protocol.invert) return false;
    for (const test of ofEntry) if (!test(ct)) return false;
    if (status && ((ct.status & statusBits) !== 0) === status.invert) return false;
    if (expires) {
      const seconds = ct.confirmed ? Math.max(0, Math.floor((ct.timeoutNs - packet.stack.conntracks.now) / 1e9)) : 0;
      if ((seconds >= expires.from && seconds <= expires.to) === expires.invert) return false;
    }
    return true;
  };
}

function translated(ct: Conntrack | undefined, states: readonly CtState[]): boolean {
  if (ct === undefined) return false;
  return (states.includes('SNAT') && (ct.status & IPS_SRC_NAT) !== 0) || (states.includes('DNAT') && (ct.status & IPS_DST_NAT) !== 0);
}

function entryTests(match: ConntrackMatch): ((ct: Conntrack) => boolean)[] {
  const tests: ((ct: Conntrack) => boolean)[] = [];
  const address = (wanted: CtAddress | undefined, of: (ct: Conntrack) => Ipv4 | Ipv6): void => {
    if (wanted) tests.push((ct) => underMask(of(ct), wanted) !== wanted.invert);
  };
  const port = (wanted: CtRange | undefined, of: (ct: Conntrack) => number): void => {
    if (wanted) tests.push((ct) => (of(ct) >= wanted.from && of(ct) <= wanted.to) !== wanted.invert);
  };
  address(match.originalSource, (ct) => ct.original.source);
  address(match.originalDestination, (ct) => ct.original.destination);
  address(match.replySource, (ct) => ct.reply.source);
  address(match.replyDestination, (ct) => ct.reply.destination);
  port(match.originalSourcePort, (ct) => ct.original.sport);
  port(match.originalDestinationPort, (ct) => ct.original.dport);
  port(match.replySourcePort, (ct) => ct.reply.sport);
  port(match.replyDestinationPort, (ct) => ct.reply.dport);
  return tests;
}

function underMask(address: Ipv4 | Ipv6, { address: wanted, mask }: CtAddress): boolean {
  if (typeof address === 'number') return (address & (mask as Ipv4)) >>> 0 === wanted;
  const [a, w, m] = [ipv6Bytes(address), ipv6Bytes(wanted as Ipv6), ipv6Bytes(mask as Ipv6)];
  return a.every((byte, i) => (byte & (m[i] as number)) === w[i]);
}

/** The connection's mark, as far as `mask` goes (`-m connmark`). */
export interface ConnmarkMatch {
  readonly name: 'connmark';
  readonly mark: number;
  readonly mask: number;
  readonly invert: boolean;
}

export function connmarkTest({ mark, mask, invert }: ConnmarkMatch): Test {
  return ({ skb }) => skb.ct !== undefined && ((skb.ct.mark & mask) >>> 0 === mark) !== invert;
}

/** What a connection has carried (`-m connbytes`); counted where nf_conntrack_acct is on, which such a rule sees to. */
export interface ConnbytesMatch {
  readonly name: 'connbytes';
  readonly from: number;
  /** Undefined: without end. */
  readonly to: number | undefined;
  readonly invert: boolean;
  readonly direction: 'original' | 'reply' | 'both';
  readonly mode: 'packets' | 'bytes' | 'avgpkt';
}

export function connbytesTest({ from, to, invert, direction, mode }: ConnbytesMatch): Test {
  return ({ skb }: HookPacket) => {
    const { ct } = skb;
    if (ct === undefined || !ct.accounting) return false;
    let packets = 0;
    let bytes = 0;
    if (direction !== 'reply') {
      packets += ct.originalPackets;
      bytes += ct.originalBytes;
    }
    if (direction !== 'original') {
      packets += ct.replyPackets;
      bytes += ct.replyBytes;
    }
    const what = mode === 'packets' ? packets : mode === 'bytes' ? bytes : packets === 0 ? 0 : Math.floor(bytes / packets);
    return (what >= from && (to === undefined || what <= to)) !== invert;
  };
}
