import type { Ipv4, Ipv6 } from '../../base/address.ts';
import type { KernelError } from '../../base/result.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { RouteMetrics, RouteType } from '../rtnetlink/messages.ts';

/** What a route look-up is asked with (Linux's `struct flowi4`); addresses of 0 mean any. */
export interface Flow4 {
  readonly dst: Ipv4;
  readonly src: Ipv4;
  readonly tos?: number;
  readonly oif?: number;
  readonly iif?: number;
  readonly mark?: number;
  readonly ipProto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

/** The same for IPv6; '' and '::' mean any source. */
export interface Flow6 {
  readonly dst: Ipv6;
  readonly src: Ipv6;
  readonly tos?: number;
  readonly oif?: number;
  readonly iif?: number;
  readonly mark?: number;
  readonly ipProto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

/** A resolved route: what Linux keeps in a dst_entry. Routes may be cached and shared; they are never changed. */
export interface Route<Address> {
  readonly type: RouteType;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  /** Where the packet leaves; the loopback device for local delivery. */
  readonly dev: NetDevice;
  /** For a local route: the device that owns the address. */
  readonly localDev?: NetDevice;
  /** Next hop, where there is one; undefined when the destination is on the link. */
  readonly gateway: Ipv4 | Ipv6 | undefined;
  readonly gatewayFamily: 'inet' | 'inet6' | undefined;
  readonly onlink: boolean;
  /** Source address for packets that have none yet. */
  readonly source: Address;
  /** Path MTU: the device's unless the route or a cached exception says less. */
  readonly mtu: number;
  readonly priority: number;
  readonly metrics: RouteMetrics | undefined;
  /** Prefix of the table entry that matched, for traces and `ip route get fibmatch`. */
  readonly prefix: Address;
  readonly prefixLen: number;
}
export type Route4 = Route<Ipv4>;
export type Route6 = Route<Ipv6>;

/** The routing decision of one family in one namespace: rules, then tables (fib_lookup, fib6_rule_lookup). */
export interface Fib<Flow, Address> {
  /** For a packet made here (ip_route_output_key): picks device and source. ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL. */
  output(flow: Flow): Route<Address> | KernelError;
  /** For a received packet (ip_route_input): a local, broadcast, multicast or unicast (to be forwarded) route. EINVAL for a martian, EXDEV when rp_filter refuses, EHOSTUNREACH without a route. */
  input(flow: Flow): Route<Address> | KernelError;
  /** A lower path MTU learned from ICMP, for ten minutes; shows in `ip route get`. */
  learnMtu(dst: Address, mtu: number): void;
  /** A redirect: `gateway`, a neighbour on `dev`, is the better next hop to `dst`. The caller has checked whether to believe it. */
  learnGateway?(dst: Address, gateway: Address, dev: NetDevice): void;
}
