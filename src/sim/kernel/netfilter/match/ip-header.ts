import { u32 } from '../../../base/bytes.ts';
import { ipv4Tos, ipv4Ttl } from '../../../wire/ipv4.ts';
import { ipv6HopLimit, ipv6PayloadLength, ipv6TrafficClass } from '../../../wire/ipv6.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_LOOPBACK, PACKET_MULTICAST, PACKET_OTHERHOST } from '../../skb.ts';
import type { HookPacket, Test } from '../packet.ts';
import { inside, type NumberRange } from './range.ts';

/** How long the packet is: of IPv6, behind its fixed header too (`-m length`; net/netfilter/xt_length.c). */
export interface LengthMatch {
  readonly name: 'length';
  readonly range: NumberRange;
}

export function lengthTest({ range }: LengthMatch): Test {
  return ({ family, skb }) => inside(family === 'inet' ? skb.end - skb.data : ipv6PayloadLength(skb.buf, skb.data) + 40, range);
}

/** TTL or hop limit (`-m ttl`, `-m hl`; net/netfilter/xt_hl.c). */
export interface TtlMatch {
  readonly name: 'ttl' | 'hl';
  readonly mode: 'eq' | 'ne' | 'lt' | 'gt';
  readonly value: number;
}

export function ttlTest({ mode, value }: TtlMatch): Test {
  return ({ family, skb }) => {
    const ttl = family === 'inet' ? ipv4Ttl(skb.buf, skb.data) : ipv6HopLimit(skb.buf, skb.data);
    return mode === 'eq' ? ttl === value : mode === 'ne' ? ttl !== value : mode === 'lt' ? ttl < value : ttl > value;
  };
}

/** The byte of type of service, or of the traffic class. */
export function trafficByte({ family, skb }: HookPacket): number {
  return family === 'inet' ? ipv4Tos(skb.buf, skb.data) : ipv6TrafficClass(skb.buf, skb.data);
}

/** The six bits of differentiated services (`-m dscp`; net/netfilter/xt_dscp.c). */
export interface DscpMatch {
  readonly name: 'dscp';
  readonly dscp: number;
  readonly invert: boolean;
}

export function dscpTest({ dscp, invert }: DscpMatch): Test {
  return (packet) => (trafficByte(packet) >> 2 === dscp) !== invert;
}

/** The same byte by its old name, under a mask (`-m tos`; net/netfilter/xt_dscp.c). */
export interface TosMatch {
  readonly name: 'tos';
  readonly value: number;
  readonly mask: number;
  readonly invert: boolean;
}

export function tosTest({ value, mask, invert }: TosMatch): Test {
  return (packet) => ((trafficByte(packet) & mask) === value) !== invert;
}

/** How the frame was addressed (`-m pkttype`; net/netfilter/xt_pkttype.c). */
export interface PkttypeMatch {
  readonly name: 'pkttype';
  readonly type: keyof typeof PACKET_TYPES;
  readonly invert: boolean;
}

export const PACKET_TYPES = {
  unicast: PACKET_HOST,
  broadcast: PACKET_BROADCAST,
  multicast: PACKET_MULTICAST,
  otherhost: PACKET_OTHERHOST,
} as const;

export function pkttypeTest({ type, invert }: PkttypeMatch): Test {
  return (packet) => {
    const { pktType } = packet.skb;
    const actual = pktType === PACKET_LOOPBACK ? loopbackType(packet) : pktType;
    return (actual === PACKET_TYPES[type]) !== invert;
  };
}

/** What is sent to oneself has its type by its address. */
function loopbackType({ family, skb }: HookPacket): number {
  const first = skb.buf[skb.data + (family === 'inet' ? 16 : 24)] as number;
  const group = family === 'inet' ? first >= 0xe0 && first < 0xf0 : first === 0xff;
  return group ? PACKET_MULTICAST : PACKET_BROADCAST;
}

/** The security parameter index of IPsec (`-m ah`, `-m esp`; net/ipv4/netfilter/ipt_ah.c, net/netfilter/xt_esp.c). */
export interface SpiMatch {
  readonly name: 'ah' | 'esp';
  readonly range: NumberRange;
}

export function spiTest({ name, range }: SpiMatch): Test {
  const at = name === 'ah' ? 4 : 0;
  return (packet) => packet.hasTransport(at + 4) && inside(u32(packet.skb.buf, packet.transport + at), range);
}

/** The two bits of congestion notification in the IP header (`-m ecn`; net/netfilter/xt_ecn.c). */
export interface EcnMatch {
  readonly name: 'ecn';
  readonly ect: number;
  readonly invert: boolean;
}

export function ecnTest({ ect, invert }: EcnMatch): Test {
  return (packet) => ((trafficByte(packet) & 3) === ect) !== invert;
}
