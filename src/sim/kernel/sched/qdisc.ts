// Queueing disciplines: what lies between the stack and a device (net/sched/sch_generic.c, sch_api.c).

import type { TimerHandle } from '../../base/event-queue.ts';
import type { NetDevice } from '../device/net-device.ts';
import { devHardStartXmit } from '../device/transmit.ts';
import type { Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';

/** What `tc -s` tells (struct gnet_stats_basic and gnet_stats_queue). */
export interface QdiscStats {
  bytes: number;
  packets: number;
  drops: number;
  overlimits: number;
  requeues: number;
}

/** A queue with its rule of what leaves it when. */
export abstract class Qdisc {
  abstract readonly kind: string;
  readonly dev: NetDevice;
  readonly stats: QdiscStats = { bytes: 0, packets: 0, drops: 0, overlimits: 0, requeues: 0 };
  /** Packets and bytes that wait. */
  length = 0;
  backlog = 0;

  constructor(dev: NetDevice) {
    this.dev = dev;
  }

  /** Owns the packet from here on; false where it was refused, and dropped. */
  abstract enqueue(skb: Skb, now: number): boolean;
  /** The next packet that may leave at this time. */
  abstract dequeue(now: number): Skb | undefined;
  /** Undefined, or when a packet that waits may leave. */
  nextNs(_now: number): number | undefined {
    return undefined;
  }
  /** Drops all that waits. */
  abstract reset(): void;

  protected discard(skb: Skb, why: string): false {
    this.stats.drops++;
    drop(this.dev.ns, skb, 'QDISC_DROP', `${this.kind}: ${why}`);
    return false;
  }

  protected entered(skb: Skb): true {
    this.length++;
    this.backlog += skb.end - skb.data;
    return true;
  }

  protected left(skb: Skb): Skb {
    this.length--;
    this.backlog -= skb.end - skb.data;
    return skb;
  }

  protected sent(skb: Skb): Skb {
    this.stats.packets++;
    this.stats.bytes += skb.end - skb.data;
    return skb;
  }
}

/** The qdisc at a device's root: packets go in, and out again as soon as they may (qdisc_run, qdisc_watchdog). */
export class RootQdisc {
  readonly qdisc: Qdisc;
  readonly handle: number;
  private timer: TimerHandle = 0;
  private running = false;

  constructor(qdisc: Qdisc, handle: number) {
    this.qdisc = qdisc;
    this.handle = handle;
  }

  /** False where the queue refused the packet (NET_XMIT_DROP). */
  enqueue(skb: Skb): boolean {
    const { dev, kind } = this.qdisc;
    const { clock, trace } = dev.ns.kernel;
    const taken = this.qdisc.enqueue(skb, clock.now);
    if (trace.on && !skb.ended) traceStep(dev.ns, dev, skb, { kind: 'wait', what: `in the queue of ${dev.name} (${kind})` });
    this.run();
    if (!taken) dev.ns.dataPlane.transmitDrops++;
    return taken;
  }

  /** What was changed may let packets go. */
  readonly run = (): void => {
    if (this.running) return;
    this.running = true;
    const { qdisc } = this;
    const { dev } = qdisc;
    const { clock } = dev.ns.kernel;
    for (let skb = qdisc.dequeue(clock.now); skb !== undefined; skb = qdisc.dequeue(clock.now)) devHardStartXmit(dev, skb);
    clock.cancel(this.timer);
    const next = qdisc.length > 0 ? qdisc.nextNs(clock.now) : undefined;
    this.timer = next === undefined ? 0 : clock.at(next, this.run);
    this.running = false;
  };

  /** The device goes down, or gets another root. */
  reset(): void {
    this.qdisc.dev.ns.kernel.clock.cancel(this.timer);
    this.timer = 0;
    this.qdisc.reset();
  }
}
