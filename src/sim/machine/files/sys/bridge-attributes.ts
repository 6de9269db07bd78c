import { formatMac, parseMac } from '../../../base/address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { NetDevice } from '../../../kernel/device/net-device.ts';
import type { LinkInfo } from '../../../kernel/rtnetlink/messages.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualNode } from '../virtual.ts';
import { live, parseUnsigned } from './sys-attribute.ts';

// What a bridge and its ports have in /sys besides what all devices have: net/bridge/br_sysfs_br.c and br_sysfs_if.c. The values are
// those that netlink tells, under sysfs's own names; what is written goes through netlink, too.

/** How a value is written: a decimal number, a hexadecimal one, a bridge's id without colons, a MAC address. */
type Form = 'number' | 'hex' | 'id' | 'mac';

/** An attribute: netlink's word for it, its form, and whether it can be written. */
type Attribute = readonly [key: string, form: Form, settable: boolean];

const BRIDGE: Readonly<Record<string, Attribute>> = {
  ageing_time: ['ageing_time', 'number', true],
  bridge_id: ['bridge_id', 'id', false],
  forward_delay: ['forward_delay', 'number', true],
  gc_timer: ['gc_timer', 'number', false],
  group_addr: ['group_address', 'mac', true],
  group_fwd_mask: ['group_fwd_mask', 'hex', true],
  hash_elasticity: ['mcast_hash_elasticity', 'number', true],
  hash_max: ['mcast_hash_max', 'number', true],
  hello_time: ['hello_time', 'number', true],
  hello_timer: ['hello_timer', 'number', false],
  max_age: ['max_age', 'number', true],
  multicast_igmp_version: ['mcast_igmp_version', 'number', true],
  multicast_last_member_count: ['mcast_last_member_count', 'number', true],
  multicast_last_member_interval: ['mcast_last_member_interval', 'number', true],
  multicast_membership_interval: ['mcast_membership_interval', 'number', true],
  multicast_mld_version: ['mcast_mld_version', 'number', true],
  multicast_querier: ['mcast_querier', 'number', true],
  multicast_querier_interval: ['mcast_querier_interval', 'number', true],
  multicast_query_interval: ['mcast_query_interval', 'number', true],
  multicast_query_response_interval: ['mcast_query_response_interval', 'number', true],
  multicast_query_use_ifaddr: ['mcast_query_use_ifaddr', 'number', true],
  multicast_router: ['mcast_router', 'number', true],
  multicast_snooping: ['mcast_snooping', 'number', true],
  multicast_startup_query_count: ['mcast_startup_query_count', 'number', true],
  multicast_startup_query_interval: ['mcast_startup_query_interval', 'number', true],
  multicast_stats_enabled: ['mcast_stats_enabled', 'number', true],
  nf_call_arptables: ['nf_call_arptables', 'number', true],
  nf_call_ip6tables: ['nf_call_ip6tables', 'number', true],
  nf_call_iptables: ['nf_call_iptables', 'number', true],
  no_linklocal_learn: ['no_linklocal_learn', 'number', true],
  priority: ['priority', 'number', true],
  root_id: ['designated_root', 'id', false],
  root_path_cost: ['root_path_cost', 'number', false],
  root_port: ['root_port', 'number', false],
  stp_state: ['stp_state', 'number', true],
  tcn_timer: ['tcn_timer', 'number', false],
  topology_change: ['topology_change', 'number', false],
  topology_change_detected: ['topology_change_detected', 'number', false],
  topology_change_timer: ['topology_change_timer', 'number', false],
};

const PORT: Readonly<Record<string, Attribute>> = {
  bpdu_guard: ['guard', 'number', true],
  broadcast_flood: ['bcast_flood', 'number', true],
  change_ack: ['topology_change_ack', 'number', false],
  config_pending: ['config_pending', 'number', false],
  designated_bridge: ['bridge_id', 'id', false],
  designated_cost: ['designated_cost', 'number', false],
  designated_port: ['designated_port', 'number', false],
  designated_root: ['root_id', 'id', false],
  forward_delay_timer: ['forward_delay_timer', 'number', false],
  group_fwd_mask: ['group_fwd_mask', 'hex', true],
  hairpin_mode: ['hairpin', 'number', true],
  hold_timer: ['hold_timer', 'number', false],
  isolated: ['isolated', 'number', true],
  learning: ['learning', 'number', true],
  message_age_timer: ['message_age_timer', 'number', false],
  multicast_fast_leave: ['fastleave', 'number', true],
  multicast_flood: ['mcast_flood', 'number', true],
  multicast_router: ['mcast_router', 'number', true],
  multicast_to_unicast: ['mcast_to_unicast', 'number', true],
  neigh_suppress: ['neigh_suppress', 'number', true],
  path_cost: ['cost', 'number', true],
  port_id: ['id', 'hex', false],
  port_no: ['no', 'hex', false],
  priority: ['priority', 'number', true],
  proxyarp: ['proxy_arp', 'number', true],
  proxyarp_wifi: ['proxy_arp_wifi', 'number', true],
  root_block: ['root_block', 'number', true],
  state: ['state', 'number', false],
  unicast_flood: ['flood', 'number', true],
};

