import { joinGroup, joinGroup4, leaveGroup, leaveGroup4 } from '../../address/multicast-groups.ts';
import { isGroupAddress } from './options.ts';
import { receiveKey } from './socket.ts';
import { type Vxlan, vxlansOf } from './vxlan.ts';

// A flood list that is a multicast group: drivers/net/vxlan/vxlan_multicast.c. While the device is up, the one below listens to the group.

/** Joins the group of the default destination, where that is one (`vxlan_multicast_join`). It is the socket that joins: once for all who share it. */
export function joinGroups(vxlan: Vxlan): void {
  if (!isGroupAddress(vxlan.config.remote)) return;
  vxlan.leaveGroup = sharer(vxlan)?.leaveGroup ?? join(vxlan);
}

function join({ lower, net, config: { remote } }: Vxlan): (() => void) | undefined {
  const { in4, in6 } = lower ?? {};
  if (typeof remote === 'number') {
    if (in4 === undefined) return undefined;
    joinGroup4(net, in4, remote);
    return () => leaveGroup4(net, in4, remote);
  }
  if (in6 === undefined) return undefined;
  joinGroup(net, in6, remote);
  return () => leaveGroup(net, in6, remote);
}

/** `vxlan_multicast_leave`: not while another device on the socket needs it (`vxlan_group_used`). */
export function leaveGroups(vxlan: Vxlan): void {
  const leave = vxlan.leaveGroup;
  vxlan.leaveGroup = undefined;
  if (leave !== undefined && sharer(vxlan) === undefined) leave();
}

/** Another device that is up, on the same socket and in the same group. */
function sharer(vxlan: Vxlan): Vxlan | undefined {
  const { config, net } = vxlan;
  return [...vxlansOf(net)].find(
    (other) =>
      other !== vxlan &&
      other.leaveGroup !== undefined &&
      other.config.remote === config.remote &&
      other.config.link === config.link &&
      receiveKey(other.config) === receiveKey(config),
  );
}
