// IPv6: RFC 8200. Extension headers: hop-by-hop and destination options, routing, fragment.

import { type Ipv6, readIpv6, writeIpv6 } from '../base/address.ts';
import { concat, setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { IPPROTO_DSTOPTS, IPPROTO_FRAGMENT, IPPROTO_HOPOPTS, IPPROTO_ROUTING } from './ip-protocol.ts';

// Offsets from the start of the header.
export const IPV6_PAYLOAD_LENGTH = 4;
export const IPV6_NEXT_HEADER = 6;
export const IPV6_HOP_LIMIT = 7;
export const IPV6_SRC = 8;
export const IPV6_DST = 24;
/** Length of the fixed header. */
export const IPV6_HLEN = 40;
/** Length of a fragment header. */
export const IPV6_FRAGMENT_HLEN = 8;
/** The smallest MTU a link may have (RFC 8200, 5). */
export const IPV6_MIN_MTU = 1280;

// Options of the hop-by-hop and destination headers.
export const IPV6_TLV_PAD1 = 0;
export const IPV6_TLV_PADN = 1;
export const IPV6_TLV_ROUTERALERT = 5;

/** The hop-by-hop header Linux puts before an MLD message: router alert for MLD (RFC 2711) and two bytes of padding. */
export const HOP_BY_HOP_MLD: readonly number[] = [5, 2, 0, 0, 1, 0];

/** An IPv6 packet as a plain object. */
export interface Ipv6Packet {
  trafficClass: number;
  flowLabel: number;
  hopLimit: number;
  src: Ipv6;
  dst: Ipv6;
  /** Extension headers in order. */
  extensions: Ipv6Extension[];
  /** The upper layer's protocol: the last next-header field. */
  nextHeader: number;
  payload: Uint8Array;
}

/** An extension header. */
export type Ipv6Extension =
  | { type: typeof IPPROTO_FRAGMENT; offset: number; more: boolean; id: number }
  /** The bytes after the length field; 6 more than a multiple of 8. */
  | { type: typeof IPPROTO_HOPOPTS | typeof IPPROTO_DSTOPTS | typeof IPPROTO_ROUTING; data: Uint8Array };

/** Why the bytes at `o` are no IPv6 packet, or undefined when they are: the tests of ip6_rcv_core(). */
export function checkIpv6(b: Uint8Array, o = 0): string | undefined {
  if (b.length - o < IPV6_HLEN) return 'IPv6 header truncated';
  if (ipv6Version(b, o) !== 6) return 'IP version is not 6';
  if (b.length - o - IPV6_HLEN < ipv6PayloadLength(b, o)) return 'IPv6 packet truncated';
  return undefined;
}

export function ipv6Version(b: Uint8Array, o: number): number {
  return (b[o] as number) >> 4;
}

export function ipv6TrafficClass(b: Uint8Array, o: number): number {
  return (u16(b, o) >> 4) & 0xff;
}

export function ipv6FlowLabel(b: Uint8Array, o: number): number {
  return u32(b, o) & 0xfffff;
}

/** Bytes after the fixed header, extension headers counted. */
export function ipv6PayloadLength(b: Uint8Array, o: number): number {
  return u16(b, o + IPV6_PAYLOAD_LENGTH);
}

/** The fixed header's next-header field, which may name an extension header. */
export function ipv6NextHeader(b: Uint8Array, o: number): number {
  return b[o + IPV6_NEXT_HEADER] as number;
}

export function ipv6HopLimit(b: Uint8Array, o: number): number {
  return b[o + IPV6_HOP_LIMIT] as number;
}

export function ipv6Src(b: Uint8Array, o: number): Ipv6 {
  return readIpv6(b, o + IPV6_SRC);
}

export function ipv6Dst(b: Uint8Array, o: number): Ipv6 {
  return readIpv6(b, o + IPV6_DST);
}

/** Whether a next-header value names an extension header that this file reads past. */
export function ipv6IsExtension(nextHeader: number): boolean {
  return (
    nextHeader === IPPROTO_HOPOPTS || nextHeader === IPPROTO_FRAGMENT || nextHeader === IPPROTO_ROUTING || nextHeader === IPPROTO_DSTOPTS
  );
}

/** The length of the extension header of kind `type` at `o`. */
export function ipv6ExtensionLength(b: Uint8Array, o: number, type: number): number {
  return type === IPPROTO_FRAGMENT ? IPV6_FRAGMENT_HLEN : ((b[o + 1] as number) + 1) * 8;
}

/**
 * Where the upper-layer header begins in the packet at `o`: after all extension headers, or at the payload of a
 * fragment that is not the first. -1 where an extension header is truncated.
 */
export function ipv6TransportOffset(b: Uint8Array, o: number): number {
  const found = skipExtensions(b, o);
  return found < 0 ? -1 : found >>> 8;
}

/** The upper layer's protocol in the packet at `o`, extension headers skipped; -1 where they are truncated. */
export function ipv6TransportProtocol(b: Uint8Array, o: number): number {
  const found = skipExtensions(b, o);
  return found < 0 ? -1 : found & 0xff;
}

/** Offset × 256 + protocol of the upper layer in one number, so that nothing is allocated; -1 where truncated. */
function skipExtensions(b: Uint8Array, o: number): number {
  const end = Math.min(b.length, o + IPV6_HLEN + ipv6PayloadLength(b, o));
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  while (ipv6IsExtension(type)) {
    if (at + 8 > end) return -1;
    const length = ipv6ExtensionLength(b, at, type);
    if (at + length > end) return -1;
    const laterFragment = type === IPPROTO_FRAGMENT && ipv6FragmentOffset(b, at) !== 0;
    type = b[at] as number;
    at += length;
    if (laterFragment) break;
  }
  return at * 256 + type;
}

/** Where the fragment header of the packet at `o` is, or -1 when it has none. */
export function ipv6FragmentHeader(b: Uint8Array, o: number): number {
  const end = Math.min(b.length, o + IPV6_HLEN + ipv6PayloadLength(b, o));
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  while (ipv6IsExtension(type) && at + 8 <= end) {
    if (type === IPPROTO_FRAGMENT) return at;
    const length = ipv6ExtensionLength(b, at, type);
    type = b[at] as number;
    at += length;
  }
  return -1;
}

/** A fragment header's offset, in bytes. */
export function ipv6FragmentOffset(b: Uint8Array, fragment: number): number {
  return u16(b, fragment + 2) & 0xfff8;
}

export function ipv6MoreFragments(b: Uint8Array, fragment: number): boolean {
  return ((b[fragment + 3] as number) & 1) !== 0;
}

export function ipv6FragmentId(b: Uint8Array, fragment: number): number {
  return u32(b, fragment + 4);
}

/** Writes the 40-byte fixed header at `o`. */
export function writeIpv6Header(
  b: Uint8Array,
  o: number,
  payloadLength: number,
  nextHeader: number,
  hopLimit: number,
  src: Ipv6,
  dst: Ipv6,
  trafficClass = 0,
  flowLabel = 0,
): void {
  setU32(b, o, 0x6000_0000 | (trafficClass << 20) | flowLabel);
  setU16(b, o + IPV6_PAYLOAD_LENGTH, payloadLength);
  b[o + IPV6_NEXT_HEADER] = nextHeader;
  b[o + IPV6_HOP_LIMIT] = hopLimit;
  writeIpv6(b, o + IPV6_SRC, src);
  writeIpv6(b, o + IPV6_DST, dst);
}

export function encodeIpv6(p: Ipv6Packet): Uint8Array {
  const headers = p.extensions.map((extension, i) => encodeExtension(extension, p.extensions[i + 1]?.type ?? p.nextHeader));
  const body = concat(...headers, p.payload);
  const out = new Uint8Array(IPV6_HLEN + body.length);
  const first = p.extensions[0]?.type ?? p.nextHeader;
  writeIpv6Header(out, 0, body.length, first, p.hopLimit, p.src, p.dst, p.trafficClass, p.flowLabel);
  out.set(body, IPV6_HLEN);
  return out;
}

/** The packet as an object, its payload a view of `b`; undefined where it or an extension header is malformed. */
export function decodeIpv6(b: Uint8Array, o = 0): Ipv6Packet | undefined {
  if (checkIpv6(b, o) !== undefined || ipv6TransportOffset(b, o) < 0) return undefined;
  const end = o + IPV6_HLEN + ipv6PayloadLength(b, o);
  const transport = ipv6TransportOffset(b, o);
  const extensions: Ipv6Extension[] = [];
  let type = ipv6NextHeader(b, o);
  let at = o + IPV6_HLEN;
  while (at < transport) {
    const length = ipv6ExtensionLength(b, at, type);
    if (type === IPPROTO_FRAGMENT) {
      extensions.push({ type, offset: ipv6FragmentOffset(b, at), more: ipv6MoreFragments(b, at), id: ipv6FragmentId(b, at) });
    } else if (type === IPPROTO_HOPOPTS || type === IPPROTO_DSTOPTS || type === IPPROTO_ROUTING) {
      extensions.push({ type, data: b.subarray(at + 2, at + length) });
    }
    type = b[at] as number;
    at += length;
  }
  return {
    trafficClass: ipv6TrafficClass(b, o),
    flowLabel: ipv6FlowLabel(b, o),
    hopLimit: ipv6HopLimit(b, o),
    src: ipv6Src(b, o),
    dst: ipv6Dst(b, o),
    extensions,
    nextHeader: type,
    payload: b.subarray(transport, end),
  };
}

function encodeExtension(extension: Ipv6Extension, next: number): Uint8Array {
  if (extension.type === IPPROTO_FRAGMENT) {
    const out = new Uint8Array(IPV6_FRAGMENT_HLEN);
    out[0] = next;
    setU16(out, 2, (extension.offset & 0xfff8) | (extension.more ? 1 : 0));
    setU32(out, 4, extension.id);
    return out;
  }
  const out = new Uint8Array((extension.data.length + 2 + 7) & ~7);
  out[0] = next;
  out[1] = out.length / 8 - 1;
  out.set(extension.data, 2);
  return out;
}
