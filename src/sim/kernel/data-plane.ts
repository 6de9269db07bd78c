import type { Ipv4, Ipv6 } from '../base/address.ts';
import type { KernelError } from '../base/result.ts';
import type { NetDevice, PacketTap } from './device/net-device.ts';
import type { Softirq } from './device/softirq.ts';
import type { UdpTunnelHeader } from './ip/udp-tunnel.ts';
import type { NeighbourTable } from './neigh/neighbour-table.ts';
import type { Conntracks } from './netfilter/conntrack/conntracks.ts';
import type { ConntrackHooks } from './netfilter/conntrack/hooks.ts';
import type { NfTables } from './netfilter/nf-tables.ts';
import type { IpSets } from './netfilter/set/ip-sets.ts';
import type { Skb } from './skb.ts';
import type { Mib } from './snmp/mib.ts';
import type { SocketTable } from './socket/socket-table.ts';

/**
 * What moves packets in one namespace, as its control plane sees it: the control plane (netns.ts, address/, route/,
 * rtnetlink/) decides what there is, the data plane (neigh/, ip/, socket/) receives, sends and resolves by it.
 */
export interface DataPlane {
  readonly arp: NeighbourTable<Ipv4>;
  readonly nd: NeighbourTable<Ipv6>;
  readonly sockets: SocketTable;
  /** What the stack counts, for /proc/net/snmp and its like. */
  readonly mib: Mib;
  /** The packet filter's tables. */
  readonly nftables: NfTables;
  /** The sets that its rules may name. */
  readonly ipsets: IpSets;
  /** The connections that are tracked. */
  readonly conntracks: Conntracks;
  /** When connections are tracked at all. */
  readonly conntrackHooks: ConntrackHooks;
  /** Where received frames wait for the stack; see device/receive.ts. */
  readonly softirq: Softirq;
  /** Packet sockets that see every frame of every device. */
  readonly taps: PacketTap[];
  /** Packet sockets that see received frames of one EtherType only, by it. */
  readonly protocolTaps: Pick<ReadonlyMap<number, ReadonlySet<PacketTap>>, 'get'>;
  /** How many packets devices refused to send (NET_XMIT_DROP): a sender whose packet was among them gets ENOBUFS. */
  transmitDrops: number;
  /** A received packet; `skb.data` is at the IPv4 header (ip_rcv). */
  receive4(skb: Skb): void;
  /** A received packet; `skb.data` is at the IPv6 header (ipv6_rcv). */
  receive6(skb: Skb): void;
  /** A received ARP packet, at `skb.data` (arp_rcv). */
  receiveArp(skb: Skb): void;
  /** One probe of duplicate address detection: a solicitation for `target` from `::` (RFC 4862, 5.4.2). */
  sendDadSolicitation(dev: NetDevice, target: Ipv6): void;
  /** RFC 4861, 6.3.7; `source` is the link-local address. */
  sendRouterSolicitation(dev: NetDevice, source: Ipv6): void;
  /** An unsolicited advertisement of an own address to all nodes (`ndisc_notify`, NETDEV_NOTIFY_PEERS). */
  sendUnsolicitedAdvertisement(dev: NetDevice, address: Ipv6): void;
  /** ARP request for one's own address (`arp_notify`, NETDEV_NOTIFY_PEERS). */
  sendGratuitousArp(dev: NetDevice, address: Ipv4): void;
  /** An IPv4 group was joined on a device, or the device of a joined one came up: time for a report (RFC 3376, 5.1). */
  groupJoined4(dev: NetDevice, group: Ipv4): void;
  /** An IPv4 group is about to be left, or its device went down. */
  groupLeft4(dev: NetDevice, group: Ipv4): void;
  /** The device went down: no more reports of its IPv4 groups. */
  reportsStopped4(dev: NetDevice): void;
  /** The version of IGMP that is spoken on a device: that of the oldest router heard there, or the one that was forced. */
  igmpVersion(dev: NetDevice): 1 | 2 | 3;
  /** A group other than all-nodes was joined or left on a device that is up: time for a report (RFC 3810, 6.1). */
  groupChanged(dev: NetDevice, group: Ipv6, joined: boolean): void;
  /** A device that is up got an address or just came up: Linux reports all its groups anew (ipv6_mc_up). */
  reportGroups(dev: NetDevice): void;
  /** A link-local address is no longer tentative: the groups are reported once more, from it (ipv6_mc_dad_complete). */
  linkLocalReady(dev: NetDevice): void;
  /** A device went down, or left this namespace: what sockets are bound to it get an error, reports stop. Neighbours are told by `deviceDown`. */
  deviceDown(dev: NetDevice, gone: boolean): void;
  /**
   * A tunnel listens on a UDP port: what arrives is given to `receive` with `skb.data` at the UDP header and `skb.network` at the IP
   * header. EADDRINUSE. Without `zeroChecksum6`, IPv6 datagrams must have a checksum.
   */
  openUdpTunnel(
    family: 'inet' | 'inet6',
    port: number,
    zeroChecksum6: boolean,
    receive: (skb: Skb) => void,
  ): { close(): void } | KernelError;
  /** Sends what starts at `skb.data` in a datagram (udp_tunnel_xmit_skb); false where it was refused on its way. */
  udpTunnelXmit(skb: Skb, header: UdpTunnelHeader): boolean;
  /** An address was taken off a device: connections that were given it (MASQUERADE) end. */
  addressRemoved(dev: NetDevice, address: Ipv4 | Ipv6): void;
  /** The namespace is going away: nothing may stay scheduled. */
  destroy(): void;
}
