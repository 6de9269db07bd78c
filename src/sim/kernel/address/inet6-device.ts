import type { Ipv6 } from '../../base/address.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { LazyMap, LazySet } from '../../base/lazy.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { InterfaceAddress6 } from '../ip/inet6.ts';
import type { Fib6Entry } from '../route/fib6.ts';
import type { Ipv6Conf, NeighParms } from '../sysctl/conf-tables.ts';

/** An IPv6 address with what only its owner changes (struct inet6_ifaddr). */
export interface Inet6Address extends InterfaceAddress6 {
  prefixLen: number;
  peer: Ipv6 | undefined;
  flags: number;
  metric: number;
  protocol: number;
  /** When it was created and last updated, and the lifetimes in seconds counted from then. */
  readonly createdNs: number;
  timestampNs: number;
  validLft: number;
  preferredLft: number;
  /** Its entry in table local, there from the end of duplicate address detection on. */
  readonly hostRoute: Fib6Entry;
  dadProbes: number;
  /** Its solicited-node group is joined. */
  solicited: boolean;
  dadTimer: TimerHandle;
  dead: boolean;
  readonly device: Inet6Device;
}

/** IPv6 on one device: Linux's `struct inet6_dev`. */
export class Inet6Device {
  readonly dev: NetDevice;
  /** Settings under net/ipv6/conf/DEV: an immutable object, replaced when one is written. */
  conf: Ipv6Conf;
  readonly written = new LazySet<string>();
  /** Settings under net/ipv6/neigh/DEV. */
  neigh: NeighParms;
  /** By scope, widest first; the newest first within one. */
  readonly addresses: Inet6Address[] = [];
  /** Groups joined, with how many reasons there are for each. */
  readonly groups = new Map<Ipv6, number>();
  /** Those of them that the link layer listens to. */
  readonly loaded = new LazySet<Ipv6>();
  /** Anycast addresses, with their entries in table local. */
  readonly anycast = new LazyMap<Ipv6, { users: number; readonly route: Fib6Entry }>();
  /** The device is up and has a carrier (IF_READY). */
  ready = false;
  dead = false;
  /** The MTU that IPv6 uses here; a router may lower it. */
  mtu: number;
  /** Router solicitations sent, the pause before the next in ns, and its timer. */
  rsProbes = 0;
  rsIntervalNs = 0;
  rsTimer: TimerHandle = 0;
  /** An advertisement has been heard since the device came up (IF_RA_RCVD). */
  raReceived = false;

  constructor(dev: NetDevice, conf: Ipv6Conf, neigh: NeighParms) {
    this.dev = dev;
    this.conf = conf;
    this.neigh = neigh;
    this.mtu = dev.mtu;
  }
}
