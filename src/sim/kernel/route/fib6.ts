import { IPV6_UNSPECIFIED, type Ipv6, ipv6Network, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { LazySet } from '../../base/lazy.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import {
  type NexthopRequest,
  type RouteDump,
  type RouteFlags,
  type RouteRequest,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
} from '../rtnetlink/messages.ts';
import { dumpRoutes6 } from './fib6-dump.ts';
import { canMultipath, type Fib6Entry, Fib6Table } from './fib6-table.ts';
import { FibRules } from './rules.ts';

export type { Fib6Entry } from './fib6-table.ts';

/** Metric of what a user adds without one, and of what the kernel does. */
const METRIC_USER = 1024;
export const METRIC_ADDRCONF = 256;

/** The IPv6 routing tables and rules of one namespace: net/ipv6/route.c, ip6_fib.c, fib6_rules.c. */
export class Fib6 {
  readonly ns: NetNamespace;
  readonly rules: FibRules;
  private readonly tables = new Map<number, Fib6Table>();
  private readonly mortal = new LazySet<Fib6Entry>();
  private timer: TimerHandle = 0;
  /** Counts changes, so that whoever keeps a resolved route knows when to ask again. */
  generation = 0;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.rules = new FibRules(ns, 'inet6', () => this.changed());
    this.newTable(RT_TABLE_LOCAL);
    this.newTable(RT_TABLE_MAIN);
  }

  changed(): void {
    this.generation++;
  }

  table(id: number): Fib6Table | undefined {
    return this.tables.get(id);
  }

  private newTable(id: number): Fib6Table {
    let table = this.tables.get(id);
    if (table === undefined) {
      table = new Fib6Table(id);
      this.tables.set(id, table);
    }
    return table;
  }

  /** RTM_NEWROUTE (`ip6_route_add`, `ip6_route_multipath_add`). */
  add(request: RouteRequest, flags: RouteFlags): KernelError | undefined {
    if (request.dstLen > 128) return fail('EINVAL', 'Invalid prefix length');
    const table = this.newTable(request.table === 0 ? RT_TABLE_MAIN : request.table);
    const hops: readonly NexthopRequest[] = request.nexthops.length > 0 ? request.nexthops : [{}];
    const made: Fib6Entry[] = [];
    for (const hop of hops) {
      const entry = this.create(request, hop, table.id);
      if (isError(entry)) return entry;
      made.push(entry);
    }
    // The first next hop carries the request's flags; the others join it.
    for (const [i, entry] of made.entries()) {
      const error = this.insert(
        entry,
        i === 0 ? flags : { create: true, exclusive: false, replace: false, append: true },
        i < made.length - 1,
      );
      if (error !== undefined) {
        for (const undo of made.slice(0, i)) this.unlink(undo);
        return error;
      }
    }
    return undefined;
  }

  /** `ip6_route_info_create` and `fib6_nh_init`. */
  private create(request: RouteRequest, hop: NexthopRequest, table: number): Fib6Entry | KernelError {
    const prefix = ipv6Network((request.dst as Ipv6 | undefined) ?? IPV6_UNSPECIFIED, request.dstLen);
    const reject = REJECTING.has(request.type);
    let dev: NetDevice | undefined;
    if (hop.ifindex !== undefined && hop.ifindex !== 0) {
      dev = this.ns.devices.get(hop.ifindex);
      if (dev?.in6 === undefined) return fail('ENODEV');
    }
    if (hop.onlink === true) {
      if (dev === undefined) return fail('ENODEV', 'Nexthop device required for onlink');
      if (!dev.up) return fail('ENETDOWN', 'Nexthop device is not up');
    }
    const throughLoopback =
      dev !== undefined && (dev.flags & IFF_LOOPBACK) !== 0 && request.type === 'unicast' && prefix !== '::1' && hop.gateway === undefined;
    if (reject || throughLoopback) {
      const type = reject ? request.type : 'unreachable';
      return this.entry({ ...request, type }, prefix, table, this.ns.loopback, undefined, 0, 1);
    }
    const gateway = hop.gateway as Ipv6 | undefined;
    if (gateway !== undefined) {
      const found = this.checkGateway(gateway, dev?.ifindex ?? 0, hop.onlink === true, table);
      if (isError(found)) return found;
      dev = found;
    }
    if (dev === undefined) return fail('ENODEV');
    if (dev.in6 === undefined || dev.in6.conf.disable_ipv6 !== 0) return fail('EACCES', 'IPv6 is disabled on nexthop device');
    if (!dev.up) return fail('ENETDOWN', 'Nexthop device is not up');
    if (request.prefSrc !== undefined && !this.ns.ip6.isLocal(request.prefSrc as Ipv6, undefined, true))
      return fail('EINVAL', 'Invalid source address');
    const linkdown = request.type !== 'local' && request.type !== 'anycast' && !dev.carrier ? RTNH_F_LINKDOWN : 0;
    return this.entry(request, prefix, table, dev, gateway, linkdown | (hop.onlink === true ? RTNH_F_ONLINK : 0), hop.weight ?? 1);
  }

  private entry(
    request: RouteRequest,
    prefix: Ipv6,
    table: number,
    dev: NetDevice,
    gateway: Ipv6 | undefined,
    flags: number,
    weight: number,
  ): Fib6Entry {
    return {
      prefix,
      prefixLen: request.dstLen,
      type: request.type,
      table,
      metric: request.priority === undefined || request.priority === 0 ? METRIC_USER : request.priority,
      protocol: request.protocol,
      dev,
      gateway,
      flags,
      weight,
      prefSrc: request.prefSrc as Ipv6 | undefined,
      metrics: request.metrics,
      addrconf: false,
      pref: request.pref ?? 'medium',
      expiresNs: request.expires === undefined ? 0 : this.ns.kernel.clock.now + request.expires * NS_PER_S,
      linked: false,
    };
  }

  /** Whether a gateway can be one, and through which device (`ip6_validate_gw`). */
  checkGateway(gateway: Ipv6, oif: number, onlink: boolean, tableId: number = RT_TABLE_MAIN): NetDevice | KernelError {
    const { ip6, devices } = this.ns;
    const linkLocal = isLinkLocalIpv6(gateway);
    let dev = oif === 0 ? undefined : devices.get(oif);
    const local = (at: NetDevice | undefined): boolean => ip6.isLocal(gateway, linkLocal ? at : undefined, true);
    if (dev !== undefined && local(dev)) return fail('EINVAL', 'Gateway can not be a local address');
    if (!linkLocal) {
      if (gateway === IPV6_UNSPECIFIED || isMulticastIpv6(gateway)) return fail('EINVAL', 'Invalid gateway address');
      if (!onlink) {
        const found = this.onLinkDevice(gateway, oif, tableId);
        if (found === undefined) return fail('EHOSTUNREACH');
        dev = found;
      }
    }
    if (dev === undefined) return fail('EINVAL', 'Egress device not specified');
    if ((dev.flags & IFF_LOOPBACK) !== 0) return fail('EINVAL', 'Egress device can not be loopback device for this route');
    return local(dev) ? fail('EINVAL', 'Gateway can not be a local address') : dev;
  }

  /** The device on whose link a route without gateway puts the address (`ip6_route_check_nh`). */
  private onLinkDevice(gateway: Ipv6, oif: number, tableId: number): NetDevice | undefined {
    for (const id of tableId === RT_TABLE_MAIN ? [RT_TABLE_LOCAL, RT_TABLE_MAIN] : [tableId, RT_TABLE_LOCAL, RT_TABLE_MAIN]) {
      for (const list of this.tables.get(id)?.matching(gateway) ?? []) {
        const entry = list.find((candidate) => oif === 0 || candidate.dev.ifindex === oif);
        if (entry === undefined) continue;
        return entry.gateway === undefined && !REJECTING.has(entry.type) ? entry.dev : undefined;
      }
    }
    return undefined;
  }

  /** `fib6_add_rt2node`. Equal prefix and metric: gateways join to one multipath route, others stand side by side. */
  insert(entry: Fib6Entry, flags: RouteFlags, quiet = false): KernelError | undefined {
    const table = this.newTable(entry.table);
    const list = table.entries(entry.prefix, entry.prefixLen);
    let at = list.length;
    let replaced: Fib6Entry | undefined;
    let fallback: Fib6Entry | undefined;
    for (const [i, other] of list.entries()) {
      if (other.metric > entry.metric) {
        at = i;
        break;
      }
      if (other.metric !== entry.metric) continue;
      if (flags.exclusive) return fail('EEXIST');
      if (flags.replace) {
        if (canMultipath(other) === canMultipath(entry)) {
          replaced ??= other;
        } else {
          fallback ??= other;
        }
      } else if (other.dev === entry.dev && other.gateway === entry.gateway && other.type === entry.type) {
        if (other.expiresNs !== 0) this.setExpiry(other, entry.expiresNs);
        return fail('EEXIST');
      }
    }
    replaced ??= fallback;
    if (flags.replace && replaced === undefined && !flags.create) return fail('ENOENT', 'Can not replace route - no match found');
    if (replaced !== undefined) {
      const siblings = canMultipath(replaced)
        ? list.filter((other) => other !== replaced && other.metric === entry.metric && canMultipath(other))
        : [];
      at = list.indexOf(replaced);
      table.remove(replaced);
      this.mortal.delete(replaced);
      for (const sibling of siblings) this.unlink(sibling);
    } else if (!flags.create) {
      return fail('ENOENT', 'Can not replace route - no match found');
    }
    table.insert(entry, at);
    if (entry.expiresNs !== 0) this.setExpiry(entry, entry.expiresNs);
    this.changed();
    if (!quiet) this.announce(entry, false);
    return undefined;
  }

  /** A route of the kernel's own making; an equal one that is there already stays. */
  addKernelRoute(
    entry: Omit<Fib6Entry, 'flags' | 'weight' | 'metrics' | 'linked' | 'pref' | 'expiresNs'> & {
      pref?: 'low' | 'medium' | 'high';
      expiresNs?: number;
    },
  ): Fib6Entry {
    const made: Fib6Entry = {
      pref: 'medium',
      expiresNs: 0,
      ...entry,
      weight: 1,
      metrics: undefined,
      linked: false,
      flags: entry.type !== 'local' && entry.type !== 'anycast' && !entry.dev.carrier ? RTNH_F_LINKDOWN : 0,
    };
    // A device that is down takes none but local ones, as no user's route either.
    if (made.dev.up || made.type === 'local' || made.type === 'anycast') this.insert(made, KERNEL_ADD);
    return made;
  }

  /** Puts an entry made before into its table, unless it is there (`ip6_ins_rt`). */
  link(entry: Fib6Entry): void {
    if (!entry.linked) this.insert(entry, KERNEL_ADD);
  }

  /** Takes an entry out of its table, if it is there (`ip6_del_rt`). */
  unlink(entry: Fib6Entry): void {
    if (!entry.linked) return;
    this.tables.get(entry.table)?.remove(entry);
    this.mortal.delete(entry);
    this.changed();
    this.announce(entry, true);
  }

  /** The entries that form one multipath route with this one, which comes first, or itself alone. */
  siblings(entry: Fib6Entry): readonly Fib6Entry[] {
    if (!canMultipath(entry)) return [entry];
    const list = this.tables.get(entry.table)?.entries(entry.prefix, entry.prefixLen) ?? [entry];
    return [entry, ...list.filter((other) => other !== entry && other.metric === entry.metric && canMultipath(other))];
  }

  /** RTM_DELROUTE (`ip6_route_del`): the first that everything given fits, with its siblings where no next hop is given. */
  remove(request: RouteRequest): KernelError | undefined {
    const table = this.tables.get(request.table === 0 ? RT_TABLE_MAIN : request.table);
    if (table === undefined) return fail('ESRCH', 'FIB table does not exist');
    const prefix = ipv6Network((request.dst as Ipv6 | undefined) ?? IPV6_UNSPECIFIED, request.dstLen);
    const hops: readonly NexthopRequest[] = request.nexthops.length > 0 ? request.nexthops : [{}];
    let error: KernelError | undefined = fail('ESRCH');
    for (const hop of hops) {
      const entry = table.entries(prefix, request.dstLen).find((candidate) => this.fits(candidate, request, hop));
      if (entry === undefined) continue;
      error = undefined;
      const all = hop.gateway === undefined && canMultipath(entry);
      const going = all
        ? table.entries(prefix, request.dstLen).filter((other) => other.metric === entry.metric && canMultipath(other))
        : [entry];
      for (const other of going) this.unlink(other);
    }
    return error;
  }

  private fits(entry: Fib6Entry, request: RouteRequest, hop: NexthopRequest): boolean {
    if (hop.ifindex !== undefined && hop.ifindex !== 0 && hop.ifindex !== entry.dev.ifindex) return false;
    if (hop.gateway !== undefined && hop.gateway !== entry.gateway) return false;
    if (request.priority !== undefined && request.priority !== 0 && request.priority !== entry.metric) return false;
    if (request.type !== 'unspec' && request.type !== entry.type) return false;
    return request.protocol === 0 || request.protocol === entry.protocol;
  }

  setExpiry(entry: Fib6Entry, expiresNs: number): void {
    entry.expiresNs = expiresNs;
    if (expiresNs === 0) this.mortal.delete(entry);
    else this.mortal.add(entry);
    this.armTimer();
  }

  private armTimer(): void {
    const { clock } = this.ns.kernel;
    clock.cancel(this.timer);
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.mortal) next = Math.min(next, entry.expiresNs);
    if (next < Number.POSITIVE_INFINITY) this.timer = clock.at(next, this.expire);
  }

  private readonly expire = (): void => {
    const { now } = this.ns.kernel.clock;
    for (const entry of [...this.mortal]) if (entry.expiresNs <= now) this.unlink(entry);
    this.armTimer();
  };

  /** The device went away or down: its routes go (`rt6_disable_ip`). Announced one by one. */
  deviceDown(dev: NetDevice): void {
    for (const table of this.dumpOrder()) for (const entry of table.of(dev)) this.unlink(entry);
  }

  /** Its carrier came or went. */
  carrierChanged(dev: NetDevice): void {
    for (const table of this.tables.values()) {
      for (const entry of table.of(dev)) {
        if (entry.type === 'local' || entry.type === 'anycast') continue;
        entry.flags = dev.carrier ? entry.flags & ~RTNH_F_LINKDOWN : entry.flags | RTNH_F_LINKDOWN;
      }
    }
    this.changed();
  }

  private announce(entry: Fib6Entry, deleted: boolean): void {
    if (!this.ns.listening) return;
    for (const route of dumpRoutes6([entry], this.ns.kernel.clock.now)) this.ns.emit({ type: 'route', deleted, route });
  }

  private dumpOrder(): Fib6Table[] {
    return [...this.tables.values()].reverse().sort((a, b) => (a.id & 255) - (b.id & 255));
  }

  dump(table?: number): RouteDump[] {
    const { now } = this.ns.kernel.clock;
    const tables = table === undefined || table === 0 ? this.dumpOrder() : [this.tables.get(table)];
    return tables.flatMap((t) => (t === undefined ? [] : dumpRoutes6(t.all(), now)));
  }

  destroy(): void {
    this.mortal.clear();
    this.ns.kernel.clock.cancel(this.timer);
  }
}

const KERNEL_ADD: RouteFlags = { create: true, exclusive: false, replace: false, append: false };

/** Types that refuse what they match. */
export const REJECTING: ReadonlySet<string> = new Set(['blackhole', 'unreachable', 'prohibit', 'throw']);

/** What they answer. */
export function rejectError(entry: Fib6Entry): Errno | undefined {
  switch (entry.type) {
    case 'blackhole':
      return 'EINVAL';
    case 'prohibit':
      return 'EACCES';
    case 'throw':
      return 'EAGAIN';
    case 'unreachable':
      return 'EHOSTUNREACH';
    default:
      return undefined;
  }
}
