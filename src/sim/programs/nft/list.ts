import type { Chain } from '../../kernel/netfilter/chain.ts';
import {
  type HookNumber,
  NF_INET_LOCAL_IN,
  NF_INET_LOCAL_OUT,
  NF_INET_POST_ROUTING,
  NF_INET_PRE_ROUTING,
} from '../../kernel/netfilter/hook.ts';
import { TABLES, type Table } from '../../kernel/netfilter/table.ts';
import type { Sys } from '../../machine/process.ts';
import { Names } from '../iptables/names.ts';
import type { Command } from '../lib/command.ts';
import { isForeign, ruleText, type Style } from './rule-text.ts';

/** How a listing is to look: -a, -y and those of rules. */
export interface Format extends Style {
  readonly handles: boolean;
  readonly numericPriority: boolean;
}

const HOOKS: Readonly<Record<HookNumber, string>> = { 0: 'prerouting', 1: 'input', 2: 'forward', 3: 'output', 4: 'postrouting' };

/** nft's name of the family. */
export function familyName({ family }: Table): 'ip' | 'ip6' {
  return family === 'inet' ? 'ip' : 'ip6';
}

export class Listing {
  private readonly c: Command;
  private readonly format: Format;
  private readonly names: Names;

  constructor(c: Command, format: Format) {
    this.c = c;
    this.format = format;
    this.names = new Names(c.p);
  }

  private handle(number: number): string {
    return this.format.handles ? ` # handle ${number}` : '';
  }

  /** `table ip filter { ... }` with some of its chains. What iptables alone understands is warned of first. */
  *table(table: Table, chains: readonly Chain[] = table.chains): Sys<void> {
    const { c } = this;
    if (chains.some(({ rules }) => rules.some(isForeign))) {
      yield* c.error(`# Warning: table ${familyName(table)} ${table.name} is managed by iptables-nft, do not touch!\n`);
    }
    c.out(`table ${familyName(table)} ${table.name} {${this.handle(table.handle)}\n`);
    for (const [index, chain] of chains.entries()) {
      if (index > 0) c.out('\n');
      this.chainHead(table, chain);
      for (const rule of chain.rules) {
        yield* c.print(`\t\t${ruleText(rule, table.family, this.names, this.format)}${this.handle(rule.handle)}\n`);
      }
      c.out('\t}\n');
    }
    c.out('}\n');
  }

  /** `nft list chains`: without rules. */
  chains(table: Table): void {
    this.c.out(`table ${familyName(table)} ${table.name} {${this.handle(table.handle)}\n`);
    for (const chain of table.chains) {
      this.chainHead(table, chain);
      this.c.out('\t}\n');
    }
    this.c.out('}\n');
  }

  private chainHead(table: Table, chain: Chain): void {
    this.c.out(`\tchain ${chain.name} {${this.handle(chain.handle)}\n`);
    if (chain.hook === undefined) return;
    const type = table.name === 'nat' ? 'nat' : table.name === 'mangle' && chain.hook === NF_INET_LOCAL_OUT ? 'route' : 'filter';
    this.c.out(
      `\t\ttype ${type} hook ${HOOKS[chain.hook]} priority ${this.priority(table, chain.hook)}; policy ${chain.policy.toLowerCase()};\n`,
    );
  }

  /** By name where it has one: those of the table nat only where packets come in and go out. */
  private priority({ name }: Table, hook: HookNumber): string {
    const number = name === 'nat' ? (hook === NF_INET_LOCAL_IN || hook === NF_INET_POST_ROUTING ? 100 : -100) : TABLES[name].priority;
    if (this.format.numericPriority || name === 'security') return String(number);
    if (name !== 'nat') return name;
    return hook === NF_INET_PRE_ROUTING ? 'dstnat' : hook === NF_INET_POST_ROUTING ? 'srcnat' : String(number);
  }
}
