import type { Ipv4, Ipv6 } from '../../../base/address.ts';
import { setU16 } from '../../../base/bytes.ts';
import { ipv6ByteCompare } from '../../../base/ipv6-address.ts';
import { writeMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6 } from '../../../wire/ethernet.ts';
import { ICMPV6_MGM_QUERY } from '../../../wire/icmpv6.ts';
import { encodeIgmp, encodeIgmp3Query, IGMP_ALL_HOSTS, IGMP_IPV4_HLEN, IGMP_QUERY, writeIgmpPacket } from '../../../wire/igmp.ts';
import { IPPROTO_ICMPV6 } from '../../../wire/ip-protocol.ts';
import { IPV6_HLEN, writeIpv6Header } from '../../../wire/ipv6.ts';
import { encodeMld } from '../../../wire/mld.ts';
import { SCOPE_LINK } from '../../rtnetlink/messages.ts';
import { Skb } from '../../skb.ts';
import { enqueueRx } from '../receive.ts';
import { devQueueXmit } from '../transmit.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import { BR_STATE_BLOCKING, BR_STATE_DISABLED, NS_PER_CENTISECOND } from './if-bridge.ts';
import { StpTimer } from './stp-timer.ts';

// Who asks which groups have listeners: the bridge itself, if it is told to and nobody else does (net/bridge/br_multicast.c).

type IpFamily = 'inet' | 'inet6';

const FAMILIES: readonly IpFamily[] = ['inet', 'inet6'];
const CENTISECONDS_PER_S = 100;
const ALL_NODES6: Ipv6 = 'ff02::1';
const MAC_ALL_HOSTS4 = 0x0100_5e00_0001;
const MAC_ALL_NODES6 = 0x3333_0000_0001;
/** A hop-by-hop header with the router alert of MLD (RFC 2711), then ICMPv6. */
const ROUTER_ALERT6 = [IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 0, 0] as const;

/** struct bridge_mcast_own_query: the bridge's own questions, or those out of one port. */
class OwnQuery {
  readonly timer: StpTimer;
  startupSent = 0;

  constructor(bridge: Bridge) {
    this.timer = new StpTimer(bridge.dev.ns.kernel.clock);
  }
}

/** struct bridge_mcast_other_query and bridge_mcast_querier. */
interface OtherQuerier {
  /** Until when another querier is known. */
  untilNs: number;
  /** From when on answers count as complete: hosts need time. */
  fromNs: number;
  /** Who asks at present, the bridge itself perhaps. */
  address: Ipv4 | Ipv6 | undefined;
  readonly timer: StpTimer;
}

