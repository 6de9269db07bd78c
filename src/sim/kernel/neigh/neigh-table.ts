import { LazyMap } from '../../base/lazy.ts';
// The neighbour cache of one family: net/core/neighbour.c, its entries. Their states are in neigh-states.ts, the families' own
// parts in arp.ts and ndisc.ts.

import type { Mac } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { Family, IpAddress, NeighDump, NeighRequest } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import {
  NeighStates,
  UPDATE_ADMIN,
  UPDATE_EXT_LEARNED,
  UPDATE_ISROUTER,
  UPDATE_OVERRIDE,
  UPDATE_OVERRIDE_ISROUTER,
  UPDATE_USE,
} from './neigh-states.ts';
import {
  NeighEntry,
  NUD_CONNECTED,
  NUD_FAILED,
  NUD_IN_TIMER,
  NUD_PERMANENT,
  NUD_STALE,
  NUD_VALID,
  nudName,
  nudNumber,
} from './neighbour.ts';
import type { NeighbourTable } from './neighbour-table.ts';
import { ProxyNeighbours } from './proxy.ts';

/** Entries below which nothing is collected, above which new ones are refused (net.ipv4.neigh.default.gc_thresh1 and 3). Linux counts all namespaces together. */
const GC_THRESH1 = 128;
const GC_THRESH3 = 1024;
export abstract class NeighTable<Address extends IpAddress> extends NeighStates<Address> implements NeighbourTable<Address> {
  protected abstract readonly family: Family;
  readonly proxies: ProxyNeighbours<Address>;

  private readonly devices = new LazyMap<NetDevice, Map<Address, NeighEntry<Address>>>();
  private size = 0;
  private gcTimer = 0;
  private last: NeighEntry<Address> | undefined;

  constructor(ns: NetNamespace) {
    super(ns);
    this.proxies = new ProxyNeighbours(ns);
  }

  /** Decides whether an address needs resolution at all and sets the state of one that does not (arp_constructor, ndisc_constructor). */
  protected abstract construct(entry: NeighEntry<Address>): void;
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

  confirm(dev: NetDevice, address: Address): void {
    const entry = this.find(dev, this.keyOf(dev, address));
    if (entry) entry.confirmedNs = this.now;
  }

  // ---- entries ------------------------------------------------------------------------------------------------------

  find(dev: NetDevice, address: Address): NeighEntry<Address> | undefined {
    const entries = this.devices.get(dev);
    return entries?.get(address) ?? entries?.get(this.keyOf(dev, address));
  }

  /** The entry for an address, made if need be; undefined when the table is full or the device does not speak the family. */
  create(dev: NetDevice, address: Address): NeighEntry<Address> | undefined {
    const parms = this.parms(dev);
    if (parms === undefined || dev.ns !== this.ns) return undefined;
    const key = this.keyOf(dev, address);
    const found = this.devices.get(dev)?.get(key);
    if (found) return found;
    if (this.size >= GC_THRESH3 && this.collect(0) === 0) return undefined;
    const now = this.now;
    const entry = new NeighEntry(dev, key, now, now - this.unconfirmedNs(dev));
    this.construct(entry);
    this.entriesOf(dev).set(key, entry);
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

  /** Whether the address is known; where it is not, asking for it has begun. */
  resolve(dev: NetDevice, address: Address): boolean {
    const entry = this.find(dev, address) ?? this.create(dev, address);
    return entry !== undefined && this.wake(entry);
  }

  lookup(dev: NetDevice, address: Address): Mac | undefined {
    const entry = this.find(dev, address);
    return entry && (entry.state & NUD_VALID) !== 0 ? entry.lladdr : undefined;
  }

  dump(options?: { readonly proxy?: boolean }): NeighDump[] {
    if (options?.proxy) return this.proxies.dump(this.family);
    const out: NeighDump[] = [];
    for (const entries of this.devices.values()) for (const entry of entries.values()) out.push(this.describe(entry));
    return out;
  }

  waiting(): Skb[] {
    const out: Skb[] = [];
    for (const entries of this.devices.values()) for (const entry of entries.values()) out.push(...entry.queue);
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
      ...(entry.protocol !== 0 && { protocol: entry.protocol }),
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
    // User space's address is looked for as it stands: of those on loopback, which share an entry, only 0.0.0.0 is found.
    let entry = this.devices.get(dev)?.get(address);
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
    if (request.protocol) entry.protocol = request.protocol;
    const refused = this.update(entry, request.lladdr, nudNumber(request.state ?? 'PERMANENT'), flags);
    if (refused === undefined && request.use) this.eventSend(entry, undefined);
    return refused;
  }

  remove(request: NeighRequest): undefined | KernelError {
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail(request.ifindex === 0 ? 'EINVAL' : 'ENODEV');
    const address = request.dst as Address;
    if (request.proxy) return this.proxies.remove(dev, address) ? undefined : fail('ENOENT');
    const entry = this.devices.get(dev)?.get(address);
    if (entry === undefined) return fail('ENOENT');
    this.update(entry, undefined, NUD_FAILED, UPDATE_OVERRIDE | UPDATE_ADMIN);
    this.forget(entry);
    return undefined;
  }

  deviceDown(dev: NetDevice, keepPermanent: boolean): void {
    const entries = this.devices.get(dev);
    if (entries) {
      for (const entry of [...entries.values()]) {
        if (keepPermanent && ((entry.state & NUD_PERMANENT) !== 0 || entry.externLearn)) continue;
        this.forget(entry);
      }
      if (entries.size === 0) this.devices.delete(dev);
    }
    if (!keepPermanent) this.proxies.deviceDown(dev);
  }

  /** Everything goes and nothing stays scheduled. */
  destroy(): void {
    for (const dev of [...this.devices.keys()]) this.deviceDown(dev, false);
    this.proxies.destroy();
    this.stopTimers();
    this.ns.kernel.clock.cancel(this.gcTimer);
  }

  private forget(entry: NeighEntry<Address>): void {
    this.stopTimer(entry);
    entry.dead = true;
    if (this.last === entry) this.last = undefined;
    if (this.devices.get(entry.dev)?.delete(entry.key)) this.size--;
    for (const skb of entry.takeQueue()) drop(this.ns, skb, 'NEIGH_DEAD', this.format(entry.key));
    this.publish(entry, true);
  }

  protected changed(entry: NeighEntry<Address>): void {
    this.publish(entry, false);
  }

  /** RTM_NEWNEIGH, RTM_DELNEIGH: what `ip monitor` shows. */
  private publish(entry: NeighEntry<Address>, deleted: boolean): void {
    if (this.ns.listening) this.ns.emit({ type: 'neigh', deleted, neigh: this.describe(entry) });
  }

  private entriesOf(dev: NetDevice): Map<Address, NeighEntry<Address>> {
    let entries = this.devices.get(dev);
    if (!entries) {
      entries = new Map();
      this.devices.set(dev, entries);
    }
    return entries;
  }

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
    for (const [dev, entries] of this.devices) {
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
}
