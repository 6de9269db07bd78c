// Packets in UDP datagrams: udp_tunnel_xmit_skb, udp_tunnel6_xmit_skb, iptunnel_xmit and ip6tunnel_xmit.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { pseudoHeaderV4, pseudoHeaderV6 } from '../../base/checksum.ts';
import { ICMPV6_PKT_TOOBIG } from '../../wire/icmpv6.ts';
import { IPPROTO_UDP } from '../../wire/ip-protocol.ts';
import { IP_DF, IPV4_HLEN, writeIpv4 } from '../../wire/ipv4.ts';
import { IPV6_HLEN, writeIpv6Header } from '../../wire/ipv6.ts';
import { UDP_HLEN, writeUdp } from '../../wire/udp.ts';
import type { Route4, Route6 } from '../route/route.ts';
import { PACKET_HOST, type Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { conf6 } from './conf.ts';
import { icmp6Send } from './icmpv6-send.ts';
import { ipLocalOut } from './ipv4-output.ts';
import { ip6LocalOut } from './ipv6-output.ts';
import type { NetStack } from './net-stack.ts';

/** The outer headers. Either family's route, source and destination belong together. */
export type UdpTunnelHeader = {
  /** TTL or hop limit; 0 for the namespace's default. */
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
  /** IPv6 flow label. */
  readonly label: number;
  readonly srcPort: number;
  readonly dstPort: number;
  /** Whether the datagram carries a checksum. */
  readonly checksum: boolean;
  /** It leaves another namespace than the device's, whose mark it loses. */
  readonly crossesNetns: boolean;
} & (
  | { readonly family: 'inet'; readonly route: Route4; readonly src: Ipv4; readonly dst: Ipv4 }
  | { readonly family: 'inet6'; readonly route: Route6; readonly src: Ipv6; readonly dst: Ipv6 }
);

/** Sends what starts at `skb.data` as a datagram's payload. False where it was refused on its way: by a filter, or for its size. */
export function udpTunnelXmit(stack: NetStack, skb: Skb, header: UdpTunnelHeader): boolean {
  const { srcPort, dstPort } = header;
  skb.push(UDP_HLEN);
  const length = skb.end - skb.data;
  scrub(skb, header.crossesNetns);
  skb.transport = skb.data;
  if (header.family === 'inet') {
    const { route, src, dst } = header;
    const pseudo = header.checksum ? pseudoHeaderV4(src, dst, IPPROTO_UDP, length) : undefined;
    writeUdp(skb.buf, skb.data, length, srcPort, dstPort, pseudo);
    skb.push(IPV4_HLEN);
    const ttl = header.ttl || stack.ns.sysctl.int('net/ipv4/ip_default_ttl');
    const id = stack.ident4.next(dst, src, IPPROTO_UDP);
    writeIpv4(skb.buf, skb.data, skb.length, id, header.dontFragment ? IP_DF : 0, ttl, IPPROTO_UDP, src, dst, header.tos);
    skb.dst = route;
    return ipLocalOut(stack, skb) === undefined;
  }
  const { route, src, dst } = header;
  const pseudo = header.checksum ? pseudoHeaderV6(src, dst, IPPROTO_UDP, length) : undefined;
  writeUdp(skb.buf, skb.data, length, srcPort, dstPort, pseudo);
  skb.push(IPV6_HLEN);
  const hopLimit = header.ttl || conf6(route.dev, 'hop_limit') || 64;
  writeIpv6Header(skb.buf, skb.data, length, IPPROTO_UDP, hopLimit, src, dst, header.tos, header.label);
  skb.dst = route;
  if (skb.length > route.mtu) {
    // Unlike a socket's, a tunnel's packets are not cut into pieces (`skb->ignore_df` of ip6_fragment).
    skb.network = skb.data;
    skb.dev = route.dev;
    icmp6Send(stack, skb, ICMPV6_PKT_TOOBIG, 0, route.mtu);
    drop(stack.ns, skb, 'PKT_TOO_BIG', `${skb.length} bytes, mtu ${route.mtu}`);
    return false;
  }
  return ip6LocalOut(stack, skb, true) === undefined;
}

/** The packet forgets what it was to the namespace it comes from (skb_scrub_packet). */
function scrub(skb: Skb, crossesNetns: boolean): void {
  skb.pktType = PACKET_HOST;
  skb.iif = 0;
  skb.ct = undefined;
  skb.physIn = undefined;
  skb.nftrace = 0;
  if (crossesNetns) skb.mark = 0;
}
