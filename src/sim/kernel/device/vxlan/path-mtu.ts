import { u16 } from '../../../base/bytes.ts';
import { pseudoHeaderV6 } from '../../../base/checksum.ts';
import { isLoopbackIpv4, isMulticastIpv4 } from '../../../base/ipv4-address.ts';
import { isMulticastIpv6 } from '../../../base/ipv6-address.ts';
import { readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6, ETH_SRC, ETH_TYPE } from '../../../wire/ethernet.ts';
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, ICMP_HLEN, icmpIsError, writeIcmp } from '../../../wire/icmp.ts';
import { ICMPV6_HLEN, ICMPV6_PKT_TOOBIG, icmpv6IsError, writeIcmpv6 } from '../../../wire/icmpv6.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../../wire/ip-protocol.ts';
import {
  IP_DF,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  ipv4Dst,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Src,
  ipv4Ttl,
  writeIpv4,
} from '../../../wire/ipv4.ts';
import { IPV6_HLEN, IPV6_MIN_MTU, ipv6Dst, ipv6HopLimit, ipv6NextHeader, ipv6Src, writeIpv6Header } from '../../../wire/ipv6.ts';
import { Skb } from '../../skb.ts';
import { drop, traceBranch } from '../../trace.ts';
import { pushEthernet } from '../transmit.ts';
import type { Vxlan } from './vxlan.ts';

// Packets that are too long for the tunnel: skb_tunnel_check_pmtu of net/ipv4/ip_tunnel_core.c. The host's own route learns what
// fits; whoever is behind a bridge gets an ICMP error, as if the packet's destination had sent it.

/** The longest error: a datagram that every host takes in one piece. */
const MAX_ERROR = 576;
const NDISC_REDIRECT = 137;
const BROADCAST = 0xffffffff;

/**
 * Tells the sender where a packet is longer than `mtu`. True where `skb` has become an ICMP error that goes back the way the
 * packet came.
 */
export function checkPathMtu(vxlan: Vxlan, skb: Skb, mtu: number): boolean {
  const { dev } = vxlan;
  if (skb.end - skb.mac - ETH_HLEN <= mtu) return false;
  const type = u16(skb.buf, skb.mac + ETH_TYPE);
  const ip = skb.mac + ETH_HLEN;
  if (skb.dst !== undefined) {
    if (type === ETH_P_IP) dev.ns.ip4.fib.learnMtu(ipv4Dst(skb.buf, ip), mtu);
    else if (type === ETH_P_IPV6) dev.ns.ip6.fib.learnMtu(ipv6Dst(skb.buf, ip), mtu);
  }
  if (dev.master === undefined) return false;
  if (type === ETH_P_IP) return ip + IPV4_HLEN <= skb.end && answer4(vxlan, skb, ip, mtu);
  return type === ETH_P_IPV6 && ip + IPV6_HLEN <= skb.end && answer6(vxlan, skb, ip, mtu);
}

/** "Fragmentation needed" in the packet's place (iptunnel_pmtud_build_icmp). */
function answer4(vxlan: Vxlan, skb: Skb, ip: number, mtu: number): boolean {
  const b = skb.buf;
  const src = ipv4Src(b, ip);
  const dst = ipv4Dst(b, ip);
  if (mtu < MAX_ERROR || u16(b, ip + IPV4_FLAGS_OFFSET) !== IP_DF) return false;
  if (dst === BROADCAST || isMulticastIpv4(dst) || src >>> 24 === 0 || isLoopbackIpv4(src) || src === BROADCAST || isMulticastIpv4(src))
    return false;
  if (ipv4Protocol(b, ip) === IPPROTO_ICMP && icmpIsError(b[ip + ipv4HeaderLength(b, ip)] as number)) return false;
  const quoted = Math.min(skb.end - ip, MAX_ERROR - IPV4_HLEN - ICMP_HLEN);
  const error = Skb.alloc(ICMP_HLEN + quoted);
  error.buf.set(b.subarray(ip, ip + quoted), error.data + ICMP_HLEN);
  writeIcmp(error.buf, error.data, ICMP_HLEN + quoted, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
  error.push(IPV4_HLEN);
  writeIpv4(error.buf, error.data, error.length, 0, IP_DF, ipv4Ttl(b, ip), IPPROTO_ICMP, dst, src, 0);
  takePlace(vxlan, skb, error, ETH_P_IP);
  return true;
}

/** "Packet too big" in the packet's place (iptunnel_pmtud_build_icmpv6). */
function answer6(vxlan: Vxlan, skb: Skb, ip: number, mtu: number): boolean {
  const b = skb.buf;
  const src = ipv6Src(b, ip);
  const dst = ipv6Dst(b, ip);
  if (mtu < IPV6_MIN_MTU || src === '::' || src === '::1' || isMulticastIpv6(src)) return false;
  if (ipv6NextHeader(b, ip) === IPPROTO_ICMPV6) {
    const type = b[ip + IPV6_HLEN] as number;
    if (icmpv6IsError(type) || type === NDISC_REDIRECT) return false;
  }
  const quoted = Math.min(skb.end - ip, IPV6_MIN_MTU - IPV6_HLEN - ICMPV6_HLEN);
  const length = ICMPV6_HLEN + quoted;
  const error = Skb.alloc(length, 64);
  error.buf.set(b.subarray(ip, ip + quoted), error.data + ICMPV6_HLEN);
  writeIcmpv6(error.buf, error.data, length, ICMPV6_PKT_TOOBIG, 0, mtu, pseudoHeaderV6(dst, src, IPPROTO_ICMPV6, length));
  error.push(IPV6_HLEN);
  writeIpv6Header(error.buf, error.data, length, IPPROTO_ICMPV6, ipv6HopLimit(b, ip), dst, src);
  takePlace(vxlan, skb, error, ETH_P_IPV6);
  return true;
}

/** The packet becomes the error about it, back to its sender. */
function takePlace({ dev }: Vxlan, skb: Skb, error: Skb, type: number): void {
  if (dev.ns.kernel.trace.on) {
    traceBranch(dev.ns, dev, error, skb, 'error');
    drop(dev.ns, skb, 'PKT_TOO_BIG', `too long for the tunnel of ${dev.name}`);
    skb.ended = false;
    skb.traceId = error.traceId;
  }
  pushEthernet(error, readMac(skb.buf, skb.mac + ETH_SRC), readMac(skb.buf, skb.mac), type);
  skb.buf = error.buf;
  skb.head = error.head;
  skb.data = error.data;
  skb.end = error.end;
  skb.mac = error.mac;
  skb.shared = false;
  skb.dst = undefined;
}
