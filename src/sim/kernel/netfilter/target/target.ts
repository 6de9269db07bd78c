import { NF_INET_FORWARD, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT } from '../hook.ts';
import type { HookPacket } from '../packet.ts';
import { type RejectTarget, reject } from './reject.ts';

/** Changes the packet's mark: the bits in `mask` are cleared, those in `mark` flipped (net/netfilter/xt_mark.c). */
export interface MarkTarget {
  readonly name: 'MARK';
  readonly mark: number;
  readonly mask: number;
}

/** Goes through another chain and comes back, or with `goto` back to where that one was jumped to from. */
export interface JumpTarget {
  readonly name: 'jump';
  readonly chain: string;
  readonly goto: boolean;
}

/** What a rule does with a packet: plain data. */
export type Target = { readonly name: 'ACCEPT' | 'DROP' | 'RETURN' } | JumpTarget | RejectTarget | MarkTarget;

export type Verdict = 'accept' | 'drop' | 'return' | 'continue';

/** Does what a target other than a jump says. */
export function runTarget(target: Exclude<Target, JumpTarget>, packet: HookPacket): Verdict {
  switch (target.name) {
    case 'ACCEPT':
      return 'accept';
    case 'DROP':
      return 'drop';
    case 'RETURN':
      return 'return';
    case 'REJECT':
      reject(target, packet);
      return 'drop';
    case 'MARK':
      packet.skb.mark = ((packet.skb.mark & ~target.mask) ^ target.mark) >>> 0;
      return 'continue';
  }
}

const REJECT_HOOKS = (1 << NF_INET_LOCAL_IN) | (1 << NF_INET_FORWARD) | (1 << NF_INET_LOCAL_OUT);

/** The hooks (1 << number) at which a target may stand. */
export function targetHooks(target: Target | undefined): number {
  return target?.name === 'REJECT' ? REJECT_HOOKS : 0x1f;
}
