// Neighbour discovery: RFC 4861 as net/ipv6/ndisc.c does it. What is sent is in ndisc-send.ts.

import { bytesEqual } from '../../base/bytes.ts';
import { type Ipv6, isLinkLocalIpv6, isMulticastIpv6, multicastMacV6, readIpv6, solicitedNode } from '../../base/ipv6-address.ts';
import type { Mac } from '../../base/mac-address.ts';
import { isError } from '../../base/result.ts';
import {
  ICMPV6_ADDR_UNREACH,
  ICMPV6_DEST_UNREACH,
  icmpv6Code,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_SOLICITATION,
} from '../../wire/icmpv6.ts';
import { ipv6Dst, ipv6HopLimit, ipv6Src } from '../../wire/ipv6.ts';
import {
  checkNd,
  NA_OVERRIDE,
  NA_ROUTER,
  NA_SOLICITED,
  ND_HOP_LIMIT,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  ND_REDIRECT_DST,
  naFlags,
  ndFindOption,
  ndLinkAddress,
  ndTarget,
} from '../../wire/ndp.ts';
import { IFF_LOOPBACK, IFF_NOARP, IFF_POINTOPOINT, type NetDevice } from '../device/net-device.ts';
import { allConf6, conf6 } from '../ip/conf.ts';
import { icmp6Send } from '../ip/icmpv6-send.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Fib, Flow6, Route6 } from '../route/route.ts';
import { IFA_F_TENTATIVE } from '../rtnetlink/messages.ts';
import { PACKET_HOST, PACKET_LOOPBACK, type Skb } from '../skb.ts';
import type { NeighParms } from '../sysctl/conf-tables.ts';
import { consume, drop } from '../trace.ts';
import { findAddress6, ND_OPT_NONCE, NdiscSender } from './ndisc-send.ts';
import { UPDATE_ISROUTER, UPDATE_OVERRIDE, UPDATE_OVERRIDE_ISROUTER, UPDATE_WEAK_OVERRIDE } from './neigh-states.ts';
import { NeighTable } from './neigh-table.ts';
import { type NeighEntry, NUD_FAILED, NUD_NOARP, NUD_REACHABLE, NUD_STALE, NUD_VALID } from './neighbour.ts';

/** The IPv6 neighbours of one namespace. */
export class NdTable extends NeighTable<Ipv6> {
  protected readonly family = 'inet6';
  private readonly stack: NetStack;
  readonly send: NdiscSender;

  constructor(stack: NetStack) {
    super(stack.ns);
    this.stack = stack;
    this.send = new NdiscSender(stack);
  }

  protected parms(dev: NetDevice): NeighParms | undefined {
    return dev.in6?.neigh;
  }

  protected format(address: Ipv6): string {
    return address;
  }

