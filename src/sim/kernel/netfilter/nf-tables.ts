import { LazyMap } from '../../base/lazy.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Family } from '../rtnetlink/messages.ts';
import type { Chain } from './chain.ts';
import { doChain } from './do-chain.ts';
import { type HookNumber, NF_INET_LOCAL_OUT } from './hook.ts';
import { NatHooks } from './nat/nat-hooks.ts';
import { NftTraces } from './nft-trace.ts';
import { HookPacket } from './packet.ts';
import { routeKey, routeMeHarder } from './route-me-harder.ts';
import { TABLES, Table, type TableName } from './table.ts';

/** What most namespaces have. */
const NO_TABLES: readonly Table[] = [];

/**
 * The tables that iptables and ip6tables have made in one namespace (net/netfilter/nf_tables_api.c). A chain is hooked in when it is
 * first touched: until then packets pay nothing for it.
 */
export class NfTables {
  /** Who is told of packets that rules have marked to be traced. */
  readonly traces = new NftTraces();
  private readonly stack: NetStack;
  private list = NO_TABLES;
  private lastHandle = 0;
  private readonly natHooks = new LazyMap<Family, NatHooks>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** Of both families, in the order they were made. */
  get tables(): readonly Table[] {
    return this.list;
  }

  /** The table if anybody has touched it yet. */
  existing(family: Family, name: TableName): Table | undefined {
    return this.list.find((table) => table.family === family && table.name === name);
  }

  /** The table, made without any chain when there is none. */
  table(family: Family, name: TableName): Table {
    let table = this.existing(family, name);
    if (table === undefined) {
      table = new Table(family, name, ++this.lastHandle, this.hookIn, () => this.stack.conntrackHooks.get(family));
      this.list = [...this.list, table];
    }
    return table;
  }

  private nat(family: Family): NatHooks {
    let hooks = this.natHooks.get(family);
    if (hooks === undefined) {
      hooks = new NatHooks(this.stack, family);
      this.natHooks.set(family, hooks);
    }
    return hooks;
  }

  /** All its chains go with it. */
  delete(table: Table): void {
    table.destroy();
    this.list = this.list.filter((other) => other !== table);
  }

  /** Remembers all tables as they are; what it returns brings that back. */
  checkpoint(): () => void {
    const tables = this.list.map((table) => ({ table, restore: table.checkpoint() }));
    return () => {
      for (const table of this.list) if (!tables.some((saved) => saved.table === table)) table.destroy();
      this.list = tables.map(({ table }) => table);
      for (const { restore } of tables) restore();
    };
  }

  private readonly hookIn = (table: Table, chain: Chain, hook: HookNumber): (() => void) => {
    const { stack } = this;
    const { family } = table;
    const hooks = family === 'inet' ? stack.hooks4 : stack.hooks6;
    if (table.name === 'nat') {
      // A chain of type "nat".
      return this.nat(family).register(hook, (skb, input, output) =>
        doChain(stack, table, chain, new HookPacket(stack, family, skb, hook, input, output)),
      );
    }
    // A chain of type "route".
    const rerouted = table.name === 'mangle' && hook === NF_INET_LOCAL_OUT;
    return hooks.register(hook, TABLES[table.name].priority, (skb, input, output) => {
      const packet = new HookPacket(stack, family, skb, hook, input, output);
      if (!rerouted) return doChain(stack, table, chain, packet);
      const before = routeKey(family, skb);
      return doChain(stack, table, chain, packet) && (routeKey(family, skb) === before || routeMeHarder(stack, family, skb));
    });
  };
}
