import { Chain } from '../../kernel/netfilter/chain.ts';
import { baseChains, type Table, type TableName } from '../../kernel/netfilter/table.ts';

/** The chains of a table as iptables shows them: its own, whether the kernel has them yet or not, then users' by name. */
export function listedChains(table: Table | undefined, name: TableName): Chain[] {
  const own = baseChains(name).map((base) => table?.chain(base.name) ?? new Chain(base.name, base.hook));
  const users = (table?.chains ?? []).filter(({ hook }) => hook === undefined);
  return [...own, ...users.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** One of them. */
export function shownChain(table: Table | undefined, name: TableName, chain: string): Chain | undefined {
  return listedChains(table, name).find((shown) => shown.name === chain);
}
