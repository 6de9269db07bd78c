import { multicastMacV6 } from '../../../base/address.ts';
import { IFF_LOOPBACK } from '../../../kernel/device/net-device.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';

const DEV_HEADER =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';

/** Widths of dev_seq_printf_stats in net/core/net-procfs.c. */
const DEV_WIDTHS = [7, 7, 4, 4, 4, 5, 10, 9, 8, 7, 4, 4, 4, 5, 7, 10] as const;

/** /proc/net/dev. */
export function devText(ns: NetNamespace): string {
  let out = DEV_HEADER;
  for (const dev of ns.devices.values()) {
    const s = dev.stats;
    const received = [s.rxBytes, s.rxPackets, s.rxErrors, s.rxDropped + s.rxMissed, 0, 0, 0, s.multicast];
    const sent = [s.txBytes, s.txPackets, s.txErrors, s.txDropped, 0, s.collisions, s.txCarrierErrors, 0];
    const columns = [...received, ...sent].map((n, i) => String(n).padStart(DEV_WIDTHS[i] as number));
    out += `${dev.name.padStart(6)}: ${columns.join(' ')}\n`;
  }
  return out;
}

/** /proc/net/dev_mcast: link-layer groups, those that IPv4 (all-hosts) and IPv6 make a device listen to (net/core/dev_addr_lists.c). */
export function devMcastText(ns: NetNamespace): string {
  let out = '';
  for (const dev of ns.devices.values()) {
    if (!dev.up || (dev.flags & IFF_LOOPBACK) !== 0) continue;
    const groups = ns.ip6.groupsOf(dev).filter((group) => !group.startsWith('ff01:'));
    const macs = new Map<string, number>();
    const add = (mac: number) => macs.set(mac.toString(16).padStart(12, '0'), (macs.get(mac.toString(16).padStart(12, '0')) ?? 0) + 1);
    for (const group of groups) add(multicastMacV6(group));
    if (ns.ip4.addressesOf(dev).length > 0) add(0x0100_5e00_0001);
    for (const [mac, users] of macs)
      out += `${String(dev.ifindex).padEnd(4)} ${dev.name.padEnd(15)} ${String(users).padEnd(5)} 0     ${mac}\n`;
  }
  return out;
}
