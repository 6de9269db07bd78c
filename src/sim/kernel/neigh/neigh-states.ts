import { LazySet } from '../../base/lazy.ts';
// The states of a neighbour: net/core/neighbour.c, the half of it that a state machine is. The entries are in neigh-table.ts.

import type { Mac } from '../../base/address.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import { devQueueXmit, pushEthernet } from '../device/transmit.ts';
import type { NetNamespace } from '../netns.ts';
import type { Skb } from '../skb.ts';
import type { NeighParms } from '../sysctl/conf-tables.ts';
import { JIFFY_NS, jiffies, timerExpiryNs } from '../timer-wheel.ts';
import { drop, traceStep } from '../trace.ts';
import {
  type NeighEntry,
  NUD_CONNECTED,
  NUD_DELAY,
  NUD_FAILED,
  NUD_IN_TIMER,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_NONE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  NUD_VALID,
  nudName,
} from './neighbour.ts';

/** How {@link NeighStates.update} may change an entry (NEIGH_UPDATE_F_*). */
export const UPDATE_OVERRIDE = 0x1;
export const UPDATE_WEAK_OVERRIDE = 0x2;
export const UPDATE_OVERRIDE_ISROUTER = 0x4;
export const UPDATE_USE = 0x8;
export const UPDATE_EXT_LEARNED = 0x20;
export const UPDATE_ISROUTER = 0x40;
export const UPDATE_ADMIN = 0x80;

/** How often a device draws a new reachable time (neigh_periodic_work). */
const REACHABLE_TIME_REDRAW_NS = 300 * NS_PER_S;
/** The shortest timer that is set (HZ / 100). */
const MIN_TIMER_NS = 2 * JIFFY_NS;
/** What an skb weighs in a queue beyond its bytes (struct sk_buff and shared info; skb->truesize). */
const SKB_OVERHEAD = 576;

/** What is drawn by lot for each device (neigh_parms.reachable_time). */
interface ReachableTime {
  ns: number;
  forMs: number;
  atNs: number;
}

/**
 * ```
 *             packet            answer            reachable_time         packet         5 s        3 × unanswered
 *   NONE ──────────→ INCOMPLETE ──────→ REACHABLE ──────────────→ STALE ───────→ DELAY ────→ PROBE ──────────────→ FAILED
 *                        └── 3 × unanswered → FAILED                 └──────────── answer → REACHABLE
 * ```
 */
export abstract class NeighStates<Address> {
  protected readonly ns: NetNamespace;
  /** Entries with a deadline; one timer serves them all, so an idle table has none. */
  private readonly timed = new LazySet<NeighEntry<Address>>();
  private timer: TimerHandle = 0;
  private timerNs = Number.POSITIVE_INFINITY;
  private reachableTimes: WeakMap<NetDevice, ReachableTime> | undefined = undefined;

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  protected abstract parms(dev: NetDevice): NeighParms | undefined;
  /** Asks on the link; `skb` is a packet that waits, for the choice of the source address. */
  protected abstract solicit(entry: NeighEntry<Address>, skb: Skb | undefined): void;
  /** A packet could not be delivered because nobody answered (ops->error_report). */
  protected abstract unreachable(entry: NeighEntry<Address>, skb: Skb): void;
  protected abstract format(address: Address): string;
  /** The entry changed in a way that `ip monitor` shows (neigh_update_notify). */
  protected abstract changed(entry: NeighEntry<Address>): void;

  protected transmit(entry: NeighEntry<Address>, skb: Skb): void {
    const dev = entry.dev;
    pushEthernet(skb, entry.lladdr, dev.address, skb.protocol);
    devQueueXmit(dev, skb);
  }

