import { type Ipv6, ipv6ByteCompare, ipv6Network } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { RouteMetrics, RouteType } from '../rtnetlink/messages.ts';
import { PrefixBuckets } from './prefix-buckets.ts';

/** One IPv6 route (struct fib6_info): a prefix, a metric, a device and perhaps a gateway. Several with gateways may form one multipath route. */
export interface Fib6Entry {
  readonly prefix: Ipv6;
  readonly prefixLen: number;
  readonly type: RouteType;
  readonly table: number;
  readonly metric: number;
  readonly protocol: number;
  readonly dev: NetDevice;
  readonly gateway: Ipv6 | undefined;
  /** RTNH_F_*. */
  flags: number;
  readonly weight: number;
  readonly prefSrc: Ipv6 | undefined;
  readonly metrics: RouteMetrics | undefined;
  /** Made from an advertisement or by address configuration (RTF_ADDRCONF): never part of a multipath route. */
  readonly addrconf: boolean;
  pref: 'low' | 'medium' | 'high';
  /** When it ends, or 0. */
  expiresNs: number;
  /** In a table now. */
  linked: boolean;
}

/** Only routes with a gateway, and none from advertisements, combine (`rt6_qualify_for_ecmp`). */
export function canMultipath(entry: Fib6Entry): boolean {
  return entry.gateway !== undefined && !entry.addrconf;
}

/** An IPv6 routing table: longest prefix first, then metric. Behaves as net/ipv6/ip6_fib.c. */
export class Fib6Table {
  readonly id: number;
  private readonly buckets = new PrefixBuckets<Ipv6, Fib6Entry>();
  private readonly byDevice = new Map<NetDevice, Set<Fib6Entry>>();

  constructor(id: number) {
    this.id = id;
  }

  /** The routes of one prefix, by rising metric. */
  entries(prefix: Ipv6, prefixLen: number): readonly Fib6Entry[] {
    return this.buckets.get(prefix, prefixLen) ?? [];
  }

  insert(entry: Fib6Entry, index: number): void {
    this.buckets.insert(entry.prefix, entry.prefixLen, entry, index);
    entry.linked = true;
    const own = this.byDevice.get(entry.dev);
    if (own === undefined) this.byDevice.set(entry.dev, new Set([entry]));
    else own.add(entry);
  }

  remove(entry: Fib6Entry): void {
    if (!this.buckets.remove(entry.prefix, entry.prefixLen, entry)) return;
    entry.linked = false;
    const own = this.byDevice.get(entry.dev);
    own?.delete(entry);
    if (own?.size === 0) this.byDevice.delete(entry.dev);
  }

  /** The lists of all prefixes that contain the address, longest first. */
  *matching(address: Ipv6): Generator<readonly Fib6Entry[]> {
    const { lengths, networks } = this.buckets;
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i] as number;
      const list = networks[i]?.get(length === 128 ? address : ipv6Network(address, length));
      if (list !== undefined) yield list;
    }
  }

  /** All routes in the order of a dump: the tree from left to right, children before the prefix that contains them. */
  all(): Fib6Entry[] {
    return [...this.buckets.lists()].sort((a, b) => comparePrefixes(a[0] as Fib6Entry, b[0] as Fib6Entry)).flat();
  }

  /** Those through one device, in the same order. */
  of(dev: NetDevice): Fib6Entry[] {
    const position = (entry: Fib6Entry): number => this.entries(entry.prefix, entry.prefixLen).indexOf(entry);
    return [...(this.byDevice.get(dev) ?? [])].sort((a, b) => comparePrefixes(a, b) || position(a) - position(b));
  }
}

function comparePrefixes(a: Fib6Entry, b: Fib6Entry): number {
  const shorter = Math.min(a.prefixLen, b.prefixLen);
  const order = ipv6ByteCompare(ipv6Network(a.prefix, shorter), ipv6Network(b.prefix, shorter));
  return order !== 0 ? order : b.prefixLen - a.prefixLen;
}
