import { ipv4IsFragment } from '../../../wire/ipv4.ts';
import { ipv6FragmentHeader } from '../../../wire/ipv6.ts';
import type { NetStack } from '../../ip/net-stack.ts';
import type { Skb } from '../../skb.ts';
import { NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
import { IP_CT_UNTRACKED } from './entry.ts';
import type { TupleFamily } from './tuple.ts';

// Priorities (include/uapi/linux/netfilter_ipv4.h).
const PRIORITY_DEFRAG = -400;
const PRIORITY_CONNTRACK = -200;
const PRIORITY_CONFIRM = 0x7fffffff;

/**
 * When a namespace tracks connections: as long as rules need it, each family by itself (nf_ct_netns_get). Entries stay when the last
 * such rule goes, and end in their time.
 */
export class ConntrackHooks {
  private readonly stack: NetStack;
  private readonly users = { inet: 0, inet6: 0 };
  private unregister: Record<TupleFamily, (() => void)[]> = { inet: [], inet6: [] };

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  active(family: TupleFamily): boolean {
    return this.users[family] > 0;
  }

  /** Somebody needs connections tracked; the returned function says that they no longer do. */
  get(family: TupleFamily): () => void {
    if (this.users[family]++ === 0) this.register(family);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.users[family] > 0) return;
      for (const end of this.unregister[family]) end();
      this.unregister[family] = [];
    };
  }

  private register(family: TupleFamily): void {
    const { stack } = this;
    const inet6 = family === 'inet6';
    const hooks = inet6 ? stack.hooks6 : stack.hooks4;
    const { conntracks } = stack;
    const defragment = inet6 ? (skb: Skb) => this.defragment6(skb) : (skb: Skb) => this.defragment4(skb);
    const confirm = (skb: Skb): boolean => conntracks.confirm(skb);
    this.unregister[family] = [
      hooks.register(NF_INET_PRE_ROUTING, PRIORITY_DEFRAG, defragment),
      hooks.register(NF_INET_LOCAL_OUT, PRIORITY_DEFRAG, defragment),
      hooks.register(NF_INET_PRE_ROUTING, PRIORITY_CONNTRACK, (skb) => conntracks.track(skb, inet6, true)),
      hooks.register(NF_INET_LOCAL_OUT, PRIORITY_CONNTRACK, (skb) => conntracks.track(skb, inet6, false)),
      hooks.register(NF_INET_POST_ROUTING, PRIORITY_CONFIRM, confirm),
      hooks.register(NF_INET_LOCAL_IN, PRIORITY_CONFIRM, confirm),
    ];
  }

  /** Ports are in the first fragment only: packets are put together before anybody looks (nf_defrag_ipv4.c). */
  private defragment4(skb: Skb): boolean {
    if (!ipv4IsFragment(skb.buf, skb.data) || skb.ctInfo === IP_CT_UNTRACKED) return true;
    return this.become(skb, this.stack.reassembly4.add(skb.clone()));
  }

  private defragment6(skb: Skb): boolean {
    if (skb.ctInfo === IP_CT_UNTRACKED) return true;
    const at = ipv6FragmentHeader(skb.buf, skb.data);
    if (at < 0) return true;
    const copy = skb.clone();
    copy.network = copy.data;
    return this.become(skb, this.stack.reassembly6.add(copy, at));
  }

  /** The last fragment goes on as the whole; the others end here. */
  private become(skb: Skb, whole: Skb | undefined): boolean {
    if (whole === undefined) return false;
    skb.replaceBytes(whole);
    return true;
  }
}
