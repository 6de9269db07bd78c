// Packets changed as their connection's NAT says, checksums by the difference (RFC 1624): net/netfilter/nf_nat_proto.c.

import { setU16, setU32, u16, u32 } from '../../../base/bytes.ts';
import { checksum, pseudoHeaderV6At, updateChecksum16, updateChecksum32 } from '../../../base/checksum.ts';
import { ICMP_CHECKSUM, ICMP_ECHO_ID, ICMP_HLEN, ICMP_REDIRECT } from '../../../wire/icmp.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { IPV4_CHECKSUM, IPV4_DST, IPV4_SRC } from '../../../wire/ipv4.ts';
import { IPV6_DST, IPV6_SRC } from '../../../wire/ipv6.ts';
import { TCP_CHECKSUM, TCP_HLEN } from '../../../wire/tcp.ts';
import { UDP_CHECKSUM } from '../../../wire/udp.ts';
import type { Skb } from '../../skb.ts';
import { type Conntrack, IP_CT_IS_REPLY, IPS_DST_NAT, IPS_NAT_MASK, IPS_SRC_NAT, natDecided } from '../conntrack/entry.ts';
import { IPPROTO_UDPLITE, readTuple } from '../conntrack/parse.ts';
import { Tuple } from '../conntrack/tuple.ts';
import type { Manipulation } from './range.ts';

const target = new Tuple();
const parsed = new Tuple();

/** Whether a packet of this connection and direction has `manipulation` done to it. */
function isManipulated(ct: Conntrack, reply: boolean, manipulation: Manipulation): boolean {
  let bit = manipulation === 'source' ? IPS_SRC_NAT : IPS_DST_NAT;
  // What was done to the source of the one direction is undone to the destination of the other.
  if (reply) bit ^= IPS_NAT_MASK;
  return (ct.status & bit) !== 0;
}

/** Changes source or destination of a packet (nf_nat_packet). */
export function mangle(skb: Skb, ct: Conntrack, manipulation: Manipulation): void {
  const reply = skb.ctInfo >= IP_CT_IS_REPLY;
  if (!isManipulated(ct, reply, manipulation)) return;
  skb.unshare();
  const transport = readTuple(parsed, skb.buf, skb.data, skb.end, ct.original.inet6);
  if (transport < 0) return;
  target.invert(ct.tuple(!reply));
  rewrite(skb.buf, skb.data, transport, skb.end, parsed.protocol, target, manipulation);
}

/**
 * Changes an ICMP error of a translated connection: the packet it quotes, the other way round, then its own header
 * (nf_nat_icmp_reply_translation). False for a redirect of a connection whose NAT is not decided, which would mislead.
 */
export function mangleError(skb: Skb, ct: Conntrack, manipulation: Manipulation): boolean {
  const { inet6 } = ct.original;
  const outer = readTuple(parsed, skb.buf, skb.data, skb.end, inet6);
  if (outer < 0) return false;
  if (!inet6 && skb.buf[outer] === ICMP_REDIRECT && !natDecided(ct)) return false;
  const reply = skb.ctInfo >= IP_CT_IS_REPLY;
  if (!isManipulated(ct, reply, manipulation)) return true;
  skb.unshare();
  const { buf, data, end } = skb;
  const at = readTuple(parsed, buf, data, end, inet6);
  const quoted = at + ICMP_HLEN;
  const inner = readTuple(parsed, buf, quoted, end, inet6);
  if (inner < 0) return false;
  rewrite(buf, quoted, inner, end, parsed.protocol, ct.tuple(!reply), manipulation === 'source' ? 'destination' : 'source');
  target.invert(ct.tuple(!reply));
  target.protocol = inet6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  rewriteAddress(buf, data, inet6, target, manipulation);
  setU16(buf, at + ICMP_CHECKSUM, 0);
  const length = end - at;
  setU16(buf, at + ICMP_CHECKSUM, checksum(buf, at, length, inet6 ? pseudoHeaderV6At(buf, data, IPPROTO_ICMPV6, length) : 0));
  return true;
}

/** Writes the source or destination of `to` into the packet at `ip`, whose transport header is at `o` (nf_nat_manip_pkt). */
function rewrite(b: Uint8Array, ip: number, o: number, end: number, protocol: number, to: Tuple, manipulation: Manipulation): void {
  const isSource = manipulation === 'source';
  const at = checksumOffset(protocol, o, end);
  if (at >= 0) {
    let sum = u16(b, at);
    if (protocol !== IPPROTO_ICMP) {
      const address = ip + (to.inet6 ? (isSource ? IPV6_SRC : IPV6_DST) : isSource ? IPV4_SRC : IPV4_DST);
      sum = updateChecksum32(sum, u32(b, address), (isSource ? to.src0 : to.dst0) >>> 0);
      if (to.inet6) {
        sum = updateChecksum32(sum, u32(b, address + 4), (isSource ? to.src1 : to.dst1) >>> 0);
        sum = updateChecksum32(sum, u32(b, address + 8), (isSource ? to.src2 : to.dst2) >>> 0);
        sum = updateChecksum32(sum, u32(b, address + 12), (isSource ? to.src3 : to.dst3) >>> 0);
      }
    }
    const field = portOffset(protocol, o, isSource);
    if (field >= 0) sum = updateChecksum16(sum, u16(b, field), portOf(protocol, to, isSource));
    if (protocol === IPPROTO_UDP && sum === 0) sum = 0xffff;
    setU16(b, at, sum);
  }
  const field = portOffset(protocol, o, isSource);
  if (field >= 0) setU16(b, field, portOf(protocol, to, isSource));
  rewriteAddress(b, ip, to.inet6, to, manipulation);
}

/** Where the checksum is that covers addresses and ports; -1 where there is none, or it is cut off in an ICMP error's quotation. */
function checksumOffset(protocol: number, o: number, end: number): number {
  switch (protocol) {
    case IPPROTO_TCP:
      return o + TCP_HLEN <= end ? o + TCP_CHECKSUM : -1;
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      return o + UDP_CHECKSUM;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return o + ICMP_CHECKSUM;
    default:
      return -1;
  }
}

function portOffset(protocol: number, o: number, isSource: boolean): number {
  switch (protocol) {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
      return isSource ? o : o + 2;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return o + ICMP_ECHO_ID;
    default:
      return -1;
  }
}

function portOf(protocol: number, to: Tuple, isSource: boolean): number {
  return protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6 || isSource ? to.sport : to.dport;
}

function rewriteAddress(b: Uint8Array, ip: number, inet6: boolean, to: Tuple, manipulation: Manipulation): void {
  const isSource = manipulation === 'source';
  if (!inet6) {
    const at = ip + (isSource ? IPV4_SRC : IPV4_DST);
    const address = (isSource ? to.src0 : to.dst0) >>> 0;
    setU16(b, ip + IPV4_CHECKSUM, updateChecksum32(u16(b, ip + IPV4_CHECKSUM), u32(b, at), address));
    setU32(b, at, address);
    return;
  }
  const at = ip + (isSource ? IPV6_SRC : IPV6_DST);
  setU32(b, at, isSource ? to.src0 : to.dst0);
  setU32(b, at + 4, isSource ? to.src1 : to.dst1);
  setU32(b, at + 8, isSource ? to.src2 : to.dst2);
  setU32(b, at + 12, isSource ? to.src3 : to.dst3);
}
