import { fail } from '../../../base/result.ts';
import { ARPHRD_LOOPBACK, type NetDevice } from '../../../kernel/device/net-device.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualNode } from '../virtual.ts';
import { bridgeEntries } from './bridge-attributes.ts';
import { netDeviceAttributes } from './net-attributes.ts';
import { attribute, live } from './sys-attribute.ts';

/** /sys/class/net/DEV (net/core/net-sysfs.c). */
export function deviceDirectory(dev: NetDevice): VirtualDirectory {
  const entries: Record<string, VirtualNode> = {
    ...netDeviceAttributes(dev),
    statistics: statistics(dev),
    power: POWER,
    queues: queues(dev),
    ...bridgeEntries(dev),
    subsystem: { kind: 'symlink', target: () => '../../../../class/net' },
  };
  if (dev.master !== undefined) {
    const target = `../${dev.master.name}`;
    entries.master = { kind: 'symlink', target: () => target };
  }
  for (const upper of dev.uppers) {
    if (upper.ns === dev.ns) entries[`upper_${upper.name}`] = { kind: 'symlink', target: () => `../${upper.name}` };
  }
  for (const lower of dev.ns.devices.values()) {
    if (lower.uppers.includes(dev)) entries[`lower_${lower.name}`] = { kind: 'symlink', target: () => `../${lower.name}` };
  }
  return { ...fixedDirectory(entries, 0o755), nlink: 5 };
}

/** Power management, of which a network device without hardware has none. */
const POWER = fixedDirectory(
  {
    autosuspend_delay_ms: attribute(() => fail('EIO')),
    control: attribute(() => 'auto'),
    runtime_active_time: attribute(() => '0'),
    runtime_status: attribute(() => 'unsupported'),
    runtime_suspended_time: attribute(() => '0'),
  },
  0o755,
);

/** struct rtnl_link_stats64, one file each. */
function statistics(dev: NetDevice): VirtualDirectory {
  const s = dev.stats;
  const values: Readonly<Record<string, () => number>> = {
    rx_packets: () => s.rxPackets,
    tx_packets: () => s.txPackets,
    rx_bytes: () => s.rxBytes,
    tx_bytes: () => s.txBytes,
    rx_errors: () => s.rxErrors,
    tx_errors: () => s.txErrors,
    rx_dropped: () => s.rxDropped,
    tx_dropped: () => s.txDropped,
    multicast: () => s.multicast,
    collisions: () => s.collisions,
    rx_length_errors: none,
    rx_over_errors: none,
    rx_crc_errors: none,
    rx_frame_errors: none,
    rx_fifo_errors: none,
    rx_missed_errors: () => s.rxMissed,
    tx_aborted_errors: none,
    tx_carrier_errors: () => s.txCarrierErrors,
    tx_fifo_errors: none,
    tx_heartbeat_errors: none,
    tx_window_errors: none,
    rx_compressed: none,
    tx_compressed: none,
    rx_nohandler: none,
  };
  const files = Object.entries(values).map(([name, value]): [string, VirtualNode] => [name, live(dev, () => String(value()))]);
  return fixedDirectory(Object.fromEntries(files), 0o755);
}

/** A kind of error that does not happen here. */
function none(): number {
  return 0;
}

function queues(dev: NetDevice): VirtualDirectory {
  const entries: Record<string, VirtualNode> = {};
  for (let i = 0; i < dev.numRxQueues; i++) {
    entries[`rx-${i}`] = fixedDirectory({ rps_cpus: attribute(() => '0'), rps_flow_cnt: attribute(() => '0') }, 0o755);
  }
  // Traffic classes and the mapping of processors are for devices with several queues (netif_is_multiqueue).
  const multiple = (text: string) => () => (dev.numTxQueues > 1 ? text : fail('ENOENT'));
  for (let i = 0; i < dev.numTxQueues; i++) {
    entries[`tx-${i}`] = fixedDirectory(
      {
        tx_maxrate: attribute(() => '0'),
        traffic_class: attribute(multiple('0')),
        xps_rxqs: attribute(() => '0'),
        xps_cpus: attribute(multiple('0')),
        tx_timeout: attribute(() => '0'),
      },
      0o755,
    );
  }
  return { ...fixedDirectory(entries, 0o755), nlink: dev.type === ARPHRD_LOOPBACK ? 4 : 2 + dev.numRxQueues + dev.numTxQueues };
}
