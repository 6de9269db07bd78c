// Targets about connections: net/netfilter/xt_connmark.c (CONNMARK), xt_CT.c (CT, NOTRACK).

import { IP_CT_UNTRACKED, IPCT_MARK } from '../conntrack/entry.ts';
import type { HookPacket } from '../packet.ts';

/** Changes the connection's mark, or copies it from or to the packet's. */
export type ConnmarkTarget =
  | { readonly name: 'CONNMARK'; readonly mode: 'set'; readonly mark: number; readonly mask: number }
  | { readonly name: 'CONNMARK'; readonly mode: 'save' | 'restore'; readonly ctMask: number; readonly nfMask: number };

export function changeConnmark(target: ConnmarkTarget, { skb, stack }: HookPacket): void {
  const { ct } = skb;
  if (ct === undefined) return;
  if (target.mode === 'restore') {
    skb.mark = ((skb.mark & ~target.nfMask) ^ (ct.mark & target.ctMask)) >>> 0;
    return;
  }
  const mark =
    target.mode === 'set'
      ? ((ct.mark & ~target.mask) ^ target.mark) >>> 0
      : ((ct.mark & ~target.ctMask) ^ (skb.mark & target.nfMask)) >>> 0;
  if (mark === ct.mark) return;
  ct.mark = mark;
  stack.conntracks.event(ct, IPCT_MARK);
}

/** Kinds of events that CT --ctevents names, in the order of their numbers. */
export const CT_EVENTS = ['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark', 'natseqinfo', 'secmark'] as const;
export const CT_EXPECT_EVENTS = ['new'] as const;

/** A zone: its number, or the packet's mark. */
export type CtZone = number | 'mark';

/** What a connection that begins will be, or that the packet is to have none. Before connections are looked up: in the table raw. */
export interface CtTarget {
  readonly name: 'CT';
  /** `--notrack`, also under its old name. */
  readonly notrack: 'CT' | 'NOTRACK' | undefined;
  readonly helper: string | undefined;
  /** A policy of timeouts by name: none can be made here, so the kernel refuses all. */
  readonly timeout: string | undefined;
  /** Bits of {@link CT_EVENTS}. */
  readonly events: number;
  readonly expectEvents: number;
  readonly zone: { readonly id: CtZone; readonly direction: 'both' | 'original' | 'reply' } | undefined;
}

export function prepareConnection({ notrack, events, zone }: CtTarget, { skb }: HookPacket): void {
  if (skb.ct !== undefined || skb.ctInfo === IP_CT_UNTRACKED) return;
  if (notrack !== undefined) {
    skb.ctInfo = IP_CT_UNTRACKED;
    return;
  }
  const id = zone === undefined || zone.direction === 'reply' ? 0 : zone.id === 'mark' ? skb.mark & 0xffff : zone.id;
  skb.ctTemplate = { zone: id, eventMask: events === 0 ? undefined : events };
}
