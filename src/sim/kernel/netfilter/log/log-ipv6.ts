// An IPv6 packet in a line of the log: dump_ipv6_packet() in net/netfilter/nf_log_syslog.c.

import { u16, u32 } from '../../../base/bytes.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_HLEN,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
} from '../../../wire/icmpv6.ts';
import {
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_ICMPV6,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from '../../../wire/ip-protocol.ts';
import {
  IPV6_DST,
  IPV6_HLEN,
  IPV6_SRC,
  ipv6ExtensionLength,
  ipv6FlowLabel,
  ipv6FragmentId,
  ipv6FragmentOffset,
  ipv6HopLimit,
  ipv6IsExtension,
  ipv6MoreFragments,
  ipv6NextHeader,
  ipv6PayloadLength,
  ipv6TrafficClass,
} from '../../../wire/ipv6.ts';
import { NF_LOG_IPOPT } from './log-flags.ts';
import { describeTcp, describeUdp, incomplete } from './log-transport.ts';

/** The packet at `o`; an error's own packet is described inside it, but no deeper. */
export function describeIpv6(b: Uint8Array, o: number, end: number, flags: number, nested = false): string {
  if (o + IPV6_HLEN > end) return 'TRUNCATED';
  let text = `SRC=${whole(b, o + IPV6_SRC)} DST=${whole(b, o + IPV6_DST)} LEN=${ipv6PayloadLength(b, o) + IPV6_HLEN} `;
  text += `TC=${ipv6TrafficClass(b, o)} HOPLIMIT=${ipv6HopLimit(b, o)} FLOWLBL=${ipv6FlowLabel(b, o)} `;
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  let fragment = false;
  while (type !== IPPROTO_NONE && ipv6IsExtension(type)) {
    const missing = incomplete(at, end, 8);
    if (missing !== undefined) return text + missing;
    const named = (flags & NF_LOG_IPOPT) !== 0;
    if (type === IPPROTO_FRAGMENT) {
      text += `FRAG:${ipv6FragmentOffset(b, at)} `;
      if (ipv6MoreFragments(b, at)) text += 'INCOMPLETE ';
      text += `ID:${ipv6FragmentId(b, at).toString(16).padStart(8, '0')} `;
      fragment = ipv6FragmentOffset(b, at) !== 0;
    } else if (named) text += `OPT ( ${type === IPPROTO_HOPOPTS ? 'HOPBYHOP' : type === IPPROTO_ROUTING ? 'ROUTING' : 'DST'} ) `;
    const next = b[at] as number;
    at += ipv6ExtensionLength(b, at, type);
    type = next;
    if (fragment) break;
  }
  switch (type) {
    case IPPROTO_TCP:
      return text + describeTcp(b, at, end, fragment, flags);
    case IPPROTO_UDP:
      return text + describeUdp(b, at, end, fragment, 'UDP');
    case IPPROTO_ICMPV6:
      return `${text}PROTO=ICMPv6 ${fragment ? '' : describeIcmpv6(b, at, end, flags, nested)}`;
    default:
      return `${text}PROTO=${type} `;
  }
}

function describeIcmpv6(b: Uint8Array, o: number, end: number, flags: number, nested: boolean): string {
  const missing = incomplete(o, end, ICMPV6_HLEN);
  if (missing !== undefined) return missing;
  const type = b[o] as number;
  let text = `TYPE=${type} CODE=${b[o + 1]} `;
  if (type === ICMPV6_ECHO_REQUEST || type === ICMPV6_ECHO_REPLY) return `${text}ID=${u16(b, o + 4)} SEQ=${u16(b, o + 6)} `;
  if (type === ICMPV6_PARAMPROB)
    text += `POINTER=${u32(b, o + 4)
      .toString(16)
      .padStart(8, '0')} `;
  if (type === ICMPV6_PARAMPROB || type === ICMPV6_DEST_UNREACH || type === ICMPV6_PKT_TOOBIG || type === ICMPV6_TIME_EXCEED) {
    if (!nested) text += `[${describeIpv6(b, o + ICMPV6_HLEN, end, flags, true)}] `;
    if (type === ICMPV6_PKT_TOOBIG) text += `MTU=${u32(b, o + 4)} `;
  }
  return text;
}

/** An address with all its digits (%pI6). */
function whole(b: Uint8Array, o: number): string {
  return Array.from({ length: 8 }, (_, i) =>
    u16(b, o + 2 * i)
      .toString(16)
      .padStart(4, '0'),
  ).join(':');
}
