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

/** /proc/net/dev_mcast: the link-layer groups that each device listens to, in the order in which they were joined (net/core/net-procfs.c). */
export function devMcastText(ns: NetNamespace): string {
  let out = '';
  for (const dev of ns.devices.values()) {
    for (const { address, users, global } of dev.linkGroups.values()) {
      const digits = address.toString(16).padStart(12, '0');
      out += `${String(dev.ifindex).padEnd(4)} ${dev.name.padEnd(15)} ${String(users).padEnd(5)} ${String(global ? 1 : 0).padEnd(5)} ${digits}\n`;
    }
  }
  return out;
}
