import { LazyMap } from '../../base/lazy.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { Family, IpAddress, NeighDump } from '../rtnetlink/messages.ts';

/** User-visible ticks in a second (USER_HZ): proxy_delay, locktime and anycast_delay are counted in them. */
export const USER_HZ = 100;

/** Addresses of others for which this host answers (`ip neigh add proxy`), and answers that are held back for a moment (pneigh_enqueue). */
export class ProxyNeighbours<Address extends IpAddress> {
  private readonly ns: NetNamespace;
  private readonly devices = new LazyMap<NetDevice, Map<Address, { router: boolean }>>();
  private readonly delayed = new LazyMap<NetDevice, Set<number>>();

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  add(dev: NetDevice, address: Address, router: boolean): void {
    let entries = this.devices.get(dev);
    if (!entries) {
      entries = new Map();
      this.devices.set(dev, entries);
    }
    entries.set(address, { router });
  }

  has(dev: NetDevice, address: Address): boolean {
    return this.devices.get(dev)?.has(address) ?? false;
  }

  remove(dev: NetDevice, address: Address): boolean {
    return this.devices.get(dev)?.delete(address) ?? false;
  }

  /** Sends an answer after a random part of `delayTicks`, so that not all proxies speak at once; dropped when `limit` already wait. */
  delay(dev: NetDevice, delayTicks: number, limit: number, answer: () => void): void {
    let waiting = this.delayed.get(dev);
    if (!waiting) {
      waiting = new Set();
      this.delayed.set(dev, waiting);
    }
    if (waiting.size > limit) return;
    const { clock, random } = this.ns.kernel;
    const handle = clock.schedule((random.int(Math.max(1, delayTicks)) * NS_PER_S) / USER_HZ, () => {
      this.delayed.get(dev)?.delete(handle);
      answer();
    });
    waiting.add(handle);
  }

  dump(family: Family): NeighDump[] {
    const out: NeighDump[] = [];
    for (const [dev, entries] of this.devices) {
      for (const [dst, { router }] of entries) {
        out.push({
          family,
          ifindex: dev.ifindex,
          dst,
          lladdr: undefined,
          state: 'NONE',
          router,
          proxy: true,
          externLearn: false,
          refcnt: 0,
          used: 0,
          confirmed: 0,
          updated: 0,
          probes: 0,
        });
      }
    }
    return out;
  }

  deviceDown(dev: NetDevice): void {
    this.devices.delete(dev);
    for (const handle of this.delayed.get(dev) ?? []) this.ns.kernel.clock.cancel(handle);
    this.delayed.delete(dev);
  }

  destroy(): void {
    for (const dev of new Set([...this.devices.keys(), ...this.delayed.keys()])) this.deviceDown(dev);
  }
}
