import { u16 } from '../../../base/bytes.ts';
import { isLoopbackIpv4, isMulticastIpv4 } from '../../../base/ipv4-address.ts';
import { isMulticastIpv6 } from '../../../base/ipv6-address.ts';
import { isMulticastMac, type Mac, readMac, writeMac } from '../../../base/mac-address.ts';
import { ARP_LEN, ARP_REPLY, ARP_REQUEST, arpOper, arpSha, arpSpa, arpTpa, checkArp, writeArp } from '../../../wire/arp.ts';
import { ETH_HLEN, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_SRC, ETH_TYPE } from '../../../wire/ethernet.ts';
import { NDISC_NEIGHBOUR_ADVERTISEMENT, NDISC_NEIGHBOUR_SOLICITATION } from '../../../wire/icmpv6.ts';
import { IPPROTO_ICMPV6 } from '../../../wire/ip-protocol.ts';
import { ipv4Dst } from '../../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6Dst, ipv6NextHeader, ipv6Src, writeIpv6Header } from '../../../wire/ipv6.ts';
import {
  encodeNd,
  NA_OVERRIDE,
  NA_ROUTER,
  NA_SOLICITED,
  ND_HOP_LIMIT,
  ND_NS_HLEN,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  ndLinkAddress,
  ndTarget,
} from '../../../wire/ndp.ts';
import { NUD_CONNECTED } from '../../neigh/neighbour.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import { Skb } from '../../skb.ts';
import { consume, traceBranch } from '../../trace.ts';
import { IFF_NOARP } from '../net-device.ts';
import { enqueueRx } from '../receive.ts';
import { pushEthernet } from '../transmit.ts';
import { announceMiss } from './fdb.ts';
import { isAnyAddress, type Vxlan } from './vxlan.ts';

// What a vxlan answers itself instead of asking all the others: arp_reduce, neigh_reduce and route_shortcircuit of
// drivers/net/vxlan/vxlan_core.c. It knows what the neighbour tables have on the device: a daemon fills them, and the forwarding table.

/** With `proxy`: whether the frame was a question for an address, which goes no further, answered or not. */
export function arpReduce(vxlan: Vxlan, skb: Skb): boolean {
  const { dev } = vxlan;
  const b = skb.buf;
  const arp = skb.mac + ETH_HLEN;
  if (u16(b, skb.mac + ETH_TYPE) !== ETH_P_ARP) return false;
  const asked =
    (dev.flags & IFF_NOARP) === 0 && arp + ARP_LEN <= skb.end && checkArp(b, arp) === undefined && arpOper(b, arp) === ARP_REQUEST;
  const target = asked ? arpTpa(b, arp) : 0;
  if (asked && !isLoopbackIpv4(target) && !isMulticastIpv4(target)) {
    const sha = arpSha(b, arp);
    answer(vxlan, skb, target, dev.ns.dataPlane.arp.find(dev, target), (mac) => {
      const reply = Skb.alloc(ARP_LEN);
      writeArp(reply.buf, reply.data, ARP_REPLY, mac, target, sha, arpSpa(b, arp));
      pushEthernet(reply, sha, mac, ETH_P_ARP);
      return reply;
    });
  }
  consume(dev.ns, skb, `${dev.name} answers for others`);
  return true;
}

/** The same for IPv6's neighbour solicitations. */
export function neighReduce(vxlan: Vxlan, skb: Skb): boolean {
  const { dev } = vxlan;
  const b = skb.buf;
  const ip = skb.mac + ETH_HLEN;
  const nd = ip + IPV6_HLEN;
  if (u16(b, skb.mac + ETH_TYPE) !== ETH_P_IPV6 || nd + ND_NS_HLEN > skb.end || ipv6NextHeader(b, ip) !== IPPROTO_ICMPV6) return false;
  if (b[nd] !== NDISC_NEIGHBOUR_SOLICITATION || b[nd + 1] !== 0) return false;
  const target = ndTarget(b, nd);
  if (dev.in6 !== undefined && ipv6Dst(b, ip) !== '::1' && !isMulticastIpv6(target)) {
    const asker = ipv6Src(b, ip);
    const link = ndLinkAddress(b, nd, skb.end - nd, ND_OPT_SOURCE_LL_ADDR);
    const to = link >= 0 ? link : readMac(b, skb.mac + ETH_SRC);
    answer(vxlan, skb, target, dev.ns.dataPlane.nd.find(dev, target), (mac, router) => {
      const flags = (router ? NA_ROUTER : 0) | NA_SOLICITED | NA_OVERRIDE;
      const options = [{ type: ND_OPT_TARGET_LL_ADDR, mac }] as const;
      const message = encodeNd({ type: NDISC_NEIGHBOUR_ADVERTISEMENT, flags, target, options: [...options] }, target, asker);
      const reply = Skb.alloc(message.length, 64);
      reply.buf.set(message, reply.data);
      reply.push(IPV6_HLEN);
      writeIpv6Header(reply.buf, reply.data, message.length, IPPROTO_ICMPV6, ND_HOP_LIMIT, target, asker);
      pushEthernet(reply, to, mac, ETH_P_IPV6);
      return reply;
    });
  }
  consume(dev.ns, skb, `${dev.name} answers for others`);
  return true;
}

/** Answers in the place of a neighbour that is known; says that one is missed. Neighbours that the bridge itself can reach answer themselves. */
function answer(
  vxlan: Vxlan,
  question: Skb,
  ip: IpAddress,
  neighbour: { readonly state: number; readonly lladdr: Mac } | undefined,
  reply: (mac: Mac, router: boolean) => Skb,
): void {
  const { dev, config, fdb } = vxlan;
  if (neighbour === undefined) {
    if (config.l3miss) announceMiss(vxlan, { ip });
    return;
  }
  if ((neighbour.state & NUD_CONNECTED) === 0) return;
  const entry = fdb.find(neighbour.lladdr, config.vni);
  if (entry !== undefined) {
    entry.usedNs = dev.ns.kernel.clock.now;
    if (isAnyAddress(entry.remotes[0]?.ip ?? 0)) return;
  }
  const skb = reply(neighbour.lladdr, entry?.router === true);
  if (dev.ns.kernel.trace.on) traceBranch(dev.ns, dev, skb, question, 'answer');
  enqueueRx(dev, skb);
}

/**
 * With `rsc`, of a frame for a router: where the packet's destination is a neighbour on this device, it goes there at once, as from
 * the router. True where the addresses were changed.
 */
export function routeShortcircuit(vxlan: Vxlan, skb: Skb): boolean {
  const { dev, config } = vxlan;
  const to = readMac(skb.buf, skb.mac);
  if (isMulticastMac(to)) return false;
  const type = u16(skb.buf, skb.mac + ETH_TYPE);
  const { arp, nd } = dev.ns.dataPlane;
  const ip = skb.mac + ETH_HLEN;
  let target: IpAddress;
  let neighbour: { readonly lladdr: Mac } | undefined;
  if (type === ETH_P_IP) {
    target = ipv4Dst(skb.buf, ip);
    neighbour = arp.find(dev, target);
  } else if (type === ETH_P_IPV6) {
    target = ipv6Dst(skb.buf, ip);
    neighbour = nd.find(dev, target);
  } else return false;
  if (neighbour === undefined) {
    if (config.l3miss) announceMiss(vxlan, { ip: target });
    return false;
  }
  if (neighbour.lladdr === to) return false;
  skb.unshare();
  writeMac(skb.buf, skb.mac + ETH_SRC, to);
  writeMac(skb.buf, skb.mac, neighbour.lladdr);
  return true;
}
