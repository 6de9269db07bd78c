import { type Ipv4, ipv4Mask } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import { RTNH_F_DEAD, RTNH_F_LINKDOWN } from '../rtnetlink/messages.ts';
import type { FibAlias, FibInfo, Nexthop } from './fib-info.ts';
import { FIB_PROPS } from './fib-info.ts';
import { PrefixBuckets } from './prefix-buckets.ts';

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

/** An IPv4 routing table. The longest prefix wins. Behaves as net/ipv4/fib_trie.c. */
export class FibTable {
  readonly id: number;
  /** In each prefix the entries by falling type of service, then rising priority. */
  private readonly buckets = new PrefixBuckets<Ipv4, FibAlias>();

  constructor(id: number) {
    this.id = id;
  }

  get empty(): boolean {
    return this.buckets.lengths.length === 0;
  }

  /** The entries of one prefix. */
  aliases(prefix: Ipv4, prefixLen: number): readonly FibAlias[] {
    return this.buckets.get(prefix, prefixLen) ?? [];
  }

  /** Puts an entry before the `index`th of its prefix. */
  insert(alias: FibAlias, index: number): void {
    this.buckets.insert(alias.prefix, alias.prefixLen, alias, index);
  }

  replace(old: FibAlias, alias: FibAlias): void {
    const list = this.buckets.get(old.prefix, old.prefixLen);
    if (list !== undefined) list[list.indexOf(old)] = alias;
  }

  remove(alias: FibAlias): void {
    this.buckets.remove(alias.prefix, alias.prefixLen, alias);
  }

  /** ENETUNREACH's place is taken by undefined: nothing here matches. An error is what a matching route answers. */
  lookup(query: TableQuery): FibResult | Errno | undefined {
    const { lengths, networks } = this.buckets;
    for (let i = 0; i < lengths.length; i++) {
      const list = networks[i]?.get((query.dst & ipv4Mask(lengths[i] as number)) >>> 0);
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
    for (const list of this.buckets.lists()) yield* list;
  }

  /** All entries in the order of a dump: by network, longer prefixes first. */
  entries(): FibAlias[] {
    const all = [...this.values()];
    // The sort is stable, so entries of one prefix stay as they are.
    return all.sort((a, b) => a.prefix - b.prefix || b.prefixLen - a.prefixLen);
  }

  /** Removes the entries that `dead` says are, without announcing it (fib_table_flush). */
  flush(dead: (alias: FibAlias) => boolean): void {
    for (const list of this.buckets.lists()) for (const alias of [...list]) if (dead(alias)) this.remove(alias);
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
