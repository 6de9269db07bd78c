import { NF_INET_FORWARD, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
import type { HookPacket } from '../packet.ts';
import { type ConnmarkTarget, type CtTarget, changeConnmark, prepareConnection } from './ct.ts';
import { type NatTarget, translate } from './nat.ts';
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
export type Target =
  | { readonly name: 'ACCEPT' | 'DROP' | 'RETURN' }
  | JumpTarget
  | RejectTarget
  | MarkTarget
  | NatTarget
  | ConnmarkTarget
  | CtTarget;

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
    case 'SNAT':
    case 'DNAT':
    case 'MASQUERADE':
    case 'REDIRECT':
    case 'NETMAP':
      return translate(target, packet);
    case 'CONNMARK':
      changeConnmark(target, packet);
      return 'continue';
    case 'CT':
      prepareConnection(target, packet);
      return 'continue';
  }
}

const REJECT_HOOKS = (1 << NF_INET_LOCAL_IN) | (1 << NF_INET_FORWARD) | (1 << NF_INET_LOCAL_OUT);

const SOURCE_HOOKS = (1 << NF_INET_POST_ROUTING) | (1 << NF_INET_LOCAL_IN);
const DESTINATION_HOOKS = (1 << NF_INET_PRE_ROUTING) | (1 << NF_INET_LOCAL_OUT);

/** The hooks (1 << number) at which a target may stand. */
export function targetHooks(target: Target | undefined): number {
  switch (target?.name) {
    case 'REJECT':
      return REJECT_HOOKS;
    case 'SNAT':
      return SOURCE_HOOKS;
    case 'MASQUERADE':
      return 1 << NF_INET_POST_ROUTING;
    case 'DNAT':
    case 'REDIRECT':
      return DESTINATION_HOOKS;
    default:
      return 0x1f;
  }
}

/** The only table in which a target may stand, if there is one. */
export function targetTable(target: Target | undefined): 'nat' | 'raw' | 'filter' | undefined {
  switch (target?.name) {
    case 'SNAT':
    case 'MASQUERADE':
    case 'DNAT':
    case 'REDIRECT':
    case 'NETMAP':
      return 'nat';
    case 'CT':
      return 'raw';
    case 'REJECT':
      return 'filter';
    default:
      return undefined;
  }
}

/** Whether a target works on connections, which then have to be tracked. */
export function targetNeedsConntrack(target: Target | undefined): boolean {
  return targetTable(target) === 'nat' || target?.name === 'CONNMARK' || (target?.name === 'CT' && target.notrack === undefined);
}
