// Address resolution for IPv4: RFC 826 as net/ipv4/arp.c does it.

import { u16 } from '../../base/bytes.ts';
import { formatIpv4, type Ipv4, ipv4Contains, isLoopbackIpv4, isMulticastIpv4, multicastMacV4 } from '../../base/ipv4-address.ts';
import { MAC_BROADCAST, MAC_ZERO, type Mac } from '../../base/mac-address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import {
  ARP_HLEN,
  ARP_HTYPE,
  ARP_LEN,
  ARP_PLEN,
  ARP_PTYPE,
  ARP_REPLY,
  ARP_REQUEST,
  arpOper,
  arpSha,
  arpSpa,
  arpTha,
  arpTpa,
  writeArp,
} from '../../wire/arp.ts';
import { ETH_P_ARP, ETH_P_IP } from '../../wire/ethernet.ts';
import { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH } from '../../wire/icmp.ts';
import { ipv4Src } from '../../wire/ipv4.ts';
import { ARPHRD_ETHER, IFF_LOOPBACK, IFF_NOARP, IFF_POINTOPOINT, type NetDevice } from '../device/net-device.ts';
import { devQueueXmit, pushEthernet } from '../device/transmit.ts';
import { type AddressType, addressType4, onLink4 } from '../ip/address-type.ts';
import { conf4, maxConf4, orConf4 } from '../ip/conf.ts';
import { icmpSend } from '../ip/icmp-send.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Route4 } from '../route/route.ts';
import { SCOPE_HOST, SCOPE_LINK } from '../rtnetlink/messages.ts';
import { PACKET_HOST, PACKET_LOOPBACK, PACKET_OTHERHOST, Skb } from '../skb.ts';
import type { NeighParms } from '../sysctl/conf-tables.ts';
import { consume, drop } from '../trace.ts';
import { UPDATE_OVERRIDE } from './neigh-states.ts';
import { NeighTable } from './neigh-table.ts';
import { type NeighEntry, NUD_NOARP, NUD_REACHABLE, NUD_STALE, NUD_VALID } from './neighbour.ts';
import { USER_HZ } from './proxy.ts';

/** The IPv4 neighbours of one namespace. */
export class ArpTable extends NeighTable<Ipv4> {
  protected readonly family = 'inet';
  private readonly stack: NetStack;

  constructor(stack: NetStack) {
    super(stack.ns);
    this.stack = stack;
  }

  protected parms(dev: NetDevice): NeighParms | undefined {
    return dev.in4?.neigh;
  }

  protected format(address: Ipv4): string {
    return formatIpv4(address);
  }

  protected override keyOf(dev: NetDevice, address: Ipv4): Ipv4 {
    return (dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) !== 0 ? 0 : address;
  }

