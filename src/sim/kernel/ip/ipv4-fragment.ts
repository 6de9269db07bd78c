import { setU16, u16 } from '../../base/bytes.ts';
import { IP_MF, IP_OFFSET, IPV4_FLAGS_OFFSET, IPV4_TOTAL_LENGTH, ipv4HeaderLength, ipv4SetChecksum } from '../../wire/ipv4.ts';
import { HEADROOM, Skb } from '../skb.ts';

/**
 * A packet, with `skb.data` at its IPv4 header, in pieces with at most `piece` bytes of its payload each, a multiple of 8 (the loop of
 * ip_do_fragment). Whether it may be cut is the caller's question.
 */
export function cutIpv4(skb: Skb, piece: number): Skb[] {
  const b = skb.buf;
  const o = skb.data;
  const header = ipv4HeaderLength(b, o);
  const word = u16(b, o + IPV4_FLAGS_OFFSET);
  const firstOffset = word & IP_OFFSET;
  const moreAfter = word & IP_MF;
  const payload = o + header;
  const fragments: Skb[] = [];
  for (let at = payload; at < skb.end; at += piece) {
    const last = at + piece >= skb.end;
    const size = last ? skb.end - at : piece;
    const fragment = Skb.alloc(header + size, HEADROOM);
    const f = fragment.buf;
    const start = fragment.data;
    for (let i = 0; i < header; i++) f[start + i] = b[o + i] as number;
    for (let i = 0; i < size; i++) f[start + header + i] = b[at + i] as number;
    setU16(f, start + IPV4_TOTAL_LENGTH, header + size);
    setU16(f, start + IPV4_FLAGS_OFFSET, (firstOffset + ((at - payload) >> 3)) | (last ? moreAfter : IP_MF));
    ipv4SetChecksum(f, start);
    fragment.network = start;
    fragment.transport = start + header;
    fragment.protocol = skb.protocol;
    fragment.pktType = skb.pktType;
    fragment.dev = skb.dev;
    fragment.iif = skb.iif;
    fragment.mark = skb.mark;
    fragment.owned = skb.owned;
    fragment.ct = skb.ct;
    fragment.ctInfo = skb.ctInfo;
    fragments.push(fragment);
  }
  return fragments;
}
