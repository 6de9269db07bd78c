// A packet on its way through a base chain: nft_do_chain() in net/netfilter/nf_tables_core.c.

import type { NetStack } from '../ip/net-stack.ts';
import { drop, traceStep } from '../trace.ts';
import type { Chain } from './chain.ts';
import { NftTraceInfo, type NftVerdict } from './nft-trace.ts';
import type { HookPacket } from './packet.ts';
import type { Rule } from './rule.ts';
import type { Table } from './table.ts';
import { runTarget, type Verdict } from './target/target.ts';

/** Where a traversal goes on when a chain ends: the chain it was jumped to from, and the rule behind the jump. */
interface Frame {
  readonly chain: Chain;
  readonly next: number;
}

const HOOK_NAMES = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;

/** Takes a packet through a base chain and those it jumps to; false when it goes no further. */
export function doChain(stack: NetStack, table: Table, base: Chain, packet: HookPacket): boolean {
  const tracing = stack.ns.kernel.trace.on;
  let frames: Frame[] | undefined;
  let info: NftTraceInfo | undefined;
  let chain = base;
  let at = 0;
  for (;;) {
    const rule = chain.rules[at++];
    if (rule === undefined) {
      const back = frames?.pop();
      if (back === undefined) {
        if (packet.skb.nftrace !== 0) info ??= new NftTraceInfo(stack.nftables.traces, table, packet);
        return end(stack, table, base, packet, info);
      }
      chain = back.chain;
      at = back.next;
      continue;
    }
    if (!rule.matches(packet)) continue;
    if (tracing) traceRule(stack, table, chain, at, verdictOf(rule), packet);
    const { target } = rule.spec;
    const verdict = target === undefined || target.name === 'jump' ? 'continue' : runTarget(target, packet);
    if (packet.skb.nftrace !== 0) {
      info ??= new NftTraceInfo(stack.nftables.traces, table, packet);
      info.tell(chain, rule, nftVerdict(rule, verdict));
    }
    if (target?.name === 'jump') {
      if (!target.goto) {
        frames ??= [];
        frames.push({ chain, next: at });
      }
      chain = rule.jump as Chain;
      at = 0;
      continue;
    }
    if (verdict === 'accept') return true;
    if (verdict === 'drop') return refuse(stack, table, chain, packet, `rule ${at}`);
    if (verdict === 'return') at = chain.rules.length;
  }
}

/** No rule has decided: the policy does. */
function end(stack: NetStack, table: Table, base: Chain, packet: HookPacket, info: NftTraceInfo | undefined): boolean {
  if (base.counters) {
    base.counters.packets++;
    base.counters.bytes += packet.skb.length;
  }
  if (stack.ns.kernel.trace.on) traceRule(stack, table, base, 0, base.policy, packet);
  info?.tell(base, undefined, base.policy === 'ACCEPT' ? 'accept' : 'drop');
  return base.policy === 'ACCEPT' || refuse(stack, table, base, packet, 'policy');
}

function refuse(stack: NetStack, table: Table, chain: Chain, packet: HookPacket, why: string): false {
  drop(stack.ns, packet.skb, 'NETFILTER_DROP', `${table.name} ${chain.name} ${why}`);
  return false;
}

function nftVerdict({ spec: { target }, jump }: Rule, verdict: Verdict): NftVerdict {
  return target?.name === 'jump' ? { goto: target.goto, chain: jump?.name ?? target.chain } : verdict;
}

function verdictOf({ spec: { target }, jump }: Rule): string {
  if (target === undefined) return 'continue';
  return target.name === 'jump' ? `${target.goto ? 'goto' : 'jump'} ${jump?.name}` : target.name;
}

/** `rule` counts from 1; 0 is the policy. */
function traceRule(stack: NetStack, table: Table, chain: Chain, rule: number, verdict: string, packet: HookPacket): void {
  const { hook, input, output, skb } = packet;
  traceStep(stack.ns, output ?? input, skb, { kind: 'hook', hook: HOOK_NAMES[hook], table: table.name, chain: chain.name, rule, verdict });
}