/** What is in the directory of a bridge (`bridge`, `brif`) or of a port (`brport`). */
export function bridgeEntries(dev: NetDevice): Record<string, VirtualNode> {
  if (dev.ops.kind === 'bridge') return { bridge: bridgeDirectory(dev), brif: portLinks(dev) };
  return dev.master?.ops.kind === 'bridge' ? { brport: portDirectory(dev, dev.master) } : {};
}

function bridgeDirectory(dev: NetDevice): VirtualDirectory {
  const set = (info: LinkInfo) => dev.ns.rtnetlink.setLink(dev.ifindex, { kind: 'bridge', info });
  return fixedDirectory(
    {
      ...attributes(dev, BRIDGE, () => dev.ops.fillInfo?.(dev) ?? {}, set),
      flush: writeOnly(dev, () => set({ fdb_flush: 1 })),
    },
    0o755,
  );
}

function portDirectory(dev: NetDevice, master: NetDevice): VirtualDirectory {
  const set = (slaveInfo: LinkInfo) => dev.ns.rtnetlink.setLink(dev.ifindex, { slaveInfo });
  const info = () => master.ops.fillSlaveInfo?.(master, dev) ?? {};
  return fixedDirectory(
    {
      ...attributes(dev, PORT, info, set),
      backup_port: live(dev, () => dev.ns.devices.get(Number(info().backup_port ?? 0))?.name ?? ''),
      bridge: { kind: 'symlink', target: () => `../../${master.name}` },
      flush: writeOnly(dev, () => set({ fdb_flush: 1 })),
    },
    0o755,
  );
}

/** `brif`: a link to what each port is in its own directory. */
function portLinks(bridge: NetDevice): VirtualDirectory {
  const ports = [...bridge.ns.devices.values()].filter((dev) => dev.master === bridge);
  return fixedDirectory(
    Object.fromEntries(ports.map(({ name }): [string, VirtualNode] => [name, { kind: 'symlink', target: () => `../../${name}/brport` }])),
    0o755,
  );
}

function attributes(
  dev: NetDevice,
  table: Readonly<Record<string, Attribute>>,
  info: () => LinkInfo,
  set: (info: LinkInfo) => undefined | KernelError,
): Record<string, VirtualNode> {
  const files = Object.entries(table).map(([name, [key, form, settable]]): [string, VirtualNode] => {
    const write = (text: string): undefined | KernelError => {
      const value = form === 'mac' ? (parseMac(text.trim()) ?? fail('EINVAL')) : parseUnsigned(text);
      return isError(value) ? value : set({ [key]: value });
    };
    return [name, live(dev, () => shown(info()[key], form), settable ? write : undefined)];
  });
  return Object.fromEntries(files);
}

function shown(value: unknown, form: Form): string {
  switch (form) {
    case 'id':
      return String(value)
        .replace(/[0-9a-f]+(?=:|$)/g, (byte) => byte.padStart(2, '0'))
        .replaceAll(':', '');
    case 'mac':
      return formatMac(Number(value));
    case 'hex':
      return `0x${Number(value).toString(16)}`;
    default:
      return String(Number(value));
  }
}

/** Any number but 0 sets it off; it cannot be read. */
function writeOnly(dev: NetDevice, run: () => undefined | KernelError): VirtualNode {
  const node = live(
    dev,
    () => fail('EIO'),
    (text) => {
      const value = parseUnsigned(text);
      return isError(value) ? value : value === 0 ? undefined : run();
    },
  );
  return { ...node, file: { ...node.file, mode: 0o200 } };
}
