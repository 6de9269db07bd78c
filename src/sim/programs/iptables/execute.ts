import { isError } from '../../base/result.ts';
import { sameData } from '../../base/same-data.ts';
import { type Chain, isPolicy } from '../../kernel/netfilter/chain.ts';
import type { NfTables } from '../../kernel/netfilter/nf-tables.ts';
import type { RuleSpec } from '../../kernel/netfilter/rule.ts';
import { baseChains, type Table } from '../../kernel/netfilter/table.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { listedChains, shownChain } from './chains.ts';
import type { Parsed } from './command-line.ts';
import type { Dialect } from './dialect.ts';
import { complaint, failed, NO_ADMIN, refused } from './problem.ts';
import { count, RuleText } from './rule-text.ts';

const NO_CHAIN = 'No chain/target/match by that name';
const NO_RULE = 'Bad rule (does a matching rule exist in that chain?)';

/** Carries out one command of iptables(8). Throws a {@link Problem}. */
export class Execution {
  private readonly c: Command;
  private readonly parsed: Parsed;
  private readonly family: Family;
  private readonly tables: NfTables;
  private readonly text: RuleText;

  constructor(c: Command, dialect: Dialect, parsed: Parsed) {
    this.c = c;
    this.parsed = parsed;
    this.family = dialect.family;
    this.tables = c.p.netns.dataPlane.nftables;
    this.text = new RuleText(c.p, dialect.family);
  }

  *run(): Sys<void> {
    if (isError(this.c.p.netfilter)) throw NO_ADMIN;
    const { commands } = this.parsed;
    const [command] = commands;
    if (commands.includes('L')) yield* this.list();
    else if (commands.includes('S')) this.listRules();
    if (commands.includes('Z')) this.zero();
    switch (command) {
      case 'A':
      case 'I':
      case 'R':
        return yield* this.add(command);
      case 'D':
        return yield* this.remove();
      case 'C':
        return yield* this.check();
      case 'F':
        return this.flush();
      case 'N':
        return this.newChain();
      case 'X':
        return this.deleteChains();
      case 'E':
        return this.rename();
      case 'P':
        return this.setPolicy();
    }
  }

  /** The table if anybody has touched it. */
  private get table(): Table | undefined {
    return this.tables.existing(this.family, this.parsed.table);
  }

  /** The table, made if there is none. */
  private get made(): Table {
    return this.tables.table(this.family, this.parsed.table);
  }

  /** The chain that was named, made if it is one of the table's own. */
  private chain(): Chain {
    const { chain = '', table } = this.parsed;
    if (shownChain(this.table, table, chain) === undefined) throw refused(NO_CHAIN);
    return this.made.ensureChain(chain) as Chain;
  }

  private *add(command: 'A' | 'I' | 'R'): Sys<void> {
    const { rules, counters, number = 1, verbose } = this.parsed;
    // What replaces a rule needs a chain that the kernel has.
    const chain = command === 'R' ? this.table?.chain(this.parsed.chain ?? '') : this.chain();
    if (chain === undefined) throw refused(NO_CHAIN);
    const table = this.made;
    if (command === 'I' && number > chain.rules.length + 1) throw refused('Index of insertion too big');
    if (command === 'R' && number > chain.rules.length) throw refused('Index of replacement too big');
    for (const spec of rules) {
      if (verbose) this.c.out(yield* this.text.line(spec));
      const at = command === 'A' ? chain.rules.length : number - 1;
      const error = table.insertRule(chain, at, spec, counters.packets, counters.bytes, command === 'R');
      const what = { A: 'RULE_APPEND', I: 'RULE_INSERT', R: 'RULE_REPLACE' }[command];
      if (error) throw failed(what, error, `rule in chain ${chain.name}`);
    }
  }

  private find(chain: Chain, spec: RuleSpec): number {
    return chain.rules.findIndex((rule) => sameData(rule.current(), spec));
  }

  private *remove(): Sys<void> {
    const { number, rules, verbose } = this.parsed;
    const chain = this.table?.chain(this.parsed.chain ?? '');
    if (number !== undefined) {
      if (chain === undefined) throw refused(NO_CHAIN);
      if (number > chain.rules.length) throw refused('Index of deletion too big');
      return this.made.deleteRule(chain, number - 1);
    }
    for (const spec of rules) {
      const at = chain === undefined ? -1 : this.find(chain, spec);
      if (chain === undefined || at < 0) throw refused(NO_RULE);
      if (verbose) this.c.out(yield* this.text.line(spec));
      this.made.deleteRule(chain, at);
    }
  }

  private *check(): Sys<void> {
    const chain = this.table?.chain(this.parsed.chain ?? '');
    for (const spec of this.parsed.rules) {
      if (chain === undefined || this.find(chain, spec) < 0) throw refused(NO_RULE);
      if (this.parsed.verbose) this.c.out(yield* this.text.line(spec));
    }
  }

  /** The chain that was named, or all there are in the kernel. */
  private named(): readonly Chain[] {
    return this.parsed.chain === undefined ? (this.table?.chains ?? []) : [this.chain()];
  }

  private flush(): void {
    // Telling of all, it makes all.
    if (this.parsed.verbose && this.parsed.chain === undefined)
      for (const { name } of baseChains(this.parsed.table)) this.made.ensureChain(name);
    const chains = this.parsed.verbose ? listedChains(this.table, this.parsed.table) : this.named();
    for (const chain of this.parsed.chain === undefined ? chains : this.named()) {
      if (this.parsed.verbose) this.c.out(`Flushing chain \`${chain.name}'\n`);
      this.made.flush(chain);
    }
  }

