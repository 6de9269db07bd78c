import type { HookNumber } from './hook.ts';
import type { Rule } from './rule.ts';

export type Policy = 'ACCEPT' | 'DROP';

/** A list of rules: one that a hook goes through (`hook` is set), or a user's own that rules jump to. */
export class Chain {
  name: string;
  readonly hook: HookNumber | undefined;
  policy: Policy = 'ACCEPT';
  /** What came to the chain's end; counted from the time its policy was first set, as nf_tables does. */
  counters: { packets: number; bytes: number } | undefined;
  readonly rules: Rule[] = [];
  /** How many rules jump here. */
  references = 0;

  constructor(name: string, hook: HookNumber | undefined) {
    this.name = name;
    this.hook = hook;
  }
}
