import { LazyMap } from '../../base/lazy.ts';
import { isError } from '../../base/result.ts';
import { ipv4Dst, ipv4Src, ipv4Tos } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';
import type { Chain } from './chain.ts';
import { NF_INET_LOCAL_OUT } from './hook.ts';
import { HookPacket } from './packet.ts';
import type { Rule } from './rule.ts';
import { TABLES, Table, type TableName } from './table.ts';
import { runTarget } from './target/target.ts';

/** Where a traversal goes on when a chain ends: the chain it was jumped to from, and the rule behind the jump. */
interface Frame {
  readonly chain: Chain;
  readonly next: number;
}

/** The tables of iptables in one namespace. One is hooked in when it is first changed: until then packets pay nothing for it. */
export class IpTables {
  private readonly stack: NetStack;
  private readonly tables = new LazyMap<TableName, Table>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** The table if anybody has changed it yet. */
  existing(name: TableName): Table | undefined {
    return this.tables.get(name);
  }

  /** The table, made when there is none. */
  table(name: TableName): Table {
    let table = this.tables.get(name);
    if (table === undefined) {
      table = new Table(name);
      this.tables.set(name, table);
      for (const chain of table.chains) this.attach(table, chain);
    }
    return table;
  }

  private attach(table: Table, chain: Chain): void {
    const { hook } = chain;
    if (hook === undefined) return;
    const rerouted = table.name === 'mangle' && hook === NF_INET_LOCAL_OUT;
    this.stack.hooks4.register(hook, TABLES[table.name].priority, (skb, input, output) => {
      const packet = new HookPacket(this.stack, skb, hook, input, output);
      const mark = skb.mark;
      if (!this.run(table, chain, packet)) return false;
      if (rerouted && skb.mark !== mark) return this.reroute(skb);
      return true;
    });
  }

  /** Takes a packet through a chain and those it jumps to (nft_do_chain). */
  private run(table: Table, base: Chain, packet: HookPacket): boolean {
    const tracing = this.stack.ns.kernel.trace.on;
    const frames: Frame[] = [];
    let chain = base;
    let at = 0;
    for (;;) {
      const rule = chain.rules[at++];
      if (rule === undefined) {
        const back = frames.pop();
        if (back === undefined) return this.end(table, base, packet);
        chain = back.chain;
        at = back.next;
        continue;
      }
      if (!rule.matches(packet)) continue;
      if (tracing) this.trace(table, chain, at, rule, packet);
      const { target } = rule.spec;
      if (target === undefined) continue;
      if (target.name === 'jump') {
        if (!target.goto) frames.push({ chain, next: at });
        chain = rule.jump as Chain;
        at = 0;
        continue;
      }
      const verdict = runTarget(target, packet);
      if (verdict === 'accept') return true;
      if (verdict === 'drop') return this.refuse(table, chain, packet, `rule ${at}`);
      if (verdict === 'return') at = chain.rules.length;
    }
  }

  /** No rule has decided: the policy does. */
  private end(table: Table, base: Chain, packet: HookPacket): boolean {
    if (base.counters) {
      base.counters.packets++;
      base.counters.bytes += packet.skb.length;
    }
    return base.policy === 'ACCEPT' || this.refuse(table, base, packet, 'policy');
  }

  private refuse(table: Table, chain: Chain, packet: HookPacket, why: string): false {
    drop(this.stack.ns, packet.skb, 'NETFILTER_DROP', `${table.name} ${chain.name} ${why}`);
    return false;
  }

  private trace(table: Table, chain: Chain, number: number, rule: Rule, packet: HookPacket): void {
    const { target } = rule.spec;
    const verdict =
      target === undefined ? 'continue' : target.name === 'jump' ? `${target.goto ? 'goto' : 'jump'} ${rule.jump?.name}` : target.name;
    traceStep(this.stack.ns, packet.output ?? packet.input, packet.skb, {
      kind: 'hook',
      hook: HOOK_NAMES[packet.hook],
      table: table.name,
      chain: chain.name,
      rule: number,
      verdict,
    });
  }

  /** A local packet whose mark has changed may have to leave elsewhere (ip_route_me_harder). */
  private reroute(skb: Skb): boolean {
    const { ns } = this.stack;
    const { buf, data, mark } = skb;
    const route = ns.ip4.fib.output({ dst: ipv4Dst(buf, data), src: ipv4Src(buf, data), tos: ipv4Tos(buf, data), mark });
    if (isError(route)) {
      drop(ns, skb, 'IP_OUTNOROUTES', 'after a change of its mark');
      return false;
    }
    skb.dst = route;
    skb.dev = route.dev as NetDevice;
    return true;
  }
}

const HOOK_NAMES = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
