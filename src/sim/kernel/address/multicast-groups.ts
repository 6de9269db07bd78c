import { IPV6_ALL_NODES, type Ipv4, type Ipv6, multicastMacV4, multicastMacV6, solicitedNode } from '../../base/address.ts';
import { joinLinkGroup, leaveLinkGroup } from '../device/link-groups.ts';
import type { NetNamespace } from '../netns.ts';
import type { InetDevice } from './inet-device.ts';
import type { Inet6Device } from './inet6-device.ts';

// The groups of a device: net/ipv4/igmp.c and net/ipv6/mcast.c, what of them is not IGMP and MLD. A group is joined for each
// reason there is: a socket, a tunnel that has its peers there, the kernel itself.

/** 224.0.0.1, which every device that is up is in. */
const ALL_HOSTS: Ipv4 = 0xe000_0001;

/** Joins an IPv4 group (`ip_mc_inc_group`); the first join is reported. */
export function joinGroup4(ns: NetNamespace, in4: InetDevice, group: Ipv4): void {
  const known = in4.groups.get(group);
  if (known !== undefined) {
    known.users++;
    return;
  }
  in4.groups.set(group, { users: 1, timer: 0, timerNs: undefined, reporter: false, unsolicited: 0, changes: 0 });
  joinLinkGroup(in4.dev, multicastMacV4(group));
  ns.dataPlane.groupJoined4(in4.dev, group);
}

/** Leaves an IPv4 group (`ip_mc_dec_group`); the last leave is reported. */
export function leaveGroup4(ns: NetNamespace, in4: InetDevice, group: Ipv4): void {
  const known = in4.groups.get(group);
  if (known === undefined || --known.users > 0) return;
  leaveLinkGroup(in4.dev, multicastMacV4(group));
  ns.dataPlane.groupLeft4(in4.dev, group);
  in4.groups.delete(group);
}

/** The device came up: it is in the group of all hosts, and all its groups are reported (`ip_mc_up`). */
export function groupsUp4(ns: NetNamespace, in4: InetDevice): void {
  const others = [...in4.groups.keys()].reverse();
  joinGroup4(ns, in4, ALL_HOSTS);
  for (const group of others) {
    joinLinkGroup(in4.dev, multicastMacV4(group));
    ns.dataPlane.groupJoined4(in4.dev, group);
  }
}

/** The device went down, or is going away for good: what was joined stays joined, unheard and unreported (`ip_mc_down`). */
export function groupsDown4(ns: NetNamespace, in4: InetDevice): void {
  for (const group of in4.groups.keys()) {
    if (group === ALL_HOSTS) continue;
    leaveLinkGroup(in4.dev, multicastMacV4(group));
    ns.dataPlane.groupLeft4(in4.dev, group);
  }
  leaveGroup4(ns, in4, ALL_HOSTS);
  ns.dataPlane.reportsStopped4(in4.dev);
}

/** Joins an IPv6 group (`ipv6_dev_mc_inc`); the first join of a device that is up is reported. */
export function joinGroup(ns: NetNamespace, in6: Inet6Device, group: Ipv6): void {
  const users = in6.groups.get(group) ?? 0;
  in6.groups.set(group, users + 1);
  if (users > 0) return;
  loadGroup6(in6, group);
  if (in6.dev.up && group !== IPV6_ALL_NODES) ns.dataPlane.groupChanged(in6.dev, group, true);
}

/** Leaves a group (`ipv6_dev_mc_dec`); the last leave is reported. */
export function leaveGroup(ns: NetNamespace, in6: Inet6Device, group: Ipv6): void {
  const users = in6.groups.get(group) ?? 0;
  if (users > 1) {
    in6.groups.set(group, users - 1);
    return;
  }
  if (!in6.groups.delete(group)) return;
  unloadGroup6(in6, group);
  if (in6.dev.up && group !== IPV6_ALL_NODES) ns.dataPlane.groupChanged(in6.dev, group, false);
}

/** The device came up or got an address: all its groups are reported anew (`ipv6_mc_up`). */
export function groupsUp6(ns: NetNamespace, in6: Inet6Device): void {
  for (const group of [...in6.groups.keys()].reverse()) loadGroup6(in6, group);
  ns.dataPlane.reportGroups(in6.dev);
}

/** The device went down (`ipv6_mc_down`): nobody listens to its groups any more, which stay joined. */
export function groupsDown6(in6: Inet6Device): void {
  for (const group of in6.groups.keys()) unloadGroup6(in6, group);
}

/** The link layer listens to all groups that leave the host (MAF_LOADED). */
function loadGroup6(in6: Inet6Device, group: Ipv6): void {
  if (group.startsWith('ff01:') || in6.loaded.has(group)) return;
  in6.loaded.add(group);
  joinLinkGroup(in6.dev, multicastMacV6(group));
}

function unloadGroup6(in6: Inet6Device, group: Ipv6): void {
  if (in6.loaded.delete(group)) leaveLinkGroup(in6.dev, multicastMacV6(group));
}

export function joinSolicitedNode(ns: NetNamespace, in6: Inet6Device, address: Ipv6): void {
  joinGroup(ns, in6, solicitedNode(address));
}

export function leaveSolicitedNode(ns: NetNamespace, in6: Inet6Device, address: Ipv6): void {
  leaveGroup(ns, in6, solicitedNode(address));
}
