import { joinGroup, joinGroup4, leaveGroup, leaveGroup4 } from '../../address/multicast-groups.ts';
import type { NetDevice } from '../net-device.ts';

/** All-snoopers, RFC 4286. */
const ALL_SNOOPERS4 = 0xe000_006a;
const ALL_SNOOPERS6 = 'ff02::6a';

/** Listens to what routers say to bridges that snoop (`br_multicast_join_snoopers`). */
export function joinSnoopers(dev: NetDevice): void {
  if (dev.in4 !== undefined) joinGroup4(dev.ns, dev.in4, ALL_SNOOPERS4);
  if (dev.in6 !== undefined) joinGroup(dev.ns, dev.in6, ALL_SNOOPERS6);
}

/** `br_multicast_leave_snoopers` */
export function leaveSnoopers(dev: NetDevice): void {
  if (dev.in4 !== undefined) leaveGroup4(dev.ns, dev.in4, ALL_SNOOPERS4);
  if (dev.in6 !== undefined) leaveGroup(dev.ns, dev.in6, ALL_SNOOPERS6);
}
