import type { Mac } from '../../../base/address.ts';
import type { TimerHandle } from '../../../base/event-queue.ts';
import type { NetNamespace } from '../../netns.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { NetDevice } from '../net-device.ts';
import { VxlanFdbTable } from './fdb-table.ts';

// What a vxlan device is: include/net/vxlan.h. An Ethernet frame that it is given leaves as the payload of a UDP datagram to another
// tunnel end point (VTEP), which the forwarding table names; RFC 7348.

/** IPv4, UDP, VXLAN and the inner Ethernet header; the same over IPv6. */
export const VXLAN_HEADROOM = 20 + 8 + 8 + 14;
export const VXLAN6_HEADROOM = 40 + 8 + 8 + 14;

/** Settings as `struct vxlan_config` has them, addresses as numbers and texts; 0 and '::' for any. */
export interface VxlanConfig {
  readonly family: 'inet' | 'inet6';
  readonly vni: number;
  readonly remote: IpAddress;
  readonly local: IpAddress;
  /** ifindex in the namespace where the device was made; 0 for none. */
  readonly link: number;
  readonly dstPort: number;
  readonly portLow: number;
  readonly portHigh: number;
  /** 0 is "auto": the namespace's default, 1 for groups. */
  readonly ttl: number;
  readonly ttlInherit: boolean;
  /** 1 takes over the inner packet's. */
  readonly tos: number;
  readonly df: 'unset' | 'set' | 'inherit';
  readonly label: number;
  readonly ageingSeconds: number;
  /** Entries that may be learned or added; 0 for any number. */
  readonly maxAddresses: number;
  readonly learning: boolean;
  readonly proxy: boolean;
  readonly rsc: boolean;
  readonly l2miss: boolean;
  readonly l3miss: boolean;
  readonly udpcsum: boolean;
  readonly udp6zerocsumtx: boolean;
  readonly udp6zerocsumrx: boolean;
  readonly remcsumtx: boolean;
  readonly remcsumrx: boolean;
  readonly gbp: boolean;
  readonly gpe: boolean;
  /** Where to is said with each packet (metadata), not by the device. */
  readonly external: boolean;
  readonly vnifilter: boolean;
}

/** Where a frame for an address may be sent: `struct vxlan_rdst`. */
export interface VxlanRemote {
  ip: IpAddress;
  /** 0 means the device's. */
  readonly port: number;
  readonly vni: number;
  /** Device to send by; 0 for what the route says. */
  readonly link: number;
}

/** A device's state: `struct vxlan_dev`. */
export interface Vxlan {
  readonly dev: NetDevice;
  /** The namespace that carries the tunnel's packets: where the device was made, wherever it has gone. */
  readonly net: NetNamespace;
  config: VxlanConfig;
  /** The device below, whose end is this one's. */
  lower: NetDevice | undefined;
  readonly fdb: VxlanFdbTable;
  ageTimer: TimerHandle;
  /** While up: what takes it off its sockets. */
  release: (() => void) | undefined;
  /** While up and in a group: what leaves it. */
  leaveGroup: (() => void) | undefined;
}

/** An address and where it is: `struct vxlan_fdb`. */
export interface VxlanFdbEntry {
  readonly mac: Mac;
  /** The VNI it was seen in: the device's own, or any on an `external` one. */
  readonly vni: number;
  /** NUD_* bits. */
  state: number;
  router: boolean;
  externLearn: boolean;
  sticky: boolean;
  addedByUser: boolean;
  usedNs: number;
  updatedNs: number;
  /** At least one. Only groups and 00:00:00:00:00:00, the flood list, have several. */
  readonly remotes: VxlanRemote[];
}

export function newVxlan(dev: NetDevice, net: NetNamespace, config: VxlanConfig, lower: NetDevice | undefined): Vxlan {
  return { dev, net, config, lower, fdb: new VxlanFdbTable(), ageTimer: 0, release: undefined, leaveGroup: undefined };
}

/** What the outer headers take. */
export function headroom(config: VxlanConfig): number {
  return config.family === 'inet6' ? VXLAN6_HEADROOM : VXLAN_HEADROOM;
}

export function isAnyAddress(address: IpAddress): boolean {
  return address === 0 || address === '::';
}

/** All the vxlans that were made in a namespace, wherever they are now (`vn->vxlan_list`). */
export function vxlansOf(net: NetNamespace): Set<Vxlan> {
  let found = byNamespace.get(net);
  if (found === undefined) {
    found = new Set();
    byNamespace.set(net, found);
  }
  return found;
}

const byNamespace = new WeakMap<NetNamespace, Set<Vxlan>>();

/** Whether what a device sends to one of its places comes to another device, underlay permitting. */
export function reaches(vxlan: Vxlan, other: Vxlan): boolean {
  const { config, fdb } = vxlan;
  if (other.release === undefined || other.config.family !== config.family) return false;
  return fdb.newestFirst().some(({ remotes }) =>
    remotes.some(({ ip, port, vni }) => {
      if ((vni || config.vni) !== other.config.vni || (port || config.dstPort) !== other.config.dstPort) return false;
      if (ip === config.remote && ip === other.config.remote) return true;
      return typeof ip === 'number' ? other.net.ip4.isLocal(ip) : other.net.ip6.isLocal(ip);
    }),
  );
}
