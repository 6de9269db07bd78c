import { setU16, u16 } from '../../../base/bytes.ts';
import { updateChecksum16 } from '../../../base/checksum.ts';
import { isError } from '../../../base/result.ts';
import { IPV4_HLEN, IPV4_TOTAL_LENGTH, ipv4SetChecksum } from '../../../wire/ipv4.ts';
import { IPV6_HLEN, IPV6_PAYLOAD_LENGTH, ipv6PayloadLength, ipv6Src } from '../../../wire/ipv6.ts';
import { TCP_CHECKSUM, TCP_DATA_OFFSET, TCP_HLEN, TCPOPT_MSS, tcpFindOption, tcpHeaderLength } from '../../../wire/tcp.ts';
import type { Route4, Route6 } from '../../route/route.ts';
import type { HookPacket } from '../packet.ts';

/**
 * Lowers the maximum segment size that a segment offers: to a number, or to what fits the path both ways (net/netfilter/xt_TCPMSS.c).
 * One that offers none, and has no data, is made to offer what would be assumed otherwise. That it is a SYN is for the rule to say.
 */
export interface TcpmssTarget {
  readonly name: 'TCPMSS';
  readonly mss: number | 'clamp';
}

const OPTION_BYTES = 4;
const LONGEST_HEADER = 60;
/** What the other end assumes where nothing is said: RFC 1122, 4.2.2.6, and the least MTU of IPv6 without its headers. */
const DEFAULT_MSS = { inet: 536, inet6: 1220 } as const;

/** False where the packet has to be dropped. */
export function changeMss({ mss }: TcpmssTarget, packet: HookPacket): boolean {
  const { skb, family } = packet;
  if (packet.fragmentOffset !== 0) return true;
  const length = skb.end - packet.transport;
  if (length < TCP_HLEN) return false;
  const header = tcpHeaderLength(skb.buf, packet.transport);
  if (header < TCP_HLEN || length < header) return false;
  const headers = (family === 'inet' ? IPV4_HLEN : IPV6_HLEN) + TCP_HLEN;
  const wanted = mss === 'clamp' ? pathMtu(packet) - headers : mss;
  if (wanted <= 0) return false;
  const option = tcpFindOption(skb.buf, packet.transport, TCPOPT_MSS);
  if (option >= 0) lower(packet, option, wanted);
  else if (length === header && header < LONGEST_HEADER) add(packet, header, Math.min(wanted, DEFAULT_MSS[family]));
  return true;
}

/** It is never raised. */
function lower(packet: HookPacket, option: number, wanted: number): void {
  const { skb } = packet;
  const before = u16(skb.buf, option + 2);
  if (before <= wanted) return;
  packet.makeWritable();
  const at = tcpFindOption(skb.buf, packet.transport, TCPOPT_MSS) + 2;
  // The option may begin at an odd place: then its bytes are in two words of the sum, which is the same with both turned round.
  const odd = ((at - packet.transport) & 1) !== 0;
  const turned = (n: number): number => (odd ? ((n & 0xff) << 8) | (n >>> 8) : n);
  correct(packet, turned(before), turned(wanted));
  setU16(skb.buf, at, wanted);
}

/** Puts the option in front of the others. The checksum goes from what it was to what it is, as it may be right or wrong. */
function add(packet: HookPacket, header: number, wanted: number): void {
  const { skb, family } = packet;
  const place = skb.data;
  skb.insert(packet.transport + TCP_HLEN, OPTION_BYTES);
  packet.transport += skb.data - place;
  const { buf, data } = skb;
  const { transport } = packet;
  const option = transport + TCP_HLEN;
  setU16(buf, option, (TCPOPT_MSS << 8) | OPTION_BYTES);
  setU16(buf, option + 2, wanted);
  const offset = u16(buf, transport + TCP_DATA_OFFSET);
  setU16(buf, transport + TCP_DATA_OFFSET, offset + ((OPTION_BYTES / 4) << 12));
  correct(packet, header, header + OPTION_BYTES);
  correct(packet, 0, u16(buf, option));
  correct(packet, 0, wanted);
  correct(packet, offset, u16(buf, transport + TCP_DATA_OFFSET));
  if (family === 'inet') {
    setU16(buf, data + IPV4_TOTAL_LENGTH, u16(buf, data + IPV4_TOTAL_LENGTH) + OPTION_BYTES);
    ipv4SetChecksum(buf, data);
  } else setU16(buf, data + IPV6_PAYLOAD_LENGTH, ipv6PayloadLength(buf, data) + OPTION_BYTES);
}

/** A word that TCP's checksum covers has changed. */
function correct({ skb: { buf }, transport }: HookPacket, before: number, after: number): void {
  setU16(buf, transport + TCP_CHECKSUM, updateChecksum16(u16(buf, transport + TCP_CHECKSUM), before, after));
}

/** The smaller of the MTUs there and back. */
function pathMtu(packet: HookPacket): number {
  const { skb, stack, family } = packet;
  const { ip4, ip6 } = stack.ns;
  const there = (skb.dst as Route4 | Route6 | undefined)?.mtu ?? Number.POSITIVE_INFINITY;
  const back =
    family === 'inet' ? ip4.fib.output({ dst: packet.source4, src: 0 }) : ip6.fib.output({ dst: ipv6Src(skb.buf, skb.data), src: '::' });
  return Math.min(there, isError(back) ? Number.POSITIVE_INFINITY : back.mtu);
}
