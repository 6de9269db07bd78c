import type { NetDevice } from './device/net-device.ts';
import type { DropReason } from './drop-reason.ts';
import type { NetNamespace } from './netns.ts';
import type { Skb } from './skb.ts';

/**
 * What was decided about a packet, as typed events in the order it happened. The inspector, the "why" of a failed check and
 * `vethlab trace` read them. Building one costs; nobody does unless `Trace.on` is set.
 */
export interface TraceEvent {
  readonly timeNs: number;
  /** The machine, or the switch between machines, where it happened. */
  readonly machine: string;
  /** Inode of the network namespace it happened in; 0 in a switch. */
  readonly netns: number;
  /** Device concerned, by name; '' where none is. A switch's port in a switch. */
  readonly dev: string;
  /**
   * Identifies a packet from its first appearance to its end, across devices, namespaces, machines and encapsulation. What is made of
   * a packet, or because of it, has an identity of its own and begins with a `branch`.
   */
  readonly packet: number;
  readonly step: TraceStep;
}

/** How a packet came to be because of another. */
export type BranchKind =
  /** The same frame for one more port. */
  | 'copy'
  | 'fragment'
  /** Put together of fragments; one `branch` for each. */
  | 'whole'
  /** An ICMP error about it. */
  | 'error'
  /** Sent because it came, or to find out where it may go. */
  | 'answer'
  | 'question';

export type TraceStep =
  | { readonly kind: 'receive'; readonly frame: Uint8Array }
  | { readonly kind: 'transmit'; readonly frame: Uint8Array }
  /** `prefix` is the table's entry that matched, as `10.0.0.0/24`; `table` its number. */
  | { readonly kind: 'route'; readonly dst: string; readonly result: string; readonly table: string; readonly prefix: string }
  | { readonly kind: 'neigh'; readonly ip: string; readonly state: string; readonly lladdr: string | undefined }
  /** `vid` is the VLAN it was looked up in, 0 without VLANs. */
  | { readonly kind: 'fdb'; readonly mac: string; readonly port: string | undefined; readonly flood: boolean; readonly vid: number }
  /** Taken for a frame of this VLAN at the device, or sent out of it with or without the tag. */
  | { readonly kind: 'vlan'; readonly vid: number; readonly action: 'enter' | 'tag' | 'untag' }
  | { readonly kind: 'ttl'; readonly from: number; readonly to: number }
  /** `rule` counts from 1; 0 is the chain's policy. */
  | {
      readonly kind: 'hook';
      readonly hook: string;
      readonly table: string;
      readonly chain: string;
      readonly rule: number;
      readonly verdict: string;
    }
  /** The packet's connection, found or new; `state` INVALID, with the reason in `detail`, where it has none. */
  | { readonly kind: 'conntrack'; readonly state: string; readonly entry: string; readonly detail: string }
  /** Addresses of the packet's connection were decided: those of `entry` are what packets have from now on. */
  | { readonly kind: 'nat'; readonly manipulation: 'source' | 'destination'; readonly entry: string }
  | { readonly kind: 'encapsulate' | 'decapsulate'; readonly what: string }
  /** This packet was made of packet `of`, or because of it. */
  | { readonly kind: 'branch'; readonly of: number; readonly why: BranchKind }
  /** No ICMP error is sent about this packet, though one would be due. One that is sent is a packet of its own, a `branch`. */
  | { readonly kind: 'no-error'; readonly type: number; readonly code: number; readonly why: string }
  /** It waits in a queue: for a neighbour's answer, for its other fragments. */
  | { readonly kind: 'wait'; readonly what: string }
  // Ends:
  | { readonly kind: 'deliver'; readonly socket: string }
  /** The kernel itself was the addressee, or a device swallowed it (`consume_skb`). */
  | { readonly kind: 'consume'; readonly what: string }
  /** Cut into this many fragments, which go on in its stead. */
  | { readonly kind: 'fragment'; readonly count: number; readonly mtu: number }
  /** Became part of packet `into`. */
  | { readonly kind: 'merge'; readonly into: number }
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly detail: string };

