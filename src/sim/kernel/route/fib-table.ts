import { type Ipv4, ipv4Mask } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import { RTNH_F_DEAD, RTNH_F_LINKDOWN } from '../rtnetlink/messages.ts';
import type { FibAlias, FibInfo, Nexthop } from './fib-info.ts';
import { FIB_PROPS } from './fib-info.ts';

/** What a look-up in a table asks; see fib_table_lookup in net/ipv4/fib_trie.c. */
export interface TableQuery {
  readonly dst: Ipv4;
  readonly tos: number;
  readonly oif: number;
  /** Routes of a wider scope do not count: a gateway must be on a link. */
  readonly scope: number;
  /** Next hops without a carrier count even where the device ignores them (FIB_LOOKUP_IGNORE_LINKSTATE). */
  readonly ignoreLinkState: boolean;
}

/** The entry that matched and the first of its next hops that may be used. */
export interface FibResult {
  readonly table: number;
  readonly alias: FibAlias;
  readonly nexthop: Nexthop;
}

/**
 * An IPv4 routing table. The longest prefix wins; the cost of a look-up depends on how many different prefix lengths there are,
 * not on how many routes. Behaves as net/ipv4/fib_trie.c.
 */
export class FibTable {
  readonly id: number;
  /** By prefix length: network → entries, by falling type of service, then rising priority. */
  private readonly buckets: (Map<Ipv4, FibAlias[]> | undefined)[] = new Array(33).fill(undefined);
  /** The prefix lengths in use, longest first. */
  private lengths: number[] = [];
  private count = 0;

  constructor(id: number) {
    this.id = id;
  }

  get empty(): boolean {
    return this.count === 0;
  }

  /** The entries of one prefix. */
  aliases(prefix: Ipv4, prefixLen: number): readonly FibAlias[] {
    return this.buckets[prefixLen]?.get(prefix) ?? [];
  }

  /** Puts an entry before the `index`th of its prefix. */
  insert(alias: FibAlias, index: number): void {
    let bucket = this.buckets[alias.prefixLen];
    if (bucket === undefined) {
      bucket = new Map();
      this.buckets[alias.prefixLen] = bucket;
      this.lengths.push(alias.prefixLen);
      this.lengths.sort((a, b) => b - a);
    }
    const list = bucket.get(alias.prefix);
    if (list === undefined) bucket.set(alias.prefix, [alias]);
    else list.splice(index, 0, alias);
    this.count++;
  }

  replace(old: FibAlias, alias: FibAlias): void {
    const list = this.buckets[old.prefixLen]?.get(old.prefix);
    if (list !== undefined) list[list.indexOf(old)] = alias;
  }

  remove(alias: FibAlias): void {
    const bucket = this.buckets[alias.prefixLen];
    const list = bucket?.get(alias.prefix);
    const index = list?.indexOf(alias) ?? -1;
    if (bucket === undefined || list === undefined || index < 0) return;
    list.splice(index, 1);
    this.count--;
    if (list.length > 0) return;
    bucket.delete(alias.prefix);
    if (bucket.size > 0) return;
    this.buckets[alias.prefixLen] = undefined;
    this.lengths = this.lengths.filter((length) => length !== alias.prefixLen);
  }

  /** ENETUNREACH's place is taken by undefined: nothing here matches. An error is what a matching route answers. */
  lookup(query: TableQuery): FibResult | Errno | undefined {
    for (const length of this.lengths) {
      const list = this.buckets[length]?.get((query.dst & ipv4Mask(length)) >>> 0);
      if (list === undefined) continue;
      for (const alias of list) {
        if (alias.tos !== 0 && alias.tos !== query.tos) continue;
        const info = alias.info;
        if (info.scope < query.scope) continue;
        const error = FIB_PROPS[alias.type].error;
        if (error !== undefined) return error;
        if ((info.flags & RTNH_F_DEAD) !== 0) continue;
        const nexthop = usableNexthop(info, query);
        if (nexthop !== undefined) return { table: this.id, alias, nexthop };
      }
    }
    return undefined;
  }

  /** All entries, in no order. */
  *values(): Generator<FibAlias> {
    for (const length of this.lengths) for (const list of (this.buckets[length] as Map<Ipv4, FibAlias[]>).values()) yield* list;
  }

  /** All entries in the order of a dump: by network, longer prefixes first. */
  entries(): FibAlias[] {
    const all = [...this.values()];
    // The sort is stable, so entries of one prefix stay as they are.
    return all.sort((a, b) => a.prefix - b.prefix || b.prefixLen - a.prefixLen);
  }

  /** Removes the entries that `dead` says are, without announcing it (fib_table_flush). */
  flush(dead: (alias: FibAlias) => boolean): void {
    for (const length of [...this.lengths]) {
      for (const list of [...(this.buckets[length] as Map<Ipv4, FibAlias[]>).values()]) {
        for (const alias of [...list]) if (dead(alias)) this.remove(alias);
      }
    }
  }
}

/** The first next hop that a look-up may take (`fib_lookup_good_nhc`). */
function usableNexthop(info: FibInfo, query: TableQuery): Nexthop | undefined {
  for (const hop of info.nexthops) {
    if ((hop.flags & RTNH_F_DEAD) !== 0) continue;
    if (!query.ignoreLinkState && (hop.flags & RTNH_F_LINKDOWN) !== 0 && ignoresLinkdown(hop)) continue;
    if (query.oif !== 0 && query.oif !== hop.oif) continue;
    return hop;
  }
  return undefined;
}

/** net.ipv4.conf.{DEV,all}.ignore_routes_with_linkdown. */
export function ignoresLinkdown(hop: Nexthop): boolean {
  const in4 = hop.dev?.in4;
  if (in4 === undefined) return false;
  return in4.conf.ignore_routes_with_linkdown !== 0 || in4.dev.ns.ip4.confAll.ignore_routes_with_linkdown !== 0;
}
