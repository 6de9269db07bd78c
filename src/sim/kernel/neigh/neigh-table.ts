// The neighbour cache of one family: net/core/neighbour.c. The families' own parts are arp.ts and ndisc.ts.

import type { Mac } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import { devQueueXmit, pushEthernet } from '../device/transmit.ts';
import type { NetNamespace } from '../netns.ts';
import type { Family, IpAddress, NeighDump, NeighRequest } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import type { NeighParms } from '../sysctl/conf-tables.ts';
import { drop, traceStep } from '../trace.ts';
import {
  NeighEntry,
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
  nudNumber,
} from './neighbour.ts';
import type { NeighbourTable } from './neighbour-table.ts';
import { ProxyNeighbours } from './proxy.ts';

/** How {@link NeighTable.update} may change an entry (NEIGH_UPDATE_F_*). */
export const UPDATE_OVERRIDE = 0x1;
export const UPDATE_WEAK_OVERRIDE = 0x2;
export const UPDATE_OVERRIDE_ISROUTER = 0x4;
export const UPDATE_USE = 0x8;
export const UPDATE_EXT_LEARNED = 0x20;
export const UPDATE_ISROUTER = 0x40;
export const UPDATE_ADMIN = 0x80;

/** Entries below which nothing is collected, above which new ones are refused (net.ipv4.neigh.default.gc_thresh1 and 3). Linux counts all namespaces together. */
const GC_THRESH1 = 128;
const GC_THRESH3 = 1024;
/** How often a device draws a new reachable time (neigh_periodic_work). */
const REACHABLE_TIME_REDRAW_NS = 300 * NS_PER_S;
/** The tick below which no timer is set (HZ / 100). */
const MIN_TIMER_NS = 10 * NS_PER_MS;
/** What an skb weighs in a queue beyond its bytes (struct sk_buff and shared info; skb->truesize). */
const SKB_OVERHEAD = 576;

/** What the table remembers about a device (struct neigh_parms). */
interface DeviceState<Address> {
  readonly entries: Map<Address, NeighEntry<Address>>;
  reachableNs: number;
  drawnForMs: number;
  drawnAtNs: number;
}

export abstract class NeighTable<Address extends IpAddress> implements NeighbourTable<Address> {
  protected readonly ns: NetNamespace;
  protected abstract readonly family: Family;
  readonly proxies: ProxyNeighbours<Address>;
  /** Called when an entry changed in a way that `ip monitor` shows (RTM_NEWNEIGH, RTM_DELNEIGH). */
  onChange: ((neigh: NeighDump, deleted: boolean) => void) | undefined = undefined;

