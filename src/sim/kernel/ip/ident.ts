import type { EventQueue } from '../../base/event-queue.ts';
import { LazyMap } from '../../base/lazy.ts';
import type { Random } from '../../base/random.ts';
import { NS_PER_MS } from '../../base/time.ts';

const BUCKETS = 2048;
/** Length of the tick the generator counts in (1 / HZ). */
const TICK_NS = 4 * NS_PER_MS;

/** IP identifiers (ip_idents_reserve in net/ipv4/route.c): counters chosen by a keyed hash of the flow, which also jump by a random part of the ticks since their last use. */
export class IdentGenerator {
  private readonly clock: EventQueue;
  private readonly random: Random;
  private readonly key: number;
  /** The counters in use, by hash: most namespaces talk to few. */
  private readonly counters = new LazyMap<number, { id: number; tick: number }>();

  constructor(clock: EventQueue, random: Random) {
    this.clock = clock;
    this.random = random;
    this.key = random.u32();
  }

  next(dst: number, src: number, protocol: number): number {
    let h = Math.imul(dst ^ this.key, 0x9e3779b1) ^ Math.imul(src ^ (protocol << 24), 0x85ebca6b);
    h = (h ^ (h >>> 15)) & (BUCKETS - 1);
    const tick = Math.floor(this.clock.now / TICK_NS);
    let counter = this.counters.get(h);
    if (counter === undefined) {
      counter = { id: this.random.u32(), tick: 0 };
      this.counters.set(h, counter);
    }
    const idle = tick - counter.tick;
    let delta = 0;
    if (idle > 0) {
      counter.tick = tick;
      delta = this.random.int(Math.min(idle, 0x10000));
    }
    const id = (counter.id + delta) >>> 0;
    counter.id = (id + 1) >>> 0;
    return id & 0xffff;
  }
}
