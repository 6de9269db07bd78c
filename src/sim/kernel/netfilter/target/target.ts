import { NF_INET_FORWARD, NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hook.ts';
import { logPacket } from '../log/log-packet.ts';
import { beginTrace } from '../nft-trace.ts';
import type { HookPacket } from '../packet.ts';
import type { TableName } from '../table.ts';
import { type ConnmarkTarget, type CtTarget, changeConnmark, prepareConnection } from './ct.ts';
import { changeDscp, changeTos, changeTtl, type DscpTarget, type TosTarget, type TtlTarget } from './header.ts';
import { type NatTarget, translate } from './nat.ts';
import { type RejectTarget, reject } from './reject.ts';
import { changeSets, type SetTarget } from './set.ts';
import { changeMss, type TcpmssTarget } from './tcpmss.ts';

/** Changes the packet's mark: the bits in `mask` are cleared, those in `mark` flipped (net/netfilter/xt_mark.c). */
export interface MarkTarget {
  readonly name: 'MARK';
  readonly mark: number;
  readonly mask: number;
}

/** Writes the packet into the kernel's log (net/netfilter/xt_LOG.c). */
export interface LogTarget {
  readonly name: 'LOG';
  readonly level: number;
  readonly prefix: string;
  /** NF_LOG_* */
  readonly flags: number;
}

/** Gives a copy to programs that listen to a group; nobody does here (net/netfilter/xt_NFLOG.c). */
export interface NflogTarget {
  readonly name: 'NFLOG';
  readonly prefix: string;
  readonly group: number;
  readonly range: number;
  readonly size: number | undefined;
  readonly threshold: number;
}

/** Sets the class for queueing disciplines, none of which looks at it here (net/netfilter/xt_CLASSIFY.c). */
export interface ClassifyTarget {
  readonly name: 'CLASSIFY';
  readonly major: number;
  readonly minor: number;
}

/** Goes through another chain and comes back, or with `goto` back to where that one was jumped to from. */
export interface JumpTarget {
  readonly name: 'jump';
  readonly chain: string;
  readonly goto: boolean;
}

/** What a rule does with a packet: plain data. */
export type Target =
  | { readonly name: 'ACCEPT' | 'DROP' | 'RETURN' | 'TRACE' }
  | ClassifyTarget
  | DscpTarget
  | JumpTarget
  | LogTarget
  | MarkTarget
  | NflogTarget
  | RejectTarget
  | SetTarget
  | TcpmssTarget
  | TosTarget
  | TtlTarget
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
    case 'LOG':
      logPacket(packet, target.prefix, target.level, target.flags);
      return 'continue';
    case 'SET':
      changeSets(target, packet);
      return 'continue';
    case 'TTL':
    case 'HL':
      changeTtl(target, packet);
      return 'continue';
    case 'TOS':
      changeTos(target, packet);
      return 'continue';
    case 'DSCP':
      changeDscp(target, packet);
      return 'continue';
    case 'TCPMSS':
      return changeMss(target, packet) ? 'continue' : 'drop';
    case 'TRACE':
      beginTrace(packet);
      return 'continue';
    case 'NFLOG':
    case 'CLASSIFY':
      return 'continue';
  }
}

const REJECT_HOOKS = (1 << NF_INET_LOCAL_IN) | (1 << NF_INET_FORWARD) | (1 << NF_INET_LOCAL_OUT);
const TO_DEVICE = (1 << NF_INET_FORWARD) | (1 << NF_INET_LOCAL_OUT) | (1 << NF_INET_POST_ROUTING);
const ALL_HOOKS = TO_DEVICE | (1 << NF_INET_PRE_ROUTING) | (1 << NF_INET_LOCAL_IN);

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
    case 'CLASSIFY':
      return TO_DEVICE;
    case 'SET':
      return target.map?.priority || target.map?.queue ? TO_DEVICE : ALL_HOOKS;
    case 'TCPMSS':
      return target.mss === 'clamp' ? TO_DEVICE : ALL_HOOKS;
    default:
      return ALL_HOOKS;
  }
}

/** The only table in which a target may stand, where there is one. */
const IN_TABLE: Partial<Record<Target['name'], TableName>> = {
  CT: 'raw',
  DNAT: 'nat',
  DSCP: 'mangle',
  HL: 'mangle',
  MASQUERADE: 'nat',
  NETMAP: 'nat',
  REDIRECT: 'nat',
  REJECT: 'filter',
  SNAT: 'nat',
  TOS: 'mangle',
  TTL: 'mangle',
};

export function targetTable(target: Target | undefined): TableName | undefined {
  if (target?.name === 'SET' && target.map) return 'mangle';
  return target && IN_TABLE[target.name];
}

/** Whether rules of that protocol (0 for any) may have the target (xt_check_target). */
export function targetFits(target: Target | undefined, protocol: number): boolean {
  const tcp = (target?.name === 'REJECT' && target.how === 'tcp-reset') || target?.name === 'TCPMSS';
  return !tcp || protocol === 6;
}

/** Whether a target works on connections, which then have to be tracked. */
export function targetNeedsConntrack(target: Target | undefined): boolean {
  return targetTable(target) === 'nat' || target?.name === 'CONNMARK' || (target?.name === 'CT' && target.notrack === undefined);
}