  protected construct(entry: NeighEntry<Ipv6>): void {
    const { dev, key } = entry;
    if (isMulticastIpv6(key)) entry.lladdr = multicastMacV6(key);
    else if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) entry.lladdr = dev.address;
    else if ((dev.flags & IFF_POINTOPOINT) !== 0) entry.lladdr = dev.broadcast;
    else return;
    entry.state = NUD_NOARP;
  }

  protected unreachable(_entry: NeighEntry<Ipv6>, skb: Skb): void {
    icmp6Send(this.stack, skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0);
  }

  /** Asks for the link-layer address: the neighbour itself where one is known, then the target's group (ndisc_solicit). */
  protected solicit(entry: NeighEntry<Ipv6>, skb: Skb | undefined): void {
    const { dev, key: target } = entry;
    const parms = this.parms(dev);
    if (parms === undefined) return;
    let source: Ipv6 | undefined;
    if (skb) {
      const wanted = ipv6Src(skb.buf, skb.data);
      if (findAddress6(dev, wanted) !== undefined) source = wanted;
    }
    const unicast = entry.probes < parms.ucast_solicit && (entry.state & NUD_VALID) !== 0;
    this.send.neighbourSolicitation(dev, target, unicast ? target : solicitedNode(target), source);
  }

  /** A received neighbour discovery message, `skb.data` at its ICMPv6 header and checksum tested (ndisc_rcv). */
  receive(skb: Skb, type: number): void {
    const ns = this.ns;
    const b = skb.buf;
    const o = skb.data;
    if (ipv6HopLimit(b, skb.network) !== ND_HOP_LIMIT) return drop(ns, skb, 'IPV6_NDISC_HOP_LIMIT');
    if (icmpv6Code(b, o) !== 0) return drop(ns, skb, 'IPV6_NDISC_BAD_CODE');
    const wrong = checkNd(b, o, skb.end - o);
    if (wrong !== undefined) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', wrong);
    const dev = skb.dev as NetDevice;
    switch (type) {
      case NDISC_NEIGHBOUR_SOLICITATION:
        return this.solicitation(dev, skb);
      case NDISC_NEIGHBOUR_ADVERTISEMENT:
        return this.advertisement(dev, skb);
      case NDISC_ROUTER_SOLICITATION:
        return this.routerSolicitation(dev, skb);
      case NDISC_REDIRECT:
        return this.redirect(dev, skb);
      default:
        return this.routerAdvertisement(dev, skb);
    }
  }

  /** ndisc_recv_ns */
  private solicitation(dev: NetDevice, skb: Skb): void {
    const ns = this.ns;
    const b = skb.buf;
    const o = skb.data;
    const length = skb.end - o;
    const source = ipv6Src(b, skb.network);
    const destination = ipv6Dst(b, skb.network);
    const target = ndTarget(b, o);
    const toGroup = isMulticastIpv6(destination);
    const dad = source === '::';
    if (isMulticastIpv6(target)) return drop(ns, skb, 'IPV6_NDISC_NS_OTHERHOST', 'multicast target');
    if (dad && !destination.startsWith('ff02::1:ff')) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'DAD to a wrong address');
    const lladdr = ndLinkAddress(b, o, length, ND_OPT_SOURCE_LL_ADDR);
    if (dad && lladdr >= 0) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'DAD with a link-layer address');

    const own = findAddress6(dev, target);
    let router = conf6(dev, 'forwarding') !== 0;
    if (own !== undefined) {
      if ((own.flags & IFA_F_TENTATIVE) !== 0) {
        if (!dad) return drop(ns, skb, 'IPV6_NDISC_NS_OTHERHOST', 'address is tentative');
        if (this.isOwnNonce(dev, target, skb)) return drop(ns, skb, 'IPV6_NDISC_NS_OTHERHOST', 'own solicitation came back');
        consume(ns, skb, `another host probes ${target}, too`);
        return ns.ip6.duplicateDetected(dev, target);
      }
    } else {
      const proxied = router && (allConf6(dev, 'proxy_ndp') !== 0 || conf6(dev, 'proxy_ndp') !== 0) && this.proxies.has(dev, target);
      if (!proxied) return drop(ns, skb, 'IPV6_NDISC_NS_OTHERHOST', target);
      router = false;
      consume(ns, skb, `asks for ${target}: answered for another host (proxy)`);
      const parms = this.parms(dev);
      if (parms && parms.proxy_delay !== 0 && skb.pktType !== PACKET_HOST && toGroup) {
        this.proxies.delay(dev, parms.proxy_delay, parms.proxy_qlen, () =>
          this.answer(dev, source, target, lladdr, toGroup, dad, router, false),
        );
        return;
      }
    }
    if (own !== undefined) consume(ns, skb, `asks for ${target}: it is here, answered`);
    this.answer(dev, source, target, lladdr, toGroup, dad, router, own !== undefined);
  }

  private answer(
    dev: NetDevice,
    source: Ipv6,
    target: Ipv6,
    lladdr: Mac,
    toGroup: boolean,
    dad: boolean,
    router: boolean,
    own: boolean,
  ): void {
    const flags = router ? NA_ROUTER : 0;
    if (dad) {
      this.send.neighbourAdvertisement(dev, 'ff02::1', target, flags | (own ? NA_OVERRIDE : 0), true);
      return;
    }
    const entry = this.find(dev, source) ?? (!toGroup || lladdr >= 0 ? this.create(dev, source) : undefined);
    if (entry === undefined) return;
    this.update(entry, lladdr >= 0 ? lladdr : undefined, NUD_STALE, UPDATE_WEAK_OVERRIDE | UPDATE_OVERRIDE);
    this.send.neighbourAdvertisement(dev, source, target, flags | NA_SOLICITED | (own && toGroup ? NA_OVERRIDE : 0), toGroup);
  }

  /** Whether a duplicate address probe carries the nonce of our own last one (RFC 7527). */
  private isOwnNonce(dev: NetDevice, target: Ipv6, skb: Skb): boolean {
    const at = ndFindOption(skb.buf, skb.data, skb.end - skb.data, ND_OPT_NONCE);
    const nonce = this.send.nonceOf(dev, target);
    return at >= 0 && nonce !== undefined && bytesEqual(skb.buf.subarray(at + 2, at + 8), nonce);
  }

  /** ndisc_recv_na */
  private advertisement(dev: NetDevice, skb: Skb): void {
    const ns = this.ns;
    const b = skb.buf;
    const o = skb.data;
    const target = ndTarget(b, o);
    const flags = naFlags(b, o);
    const solicited = (flags & NA_SOLICITED) !== 0;
    if (isMulticastIpv6(target)) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'multicast target');
    if (solicited && isMulticastIpv6(ipv6Dst(b, skb.network))) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'solicited but multicast');
    if (!solicited && conf6(dev, 'drop_unsolicited_na') !== 0) return drop(ns, skb, 'NOT_SPECIFIED', 'drop_unsolicited_na');
    const lladdr = ndLinkAddress(b, o, skb.end - o, ND_OPT_TARGET_LL_ADDR);
    const own = findAddress6(dev, target);
    if (own !== undefined) {
      if (skb.pktType !== PACKET_LOOPBACK && (own.flags & IFA_F_TENTATIVE) !== 0) {
        consume(ns, skb, `another host has ${target} already`);
        return ns.ip6.duplicateDetected(dev, target);
      }
      return drop(ns, skb, 'NOT_SPECIFIED', `${dev.name} advertises our address ${target}`);
    }
    const entry = this.find(dev, target);
    if (entry === undefined || (entry.state & NUD_FAILED) !== 0) {
      return drop(ns, skb, 'NOT_SPECIFIED', `nobody here asked for ${target}`);
    }
    consume(ns, skb, `neighbour advertisement of ${target}`);
    this.update(
      entry,
      lladdr >= 0 ? lladdr : undefined,
      solicited ? NUD_REACHABLE : NUD_STALE,
      UPDATE_WEAK_OVERRIDE |
        UPDATE_OVERRIDE_ISROUTER |
        ((flags & NA_OVERRIDE) !== 0 ? UPDATE_OVERRIDE : 0) |
        ((flags & NA_ROUTER) !== 0 ? UPDATE_ISROUTER : 0),
    );
  }

  /** ndisc_recv_rs: a router learns who asked; its advertisements are a daemon's. */
  private routerSolicitation(dev: NetDevice, skb: Skb): void {
    const source = ipv6Src(skb.buf, skb.network);
    if (conf6(dev, 'forwarding') === 0) return drop(this.ns, skb, 'NOT_SPECIFIED', 'router solicitation: this is no router');
    if (source === '::') return drop(this.ns, skb, 'NOT_SPECIFIED', 'router solicitation from ::');
    consume(this.ns, skb, 'router solicitation');
    const lladdr = ndLinkAddress(skb.buf, skb.data, skb.end - skb.data, ND_OPT_SOURCE_LL_ADDR);
    const entry = this.find(dev, source) ?? this.create(dev, source);
    if (entry && lladdr >= 0) {
      this.update(entry, lladdr, NUD_STALE, UPDATE_WEAK_OVERRIDE | UPDATE_OVERRIDE | UPDATE_OVERRIDE_ISROUTER);
    }
  }

  /** ndisc_router_discovery: the neighbour here, the rest in addrconf. */
  private routerAdvertisement(dev: NetDevice, skb: Skb): void {
    const ns = this.ns;
    const b = skb.buf;
    const o = skb.data;
    const source = ipv6Src(b, skb.network);
    if (!isLinkLocalIpv6(source)) return drop(ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'advertisement not from a link-local address');
    const acceptRa = conf6(dev, 'accept_ra');
    if (acceptRa === 0 || (acceptRa === 1 && conf6(dev, 'forwarding') !== 0)) return drop(ns, skb, 'NOT_SPECIFIED', 'accept_ra');
    consume(ns, skb, 'router advertisement');
    const lladdr = ndLinkAddress(b, o, skb.end - o, ND_OPT_SOURCE_LL_ADDR);
    const entry = this.find(dev, source) ?? this.create(dev, source);
    if (entry && lladdr >= 0) {
      this.update(entry, lladdr, NUD_STALE, UPDATE_WEAK_OVERRIDE | UPDATE_OVERRIDE | UPDATE_OVERRIDE_ISROUTER | UPDATE_ISROUTER);
    }
    ns.ip6.routerAdvertised(dev, source, b, o + 4, skb.end - o - 4);
  }

  /** A router says that another one on this link is better (ndisc_redirect_rcv). */
  private redirect(dev: NetDevice, skb: Skb): void {
    const b = skb.buf;
    const o = skb.data;
    const from = ipv6Src(b, skb.network);
    if (!isLinkLocalIpv6(from)) return drop(this.ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'redirect not from a link-local address');
    if (conf6(dev, 'forwarding') !== 0 || conf6(dev, 'accept_redirects') === 0) {
      return drop(this.ns, skb, 'NOT_SPECIFIED', 'accept_redirects');
    }
    const target = ndTarget(b, o);
    const destination = readIpv6(b, o + ND_REDIRECT_DST);
    if (isMulticastIpv6(destination) || (target !== destination && !isLinkLocalIpv6(target))) {
      return drop(this.ns, skb, 'IPV6_NDISC_BAD_OPTIONS', 'redirect target');
    }
    consume(this.ns, skb, `redirect: ${target} is the better way to ${destination}`);
    const lladdr = ndLinkAddress(b, o, skb.end - o, ND_OPT_TARGET_LL_ADDR);
    const entry = this.find(dev, target) ?? this.create(dev, target);
    if (entry && lladdr >= 0) {
      const router = target === destination ? 0 : UPDATE_OVERRIDE_ISROUTER | UPDATE_ISROUTER;
      this.update(entry, lladdr, NUD_STALE, UPDATE_WEAK_OVERRIDE | UPDATE_OVERRIDE | router);
    }
    const fib: Fib<Flow6, Ipv6> = this.ns.ip6.fib;
    const current = fib.output({ dst: destination, src: '::', oif: dev.ifindex });
    if (!isError(current) && current.gateway === from) fib.learnGateway?.(destination, target, dev);
  }

  /** A forwarded packet leaves where it came from: its sender is told of the better next hop (ndisc_send_redirect). */
  sendRedirect(skb: Skb, route: Route6): void {
    const source = ipv6Src(skb.buf, skb.data);
    const destination = ipv6Dst(skb.buf, skb.data);
    const dev = route.dev;
    const target = (route.gateway as Ipv6 | undefined) ?? destination;
    if (target !== destination && !isLinkLocalIpv6(target)) return;
    if (!this.stack.peers6.allowError(source, this.now, 1000)) return;
    this.send.redirect(dev, source, target, destination, this.lookup(dev, target), skb);
  }
}
