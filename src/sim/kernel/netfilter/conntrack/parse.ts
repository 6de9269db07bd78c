import { u16, u32 } from '../../../base/bytes.ts';
import { ICMP_ECHO_ID, ICMP_HLEN } from '../../../wire/icmp.ts';
import { IPPROTO_FRAGMENT, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { IPV4_DST, IPV4_SRC, ipv4FragmentOffset, ipv4HeaderLength, ipv4Protocol } from '../../../wire/ipv4.ts';
import {
  IPV6_DST,
  IPV6_HLEN,
  IPV6_SRC,
  ipv6ExtensionLength,
  ipv6FragmentOffset,
  ipv6IsExtension,
  ipv6NextHeader,
} from '../../../wire/ipv6.ts';
import type { Tuple } from './tuple.ts';

export const IPPROTO_UDPLITE = 136;

/**
 * Reads what identifies the connection of the packet whose IP header is at `o` into `tuple` (nf_ct_get_tuple). Returns where the
 * transport header begins, or -1 for a packet that belongs to none: truncated, or a later fragment.
 */
export function readTuple(tuple: Tuple, b: Uint8Array, o: number, end: number, inet6: boolean): number {
  tuple.inet6 = inet6;
  const transport = inet6 ? readHeader6(tuple, b, o, end) : readHeader4(tuple, b, o, end);
  if (transport < 0) return -1;
  switch (tuple.protocol) {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
      // Eight bytes are all that an ICMP error need quote.
      if (transport + 8 > end) return -1;
      tuple.sport = u16(b, transport);
      tuple.dport = u16(b, transport + 2);
      return transport;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      if (transport + ICMP_HLEN > end) return -1;
      tuple.sport = u16(b, transport + ICMP_ECHO_ID);
      tuple.dport = u16(b, transport);
      return transport;
    default:
      tuple.sport = 0;
      tuple.dport = 0;
      return transport;
  }
}

function readHeader4(tuple: Tuple, b: Uint8Array, o: number, end: number): number {
  if (o + 20 > end || ipv4FragmentOffset(b, o) !== 0) return -1;
  tuple.protocol = ipv4Protocol(b, o);
  tuple.src0 = u32(b, o + IPV4_SRC) | 0;
  tuple.dst0 = u32(b, o + IPV4_DST) | 0;
  tuple.src1 = tuple.src2 = tuple.src3 = 0;
  tuple.dst1 = tuple.dst2 = tuple.dst3 = 0;
  return o + ipv4HeaderLength(b, o);
}

function readHeader6(tuple: Tuple, b: Uint8Array, o: number, end: number): number {
  if (o + IPV6_HLEN > end) return -1;
  tuple.src0 = u32(b, o + IPV6_SRC) | 0;
  tuple.src1 = u32(b, o + IPV6_SRC + 4) | 0;
  tuple.src2 = u32(b, o + IPV6_SRC + 8) | 0;
  tuple.src3 = u32(b, o + IPV6_SRC + 12) | 0;
  tuple.dst0 = u32(b, o + IPV6_DST) | 0;
  tuple.dst1 = u32(b, o + IPV6_DST + 4) | 0;
  tuple.dst2 = u32(b, o + IPV6_DST + 8) | 0;
  tuple.dst3 = u32(b, o + IPV6_DST + 12) | 0;
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  while (ipv6IsExtension(type)) {
    if (at + 8 > end) return -1;
    if (type === IPPROTO_FRAGMENT && ipv6FragmentOffset(b, at) !== 0) return -1;
    const next = b[at] as number;
    at += ipv6ExtensionLength(b, at, type);
    type = next;
  }
  tuple.protocol = type;
  return at;
}
