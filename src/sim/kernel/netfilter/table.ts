import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Family, IpAddress } from '../rtnetlink/messages.ts';
import { Chain, type Policy } from './chain.ts';
import {
  type HookNumber,
  NF_INET_FORWARD,
  NF_INET_LOCAL_IN,
  NF_INET_LOCAL_OUT,
  NF_INET_POST_ROUTING,
  NF_INET_PRE_ROUTING,
} from './hook.ts';
import { matchHooks, matchNeedsConntrack, refuseMatch } from './match/match.ts';
import { Rule, type RuleSpec } from './rule.ts';
import { targetFits, targetHooks, targetNeedsConntrack, targetTable } from './target/target.ts';

export type TableName = 'mangle' | 'security' | 'raw' | 'filter' | 'nat';

const CHAIN_NAMES: Record<HookNumber, string> = {
  [NF_INET_PRE_ROUTING]: 'PREROUTING',
  [NF_INET_LOCAL_IN]: 'INPUT',
  [NF_INET_FORWARD]: 'FORWARD',
  [NF_INET_LOCAL_OUT]: 'OUTPUT',
  [NF_INET_POST_ROUTING]: 'POSTROUTING',
};

/** Where each table is hooked in and with which priority (include/uapi/linux/netfilter_ipv4.h), in the order they are saved in. */
export const TABLES: Record<TableName, { readonly priority: number; readonly hooks: readonly HookNumber[] }> = {
  mangle: { priority: -150, hooks: [0, 1, 2, 3, 4] },
  security: { priority: 150, hooks: [1, 2, 3] },
  raw: { priority: -300, hooks: [0, 3] },
  filter: { priority: 0, hooks: [1, 2, 3] },
  nat: { priority: -100, hooks: [0, 1, 3, 4] },
};

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLES, name);
}

/** The chains that a table may have at hooks, as packets meet them. */
export function baseChains(table: TableName): { readonly name: string; readonly hook: HookNumber }[] {
  return TABLES[table].hooks.map((hook) => ({ name: CHAIN_NAMES[hook], hook }));
}

/** Chains may jump to chains this deep (NFT_JUMP_STACK_SIZE). */
const MAX_JUMPS = 16;
const ALL_HOOKS = 0x1f;

/** Takes a chain into the packets' way at its hook; what it returns takes it out. */
export type HookIn = (table: Table, chain: Chain, hook: HookNumber) => () => void;

/** A table of iptables or ip6tables in the kernel: those chains at its hooks that somebody has touched, and the users' own. */
export class Table {
  readonly family: Family;
  readonly name: TableName;
  private conntrackRules = 0;
  private untrack: (() => void) | undefined;
  /** Its number in the namespace. */
  readonly handle: number;
  private readonly hookIn: HookIn;
  private readonly track: () => () => void;
  private lastHandle = 0;
  private list: Chain[] = [];
  private readonly hooked = new Map<Chain, () => void>();

  /** `track` says that rules need connections tracked; what it returns, that they no longer do. */
  constructor(family: Family, name: TableName, handle: number, hookIn: HookIn, track: () => () => void) {
    this.family = family;
    this.name = name;
    this.handle = handle;
    this.hookIn = hookIn;
    this.track = track;
  }

  /** In the order they were made. */
  get chains(): readonly Chain[] {
    return this.list;
  }

  chain(name: string): Chain | undefined {
    return this.list.find((chain) => chain.name === name);
  }

  /** The chain of that name, made and hooked in if it is one of the table's base chains and not there yet. */
  ensureChain(name: string): Chain | undefined {
    const hook = baseChains(this.name).find((base) => base.name === name)?.hook;
    return this.chain(name) ?? (hook === undefined ? undefined : this.insertChain(new Chain(name, hook, ++this.lastHandle)));
  }

  private insertChain(chain: Chain): Chain {
    this.list.push(chain);
    this.attach(chain);
    return chain;
  }

  private attach(chain: Chain): void {
    if (chain.hook !== undefined) this.hooked.set(chain, this.hookIn(this, chain, chain.hook));
  }

  private detach(chain: Chain): void {
    this.hooked.get(chain)?.();
    this.hooked.delete(chain);
  }

  /** A user's chain; EEXIST if there is one of that name. */
  addChain(name: string): KernelError | undefined {
    if (this.chain(name)) return fail('EEXIST');
    this.insertChain(new Chain(name, undefined, ++this.lastHandle));
    return undefined;
  }

  /** EBUSY while rules jump to it or are in it. */
  deleteChain(chain: Chain): KernelError | undefined {
    if (chain.references > 0 || chain.rules.length > 0) return fail('EBUSY');
    this.list = this.list.filter((other) => other !== chain);
    this.detach(chain);
    return undefined;
  }

  /** EEXIST if the new name is taken. */
  renameChain(chain: Chain, name: string): KernelError | undefined {
    if (this.chain(name)) return fail('EEXIST');
    chain.name = name;
    return undefined;
  }

  /** Sets the policy; the chain's counters begin anew at what is given. */
  setPolicy(chain: Chain, policy: Policy, packets = 0, bytes = 0): void {
    chain.policy = policy;
    chain.counters = { packets, bytes };
  }

