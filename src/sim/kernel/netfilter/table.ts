import { fail, isError, type KernelError } from '../../base/result.ts';
import { Chain, type Policy } from './chain.ts';
import {
  type HookNumber,
  NF_INET_FORWARD,
  NF_INET_LOCAL_IN,
  NF_INET_LOCAL_OUT,
  NF_INET_POST_ROUTING,
  NF_INET_PRE_ROUTING,
} from './hook.ts';
import { matchHooks, matchProtocol } from './match/match.ts';
import { Rule, type RuleSpec } from './rule.ts';
import { targetHooks } from './target/target.ts';

export type TableName = 'mangle' | 'security' | 'raw' | 'filter';

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
  security: { priority: 50, hooks: [1, 2, 3] },
  raw: { priority: -300, hooks: [0, 3] },
  filter: { priority: 0, hooks: [1, 2, 3] },
};

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(TABLES, name);
}

/** Chains may jump to chains this deep (NFT_JUMP_STACK_SIZE). */
const MAX_JUMPS = 16;

/** A table of iptables: the chains at its hooks and the users' own. */
export class Table {
  readonly name: TableName;
  private readonly builtin: Chain[];
  private readonly own = new Map<string, Chain>();

  constructor(name: TableName) {
    this.name = name;
    this.builtin = TABLES[name].hooks.map((hook) => new Chain(CHAIN_NAMES[hook], hook));
  }

  /** The built-in chains in the order packets meet them, then users' by name. */
  get chains(): readonly Chain[] {
    const own = [...this.own.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return [...this.builtin, ...own];
  }

  chain(name: string): Chain | undefined {
    return this.builtin.find((chain) => chain.name === name) ?? this.own.get(name);
  }

  /** EEXIST if there is one. */
  addChain(name: string): KernelError | undefined {
    if (this.chain(name)) return fail('EEXIST');
    this.own.set(name, new Chain(name, undefined));
    return undefined;
  }

  /** EBUSY while rules jump to it or are in it. Built-in chains stay. */
  deleteChain(chain: Chain): KernelError | undefined {
    if (chain.hook !== undefined) return undefined;
    if (chain.references > 0 || chain.rules.length > 0) return fail('EBUSY');
    this.own.delete(chain.name);
    return undefined;
  }

  /** EEXIST if the new name is taken. */
  renameChain(chain: Chain, name: string): KernelError | undefined {
    if (this.chain(name)) return fail('EEXIST');
    this.own.delete(chain.name);
    chain.name = name;
    this.own.set(name, chain);
    return undefined;
  }

  /** Sets the policy; the chain's counters begin anew at what is given. */
  setPolicy(chain: Chain, policy: Policy, packets = 0, bytes = 0): void {
    chain.policy = policy;
    chain.counters = { packets, bytes };
  }

  /**
   * Puts a rule at `at` (0 is first), instead of the one there with `replace`. EINVAL for what may not stand in a chain that its hooks
   * reach, EOPNOTSUPP for a jump to a built-in chain, ENOENT for one to nowhere, EMLINK for loops and jumps that go too deep.
   */
  insertRule(chain: Chain, at: number, spec: RuleSpec, packets = 0, bytes = 0, replace = false): KernelError | undefined {
    for (const match of spec.matches) {
      const protocol = matchProtocol(match);
      if (protocol !== undefined && !(spec.protocol?.value === protocol && !spec.protocol.invert)) return fail('EINVAL');
    }
    const { target } = spec;
    const tcp = spec.protocol?.value === 6 && !spec.protocol.invert;
    if (target?.name === 'REJECT' && target.how === 'tcp-reset' && !tcp) return fail('EINVAL');
    const jump = target?.name === 'jump' ? this.chain(target.chain) : undefined;
    if (target?.name === 'jump' && jump === undefined) return fail('ENOENT');
    if (jump !== undefined && jump.hook !== undefined) return fail('EOPNOTSUPP');
    const rule = new Rule(spec, jump, packets, bytes);
    const replaced = chain.rules.splice(at, replace ? 1 : 0, rule);
    const refused = this.validate();
    if (isError(refused)) {
      chain.rules.splice(at, 1, ...replaced);
      return refused;
    }
    if (jump) jump.references++;
    for (const old of replaced) if (old.jump) old.jump.references--;
    return undefined;
  }

  deleteRule(chain: Chain, at: number): void {
    for (const rule of chain.rules.splice(at, 1)) if (rule.jump) rule.jump.references--;
  }

  flush(chain: Chain): void {
    while (chain.rules.length > 0) this.deleteRule(chain, chain.rules.length - 1);
  }

  /** Walks what every hook reaches (nf_tables_validate). */
  private validate(): KernelError | undefined {
    for (const base of this.builtin) {
      const refused = validateChain(base, 1 << (base.hook as number), 0);
      if (refused) return refused;
    }
    return undefined;
  }
}

function validateChain(chain: Chain, hook: number, depth: number): KernelError | undefined {
  if (depth === MAX_JUMPS) return fail('EMLINK');
  for (const { spec, jump } of chain.rules) {
    if ((targetHooks(spec.target) & hook) === 0) return fail('EINVAL');
    if (spec.matches.some((match) => (matchHooks(match) & hook) === 0)) return fail('EINVAL');
    const refused = jump && validateChain(jump, hook, depth + 1);
    if (refused) return refused;
  }
  return undefined;
}