  private readonly devices = new Map<NetDevice, DeviceState<Address>>();
  private size = 0;
  /** Entries with a deadline; one timer serves them all, so an idle table has none. */
  private readonly timed = new Set<NeighEntry<Address>>();
  private timer = 0;
  private timerNs = Number.POSITIVE_INFINITY;
  private gcTimer = 0;
  private last: NeighEntry<Address> | undefined;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.proxies = new ProxyNeighbours(ns);
  }

  protected abstract parms(dev: NetDevice): NeighParms | undefined;
  /** Decides whether an address needs resolution at all and sets the state of one that does not (arp_constructor, ndisc_constructor). */
  protected abstract construct(entry: NeighEntry<Address>): void;
  /** Asks on the link; `skb` is a packet that waits, for the choice of the source address. */
  protected abstract solicit(entry: NeighEntry<Address>, skb: Skb | undefined): void;
  /** A packet could not be delivered because nobody answered (ops->error_report). */
  protected abstract unreachable(entry: NeighEntry<Address>, skb: Skb): void;
  protected abstract format(address: Address): string;
  /** The key under which an address is kept: all of loopback's IPv4 neighbours are one. */
  protected keyOf(_dev: NetDevice, address: Address): Address {
    return address;
  }

  // ---- output -------------------------------------------------------------------------------------------------------

  output(dev: NetDevice, nexthop: Address, skb: Skb): void {
    let entry = this.last;
    if (entry === undefined || entry.dev !== dev || entry.key !== nexthop) {
      entry = this.find(dev, nexthop) ?? this.create(dev, nexthop);
      if (entry === undefined) return drop(this.ns, skb, 'NEIGH_CREATEFAIL', 'neighbor table overflow');
      this.last = entry;
    }
    if (this.ns.kernel.trace.on) this.traceEntry(entry, skb);
    if ((entry.state & NUD_CONNECTED) === 0 && !this.eventSend(entry, skb)) return;
    this.transmit(entry, skb);
  }

  private transmit(entry: NeighEntry<Address>, skb: Skb): void {
    const dev = entry.dev;
    pushEthernet(skb, entry.lladdr, dev.address, skb.protocol);
    devQueueXmit(dev, skb);
  }

  /** A packet is to be sent to an entry that is not connected (neigh_event_send): true if it may go now, false when it waits or was dropped. */
  private eventSend(entry: NeighEntry<Address>, skb: Skb | undefined): boolean {
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
  }

  private probe(entry: NeighEntry<Address>): void {
    this.solicit(entry, entry.queue.at(-1));
    entry.probes++;
  }

  // ---- states -------------------------------------------------------------------------------------------------------

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
    const waiting = entry.queue;
    entry.queue = [];
    entry.queueBytes = 0;
    for (const skb of waiting) {
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
    const waiting = entry.queue;
    entry.queue = [];
    entry.queueBytes = 0;
    for (const skb of waiting) {
      if ((entry.state & NUD_VALID) === 0) drop(this.ns, skb, 'NEIGH_FAILED', this.format(entry.key));
      else if ((entry.state & NUD_CONNECTED) !== 0 || this.eventSend(entry, skb)) this.transmit(entry, skb);
    }
  }

  confirm(dev: NetDevice, address: Address): void {
    const entry = this.find(dev, this.keyOf(dev, address));
    if (entry) entry.confirmedNs = this.now;
  }

  // ---- entries ------------------------------------------------------------------------------------------------------

  find(dev: NetDevice, address: Address): NeighEntry<Address> | undefined {
    const entries = this.devices.get(dev)?.entries;
    return entries?.get(address) ?? entries?.get(this.keyOf(dev, address));
  }

  /** The entry for an address, made if need be; undefined when the table is full or the device does not speak the family. */
  create(dev: NetDevice, address: Address): NeighEntry<Address> | undefined {
    const parms = this.parms(dev);
    if (parms === undefined || dev.ns !== this.ns) return undefined;
    const key = this.keyOf(dev, address);
    const found = this.devices.get(dev)?.entries.get(key);
    if (found) return found;
    if (this.size >= GC_THRESH3 && this.collect(0) === 0) return undefined;
    const now = this.now;
    const entry = new NeighEntry(dev, key, now, now - this.unconfirmedNs(dev));
    this.construct(entry);
    this.stateOf(dev).entries.set(key, entry);
    this.size++;
    if (this.size > GC_THRESH1 && this.gcTimer === 0) this.scheduleGc();
    return entry;
  }

  /** The entry of a neighbour that asked us something; it is there now, if unconfirmed (neigh_event_ns). */
  eventNs(dev: NetDevice, address: Address, lladdr: Mac): NeighEntry<Address> | undefined {
    const entry = this.find(dev, address) ?? this.create(dev, address);
    if (entry) this.update(entry, lladdr, NUD_STALE, UPDATE_OVERRIDE);
    return entry;
  }

  lookup(dev: NetDevice, address: Address): Mac | undefined {
    const entry = this.find(dev, address);
    return entry && (entry.state & NUD_VALID) !== 0 ? entry.lladdr : undefined;
  }

  dump(options?: { readonly proxy?: boolean }): NeighDump[] {
    if (options?.proxy) return this.proxies.dump(this.family);
    const out: NeighDump[] = [];
    for (const { entries } of this.devices.values()) for (const entry of entries.values()) out.push(this.describe(entry));
    return out;
  }

  private describe(entry: NeighEntry<Address>): NeighDump {
    const now = this.now;
    const seconds = (since: number): number => Math.floor((now - since) / NS_PER_S);
    return {
      family: this.family,
      ifindex: entry.dev.ifindex,
      dst: entry.key,
      lladdr: (entry.state & NUD_VALID) !== 0 ? entry.lladdr : undefined,
      state: nudName(entry.state),
      router: entry.router,
      proxy: false,
      externLearn: entry.externLearn,
      refcnt: entry.deadlineNs === Number.POSITIVE_INFINITY ? 0 : 1,
      used: seconds(entry.usedNs),
      confirmed: seconds(entry.confirmedNs),
      updated: seconds(entry.updatedNs),
      probes: entry.probes,
    };
  }

  add(request: NeighRequest): undefined | KernelError {
    const dev = this.ns.devices.get(request.ifindex);
    const address = request.dst as Address;
    if (dev === undefined)
      return fail(request.ifindex === 0 ? 'EINVAL' : 'ENODEV', request.ifindex === 0 ? 'Device not specified' : undefined);
    if (request.proxy) {
      this.proxies.add(dev, address, request.router ?? false);
      return undefined;
    }
    if (this.parms(dev) === undefined) return fail('EINVAL');
    let flags = UPDATE_ADMIN | UPDATE_OVERRIDE | UPDATE_OVERRIDE_ISROUTER;
    let entry = this.find(dev, address);
    if (entry === undefined) {
      if (!request.create) return fail('ENOENT');
      entry = this.create(dev, address);
      if (entry === undefined) return fail('ENOBUFS');
    } else {
      if (request.exclusive) return fail('EEXIST');
      if (!request.replace) flags &= ~(UPDATE_OVERRIDE | UPDATE_OVERRIDE_ISROUTER);
    }
    if (request.externLearn) flags |= UPDATE_EXT_LEARNED;
    if (request.router) flags |= UPDATE_ISROUTER;
    if (request.use) flags |= UPDATE_USE;
    const refused = this.update(entry, request.lladdr, nudNumber(request.state ?? 'PERMANENT'), flags);
    if (refused === undefined && request.use) this.eventSend(entry, undefined);
    return refused;
  }

  remove(request: NeighRequest): undefined | KernelError {
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail(request.ifindex === 0 ? 'EINVAL' : 'ENODEV');
    const address = request.dst as Address;
    if (request.proxy) return this.proxies.remove(dev, address) ? undefined : fail('ENOENT');
    const entry = this.find(dev, address);
    if (entry === undefined) return fail('ENOENT');
    this.update(entry, undefined, NUD_FAILED, UPDATE_OVERRIDE | UPDATE_ADMIN);
    this.forget(entry);
    return undefined;
  }

  deviceDown(dev: NetDevice, keepPermanent: boolean): void {
    const state = this.devices.get(dev);
    if (state) {
      for (const entry of [...state.entries.values()]) {
        if (keepPermanent && ((entry.state & NUD_PERMANENT) !== 0 || entry.externLearn)) continue;
        this.forget(entry);
      }
      if (state.entries.size === 0) this.devices.delete(dev);
    }
    if (!keepPermanent) this.proxies.deviceDown(dev);
  }

  /** Everything goes and nothing stays scheduled. */
  destroy(): void {
    this.onChange = undefined;
    for (const dev of [...this.devices.keys()]) this.deviceDown(dev, false);
    this.proxies.destroy();
    this.ns.kernel.clock.cancel(this.timer);
    this.ns.kernel.clock.cancel(this.gcTimer);
  }

  private forget(entry: NeighEntry<Address>): void {
    this.stopTimer(entry);
    entry.dead = true;
    if (this.last === entry) this.last = undefined;
    if (this.devices.get(entry.dev)?.entries.delete(entry.key)) this.size--;
    for (const skb of entry.queue) drop(this.ns, skb, 'NEIGH_DEAD', this.format(entry.key));
    entry.queue = [];
    this.onChange?.(this.describe(entry), true);
  }

  private changed(entry: NeighEntry<Address>): void {
    this.onChange?.(this.describe(entry), false);
  }

  private stateOf(dev: NetDevice): DeviceState<Address> {
    let state = this.devices.get(dev);
    if (!state) {
      state = { entries: new Map(), reachableNs: 0, drawnForMs: -1, drawnAtNs: 0 };
      this.devices.set(dev, state);
    }
    return state;
  }

  // ---- time ---------------------------------------------------------------------------------------------------------

  protected get now(): number {
    return this.ns.kernel.clock.now;
  }

  /** How long the device's neighbours count as reachable: a random time between half and one and a half of the base (neigh_rand_reach_time). */
  private reachableNs(dev: NetDevice, parms: NeighParms): number {
    const state = this.stateOf(dev);
    const baseMs = parms.base_reachable_time_ms;
    if (state.drawnForMs !== baseMs || this.now - state.drawnAtNs > REACHABLE_TIME_REDRAW_NS) {
      state.drawnForMs = baseMs;
      state.drawnAtNs = this.now;
      state.reachableNs = (Math.floor(baseMs / 2) + this.ns.kernel.random.int(Math.max(1, baseMs))) * NS_PER_MS;
    }
    return state.reachableNs;
  }

  /** How long ago something that was never confirmed counts as confirmed: long enough not to matter. */
  private unconfirmedNs(dev: NetDevice): number {
    return 2 * (this.parms(dev)?.base_reachable_time_ms ?? 30_000) * NS_PER_MS;
  }

  private setTimer(entry: NeighEntry<Address>, deadlineNs: number): void {
    entry.deadlineNs = deadlineNs;
    this.timed.add(entry);
    if (deadlineNs < this.timerNs) this.arm(deadlineNs);
  }

  private stopTimer(entry: NeighEntry<Address>): void {
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

  private scheduleGc(): void {
    this.gcTimer = this.ns.kernel.clock.schedule(15 * NS_PER_S, () => {
      this.gcTimer = 0;
      if (this.size <= GC_THRESH1) return;
      this.collect();
      this.scheduleGc();
    });
  }

  /** Takes out failed entries and those not used for gc_stale_time, or for `staleNs` where the table is full; how many went. */
  private collect(staleNs?: number): number {
    const now = this.now;
    let gone = 0;
    for (const [dev, { entries }] of this.devices) {
      const limit = staleNs ?? (this.parms(dev)?.gc_stale_time ?? 60) * NS_PER_S;
      for (const entry of [...entries.values()]) {
        if ((entry.state & (NUD_PERMANENT | NUD_IN_TIMER)) !== 0 || entry.externLearn) continue;
        if (entry.state !== NUD_FAILED && now < Math.max(entry.usedNs, entry.confirmedNs) + limit) continue;
        this.forget(entry);
        gone++;
      }
    }
    return gone;
  }

  private traceEntry(entry: NeighEntry<Address>, skb: Skb): void {
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
