import type { Ipv4, Ipv6 } from '../base/address.ts';
import type { NetDevice } from './device/net-device.ts';
import type { NeighbourTable } from './neigh/neighbour-table.ts';
import type { Skb } from './skb.ts';
import type { SocketTable } from './socket/socket-table.ts';

/**
 * What moves packets in one namespace, as its control plane sees it: the control plane (netns.ts, address/, route/,
 * rtnetlink/) decides what there is, the data plane (neigh/, ip/, socket/) receives, sends and resolves by it.
 */
export interface DataPlane {
  readonly arp: NeighbourTable<Ipv4>;
  readonly nd: NeighbourTable<Ipv6>;
  readonly sockets: SocketTable;
  /** A received packet; `skb.data` is at the IPv4 header (ip_rcv). */
  receive4(skb: Skb): void;
  /** A received packet; `skb.data` is at the IPv6 header (ipv6_rcv). */
  receive6(skb: Skb): void;
  /** One probe of duplicate address detection: a solicitation for `target` from `::` (RFC 4862, 5.4.2). */
  sendDadSolicitation(dev: NetDevice, target: Ipv6): void;
  /** RFC 4861, 6.3.7; `source` is the link-local address. */
  sendRouterSolicitation(dev: NetDevice, source: Ipv6): void;
  /** An unsolicited advertisement of an own address to all nodes (`ndisc_notify`, NETDEV_NOTIFY_PEERS). */
  sendUnsolicitedAdvertisement(dev: NetDevice, address: Ipv6): void;
  /** ARP request for one's own address (`arp_notify`, NETDEV_NOTIFY_PEERS). */
  sendGratuitousArp(dev: NetDevice, address: Ipv4): void;
  /** A group other than all-nodes was joined or left on a device that is up: time for a report (RFC 3810, 6.1). */
  groupChanged(dev: NetDevice, group: Ipv6, joined: boolean): void;
  /** The namespace is going away: nothing may stay scheduled. */
  destroy(): void;
}
