import { IPV6_ALL_NODES, multicastMacV6 } from '../../../base/address.ts';
import { ARPHRD_LOOPBACK } from '../../../kernel/device/net-device.ts';
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

/** The group of all hosts, 224.0.0.1. */
const ALL_HOSTS_MAC = 0x0100_5e00_0001;

/**
 * /proc/net/dev_mcast: link-layer groups that the protocols make a device listen to, in the order they did. IPv6 joins its
 * all-nodes group when it is attached to the device, IPv4 that of all hosts when the device comes up, and addresses follow.
 */
export function devMcastText(ns: NetNamespace): string {
  let out = '';
  for (const dev of ns.devices.values()) {
    if (dev.type === ARPHRD_LOOPBACK) continue;
    const groups = ns.ip6.groupsOf(dev).filter((group) => !group.startsWith('ff01:'));
    const macs = groups.map(multicastMacV6);
    if (dev.up && dev.in4 !== undefined) macs.splice(groups.includes(IPV6_ALL_NODES) ? 1 : 0, 0, ALL_HOSTS_MAC);
    for (const mac of new Set(macs)) {
      const users = macs.filter((other) => other === mac).length;
      const address = mac.toString(16).padStart(12, '0');
      out += `${String(dev.ifindex).padEnd(4)} ${dev.name.padEnd(15)} ${String(users).padEnd(5)} 0     ${address}\n`;
    }
  }
  return out;
}