  /** A packet is to be sent to an entry that is not connected (neigh_event_send): true if it may go now, false when it waits or was dropped. */
  protected eventSend(entry: NeighEntry<Address>, skb: Skb | undefined): boolean {
    const now = this.now;
    entry.usedNs = now;
    if ((entry.state & (NUD_CONNECTED | NUD_DELAY | NUD_PROBE)) !== 0) return true;
    const parms = this.parms(entry.dev);
    if (entry.dead || parms === undefined) {
      if (skb) drop(this.ns, skb, 'NEIGH_DEAD');
      return false;
    }
    let probe = false;
    if ((entry.state & (NUD_STALE | NUD_INCOMPLETE)) === 0) {
      if (parms.mcast_solicit + parms.app_solicit === 0) {
        entry.state = NUD_FAILED;
        entry.updatedNs = now;
        if (skb) drop(this.ns, skb, 'NEIGH_FAILED');
        return false;
      }
      entry.probes = parms.ucast_solicit;
      entry.state = NUD_INCOMPLETE;
      entry.updatedNs = now;
      this.setTimer(entry, now + Math.max(parms.retrans_time_ms * NS_PER_MS, MIN_TIMER_NS));
      probe = true;
    } else if (entry.state === NUD_STALE) {
      entry.state = NUD_DELAY;
      entry.updatedNs = now;
      this.setTimer(entry, now + parms.delay_first_probe_time * NS_PER_S);
    }
    const waits = entry.state === NUD_INCOMPLETE;
    if (waits && skb) this.enqueue(entry, skb, parms.unres_qlen_bytes);
    if (probe) this.probe(entry);
    return !waits;
  }

  private enqueue(entry: NeighEntry<Address>, skb: Skb, limit: number): void {
    const weight = skb.length + SKB_OVERHEAD;
    while (entry.queueBytes + weight > limit) {
      const oldest = entry.queue.shift();
      if (oldest === undefined) break;
      entry.queueBytes -= oldest.length + SKB_OVERHEAD;
      drop(this.ns, oldest, 'NEIGH_QUEUEFULL', this.format(entry.key));
    }
    entry.queue.push(skb);
    entry.queueBytes += weight;
    if (this.ns.kernel.trace.on) {
      traceStep(this.ns, entry.dev, skb, { kind: 'wait', what: `until ${this.format(entry.key)} says what its link-layer address is` });
    }
    if (skb.owned) entry.release ??= this.ns.hold();
  }

  private probe(entry: NeighEntry<Address>): void {
    const waiting = entry.queue.at(-1);
    const { trace } = this.ns.kernel;
    if (trace.on && waiting !== undefined) trace.because(waiting, 'question', () => this.solicit(entry, waiting));
    else this.solicit(entry, waiting);
    entry.probes++;
  }

  /** The state ended (neigh_timer_handler). */
  private expire(entry: NeighEntry<Address>): void {
    const now = this.now;
    const parms = this.parms(entry.dev);
    if (parms === undefined || (entry.state & NUD_IN_TIMER) === 0) return;
    const delayNs = parms.delay_first_probe_time * NS_PER_S;
    const retransNs = Math.max(parms.retrans_time_ms * NS_PER_MS, MIN_TIMER_NS);
    let next = now + NS_PER_S;
    let notify = false;
    if (entry.state === NUD_REACHABLE) {
      const until = entry.confirmedNs + this.reachableNs(entry.dev, parms);
      if (now < until) {
        next = until;
      } else {
        entry.state = now <= entry.usedNs + delayNs ? NUD_DELAY : NUD_STALE;
        entry.updatedNs = now;
        next = now + delayNs;
        notify = entry.state === NUD_STALE;
      }
    } else if (entry.state === NUD_DELAY) {
      entry.updatedNs = now;
      notify = true;
      if (now <= entry.confirmedNs + delayNs) {
        entry.state = NUD_REACHABLE;
        next = entry.confirmedNs + this.reachableNs(entry.dev, parms);
      } else {
        entry.state = NUD_PROBE;
        entry.probes = 0;
        next = now + retransNs;
      }
    } else {
      next = now + retransNs;
    }
    const probing = (entry.state & (NUD_INCOMPLETE | NUD_PROBE)) !== 0;
    if (probing && entry.probes >= maxProbes(entry.state, parms)) {
      entry.state = NUD_FAILED;
      this.changed(entry);
      this.invalidate(entry);
      return;
    }
    if ((entry.state & NUD_IN_TIMER) !== 0) this.setTimer(entry, Math.max(next, now + MIN_TIMER_NS));
    if (probing) this.probe(entry);
    if (notify) this.changed(entry);
  }

