import type { EventQueue } from '../../base/event-queue.ts';
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
  private readonly ids = new Uint32Array(BUCKETS);
  private readonly ticks = new Float64Array(BUCKETS);

  constructor(clock: EventQueue, random: Random) {
    this.clock = clock;
    this.random = random;
    this.key = random.u32();
    for (let i = 0; i < BUCKETS; i++) this.ids[i] = random.u32();
  }

  next(dst: number, src: number, protocol: number): number {
    let h = Math.imul(dst ^ this.key, 0x9e3779b1) ^ Math.imul(src ^ (protocol << 24), 0x85ebca6b);
    h = (h ^ (h >>> 15)) & (BUCKETS - 1);
    const tick = Math.floor(this.clock.now / TICK_NS);
    const idle = tick - (this.ticks[h] as number);
    let delta = 0;
    if (idle > 0) {
      this.ticks[h] = tick;
      delta = this.random.int(Math.min(idle, 0x10000));
    }
    const id = ((this.ids[h] as number) + delta) >>> 0;
    this.ids[h] = id + 1;
    return id & 0xffff;
  }
}
