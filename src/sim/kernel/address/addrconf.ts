import { IPV6_LOOPBACK, type Ipv6, isLinkLocalIpv6, isMulticastIpv6, macOfEui64 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import {
  type AddressDelete,
  type AddressDump,
  type AddressRequest,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_SITE,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';
import {
  addGroupRoute,
  addPeerRoute,
  addPrefixRoute,
  hostRoute,
  joinAnycast,
  leaveAnycast,
  removePeerRoute,
  removePrefixRoute,
} from './address-routes6.ts';
import { DuplicateDetection } from './dad.ts';
import { DeviceConfiguration6 } from './device-configuration6.ts';
import type { Inet6Address, Inet6Device } from './inet6-device.ts';
import { AddressLifetimes, secondsLeft } from './lifetime.ts';
import { leaveSolicitedNode } from './multicast-groups.ts';
import { RouterDiscovery } from './router-discovery.ts';

const SETTABLE_FLAGS = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

/** How an address is to be made; lifetimes in seconds. */
export interface NewAddress6 {
  readonly address: Ipv6;
  readonly peer?: Ipv6 | undefined;
  readonly prefixLen: number;
  readonly flags: number;
  readonly scope?: number;
  readonly validLft: number;
  readonly preferredLft: number;
  readonly metric?: number;
  readonly protocol?: number;
}

/** IPv6 addresses and what makes them by itself: net/ipv6/addrconf.c. */
export class Addrconf {
  readonly ns: NetNamespace;
  readonly dad: DuplicateDetection;
  readonly routers: RouterDiscovery;
  readonly devices: DeviceConfiguration6;
  private readonly byAddress = new Map<Ipv6, Inet6Address[]>();
  private readonly lifetimes: AddressLifetimes<Inet6Address>;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.dad = new DuplicateDetection(this);
    this.routers = new RouterDiscovery(this);
    this.devices = new DeviceConfiguration6(this);
    this.lifetimes = new AddressLifetimes(ns.kernel.clock, {
      expired: (address) => this.remove(address),
      changed: (address) => this.announce(address, false),
    });
  }

  /** The addresses equal to `address` on any device, tentative ones included. */
  owners(address: Ipv6): readonly Inet6Address[] {
    return this.byAddress.get(address) ?? [];
  }

  // ---- what user space asks

  /** RTM_NEWADDR (`inet6_rtm_newaddr`). */
  add(request: AddressRequest): KernelError | undefined {
    const { prefixLen } = request;
    const address = request.local as Ipv6;
    const peer = request.address === undefined || request.address === request.local ? undefined : (request.address as Ipv6);
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail('ENODEV', 'ipv6: Unable to find the interface');
    const flags = (request.flags ?? 0) & SETTABLE_FLAGS;
    const validLft = request.validLft ?? INFINITY_LIFE_TIME;
    const preferredLft = request.preferredLft ?? INFINITY_LIFE_TIME;
    if (validLft === 0 || preferredLft > validLft) return fail('EINVAL', 'ipv6: address lifetime invalid');
    const in6 = this.devices.findOrAttach(dev);
    if (isError(in6)) return in6;
    const existing = in6.addresses.find((other) => other.address === address);
    if (existing !== undefined) {
      if (request.exclusive || !request.replace) return fail('EEXIST', 'ipv6: address already assigned');
      return this.modify(existing, request, flags, validLft, preferredLft);
    }
    if (prefixLen > 128) return fail('EINVAL', 'ipv6: Invalid prefix length');
    if ((dev.flags & IFF_LOOPBACK) === 0) addGroupRoute(dev);
    const made = this.create(in6, {
      address,
      peer,
      prefixLen,
      flags,
      scope: scopeOf(address),
      validLft,
      preferredLft,
      metric: request.metric ?? 0,
    });
    if (isError(made)) return made;
    if ((flags & IFA_F_NOPREFIXROUTE) === 0) addPrefixRoute(this.ns, made, expiryOf(made));
    if ((made.flags & IFA_F_NODAD) === 0) this.announce(made, false);
    this.dad.start(made);
    return undefined;
  }

  /** `inet6_addr_modify`. */
  private modify(
    existing: Inet6Address,
    request: AddressRequest,
    flags: number,
    validLft: number,
    preferredLft: number,
  ): KernelError | undefined {
    const hadRoute = (existing.flags & IFA_F_NOPREFIXROUTE) === 0;
    existing.flags = (existing.flags & ~SETTABLE_FLAGS) | flags;
    if (hadRoute) removePrefixRoute(this.ns, existing);
    existing.metric = request.metric ?? existing.metric;
    existing.validLft = validLft;
    existing.preferredLft = preferredLft;
    this.lifetimes.start(existing);
    if ((flags & IFA_F_NOPREFIXROUTE) === 0) addPrefixRoute(this.ns, existing, expiryOf(existing));
    this.announce(existing, false);
    return undefined;
  }

  /** RTM_DELADDR (`inet6_rtm_deladdr`). */
  delete(request: AddressDelete): KernelError | undefined {
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail('ENODEV', 'ipv6: Unable to find the interface');
    if (dev.in6 === undefined) return fail('ENXIO', 'ipv6: IPv6 is disabled on this device');
    const found = dev.in6.addresses.find(
      (address) => address.address === request.local && (request.prefixLen === undefined || request.prefixLen === address.prefixLen),
    );
    if (found === undefined) return fail('EADDRNOTAVAIL', 'ipv6: address not found');
    this.remove(found);
    return undefined;
  }

  // ---- addresses

  /** `ipv6_add_addr`: on the device's list, tentative unless told otherwise; its routes come later. */
  create(in6: Inet6Device, wanted: NewAddress6): Inet6Address | KernelError {
    const { address } = wanted;
    if (address === '::') return fail('EADDRNOTAVAIL', 'ipv6: Invalid address');
    if (isMulticastIpv6(address) && (wanted.flags & IFA_F_MCAUTOJOIN) === 0) {
      return fail('EADDRNOTAVAIL', 'ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag');
    }
    if ((in6.dev.flags & IFF_LOOPBACK) === 0 && address === IPV6_LOOPBACK) {
      return fail('EADDRNOTAVAIL', 'ipv6: Cannot assign loopback address on this device');
    }
    if (in6.dead || in6.conf.disable_ipv6 !== 0) return fail('EACCES', 'ipv6: IPv6 is disabled on this device');
    const { now } = this.ns.kernel.clock;
    const made: Inet6Address = {
      address,
      peer: wanted.peer,
      prefixLen: wanted.prefixLen,
      scope: wanted.scope ?? scopeOf(address),
      flags: wanted.flags | ((wanted.flags & IFA_F_NODAD) === 0 ? IFA_F_TENTATIVE : 0),
      metric: wanted.metric ?? 0,
      protocol: wanted.protocol ?? 0,
      createdNs: now,
      timestampNs: now,
      validLft: wanted.validLft,
      preferredLft: wanted.preferredLft,
      hostRoute: hostRoute(in6, address, 'local'),
      dadProbes: 0,
      solicited: false,
      dadTimer: 0,
      dead: false,
      device: in6,
    };
    const at = in6.addresses.findIndex((other) => scopeRank(made) >= scopeRank(other));
    in6.addresses.splice(at < 0 ? in6.addresses.length : at, 0, made);
    const owners = this.byAddress.get(address);
    if (owners === undefined) this.byAddress.set(address, [made]);
    else owners.push(made);
    this.lifetimes.start(made);
    this.ns.ip6.fib6.changed();
    return made;
  }

  /** `ipv6_del_addr`: with the prefix's last address its route goes. */
  remove(address: Inet6Address): void {
    if (address.dead) return;
    address.dead = true;
    const { device } = address;
    device.addresses.splice(device.addresses.indexOf(address), 1);
    this.unhash(address);
    if ((address.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT) removePrefixRoute(this.ns, address);
    this.dad.stop(address);
    this.lifetimes.stop(address);
    this.announce(address, true);
    this.withdraw(address);
  }

  /** Off the table of addresses. */
  unhash(address: Inet6Address): void {
    const owners = this.owners(address.address).filter((other) => other !== address);
    if (owners.length > 0) this.byAddress.set(address.address, owners as Inet6Address[]);
    else this.byAddress.delete(address.address);
    this.ns.ip6.fib6.changed();
  }

  /** What RTM_DELADDR undoes: anycast, groups, the host route (`__ipv6_ifa_notify`). */
  withdraw(address: Inet6Address): void {
    if (address.device.conf.forwarding !== 0) leaveAnycast(this.ns, address);
    if (address.solicited) leaveSolicitedNode(this.ns, address.device, address.address);
    address.solicited = false;
    removePeerRoute(this.ns, address);
    this.ns.ip6.fib6.unlink(address.hostRoute);
  }

  /** The address may be used: announced, reachable, and a host without a router begins to ask for one (`addrconf_dad_completed`). */
  dadCompleted(address: Inet6Address, announceToLink: boolean): void {
    const { device } = address;
    this.publish(address);
    const lonely =
      address.scope === SCOPE_LINK &&
      device.addresses.filter((other) => other.scope === SCOPE_LINK && (other.flags & IFA_F_TENTATIVE) === 0).length === 1;
    if (lonely) this.ns.dataPlane.linkLocalReady(device.dev);
    if (announceToLink && (device.conf.ndisc_notify !== 0 || this.ns.ip6.confAll.ndisc_notify !== 0)) {
      this.ns.dataPlane.sendUnsolicitedAdvertisement(device.dev, address.address);
    }
    if (lonely) this.routers.startSoliciting(device, address.address);
  }

  /** What RTM_NEWADDR does: tells listeners, and enters the host route (`__ipv6_ifa_notify`). */
  publish(address: Inet6Address): void {
    this.announce(address, false);
    this.ns.ip6.fib6.link(address.hostRoute);
    if (address.device.conf.forwarding !== 0) joinAnycast(this.ns, address);
    addPeerRoute(this.ns, address);
  }

  announce(address: Inet6Address, deleted: boolean): void {
    if (this.ns.listening) this.ns.emit({ type: 'address', deleted, address: this.dump(address) });
  }

  dump(address: Inet6Address): AddressDump {
    const { now } = this.ns.kernel.clock;
    return {
      family: 'inet6',
      ifindex: address.device.dev.ifindex,
      local: address.address,
      address: address.peer ?? address.address,
      prefixLen: address.prefixLen,
      broadcast: undefined,
      scope: address.scope,
      flags: address.flags,
      label: undefined,
      validLft: secondsLeft(address, address.validLft, now),
      preferredLft: secondsLeft(address, address.preferredLft, now),
      metric: address.metric === 0 ? undefined : address.metric,
      protocol: address.protocol,
    };
  }

  /** Neighbour discovery heard of somebody else with the address. */
  duplicateDetected(dev: NetDevice, address: Ipv6): void {
    const found = dev.in6?.addresses.find((own) => own.address === address);
    if (found === undefined) return;
    this.dad.failed(found);
    // With accept_dad 2 a duplicate of the address made from the MAC address stops IPv6 on the link.
    if (dev.in6 !== undefined && dev.in6.conf.accept_dad > 1 && macOfEui64(address) === dev.address && isLinkLocalIpv6(address)) {
      dev.in6.conf = { ...dev.in6.conf, disable_ipv6: 1 };
      this.devices.disabledChanged(dev);
    }
  }

  /** An address is going; nothing need be done at its end. */
  forgetLifetime(address: Inet6Address): void {
    this.lifetimes.stop(address);
  }

  destroy(): void {
    this.lifetimes.destroy();
  }

  /** Sets lifetimes anew, from now. */
  refresh(address: Inet6Address, validLft: number, preferredLft: number): void {
    address.validLft = validLft;
    address.preferredLft = preferredLft;
    this.lifetimes.start(address);
    this.announce(address, false);
  }
}

function expiryOf(address: Inet6Address): number {
  return address.validLft === INFINITY_LIFE_TIME ? 0 : address.timestampNs + address.validLft * NS_PER_S;
}

/** RT_SCOPE_* of an address by its prefix (`rt_scope`). */
export function scopeOf(address: Ipv6): number {
  if (address === IPV6_LOOPBACK) return SCOPE_HOST;
  if (isLinkLocalIpv6(address)) return SCOPE_LINK;
  return /^fe[c-f]/.test(address) ? SCOPE_SITE : SCOPE_UNIVERSE;
}

/** The order of a device's list: IPv6 scopes, global 14, site 5, link 2, loopback 1. */
function scopeRank(address: Inet6Address): number {
  switch (scopeOf(address.address)) {
    case SCOPE_HOST:
    case SCOPE_LINK:
      return 2;
    case SCOPE_SITE:
      return 5;
    default:
      return 14;
  }
}