  /** Resolution failed: what waited is answered with "unreachable" (neigh_invalidate). */
  private invalidate(entry: NeighEntry<Address>): void {
    entry.updatedNs = this.now;
    for (const skb of entry.takeQueue()) {
      this.unreachable(entry, skb);
      drop(this.ns, skb, 'NEIGH_FAILED', this.format(entry.key));
    }
  }

  /** Something was learned about a neighbour (neigh_update); `lladdr` undefined keeps what is known. EPERM, EINVAL. */
  update(entry: NeighEntry<Address>, lladdr: Mac | undefined, wanted: number, flags: number): undefined | KernelError {
    const now = this.now;
    const old = entry.state;
    let state = wanted;
    if (entry.dead) return fail('EPERM', 'Neighbor entry is now dead');
    if ((flags & UPDATE_ADMIN) === 0 && (old & (NUD_NOARP | NUD_PERMANENT)) !== 0) return fail('EPERM');
    if ((flags & UPDATE_ADMIN) !== 0) entry.externLearn = (flags & UPDATE_EXT_LEARNED) !== 0;
    if ((flags & UPDATE_USE) !== 0) {
      entry.state = old & ~NUD_PERMANENT;
      return undefined;
    }
    if ((state & NUD_VALID) === 0) {
      this.stopTimer(entry);
      entry.state = state;
      if ((old & (NUD_INCOMPLETE | NUD_PROBE)) !== 0 && (state & NUD_FAILED) !== 0) {
        this.invalidate(entry);
        this.changed(entry);
      } else if ((old & NUD_VALID) !== 0) {
        this.changed(entry);
      }
      return undefined;
    }
    if (lladdr === undefined && (old & NUD_VALID) === 0) return fail('EINVAL', 'No link layer address given');
    let address = lladdr ?? entry.lladdr;
    const known = (old & NUD_VALID) !== 0;
    let differs = !known || address !== entry.lladdr;
    if ((state & NUD_CONNECTED) !== 0) entry.confirmedNs = now;
    let updateRouter = (flags & UPDATE_OVERRIDE_ISROUTER) !== 0;
    let notify = false;
    if (known && differs && (flags & UPDATE_OVERRIDE) === 0) {
      updateRouter = false;
      if ((flags & UPDATE_WEAK_OVERRIDE) === 0 || (old & NUD_CONNECTED) === 0) return undefined;
      address = entry.lladdr;
      differs = false;
      state = NUD_STALE;
    } else if (known && !differs && state === NUD_STALE && (flags & UPDATE_ADMIN) === 0) {
      state = old;
    }
    if (state !== old || differs) entry.updatedNs = now;
    if (state !== old) {
      this.stopTimer(entry);
      if ((state & NUD_PROBE) !== 0) entry.probes = 0;
      entry.state = state;
      const parms = this.parms(entry.dev);
      if ((state & NUD_IN_TIMER) !== 0 && parms) {
        this.setTimer(entry, now + ((state & NUD_REACHABLE) !== 0 ? this.reachableNs(entry.dev, parms) : 0));
      }
      notify = true;
    }
    if (differs) {
      entry.lladdr = address;
      if ((state & NUD_CONNECTED) === 0) entry.confirmedNs = now - this.unconfirmedNs(entry.dev);
      notify = true;
    }
    if (state !== old && !known) this.flushQueue(entry);
    if (updateRouter) {
      const router = (flags & UPDATE_ISROUTER) !== 0;
      if (router !== entry.router) notify = true;
      entry.router = router;
    }
    if (notify) this.changed(entry);
    return undefined;
  }

  private flushQueue(entry: NeighEntry<Address>): void {
    for (const skb of entry.takeQueue()) {
      if ((entry.state & NUD_VALID) === 0) drop(this.ns, skb, 'NEIGH_FAILED', this.format(entry.key));
      else if ((entry.state & NUD_CONNECTED) !== 0 || this.eventSend(entry, skb)) this.transmit(entry, skb);
    }
  }

