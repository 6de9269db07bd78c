import {
  eui64,
  formatIpv6Bytes,
  IPV6_ALL_NODES,
  IPV6_ALL_ROUTERS,
  IPV6_LOOPBACK,
  type Ipv6,
  ipv6Network,
  isLinkLocalIpv6,
  isMulticastIpv6,
  macOfEui64,
  solicitedNode,
} from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { ARPHRD_ETHER, IFF_LOOPBACK, IFF_MULTICAST, type NetDevice } from '../device/net-device.ts';
import type { DeviceEvent } from '../device/notifier.ts';
import type { NetNamespace } from '../netns.ts';
import { METRIC_ADDRCONF } from '../route/fib6.ts';
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
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTPROT_KERNEL,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_SITE,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';
import { DuplicateDetection } from './dad.ts';
import { type Inet6Address, Inet6Device } from './inet6-device.ts';
import { AddressLifetimes, secondsLeft } from './lifetime.ts';
import { joinGroup, leaveGroup, leaveSolicitedNode } from './multicast-groups.ts';
import { RouterDiscovery } from './router-discovery.ts';

const MIN_MTU = 1280;
/** IFA_PROTO: who made an address. */
const PROTO_LOOPBACK = 1;
const PROTO_LINK_LOCAL = 3;
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
  private readonly byAddress = new Map<Ipv6, Inet6Address[]>();
  private readonly lifetimes: AddressLifetimes<Inet6Address>;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.dad = new DuplicateDetection(this);
    this.routers = new RouterDiscovery(this);
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
    const in6 = this.findOrAttach(dev);
    if (isError(in6)) return in6;
    const existing = in6.addresses.find((other) => other.address === address);
    if (existing !== undefined) {
      if (request.exclusive || !request.replace) return fail('EEXIST', 'ipv6: address already assigned');
      return this.modify(existing, request, flags, validLft, preferredLft);
    }
    if (prefixLen > 128) return fail('EINVAL', 'ipv6: Invalid prefix length');
    if ((dev.flags & IFF_LOOPBACK) === 0) this.addGroupRoute(dev);
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
    if ((flags & IFA_F_NOPREFIXROUTE) === 0) this.addPrefixRoute(made, expiryOf(made));
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
    if (hadRoute) this.removePrefixRoute(existing);
    existing.metric = request.metric ?? existing.metric;
    existing.validLft = validLft;
    existing.preferredLft = preferredLft;
    this.lifetimes.start(existing);
    if ((flags & IFA_F_NOPREFIXROUTE) === 0) this.addPrefixRoute(existing, expiryOf(existing));
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
      hostRoute: this.hostRoute(in6, address, 'local'),
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

  private hostRoute(in6: Inet6Device, address: Ipv6, type: 'local' | 'anycast'): Inet6Address['hostRoute'] {
    return {
      prefix: address,
      prefixLen: 128,
      type,
      table: RT_TABLE_LOCAL,
      metric: 0,
      protocol: RTPROT_KERNEL,
      dev: in6.dev,
      gateway: undefined,
      flags: 0,
      weight: 1,
      prefSrc: undefined,
      metrics: undefined,
      addrconf: false,
      pref: 'medium',
      expiresNs: 0,
      linked: false,
    };
  }

  /** `ipv6_del_addr`: with the prefix's last address its route goes. */
  remove(address: Inet6Address): void {
    if (address.dead) return;
    address.dead = true;
    const { device } = address;
    device.addresses.splice(device.addresses.indexOf(address), 1);
    this.unhash(address);
    if ((address.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT) this.removePrefixRoute(address);
    this.dad.stop(address);
    this.lifetimes.stop(address);
    this.announce(address, true);
    this.withdraw(address);
  }

  private unhash(address: Inet6Address): void {
    const owners = this.owners(address.address).filter((other) => other !== address);
    if (owners.length > 0) this.byAddress.set(address.address, owners as Inet6Address[]);
    else this.byAddress.delete(address.address);
    this.ns.ip6.fib6.changed();
  }

  /** What RTM_DELADDR undoes: anycast, groups, the host route (`__ipv6_ifa_notify`). */
  private withdraw(address: Inet6Address): void {
    if (address.device.conf.forwarding !== 0) this.leaveAnycast(address);
    if (address.solicited) leaveSolicitedNode(this.ns, address.device, address.address);
    address.solicited = false;
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
  private publish(address: Inet6Address): void {
    this.announce(address, false);
    this.ns.ip6.fib6.link(address.hostRoute);
    if (address.device.conf.forwarding !== 0) this.joinAnycast(address);
    if (address.peer !== undefined) this.prefixRoute(address, address.peer, 128, 0);
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

  // ---- routes of addresses

  addPrefixRoute(address: Inet6Address, expiresNs: number): void {
    this.prefixRoute(address, address.address, address.prefixLen, expiresNs);
  }

  private prefixRoute(address: Inet6Address, prefix: Ipv6, prefixLen: number, expiresNs: number): void {
    this.ns.ip6.fib6.addKernelRoute({
      prefix: ipv6Network(prefix, prefixLen),
      prefixLen,
      type: 'unicast',
      table: RT_TABLE_MAIN,
      metric: address.metric === 0 ? METRIC_ADDRCONF : address.metric,
      protocol: RTPROT_KERNEL,
      dev: address.device.dev,
      gateway: undefined,
      prefSrc: undefined,
      addrconf: false,
      expiresNs,
    });
  }

  /** Unless another address of the device still needs it (`check_cleanup_prefix_route`). */
  private removePrefixRoute(address: Inet6Address): void {
    const prefix = ipv6Network(address.address, address.prefixLen);
    const needed = address.device.addresses.some(
      (other) =>
        other !== address &&
        (other.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT &&
        other.prefixLen === address.prefixLen &&
        ipv6Network(other.address, other.prefixLen) === prefix,
    );
    if (needed) return;
    const { fib6 } = this.ns.ip6;
    const metric = address.metric === 0 ? METRIC_ADDRCONF : address.metric;
    const entry = fib6
      .table(RT_TABLE_MAIN)
      ?.entries(prefix, address.prefixLen)
      .find(
        (other) =>
          other.dev === address.device.dev && other.protocol === RTPROT_KERNEL && other.gateway === undefined && other.metric === metric,
      );
    if (entry !== undefined) fib6.unlink(entry);
  }

  private joinAnycast(address: Inet6Address): void {
    if (address.prefixLen >= 127) return;
    const group = ipv6Network(address.address, address.prefixLen);
    if (group === '::') return;
    const { anycast } = address.device;
    const known = anycast.get(group);
    if (known !== undefined) {
      known.users++;
      return;
    }
    const route = this.hostRoute(address.device, group, 'anycast');
    anycast.set(group, { users: 1, route });
    this.ns.ip6.fib6.link(route);
    joinGroup(this.ns, address.device, solicitedNode(group));
  }

  private leaveAnycast(address: Inet6Address): void {
    const group = ipv6Network(address.address, address.prefixLen);
    const known = address.device.anycast.get(group);
    if (known === undefined || --known.users > 0) return;
    address.device.anycast.delete(group);
    leaveGroup(this.ns, address.device, solicitedNode(group));
    this.ns.ip6.fib6.unlink(known.route);
  }

  /** net.ipv6.conf.DEV.forwarding was switched (`dev_forward_change`): a router hears all-routers and answers anycast. */
  forwardingChanged(in6: Inet6Device): void {
    const forwarding = in6.conf.forwarding !== 0;
    if ((in6.dev.flags & IFF_MULTICAST) !== 0) {
      for (const group of [IPV6_ALL_ROUTERS, 'ff01::2', 'ff05::2']) {
        if (forwarding) joinGroup(this.ns, in6, group);
        else leaveGroup(this.ns, in6, group);
      }
    }
    for (const address of in6.addresses) {
      if ((address.flags & IFA_F_TENTATIVE) !== 0) continue;
      if (forwarding) this.joinAnycast(address);
      else this.leaveAnycast(address);
    }
    this.ns.ip6.fib6.changed();
  }

  // ---- devices

  notify(event: DeviceEvent, dev: NetDevice): void {
    const { in6 } = dev;
    switch (event) {
      case 'register':
        if (in6 === undefined && dev.mtu >= MIN_MTU) this.attach(dev);
        break;
      case 'changeMtu':
        if (dev.mtu < MIN_MTU) {
          if (in6 !== undefined) this.down(dev, dev !== this.ns.loopback);
        } else if (in6 !== undefined) {
          in6.mtu = dev.mtu;
          this.ns.ip6.fib6.changed();
        } else {
          this.attach(dev);
          if (dev.up) this.up(dev, 'up');
        }
        break;
      case 'up':
      case 'change':
        if (in6?.conf.disable_ipv6 !== 1) this.up(dev, event);
        break;
      case 'down':
        this.down(dev, false);
        break;
      case 'unregister':
        this.down(dev, true);
        break;
      default:
        this.ns.ip6.fib6.changed();
    }
  }

  private findOrAttach(dev: NetDevice): Inet6Device | KernelError {
    if (dev.in6 === undefined && dev.mtu >= MIN_MTU) {
      this.attach(dev);
      // `ipv6_find_idev` and NETDEV_UP in one: IPv6 begins late on a device that is up.
      if (dev.up) this.up(dev, 'up');
    }
    if (dev.in6 === undefined) return fail('EINVAL');
    if (dev.in6.conf.disable_ipv6 !== 0) return fail('EACCES', 'ipv6: IPv6 is disabled on this device');
    if (dev.up) this.ns.dataPlane.reportGroups(dev);
    return dev.in6;
  }

  private attach(dev: NetDevice): void {
    const { ip6 } = this.ns;
    const in6 = new Inet6Device(dev, ip6.confDefault, ip6.neighDefault);
    if (dev.ops.kind === undefined && (dev.flags & IFF_LOOPBACK) !== 0) in6.conf = { ...in6.conf, accept_dad: -1, use_tempaddr: -1 };
    dev.in6 = in6;
    this.announceConf(in6, false);
    joinGroup(this.ns, in6, IPV6_ALL_NODES);
    joinGroup(this.ns, in6, 'ff01::1');
    if (in6.conf.forwarding !== 0 && (dev.flags & IFF_MULTICAST) !== 0)
      for (const group of [IPV6_ALL_ROUTERS, 'ff01::2', 'ff05::2']) joinGroup(this.ns, in6, group);
  }

  /** NETDEV_UP and NETDEV_CHANGE in `addrconf_notify`. */
  private up(dev: NetDevice, event: 'up' | 'change'): void {
    const { in6 } = dev;
    if (event === 'up' && in6 !== undefined) this.restoreRoutes(in6);
    // addrconf_link_ready: without a carrier the queue is still the noop one, whatever the operational state says.
    const ready = dev.running && (dev.operstate === 'UP' || dev.operstate === 'UNKNOWN');
    if (!ready) {
      if (event === 'change') this.ns.ip6.fib6.carrierChanged(dev);
      return;
    }
    if (in6 === undefined) return;
    if (event === 'change' && in6.ready) {
      this.ns.ip6.fib6.carrierChanged(dev);
      return;
    }
    in6.ready = true;
    this.autoconfigure(in6);
    for (const address of in6.addresses) if ((address.flags & IFA_F_TENTATIVE) !== 0) this.dad.start(address);
    this.ns.ip6.fib6.carrierChanged(dev);
    if (dev.mtu < MIN_MTU) this.down(dev, dev !== this.ns.loopback);
    else in6.mtu = dev.mtu;
  }

  /** `addrconf_init_auto_addrs`: ::1 on loopback, the group route and a link-local address elsewhere. */
  private autoconfigure(in6: Inet6Device): void {
    const { dev } = in6;
    if ((dev.flags & IFF_LOOPBACK) !== 0) {
      if (in6.addresses.some((address) => address.address === IPV6_LOOPBACK)) return;
      const made = this.create(in6, {
        address: IPV6_LOOPBACK,
        prefixLen: 128,
        flags: IFA_F_PERMANENT,
        scope: SCOPE_HOST,
        ...FOREVER,
        protocol: PROTO_LOOPBACK,
      });
      if (isError(made)) return;
      made.flags &= ~IFA_F_TENTATIVE;
      this.publish(made);
      return;
    }
    if (dev.type !== ARPHRD_ETHER || in6.conf.disable_ipv6 !== 0) return;
    this.addGroupRoute(dev);
    this.ns.dataPlane.reportGroups(dev);
    this.generateLinkLocal(in6);
  }

  /** ff00::/8 by the device (`addrconf_add_mroute`). */
  private addGroupRoute(dev: NetDevice): void {
    this.ns.ip6.fib6.addKernelRoute({
      prefix: 'ff00::',
      prefixLen: 8,
      type: 'multicast',
      table: RT_TABLE_LOCAL,
      metric: METRIC_ADDRCONF,
      protocol: RTPROT_KERNEL,
      dev,
      gateway: undefined,
      prefSrc: undefined,
      addrconf: false,
    });
  }

  /** `addrconf_addr_gen`: addr_gen_mode 0 from the MAC address, 1 none, 3 a random one. */
  generateLinkLocal(in6: Inet6Device): void {
    const mode = in6.conf.addr_gen_mode;
    if (mode === 1) return;
    const random = mode >= 2;
    const address = random ? this.randomLinkLocal() : eui64(in6.dev.address);
    const known = (other: Inet6Address): boolean => (random ? (other.flags & IFA_F_STABLE_PRIVACY) !== 0 : other.address === address);
    if (in6.addresses.some((other) => other.scope === SCOPE_LINK && known(other))) return;
    const made = this.create(in6, {
      address,
      prefixLen: 64,
      flags: IFA_F_PERMANENT | (random ? IFA_F_STABLE_PRIVACY : 0),
      scope: SCOPE_LINK,
      ...FOREVER,
      protocol: PROTO_LINK_LOCAL,
    });
    if (isError(made)) return;
    this.addPrefixRoute(made, 0);
    this.dad.start(made);
  }

  /** An interface identifier that tells nothing about the MAC address (RFC 7217, with a secret nobody keeps). */
  private randomLinkLocal(): Ipv6 {
    const bytes = new Uint8Array(16);
    bytes.set([0xfe, 0x80]);
    bytes.set(this.ns.kernel.random.bytes(8), 8);
    return formatIpv6Bytes(bytes, 0);
  }

  /** `addrconf_permanent_addr`: what was kept while the device was down gets its routes again. */
  private restoreRoutes(in6: Inet6Device): void {
    for (const address of in6.addresses) {
      if ((address.flags & IFA_F_PERMANENT) === 0) continue;
      if ((address.flags & IFA_F_NOPREFIXROUTE) === 0) this.addPrefixRoute(address, 0);
      if ((address.flags & IFA_F_TENTATIVE) === 0) this.dad.start(address);
    }
  }

  /** `addrconf_ifdown`: routes, neighbours and addresses go; with keep_addr_on_down the permanent ones stay as they are. */
  private down(dev: NetDevice, unregister: boolean): void {
    const { ip6, dataPlane } = this.ns;
    const { in6 } = dev;
    ip6.fib6.deviceDown(dev);
    dataPlane.nd.deviceDown(dev, false);
    if (in6 === undefined) return;
    in6.dead = unregister;
    in6.ready = false;
    this.routers.stopSoliciting(in6);
    const keepSetting = ip6.confAll.keep_addr_on_down !== 0 ? ip6.confAll.keep_addr_on_down : in6.conf.keep_addr_on_down;
    const keep = !unregister && keepSetting > 0 && in6.conf.disable_ipv6 === 0;
    for (const address of [...in6.addresses]) {
      this.dad.stop(address);
      if (keep && (address.flags & IFA_F_PERMANENT) !== 0 && address.scope !== SCOPE_LINK) {
        if ((address.flags & IFA_F_NODAD) === 0) address.flags |= IFA_F_TENTATIVE;
        ip6.fib6.unlink(address.hostRoute);
        continue;
      }
      address.dead = true;
      in6.addresses.splice(in6.addresses.indexOf(address), 1);
      this.unhash(address);
      this.lifetimes.stop(address);
      this.announce(address, true);
      this.withdraw(address);
    }
    for (const known of in6.anycast.values()) ip6.fib6.unlink(known.route);
    in6.anycast.clear();
    in6.raReceived = false;
    if (!unregister) return;
    dev.in6 = undefined;
    this.announceConf(in6, true);
  }

  /** RTM_NEWNETCONF: the device's settings came or went. */
  private announceConf({ dev, conf }: Inet6Device, deleted: boolean): void {
    if (!this.ns.listening) return;
    this.ns.emit({
      type: 'netconf',
      deleted,
      family: 'inet6',
      ifindex: dev.ifindex,
      forwarding: conf.forwarding !== 0,
      mcForwarding: conf.mc_forwarding !== 0,
      proxyNeigh: conf.proxy_ndp !== 0,
      ignoreRoutesWithLinkdown: conf.ignore_routes_with_linkdown !== 0,
    });
  }

  /** net.ipv6.conf.DEV.disable_ipv6 was written (`dev_disable_change`). */
  disabledChanged(dev: NetDevice): void {
    const { in6 } = dev;
    if (in6 === undefined) return;
    if (in6.conf.disable_ipv6 !== 0) this.down(dev, false);
    else if (dev.up) this.up(dev, 'up');
  }

  /** Neighbour discovery heard of somebody else with the address. */
  duplicateDetected(dev: NetDevice, address: Ipv6): void {
    const found = dev.in6?.addresses.find((own) => own.address === address);
    if (found === undefined) return;
    this.dad.failed(found);
    // With accept_dad 2 a duplicate of the address made from the MAC address stops IPv6 on the link.
    if (dev.in6 !== undefined && dev.in6.conf.accept_dad > 1 && macOfEui64(address) === dev.address && isLinkLocalIpv6(address)) {
      dev.in6.conf = { ...dev.in6.conf, disable_ipv6: 1 };
      this.disabledChanged(dev);
    }
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

const FOREVER = { validLft: INFINITY_LIFE_TIME, preferredLft: INFINITY_LIFE_TIME } as const;

function expiryOf(address: Inet6Address): number {
  return address.validLft === INFINITY_LIFE_TIME ? 0 : address.timestampNs + address.validLft * 1e9;
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
