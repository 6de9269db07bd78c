import type { Ipv4 } from '../../base/address.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { LazyMap, LazySet } from '../../base/lazy.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { InterfaceAddress4 } from '../ip/inet4.ts';
import type { Ipv4Conf, NeighParms } from '../sysctl/conf-tables.ts';

/** An IPv4 address with what only its owner changes (struct in_ifaddr). */
export interface InetAddress extends InterfaceAddress4 {
  flags: number;
  label: string;
  broadcast: number | undefined;
  metric: number;
  protocol: number;
  /** When it was last set, and the lifetimes in seconds counted from then; INFINITY_LIFE_TIME for ever. */
  timestampNs: number;
  validLft: number;
  preferredLft: number;
  readonly device: InetDevice;
}

/** A group that was joined on a device (struct ip_mc_list), without source filters. All but `users` is IGMP's. */
export interface Membership4 {
  /** How many reasons there are for it. */
  users: number;
  /** When the next report of it alone is due, while its timer runs. */
  timer: TimerHandle;
  timerNs: number | undefined;
  /** This host was the last that reported it. */
  reporter: boolean;
  /** Unasked reports, and announcements of the change, still to be made. */
  unsolicited: number;
  changes: number;
}

/** IPv4 on one device: Linux's `struct in_device`. */
export class InetDevice {
  readonly dev: NetDevice;
  /** Settings under net/ipv4/conf/DEV: an immutable object, replaced when one is written. */
  conf: Ipv4Conf;
  /** Which of them have been written, so that a later change of `default` leaves them alone. */
  readonly written = new LazySet<string>();
  /** All of them count as written. */
  settled = false;
  /** Settings under net/ipv4/neigh/DEV. */
  neigh: NeighParms;
  /** Primaries by scope, then secondaries, as `ip addr` shows them. */
  readonly addresses: InetAddress[] = [];
  /** Groups joined, the first one first. */
  readonly groups = new LazyMap<Ipv4, Membership4>();
  /** The device is going away. */
  dead = false;

  constructor(dev: NetDevice, conf: Ipv4Conf, neigh: NeighParms) {
    this.dev = dev;
    this.conf = conf;
    this.neigh = neigh;
  }
}
