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

interface Entry {
  readonly priority: number;
  readonly run: HookFunction;
}

/** What most namespaces have: shared by all of them until something is registered. */
const NOTHING_REGISTERED: readonly (readonly Entry[])[] = [[], [], [], [], []];

/**
 * What is registered at the hooks of one family in one namespace. `skb.data` is at the IP header at every hook.
 *
 * ```
 * receive → PRE_ROUTING → route ─ FORWARD ──────┬→ POST_ROUTING → neighbour → device
 *                           └→ LOCAL_IN → socket → LOCAL_OUT → route ┘
 * ```
 */
export class Hooks {
  private chains: readonly (readonly Entry[])[] = NOTHING_REGISTERED;
  private registered = 0;
  /** Called when the first function is registered, and when the last is gone. */
  private readonly changed: () => void;

  constructor(changed: () => void = () => {}) {
    this.changed = changed;
  }

  /** Whether anything is registered at any hook. */
  get used(): boolean {
    return this.registered > 0;
  }

  /** Adds a function; lower priorities run first. Returns what takes it out again. */
  register(hook: HookNumber, priority: number, run: HookFunction): () => void {
    const entry = { priority, run };
    const chain = this.chains[hook] as readonly Entry[];
    const at = chain.findIndex((other) => other.priority > priority);
    this.chains = this.chains.with(hook, chain.toSpliced(at < 0 ? chain.length : at, 0, entry));
    if (this.registered++ === 0) this.changed();
    return () => {
      const current = this.chains[hook] as readonly Entry[];
      if (!current.includes(entry)) return;
      this.chains = this.chains.with(
        hook,
        current.filter((other) => other !== entry),
      );
      if (--this.registered === 0) this.changed();
    };
  }

  /** Runs a hook (NF_HOOK); false when the packet goes no further. Costs nothing where nothing is registered. */
  run(hook: HookNumber, skb: Skb, input: NetDevice | undefined, output: NetDevice | undefined): boolean {
    const chain = this.chains[hook] as readonly Entry[];
    for (let i = 0; i < chain.length; i++) if (!chain[i]?.run(skb, input, output)) return false;
    return true;
  }
}