  /**
   * Puts a rule at `at` (0 is first), instead of the one there with `replace`. EINVAL for what may not stand in a chain that its hooks
   * reach, EOPNOTSUPP for a jump to a base chain, ENOENT for one to nowhere, EMLINK for loops and jumps that go too deep.
   */
  insertRule(chain: Chain, at: number, spec: RuleSpec, packets = 0, bytes = 0, replace = false): KernelError | undefined {
    const protocol = spec.protocol && !spec.protocol.invert ? spec.protocol.value : 0;
    for (const match of spec.matches) {
      const refused = refuseMatch(match, protocol);
      if (refused !== undefined) return fail(refused);
    }
    // A comparison of no bits (nft_cmp_init).
    if ([spec.source, spec.destination].some((wanted) => wanted && isZero(wanted.value.mask))) return fail('EINVAL');
    const { target } = spec;
    if (!targetFits(target, protocol)) return fail('EINVAL');
    if (target?.name === 'CT' && target.timeout !== undefined) return fail('EINVAL');
    const jump = target?.name === 'jump' ? this.chain(target.chain) : undefined;
    if (target?.name === 'jump' && jump === undefined) return fail('ENOENT');
    if (jump !== undefined && jump.hook !== undefined) return fail('EOPNOTSUPP');
    const rule = new Rule(spec, jump, ++this.lastHandle, packets, bytes);
    const replaced = chain.rules.splice(at, replace ? 1 : 0, rule);
    const refused = standsAnywhere(spec) ? undefined : this.validate();
    if (isError(refused)) {
      chain.rules.splice(at, 1, ...replaced);
      return refused;
    }
    this.count(rule, 1);
    for (const old of replaced) this.count(old, -1);
    return undefined;
  }

  /** How often its rules name a set. */
  references(set: string): number {
    let count = 0;
    for (const { rules } of this.list) for (const { spec } of rules) count += setReferences(spec).filter((name) => name === set).length;
    return count;
  }

  deleteRule(chain: Chain, at: number): void {
    for (const rule of chain.rules.splice(at, 1)) this.count(rule, -1);
  }

  /** A rule has come or gone: what it needs and jumps to takes note. */
  private count({ jump, spec }: Rule, by: 1 | -1): void {
    if (jump) jump.references += by;
    if (needsConntrack(spec)) this.setConntrackRules(this.conntrackRules + by);
  }

  flush(chain: Chain): void {
    while (chain.rules.length > 0) this.deleteRule(chain, chain.rules.length - 1);
  }

  /** The table is gone: none of its chains sees another packet. */
  destroy(): void {
    for (const chain of this.list) this.detach(chain);
    this.list = [];
    this.recount();
  }

  /** Remembers the table as it is; what it returns brings that back, for changes of which all are made or none. */
  checkpoint(): () => void {
    const chains = this.list.map((chain) => {
      const { name, policy, counters, rules, references } = chain;
      return { chain, name, policy, counters, rules: [...rules], references };
    });
    return () => {
      for (const chain of this.list) if (!chains.some((saved) => saved.chain === chain)) this.detach(chain);
      this.list = chains.map(({ chain, ...saved }) => Object.assign(chain, saved));
      for (const chain of this.list) if (!this.hooked.has(chain)) this.attach(chain);
      this.recount();
    };
  }

  /** How many rules need connections tracked, after a change of them all. */
  private recount(): void {
    this.setConntrackRules(this.list.reduce((sum, { rules }) => sum + rules.filter(({ spec }) => needsConntrack(spec)).length, 0));
  }

  private setConntrackRules(count: number): void {
    this.conntrackRules = count;
    if (count > 0) this.untrack ??= this.track();
    else {
      this.untrack?.();
      this.untrack = undefined;
    }
  }

  /** Walks what every hook reaches (nf_tables_validate). */
  private validate(): KernelError | undefined {
    for (const base of this.list) {
      const refused = base.hook === undefined ? undefined : validateChain(this.name, base, 1 << base.hook, 0);
      if (refused) return refused;
    }
    return undefined;
  }
}

function isZero(mask: IpAddress): boolean {
  return mask === 0 || mask === '::';
}

function needsConntrack({ matches, target }: RuleSpec): boolean {
  return targetNeedsConntrack(target) || matches.some(matchNeedsConntrack);
}

/** The sets that a rule names. */
function setReferences({ matches, target }: RuleSpec): (string | undefined)[] {
  const named = target?.name === 'SET' ? [target.add?.set, target.delete?.set, target.map?.set] : [];
  return [...matches.map((match) => (match.name === 'set' ? match.set : undefined)), ...named];
}

/** Whether a rule may stand in any chain, so that no walk is needed. */
function standsAnywhere({ matches, target }: RuleSpec): boolean {
  return (
    target?.name !== 'jump' &&
    targetHooks(target) === ALL_HOOKS &&
    targetTable(target) === undefined &&
    matches.every((match) => matchHooks(match) === ALL_HOOKS)
  );
}

function validateChain(table: TableName, chain: Chain, hook: number, depth: number): KernelError | undefined {
  if (depth === MAX_JUMPS) return fail('EMLINK');
  for (const { spec, jump } of chain.rules) {
    if ((targetHooks(spec.target) & hook) === 0 || (targetTable(spec.target) ?? table) !== table) return fail('EINVAL');
    if (spec.matches.some((match) => (matchHooks(match) & hook) === 0)) return fail('EINVAL');
    const refused = jump && validateChain(table, jump, hook, depth + 1);
    if (refused) return refused;
  }
  return undefined;
}
