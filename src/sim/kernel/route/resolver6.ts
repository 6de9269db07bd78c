import { IPV6_UNSPECIFIED, type Ipv6, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import { LazyMap } from '../../base/lazy.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { IFF_LOOPBACK } from '../device/net-device.ts';
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, RTNH_F_DEAD, RTNH_F_LINKDOWN, RTNH_F_ONLINK, SCOPE_UNIVERSE } from '../rtnetlink/messages.ts';
import { type Fib6, rejectError } from './fib6.ts';
import { ignoresLinkdown6 } from './fib6-dump.ts';
import { canMultipath, type Fib6Entry } from './fib6-table.ts';
import { PathMtus } from './path-mtu.ts';
import type { Fib, Flow6, Route6 } from './route.ts';

/** A resolved route with what only `ip route get` shows of it. */
export interface Resolved6 extends Route6 {
  readonly entry: Fib6Entry;
  readonly mtuExpiresNs: number;
}

interface CacheEntry {
  readonly dst: Ipv6;
  readonly src: Ipv6;
  readonly iif: number;
  readonly oif: number;
  readonly generation: number;
  readonly expiresNs: number;
  readonly answer: Resolved6 | KernelError;
}

const CACHE_LIMIT = 1024;
const MIN_MTU = 1280;
const PREF = { low: 0, medium: 1, high: 2 } as const;

/** The routing decision of IPv6: net/ipv6/route.c. Answers are kept until tables, addresses or devices change. */
export class Resolver6 implements Fib<Flow6, Ipv6> {
  private readonly fib: Fib6;
  private readonly cache = new LazyMap<Ipv6, CacheEntry>();
  private readonly mtus: PathMtus<Fib6Entry, Ipv6>;

  constructor(fib: Fib6) {
    this.fib = fib;
    this.mtus = new PathMtus(fib.ns.kernel.clock);
  }

  output(flow: Flow6): Resolved6 | KernelError {
    return this.cached(flow, false);
  }

  input(flow: Flow6): Resolved6 | KernelError {
    return this.cached(flow, true);
  }

  private cached(flow: Flow6, input: boolean): Resolved6 | KernelError {
    if (this.fib.rules.custom) return this.resolve(flow, input);
    const iif = input ? (flow.iif ?? 0) : -1;
    const oif = flow.oif ?? 0;
    const known = this.cache.get(flow.dst);
    if (
      known !== undefined &&
      known.src === flow.src &&
      known.iif === iif &&
      known.oif === oif &&
      known.generation === this.fib.generation &&
      (known.expiresNs === 0 || this.fib.ns.kernel.clock.now < known.expiresNs)
    ) {
      return known.answer;
    }
    const answer = this.resolve(flow, input);
    if (this.cache.size >= CACHE_LIMIT) this.cache.clear();
    const expiresNs = isError(answer) ? 0 : answer.mtuExpiresNs;
    this.cache.set(flow.dst, { dst: flow.dst, src: flow.src, iif, oif, generation: this.fib.generation, expiresNs, answer });
    return answer;
  }

  /** `ip6_route_output_flags` and `ip6_route_input_lookup`. */
  private resolve(flow: Flow6, input: boolean): Resolved6 | KernelError {
    const { ns } = this.fib;
    const anySource = flow.src === '' || flow.src === IPV6_UNSPECIFIED;
    if (!input && flow.oif !== undefined && flow.oif !== 0 && !ns.devices.has(flow.oif)) return fail('ENODEV');
    const needsDevice = isMulticastIpv6(flow.dst) || isLinkLocalIpv6(flow.dst);
    const oif = input ? (needsDevice ? (flow.iif ?? 0) : 0) : (flow.oif ?? 0);
    const strict = (needsDevice && oif !== 0) || (!input && oif !== 0 && anySource);
    const entry = this.lookup(flow, oif, strict);
    if (typeof entry === 'string') return fail(entry);
    const error = rejectError(entry);
    if (error !== undefined) return fail(error);
    return this.make(entry, flow, anySource);
  }

  private make(entry: Fib6Entry, flow: Flow6, anySource: boolean): Resolved6 | KernelError {
    const { ns } = this.fib;
    const local = entry.type === 'local' || entry.type === 'anycast';
    const dev = local ? ns.loopback : entry.dev;
    let source = flow.src;
    if (anySource)
      source = entry.prefSrc ?? ns.ip6.selectSource(local && (entry.dev.flags & IFF_LOOPBACK) !== 0 ? ns.loopback : entry.dev, flow.dst);
    const learned = this.mtus.find(entry, flow.dst);
    return {
      type: isMulticastIpv6(flow.dst) ? 'multicast' : entry.type,
      table: entry.table,
      protocol: entry.protocol,
      scope: SCOPE_UNIVERSE,
      dev,
      ...(local ? { localDev: entry.dev } : {}),
      gateway: entry.gateway,
      gatewayFamily: entry.gateway === undefined ? undefined : 'inet6',
      onlink: (entry.flags & RTNH_F_ONLINK) !== 0,
      source,
      mtu: learned?.mtu ?? entry.metrics?.values.mtu ?? dev.in6?.mtu ?? dev.mtu,
      priority: entry.metric,
      metrics: entry.metrics,
      prefix: entry.prefix,
      prefixLen: entry.prefixLen,
      entry,
      mtuExpiresNs: learned?.expiresNs ?? 0,
    };
  }

