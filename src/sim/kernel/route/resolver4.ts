import { type Ipv4, isLoopbackIpv4, isMulticastIpv4 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import {
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTNH_F_DEAD,
  RTNH_F_ONLINK,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';
import type { FibInfo, Nexthop } from './fib-info.ts';
import { type FibResult, ignoresLinkdown } from './fib-table.ts';
import type { Fib4 } from './fib4.ts';
import { PathMtus } from './path-mtu.ts';
import type { Fib, Flow4, Route4 } from './route.ts';

/** A resolved route with what only `ip route get` shows of it. */
export interface Resolved4 extends Route4 {
  readonly result: FibResult | undefined;
  /** Source address that the answer shows: 0 for input routes. */
  readonly flowSource: Ipv4;
  /** When a learned path MTU ends, or 0. */
  readonly mtuExpiresNs: number;
}

interface CacheEntry {
  readonly dst: Ipv4;
  readonly src: Ipv4;
  readonly iif: number;
  readonly oif: number;
  readonly tos: number;
  readonly mark: number;
  readonly generation: number;
  readonly expiresNs: number;
  readonly answer: Resolved4 | KernelError;
}

/** Powers of four. */
const MIN_CACHE_SLOTS = 4;
const MAX_CACHE_SLOTS = 4096;
const LOOPBACK: Ipv4 = 0x7f000001;
const MIN_PMTU = 552;
const LOCAL_MULTICAST = 0xe00000 >>> 0; // 224.0.0.0/24, without its last byte

/** The routing decision of IPv4: net/ipv4/route.c. Answers are kept until tables, addresses or devices change. */
export class Resolver4 implements Fib<Flow4, Ipv4> {
  private readonly fib: Fib4;
  private cache: (CacheEntry | undefined)[] = new Array(MIN_CACHE_SLOTS).fill(undefined);
  private evictions = 0;
  private readonly mtus: PathMtus<Nexthop, Ipv4>;

  constructor(fib: Fib4) {
    this.fib = fib;
    this.mtus = new PathMtus(fib.ns.kernel.clock);
  }

  output(flow: Flow4): Resolved4 | KernelError {
    return this.cached(flow, false);
  }

  input(flow: Flow4): Resolved4 | KernelError {
    return this.cached(flow, true);
  }

  private cached(flow: Flow4, input: boolean): Resolved4 | KernelError {
    // Ports and protocol only matter to rules that name them; with such rules nothing is kept.
    if (this.fib.rules.custom) return input ? this.resolveInput(flow) : this.resolveOutput(flow);
    const iif = input ? (flow.iif ?? 0) : -1;
    const oif = flow.oif ?? 0;
    const tos = flow.tos ?? 0;
    const mark = flow.mark ?? 0;
    const { generation } = this.fib;
    const slot = slotOf(flow.dst, flow.src, iif, oif) & (this.cache.length - 1);
    const known = this.cache[slot];
    if (
      known !== undefined &&
      known.dst === flow.dst &&
      known.src === flow.src &&
      known.iif === iif &&
      known.oif === oif &&
      known.tos === tos &&
      known.mark === mark &&
      known.generation === generation &&
      (known.expiresNs === 0 || this.fib.ns.kernel.clock.now < known.expiresNs)
    ) {
      return known.answer;
    }
    const answer = input ? this.resolveInput(flow) : this.resolveOutput(flow);
    const expiresNs = isError(answer) ? 0 : answer.mtuExpiresNs;
    this.cache[slot] = { dst: flow.dst, src: flow.src, iif, oif, tos, mark, generation, expiresNs, answer };
    if (known?.generation === generation) this.crowded();
    return answer;
  }

  /** A valid answer had to make room: when that is often so, the cache grows. */
  private crowded(): void {
    if (++this.evictions < this.cache.length || this.cache.length >= MAX_CACHE_SLOTS) return;
    this.evictions = 0;
    this.cache = new Array(this.cache.length * 4).fill(undefined);
  }

  /** `ip_route_output_key_hash_rcu`. */
  private resolveOutput(flow: Flow4): Resolved4 | KernelError {
    const { ns } = this.fib;
    const { ip4 } = ns;
    let { src, dst } = flow;
    const oif = flow.oif ?? 0;
    if (src !== 0) {
      if (isMulticastIpv4(src) || src === 0xffffffff || src >>> 24 === 0) return fail('EINVAL');
      const owner = ip4.devinet.owner(src)?.device.dev;
      if (oif === 0 && (isMulticastIpv4(dst) || dst === 0xffffffff)) {
        if (owner === undefined) return fail('ENETUNREACH');
        return this.makeOutput(owner, src, dst, undefined, isMulticastIpv4(dst) ? 'multicast' : 'broadcast');
      }
      if (owner === undefined && ip4.addressType(src) !== 'local') return fail('ENETUNREACH');
    }
    let dev: NetDevice | undefined;
    if (oif !== 0) {
      dev = ns.devices.get(oif);
      if (dev === undefined) return fail('ENODEV');
      if (!dev.up || dev.in4 === undefined) return fail('ENETUNREACH');
      if (dst >>> 8 === LOCAL_MULTICAST || dst === 0xffffffff) {
        if (src === 0) src = ip4.selectSource(dev, 0, SCOPE_LINK);
        return this.makeOutput(dev, src, dst, undefined, 'unicast');
      }
      if (src === 0) {
        if (isMulticastIpv4(dst)) src = ip4.selectSource(dev, 0, SCOPE_UNIVERSE);
        else if (dst === 0) src = ip4.selectSource(dev, 0, SCOPE_HOST);
      }
    }
    if (dst === 0) {
      dst = src === 0 ? LOOPBACK : src;
      if (src === 0) src = LOOPBACK;
      return this.makeOutput(ns.loopback, src, dst, undefined, 'local');
    }
    const result = this.fib.lookup(
      { dst, tos: (flow.tos ?? 0) & 0xfc, oif, scope: SCOPE_UNIVERSE, ignoreLinkState: false },
      { ...flow, src },
    );
    if (typeof result === 'string') {
      if (dev === undefined) return fail(result);
      // Asked for a device without a route: the destination is taken to be on its link.
      if (src === 0) src = ip4.selectSource(dev, 0, SCOPE_LINK);
      return this.makeOutput(dev, src, dst, undefined, 'unicast');
    }
    if (result.alias.type === 'local') {
      if (src === 0) src = result.alias.info.prefSrc === 0 ? dst : result.alias.info.prefSrc;
      return this.makeOutput(ns.loopback, src, dst, result, 'local');
    }
    const chosen = this.selectPath(result, src, dst, oif);
    if (src === 0) src = this.preferredSource(chosen);
    return this.makeOutput(chosen.nexthop.dev as NetDevice, src, dst, chosen, chosen.alias.type);
  }

  /** `fib_result_prefsrc`. */
  private preferredSource(result: FibResult): Ipv4 {
    const { info } = result.alias;
    if (info.prefSrc !== 0) return info.prefSrc;
    const { dev, gateway, gatewayFamily } = result.nexthop;
    const towards = gatewayFamily === 'inet' ? (gateway as Ipv4) : 0;
    return this.fib.ns.ip4.selectSource(dev as NetDevice, towards, info.scope);
  }

  /** `__mkroute_output`. */
  private makeOutput(dev: NetDevice, src: Ipv4, dst: Ipv4, result: FibResult | undefined, wanted: RouteType): Resolved4 | KernelError {
    const loopback = (dev.flags & IFF_LOOPBACK) !== 0;
    const localnet = (dev.in4?.conf.route_localnet ?? 0) !== 0 || this.fib.ns.ip4.confAll.route_localnet !== 0;
    if (isLoopbackIpv4(src) && !loopback && !localnet) return fail('EINVAL');
    let type = wanted;
    if (dst === 0xffffffff) type = 'broadcast';
    else if (isMulticastIpv4(dst)) type = 'multicast';
    else if (dst >>> 24 === 0) return fail('EINVAL');
    // Groups are never sent to a gateway.
    const direct = type === 'broadcast' || (type === 'multicast' && (result?.alias.prefixLen ?? 32) < 4) || type === 'local';
    return this.make(dev, src, src, dst, type, result, direct);
  }

  private make(
    dev: NetDevice,
    src: Ipv4,
    flowSource: Ipv4,
    dst: Ipv4,
    type: RouteType,
    result: FibResult | undefined,
    direct: boolean,
  ): Resolved4 {
    const info = result?.alias.info;
    const hop = direct ? undefined : result?.nexthop;
    const gateway = hop !== undefined && hop.scope === SCOPE_LINK ? hop.gateway : undefined;
    const exception = hop === undefined ? undefined : this.mtus.find(hop, dst);
    const metricMtu = info?.metrics?.values.mtu;
    const mtu = exception?.mtu ?? metricMtu ?? dev.mtu;
    return {
      type,
      table: this.fib.rules.custom
        ? (result?.table ?? 0)
        : result?.table === RT_TABLE_LOCAL
          ? RT_TABLE_MAIN
          : (result?.table ?? RT_TABLE_MAIN),
      protocol: info?.protocol ?? 0,
      scope: info?.scope ?? SCOPE_UNIVERSE,
      dev,
      ...(type === 'local' && result?.nexthop.dev !== undefined ? { localDev: result.nexthop.dev } : {}),
      gateway,
      gatewayFamily: gateway === undefined ? undefined : hop?.gatewayFamily,
      onlink: ((hop?.flags ?? 0) & RTNH_F_ONLINK) !== 0,
      source: src,
      mtu: Math.min(mtu, 65535),
      priority: info?.priority ?? 0,
      metrics: info?.metrics,
      prefix: result?.alias.prefix ?? 0,
      prefixLen: result?.alias.prefixLen ?? 0,
      result,
      flowSource,
      mtuExpiresNs: exception?.expiresNs ?? 0,
    };
  }

  /** `ip_route_input_slow`. What comes in on loopback was sent by this host and is not doubted. */
  private resolveInput(flow: Flow4): Resolved4 | KernelError {
    const { ns } = this.fib;
    const dev = ns.devices.get(flow.iif ?? 0);
    const in4 = dev?.in4;
    if (dev === undefined || in4 === undefined) return fail('EINVAL');
    const { src, dst } = flow;
    const loopback = (dev.flags & IFF_LOOPBACK) !== 0;
    if (isMulticastIpv4(src) || src === 0xffffffff) return fail('EINVAL');
    if (isMulticastIpv4(dst)) return this.multicastInput(dev, flow);
    if (dst === 0xffffffff || (src === 0 && dst === 0)) return this.broadcastInput(dev, flow);
    if (src >>> 24 === 0 || dst >>> 24 === 0) return fail('EINVAL');
    const localnet = in4.conf.route_localnet !== 0 || ns.ip4.confAll.route_localnet !== 0;
    if (!loopback && !localnet && (isLoopbackIpv4(dst) || isLoopbackIpv4(src))) return fail('EINVAL');
    const forward = in4.conf.forwarding !== 0;
    const result = this.fib.lookup({ dst, tos: (flow.tos ?? 0) & 0xfc, oif: 0, scope: SCOPE_UNIVERSE, ignoreLinkState: false }, flow);
    if (typeof result === 'string') return fail(forward ? result : 'EHOSTUNREACH');
    const { type } = result.alias;
    if (type === 'broadcast') return this.broadcastInput(dev, flow, result);
    if (type === 'local') {
      const error = loopback ? undefined : this.validateSource(dev, flow);
      return error ?? this.make(ns.loopback, 0, 0, dst, 'local', result, true);
    }
    if (!forward) return fail('EHOSTUNREACH');
    if (type !== 'unicast') return fail('EINVAL');
    const chosen = this.selectPath(result, src, dst, 0);
    const error = this.validateSource(dev, flow);
    return error ?? this.make(chosen.nexthop.dev as NetDevice, 0, 0, dst, 'unicast', chosen, false);
  }

  private broadcastInput(dev: NetDevice, flow: Flow4, result?: FibResult): Resolved4 | KernelError {
    if (flow.src !== 0) {
      const error = this.validateSource(dev, flow);
      if (error !== undefined) return error;
    }
    return this.make(this.fib.ns.loopback, 0, 0, flow.dst, 'broadcast', result, true);
  }

  private multicastInput(dev: NetDevice, flow: Flow4): Resolved4 | KernelError {
    const { src, dst } = flow;
    if (src >>> 24 === 0) {
      if (dst >>> 8 !== LOCAL_MULTICAST) return fail('EINVAL');
    } else {
      const error = this.validateSource(dev, flow);
      if (error !== undefined) return error;
    }
    return this.make(this.fib.ns.loopback, 0, 0, dst, 'multicast', undefined, true);
  }

  /** `fib_validate_source`: EINVAL for a source that cannot be, EXDEV where rp_filter refuses it. */
  private validateSource(dev: NetDevice, flow: Flow4): KernelError | undefined {
    const { ns } = this.fib;
    const { ip4 } = ns;
    const in4 = dev.in4;
    if (in4 === undefined || (dev.flags & IFF_LOOPBACK) !== 0) return undefined;
    const filter = Math.max(in4.conf.rp_filter, ip4.confAll.rp_filter);
    const acceptLocal = in4.conf.accept_local !== 0 || ip4.confAll.accept_local !== 0;
    if (filter === 0 && !this.fib.rules.custom) {
      return !acceptLocal && ip4.devinet.isLocal(flow.src) ? fail('EINVAL') : undefined;
    }
    const back = { dst: flow.src, tos: flow.tos ?? 0, oif: 0, scope: SCOPE_UNIVERSE, ignoreLinkState: false };
    const backFlow = { src: flow.dst, dst: flow.src, iif: dev.ifindex, tos: flow.tos ?? 0 };
    const result = this.fib.lookup(back, backFlow);
    if (typeof result === 'string') return filter > 0 ? fail('EXDEV') : undefined;
    const { type, info } = result.alias;
    if (type !== 'unicast' && (type !== 'local' || !acceptLocal)) return fail('EINVAL');
    if (info.nexthops.some((hop) => hop.dev === dev)) return undefined;
    if (filter === 1) return fail('EXDEV');
    return undefined;
  }

  /** `fib_select_path`: among several next hops one for each pair of addresses, by weight. */
  private selectPath(result: FibResult, src: Ipv4, dst: Ipv4, oif: number): FibResult {
    const { info } = result.alias;
    if (info.nexthops.length < 2 || oif !== 0) return result;
    const hop = pickNexthop(info, Math.imul(Math.imul(src ^ (dst << 7) ^ (dst >>> 25), 0x9e3779b1) ^ (dst >>> 11), 0x85ebca6b) >>> 0);
    return hop === undefined ? result : { ...result, nexthop: hop };
  }

  /** What ICMP has taught is forgotten, and routes are looked up anew (`rt_cache_flush`). */
  flush(): void {
    this.mtus.forget();
    this.fib.changed();
  }

  /** `__ip_rt_update_pmtu`. */
  learnMtu(dst: Ipv4, mtu: number): void {
    const route = this.output({ dst, src: 0 });
    if (isError(route) || route.result === undefined || route.type === 'local' || route.mtu < mtu) return;
    this.mtus.learn(route.result.nexthop, dst, Math.max(mtu, Math.min(route.mtu, MIN_PMTU)));
    this.fib.changed();
  }
}

/** A next hop by weight from a 32-bit hash, as the kernel's upper bounds divide it (`fib_rebalance`). */
function pickNexthop(info: FibInfo, hash: number): Nexthop | undefined {
  const usable = info.nexthops.filter((hop) => (hop.flags & RTNH_F_DEAD) === 0 && !((hop.flags & 16) !== 0 && ignoresLinkdown(hop)));
  const total = usable.reduce((sum, hop) => sum + hop.weight, 0);
  let at = (hash / 0x100000000) * total;
  for (const hop of usable) {
    at -= hop.weight;
    if (at < 0) return hop;
  }
  return undefined;
}

/** Where an answer is kept: all bits of the addresses tell. */
function slotOf(dst: Ipv4, src: Ipv4, iif: number, oif: number): number {
  let h = Math.imul(dst ^ Math.imul(src, 0x9e3779b1) ^ (iif << 7) ^ oif, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