/** Steps after which a packet is no more. */
export function isEnd(step: TraceStep): boolean {
  const { kind } = step;
  return kind === 'deliver' || kind === 'consume' || kind === 'fragment' || kind === 'merge' || kind === 'drop';
}

/** One per world; shared by all its kernels and switches. */
export class Trace {
  /** Whether anybody listens: test this before building an event. */
  on = false;
  /** What people call a namespace of a machine, where the world has names for them. */
  netnsName: (machine: string, netns: number) => string = (_machine, netns) => `net:[${netns}]`;
  private readonly listeners = new Set<(event: TraceEvent) => void>();
  private nextPacket = 1;
  /** The packet that is worked on: what comes to be meanwhile does so because of it. */
  private cause: { readonly skb: Skb; readonly why: BranchKind } | undefined;

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

  /** Packets that are made during `run` are made because of `skb`. */
  because(skb: Skb, why: BranchKind, run: () => void): void {
    const before = this.cause;
    this.cause = { skb, why };
    run();
    this.cause = before;
  }

  /** Names a packet that has no name yet; what it was made of, or because of, where that is known. */
  identify(skb: Skb): BranchStep | undefined {
    if (skb.traceId !== 0) return undefined;
    skb.traceId = this.packetId();
    if (this.cause === undefined || this.cause.skb === skb) return undefined;
    const { skb: of, why } = this.cause;
    if (of.traceId === 0) of.traceId = this.packetId();
    return { kind: 'branch', of: of.traceId, why };
  }
}

type BranchStep = Extract<TraceStep, { kind: 'branch' }>;

/** Says what happened to a packet. Callers test `trace.on` first, because building the step costs. */
export function traceStep(ns: NetNamespace, dev: NetDevice | undefined, skb: Skb, step: TraceStep): void {
  const { trace, clock, machine } = ns.kernel;
  const branch = trace.identify(skb);
  if (isEnd(step)) skb.ended = true;
  const event = { timeNs: clock.now, machine, netns: ns.inode, dev: dev?.name ?? '', packet: skb.traceId };
  if (branch !== undefined) trace.emit({ ...event, step: branch });
  trace.emit({ ...event, step });
}

/** Gives a packet that was made of another, or because of it, its own identity. Callers test `trace.on` first. */
export function traceBranch(ns: NetNamespace, dev: NetDevice | undefined, skb: Skb, of: Skb, why: BranchKind): void {
  const { trace } = ns.kernel;
  trace.identify(of);
  if (skb.traceId === 0 || skb.traceId === of.traceId) skb.traceId = trace.packetId();
  traceStep(ns, dev, skb, { kind: 'branch', of: of.traceId, why });
}

/** The end of a packet that goes no further (`kfree_skb_reason`). */
export function drop(ns: NetNamespace, skb: Skb, reason: DropReason, detail = ''): void {
  if (ns.kernel.trace.on) traceStep(ns, skb.dev, skb, { kind: 'drop', reason, detail });
}

/** The end of a packet that has done what it came for (`consume_skb`). */
export function consume(ns: NetNamespace, skb: Skb, what: string): void {
  if (ns.kernel.trace.on) traceStep(ns, skb.dev, skb, { kind: 'consume', what });
}

/** Sends an ICMP error because of a packet. `send` tells why it sent none; undefined where it did. */
export function traceError(
  ns: NetNamespace,
  skb: Skb,
  error: { readonly type: number; readonly code: number },
  send: () => string | undefined,
): void {
  const { trace } = ns.kernel;
  if (!trace.on) {
    send();
    return;
  }
  trace.because(skb, 'error', () => {
    const why = send();
    if (why !== undefined) traceStep(ns, skb.dev, skb, { kind: 'no-error', ...error, why });
  });
}
