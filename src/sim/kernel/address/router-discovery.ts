import { formatIpv6Bytes, type Ipv6, ipv6Network, isLinkLocalIpv6, slaacAddress } from '../../base/address.ts';
import { u32 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { IFF_LOOPBACK, IFF_POINTOPOINT, type NetDevice } from '../device/net-device.ts';
import type { Fib6Entry } from '../route/fib6.ts';
import { IFA_F_MANAGETEMPADDR, INFINITY_LIFE_TIME, RT_TABLE_MAIN, RTPROT_KERNEL, RTPROT_RA } from '../rtnetlink/messages.ts';
import { jiffies, timerExpiryNs } from '../timer-wheel.ts';
import type { Addrconf } from './addrconf.ts';
import type { Inet6Device } from './inet6-device.ts';

const OPT_PREFIX_INFO = 3;
const OPT_MTU = 5;
const PIO_ONLINK = 0x80;
const PIO_AUTONOMOUS = 0x40;
const METRIC_ADDRCONF = 256;
/** Two hours: an unauthenticated advertisement cannot make an address end sooner (RFC 4862, 5.5.3 e). */
const TWO_HOURS = 7200;
const PROTO_RA = 2;
const PREFERENCES = ['medium', 'high', 'medium', 'low'] as const;

/** Asks for routers and believes what they advertise: RFC 4861, 6.3; ndisc_router_discovery and addrconf_prefix_rcv in Linux. */
export class RouterDiscovery {
  private readonly addrconf: Addrconf;

  constructor(addrconf: Addrconf) {
    this.addrconf = addrconf;
  }

  /** Hosts believe advertisements, routers only with accept_ra 2 (`ipv6_accept_ra`). */
  private accepts(in6: Inet6Device): boolean {
    return in6.conf.forwarding !== 0 ? in6.conf.accept_ra === 2 : in6.conf.accept_ra !== 0;
  }

  /** The link-local address is ready: solicit now and again, with growing pauses, until somebody answers (RFC 7559). */
  startSoliciting(in6: Inet6Device, source: Ipv6): void {
    const { dev, conf } = in6;
    if (!this.accepts(in6) || conf.router_solicitations === 0 || (dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) !== 0) return;
    const { dataPlane, kernel } = this.addrconf.ns;
    in6.rsProbes = 1;
    in6.rsIntervalNs = this.jittered(conf.router_solicitation_interval * NS_PER_S);
    kernel.clock.cancel(in6.rsTimer);
    this.solicitLater(in6, source);
    dataPlane.sendRouterSolicitation(dev, source);
  }

  private solicitLater(in6: Inet6Device, source: Ipv6): void {
    const { clock } = this.addrconf.ns.kernel;
    in6.rsTimer = clock.at(timerExpiryNs(clock.now, jiffies(in6.rsIntervalNs)), () => this.solicitAgain(in6, source));
  }

  private solicitAgain(in6: Inet6Device, source: Ipv6): void {
    const { dev, conf } = in6;
    if (in6.dead || !in6.ready || in6.raReceived || !this.accepts(in6)) return;
    if (conf.router_solicitations >= 0 && in6.rsProbes >= conf.router_solicitations) return;
    const { dataPlane } = this.addrconf.ns;
    in6.rsProbes++;
    const longest = conf.router_solicitation_max_interval * NS_PER_S;
    in6.rsIntervalNs = Math.min(this.jittered(2 * in6.rsIntervalNs), this.jittered(longest));
    this.solicitLater(in6, source);
    dataPlane.sendRouterSolicitation(dev, source);
  }

  stopSoliciting(in6: Inet6Device): void {
    this.addrconf.ns.kernel.clock.cancel(in6.rsTimer);
    in6.rsProbes = 0;
  }

  /** Between 0.9 and 1.1 of it (RFC 3315, 14). */
  private jittered(ns: number): number {
    return Math.floor(ns * (0.9 + this.addrconf.ns.kernel.random.float() * 0.2));
  }

  /** An advertisement; `packet` from `offset` on is what follows the ICMPv6 header's first four bytes. */
  advertised(dev: NetDevice, from: Ipv6, packet: Uint8Array, offset: number, length: number): void {
    const { in6 } = dev;
    if (in6 === undefined || !isLinkLocalIpv6(from) || length < 12 || !this.accepts(in6)) return;
    const own = this.addrconf.owners(from).length > 0;
    if (own && in6.conf.accept_ra_from_local === 0) return;
    in6.raReceived = true;
    this.stopSoliciting(in6);
    const hopLimit = packet[offset] as number;
    const flags = packet[offset + 1] as number;
    const lifetime = ((packet[offset + 2] as number) << 8) | (packet[offset + 3] as number);
    if (in6.conf.accept_ra_defrtr !== 0) this.defaultRoute(in6, from, lifetime, PREFERENCES[(flags >> 3) & 3] ?? 'medium');
    if (hopLimit >= in6.conf.accept_ra_min_hop_limit && hopLimit !== 0) in6.conf = { ...in6.conf, hop_limit: hopLimit };
    const reachable = u32(packet, offset + 4);
    const retransmit = u32(packet, offset + 8);
    if (retransmit !== 0) in6.neigh = { ...in6.neigh, retrans_time_ms: retransmit };
    if (reachable !== 0) in6.neigh = { ...in6.neigh, base_reachable_time_ms: reachable };
    this.options(in6, packet, offset + 12, offset + length);
  }

  private options(in6: Inet6Device, packet: Uint8Array, start: number, end: number): void {
    for (let o = start; o + 8 <= end; ) {
      const size = (packet[o + 1] as number) * 8;
      if (size === 0 || o + size > end) return;
      if (packet[o] === OPT_PREFIX_INFO && size === 32 && in6.conf.accept_ra_pinfo !== 0) this.prefixInfo(in6, packet, o);
      if (packet[o] === OPT_MTU && in6.conf.accept_ra_mtu !== 0) this.advertisedMtu(in6, u32(packet, o + 4));
      o += size;
    }
  }

  private advertisedMtu(in6: Inet6Device, mtu: number): void {
    if (mtu < 1280 || mtu > in6.dev.mtu) return;
    in6.mtu = mtu;
    this.addrconf.ns.ip6.fib6.changed();
  }

  private defaultRoute(in6: Inet6Device, router: Ipv6, lifetime: number, pref: 'low' | 'medium' | 'high'): void {
    const { fib6 } = this.addrconf.ns.ip6;
    const known = fib6
      .table(RT_TABLE_MAIN)
      ?.entries('::', 0)
      .find((entry) => entry.addrconf && entry.gateway === router && entry.dev === in6.dev);
    if (lifetime === 0) {
      if (known !== undefined) fib6.unlink(known);
      return;
    }
    const expiresNs = this.addrconf.ns.kernel.clock.now + lifetime * NS_PER_S;
    if (known !== undefined) {
      known.pref = pref;
      fib6.setExpiry(known, expiresNs);
      return;
    }
    fib6.addKernelRoute({ ...this.route(in6, '::', 0, router, in6.conf.ra_defrtr_metric), protocol: RTPROT_RA, pref, expiresNs });
  }

  private route(
    in6: Inet6Device,
    prefix: Ipv6,
    prefixLen: number,
    gateway: Ipv6 | undefined,
    metric: number,
  ): Omit<Fib6Entry, 'flags' | 'weight' | 'metrics' | 'linked' | 'pref' | 'expiresNs'> {
    return {
      prefix,
      prefixLen,
      type: 'unicast',
      table: RT_TABLE_MAIN,
      metric,
      protocol: RTPROT_KERNEL,
      dev: in6.dev,
      gateway,
      prefSrc: undefined,
      addrconf: true,
    };
  }

  /** RFC 4862, 5.5.3 (`addrconf_prefix_rcv`). */
  private prefixInfo(in6: Inet6Device, packet: Uint8Array, o: number): void {
    const prefixLen = packet[o + 2] as number;
    const flags = packet[o + 3] as number;
    const validLft = u32(packet, o + 4);
    const preferredLft = u32(packet, o + 8);
    const prefix = formatIpv6Bytes(packet.subarray(o + 16, o + 32), 0);
    if (prefixLen > 128 || isLinkLocalIpv6(prefix) || prefix.startsWith('ff') || preferredLft > validLft) return;
    if ((flags & PIO_ONLINK) !== 0) this.onLinkPrefix(in6, ipv6Network(prefix, prefixLen), prefixLen, validLft);
    if ((flags & PIO_AUTONOMOUS) !== 0 && in6.conf.autoconf !== 0 && prefixLen === 64)
      this.autonomousAddress(in6, prefix, validLft, preferredLft);
  }

  private onLinkPrefix(in6: Inet6Device, prefix: Ipv6, prefixLen: number, validLft: number): void {
    const { fib6 } = this.addrconf.ns.ip6;
    const known = fib6
      .table(RT_TABLE_MAIN)
      ?.entries(prefix, prefixLen)
      .find((entry) => entry.dev === in6.dev && entry.gateway === undefined && entry.protocol === RTPROT_KERNEL);
    const expiresNs = validLft === INFINITY_LIFE_TIME ? 0 : this.addrconf.ns.kernel.clock.now + validLft * NS_PER_S;
    if (known !== undefined) {
      if (validLft === 0) fib6.unlink(known);
      else if (known.addrconf) fib6.setExpiry(known, expiresNs);
    } else if (validLft !== 0) {
      fib6.addKernelRoute({ ...this.route(in6, prefix, prefixLen, undefined, METRIC_ADDRCONF), expiresNs });
    }
  }

  private autonomousAddress(in6: Inet6Device, prefix: Ipv6, validLft: number, preferredLft: number): void {
    const address = slaacAddress(prefix, in6.dev.address);
    const known = in6.addresses.find((own) => own.address === address);
    if (known === undefined) {
      if (validLft === 0) return;
      const made = this.addrconf.create(in6, {
        address,
        prefixLen: 64,
        flags: IFA_F_MANAGETEMPADDR,
        validLft,
        preferredLft,
        protocol: PROTO_RA,
      });
      if (isError(made)) return;
      this.addrconf.announce(made, false);
      this.addrconf.dad.start(made);
      return;
    }
    const now = this.addrconf.ns.kernel.clock.now;
    const left =
      known.validLft === INFINITY_LIFE_TIME
        ? INFINITY_LIFE_TIME
        : Math.max(0, known.validLft - Math.floor((now - known.timestampNs) / NS_PER_S));
    const valid = validLft > TWO_HOURS || validLft > left ? validLft : Math.min(left, TWO_HOURS);
    this.addrconf.refresh(known, valid, Math.min(preferredLft, valid));
  }
}
