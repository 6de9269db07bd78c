import type { NetDevice } from '../device/net-device.ts';
import type { Skb } from '../skb.ts';

/** The five places at which netfilter sees a packet, in each family (include/uapi/linux/netfilter.h). */
export const NF_INET_PRE_ROUTING = 0;
export const NF_INET_LOCAL_IN = 1;
export const NF_INET_FORWARD = 2;
export const NF_INET_LOCAL_OUT = 3;
export const NF_INET_POST_ROUTING = 4;
export type HookNumber = 0 | 1 | 2 | 3 | 4;

/** A hook function: true lets the packet go on; with false it has taken or dropped it, and has said so. */
export type HookFunction = (skb: Skb, input: NetDevice | undefined, output: NetDevice | undefined) => boolean;

/**
 * What is registered at the hooks of one family in one namespace. `skb.data` is at the IP header at every hook.
 *
 * ```
 * receive → PRE_ROUTING → route ─ FORWARD ──────┬→ POST_ROUTING → neighbour → device
 *                           └→ LOCAL_IN → socket → LOCAL_OUT → route ┘
 * ```
 */
export class Hooks {
  private readonly chains: { priority: number; run: HookFunction }[][] = [[], [], [], [], []];
  private registered = 0;

  /** Whether anything is registered at any hook. */
  get used(): boolean {
    return this.registered > 0;
  }

  /** Adds a function; lower priorities run first. Returns what takes it out again. */
  register(hook: HookNumber, priority: number, run: HookFunction): () => void {
    const chain = this.chains[hook] as { priority: number; run: HookFunction }[];
    const entry = { priority, run };
    const at = chain.findIndex((other) => other.priority > priority);
    chain.splice(at < 0 ? chain.length : at, 0, entry);
    this.registered++;
    return () => {
      const index = chain.indexOf(entry);
      if (index < 0) return;
      chain.splice(index, 1);
      this.registered--;
    };
  }

  /** Runs a hook (NF_HOOK); false when the packet goes no further. Costs nothing where nothing is registered. */
  run(hook: HookNumber, skb: Skb, input: NetDevice | undefined, output: NetDevice | undefined): boolean {
    const chain = this.chains[hook] as { priority: number; run: HookFunction }[];
    for (let i = 0; i < chain.length; i++) if (!chain[i]?.run(skb, input, output)) return false;
    return true;
  }
}
