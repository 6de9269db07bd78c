import { eui64, formatIpv6Bytes, IPV6_ALL_NODES, IPV6_ALL_ROUTERS, IPV6_LOOPBACK, type Ipv6 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { ARPHRD_ETHER, IFF_LOOPBACK, IFF_MULTICAST, type NetDevice } from '../device/net-device.ts';
import type { DeviceEvent } from '../device/notifier.ts';
import {
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
  SCOPE_HOST,
  SCOPE_LINK,
} from '../rtnetlink/messages.ts';
import { loopbackConf6 } from '../sysctl/inherit.ts';
import type { Addrconf } from './addrconf.ts';
import { addGroupRoute, addPrefixRoute, joinAnycast, leaveAnycast } from './address-routes6.ts';
import { type Inet6Address, Inet6Device } from './inet6-device.ts';
import { groupsDown6, groupsUp6, joinGroup, leaveGroup } from './multicast-groups.ts';

const MIN_MTU = 1280;
/** IFA_PROTO: who made an address. */
const PROTO_LOOPBACK = 1;
const PROTO_LINK_LOCAL = 3;
const FOREVER = { validLft: INFINITY_LIFE_TIME, preferredLft: INFINITY_LIFE_TIME } as const;

/** What IPv6 does when devices come, go, rise and fall: `addrconf_notify`, `addrconf_ifdown` and what they call. */
export class DeviceConfiguration6 {
  private readonly addrconf: Addrconf;

  constructor(addrconf: Addrconf) {
    this.addrconf = addrconf;
  }

  /** net.ipv6.conf.DEV.forwarding was switched (`dev_forward_change`): a router hears all-routers and answers anycast. */
  forwardingChanged(in6: Inet6Device): void {
    const forwarding = in6.conf.forwarding !== 0;
    if ((in6.dev.flags & IFF_MULTICAST) !== 0) {
      for (const group of [IPV6_ALL_ROUTERS, 'ff01::2', 'ff05::2']) {
        if (forwarding) joinGroup(this.addrconf.ns, in6, group);
        else leaveGroup(this.addrconf.ns, in6, group);
      }
    }
    for (const address of in6.addresses) {
      if ((address.flags & IFA_F_TENTATIVE) !== 0) continue;
      if (forwarding) joinAnycast(this.addrconf.ns, address);
      else leaveAnycast(this.addrconf.ns, address);
    }
    this.addrconf.ns.ip6.fib6.changed();
  }

  notify(event: DeviceEvent, dev: NetDevice): void {
    const { in6 } = dev;
    switch (event) {
      case 'register':
        if (in6 === undefined && dev.mtu >= MIN_MTU) this.attach(dev);
        break;
      case 'changeMtu':
        if (dev.mtu < MIN_MTU) {
          if (in6 !== undefined) this.down(dev, dev !== this.addrconf.ns.loopback);
        } else if (in6 !== undefined) {
          in6.mtu = dev.mtu;
          this.addrconf.ns.ip6.fib6.changed();
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
        this.addrconf.ns.ip6.fib6.changed();
    }
  }

  findOrAttach(dev: NetDevice): Inet6Device | KernelError {
    if (dev.in6 === undefined && dev.mtu >= MIN_MTU) {
      this.attach(dev);
      // `ipv6_find_idev` and NETDEV_UP in one: IPv6 begins late on a device that is up.
      if (dev.up) this.up(dev, 'up');
    }
    if (dev.in6 === undefined) return fail('EINVAL');
    if (dev.in6.conf.disable_ipv6 !== 0) return fail('EACCES', 'ipv6: IPv6 is disabled on this device');
    if (dev.up) groupsUp6(this.addrconf.ns, dev.in6);
    return dev.in6;
  }

  private attach(dev: NetDevice): void {
    const { ip6 } = this.addrconf.ns;
    const in6 = new Inet6Device(dev, ip6.confDefault, ip6.neighDefault);
    if (dev.ops.kind === undefined && (dev.flags & IFF_LOOPBACK) !== 0) in6.conf = loopbackConf6(in6.conf);
    dev.in6 = in6;
    this.announceConf(in6, false);
    joinGroup(this.addrconf.ns, in6, 'ff01::1');
    joinGroup(this.addrconf.ns, in6, IPV6_ALL_NODES);
    if (in6.conf.forwarding !== 0 && (dev.flags & IFF_MULTICAST) !== 0)
      for (const group of [IPV6_ALL_ROUTERS, 'ff01::2', 'ff05::2']) joinGroup(this.addrconf.ns, in6, group);
  }

  /** NETDEV_UP and NETDEV_CHANGE in `addrconf_notify`. */
  private up(dev: NetDevice, event: 'up' | 'change'): void {
    const { in6 } = dev;
    if (event === 'up' && in6 !== undefined) this.restoreRoutes(in6);
    // addrconf_link_ready: without a carrier the queue is still the noop one, whatever the operational state says.
    const ready = dev.running && (dev.operstate === 'UP' || dev.operstate === 'UNKNOWN');
    if (!ready) {
      if (event === 'change') this.addrconf.ns.ip6.fib6.carrierChanged(dev);
      return;
    }
    if (in6 === undefined) return;
    if (event === 'change' && in6.ready) {
      // The device may have come to another place, where switches do not know who listens.
      groupsUp6(this.addrconf.ns, in6);
      this.addrconf.ns.ip6.fib6.carrierChanged(dev);
      return;
    }
    in6.ready = true;
    this.autoconfigure(in6);
    for (const address of in6.addresses) if ((address.flags & IFA_F_TENTATIVE) !== 0) this.addrconf.dad.start(address);
    this.addrconf.ns.ip6.fib6.carrierChanged(dev);
    if (dev.mtu < MIN_MTU) this.down(dev, dev !== this.addrconf.ns.loopback);
    else in6.mtu = dev.mtu;
  }

  /** `addrconf_init_auto_addrs`: ::1 on loopback, the group route and a link-local address elsewhere. */
  private autoconfigure(in6: Inet6Device): void {
    const { dev } = in6;
    if ((dev.flags & IFF_LOOPBACK) !== 0) {
      if (in6.addresses.some((address) => address.address === IPV6_LOOPBACK)) return;
      const made = this.addrconf.create(in6, {
        address: IPV6_LOOPBACK,
        prefixLen: 128,
        flags: IFA_F_PERMANENT,
        scope: SCOPE_HOST,
        ...FOREVER,
        protocol: PROTO_LOOPBACK,
      });
      if (isError(made)) return;
      made.flags &= ~IFA_F_TENTATIVE;
      this.addrconf.publish(made);
      return;
    }
    if (dev.type !== ARPHRD_ETHER || in6.conf.disable_ipv6 !== 0) return;
    addGroupRoute(dev);
    groupsUp6(this.addrconf.ns, in6);
    this.generateLinkLocal(in6);
  }

  /** `addrconf_addr_gen`: addr_gen_mode 0 from the MAC address, 1 none, 3 a random one. */
  generateLinkLocal(in6: Inet6Device): void {
    const mode = in6.conf.addr_gen_mode;
    if (mode === 1) return;
    const random = mode >= 2;
    const address = random ? this.randomLinkLocal() : eui64(in6.dev.address);
    const known = (other: Inet6Address): boolean => (random ? (other.flags & IFA_F_STABLE_PRIVACY) !== 0 : other.address === address);
    if (in6.addresses.some((other) => other.scope === SCOPE_LINK && known(other))) return;
    const made = this.addrconf.create(in6, {
      address,
      prefixLen: 64,
      flags: IFA_F_PERMANENT | (random ? IFA_F_STABLE_PRIVACY : 0),
      scope: SCOPE_LINK,
      ...FOREVER,
      protocol: PROTO_LINK_LOCAL,
    });
    if (isError(made)) return;
    addPrefixRoute(this.addrconf.ns, made, 0);
    this.addrconf.dad.start(made);
  }

  /** An interface identifier that tells nothing about the MAC address (RFC 7217, with a secret nobody keeps). */
  private randomLinkLocal(): Ipv6 {
    const bytes = new Uint8Array(16);
    bytes.set([0xfe, 0x80]);
    bytes.set(this.addrconf.ns.kernel.random.bytes(8), 8);
    return formatIpv6Bytes(bytes, 0);
  }

  /** `addrconf_permanent_addr`: what was kept while the device was down gets its routes again. */
  private restoreRoutes(in6: Inet6Device): void {
    for (const address of in6.addresses) {
      if ((address.flags & IFA_F_PERMANENT) === 0) continue;
      if ((address.flags & IFA_F_NOPREFIXROUTE) === 0) addPrefixRoute(this.addrconf.ns, address, 0);
      if ((address.flags & IFA_F_TENTATIVE) === 0) this.addrconf.dad.start(address);
    }
  }

  /** `addrconf_ifdown`: routes, neighbours and addresses go; with keep_addr_on_down the permanent ones stay as they are. */
  private down(dev: NetDevice, unregister: boolean): void {
    const { ip6, dataPlane } = this.addrconf.ns;
    const { in6 } = dev;
    ip6.fib6.deviceDown(dev);
    dataPlane.nd.deviceDown(dev, false);
    if (in6 === undefined) return;
    in6.dead = unregister;
    in6.ready = false;
    this.addrconf.routers.stopSoliciting(in6);
    const keepSetting = ip6.confAll.keep_addr_on_down !== 0 ? ip6.confAll.keep_addr_on_down : in6.conf.keep_addr_on_down;
    const keep = !unregister && keepSetting > 0 && in6.conf.disable_ipv6 === 0;
    for (const address of [...in6.addresses]) {
      this.addrconf.dad.stop(address);
      if (keep && (address.flags & IFA_F_PERMANENT) !== 0 && address.scope !== SCOPE_LINK) {
        if ((address.flags & IFA_F_NODAD) === 0) address.flags |= IFA_F_TENTATIVE;
        ip6.fib6.unlink(address.hostRoute);
        continue;
      }
      address.dead = true;
      in6.addresses.splice(in6.addresses.indexOf(address), 1);
      this.addrconf.unhash(address);
      this.addrconf.forgetLifetime(address);
      this.addrconf.announce(address, true);
      this.addrconf.withdraw(address);
    }
    for (const known of in6.anycast.values()) ip6.fib6.unlink(known.route);
    in6.anycast.clear();
    groupsDown6(in6);
    in6.raReceived = false;
    if (!unregister) return;
    dev.in6 = undefined;
    this.announceConf(in6, true);
  }

  /** RTM_NEWNETCONF: the device's settings came or went. */
  private announceConf({ dev, conf }: Inet6Device, deleted: boolean): void {
    if (!this.addrconf.ns.listening) return;
    this.addrconf.ns.emit({
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
}
