import type { HookNumber } from './hook.ts';
import type { Rule } from './rule.ts';

export type Policy = 'ACCEPT' | 'DROP';

export function isPolicy(word: string): word is Policy {
  return word === 'ACCEPT' || word === 'DROP';
}

/** A list of rules: one that a hook goes through (`hook` is set), or a user's own that rules jump to. */
export class Chain {
  name: string;
  readonly hook: HookNumber | undefined;
  /** Its number in its table, as `nft -a` shows it. */
  readonly handle: number;
  policy: Policy = 'ACCEPT';
  /** What came to the chain's end; counted from the time its policy was first set or its counters were, as nf_tables does. */
  counters: { packets: number; bytes: number } | undefined;
  rules: Rule[] = [];
  /** How many rules jump here. */
  references = 0;

  constructor(name: string, hook: HookNumber | undefined, handle = 0) {
    this.name = name;
    this.hook = hook;
    this.handle = handle;
  }
}
