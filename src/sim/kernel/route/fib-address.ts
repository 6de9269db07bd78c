import { type Ipv4, ipv4Contains, ipv4Mask, isMulticastIpv4 } from '../../base/address.ts';
import type { InetAddress } from '../address/inet-device.ts';
import { IFF_LOOPBACK } from '../device/net-device.ts';
import {
  IFA_F_NOPREFIXROUTE,
  IFA_F_SECONDARY,
  type RouteRequest,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTPROT_KERNEL,
  SCOPE_HOST,
  SCOPE_LINK,
} from '../rtnetlink/messages.ts';
import { syncAddressGone } from './fib-sync.ts';
import type { Fib4 } from './fib4.ts';

// The routes that come and go with an IPv4 address: fib_add_ifaddr and fib_del_ifaddr in net/ipv4/fib_frontend.c.

/** The prefix that an address is in: of the peer, where it is point-to-point. */
function networkOf(address: InetAddress): Ipv4 {
  return (address.address & ipv4Mask(address.prefixLen)) >>> 0;
}

function broadcastOf(address: InetAddress): Ipv4 {
  return (address.address | ~ipv4Mask(address.prefixLen)) >>> 0;
}

/** Whether `address` is in the subnet of `other`, of the same length. */
export function inSubnetOf(address: InetAddress, other: InetAddress): boolean {
  return address.prefixLen === other.prefixLen && ipv4Contains(other.address, other.prefixLen, address.address);
}

/** 0.0.0.0/8 and groups get no route to their prefix. */
const isUnroutable = (network: Ipv4): boolean => network >>> 24 === 0 || isMulticastIpv4(network);

/** The primary address of the subnet of a secondary one (`inet_ifa_byprefix`). */
function primaryOf(address: InetAddress): InetAddress | undefined {
  return address.device.addresses.find(
    (other) => (other.flags & IFA_F_SECONDARY) === 0 && other.prefixLen === address.prefixLen && networkOf(other) === networkOf(address),
  );
}

function route(fib: Fib4, add: boolean, type: RouteType, dst: Ipv4, dstLen: number, address: InetAddress, priority = 0): void {
  const request: RouteRequest = {
    family: 'inet',
    type,
    dst,
    dstLen,
    table: type === 'unicast' ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
    protocol: RTPROT_KERNEL,
    scope: type === 'local' ? SCOPE_HOST : SCOPE_LINK,
    prefSrc: address.local,
    priority,
    nexthops: [{ ifindex: address.device.dev.ifindex }],
  };
  if (add) fib.add(request, { create: true, exclusive: false, replace: false, append: true });
  else fib.remove(request);
}

export function addAddressRoutes(fib: Fib4, address: InetAddress): void {
  const dev = address.device.dev;
  const network = networkOf(address);
  const secondary = (address.flags & IFA_F_SECONDARY) !== 0;
  const primary = secondary ? primaryOf(address) : address;
  if (primary === undefined) return;
  route(fib, true, 'local', address.local, 32, primary);
  if (!dev.up) return;
  const { broadcast } = address;
  if (broadcast !== undefined && broadcast !== 0xffffffff) route(fib, true, 'broadcast', broadcast, 32, primary);
  if (isUnroutable(network) || secondary || (network === address.local && address.prefixLen === 32)) return;
  if ((address.flags & IFA_F_NOPREFIXROUTE) === 0) {
    route(fib, true, (dev.flags & IFF_LOOPBACK) !== 0 ? 'local' : 'unicast', network, address.prefixLen, primary, address.metric);
  }
  if (address.prefixLen < 31) route(fib, true, 'broadcast', broadcastOf(address), 32, primary);
}

/**
 * Takes away the routes of an address that is gone or, with `replaced`, of a secondary whose primary that was is being
 * replaced. What other addresses of the device also need stays.
 */
export function removeAddressRoutes(fib: Fib4, address: InetAddress, replaced?: InetAddress): void {
  const dev = address.device.dev;
  const network = networkOf(address);
  const broadcast = broadcastOf(address);
  let primary = address;
  let subnet = false;
  if ((address.flags & IFA_F_SECONDARY) !== 0) {
    const found = replaced ?? primaryOf(address);
    if (found === undefined) return;
    primary = found;
  } else if (!isUnroutable(network) && (network !== address.local || address.prefixLen < 32)) {
    if ((address.flags & IFA_F_NOPREFIXROUTE) === 0) {
      route(fib, false, (dev.flags & IFF_LOOPBACK) !== 0 ? 'local' : 'unicast', network, address.prefixLen, primary);
    }
    subnet = true;
  }
  const kept = address.device.dead ? NOTHING_KEPT : stillNeeded(address, primary, replaced);
  if (!kept.broadcast && address.broadcast !== undefined) route(fib, false, 'broadcast', address.broadcast, 32, primary);
  if (subnet && address.prefixLen < 31 && !kept.netBroadcast) route(fib, false, 'broadcast', broadcast, 32, primary);
  if (kept.local) return;
  route(fib, false, 'local', address.local, 32, primary);
  if (kept.gone && fib.ns.ip4.addressType(address.local) !== 'local') syncAddressGone(fib, address.local);
}

interface Kept {
  local: boolean;
  broadcast: boolean;
  netBroadcast: boolean;
  /** The address is no longer on the device. */
  gone: boolean;
}
const NOTHING_KEPT: Kept = { local: false, broadcast: false, netBroadcast: false, gone: true };

/** Which routes of an address the device's other addresses with the same preferred source also have. */
function stillNeeded(address: InetAddress, primary: InetAddress, replaced: InetAddress | undefined): Kept {
  const kept: Kept = { ...NOTHING_KEPT };
  const broadcast = broadcastOf(address);
  let samePrefSrc = false;
  let primary1: InetAddress | undefined;
  for (const other of address.device.addresses) {
    if (other === address) {
      kept.gone = false;
      continue;
    }
    if (replaced !== undefined && inSubnetOf(other, replaced)) continue;
    if ((other.flags & IFA_F_SECONDARY) !== 0) {
      if (inSubnetOf(other, primary)) {
        primary1 = primary;
      } else {
        if (!samePrefSrc) continue;
        primary1 = primaryOf(other);
        if (primary1 === undefined || primary1.local !== primary.local) continue;
      }
    } else {
      if (primary.local !== other.local) continue;
      primary1 = other;
      if (primary !== other) samePrefSrc = true;
    }
    if (address.local === other.local) kept.local = true;
    if (address.broadcast === other.broadcast) kept.broadcast = true;
    if (broadcast === other.broadcast) kept.netBroadcast = true;
    if (primary1 === other && other.prefixLen < 31 && !isUnroutable(networkOf(other))) {
      const otherBroadcast = broadcastOf(other);
      if (address.broadcast === otherBroadcast || address.broadcast === networkOf(other)) kept.broadcast = true;
      if (broadcast === otherBroadcast || broadcast === networkOf(other)) kept.netBroadcast = true;
    }
  }
  return kept;
}
