import { type Ipv4, ipv4Contains, isMulticastIpv4 } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { MAX_NAME_LENGTH } from '../device/device-name.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import type { DeviceEvent } from '../device/notifier.ts';
import type { NetNamespace } from '../netns.ts';
import { addAddressRoutes, inSubnetOf, removeAddressRoutes } from '../route/fib-address.ts';
import {
  type AddressDelete,
  type AddressDump,
  type AddressRequest,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  INFINITY_LIFE_TIME,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';
import { loopbackConf4 } from '../sysctl/inherit.ts';
import { type InetAddress, InetDevice } from './inet-device.ts';
import { AddressLifetimes, secondsLeft } from './lifetime.ts';
import { groupsDown4, groupsUp4, joinGroup4, leaveGroup4 } from './multicast-groups.ts';

const MIN_MTU = 68;
const SETTABLE_FLAGS = IFA_F_NOPREFIXROUTE | IFA_F_NODAD | IFA_F_MCAUTOJOIN;

/** The IPv4 addresses of a namespace's devices: net/ipv4/devinet.c. */
export class Devinet {
  private readonly ns: NetNamespace;
  private readonly byLocal = new Map<Ipv4, InetAddress[]>();
  private readonly lifetimes: AddressLifetimes<InetAddress>;

  constructor(ns: NetNamespace) {
    this.ns = ns;
    this.lifetimes = new AddressLifetimes(ns.kernel.clock, {
      expired: (address) => this.remove(address),
      changed: (address) => this.announce(address, false),
    });
  }

  /** Owners of an address, first come first (`inet_lookup_ifaddr_rcu`). */
  owner(local: Ipv4): InetAddress | undefined {
    return this.byLocal.get(local)?.[0];
  }

  isLocal(local: Ipv4, dev?: NetDevice): boolean {
    const owners = this.byLocal.get(local);
    return owners !== undefined && (dev === undefined || owners.some((address) => address.device.dev === dev));
  }

  /** RTM_NEWADDR (`inet_rtm_newaddr`). */
  add(request: AddressRequest): KernelError | undefined {
    const { prefixLen } = request;
    if (request.label !== undefined && request.label.length > MAX_NAME_LENGTH) return fail('ERANGE', 'Attribute failed policy validation');
    if (prefixLen > 32) return fail('EINVAL', 'ipv4: Invalid prefix length');
    const dev = this.ns.devices.get(request.ifindex);
    if (dev === undefined) return fail('ENODEV', 'ipv4: Device not found');
    if (dev.in4 === undefined) return fail('ENOBUFS');
    // From its first address on, a device keeps its settings when the default changes (ipv4_devconf_setall).
    dev.in4.settled = true;
    const validLft = request.validLft ?? INFINITY_LIFE_TIME;
    const preferredLft = request.preferredLft ?? INFINITY_LIFE_TIME;
    if (validLft === 0) return fail('EINVAL', 'ipv4: address lifetime invalid');
    if (preferredLft > validLft) return fail('EINVAL', 'ipv4: address lifetime invalid');
    const local = request.local as Ipv4;
    const address: InetAddress = {
      local,
      address: (request.address as Ipv4 | undefined) ?? local,
      prefixLen,
      broadcast: request.broadcast,
      scope: request.scope ?? SCOPE_UNIVERSE,
      flags: ((request.flags ?? 0) & SETTABLE_FLAGS) | IFA_F_PERMANENT,
      label: request.label ?? dev.name,
      metric: request.metric ?? 0,
      protocol: 0,
      timestampNs: this.ns.kernel.clock.now,
      validLft,
      preferredLft,
      device: dev.in4,
    };
    const existing = dev.in4.addresses.find((other) => inSubnetOf(other, address) && other.local === local);
    if (existing === undefined) {
      if ((address.flags & IFA_F_MCAUTOJOIN) !== 0) {
        const refused = this.autojoin(address, true);
        if (refused !== undefined) return refused;
      }
      this.lifetimes.start(address);
      return this.insert(address);
    }
    if (request.exclusive || !request.replace) return fail('EEXIST', 'ipv4: Address already assigned');
    if (existing.metric !== address.metric) {
      removeAddressRoutes(this.ns.ip4.fib4, existing);
      existing.metric = address.metric;
      addAddressRoutes(this.ns.ip4.fib4, existing);
    }
    existing.validLft = validLft;
    existing.preferredLft = preferredLft;
    this.lifetimes.start(existing);
    this.announce(existing, false);
    return undefined;
  }

  /** A group that is listened to as long as the device has it for an address (`ip_mc_autojoin_config`). */
  private autojoin({ address, device }: InetAddress, join: boolean): KernelError | undefined {
    if (!isMulticastIpv4(address)) return fail('EINVAL', 'ipv4: Multicast auto join failed');
    if (join) joinGroup4(this.ns, device, address);
    else leaveGroup4(this.ns, device, address);
    return undefined;
  }

  /** `__inet_insert_ifa`: primaries before those of a wider scope, secondaries last. */
  private insert(address: InetAddress): KernelError | undefined {
    // 0.0.0.0 is no address; that is no error.
    if (address.local === 0) return undefined;
    const list = address.device.addresses;
    let lastPrimary = 0;
    let secondary = false;
    for (const [i, other] of list.entries()) {
      if ((other.flags & IFA_F_SECONDARY) === 0 && address.scope <= other.scope) lastPrimary = i + 1;
      if (!inSubnetOf(other, address)) continue;
      if (other.local === address.local) return fail('EEXIST', 'ipv4: Address already assigned');
      if (other.scope !== address.scope) return fail('EINVAL', 'ipv4: Invalid scope value');
      secondary = true;
    }
    if (secondary) address.flags |= IFA_F_SECONDARY;
    list.splice(secondary ? list.length : lastPrimary, 0, address);
    const owners = this.byLocal.get(address.local);
    if (owners === undefined) this.byLocal.set(address.local, [address]);
    else owners.push(address);
    this.announce(address, false);
    addAddressRoutes(this.ns.ip4.fib4, address);
    return undefined;
  }

  /** RTM_DELADDR (`inet_rtm_deladdr`). */
  delete(request: AddressDelete): KernelError | undefined {
    const dev = this.ns.devices.get(request.ifindex);
    if (dev?.in4 === undefined) return fail('ENODEV', 'ipv4: Device not found');
    const found = dev.in4.addresses.find((address) => {
      if (address.local !== request.local) return false;
      if (request.label !== undefined && request.label !== address.label) return false;
      if (request.prefixLen === undefined) return true;
      const peer = (request.address as Ipv4 | undefined) ?? (request.local as Ipv4);
      return request.prefixLen === address.prefixLen && ipv4Contains(address.address, address.prefixLen, peer);
    });
    if (found === undefined) return fail('EADDRNOTAVAIL', 'ipv4: Address not found');
    if ((found.flags & IFA_F_MCAUTOJOIN) !== 0) this.autojoin(found, false);
    this.remove(found);
    return undefined;
  }

  /** `__inet_del_ifa`: with a primary its secondaries go, or the first of them takes its place (promote_secondaries). */
  private remove(address: InetAddress): void {
    const { device } = address;
    const list = device.addresses;
    const fib = this.ns.ip4.fib4;
    const promotes = device.conf.promote_secondaries !== 0 || this.ns.ip4.confAll.promote_secondaries !== 0;
    const siblings =
      (address.flags & IFA_F_SECONDARY) !== 0
        ? []
        : list.filter((other) => other !== address && (other.flags & IFA_F_SECONDARY) !== 0 && inSubnetOf(other, address));
    if (!promotes || device.dead) {
      for (const sibling of siblings) this.drop(sibling);
      this.drop(address);
      return;
    }
    for (const sibling of siblings) removeAddressRoutes(fib, sibling, address);
    const [promoted, ...rest] = siblings;
    this.drop(address, promoted !== undefined);
    if (promoted === undefined) return;
    list.splice(list.indexOf(promoted), 1);
    let at = 0;
    for (const [i, other] of list.entries()) {
      if ((other.flags & IFA_F_SECONDARY) === 0 && promoted.scope <= other.scope) at = i + 1;
    }
    promoted.flags &= ~IFA_F_SECONDARY;
    list.splice(at, 0, promoted);
    this.announce(promoted, false);
    addAddressRoutes(fib, promoted);
    for (const sibling of rest) addAddressRoutes(fib, sibling);
  }

  /** Takes one address off its device. With the last one the device's routes and neighbours go (`fib_inetaddr_event`). */
  private drop(address: InetAddress, another = false): void {
    const { device } = address;
    device.addresses.splice(device.addresses.indexOf(address), 1);
    const owners = (this.byLocal.get(address.local) ?? []).filter((other) => other !== address);
    if (owners.length > 0) this.byLocal.set(address.local, owners);
    else this.byLocal.delete(address.local);
    this.lifetimes.stop(address);
    this.announce(address, true);
    removeAddressRoutes(this.ns.ip4.fib4, address);
    this.ns.dataPlane.addressRemoved(device.dev, address.local);
    if (device.addresses.length === 0 && !another) this.ns.ip4.disable(device.dev, true);
  }

  notify(event: DeviceEvent, dev: NetDevice): void {
    const in4 = dev.in4;
    if (in4 === undefined) {
      if (event === 'register' || (event === 'changeMtu' && dev.mtu >= MIN_MTU)) this.attach(dev);
      return;
    }
    switch (event) {
      case 'up':
        if (dev.mtu < MIN_MTU) break;
        groupsUp4(this.ns, in4);
        if ((dev.flags & IFF_LOOPBACK) !== 0 && in4.addresses.length === 0) this.addLoopback(in4);
        if (in4.conf.arp_notify !== 0 || this.ns.ip4.confAll.arp_notify !== 0) this.sendGratuitous(in4);
        break;
      case 'down':
        groupsDown4(this.ns, in4);
        break;
      case 'changeAddress':
        if (in4.conf.arp_notify !== 0 || this.ns.ip4.confAll.arp_notify !== 0) this.sendGratuitous(in4);
        break;
      case 'notifyPeers':
        this.sendGratuitous(in4);
        break;
      case 'changeMtu':
        if (dev.mtu < MIN_MTU) this.detach(in4);
        break;
      case 'unregister':
        this.detach(in4);
        break;
      case 'changeName':
        this.relabel(in4);
        break;
      default:
    }
  }

  private attach(dev: NetDevice): void {
    const { ip4 } = this.ns;
    const in4 = new InetDevice(dev, ip4.confDefault, ip4.neighDefault);
    if ((dev.flags & IFF_LOOPBACK) !== 0) in4.conf = loopbackConf4(in4.conf);
    dev.in4 = in4;
    if (dev.up) groupsUp4(this.ns, in4);
    this.announceConf(in4, false);
  }

  private addLoopback(in4: InetDevice): void {
    in4.settled = true;
    this.insert({
      local: 0x7f000001,
      address: 0x7f000001,
      prefixLen: 8,
      broadcast: undefined,
      scope: SCOPE_HOST,
      flags: IFA_F_PERMANENT,
      label: in4.dev.name,
      metric: 0,
      protocol: 1,
      timestampNs: this.ns.kernel.clock.now,
      validLft: INFINITY_LIFE_TIME,
      preferredLft: INFINITY_LIFE_TIME,
      device: in4,
    });
  }

  /** `inetdev_destroy`. */
  private detach(in4: InetDevice): void {
    in4.dead = true;
    groupsDown4(this.ns, in4);
    for (let address = in4.addresses[0]; address !== undefined; address = in4.addresses[0]) this.remove(address);
    in4.dev.in4 = undefined;
    this.announceConf(in4, true);
  }

  /** RTM_NEWNETCONF: the device's settings came or went. */
  private announceConf({ dev, conf }: InetDevice, deleted: boolean): void {
    if (!this.ns.listening) return;
    this.ns.emit({
      type: 'netconf',
      deleted,
      family: 'inet',
      ifindex: dev.ifindex,
      forwarding: conf.forwarding !== 0,
      rpFilter: conf.rp_filter,
      mcForwarding: conf.mc_forwarding !== 0,
      proxyNeigh: conf.proxy_arp !== 0,
      ignoreRoutesWithLinkdown: conf.ignore_routes_with_linkdown !== 0,
    });
  }

  /** Labels follow the device's name; the second and further ones get a number where they had no suffix (`inetdev_changename`). */
  private relabel(in4: InetDevice): void {
    const name = in4.dev.name;
    for (const [i, address] of in4.addresses.entries()) {
      const colon = address.label.indexOf(':');
      const suffix = colon >= 0 ? address.label.slice(colon) : `:${i + 1}`;
      if (i === 0) address.label = name;
      else address.label = name.length + suffix.length < 16 ? name + suffix : name.slice(0, 15 - suffix.length) + suffix;
      this.announce(address, false);
    }
  }

  private sendGratuitous(in4: InetDevice): void {
    for (const address of in4.addresses) this.ns.dataPlane.sendGratuitousArp(in4.dev, address.local);
  }

  private announce(address: InetAddress, deleted: boolean): void {
    if (this.ns.listening) this.ns.emit({ type: 'address', deleted, address: this.dump(address) });
  }

  dump(address: InetAddress): AddressDump {
    const now = this.ns.kernel.clock.now;
    // A permanent address shows no lifetimes, not even that its preferred one is over (`inet_fill_ifaddr`).
    const permanent = (address.flags & IFA_F_PERMANENT) !== 0;
    return {
      family: 'inet',
      ifindex: address.device.dev.ifindex,
      local: address.local,
      address: address.address,
      prefixLen: address.prefixLen,
      broadcast: address.broadcast,
      scope: address.scope,
      flags: address.flags,
      label: address.label,
      validLft: permanent ? INFINITY_LIFE_TIME : secondsLeft(address, address.validLft, now),
      preferredLft: permanent ? INFINITY_LIFE_TIME : secondsLeft(address, address.preferredLft, now),
      metric: address.metric === 0 ? undefined : address.metric,
      protocol: address.protocol,
    };
  }

  /** `inet_select_addr`: on the device if it can be, else of any device. */
  selectSource(dev: NetDevice, dst: Ipv4, scope: number): Ipv4 {
    const localnetScope = dev.in4 !== undefined && dev.in4.conf.route_localnet !== 0 ? SCOPE_LINK : SCOPE_HOST;
    let found = 0;
    for (const address of dev.in4?.addresses ?? []) {
      if ((address.flags & IFA_F_SECONDARY) !== 0) continue;
      if (Math.min(address.scope, localnetScope) > scope) continue;
      if (dst === 0 || ipv4Contains(address.address, address.prefixLen, dst)) return address.local;
      if (found === 0) found = address.local;
    }
    if (found !== 0) return found;
    for (const other of this.ns.devices.values()) {
      for (const address of other.in4?.addresses ?? []) {
        if ((address.flags & IFA_F_SECONDARY) === 0 && address.scope !== SCOPE_LINK && address.scope <= scope) return address.local;
      }
    }
    return 0;
  }

  destroy(): void {
    this.lifetimes.destroy();
  }
}
