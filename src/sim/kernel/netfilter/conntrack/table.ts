import { NS_PER_S } from '../../../base/time.ts';
import type { NetNamespace } from '../../netns.ts';
import type { Conntrack } from './entry.ts';
import { IPS_CONFIRMED, IPS_SRC_NAT_DONE } from './entry.ts';
import type { Tuple } from './tuple.ts';

const FIRST_SIZE = 16;

/**
 * The confirmed connections of one namespace, found by the tuple of either direction (nf_conntrack_hash): chains of tuples behind an
 * array that grows as it fills. One timer serves all entries: it is set to the earliest end that was ever promised, and what it
 * finds refreshed by then stays, so that a packet only writes a number.
 */
export class ConntrackTable {
  private readonly ns: NetNamespace;
  private readonly seed: number;
  private readonly expired: (ct: Conntrack) => void;
  private buckets: (Tuple | undefined)[] = new Array(FIRST_SIZE).fill(undefined);
  private mask = FIRST_SIZE - 1;
  private readonly sources = new Map<number, Conntrack>();
  /** In the order they were confirmed. */
  readonly entries = new Set<Conntrack>();
  private timer = 0;
  private timerAt = Number.POSITIVE_INFINITY;

  /** `expired` is called with what the timer finds at its end, and has to remove it. */
  constructor(ns: NetNamespace, seed: number, expired: (ct: Conntrack) => void) {
    this.ns = ns;
    this.seed = seed;
    this.expired = expired;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The tuple in the table that equals `probe`: its `entry` and `isReply` say whose. What has expired counts for nothing. */
  find(probe: Tuple): Tuple | undefined {
    const hash = probe.computeHash(this.seed);
    let tuple = this.buckets[hash & this.mask];
    while (tuple !== undefined) {
      if (tuple.hash === hash && tuple.equals(probe)) {
        const ct = tuple.entry as Conntrack;
        if (ct.timeoutNs > this.ns.kernel.clock.now) return tuple;
        this.expired(ct);
        return undefined;
      }
      tuple = tuple.next;
    }
    return undefined;
  }

  /** Adds both tuples; `onlyOriginal` where the reply's is somebody else's already (IPS_NAT_CLASH). */
  insert(ct: Conntrack, onlyOriginal = false): void {
    if (this.entries.size * 2 > this.mask) this.grow();
    this.link(ct.original);
    if (!onlyOriginal) this.link(ct.reply);
    this.entries.add(ct);
    ct.status |= IPS_CONFIRMED;
    this.schedule(ct.timeoutNs);
  }

  remove(ct: Conntrack): void {
    if (!this.entries.delete(ct)) return;
    this.unlink(ct.original);
    this.unlink(ct.reply);
    this.forgetSource(ct);
    if (this.entries.size === 0 && this.timer !== 0) this.cancelTimer();
  }

  /** An entry may now end at `timeoutNs`, which may be earlier than it was. */
  schedule(timeoutNs: number): void {
    if (timeoutNs >= this.timerAt) return;
    const { clock } = this.ns.kernel;
    if (this.timer !== 0) clock.cancel(this.timer);
    this.timerAt = timeoutNs;
    this.timer = clock.at(timeoutNs, this.collect);
  }

  destroy(): void {
    this.cancelTimer();
    this.entries.clear();
    this.buckets = [];
  }

  // ---- which sources are translated already (nf_nat_bysource)

  /** Source NAT of a connection is settled: others from the same source may follow it. */
  rememberSource(ct: Conntrack): void {
    const key = sourceKey(ct.original, this.seed);
    ct.bySource = this.sources.get(key);
    this.sources.set(key, ct);
  }

  /** Those whose original source may be that of `tuple`, the latest first. */
  bySource(tuple: Tuple): Conntrack | undefined {
    return this.sources.get(sourceKey(tuple, this.seed));
  }

  /** For an entry that never got into the table, too. */
  forgetSource(ct: Conntrack): void {
    if ((ct.status & IPS_SRC_NAT_DONE) === 0) return;
    const key = sourceKey(ct.original, this.seed);
    const first = this.sources.get(key);
    if (first === ct) {
      if (ct.bySource === undefined) this.sources.delete(key);
      else this.sources.set(key, ct.bySource);
      return;
    }
    for (let at = first; at !== undefined; at = at.bySource) {
      if (at.bySource === ct) {
        at.bySource = ct.bySource;
        return;
      }
    }
  }

  private link(tuple: Tuple): void {
    tuple.hash = tuple.computeHash(this.seed);
    const bucket = tuple.hash & this.mask;
    tuple.next = this.buckets[bucket];
    this.buckets[bucket] = tuple;
  }

  private unlink(tuple: Tuple): void {
    const bucket = tuple.hash & this.mask;
    let at = this.buckets[bucket];
    if (at === tuple) {
      this.buckets[bucket] = tuple.next;
      return;
    }
    while (at !== undefined) {
      if (at.next === tuple) {
        at.next = tuple.next;
        return;
      }
      at = at.next;
    }
  }

  private grow(): void {
    const size = this.buckets.length * 4;
    const old = this.buckets;
    this.mask = size - 1;
    this.buckets = new Array(size).fill(undefined);
    for (const chain of old) {
      let tuple = chain;
      while (tuple !== undefined) {
        const { next } = tuple;
        const bucket = tuple.hash & this.mask;
        tuple.next = this.buckets[bucket];
        this.buckets[bucket] = tuple;
        tuple = next;
      }
    }
  }

  private readonly collect = (): void => {
    this.timer = 0;
    this.timerAt = Number.POSITIVE_INFINITY;
    const { now } = this.ns.kernel.clock;
    let next = Number.POSITIVE_INFINITY;
    for (const ct of this.entries) {
      if (ct.timeoutNs <= now) this.expired(ct);
      else if (ct.timeoutNs < next) next = ct.timeoutNs;
    }
    // Not more than once a second, however short the timeouts.
    if (next !== Number.POSITIVE_INFINITY) this.schedule(Math.max(next, now + NS_PER_S));
  };

  private cancelTimer(): void {
    if (this.timer !== 0) this.ns.kernel.clock.cancel(this.timer);
    this.timer = 0;
    this.timerAt = Number.POSITIVE_INFINITY;
  }
}

function sourceKey(tuple: Tuple, seed: number): number {
  let h = seed ^ tuple.protocol;
  for (const word of [tuple.src0, tuple.src1, tuple.src2, tuple.src3, tuple.sport]) h = Math.imul(h ^ word, 0x85ebca6b) ^ (h >>> 13);
  return h;
}
