import type { Ipv4, Ipv6 } from '../../../base/address.ts';
import { joinGroup, joinGroup4, leaveGroup, leaveGroup4 } from '../../address/multicast-groups.ts';
import { isGroupAddress } from './options.ts';
import type { Vxlan } from './vxlan.ts';

// A flood list that is a multicast group: drivers/net/vxlan/vxlan_multicast.c. While the device is up, the one below listens to the group.

/** Joins the group of the default destination, where that is one (`vxlan_multicast_join`); what does the joining remembers where. */
export function joinGroups(vxlan: Vxlan): void {
  const { lower, net } = vxlan;
  const { remote } = vxlan.config;
  if (lower === undefined || !isGroupAddress(remote)) return;
  const { in4, in6 } = lower;
  if (typeof remote === 'number') {
    if (in4 === undefined) return;
    joinGroup4(net, in4, remote as Ipv4);
    vxlan.leaveGroup = () => leaveGroup4(net, in4, remote as Ipv4);
  } else if (in6 !== undefined) {
    joinGroup(net, in6, remote as Ipv6);
    vxlan.leaveGroup = () => leaveGroup(net, in6, remote as Ipv6);
  }
}

/** `vxlan_multicast_leave`. */
export function leaveGroups(vxlan: Vxlan): void {
  vxlan.leaveGroup?.();
  vxlan.leaveGroup = undefined;
}