export class Querier {
  private readonly bridge: Bridge;
  /** By port; the bridge's own under undefined. */
  private readonly own = new Map<BridgePort | undefined, Record<IpFamily, OwnQuery>>();
  private readonly other: Record<IpFamily, OtherQuerier>;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
    const other = (): OtherQuerier => ({
      untilNs: -1,
      fromNs: 0,
      address: undefined,
      timer: new StpTimer(bridge.dev.ns.kernel.clock),
    });
    this.other = { inet: other(), inet6: other() };
  }

  /** Whether anybody asks for listeners, so that it is known who is none (`br_multicast_querier_exists`). */
  exists(family: IpFamily): boolean {
    return (this.bridge.mdb.settings.querier || this.otherActive(family)) && this.other[family].fromNs <= this.bridge.now;
  }

  otherActive(family: IpFamily): boolean {
    return this.other[family].untilNs > this.bridge.now;
  }

  /** Somebody's query arrived: false where that one has to give way to the querier that is known, whose address is lower (`br_multicast_select_querier`). */
  heard(family: IpFamily, address: Ipv4 | Ipv6, maxDelayNs: number): boolean {
    const known = this.other[family];
    const { now } = this.bridge;
    if (known.address !== undefined && isHigher(address, known.address)) return false;
    known.address = address;
    if (known.untilNs <= now) known.fromNs = now + maxDelayNs;
    const lastsNs = this.bridge.mdb.settings.querierInterval * NS_PER_CENTISECOND;
    known.untilNs = now + lastsNs;
    known.timer.start(lastsNs, this.bridge.mdb.settings.querier ? () => this.start(family) : undefined);
    return true;
  }

  /** The bridge has come up (`br_multicast_open`). */
  open(): void {
    for (const family of FAMILIES) this.ask(undefined, family);
  }

  /** The bridge goes down (`br_multicast_stop`). */
  stop(): void {
    this.stopPort(undefined);
  }

  /** A port takes part (`br_multicast_enable_port`): it is asked from the beginning. */
  enablePort(port: BridgePort): void {
    if (!this.bridge.mdb.settings.querier) return;
    for (const family of FAMILIES) this.ask(port, family);
  }

  stopPort(port: BridgePort | undefined): void {
    const own = this.own.get(port);
    for (const family of FAMILIES) own?.[family].timer.stop();
    if (port !== undefined) this.own.delete(port);
  }

  destroy(): void {
    for (const port of [...this.own.keys()]) this.stopPort(port);
    for (const family of FAMILIES) this.other[family].timer.stop();
  }

  /** `mcast_querier` (`br_multicast_set_querier`). */
  set(on: boolean): void {
    const { settings } = this.bridge.mdb;
    if (settings.querier === on) return;
    settings.querier = on;
    if (!on) return;
    for (const family of FAMILIES) {
      if (!this.otherActive(family)) this.other[family].fromNs = this.bridge.now + settings.queryResponseInterval * NS_PER_CENTISECOND;
      this.start(family);
    }
  }

  /** The bridge was told to snoop (`br_multicast_toggle`). */
  begin(): void {
    for (const family of FAMILIES) this.start(family);
  }

  /** Nobody else asks any more: the bridge begins (`br_multicast_start_querier`). */
  private start(family: IpFamily): void {
    this.ask(undefined, family);
    for (const port of this.bridge.ports) if (takesPart(port)) this.ask(port, family);
  }

  /** Asks now, and again, as often as at a start. */
  private ask(port: BridgePort | undefined, family: IpFamily): void {
    if (!this.bridge.mdb.settings.querier) return;
    let own = this.own.get(port);
    if (own === undefined) {
      own = { inet: new OwnQuery(this.bridge), inet6: new OwnQuery(this.bridge) };
      this.own.set(port, own);
    }
    own[family].startupSent = 0;
    own[family].timer.start(0, () => this.expired(port, family));
  }

  /** `br_multicast_query_expired`, `br_multicast_port_query_expired`, `br_multicast_send_query`. */
  private expired(port: BridgePort | undefined, family: IpFamily): void {
    const { bridge } = this;
    const { settings } = bridge.mdb;
    const own = this.own.get(port)?.[family];
    if (own === undefined || !bridge.dev.up || !settings.snooping || !settings.querier) return;
    if (port !== undefined && !takesPart(port)) return;
    if (own.startupSent < settings.startupQueryCount) own.startupSent++;
    if (this.otherActive(family)) return;
    this.send(port, family);
    const next = own.startupSent < settings.startupQueryCount ? settings.startupQueryInterval : settings.queryInterval;
    own.timer.start(next * NS_PER_CENTISECOND, () => this.expired(port, family));
  }

  /** A general query: out of a port, or to the bridge's own stack, which answers it as any host does. */
  private send(port: BridgePort | undefined, family: IpFamily): void {
    const { bridge } = this;
    const query = family === 'inet' ? this.query4() : this.query6();
    if (query === undefined) return;
    if (port === undefined) {
      this.other[family].address ??= query.source === 0 ? undefined : query.source;
      enqueueRx(bridge.dev, query.skb);
    } else devQueueXmit(port.dev, query.skb);
  }

  /** `br_ip4_multicast_alloc_query`. */
  private query4(): { skb: Skb; source: Ipv4 } {
    const { dev, mdb } = this.bridge;
    const { settings } = mdb;
    const tenths = Math.floor(settings.queryResponseInterval / 10);
    const message =
      settings.igmpVersion === 3
        ? encodeIgmp3Query(tenths, 0, 2, Math.floor(settings.queryInterval / CENTISECONDS_PER_S))
        : encodeIgmp(IGMP_QUERY, tenths, 0);
    const source = settings.queryUseIfaddr ? dev.ns.ip4.selectSource(dev, 0, SCOPE_LINK) : 0;
    const skb = this.frame(MAC_ALL_HOSTS4, ETH_P_IP, IGMP_IPV4_HLEN + message.length);
    writeIgmpPacket(skb.buf, skb.network, message, source, IGMP_ALL_HOSTS);
    return { skb, source };
  }

  /** `br_ip6_multicast_alloc_query`; none while the bridge has no address to ask from. */
  private query6(): { skb: Skb; source: Ipv6 } | undefined {
    const { dev, mdb } = this.bridge;
    const { settings } = mdb;
    const source = dev.ns.ip6.selectSource(dev, ALL_NODES6);
    if (source === '::') return undefined;
    const version2 = {
      suppress: false,
      robustness: 2,
      intervalCode: Math.floor(settings.queryInterval / CENTISECONDS_PER_S),
      sources: [],
    };
    const maxResponse = settings.queryResponseInterval * 10;
    const message = encodeMld(
      { type: ICMPV6_MGM_QUERY, maxResponse, group: '::', ...(settings.mldVersion === 2 ? { version2 } : {}) },
      source,
      ALL_NODES6,
    );
    const payload = ROUTER_ALERT6.length + message.length;
    const skb = this.frame(MAC_ALL_NODES6, ETH_P_IPV6, IPV6_HLEN + payload);
    const ip = skb.network;
    writeIpv6Header(skb.buf, ip, payload, 0, 1, source, ALL_NODES6);
    skb.buf.set(ROUTER_ALERT6, ip + IPV6_HLEN);
    skb.buf.set(message, ip + IPV6_HLEN + ROUTER_ALERT6.length);
    return { skb, source };
  }

  private frame(to: number, type: number, length: number): Skb {
    const skb = Skb.alloc(ETH_HLEN + length);
    writeMac(skb.buf, skb.data, to);
    writeMac(skb.buf, skb.data + 6, this.bridge.dev.address);
    setU16(skb.buf, skb.data + 12, type);
    skb.protocol = type;
    skb.network = skb.data + ETH_HLEN;
    return skb;
  }
}

function takesPart(port: BridgePort): boolean {
  return port.state !== BR_STATE_DISABLED && port.state !== BR_STATE_BLOCKING;
}

function isHigher(address: Ipv4 | Ipv6, than: Ipv4 | Ipv6): boolean {
  if (typeof address === 'number' && typeof than === 'number') return address >>> 0 > than >>> 0;
  return ipv6ByteCompare(address as Ipv6, than as Ipv6) > 0;
}
