import { u16, u32 } from '../base/bytes.ts';
import { ETH_HLEN, ETH_P_8021AD, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, ETH_TYPE, VLAN_HLEN } from '../wire/ethernet.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../wire/ip-protocol.ts';
import { IPV4_DST, IPV4_HLEN, IPV4_SRC, ipv4HeaderLength, ipv4IsFragment, ipv4Protocol } from '../wire/ipv4.ts';
import { IPV6_DST, IPV6_HLEN, IPV6_SRC, ipv6NextHeader } from '../wire/ipv6.ts';

/**
 * Where the mixing starts (`hashrnd`). Linux draws it when it boots; here all machines have the same, so that both directions of a flow
 * show the same port in a capture, as they do where several hosts share a kernel.
 */
const KEY = 0x5bd1e995;

/**
 * A 32-bit number for the flow that a frame at `o` belongs to, the same in both directions (`skb_get_hash`): of its protocol, its
 * addresses and, where it has any, its ports. The fields are those of net/core/flow_dissector.c; the mixing is simpler than siphash.
 */
export function flowHash(b: Uint8Array, o: number, end: number): number {
  let type = u16(b, o + ETH_TYPE);
  let at = o + ETH_HLEN;
  let h = mix(KEY, type);
  while ((type === ETH_P_8021Q || type === ETH_P_8021AD) && at + VLAN_HLEN <= end) {
    h = mix(h, u16(b, at) & 0xfff);
    type = u16(b, at + 2);
    at += VLAN_HLEN;
    h = mix(h, type);
  }
  let protocol = -1;
  let ports = -1;
  if (type === ETH_P_IP && at + IPV4_HLEN <= end) {
    protocol = ipv4Protocol(b, at);
    h = mixPair(h, u32(b, at + IPV4_SRC), u32(b, at + IPV4_DST));
    if (!ipv4IsFragment(b, at)) ports = at + ipv4HeaderLength(b, at);
  } else if (type === ETH_P_IPV6 && at + IPV6_HLEN <= end) {
    protocol = ipv6NextHeader(b, at);
    let source = 0;
    let target = 0;
    for (let i = 0; i < 16; i += 4) {
      source = mix(source, u32(b, at + IPV6_SRC + i));
      target = mix(target, u32(b, at + IPV6_DST + i));
    }
    h = mixPair(h, source, target);
    ports = at + IPV6_HLEN;
  }
  if (protocol >= 0) h = mix(h, protocol);
  if ((protocol === IPPROTO_TCP || protocol === IPPROTO_UDP) && ports >= 0 && ports + 4 <= end)
    h = mixPair(h, u16(b, ports), u16(b, ports + 2));
  return h >>> 0 || 1;
}

function mix(h: number, value: number): number {
  const x = Math.imul(h ^ value, 0x9e3779b1);
  return x ^ (x >>> 15);
}

/** Both in the same order whichever way the packet goes (`__flow_hash_consistentify`). */
function mixPair(h: number, a: number, b: number): number {
  const [low, high] = a >>> 0 < b >>> 0 ? [a, b] : [b, a];
  return mix(mix(h, low), high);
}
