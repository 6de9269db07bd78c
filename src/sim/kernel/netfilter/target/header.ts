// Targets that change the IP header: net/netfilter/xt_HL.c, xt_DSCP.c.

import { setU16, u16 } from '../../../base/bytes.ts';
import { updateChecksum16 } from '../../../base/checksum.ts';
import { IPV4_CHECKSUM, IPV4_TOS, IPV4_TTL } from '../../../wire/ipv4.ts';
import { IPV6_HOP_LIMIT, ipv6TrafficClass } from '../../../wire/ipv6.ts';
import type { HookPacket } from '../packet.ts';

/** Sets, raises or lowers TTL or hop limit, which stays between 0 and 255. */
export interface TtlTarget {
  readonly name: 'TTL' | 'HL';
  readonly mode: 'set' | 'inc' | 'dec';
  readonly value: number;
}

/** Sets the byte of type of service: the bits in `mask` are cleared, those in `value` flipped. */
export interface TosTarget {
  readonly name: 'TOS';
  readonly value: number;
  readonly mask: number;
}

/** Sets the six bits of differentiated services. */
export interface DscpTarget {
  readonly name: 'DSCP';
  readonly dscp: number;
}

export function changeTtl({ mode, value }: TtlTarget, packet: HookPacket): void {
  const { skb, family } = packet;
  const at = family === 'inet' ? IPV4_TTL : IPV6_HOP_LIMIT;
  const before = skb.buf[skb.data + at] as number;
  const after = mode === 'set' ? value : Math.min(255, Math.max(0, mode === 'inc' ? before + value : before - value));
  if (after === before) return;
  packet.makeWritable();
  if (family === 'inet') setByte4(packet, IPV4_TTL, after);
  else skb.buf[skb.data + at] = after;
}

export function changeTos({ value, mask }: TosTarget, packet: HookPacket): void {
  setTrafficByte(packet, (before) => (before & ~mask & 0xff) ^ value);
}

export function changeDscp({ dscp }: DscpTarget, packet: HookPacket): void {
  setTrafficByte(packet, (before) => (before & 3) | (dscp << 2));
}

function setTrafficByte(packet: HookPacket, change: (before: number) => number): void {
  const { skb, family } = packet;
  const before = family === 'inet' ? (skb.buf[skb.data + IPV4_TOS] as number) : ipv6TrafficClass(skb.buf, skb.data);
  const after = change(before);
  if (after === before) return;
  packet.makeWritable();
  if (family === 'inet') setByte4(packet, IPV4_TOS, after);
  else setU16(skb.buf, skb.data, (u16(skb.buf, skb.data) & 0xf00f) | (after << 4));
}

/** Changes one byte of an IPv4 header and keeps its checksum right. */
function setByte4({ skb }: HookPacket, offset: number, value: number): void {
  const { buf, data } = skb;
  const word = data + (offset & ~1);
  const before = u16(buf, word);
  buf[data + offset] = value;
  const checksum = data + IPV4_CHECKSUM;
  setU16(buf, checksum, updateChecksum16(u16(buf, checksum), before, u16(buf, word)));
}
