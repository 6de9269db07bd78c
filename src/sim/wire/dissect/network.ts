import { formatIpv4 } from '../../base/address.ts';
import { hex, u16 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import { IPPROTO_DSTOPTS, IPPROTO_FRAGMENT, IPPROTO_HOPOPTS } from '../ip-protocol.ts';
import {
  checkIpv4,
  IP_DF,
  IP_MF,
  IPV4_CHECKSUM,
  IPV4_DST,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  IPV4_ID,
  IPV4_PROTOCOL,
  IPV4_SRC,
  IPV4_TOS,
  IPV4_TOTAL_LENGTH,
  IPV4_TTL,
  ipv4Dst,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Id,
  ipv4Protocol,
  ipv4Src,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from '../ipv4.ts';
import {
  checkIpv6,
  IPV6_DST,
  IPV6_HLEN,
  IPV6_HOP_LIMIT,
  IPV6_NEXT_HEADER,
  IPV6_PAYLOAD_LENGTH,
  IPV6_SRC,
  ipv6Dst,
  ipv6ExtensionLength,
  ipv6FlowLabel,
  ipv6FragmentId,
  ipv6FragmentOffset,
  ipv6HopLimit,
  ipv6IsExtension,
  ipv6MoreFragments,
  ipv6NextHeader,
  ipv6PayloadLength,
  ipv6Src,
  ipv6TrafficClass,
} from '../ipv6.ts';
import { type Dissection, flagNames, hexadecimal, named } from './layer.ts';

const PROTOCOLS = new Map([
  [0, 'hop-by-hop options'],
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPv4'],
  [6, 'TCP'],
  [17, 'UDP'],
  [41, 'IPv6'],
  [43, 'routing'],
  [44, 'fragment'],
  [47, 'GRE'],
  [58, 'ICMPv6'],
  [59, 'no next header'],
  [60, 'destination options'],
  [89, 'OSPF'],
]);

/** What an IP header says of its payload. `transport` is false for a fragment that is not the first. */
export interface IpPayload {
  protocol: number;
  at: number;
  end: number;
  transport: boolean;
  /** Whether all of the payload is here, so that a checksum over it can be tested. */
  whole: boolean;
}

/** An IPv4 header. A packet that an error quotes may be cut off, and its checksum is not tested. */
export function dissectIpv4(d: Dissection, o: number, quoted: boolean): IpPayload | undefined {
  const { b } = d;
  const problem = checkIpv4(b, o);
  const readable = b.length >= o + IPV4_HLEN && b[o] !== undefined && b[o] >> 4 === 4 && b.length >= o + ipv4HeaderLength(b, o);
  const header = readable ? Math.max(IPV4_HLEN, ipv4HeaderLength(b, o)) : IPV4_HLEN;
  d.begin(quoted ? 'IPv4 (quoted)' : 'IPv4', o, header, quoted && readable ? undefined : problem);
  if (!readable) return undefined;
  const flags = u16(b, o + IPV4_FLAGS_OFFSET);
  const fragments = flagNames(flags, [
    [IP_DF, "don't fragment"],
    [IP_MF, 'more fragments'],
  ]);
  const sum = u16(b, o + IPV4_CHECKSUM);
  d.field('Version', 4, o, 1);
  d.field('Header length', `${header} bytes`, o, 1);
  d.field('DSCP', ipv4Tos(b, o) >> 2, o + IPV4_TOS, 1);
  d.field('ECN', ['not ECT', 'ECT(1)', 'ECT(0)', 'CE'][ipv4Tos(b, o) & 3] as string, o + IPV4_TOS, 1);
  d.field('Total length', ipv4TotalLength(b, o), o + IPV4_TOTAL_LENGTH, 2);
  d.field('Identification', hexadecimal(ipv4Id(b, o), 4), o + IPV4_ID, 2);
  d.field('Flags', fragments, o + IPV4_FLAGS_OFFSET, 1);
  d.field('Fragment offset', ipv4FragmentOffset(b, o), o + IPV4_FLAGS_OFFSET, 2);
  d.field('Time to live', ipv4Ttl(b, o), o + IPV4_TTL, 1);
  d.field('Protocol', named(ipv4Protocol(b, o), PROTOCOLS.get(ipv4Protocol(b, o))), o + IPV4_PROTOCOL, 1);
  d.field('Header checksum', named(hexadecimal(sum, 4), checksum(b, o, header) === 0 ? 'correct' : 'wrong'), o + IPV4_CHECKSUM, 2);
  d.field('Source', formatIpv4(ipv4Src(b, o)), o + IPV4_SRC, 4);
  d.field('Destination', formatIpv4(ipv4Dst(b, o)), o + IPV4_DST, 4);
  if (header > IPV4_HLEN) d.field('Options', hex(b.subarray(o + IPV4_HLEN, o + header)), o + IPV4_HLEN, header - IPV4_HLEN);
  const end = Math.min(b.length, Math.max(o + header, o + ipv4TotalLength(b, o)));
  return {
    protocol: ipv4Protocol(b, o),
    at: o + header,
    end,
    transport: ipv4FragmentOffset(b, o) === 0,
    whole: problem === undefined && (flags & IP_MF) === 0,
  };
}

/** An IPv6 header and the extension headers behind it. */
export function dissectIpv6(d: Dissection, o: number, quoted: boolean): IpPayload | undefined {
  const { b } = d;
  const problem = checkIpv6(b, o);
  const readable = b.length >= o + IPV6_HLEN && b[o] !== undefined && b[o] >> 4 === 6;
  d.begin(quoted ? 'IPv6 (quoted)' : 'IPv6', o, IPV6_HLEN, quoted && readable ? undefined : problem);
  if (!readable) return undefined;
  let next = ipv6NextHeader(b, o);
  d.field('Version', 6, o, 1);
  d.field('Traffic class', hexadecimal(ipv6TrafficClass(b, o), 2), o, 2);
  d.field('Flow label', hexadecimal(ipv6FlowLabel(b, o), 5), o + 1, 3);
  d.field('Payload length', ipv6PayloadLength(b, o), o + IPV6_PAYLOAD_LENGTH, 2);
  d.field('Next header', named(next, PROTOCOLS.get(next)), o + IPV6_NEXT_HEADER, 1);
  d.field('Hop limit', ipv6HopLimit(b, o), o + IPV6_HOP_LIMIT, 1);
  d.field('Source', ipv6Src(b, o), o + IPV6_SRC, 16);
  d.field('Destination', ipv6Dst(b, o), o + IPV6_DST, 16);
  const end = Math.min(b.length, o + IPV6_HLEN + ipv6PayloadLength(b, o));
  let at = o + IPV6_HLEN;
  let transport = true;
  let whole = problem === undefined;
  while (ipv6IsExtension(next)) {
    const length = at + 8 <= end ? ipv6ExtensionLength(b, at, next) : end + 1;
    const name = next === IPPROTO_HOPOPTS ? 'Hop-by-hop options' : next === IPPROTO_DSTOPTS ? 'Destination options' : 'Routing';
    const cut = at + length > end;
    d.begin(
      `IPv6 ${next === IPPROTO_FRAGMENT ? 'fragment' : name.toLowerCase()}`,
      at,
      length,
      cut ? 'extension header truncated' : undefined,
    );
    if (cut) return undefined;
    if (next === IPPROTO_FRAGMENT) {
      d.field('Offset', ipv6FragmentOffset(b, at), at + 2, 2);
      d.field('More fragments', ipv6MoreFragments(b, at) ? 'yes' : 'no', at + 3, 1);
      d.field('Identification', hexadecimal(ipv6FragmentId(b, at), 8), at + 4, 4);
      transport = ipv6FragmentOffset(b, at) === 0;
      whole &&= transport && !ipv6MoreFragments(b, at);
    } else {
      d.field('Data', hex(b.subarray(at + 2, at + length)), at + 2, length - 2);
    }
    next = b[at] as number;
    d.field('Next header', named(next, PROTOCOLS.get(next)), at, 1);
    at += length;
    if (!transport) break;
  }
  return { protocol: next, at, end, transport, whole };
}
