import { fail, type KernelError } from '../../../base/result.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { type Bridge, type BridgePort, bridgePort } from './bridge.ts';
import { collect, flushDynamic } from './fdb.ts';
import { BR_STATE_BLOCKING, BR_STATE_DISABLED, NS_PER_CENTISECOND } from './if-bridge.ts';
import { joinSnoopers, leaveSnoopers } from './snoopers.ts';
import { selectPortStates } from './stp.ts';
import {
  isPortReady,
  setBridgePriority,
  setForwardDelay,
  setHelloTime,
  setMaxAge,
  setPathCost,
  setPortPriority,
  setStp,
} from './stp-setup.ts';
import { ensureVlans, setDefaultPvid } from './vlan.ts';

// What netlink sets on bridges and ports: br_changelink and br_setport in net/bridge/br_netlink.c. Words are iproute2's, times centiseconds.

/** STP, pause frames and LACP may not be forwarded: BR_GROUPFWD_RESTRICTED. */
const GROUP_FWD_RESTRICTED = 0x7;
const GROUP_ADDRESS = 0x0180_c200_0000;

type BridgeOption = (bridge: Bridge, value: number) => KernelError | undefined;

/** Something that cannot go wrong. */
const put =
  (set: (bridge: Bridge, value: number) => void): BridgeOption =>
  (bridge, value) => {
    set(bridge, value);
    return undefined;
  };

/** Something that only takes values from `low` to `high`. */
const within =
  (low: number, high: number, set: (bridge: Bridge, value: number) => void): BridgeOption =>
  (bridge, value) => {
    if (value < low || value > high) return fail('EINVAL');
    set(bridge, value);
    return undefined;
  };

/** In the kernel's order. */
const BRIDGE_OPTIONS: Readonly<Record<string, BridgeOption>> = {
  forward_delay: (bridge, value) => setForwardDelay(bridge, value * NS_PER_CENTISECOND),
  hello_time: (bridge, value) => setHelloTime(bridge, value * NS_PER_CENTISECOND),
  max_age: (bridge, value) => setMaxAge(bridge, value * NS_PER_CENTISECOND),
  ageing_time: put((bridge, value) => {
    bridge.bridgeAgeingNs = value * NS_PER_CENTISECOND;
    bridge.ageingNs = bridge.bridgeAgeingNs;
    collect(bridge);
  }),
  stp_state: put((bridge, value) => setStp(bridge, value !== 0)),
  priority: put(setBridgePriority),
  vlan_filtering: put((bridge, value) => {
    if (value !== 0) ensureVlans(bridge);
    bridge.vlanFiltering = value !== 0;
  }),
  vlan_protocol: put((bridge, value) => {
    if (value === bridge.vlanProtocol) return;
    ensureVlans(bridge);
    bridge.vlanProtocol = value;
  }),
  vlan_default_pvid: (bridge, value) => {
    if (value !== bridge.defaultPvid) ensureVlans(bridge);
    return setDefaultPvid(bridge, value);
  },
  vlan_stats_enabled: put((bridge, value) => {
    bridge.vlanStats = value !== 0;
  }),
  vlan_stats_per_port: put((bridge, value) => {
    bridge.vlanStatsPerPort = value !== 0;
  }),
  group_fwd_mask: (bridge, value) => {
    if ((value & GROUP_FWD_RESTRICTED) !== 0) return fail('EINVAL');
    bridge.groupFwdMask = value;
    return undefined;
  },
  group_address: (bridge, value) => {
    const last = value - GROUP_ADDRESS;
    if (last < 0 || last > 15 || (last >= 1 && last <= 3)) return fail('EINVAL');
    bridge.groupAddress = value;
    bridge.groupAddressSet = true;
    return undefined;
  },
  fdb_flush: put((bridge) => flushDynamic(bridge)),
  no_linklocal_learn: put((bridge, value) => {
    bridge.noLinkLocalLearn = value !== 0;
  }),
  mcast_router: within(0, 2, (bridge, value) => {
    bridge.mdb.settings.router = value;
  }),
  mcast_snooping: put((bridge, value) => {
    if (bridge.mdb.settings.snooping && value === 0) bridge.mdb.snoopingStopped();
    const before = bridge.mdb.settings.snooping;
    bridge.mdb.settings.snooping = value !== 0;
    if (!bridge.dev.up || before === (value !== 0)) return;
    if (value !== 0) {
      bridge.mdb.querier.begin();
      joinSnoopers(bridge.dev);
    } else leaveSnoopers(bridge.dev);
  }),
  mcast_vlan_snooping: (_bridge, value) => (value === 0 ? undefined : fail('EINVAL')),
  mcast_query_use_ifaddr: put((bridge, value) => {
    bridge.mdb.settings.queryUseIfaddr = value !== 0;
  }),
  mcast_querier: put((bridge, value) => {
    bridge.mdb.querier.set(value !== 0);
  }),
  mcast_hash_elasticity: put(() => {}),
  mcast_hash_max: put((bridge, value) => {
    bridge.mdb.settings.hashMax = value;
  }),
  mcast_last_member_count: put((bridge, value) => {
    bridge.mdb.settings.lastMemberCount = value;
  }),
  mcast_startup_query_count: put((bridge, value) => {
    bridge.mdb.settings.startupQueryCount = value;
  }),
  mcast_last_member_interval: put((bridge, value) => {
    bridge.mdb.settings.lastMemberInterval = value;
  }),
  mcast_membership_interval: put((bridge, value) => {
    bridge.mdb.settings.membershipInterval = value;
  }),
  mcast_querier_interval: put((bridge, value) => {
    bridge.mdb.settings.querierInterval = value;
  }),
  mcast_query_interval: put((bridge, value) => {
    bridge.mdb.settings.queryInterval = value;
  }),
  mcast_query_response_interval: put((bridge, value) => {
    bridge.mdb.settings.queryResponseInterval = value;
  }),
  mcast_startup_query_interval: put((bridge, value) => {
    bridge.mdb.settings.startupQueryInterval = value;
  }),
  mcast_stats_enabled: put((bridge, value) => {
    bridge.mdb.settings.stats = value !== 0;
  }),
  mcast_igmp_version: within(2, 3, (bridge, value) => {
    bridge.mdb.settings.igmpVersion = value;
  }),
  mcast_mld_version: within(1, 2, (bridge, value) => {
    bridge.mdb.settings.mldVersion = value;
  }),
  nf_call_iptables: put((bridge, value) => {
    bridge.nfCallIptables = value !== 0;
  }),
  nf_call_ip6tables: put((bridge, value) => {
    bridge.nfCallIp6tables = value !== 0;
  }),
  nf_call_arptables: put((bridge, value) => {
    bridge.nfCallArptables = value !== 0;
  }),
};