  private zero(): void {
    for (const chain of this.named()) {
      const whole = this.parsed.number === undefined;
      if (whole && this.parsed.verbose) this.c.out(`Zeroing chain \`${chain.name}'\n`);
      if (whole && chain.hook !== undefined) chain.counters = { packets: 0, bytes: 0 };
      for (const [index, rule] of chain.rules.entries()) {
        if (this.parsed.number !== undefined && this.parsed.number !== index + 1) continue;
        rule.packets = 0;
        rule.bytes = 0;
      }
    }
  }

  /** -X: without a name the table's own chains go too, where they are as nobody has touched them. */
  private deleteChains(): void {
    const { chain: name, verbose } = this.parsed;
    const chains = name === undefined ? [...(this.table?.chains ?? [])] : [this.table?.chain(name)];
    for (const chain of chains) {
      if (chain === undefined) throw refused(NO_CHAIN);
      const touched = chain.hook !== undefined && (chain.rules.length > 0 || chain.policy !== 'ACCEPT');
      if (touched && name === undefined) continue;
      if (chain.hook !== undefined && chain.policy !== 'ACCEPT') throw refused('Directory not empty');
      if (verbose && chain.hook === undefined) this.c.out(`Deleting chain \`${chain.name}'\n`);
      const error = this.made.deleteChain(chain);
      if (error) throw failed('CHAIN_DEL', error, `chain ${chain.name}`);
    }
  }

  /** Not even the table's own chains may be made, whether the kernel has them yet or not. */
  private newChain(): void {
    const { chain = '', table } = this.parsed;
    if (shownChain(this.table, table, chain) !== undefined) throw refused('Chain already exists');
    this.made.addChain(chain);
  }

  private rename(): void {
    const { chain: name = '', second = '', table } = this.parsed;
    if (shownChain(this.table, table, second) !== undefined) throw refused('File exists');
    const chain = this.table?.chain(name);
    if (chain === undefined) throw refused(NO_CHAIN);
    this.made.renameChain(chain, second);
  }

  private setPolicy(): void {
    const { chain: name = '', second } = this.parsed;
    if (second === undefined || !isPolicy(second)) throw refused('Bad policy name', " Run `dmesg' for more information.");
    if (shownChain(this.table, this.parsed.table, name)?.hook === undefined) throw refused('Bad built-in chain name');
    const chain = this.made.ensureChain(name) as Chain;
    this.made.setPolicy(chain, second);
  }

  /** The chains that -L and -S show. */
  private listed(): readonly Chain[] {
    const { chain, table } = this.parsed;
    if (chain === undefined) return listedChains(this.table, table);
    const found = shownChain(this.table, table, chain);
    if (found) return [found];
    throw complaint(1, `chain \`${chain}' in table \`${table}' is incompatible, use 'nft' tool.`);
  }

  /** The tables are fetched first: what the names of addresses are asked for meanwhile is not counted yet. */
  private *list(): Sys<void> {
    const { c, parsed, text } = this;
    const chains = this.listed().map((chain) => ({
      name: chain.name,
      about: this.about(chain),
      rules: chain.rules.map((rule) => rule.copy()),
    }));
    for (const [index, { name, about, rules }] of chains.entries()) {
      if (parsed.number !== undefined) {
        const rule = rules[parsed.number - 1];
        if (rule) c.out(yield* text.row(rule, parsed.number, parsed));
        return;
      }
      if (index > 0) c.out('\n');
      c.out(`Chain ${name} (${about})\n${this.heading()}\n`);
      for (const [at, rule] of rules.entries()) yield* c.print(yield* text.row(rule, at + 1, parsed));
    }
  }

  private about(chain: Chain): string {
    if (chain.hook === undefined) return `${chain.references} references`;
    if (!this.parsed.verbose) return `policy ${chain.policy}`;
    const { packets, bytes } = chain.counters ?? { packets: 0, bytes: 0 };
    const show = (value: number): string => count(value, 0, this.parsed).trim();
    return `policy ${chain.policy} ${show(packets)} packets, ${show(bytes)} bytes`;
  }

  private heading(): string {
    const { lineNumbers, verbose, exact } = this.parsed;
    const counters = verbose ? (exact ? '    pkts      bytes ' : ' pkts bytes ') : '';
    const devices = verbose ? 'in     out     ' : '';
    return `${lineNumbers ? 'num  ' : ''}${counters}target     prot opt ${devices}source               destination         `;
  }

  private listRules(): void {
    const { c, parsed, text } = this;
    const chains = this.listed();
    if (parsed.number !== undefined) {
      const rule = chains[0]?.rules[parsed.number - 1];
      if (rule) c.out(`${text.save(chains[0]?.name ?? '', rule, parsed.verbose)}\n`);
      return;
    }
    for (const { name, hook, policy, counters } of chains) {
      const counted = parsed.verbose && hook !== undefined ? ` -c ${counters?.packets ?? 0} ${counters?.bytes ?? 0}` : '';
      c.out(`${hook === undefined ? `-N ${name}` : `-P ${name} ${policy}`}${counted}\n`);
    }
    for (const chain of chains) for (const rule of chain.rules) c.out(`${text.save(chain.name, rule, parsed.verbose)}\n`);
  }
}
