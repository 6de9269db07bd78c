import { formatIpv4 } from '../../base/address.ts';
import type { Process } from '../../machine/process.ts';

const HEADER = `IPv6/IPv4 Group Memberships
Interface       RefCnt Group
--------------- ------ ---------------------
`;

/** What `netstat -g` prints: the groups of each device, the newest first, as /proc/net/igmp and igmp6 list them. */
export function groupsTable(p: Process, inet: boolean, inet6: boolean): string {
  const { devices, ip6 } = p.netns;
  let out = HEADER;
  const line = (name: string, users: number, group: string): void => {
    out += `${name.padEnd(15)} ${String(users).padEnd(6)} ${group}\n`;
  };
  if (inet) {
    for (const dev of devices.values()) {
      for (const [group, { users }] of [...(dev.in4?.groups ?? [])].reverse()) line(dev.name, users, formatIpv4(group));
    }
  }
  if (inet6) {
    for (const dev of devices.values()) for (const group of [...ip6.groupsOf(dev)].reverse()) line(dev.name, 1, group);
  }
  return out;
}
