import { isMulticastMac, type Mac } from '../../../base/address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { FdbRequest } from '../../rtnetlink/bridge-messages.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { changeAllmulti, changePromiscuity, isValidStationAddress, setAddress, setMtu } from '../device-state.ts';
import { registerDevice } from '../lifecycle.ts';
import { addLinkGroup, joinLinkGroup, leaveLinkGroup, removeLinkGroup } from '../link-groups.ts';
import { setCarrier } from '../link-watch.ts';
import { ARPHRD_ETHER, type DeviceOps, IFF_LOOPBACK, type NetDevice } from '../net-device.ts';
import { createDevice } from '../new-link.ts';
import type { DeviceEvent } from '../notifier.ts';
import type { DeviceKind, NewLink } from '../registry.ts';
import { addUnicastAddress, removeUnicastAddress } from '../unicast-addresses.ts';
import { handleFrame, macvlanXmit } from './frames.ts';
import { createPort, destroyPort, FLAG_NOPROMISC, isAddressBusy, type Macvlan, macvlanPort } from './macvlan.ts';
import { changeOptions, changeSources, flushSources, macvlanInfo, readOptions, updateQueueLimit } from './options.ts';

// The macvlan as a device: macvlan_netdev_ops and macvlan_link_ops of drivers/net/macvlan.c.

const MIN_MTU = 68;
/** GSO_LEGACY_MAX_SIZE, what a network card takes. */
const TSO_LEGACY_MAX_SIZE = 65536;
const TSO_MAX_SIZE = 524280;

const vlanOf = (dev: NetDevice): Macvlan => dev.priv as Macvlan;

const macvlanOps: DeviceOps = {
  kind: 'macvlan',
  filtersUnicast: true,
  goesWithLower: true,
  xmit: macvlanXmit,

  /** `macvlan_open`: EADDRINUSE for an address that the port or another one has. */
  open(dev: NetDevice): KernelError | undefined {
    const vlan = vlanOf(dev);
    const { lower, port } = vlan;
    if (port.passthru) {
      if ((vlan.flags & FLAG_NOPROMISC) === 0) changePromiscuity(lower, 1);
    } else {
      if (isAddressBusy(port, dev.address)) return fail('EADDRINUSE');
      addUnicastAddress(lower, dev.address);
      if (dev.allmulti > 0) changeAllmulti(lower, 1);
      if (dev.promiscuity > 0) changePromiscuity(lower, 1);
    }
    port.hash.set(dev.address, vlan);
    syncGroups(vlan);
    return undefined;
  },

  /** `macvlan_stop`. */
  stop(dev: NetDevice): void {
    const vlan = vlanOf(dev);
    const { lower, port } = vlan;
    for (const address of [...vlan.synced]) unsyncGroup(vlan, address);
    if (port.passthru) {
      if ((vlan.flags & FLAG_NOPROMISC) === 0) changePromiscuity(lower, -1);
    } else {
      if (dev.allmulti > 0) changeAllmulti(lower, -1);
      if (dev.promiscuity > 0) changePromiscuity(lower, -1);
      removeUnicastAddress(lower, dev.address);
    }
    port.hash.delete(dev.address);
  },

  /** `macvlan_dellink`. */
  dellink(dev: NetDevice): readonly NetDevice[] {
    const vlan = vlanOf(dev);
    const { lower, port } = vlan;
    flushSources(vlan);
    port.vlans.splice(port.vlans.indexOf(vlan), 1);
    updateQueueLimit(port);
    const at = lower.uppers.indexOf(dev);
    if (at >= 0) lower.uppers.splice(at, 1);
    return [];
  },

  /** The last one takes the port with it. */
  uninit(dev: NetDevice): void {
    const { port, lower } = vlanOf(dev);
    if (port.vlans.length > 0) return;
    destroyPort(port);
    if (lower.rxHandler === handleFrame) lower.rxHandler = undefined;
  },

  lowerLink: (dev) => vlanOf(dev).lower,
  speedMbps: (dev) => vlanOf(dev).lower.ops.speedMbps?.(vlanOf(dev).lower),
  fillInfo: (dev: NetDevice): LinkInfo => macvlanInfo(vlanOf(dev)),
  changeMtu: (dev, mtu) => (mtu > vlanOf(dev).lower.mtu ? fail('EINVAL') : undefined),

  /** `macvlan_set_mac_address`. */
  setAddress(dev: NetDevice, address: Mac): KernelError | undefined {
    const { lower, port, mode } = vlanOf(dev);
    if (dev.address === address) return undefined;
    if (mode === 'passthru') {
      if (lower.address === address) return undefined;
      port.changingAddress = true;
      const error = setAddress(lower, address);
      port.changingAddress = false;
      return error;
    }
    if (isAddressBusy(port, address)) return fail('EADDRINUSE');
    moveAddress(vlanOf(dev), address);
    return undefined;
  },

  /** `macvlan_change_rx_flags`: what one hears, the port has to hear. */
  changeRxFlags(dev: NetDevice, flag, by): void {
    const { lower, port } = vlanOf(dev);
    const step = by > 0 ? 1 : -1;
    if (flag === 'allmulti') changeAllmulti(lower, step);
    else if (!port.passthru) changePromiscuity(lower, step);
  },

  groupsChanged(dev: NetDevice): void {
    if (dev.up) syncGroups(vlanOf(dev));
  },

  lowerEvent: followLower,

  /** Addresses by hand are for passthru devices, groups for all (`macvlan_fdb_add`). */
  fdb: {
    add(dev: NetDevice, request: FdbRequest): KernelError | undefined {
      const { port } = vlanOf(dev);
      if (!port.passthru || (request.create && !request.exclusive && !request.append)) return fail('EOPNOTSUPP');
      if (isMulticastMac(request.lladdr)) return addLinkGroup(dev, request.lladdr, true);
      if (dev.unicastAddresses.includes(request.lladdr)) return fail('EEXIST');
      addUnicastAddress(dev, request.lladdr);
      return undefined;
    },
    delete(dev: NetDevice, request: FdbRequest): KernelError | undefined {
      if (!vlanOf(dev).port.passthru) return fail('EOPNOTSUPP');
      if (isMulticastMac(request.lladdr)) return removeLinkGroup(dev, request.lladdr);
      if (!dev.unicastAddresses.includes(request.lladdr)) return fail('ENOENT');
      removeUnicastAddress(dev, request.lladdr);
      return undefined;
    },
  },
};

