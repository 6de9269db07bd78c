// Matches on IPv6's extension headers, of which a packet has any number: net/ipv6/netfilter/ip6t_frag.c, ip6t_rt.c, ip6t_ipv6header.c.

import { type Ipv6, ipv6Bytes } from '../../../base/ipv6-address.ts';
import {
  IPPROTO_AH,
  IPPROTO_DSTOPTS,
  IPPROTO_ESP,
  IPPROTO_FRAGMENT,
  IPPROTO_HOPOPTS,
  IPPROTO_NONE,
  IPPROTO_ROUTING,
} from '../../../wire/ip-protocol.ts';
import {
  IPV6_FRAGMENT_HLEN,
  IPV6_HLEN,
  ipv6ExtensionLength,
  ipv6FragmentHeader,
  ipv6FragmentId,
  ipv6FragmentOffset,
  ipv6IsExtension,
  ipv6MoreFragments,
  ipv6NextHeader,
} from '../../../wire/ipv6.ts';
import type { HookPacket, Test } from '../packet.ts';
import { inside, type NumberRange } from './range.ts';

/** Fragments, by what their header says (`-m frag`). */
export interface FragMatch {
  readonly name: 'frag';
  readonly id: NumberRange;
  /** Of the header, which always has 8: the kernel does not look. */
  readonly length: { readonly value: number; readonly invert: boolean } | undefined;
  /** The reserved bits are 0. */
  readonly reserved: boolean;
  readonly first: boolean;
  readonly more: boolean;
  readonly last: boolean;
}

const RESERVED_BITS = 0x6;

export function fragTest({ id, reserved, first, more, last }: FragMatch): Test {
  return ({ skb: { buf, data, end } }) => {
    const at = ipv6FragmentHeader(buf, data);
    if (at < 0 || at + IPV6_FRAGMENT_HLEN > end || !inside(ipv6FragmentId(buf, at), id)) return false;
    if (reserved && (buf[at + 1] !== 0 || ((buf[at + 3] as number) & RESERVED_BITS) !== 0)) return false;
    if (first && ipv6FragmentOffset(buf, at) !== 0) return false;
    return !(more && !ipv6MoreFragments(buf, at)) && !(last && ipv6MoreFragments(buf, at));
  };
}

/** The routing header (`-m rt`); what is said of addresses and the reserved field is of type 0 (RFC 2460, 4.4). */
export interface RtMatch {
  readonly name: 'rt';
  readonly type: NumberRange | undefined;
  readonly segmentsLeft: NumberRange | undefined;
  /** Of the whole header, in bytes. */
  readonly length: NumberRange | undefined;
  readonly reserved: boolean;
  readonly addresses: readonly Ipv6[];
  /** They are among the header's, in this order, and not all of them. */
  readonly notStrict: boolean;
}

const RT0_HLEN = 8;

export function rtTest(match: RtMatch): Test {
  const { type, segmentsLeft, length, reserved, notStrict } = match;
  const wanted = match.addresses.map((address) => ipv6Bytes(address).slice());
  return ({ skb: { buf, data, end } }) => {
    const at = extensionHeader(buf, data, end, IPPROTO_ROUTING);
    if (at < 0) return false;
    const bytes = ipv6ExtensionLength(buf, at, IPPROTO_ROUTING);
    if (at + bytes > end) return false;
    if (type && !inside(buf[at + 2] as number, type)) return false;
    if (segmentsLeft && !inside(buf[at + 3] as number, segmentsLeft)) return false;
    if (length && !inside(bytes, length)) return false;
    if (reserved && buf.subarray(at + 4, at + RT0_HLEN).some((byte) => byte !== 0)) return false;
    if (wanted.length === 0) return true;
    const count = (bytes - RT0_HLEN) / 16;
    if (wanted.length > count) return false;
    const has = (i: number, address: Uint8Array): boolean => address.every((byte, j) => buf[at + RT0_HLEN + 16 * i + j] === byte);
    if (!notStrict) return count === wanted.length && wanted.every((address, i) => has(i, address));
    let found = 0;
    for (let i = 0; i < count && found < wanted.length; i++) if (has(i, wanted[found] as Uint8Array)) found++;
    return found === wanted.length;
  };
}

/** Which headers a packet has (`-m ipv6header`): these and no others, or with `soft` these at least; inverted, not just these, or none of these. */
export interface Ipv6headerMatch {
  readonly name: 'ipv6header';
  /** MASK_* */
  readonly headers: number;
  readonly soft: boolean;
  readonly invert: boolean;
}

/** Bits of what a packet has; the last for an upper layer's protocol (include/uapi/linux/netfilter_ipv6/ip6t_ipv6header.h). */
export const HEADER_BITS: ReadonlyMap<number, number> = new Map([
  [IPPROTO_HOPOPTS, 0x80],
  [IPPROTO_DSTOPTS, 0x40],
  [IPPROTO_ROUTING, 0x20],
  [IPPROTO_FRAGMENT, 0x10],
  [IPPROTO_AH, 0x08],
  [IPPROTO_ESP, 0x04],
  [IPPROTO_NONE, 0x02],
]);
export const HEADER_PROTOCOL = 0x01;

export function ipv6headerTest({ headers, soft, invert }: Ipv6headerMatch): Test {
  return (packet) => {
    const has = headersOf(packet);
    if (soft) return (has & headers) === (invert ? 0 : headers);
    return (has === headers) !== invert;
  };
}

function headersOf({ skb: { buf, data, end } }: HookPacket): number {
  let has = 0;
  let type = ipv6NextHeader(buf, data);
  let at = data + IPV6_HLEN;
  for (;;) {
    const bit = HEADER_BITS.get(type) ?? HEADER_PROTOCOL;
    has |= bit;
    if (bit === HEADER_PROTOCOL || type === IPPROTO_NONE || type === IPPROTO_ESP || at + 8 > end) return has;
    const length = type === IPPROTO_AH ? ((buf[at + 1] as number) + 2) * 4 : ipv6ExtensionLength(buf, at, type);
    type = buf[at] as number;
    at += length;
  }
}

/** Where the packet's first extension header of that kind is, or -1. */
function extensionHeader(b: Uint8Array, o: number, end: number, wanted: number): number {
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  while (ipv6IsExtension(type) && at + 8 <= end) {
    if (type === wanted) return at;
    const length = ipv6ExtensionLength(b, at, type);
    type = b[at] as number;
    at += length;
  }
  return -1;
}
