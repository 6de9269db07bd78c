import type { EventQueue } from '../../base/event-queue.ts';
import { NS_PER_S } from '../../base/time.ts';

/** net.ipv4.route.mtu_expires, net.ipv6.route.mtu_expires. */
const EXPIRES_NS = 600 * NS_PER_S;

export interface LearnedMtu {
  readonly mtu: number;
  readonly expiresNs: number;
}

/** Path MTUs learned from ICMP, by next hop and destination (`fib_nh_exception`, `rt6_exception`): they go with the route, or after ten minutes. */
export class PathMtus<Hop extends object, Address> {
  private readonly clock: EventQueue;
  private byHop: WeakMap<Hop, Map<Address, LearnedMtu>> | undefined = undefined;

  constructor(clock: EventQueue) {
    this.clock = clock;
  }

  find(hop: Hop, dst: Address): LearnedMtu | undefined {
    const byDst = this.byHop?.get(hop);
    const found = byDst?.get(dst);
    if (found === undefined || found.expiresNs > this.clock.now) return found;
    byDst?.delete(dst);
    return undefined;
  }

  /** Nothing was ever learned (net.ipv4.route.flush). */
  forget(): void {
    this.byHop = undefined;
  }

  learn(hop: Hop, dst: Address, mtu: number): void {
    this.byHop ??= new WeakMap();
    let byDst = this.byHop.get(hop);
    if (byDst === undefined) {
      byDst = new Map();
      this.byHop.set(hop, byDst);
    }
    byDst.set(dst, { mtu, expiresNs: this.clock.now + EXPIRES_NS });
  }
}
