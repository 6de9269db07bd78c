// The network emulator: net/sched/sch_netem.c.

import type { Random } from '../../base/random.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { Skb } from '../skb.ts';
import { traceBranch } from '../trace.ts';
import { Qdisc } from './qdisc.ts';

/** A chance with how much it depends on the time before: both as parts of 2^32 - 1, as the kernel has them. */
export interface Chance {
  readonly probability: number;
  readonly correlation: number;
}

export interface NetemOptions {
  /** Packets that may wait. */
  readonly limit: number;
  readonly latencyNs: number;
  readonly jitterNs: number;
  readonly delayCorrelation: number;
  readonly distribution: 'uniform' | 'normal';
  readonly loss: Chance;
  readonly duplicate: Chance;
  readonly corrupt: Chance;
  readonly reorder: Chance;
  /** Every how many packets one may be sent at once. */
  readonly gap: number;
  /** Bytes a second of a cable that is emulated; 0 for none. */
  readonly rate: number;
  readonly packetOverhead: number;
}

interface Waiting {
  readonly skb: Skb;
  readonly sendNs: number;
}

/** Random numbers that remember the one before (struct crndstate). */
class Correlated {
  private readonly random: Random;
  private last = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** A number of 32 bits (get_crandom). */
  next(correlation: number): number {
    const value = this.random.u32();
    if (correlation === 0) return value;
    const rho = (correlation + 1) / 0x100000000;
    this.last = Math.floor(value * (1 - rho) + this.last * rho) >>> 0;
    return this.last;
  }

  /** Whether the chance comes true. */
  hits({ probability, correlation }: Chance): boolean {
    return probability > 0 && probability >= this.next(correlation);
  }
}

/** Delays, loses, doubles, spoils and reorders packets; each leaves when its time has come, whichever came first. */
export class Netem extends Qdisc {
  readonly kind = 'netem';
  options: NetemOptions;
  /** In the order in which they leave. */
  private readonly queue: Waiting[] = [];
  private readonly random: Random;
  private readonly chances: Readonly<Record<'delay' | 'loss' | 'duplicate' | 'corrupt' | 'reorder', Correlated>>;
  /** Packets since the last that was sent ahead of its turn. */
  private counter = 0;

  constructor(dev: NetDevice, options: NetemOptions) {
    super(dev);
    this.options = options;
    this.random = dev.ns.kernel.random.fork(`netem ${dev.uid}`);
    const correlated = (): Correlated => new Correlated(this.random);
    this.chances = { delay: correlated(), loss: correlated(), duplicate: correlated(), corrupt: correlated(), reorder: correlated() };
  }

  /** A lost packet counts as dropped, but its sender does not hear of it. */
  enqueue(skb: Skb, now: number): boolean {
    const { options, chances } = this;
    let copies = 1;
    if (chances.duplicate.hits(options.duplicate)) copies++;
    if (chances.loss.hits(options.loss)) copies--;
    if (copies === 0) {
      this.discard(skb, 'loss');
      return true;
    }
    const twin = copies > 1 ? skb.clone() : undefined;
    if (twin !== undefined) {
      const { ns } = this.dev;
      if (ns.kernel.trace.on) traceBranch(ns, this.dev, twin, skb, 'copy');
      this.place(twin, now);
    }
    if (chances.corrupt.hits(options.corrupt)) this.spoil(skb);
    return this.place(skb, now);
  }

  /** One bit of the packet is wrong. */
  private spoil(skb: Skb): void {
    skb.unshare();
    const at = skb.data + this.random.int(skb.end - skb.data);
    skb.buf[at] = (skb.buf[at] as number) ^ (1 << this.random.int(8));
  }

  private place(skb: Skb, now: number): boolean {
    const { options } = this;
    if (this.length >= options.limit) return this.discard(skb, 'over the limit');
    const inTurn =
      options.gap === 0 ||
      this.counter < options.gap - 1 ||
      options.reorder.probability < this.chances.reorder.next(options.reorder.correlation);
    if (inTurn) {
      this.counter++;
      this.insert({ skb, sendNs: this.sendTime(skb, now) });
    } else {
      this.counter = 0;
      this.stats.requeues++;
      this.queue.unshift({ skb, sendNs: now });
    }
    return this.entered(skb);
  }

  /** With a rate, a packet begins to be sent when the one before it is through. */
  private sendTime(skb: Skb, now: number): number {
    const { rate, packetOverhead } = this.options;
    const delay = this.delay();
    if (rate === 0) return now + delay;
    const last = this.queue.at(-1);
    const took = Math.floor(((skb.end - skb.data + packetOverhead) * NS_PER_S) / rate);
    if (last === undefined) return now + delay + took;
    return last.sendNs + Math.max(0, delay - (last.sendNs - now)) + took;
  }

  /** The latency, give or take (tabledist). */
  private delay(): number {
    const { latencyNs, jitterNs, delayCorrelation, distribution } = this.options;
    if (jitterNs === 0) return latencyNs;
    const value = this.chances.delay.next(delayCorrelation) / 0x100000000;
    if (distribution === 'uniform') return Math.max(0, Math.floor(latencyNs - jitterNs + value * 2 * jitterNs));
    const normal = Math.sqrt(-2 * Math.log(1 - value)) * Math.cos(2 * Math.PI * this.random.float());
    return Math.max(0, Math.floor(latencyNs + normal * jitterNs));
  }

  private insert(waiting: Waiting): void {
    let at = this.queue.length;
    while (at > 0 && (this.queue[at - 1] as Waiting).sendNs > waiting.sendNs) at--;
    this.queue.splice(at, 0, waiting);
  }

  dequeue(now: number): Skb | undefined {
    const head = this.queue[0];
    if (head === undefined || head.sendNs > now) return undefined;
    this.queue.shift();
    return this.sent(this.left(head.skb));
  }

  override nextNs(): number | undefined {
    return this.queue[0]?.sendNs;
  }

  reset(): void {
    for (const { skb } of this.queue.splice(0)) this.discard(this.left(skb), 'reset');
  }
}
