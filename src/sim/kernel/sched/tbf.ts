// The token bucket filter: net/sched/sch_tbf.c.

import { NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { Skb } from '../skb.ts';
import { Fifo } from './fifo.ts';
import { Qdisc } from './qdisc.ts';

export interface TbfOptions {
  /** Bytes a second. */
  readonly rate: number;
  /** What the bucket holds, as the time that it takes to send as much, ns. */
  readonly bufferNs: number;
  /** Bytes that may wait. */
  readonly limit: number;
  /** Bytes a second at most, whatever the bucket holds; 0 for no such limit. */
  readonly peakRate: number;
  /** What the second bucket holds, ns of the peak rate. */
  readonly mtuNs: number;
}

/** Packets leave as the bucket has tokens for them; tokens are counted in nanoseconds of the rate. */
export class Tbf extends Qdisc {
  readonly kind = 'tbf';
  options: TbfOptions;
  private readonly queue: Fifo;
  private tokens: number;
  private peakTokens: number;
  /** When the tokens were counted last. */
  private checkedNs: number;
  private waitsUntil: number | undefined = undefined;

  constructor(dev: NetDevice, options: TbfOptions) {
    super(dev);
    this.options = options;
    this.queue = new Fifo(dev, 'bfifo', options.limit);
    this.tokens = options.bufferNs;
    this.peakTokens = options.mtuNs;
    this.checkedNs = dev.ns.kernel.clock.now;
  }

  /** New settings; the bucket is full again (tbf_change). */
  change(options: TbfOptions): void {
    this.options = options;
    this.queue.limit = options.limit;
    this.tokens = options.bufferNs;
    this.peakTokens = options.mtuNs;
  }

  /** A packet longer than the bucket never leaves: it is dropped at once. */
  enqueue(skb: Skb): boolean {
    const length = skb.end - skb.data;
    const { rate, bufferNs, peakRate, mtuNs } = this.options;
    const most = Math.min(Math.floor((bufferNs * rate) / NS_PER_S), peakRate > 0 ? Math.floor((mtuNs * peakRate) / NS_PER_S) : length);
    if (length > most) return this.discard(skb, 'longer than the bucket');
    if (this.queue.backlog + length > this.queue.limit) return this.discard(skb, 'over the limit');
    this.entered(skb);
    return this.queue.enqueue(skb);
  }

  dequeue(now: number): Skb | undefined {
    this.waitsUntil = undefined;
    const head = this.queue.peek();
    if (head === undefined) return undefined;
    const length = head.end - head.data;
    const { rate, bufferNs, peakRate, mtuNs } = this.options;
    const passed = Math.min(now - this.checkedNs, bufferNs);
    let peak = 0;
    if (peakRate > 0) peak = Math.min(passed + this.peakTokens, mtuNs) - Math.floor((length * NS_PER_S) / peakRate);
    const left = Math.min(passed + this.tokens, bufferNs) - Math.floor((length * NS_PER_S) / rate);
    if (left >= 0 && peak >= 0) {
      this.checkedNs = now;
      this.tokens = left;
      this.peakTokens = peak;
      this.queue.dequeue();
      return this.sent(this.left(head));
    }
    this.waitsUntil = now + Math.max(-left, -peak);
    this.stats.overlimits++;
    return undefined;
  }

  override nextNs(): number | undefined {
    return this.waitsUntil;
  }

  reset(): void {
    this.queue.reset();
    this.length = 0;
    this.backlog = 0;
    this.tokens = this.options.bufferNs;
    this.peakTokens = this.options.mtuNs;
    this.checkedNs = this.dev.ns.kernel.clock.now;
  }
}
