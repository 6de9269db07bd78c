// ICMP errors belong to the connection of the packet they quote: nf_conntrack_inet_error() in nf_conntrack_proto_icmp.c.

import { ICMP_HLEN, icmpIsError } from '../../../wire/icmp.ts';
import { icmpv6IsError } from '../../../wire/icmpv6.ts';
import type { Skb } from '../../skb.ts';
import { traceStep } from '../../trace.ts';
import type { Conntracks } from './conntracks.ts';
import { describeEntry } from './describe.ts';
import { type Conntrack, IP_CT_IS_REPLY, IP_CT_RELATED, IP_CT_UNTRACKED } from './entry.ts';
import { readTuple } from './parse.ts';
import { Tuple } from './tuple.ts';

export type ErrorVerdict = 'no error' | 'related' | 'untracked' | { readonly invalid: string };

const inner = new Tuple();
const answer = new Tuple();

/** Types of ICMPv6 that are never tracked: multicast listeners and neighbour discovery. */
function isDiscovery(type: number): boolean {
  return (type >= 130 && type <= 137) || type === 143;
}

/** Looks at an ICMP message at `transport`, whose tuple is `outer`. */
export function relateError(conntracks: Conntracks, skb: Skb, transport: number, outer: Tuple): ErrorVerdict {
  const type = skb.buf[transport] as number;
  if (outer.inet6 && isDiscovery(type)) {
    skb.ctInfo = IP_CT_UNTRACKED;
    return 'untracked';
  }
  if (!(outer.inet6 ? icmpv6IsError(type) : icmpIsError(type))) return 'no error';
  inner.zone = outer.zone;
  if (readTuple(inner, skb.buf, transport + ICMP_HLEN, skb.end, outer.inet6) < 0) return { invalid: 'quotes no packet' };
  if (!answer.invert(inner)) return { invalid: 'quotes what has no answer' };
  const found = conntracks.table.find(answer);
  if (found === undefined) return { invalid: 'quotes a packet of no connection' };
  const ct = found.entry as Conntrack;
  // The error goes where the answer to the quoted packet would go.
  if (!outer.sameDestination(ct.tuple(found.isReply))) return { invalid: 'outer daddr mismatch' };
  skb.ct = ct;
  skb.ctInfo = found.isReply ? IP_CT_RELATED + IP_CT_IS_REPLY : IP_CT_RELATED;
  if (conntracks.ns.kernel.trace.on) {
    traceStep(conntracks.ns, skb.dev, skb, { kind: 'conntrack', state: 'RELATED', entry: describeEntry(ct), detail: '' });
  }
  return 'related';
}
