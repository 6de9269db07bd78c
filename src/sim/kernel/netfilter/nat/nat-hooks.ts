import type { NetDevice } from '../../device/net-device.ts';
import type { NetStack } from '../../ip/net-stack.ts';
import type { Family } from '../../rtnetlink/messages.ts';
import type { Skb } from '../../skb.ts';
import { type HookNumber, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
import { manipulationAt, natHook } from './hook.ts';

// Priorities of address translation (include/uapi/linux/netfilter_ipv4.h).
const NF_IP_PRI_NAT_DST = -100;
const NF_IP_PRI_NAT_SRC = 100;

const NAT_HOOKS = [NF_INET_PRE_ROUTING, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING] as const;

/** A chain of type "nat": asked about the first packet of a connection; false when the packet goes no further. */
export type NatRules = (skb: Skb, input: NetDevice | undefined, output: NetDevice | undefined) => boolean;

/**
 * Address translation of one family in one namespace: at all its hooks as long as there is a chain at any, because what one of them
 * does to a connection's packets another one undoes to the answers (nf_nat_register_fn).
 */
export class NatHooks {
  private readonly stack: NetStack;
  private readonly family: Family;
  private readonly rules = new Map<HookNumber, NatRules>();
  private registered: readonly (() => void)[] = [];

  constructor(stack: NetStack, family: Family) {
    this.stack = stack;
    this.family = family;
  }

  /** Adds the chain of a hook; what it returns takes it out. */
  register(hook: HookNumber, rules: NatRules): () => void {
    if (this.rules.size === 0) this.registered = NAT_HOOKS.map((at) => this.hookIn(at));
    this.rules.set(hook, rules);
    return () => {
      this.rules.delete(hook);
      if (this.rules.size > 0) return;
      for (const unregister of this.registered) unregister();
      this.registered = [];
    };
  }

  private hookIn(hook: HookNumber): () => void {
    const { stack, family } = this;
    const priority = manipulationAt(hook) === 'source' ? NF_IP_PRI_NAT_SRC : NF_IP_PRI_NAT_DST;
    const hooks = family === 'inet' ? stack.hooks4 : stack.hooks6;
    return hooks.register(hook, priority, (skb, input, output) => {
      return natHook(stack, family, skb, hook, output, () => this.rules.get(hook)?.(skb, input, output) ?? true);
    });
  }
}
