import { type Ipv6, ipv6Network, solicitedNode } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import { METRIC_ADDRCONF } from '../route/fib6.ts';
import { IFA_F_NOPREFIXROUTE, IFA_F_PERMANENT, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTPROT_KERNEL } from '../rtnetlink/messages.ts';
import type { Inet6Address, Inet6Device } from './inet6-device.ts';
import { joinGroup, leaveGroup } from './multicast-groups.ts';

// The routes that come and go with an IPv6 address: net/ipv6/addrconf.c, anycast.c.

/** The entry of an own address in table local, not yet in it (`addrconf_f6i_alloc`). */
export function hostRoute(in6: Inet6Device, address: Ipv6, type: 'local' | 'anycast'): Inet6Address['hostRoute'] {
  return {
    prefix: address,
    prefixLen: 128,
    type,
    table: RT_TABLE_LOCAL,
    metric: 0,
    protocol: RTPROT_KERNEL,
    dev: in6.dev,
    gateway: undefined,
    flags: 0,
    weight: 1,
    prefSrc: undefined,
    metrics: undefined,
    addrconf: false,
    pref: 'medium',
    expiresNs: 0,
    linked: false,
  };
}

/** The route to the address's prefix; `expiresNs` 0 for ever (`addrconf_prefix_route`). */
export function addPrefixRoute(ns: NetNamespace, address: Inet6Address, expiresNs: number): void {
  prefixRoute(ns, address, address.address, address.prefixLen, expiresNs);
}

function prefixRoute(ns: NetNamespace, address: Inet6Address, prefix: Ipv6, prefixLen: number, expiresNs: number): void {
  ns.ip6.fib6.addKernelRoute({
    prefix: ipv6Network(prefix, prefixLen),
    prefixLen,
    type: 'unicast',
    table: RT_TABLE_MAIN,
    metric: address.metric === 0 ? METRIC_ADDRCONF : address.metric,
    protocol: RTPROT_KERNEL,
    dev: address.device.dev,
    gateway: undefined,
    prefSrc: undefined,
    addrconf: false,
    expiresNs,
  });
}

/** Unless another address of the device still needs it (`check_cleanup_prefix_route`). */
export function removePrefixRoute(ns: NetNamespace, address: Inet6Address): void {
  const prefix = ipv6Network(address.address, address.prefixLen);
  const needed = address.device.addresses.some(
    (other) =>
      other !== address &&
      (other.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT &&
      other.prefixLen === address.prefixLen &&
      ipv6Network(other.address, other.prefixLen) === prefix,
  );
  if (needed) return;
  unlinkPrefix(ns, address, prefix, address.prefixLen);
}

/** The route to the peer of a point-to-point address. */
export function addPeerRoute(ns: NetNamespace, address: Inet6Address): void {
  if (address.peer !== undefined) prefixRoute(ns, address, address.peer, 128, 0);
}

export function removePeerRoute(ns: NetNamespace, address: Inet6Address): void {
  if (address.peer !== undefined) unlinkPrefix(ns, address, address.peer, 128);
}

function unlinkPrefix(ns: NetNamespace, address: Inet6Address, prefix: Ipv6, prefixLen: number): void {
  const { fib6 } = ns.ip6;
  const metric = address.metric === 0 ? METRIC_ADDRCONF : address.metric;
  const entry = fib6
    .table(RT_TABLE_MAIN)
    ?.entries(prefix, prefixLen)
    .find(
      (other) =>
        other.dev === address.device.dev && other.protocol === RTPROT_KERNEL && other.gateway === undefined && other.metric === metric,
    );
  if (entry !== undefined) fib6.unlink(entry);
}

/** A router also answers to the prefix's first address (`addrconf_join_anycast`). */
export function joinAnycast(ns: NetNamespace, address: Inet6Address): void {
  if (address.prefixLen >= 127) return;
  const group = ipv6Network(address.address, address.prefixLen);
  if (group === '::') return;
  const { anycast } = address.device;
  const known = anycast.get(group);
  if (known !== undefined) {
    known.users++;
    return;
  }
  const route = hostRoute(address.device, group, 'anycast');
  anycast.set(group, { users: 1, route });
  ns.ip6.fib6.link(route);
  joinGroup(ns, address.device, solicitedNode(group));
}

export function leaveAnycast(ns: NetNamespace, address: Inet6Address): void {
  const group = ipv6Network(address.address, address.prefixLen);
  const known = address.device.anycast.get(group);
  if (known === undefined || --known.users > 0) return;
  address.device.anycast.delete(group);
  leaveGroup(ns, address.device, solicitedNode(group));
  ns.ip6.fib6.unlink(known.route);
}

/** ff00::/8 by the device (`addrconf_add_mroute`). */
export function addGroupRoute(dev: NetDevice): void {
  dev.ns.ip6.fib6.addKernelRoute({
    prefix: 'ff00::',
    prefixLen: 8,
    type: 'multicast',
    table: RT_TABLE_LOCAL,
    metric: METRIC_ADDRCONF,
    protocol: RTPROT_KERNEL,
    dev,
    gateway: undefined,
    prefSrc: undefined,
    addrconf: false,
  });
}
