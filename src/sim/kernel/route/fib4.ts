import { ipv4Mask } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import {
  type RouteDump,
  type RouteFlags,
  type RouteRequest,
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  SCOPE_NOWHERE,
} from '../rtnetlink/messages.ts';
import { dumpAlias } from './fib-dump.ts';
import { FIB_PROPS, type FibAlias, type FibInfo, sameInfo } from './fib-info.ts';
import { createInfo, matchesNexthops } from './fib-nexthop.ts';
import { type FibResult, FibTable, type TableQuery } from './fib-table.ts';
import { FibRules, type RuleFlow } from './rules.ts';

/** The IPv4 routing tables and rules of one namespace: net/ipv4/fib_frontend.c, fib_trie.c, fib_rules.c. */
export class Fib4 {
  readonly ns: NetNamespace;
  readonly rules: FibRules;
  private readonly tables = new Map<number, FibTable>();
  /** Counts changes, so that whoever keeps a resolved route knows when to ask again. */
  generation = 0;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.rules = new FibRules(ns, 'inet', () => this.changed());
  }

  changed(): void {
    this.generation++;
  }

  table(id: number): FibTable | undefined {
    return this.tables.get(id);
  }

  private newTable(id: number): FibTable {
    let table = this.tables.get(id);
    if (table === undefined) {
      // Without rules of its own a namespace keeps local and main in one trie, so the first address makes both.
      if (id === RT_TABLE_LOCAL && !this.rules.custom) this.newTable(RT_TABLE_MAIN);
      table = new FibTable(id);
      this.tables.set(id, table);
    }
    return table;
  }

  /** RTM_NEWROUTE (`fib_table_insert`). */
  add(request: RouteRequest, flags: RouteFlags): KernelError | undefined {
    const prefix = (request.dst as number | undefined) ?? 0;
    const { dstLen } = request;
    if (dstLen > 32) return fail('EINVAL', 'Invalid prefix length');
    if ((prefix & ~ipv4Mask(dstLen)) !== 0) return fail('EINVAL', 'Invalid prefix for given prefix length');
    const table = this.newTable(request.table === 0 ? RT_TABLE_MAIN : request.table);
    const info = createInfo(this, request);
    if (isError(info)) return info;
    const alias: FibAlias = { prefix, prefixLen: dstLen, tos: request.tos ?? 0, type: request.type, info };
    return this.insert(table, alias, flags);
  }

  private insert(table: FibTable, alias: FibAlias, flags: RouteFlags): KernelError | undefined {
    const list = table.aliases(alias.prefix, alias.prefixLen);
    let at = list.findIndex((a) => a.tos < alias.tos || (a.tos === alias.tos && a.info.priority >= alias.info.priority));
    if (at < 0) at = list.length;
    const first = list[at];
    if (first !== undefined && first.tos === alias.tos && first.info.priority === alias.info.priority) {
      if (flags.exclusive) return fail('EEXIST');
      let end = at;
      while (list[end]?.tos === alias.tos && list[end]?.info.priority === alias.info.priority) end++;
      const match = list.slice(at, end).find((a) => a.type === alias.type && sameInfo(a.info, alias.info));
      if (flags.replace) {
        if (match !== undefined) return match === first ? undefined : fail('EEXIST');
        table.replace(first, alias);
        this.changed();
        this.announce(alias, table.id, false);
        return undefined;
      }
      if (match !== undefined) return fail('EEXIST');
      if (flags.append) at = end;
    }
    if (!flags.create) return fail('ENOENT');
    table.insert(alias, at);
    this.changed();
    this.announce(alias, table.id, false);
    return undefined;
  }

  /** RTM_DELROUTE: the first entry that everything given fits (`fib_table_delete`). */
  remove(request: RouteRequest): KernelError | undefined {
    const table = this.tables.get(request.table === 0 ? RT_TABLE_MAIN : request.table);
    if (table === undefined) return fail('ESRCH', 'FIB table does not exist');
    const prefix = (request.dst as number | undefined) ?? 0;
    if ((prefix & ~ipv4Mask(request.dstLen)) !== 0) return fail('EINVAL', 'Invalid prefix for given prefix length');
    const alias = table
      .aliases(prefix, request.dstLen)
      .find(
        (a) =>
          a.tos === (request.tos ?? 0) &&
          (request.type === 'unspec' || request.type === a.type) &&
          (request.scope === undefined || request.scope === SCOPE_NOWHERE || request.scope === a.info.scope) &&
          (request.prefSrc === undefined || request.prefSrc === a.info.prefSrc) &&
          (request.protocol === 0 || request.protocol === a.info.protocol) &&
          matchesNexthops(a.info, request),
      );
    if (alias === undefined) return fail('ESRCH');
    this.removeAlias(table, alias);
    return undefined;
  }

  private removeAlias(table: FibTable, alias: FibAlias): void {
    table.remove(alias);
    this.changed();
    this.announce(alias, table.id, true);
  }

  private announce(alias: FibAlias, table: number, deleted: boolean): void {
    if (this.ns.listening) this.ns.emit({ type: 'route', deleted, route: dumpAlias(alias, table) });
  }

  /** Takes out every route that has died, without a word, as Linux does (`fib_flush`). */
  flush(dead: (info: FibInfo) => boolean): void {
    for (const table of this.tables.values()) table.flush((alias) => dead(alias.info));
    this.changed();
  }

  /** Each distinct thing that routes lead to. */
  *infos(): Generator<FibInfo> {
    for (const table of this.tables.values()) for (const alias of table.values()) yield alias.info;
  }

  /** Tables in the order of a dump: the kernel walks 256 hash chains by id, newest first in each. */
  dump(table?: number): RouteDump[] {
    const ids = table === undefined || table === 0 ? [...this.tables.keys()].reverse().sort((a, b) => (a & 255) - (b & 255)) : [table];
    return ids.flatMap(
      (id) =>
        this.tables
          .get(id)
          ?.entries()
          .map((alias) => dumpAlias(alias, id)) ?? [],
    );
  }

  /** One table, or all by the rules (`fib_lookup`). ENETUNREACH where nothing matches. */
  lookup(query: TableQuery, flow: RuleFlow): FibResult | Errno {
    if (!this.rules.custom) {
      for (const id of [RT_TABLE_LOCAL, RT_TABLE_MAIN, RT_TABLE_DEFAULT]) {
        const result = this.tables.get(id)?.lookup(query);
        if (result !== undefined && result !== 'EAGAIN') return result;
      }
      return 'ENETUNREACH';
    }
    return this.lookupByRules(query, flow);
  }

  private lookupByRules(query: TableQuery, flow: RuleFlow): FibResult | Errno {
    let jump = 0;
    for (const rule of this.rules.list()) {
      if ((rule.priority ?? 0) < jump || !this.rules.matches(rule, flow)) continue;
      switch (rule.action) {
        case 'goto':
          jump = rule.gotoTarget ?? 0;
          continue;
        case 'nop':
          continue;
        case 'table': {
          const result = this.tables.get(rule.table)?.lookup(query);
          if (result === undefined || result === 'EAGAIN') continue;
          const suppress = rule.suppressPrefixLength ?? -1;
          if (typeof result === 'object' && result.alias.prefixLen <= suppress) continue;
          return result;
        }
        case 'unreachable':
          return 'ENETUNREACH';
        default:
          return FIB_PROPS[rule.action].error ?? 'EINVAL';
      }
    }
    return 'ENETUNREACH';
  }
}
