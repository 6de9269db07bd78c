import type { LinkInfo } from '../../rtnetlink/messages.ts';
import type { Bridge, BridgeId, BridgePort } from './bridge.ts';
import { NS_PER_CENTISECOND } from './if-bridge.ts';

// What netlink says about bridges and ports: br_fill_info and br_port_fill_slave_info in net/bridge/br_netlink.c. Times are centiseconds, the
// words those of iproute2's options.

const centiseconds = (ns: number): number => Math.floor(ns / NS_PER_CENTISECOND);

/** A bridge's id: priority in hex, then the address with every byte as short as it can be. */
export function formatId({ priority, address }: BridgeId): string {
  const bytes = address.toString(16).padStart(12, '0').match(/../g) ?? [];
  return `${priority.toString(16).padStart(4, '0')}.${bytes.map((byte) => Number.parseInt(byte, 16).toString(16)).join(':')}`;
}

export function bridgeInfo(bridge: Bridge): LinkInfo {
  const { mdb } = bridge;
  return {
    forward_delay: centiseconds(bridge.forwardDelayNs),
    hello_time: centiseconds(bridge.helloNs),
    max_age: centiseconds(bridge.maxAgeNs),
    bridge_forward_delay: centiseconds(bridge.bridgeForwardDelayNs),
    bridge_hello_time: centiseconds(bridge.bridgeHelloNs),
    bridge_max_age: centiseconds(bridge.bridgeMaxAgeNs),
    ageing_time: centiseconds(bridge.ageingNs),
    stp_state: bridge.stpEnabled,
    priority: bridge.id.priority,
    vlan_filtering: bridge.vlanFiltering ? 1 : 0,
    vlan_protocol: bridge.vlans === undefined ? undefined : bridge.vlanProtocol,
    bridge_id: formatId(bridge.id),
    designated_root: formatId(bridge.designatedRoot),
    root_port: bridge.rootPort,
    root_path_cost: bridge.rootPathCost,
    topology_change: bridge.topologyChange ? 1 : 0,
    topology_change_detected: bridge.topologyChangeDetected ? 1 : 0,
    hello_timer: centiseconds(bridge.helloTimer.remainingNs),
    tcn_timer: centiseconds(bridge.tcnTimer.remainingNs),
    topology_change_timer: centiseconds(bridge.topologyChangeTimer.remainingNs),
    gc_timer: centiseconds(bridge.gcResting ? bridge.gcTimer.remainingOf(bridge.holdNs) : bridge.gcTimer.remainingNs),
    vlan_default_pvid: bridge.vlans === undefined ? undefined : bridge.defaultPvid,
    vlan_stats_enabled: bridge.vlans === undefined ? undefined : Number(bridge.vlanStats),
    vlan_stats_per_port: bridge.vlans === undefined ? undefined : Number(bridge.vlanStatsPerPort),
    group_fwd_mask: bridge.groupFwdMask,
    group_address: bridge.groupAddress,
    no_linklocal_learn: Number(bridge.noLinkLocalLearn),
    mcast_snooping: Number(mdb.settings.snooping),
    mcast_vlan_snooping: 0,
    mcast_router: mdb.settings.router,
    mcast_query_use_ifaddr: Number(mdb.settings.queryUseIfaddr),
    mcast_querier: Number(mdb.settings.querier),
    mcast_hash_elasticity: 16,
    mcast_hash_max: mdb.settings.hashMax,
    mcast_last_member_count: mdb.settings.lastMemberCount,
    mcast_startup_query_count: mdb.settings.startupQueryCount,
    mcast_last_member_interval: mdb.settings.lastMemberInterval,
    mcast_membership_interval: mdb.settings.membershipInterval,
    mcast_querier_interval: mdb.settings.querierInterval,
    mcast_query_interval: mdb.settings.queryInterval,
    mcast_query_response_interval: mdb.settings.queryResponseInterval,
    mcast_startup_query_interval: mdb.settings.startupQueryInterval,
    mcast_stats_enabled: Number(mdb.settings.stats),
    mcast_igmp_version: mdb.settings.igmpVersion,
    mcast_mld_version: mdb.settings.mldVersion,
    nf_call_iptables: Number(bridge.nfCallIptables),
    nf_call_ip6tables: Number(bridge.nfCallIp6tables),
    nf_call_arptables: Number(bridge.nfCallArptables),
  };
}

export function portInfo(port: BridgePort): LinkInfo {
  return {
    state: port.state,
    priority: port.priority,
    cost: port.pathCost,
    hairpin: port.hairpin,
    guard: port.guard,
    root_block: port.rootBlock,
    fastleave: port.fastLeave,
    learning: port.learning,
    flood: port.flood,
    id: port.id,
    no: port.number,
    designated_port: port.designatedPort,
    designated_cost: port.designatedCost,
    bridge_id: formatId(port.designatedBridge),
    root_id: formatId(port.designatedRoot),
    hold_timer: centiseconds(port.holdTimer.remainingNs),
    message_age_timer: centiseconds(port.messageAgeTimer.remainingNs),
    forward_delay_timer: centiseconds(port.forwardDelayTimer.remainingNs),
    topology_change_ack: Number(port.topologyChangeAck),
    config_pending: Number(port.configPending),
    proxy_arp: port.proxyArp,
    proxy_arp_wifi: port.proxyArpWifi,
    mcast_router: port.mcastRouter,
    mcast_flood: port.mcastFlood,
    bcast_flood: port.bcastFlood,
    mcast_to_unicast: port.mcastToUnicast,
    neigh_suppress: port.neighSuppress,
    group_fwd_mask: port.groupFwdMask,
    vlan_tunnel: port.vlanTunnel,
    isolated: port.isolated,
    locked: port.locked,
    backup_port: port.backupPort?.dev.ifindex,
  };
}
