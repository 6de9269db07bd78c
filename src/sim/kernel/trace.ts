import type { NetDevice } from './device/net-device.ts';
import type { DropReason } from './drop-reason.ts';
import type { NetNamespace } from './netns.ts';
import type { Skb } from './skb.ts';

/**
 * What the kernel decided about a packet, as typed events in the order it happened. The inspector, the "why" of a failed check
 * and `vethlab trace` read them. Building one costs; nobody does unless `Trace.on` is set.
 */
export interface TraceEvent {
  readonly timeNs: number;
  readonly machine: string;
  /** Inode of the network namespace it happened in. */
  readonly netns: number;
  /** Device concerned, by name; '' where none is. */
  readonly dev: string;
  /** Identifies a packet from its first appearance to its end, across devices, machines and encapsulation. */
  readonly packet: number;
  readonly step: TraceStep;
}

export type TraceStep =
  | { readonly kind: 'receive'; readonly frame: Uint8Array }
  | { readonly kind: 'transmit'; readonly frame: Uint8Array }
  | { readonly kind: 'route'; readonly dst: string; readonly result: string; readonly table: string }
  | { readonly kind: 'neigh'; readonly ip: string; readonly state: string; readonly lladdr: string | undefined }
  | { readonly kind: 'fdb'; readonly mac: string; readonly port: string | undefined; readonly flood: boolean }
  | {
      readonly kind: 'hook';
      readonly hook: string;
      readonly table: string;
      readonly chain: string;
      readonly rule: number;
      readonly verdict: string;
    }
  | { readonly kind: 'conntrack'; readonly state: string; readonly entry: string }
  | { readonly kind: 'encapsulate' | 'decapsulate'; readonly what: string }
  | { readonly kind: 'deliver'; readonly socket: string }
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly detail: string };

/** One per world; shared by all its kernels. */
export class Trace {
  /** Whether anybody listens: test this before building an event. */
  on = false;
  private readonly listeners = new Set<(event: TraceEvent) => void>();
  private nextPacket = 1;

  subscribe(listener: (event: TraceEvent) => void): () => void {
    this.listeners.add(listener);
    this.on = true;
    return () => {
      this.listeners.delete(listener);
      this.on = this.listeners.size > 0;
    };
  }

  emit(event: TraceEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** A fresh packet identity. */
  packetId(): number {
    return this.nextPacket++;
  }
}

/** Says what happened to a packet. Callers test `trace.on` first, because building the step costs. */
export function traceStep(ns: NetNamespace, dev: NetDevice | undefined, skb: Skb, step: TraceStep): void {
  const { trace, clock, machine } = ns.kernel;
  if (skb.traceId === 0) skb.traceId = trace.packetId();
  trace.emit({ timeNs: clock.now, machine, netns: ns.inode, dev: dev?.name ?? '', packet: skb.traceId, step });
}

/** The end of a packet that goes no further (`kfree_skb_reason`). */
export function drop(ns: NetNamespace, skb: Skb, reason: DropReason, detail = ''): void {
  if (ns.kernel.trace.on) traceStep(ns, skb.dev, skb, { kind: 'drop', reason, detail });
}
