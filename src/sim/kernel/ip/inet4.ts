import type { Ipv4 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NeighbourTable } from '../neigh/neighbour-table.ts';
import type { Fib, Flow4 } from '../route/route.ts';
import type { Skb } from '../skb.ts';

/** One IPv4 address of a device (struct in_ifaddr). Owned by address/devinet.ts. */
export interface InterfaceAddress4 {
  readonly local: Ipv4;
  /** Peer on a point-to-point address, else equal to local. */
  readonly address: Ipv4;
  readonly prefixLen: number;
  readonly broadcast: Ipv4 | undefined;
  readonly scope: number;
  readonly flags: number;
  readonly label: string;
}

/** IPv4 in one namespace. Control plane: addresses and fib. Data plane: input and output of packets. */
export interface Inet4 {
  readonly fib: Fib<Flow4, Ipv4>;
  readonly arp: NeighbourTable<Ipv4>;
  /** In the kernel's order: primaries by scope, then secondaries. */
  addressesOf(dev: NetDevice): readonly InterfaceAddress4[];
  /** Whether the address is one of ours on any device (inet_addr_type == RTN_LOCAL); `dev` narrows to addresses of that device. */
  isLocal(address: Ipv4, dev?: NetDevice): boolean;
  /** Best source on a device for talking to `dst` within `scope` (inet_select_addr); 0 if it has none. */
  selectSource(dev: NetDevice, dst: Ipv4, scope: number): Ipv4;
  /** A received packet: `skb.data` is at the IPv4 header (ip_rcv). */
  receive(skb: Skb): void;
}
