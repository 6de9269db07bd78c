import type { Ipv6 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NeighbourTable } from '../neigh/neighbour-table.ts';
import type { Fib, Flow6 } from '../route/route.ts';
import type { Skb } from '../skb.ts';

/** One IPv6 address of a device (struct inet6_ifaddr). Owned by address/addrconf.ts. */
export interface InterfaceAddress6 {
  readonly address: Ipv6;
  readonly peer: Ipv6 | undefined;
  readonly prefixLen: number;
  readonly scope: number;
  readonly flags: number;
}

/** IPv6 in one namespace. */
export interface Inet6 {
  readonly fib: Fib<Flow6, Ipv6>;
  readonly nd: NeighbourTable<Ipv6>;
  addressesOf(dev: NetDevice): readonly InterfaceAddress6[];
  isLocal(address: Ipv6, dev?: NetDevice): boolean;
  /** RFC 6724 as far as addrconf follows it; '::' if there is none. Tentative addresses do not count. */
  selectSource(dev: NetDevice, dst: Ipv6): Ipv6;
  /** The groups joined on a device, solicited-node ones included. */
  groupsOf(dev: NetDevice): readonly Ipv6[];
  receive(skb: Skb): void;
  /** Duplicate address detection heard of the address: called by neighbour discovery, ends in addrconf. */
  duplicateDetected(dev: NetDevice, address: Ipv6): void;
  /** A router advertisement arrived (RFC 4861, 4862): body starts after the ICMPv6 header's 4 bytes. */
  routerAdvertised(dev: NetDevice, from: Ipv6, packet: Uint8Array, offset: number, length: number): void;
}