/** `br_changelink`: what came before an error stays. */
export function changeBridge(bridge: Bridge, info: LinkInfo): KernelError | undefined {
  for (const [key, set] of Object.entries(BRIDGE_OPTIONS)) {
    const value = info[key];
    if (value === undefined) continue;
    const error = set(bridge, Number(value));
    if (error !== undefined) return error;
  }
  return undefined;
}

type Flag = {
  [K in keyof BridgePort]: BridgePort[K] extends boolean ? K : never;
}[keyof BridgePort];

const PORT_FLAGS: Readonly<Record<string, Flag>> = {
  hairpin: 'hairpin',
  guard: 'guard',
  fastleave: 'fastLeave',
  mcast_fast_leave: 'fastLeave',
  root_block: 'rootBlock',
  learning: 'learning',
  flood: 'flood',
  mcast_flood: 'mcastFlood',
  mcast_to_unicast: 'mcastToUnicast',
  bcast_flood: 'bcastFlood',
  proxy_arp: 'proxyArp',
  proxy_arp_wifi: 'proxyArpWifi',
  vlan_tunnel: 'vlanTunnel',
  neigh_suppress: 'neighSuppress',
  isolated: 'isolated',
  locked: 'locked',
};

/** `br_setport`. */
export function changePort(port: BridgePort, info: LinkInfo): KernelError | undefined {
  for (const [key, flag] of Object.entries(PORT_FLAGS)) {
    if (info[key] !== undefined) Object.assign(port, { [flag]: Boolean(info[key]) });
  }
  const number = (key: string): number | undefined => (info[key] === undefined ? undefined : Number(info[key]));
  const cost = number('cost');
  const priority = number('priority');
  const state = number('state');
  const error =
    (cost === undefined ? undefined : setPathCost(port, cost)) ??
    (priority === undefined ? undefined : setPortPriority(port, priority)) ??
    (state === undefined ? undefined : setPortState(port, state));
  if (error !== undefined) return error;
  if (info.fdb_flush !== undefined) flushDynamic(port.bridge, port);
  const router = number('mcast_router');
  if (router !== undefined) {
    if (router > 3) return fail('EINVAL');
    port.mcastRouter = router;
  }
  const mask = number('group_fwd_mask');
  if (mask !== undefined) {
    if ((mask & GROUP_FWD_RESTRICTED) !== 0) return fail('EINVAL');
    port.groupFwdMask = mask;
  }
  const backup = number('backup_port');
  return backup === undefined ? undefined : setBackupPort(port, backup);
}

/** `br_set_port_state`: not while the kernel's spanning tree decides. */
function setPortState(port: BridgePort, state: number): KernelError | undefined {
  if (state > BR_STATE_BLOCKING) return fail('EINVAL');
  if (port.bridge.stpEnabled !== 0) return fail('EBUSY');
  if (!isPortReady(port) && state !== BR_STATE_DISABLED) return fail('ENETDOWN');
  port.state = state;
  selectPortStates(port.bridge);
  return undefined;
}

/** `nbp_backup_change`: another port of the same bridge, 0 for none. */
function setBackupPort(port: BridgePort, ifindex: number): KernelError | undefined {
  if (ifindex === 0) {
    port.backupPort = undefined;
    return undefined;
  }
  const dev = port.dev.ns.devices.get(ifindex);
  if (dev === undefined) return fail('ENOENT');
  const backup = bridgePort(dev);
  if (backup === undefined) return fail('ENOENT');
  if (backup === port || backup.bridge !== port.bridge) return fail('EINVAL');
  port.backupPort = backup;
  return undefined;
}
