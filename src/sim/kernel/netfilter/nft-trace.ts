// What nf_tables tells of a packet that a rule has marked to be traced: net/netfilter/nf_tables_trace.c.

import { ETH_HLEN } from '../../wire/ethernet.ts';
import type { Chain } from './chain.ts';
import type { HookPacket } from './packet.ts';
import type { Rule } from './rule.ts';
import type { Table } from './table.ts';

/** How much of a packet's headers a message has (NFT_TRACETYPE_NETWORK_HSIZE, NFT_TRACETYPE_TRANSPORT_HSIZE). */
const NETWORK_BYTES = 40;
const TRANSPORT_BYTES = 20;

/** The packet as it is at the first message about it in a base chain. */
export interface TracedPacket {
  readonly input: { readonly name: string; readonly type: number } | undefined;
  readonly output: string | undefined;
  /** The header of the frame that it came in, if it came in one. */
  readonly link: Uint8Array | undefined;
  /** Without extension headers, as far as it fits. */
  readonly network: Uint8Array;
  readonly protocol: number;
  /** Empty in later fragments. */
  readonly transport: Uint8Array;
  readonly mark: number;
}

/** One message (NFT_MSG_TRACE): a rule that matched, or without one the chain's policy. */
export interface NftTraceEvent {
  /** The same for the packet as long as it goes through one namespace from one device: 32 bits. */
  readonly id: number;
  readonly table: Table;
  readonly chain: string;
  readonly rule: Rule | undefined;
  readonly verdict: NftVerdict;
  readonly packet: TracedPacket | undefined;
}

export type NftVerdict = 'accept' | 'drop' | 'continue' | 'return' | { readonly goto: boolean; readonly chain: string };

/** Who listens in one namespace (NFNLGRP_NFTRACE). */
export class NftTraces {
  private readonly listeners = new Set<(event: NftTraceEvent) => void>();

  get heard(): boolean {
    return this.listeners.size > 0;
  }

  emit(event: NftTraceEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Returns what ends it. */
  subscribe(listener: (event: NftTraceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** From now on the packet is traced (`meta nftrace set 1`). */
export function beginTrace({ skb, stack }: HookPacket): void {
  skb.nftrace ||= stack.ns.kernel.random.u32() | 1;
}

/** What is told of one packet on its way through one base chain (struct nft_traceinfo). */
export class NftTraceInfo {
  private readonly traces: NftTraces;
  private readonly table: Table;
  private readonly packet: HookPacket;
  private dumped = false;

  constructor(traces: NftTraces, table: Table, packet: HookPacket) {
    this.traces = traces;
    this.table = table;
    this.packet = packet;
  }

  tell(chain: Chain, rule: Rule | undefined, verdict: NftVerdict): void {
    if (!this.traces.heard) return;
    const { skb } = this.packet;
    const id = Math.imul(skb.nftrace ^ skb.iif, 0x9e3779b1) >>> 0;
    this.traces.emit({ id, table: this.table, chain: chain.name, rule, verdict, packet: this.dumped ? undefined : dump(this.packet) });
    this.dumped = true;
  }
}

function dump({ skb, input, output, protocol, fragmentOffset, transport }: HookPacket): TracedPacket {
  const { buf, data, end, mac, mark } = skb;
  return {
    input: input && { name: input.name, type: input.type },
    output: output?.name,
    link: mac >= 0 && data - mac === ETH_HLEN ? buf.slice(mac, data) : undefined,
    network: buf.slice(data, Math.min(transport, data + NETWORK_BYTES, end)),
    protocol,
    transport: fragmentOffset === 0 ? buf.slice(transport, Math.min(transport + TRANSPORT_BYTES, end)) : new Uint8Array(0),
    mark,
  };
}