  protected construct(entry: NeighEntry<Ipv4>): void {
    const { dev, key } = entry;
    if (isMulticastIpv4(key)) {
      entry.lladdr = multicastMacV4(key);
    } else if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) {
      entry.lladdr = dev.address;
    } else if ((dev.flags & IFF_POINTOPOINT) !== 0 || addressType4(this.ns, key, dev) === 'broadcast') {
      entry.lladdr = dev.broadcast;
    } else {
      return;
    }
    entry.state = NUD_NOARP;
  }

  protected unreachable(_entry: NeighEntry<Ipv4>, skb: Skb): void {
    icmpSend(this.stack, skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
  }

  /** Asks who has the address (arp_solicit): the known owner first, when there is one, then everybody. */
  protected solicit(entry: NeighEntry<Ipv4>, skb: Skb | undefined): void {
    const { dev, key: target } = entry;
    const parms = this.parms(dev);
    if (parms === undefined) return;
    const wanted = skb ? ipv4Src(skb.buf, skb.data) : 0;
    let source = 0;
    switch (maxConf4(dev, 'arp_announce')) {
      case 0:
        if (wanted !== 0 && this.ns.ip4.isLocal(wanted)) source = wanted;
        break;
      case 1:
        if (wanted !== 0 && this.ns.ip4.isLocal(wanted) && onLink4(dev, target, wanted)) source = wanted;
        break;
    }
    if (source === 0) source = this.ns.ip4.selectSource(dev, target, SCOPE_LINK);
    const unicast = entry.probes < parms.ucast_solicit && (entry.state & NUD_VALID) !== 0;
    arpSend(dev, ARP_REQUEST, unicast ? entry.lladdr : MAC_BROADCAST, dev.address, source, MAC_ZERO, target);
  }

  /** A received ARP packet at `skb.data` (arp_rcv). */
  receive(skb: Skb): void {
    const dev = skb.dev as NetDevice;
    const b = skb.buf;
    const o = skb.data;
    if ((dev.flags & IFF_NOARP) !== 0 || skb.pktType === PACKET_OTHERHOST || skb.pktType === PACKET_LOOPBACK) {
      return drop(this.ns, skb, 'OTHERHOST', 'ARP for another host');
    }
    if (skb.length < ARP_LEN || b[o + ARP_HLEN] !== 6 || b[o + ARP_PLEN] !== 4) return drop(this.ns, skb, 'HDR_TRUNC', 'ARP packet');
    if (dev.in4 === undefined || u16(b, o + ARP_HTYPE) !== ARPHRD_ETHER || u16(b, o + ARP_PTYPE) !== ETH_P_IP) {
      return drop(this.ns, skb, 'NOT_SPECIFIED', 'ARP of another kind');
    }
    const oper = arpOper(b, o);
    if (oper !== ARP_REQUEST && oper !== ARP_REPLY) return drop(this.ns, skb, 'NOT_SPECIFIED', 'ARP operation');
    this.process(dev, skb, oper, arpSha(b, o), arpSpa(b, o), arpTha(b, o), arpTpa(b, o));
  }

  /** arp_process */
  private process(dev: NetDevice, skb: Skb, oper: number, sha: Mac, sip: Ipv4, tha: Mac, tip: Ipv4): void {
    const ns = this.ns;
    if (isMulticastIpv4(tip) || (isLoopbackIpv4(tip) && orConf4(dev, 'route_localnet') === 0)) {
      return drop(ns, skb, 'IP_INVALID_DEST', 'ARP target');
    }
    if (sip === tip && orConf4(dev, 'drop_gratuitous_arp') !== 0) return drop(ns, skb, 'NOT_SPECIFIED', 'drop_gratuitous_arp');
    if (sip === 0) {
      // Somebody probes whether the address is free (RFC 5227): answered without learning.
      if (oper === ARP_REQUEST && ns.ip4.isLocal(tip) && !this.ignores(dev, sip, tip)) {
        consume(ns, skb, `ARP probe for an address of ${dev.name}: answered`);
        arpSend(dev, ARP_REPLY, sha, dev.address, tip, sha, sip);
      } else {
        consume(ns, skb, 'ARP probe: not for this host');
      }
      return;
    }
    if (oper === ARP_REQUEST) {
      const route = ns.ip4.fib.input({ dst: tip, src: sip, iif: dev.ifindex, tos: 0 });
      if (!isError(route)) {
        if (route.type === 'local') {
          const silent = this.ignores(dev, sip, tip) || (orConf4(dev, 'arp_filter') !== 0 && this.filters(dev, sip, tip));
          consume(
            ns,
            skb,
            silent ? 'ARP request: arp_ignore or arp_filter keep this host silent' : 'ARP request: the address is here, answered',
          );
          if (!silent && this.eventNs(dev, sip, sha)) arpSend(dev, ARP_REPLY, sha, dev.address, tip, sha, sip);
          return;
        }
        if (conf4(dev, 'forwarding') !== 0 && route.type === 'unicast' && this.answersFor(dev, route, sip, tip)) {
          consume(ns, skb, 'ARP request: answered for another host (proxy)');
          this.eventNs(dev, sip, sha);
          const parms = this.parms(dev);
          const answer = (): void => arpSend(dev, ARP_REPLY, sha, dev.address, tip, sha, sip);
          if (skb.pktType === PACKET_HOST || parms === undefined || parms.proxy_delay === 0) answer();
          else this.proxies.delay(dev, parms.proxy_delay, parms.proxy_qlen, answer);
          return;
        }
      }
    }
    this.learn(dev, skb, oper, sha, sip, tha, tip);
  }

  /** What an answer, an announcement or somebody else's question tells about its sender. */
  private learn(dev: NetDevice, skb: Skb, oper: number, sha: Mac, sip: Ipv4, tha: Mac, tip: Ipv4): void {
    consume(this.ns, skb, oper === ARP_REPLY ? 'ARP reply' : 'ARP request: not for this host');
    const accepts = this.acceptsUnsolicited(dev, sip);
    let entry = this.find(dev, sip);
    let type: AddressType | undefined;
    let gratuitous = false;
    if (entry !== undefined || accepts) {
      gratuitous = tip === sip && (oper !== ARP_REPLY || tha === sha);
      if (gratuitous) {
        type = addressType4(this.ns, sip, dev);
        gratuitous = type === 'unicast';
      }
    }
    if (entry === undefined && accepts) {
      if (gratuitous || (oper === ARP_REPLY && (type ?? addressType4(this.ns, sip, dev)) === 'unicast')) entry = this.create(dev, sip);
    }
    if (entry === undefined) return;
    // Of several answers the first one counts, for locktime.
    const locktimeNs = ((this.parms(dev)?.locktime ?? 0) * NS_PER_S) / USER_HZ;
    const override = gratuitous || this.now > entry.updatedNs + locktimeNs;
    const solicited = oper === ARP_REPLY && skb.pktType === PACKET_HOST;
    this.update(entry, sha, solicited ? NUD_REACHABLE : NUD_STALE, override ? UPDATE_OVERRIDE : 0);
  }

  /** arp_ignore: whether a question about an own address goes unanswered on this device. */
  private ignores(dev: NetDevice, sip: Ipv4, tip: Ipv4): boolean {
    const own = this.ns.ip4.addressesOf(dev);
    switch (maxConf4(dev, 'arp_ignore')) {
      case 0:
        return false;
      case 1:
        return !own.some((ifa) => ifa.local === tip && ifa.scope <= SCOPE_HOST);
      case 2:
        return !own.some((ifa) => ifa.local === tip && ipv4Contains(ifa.address, ifa.prefixLen, sip));
      case 3:
        for (const other of this.ns.devices.values()) {
          if (this.ns.ip4.addressesOf(other).some((ifa) => ifa.local === tip && ifa.scope <= SCOPE_LINK)) return false;
        }
        return true;
      case 8:
        return true;
      default:
        return false;
    }
  }

  /** arp_filter: whether packets to the asker would leave by another device. */
  private filters(dev: NetDevice, sip: Ipv4, tip: Ipv4): boolean {
    const back = this.ns.ip4.fib.output({ dst: sip, src: tip });
    return isError(back) || back.dev !== dev;
  }

  /** Whether this router answers for an address it forwards to (arp_fwd_proxy, arp_fwd_pvlan, pneigh_lookup). */
  private answersFor(dev: NetDevice, route: Route4, sip: Ipv4, tip: Ipv4): boolean {
    if (route.dev !== dev) return orConf4(dev, 'proxy_arp') !== 0 || this.proxies.has(dev, tip);
    return sip !== tip && conf4(dev, 'proxy_arp_pvlan') !== 0;
  }

  private acceptsUnsolicited(dev: NetDevice, sip: Ipv4): boolean {
    const mode = maxConf4(dev, 'arp_accept');
    return mode === 1 || (mode === 2 && onLink4(dev, sip));
  }

  /** Announces an own address to everybody (RFC 5227's ARP announcement; inetdev_send_gratuitous_arp). */
  announce(dev: NetDevice, address: Ipv4): void {
    arpSend(dev, ARP_REQUEST, MAC_BROADCAST, dev.address, address, dev.address, address);
  }
}

/** Sends one ARP packet to the link-layer address `to` (arp_send). Not on devices without ARP. */
export function arpSend(dev: NetDevice, oper: number, to: Mac, sha: Mac, spa: Ipv4, tha: Mac, tpa: Ipv4): void {
  if ((dev.flags & IFF_NOARP) !== 0) return;
  const skb = Skb.alloc(ARP_LEN);
  writeArp(skb.buf, skb.data, oper, sha, spa, tha, tpa);
  pushEthernet(skb, to, sha, ETH_P_ARP);
  devQueueXmit(dev, skb);
}
