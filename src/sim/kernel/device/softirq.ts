import type { EventQueue } from '../../base/event-queue.ts';
import type { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import type { NetDevice } from './net-device.ts';
import { receiveSkb } from './receive.ts';

/** Frames that may wait for the CPU before arriving ones are dropped (`net.core.netdev_max_backlog` is 1000; a world has many CPUs). */
const BACKLOG_LIMIT = 1 << 16;
/** Frames received before a system call returns (`net.core.netdev_budget`); what is left takes its turn with everything else. */
const BUDGET = 300;

/**
 * The receive backlog (Linux's softnet_data): a frame that arrives without latency waits here instead of being received inside
 * its sender's call. One per clock, so that all machines of a world take turns; one event of the clock per frame, so that the world
 * may stop a storm between any two.
 */
export class Softirq {
  private readonly clock: EventQueue;
  private ring: (Skb | undefined)[] = new Array(64).fill(undefined);
  private head = 0;
  private size = 0;
  private draining = false;
  private readonly run = (): void => {
    // It may have been received by now, before a system call returned.
    if (this.size > 0) this.receiveNext();
  };

  private receiveNext(): void {
    const skb = this.ring[this.head] as Skb;
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size--;
    const { trace } = (skb.dev as NetDevice).ns.kernel;
    if (trace.on) trace.because(skb, 'answer', () => receiveSkb(skb));
    else receiveSkb(skb);
  }

  private constructor(clock: EventQueue) {
    this.clock = clock;
  }

  /** The backlog of everything that lives by this clock. */
  static of(clock: EventQueue): Softirq {
    let found = backlogs.get(clock);
    if (!found) {
      found = new Softirq(clock);
      backlogs.set(clock, found);
    }
    return found;
  }

  /** Queues a frame for the stack of `skb.dev` (`enqueue_to_backlog`); false when it had to be dropped. */
  push(skb: Skb): boolean {
    if (this.size === this.ring.length && !this.grow()) {
      const dev = skb.dev;
      if (dev) {
        dev.stats.rxDropped++;
        drop(dev.ns, skb, 'CPU_BACKLOG', `${BACKLOG_LIMIT} packets wait for the processor`);
      }
      return false;
    }
    this.ring[(this.head + this.size++) & (this.ring.length - 1)] = skb;
    this.clock.soon(this.run);
    return true;
  }

  /**
   * Receives what a process has just sent, and what comes of it, before its system call returns: on one machine an acknowledgment or an
   * error is there before the process goes on (do_softirq behind __dev_queue_xmit).
   */
  drain(): void {
    if (this.draining) return;
    this.draining = true;
    for (let left = BUDGET; this.size > 0 && left > 0; left--) this.receiveNext();
    this.draining = false;
  }

  private grow(): boolean {
    const old = this.ring;
    if (old.length >= BACKLOG_LIMIT) return false;
    this.ring = new Array(old.length * 2).fill(undefined);
    for (let i = 0; i < this.size; i++) this.ring[i] = old[(this.head + i) & (old.length - 1)];
    this.head = 0;
    return true;
  }
}

const backlogs = new WeakMap<EventQueue, Softirq>();