  /** `fib6_rule_lookup`. */
  private lookup(flow: Flow6, oif: number, strict: boolean): Fib6Entry | Errno {
    const { rules } = this.fib;
    if (!rules.custom)
      return this.unlessThrown(RT_TABLE_LOCAL, flow, oif, strict) ?? this.unlessThrown(RT_TABLE_MAIN, flow, oif, strict) ?? 'ENETUNREACH';
    let jump = 0;
    for (const rule of rules.list()) {
      if ((rule.priority ?? 0) < jump || !rules.matches(rule, flow)) continue;
      switch (rule.action) {
        case 'goto':
          jump = rule.gotoTarget ?? 0;
          break;
        case 'nop':
          break;
        case 'table': {
          const entry = this.unlessThrown(rule.table, flow, oif, strict);
          if (entry === undefined || entry.prefixLen <= (rule.suppressPrefixLength ?? -1)) break;
          return entry;
        }
        case 'blackhole':
          return 'EINVAL';
        case 'prohibit':
          return 'EACCES';
        case 'unreachable':
          return 'ENETUNREACH';
      }
    }
    return 'ENETUNREACH';
  }

  /** The answer of a table; a route of type throw says that it has none. */
  private unlessThrown(id: number, flow: Flow6, oif: number, strict: boolean): Fib6Entry | undefined {
    const entry = this.inTable(id, flow, oif, strict);
    return entry === undefined || rejectError(entry) === 'EAGAIN' ? undefined : entry;
  }

  /** The best route of the longest prefix that has a usable one (`fib6_table_lookup`, `rt6_select`). */
  private inTable(id: number, flow: Flow6, oif: number, strict: boolean): Fib6Entry | undefined {
    for (const list of this.fib.table(id)?.matching(flow.dst) ?? []) {
      const entry = this.select(list, flow, oif, strict);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  private select(list: readonly Fib6Entry[], flow: Flow6, oif: number, strict: boolean): Fib6Entry | undefined {
    let best: Fib6Entry | undefined;
    let bestScore = -1;
    for (const entry of list) {
      // A larger metric only counts where no smaller one was usable.
      if (best !== undefined && entry.metric !== best.metric) break;
      if ((entry.flags & RTNH_F_DEAD) !== 0) continue;
      if ((entry.flags & RTNH_F_LINKDOWN) !== 0 && ignoresLinkdown6(entry)) continue;
      const onDevice = oif === 0 || entry.dev.ifindex === oif;
      if (!onDevice && strict && entry.type !== 'local') continue;
      if (!onDevice && strict && isLinkLocalIpv6(flow.dst)) continue;
      const score = (onDevice ? 2 : 0) | (PREF[entry.pref] << 2);
      if (score <= bestScore) continue;
      best = entry;
      bestScore = score;
    }
    return best === undefined || !canMultipath(best) ? best : this.selectSibling(list, best, flow);
  }

  /** One gateway of a multipath route for each pair of addresses, by weight (`fib6_select_path`). */
  private selectSibling(list: readonly Fib6Entry[], chosen: Fib6Entry, flow: Flow6): Fib6Entry {
    const siblings = list.filter((entry) => entry.metric === chosen.metric && canMultipath(entry) && (entry.flags & RTNH_F_DEAD) === 0);
    if (siblings.length < 2) return chosen;
    let hash = 0;
    for (const text of [flow.src, flow.dst]) for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    const total = siblings.reduce((sum, entry) => sum + entry.weight, 0);
    let at = ((Math.imul(hash, 0x85ebca6b) >>> 0) / 0x100000000) * total;
    for (const entry of siblings) {
      at -= entry.weight;
      if (at < 0) return entry;
    }
    return chosen;
  }

  /** `rt6_update_pmtu`: never below 1280. */
  learnMtu(dst: Ipv6, mtu: number): void {
    const route = this.output({ dst, src: IPV6_UNSPECIFIED });
    if (isError(route) || route.type === 'local' || route.mtu <= Math.max(mtu, MIN_MTU)) return;
    this.mtus.learn(route.entry, dst, Math.max(mtu, MIN_MTU));
    this.fib.changed();
  }
}
