// First in, first out: sch_fifo.c, pfifo_fast of sch_generic.c, and fq_codel where nothing ever waits long.

import type { NetDevice } from '../device/net-device.ts';
import type { Skb } from '../skb.ts';
import { Qdisc } from './qdisc.ts';

/** pfifo and bfifo: as many packets, or bytes, as the limit says. */
export class Fifo extends Qdisc {
  readonly kind: 'pfifo' | 'bfifo';
  limit: number;
  private readonly queue: Skb[] = [];

  constructor(dev: NetDevice, kind: 'pfifo' | 'bfifo', limit: number) {
    super(dev);
    this.kind = kind;
    this.limit = limit;
  }

  enqueue(skb: Skb): boolean {
    const full = this.kind === 'pfifo' ? this.length >= this.limit : this.backlog + (skb.end - skb.data) > this.limit;
    if (full) return this.discard(skb, 'full');
    this.queue.push(skb);
    return this.entered(skb);
  }

  /** The packet that would leave next. */
  peek(): Skb | undefined {
    return this.queue[0];
  }

  dequeue(): Skb | undefined {
    const skb = this.queue.shift();
    return skb === undefined ? undefined : this.sent(this.left(skb));
  }

  reset(): void {
    for (const skb of this.queue.splice(0)) this.discard(this.left(skb), 'reset');
  }
}

/** Bands by the packet's priority (PRIO2BAND of the TOS field's precedence). */
export const PRIOMAP: readonly number[] = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
const BANDS = 3;

/**
 * pfifo_fast: three bands, each `txqueuelen` long. Packets carry no priority here (SO_PRIORITY, skb->priority), so all are of band 1.
 */
export class PfifoFast extends Qdisc {
  readonly kind = 'pfifo_fast';
  private readonly bands: Fifo[];

  constructor(dev: NetDevice) {
    super(dev);
    this.bands = Array.from({ length: BANDS }, () => new Fifo(dev, 'pfifo', dev.txQueueLen));
  }

  enqueue(skb: Skb): boolean {
    const band = this.bands[PRIOMAP[0] as number] as Fifo;
    if (band.length >= band.limit) return this.discard(skb, 'full');
    this.entered(skb);
    return band.enqueue(skb);
  }

  dequeue(): Skb | undefined {
    for (const band of this.bands) {
      const skb = band.dequeue();
      if (skb !== undefined) return this.sent(this.left(skb));
    }
    return undefined;
  }

  reset(): void {
    for (const band of this.bands) band.reset();
    this.length = 0;
    this.backlog = 0;
  }
}

/** fq_codel's limit of packets (sch_fq_codel.c). */
export const FQ_CODEL_LIMIT = 10_240;

/**
 * fq_codel at the root of a device that takes every packet at once: no queue ever builds up, so flows are never told apart and
 * CoDel never drops (sch_fq_codel.c); a first-in-first-out queue of its limit is all that can be seen of it.
 */
export class FqCodel extends Qdisc {
  readonly kind = 'fq_codel';
  private readonly queue: Fifo;

  constructor(dev: NetDevice) {
    super(dev);
    this.queue = new Fifo(dev, 'pfifo', FQ_CODEL_LIMIT);
  }

  enqueue(skb: Skb): boolean {
    if (this.queue.length >= FQ_CODEL_LIMIT) return this.discard(skb, 'full');
    this.entered(skb);
    return this.queue.enqueue(skb);
  }

  dequeue(): Skb | undefined {
    const skb = this.queue.dequeue();
    return skb === undefined ? undefined : this.sent(this.left(skb));
  }

  reset(): void {
    this.queue.reset();
    this.length = 0;
    this.backlog = 0;
  }
}