/** The port listens to another address in the old one's stead (`macvlan_sync_address`). */
function moveAddress(vlan: Macvlan, address: Mac): void {
  const { dev, lower, port } = vlan;
  if (!dev.up) return;
  if (!port.passthru) {
    addUnicastAddress(lower, address);
    removeUnicastAddress(lower, dev.address);
  }
  port.hash.delete(dev.address);
  port.hash.set(address, vlan);
}

/** The port listens to the groups of those on it (`dev_mc_sync`). What is synced has one user more. */
function syncGroups(vlan: Macvlan): void {
  const { dev, lower, synced } = vlan;
  for (const group of dev.linkGroups.values()) {
    if (synced.has(group.address)) continue;
    synced.add(group.address);
    group.users++;
    joinLinkGroup(lower, group.address);
  }
  for (const address of synced) if ((dev.linkGroups.get(address)?.users ?? 0) <= 1) unsyncGroup(vlan, address);
}

function unsyncGroup({ dev, lower, synced }: Macvlan, address: Mac): void {
  if (!synced.delete(address)) return;
  const group = dev.linkGroups.get(address);
  if (group !== undefined && --group.users === 0) dev.linkGroups.delete(address);
  leaveLinkGroup(lower, address);
}

/** What happens to the port (`macvlan_device_event`). */
function followLower(dev: NetDevice, lower: NetDevice, event: DeviceEvent): void {
  const vlan = vlanOf(dev);
  switch (event) {
    case 'up':
    case 'down':
    case 'change':
      setCarrier(dev, lower.carrier);
      return;
    case 'changeMtu':
      if (dev.mtu > lower.mtu) setMtu(dev, lower.mtu);
      return;
    case 'changeAddress':
      if (!vlan.port.passthru || dev.address === lower.address) return;
      moveAddress(vlan, lower.address);
      dev.address = lower.address;
      dev.ns.notifyDevice('changeAddress', dev);
      return;
    case 'notifyPeers':
      dev.ns.notifyDevice('notifyPeers', dev);
      return;
    default:
  }
}

export const macvlanKind: DeviceKind = {
  kind: 'macvlan',

  /** `macvlan_common_newlink`. */
  create({ source, target, request }: NewLink): NetDevice | KernelError {
    const info = request.info ?? {};
    if (request.address !== undefined && !isValidStationAddress(request.address)) return fail('EADDRNOTAVAIL');
    if (request.link === undefined) return fail('EINVAL');
    const found = source.devices.get(request.link);
    if (found === undefined) return fail('ENODEV');
    // On top of another one it sits beside it.
    const lower = found.ops === macvlanOps ? vlanOf(found).lower : found;
    if (request.mtu !== undefined && request.mtu > lower.mtu) return fail('EINVAL');

    const dev = createDevice(target, macvlanOps, request, { minMtu: MIN_MTU, maxMtu: lower.maxMtu });
    if (isError(dev)) return dev;
    dev.mtu = request.mtu ?? lower.mtu;
    dev.tsoMaxSize = lower.tsoMaxSize ?? (lower.ops.kind === undefined ? TSO_LEGACY_MAX_SIZE : TSO_MAX_SIZE);
    const known = macvlanPort(lower);
    if (known === undefined) {
      if (lower.type !== ARPHRD_ETHER || (lower.flags & IFF_LOOPBACK) !== 0) return fail('EINVAL');
      if (lower.rxHandler !== undefined) return fail('EBUSY');
    } else if (known.passthru) return fail('EINVAL');
    const options = readOptions(info);
    if (options.mode === 'passthru' && known !== undefined && known.vlans.length > 0) return fail('EINVAL');
    if (info.macaddr_mode !== undefined && options.mode !== 'source') return fail('EINVAL');

    const port = known ?? createPort(lower);
    const vlan: Macvlan = { dev, lower, port, ...options, synced: new Set() };
    dev.priv = vlan;
    if (options.mode === 'passthru') {
      port.passthru = true;
      dev.address = lower.address;
    }
    const refused = info.macaddr_mode === undefined ? undefined : changeSources(vlan, info);
    if (refused !== undefined) {
      if (known === undefined) destroyPort(port);
      return refused;
    }
    dev.carrier = lower.carrier;
    const error = registerDevice(dev, request.ifindex);
    if (error !== undefined) {
      if (known === undefined) destroyPort(port);
      return error;
    }
    lower.rxHandler = handleFrame;
    lower.uppers.push(dev);
    port.vlans.push(vlan);
    updateQueueLimit(port);
    dev.ns.kernel.linkWatch.fire(dev);
    return dev;
  },

  /** `macvlan_changelink`. */
  change: (dev, request) => changeOptions(vlanOf(dev), request.info ?? {}),
};
