import { IPV6_ALL_NODES, type Ipv6, solicitedNode } from '../../base/address.ts';
import type { NetNamespace } from '../netns.ts';
import type { Inet6Device } from './inet6-device.ts';

// The IPv6 groups of a device: net/ipv6/mcast.c, what of it is not MLD. A group is joined for each reason there is.

/** Joins a group (`ipv6_dev_mc_inc`); the first join of a device that is up is reported. */
export function joinGroup(ns: NetNamespace, in6: Inet6Device, group: Ipv6): void {
  const users = in6.groups.get(group) ?? 0;
  in6.groups.set(group, users + 1);
  if (users === 0 && in6.dev.up && group !== IPV6_ALL_NODES) ns.dataPlane.groupChanged(in6.dev, group, true);
}

/** Leaves a group (`ipv6_dev_mc_dec`); the last leave is reported. */
export function leaveGroup(ns: NetNamespace, in6: Inet6Device, group: Ipv6): void {
  const users = in6.groups.get(group) ?? 0;
  if (users > 1) {
    in6.groups.set(group, users - 1);
    return;
  }
  if (in6.groups.delete(group) && in6.dev.up && group !== IPV6_ALL_NODES) ns.dataPlane.groupChanged(in6.dev, group, false);
}

export function joinSolicitedNode(ns: NetNamespace, in6: Inet6Device, address: Ipv6): void {
  joinGroup(ns, in6, solicitedNode(address));
}

export function leaveSolicitedNode(ns: NetNamespace, in6: Inet6Device, address: Ipv6): void {
  leaveGroup(ns, in6, solicitedNode(address));
}