  protected get now(): number {
    return this.ns.kernel.clock.now;
  }

  /** How long the device's neighbours count as reachable: a random time between half and one and a half of the base (neigh_rand_reach_time). */
  private reachableNs(dev: NetDevice, parms: NeighParms): number {
    const baseMs = parms.base_reachable_time_ms;
    this.reachableTimes ??= new WeakMap();
    let drawn = this.reachableTimes.get(dev);
    if (drawn === undefined || drawn.forMs !== baseMs || this.now - drawn.atNs > REACHABLE_TIME_REDRAW_NS) {
      const ns = (Math.floor(baseMs / 2) + this.ns.kernel.random.int(Math.max(1, baseMs))) * NS_PER_MS;
      drawn = { ns, forMs: baseMs, atNs: this.now };
      this.reachableTimes.set(dev, drawn);
    }
    return drawn.ns;
  }

  /** How long ago something that was never confirmed counts as confirmed: long enough not to matter. */
  protected unconfirmedNs(dev: NetDevice): number {
    return 2 * (this.parms(dev)?.base_reachable_time_ms ?? 30_000) * NS_PER_MS;
  }

  /** Asks for the address where it is not known; true if it is (neigh_event_send without a packet). */
  protected wake(entry: NeighEntry<Address>): boolean {
    return (entry.state & NUD_CONNECTED) !== 0 || this.eventSend(entry, undefined);
  }

  protected stopTimers(): void {
    this.timed.clear();
    this.ns.kernel.clock.cancel(this.timer);
  }

  private setTimer(entry: NeighEntry<Address>, wantedNs: number): void {
    const deadlineNs = timerExpiryNs(this.now, jiffies(wantedNs - this.now));
    entry.deadlineNs = deadlineNs;
    this.timed.add(entry);
    if (deadlineNs < this.timerNs) this.arm(deadlineNs);
  }

  protected stopTimer(entry: NeighEntry<Address>): void {
    entry.deadlineNs = Number.POSITIVE_INFINITY;
    this.timed.delete(entry);
    if (this.timed.size === 0 && this.timer !== 0) {
      this.ns.kernel.clock.cancel(this.timer);
      this.timer = 0;
      this.timerNs = Number.POSITIVE_INFINITY;
    }
  }

  private arm(atNs: number): void {
    const clock = this.ns.kernel.clock;
    if (this.timer !== 0) clock.cancel(this.timer);
    this.timerNs = atNs;
    this.timer = clock.at(atNs, this.onTimer);
  }

  private readonly onTimer = (): void => {
    this.timer = 0;
    this.timerNs = Number.POSITIVE_INFINITY;
    const now = this.now;
    const due: NeighEntry<Address>[] = [];
    for (const entry of this.timed) if (entry.deadlineNs <= now) due.push(entry);
    for (const entry of due) {
      if (entry.deadlineNs > now) continue;
      this.stopTimer(entry);
      this.expire(entry);
    }
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.timed) if (entry.deadlineNs < next) next = entry.deadlineNs;
    if (next < this.timerNs) this.arm(next);
  };

  protected traceEntry(entry: NeighEntry<Address>, skb: Skb): void {
    const lladdr =
      (entry.state & NUD_VALID) !== 0
        ? entry.lladdr
            .toString(16)
            .padStart(12, '0')
            .replace(/(..)(?!$)/g, '$1:')
        : undefined;
    const state = entry.state === NUD_NONE ? 'INCOMPLETE' : nudName(entry.state);
    traceStep(this.ns, entry.dev, skb, { kind: 'neigh', ip: this.format(entry.key), state, lladdr });
  }
}

/** Solicitations after which an address has failed (neigh_max_probes). */
function maxProbes(state: number, parms: NeighParms): number {
  return parms.ucast_solicit + parms.app_solicit + (state === NUD_PROBE ? parms.mcast_resolicit : parms.mcast_solicit);
}
