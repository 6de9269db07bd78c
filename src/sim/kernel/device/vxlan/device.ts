import { MAC_ZERO, type Mac } from '../../../base/mac-address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import { NUD_PERMANENT, NUD_REACHABLE } from '../../neigh/neighbour.ts';
import type { NetNamespace } from '../../netns.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { isValidStationAddress } from '../device-state.ts';
import { deleteDevices, registerDevice } from '../lifecycle.ts';
import { type DeviceOps, IFF_BROADCAST, IFF_MULTICAST, IFF_NOARP, IFF_POINTOPOINT, type NetDevice } from '../net-device.ts';
import { createDevice } from '../new-link.ts';
import type { DeviceEvent } from '../notifier.ts';
import type { DeviceKind, NewLink } from '../registry.ts';
import { deleteFdb, flushFdb, isDynamic, startAgeing, stopAgeing, updateFdb, vxlanFdb } from './fdb.ts';
import { joinGroups, leaveGroups } from './multicast.ts';
import { checkConfig, readConfig, validateInfo, vxlanInfo } from './options.ts';
import { listen, stopListening } from './socket.ts';
import { vxlanXmit } from './transmit.ts';
import { headroom, isAnyAddress, newVxlan, type Vxlan, type VxlanConfig, vxlansOf } from './vxlan.ts';

// The vxlan as a device: vxlan_netdev_ether_ops and vxlan_link_ops of drivers/net/vxlan/vxlan_core.c.

const MIN_MTU = 68;
const MAX_MTU = 65535;
/** GSO_LEGACY_MAX_SIZE. */
const TSO_LEGACY_MAX_SIZE = 65536;
const ARPHRD_NONE = 65534;

const vxlanOf = (dev: NetDevice): Vxlan => dev.priv as Vxlan;

const vxlanOps: DeviceOps = {
  kind: 'vxlan',
  countsTransmit: true,
  fdb: vxlanFdb,
  xmit: vxlanXmit,

  /** `vxlan_get_link_ksettings`: that of the device below, where one was named. */
  speedMbps(dev: NetDevice): number | undefined {
    const { lower } = vxlanOf(dev);
    return lower?.ops.speedMbps?.(lower);
  },

  /** `vxlan_open`. */
  open(dev: NetDevice): KernelError | undefined {
    const vxlan = vxlanOf(dev);
    const error = listen(vxlan);
    if (error !== undefined) return error;
    joinGroups(vxlan);
    startAgeing(vxlan);
    return undefined;
  },

  /** `vxlan_stop`: what was learned is forgotten. */
  stop(dev: NetDevice): void {
    const vxlan = vxlanOf(dev);
    leaveGroups(vxlan);
    stopAgeing(vxlan);
    flushFdb(vxlan, isDynamic);
    stopListening(vxlan);
  },

  /** `vxlan_dellink`. */
  dellink(dev: NetDevice): readonly NetDevice[] {
    const vxlan = vxlanOf(dev);
    flushFdb(vxlan, (entry) => entry.mac !== MAC_ZERO);
    vxlansOf(vxlan.net).delete(vxlan);
    standOn(vxlan, undefined);
    return [];
  },

  uninit(dev: NetDevice): void {
    flushFdb(vxlanOf(dev));
  },

  linkNetns: (dev: NetDevice): NetNamespace => vxlanOf(dev).net,
  fillInfo: (dev: NetDevice): LinkInfo => vxlanInfo(vxlanOf(dev)),

  /** `vxlan_change_mtu`: no more than fits into the device below. */
  changeMtu(dev: NetDevice, mtu: number): KernelError | undefined {
    const { config, net } = vxlanOf(dev);
    const lower = config.link === 0 ? undefined : net.devices.get(config.link);
    return lower !== undefined && mtu > lower.mtu - headroom(config) ? fail('EINVAL') : undefined;
  },

  setAddress(_dev: NetDevice, address: Mac): KernelError | undefined {
    return isValidStationAddress(address) ? undefined : fail('EADDRNOTAVAIL');
  },

  /** The device below goes, if only to another namespace (`vxlan_handle_lowerdev_unregister`). */
  lowerEvent(dev: NetDevice, _lower: NetDevice, event: DeviceEvent): void {
    if (event === 'unregister') deleteDevices([dev]);
  },
};

/** Puts the device on another one (`netdev_upper_dev_link`), or on none. */
function standOn(vxlan: Vxlan, lower: NetDevice | undefined): void {
  const at = vxlan.lower?.uppers.indexOf(vxlan.dev) ?? -1;
  if (at >= 0) vxlan.lower?.uppers.splice(at, 1);
  vxlan.lower = lower;
  lower?.uppers.push(vxlan.dev);
}

/** The MTU that fits into the device below, and its limits (`vxlan_config_apply`). */
function fitInto(dev: NetDevice, config: VxlanConfig, lower: NetDevice | undefined, wantsDefault: boolean): void {
  if (lower === undefined) return;
  dev.tsoMaxSize = lower.tsoMaxSize ?? TSO_LEGACY_MAX_SIZE;
  const most = Math.max(lower.mtu - headroom(config), MIN_MTU);
  if (wantsDefault || dev.mtu > most) dev.mtu = most;
}

export const vxlanKind: DeviceKind = {
  kind: 'vxlan',

  /** `vxlan_newlink`. */
  create({ source, target, request }: NewLink): NetDevice | KernelError {
    if (request.address !== undefined && !isValidStationAddress(request.address))
      return fail('EADDRNOTAVAIL', 'Provided Ethernet address is not unicast');
    if (request.mtu !== undefined && (request.mtu < MIN_MTU || request.mtu > MAX_MTU))
      return fail('EINVAL', 'MTU must be between 68 and 65535');
    const invalid = validateInfo(request.info);
    if (invalid !== undefined) return invalid;
    const wanted = readConfig(request.info ?? {}, undefined);
    if (isError(wanted)) return wanted;
    const checked = checkConfig(source, wanted);
    if (isError(checked)) return checked;
    const { config, lower } = checked;

    const dev = createDevice(target, vxlanOps, request, { minMtu: MIN_MTU, maxMtu: MAX_MTU });
    if (isError(dev)) return dev;
    if (config.gpe) {
      dev.type = ARPHRD_NONE;
      dev.flags = (dev.flags & ~(IFF_BROADCAST | IFF_MULTICAST)) | IFF_POINTOPOINT | IFF_NOARP | IFF_MULTICAST;
    }
    dev.tsoMaxSize = TSO_LEGACY_MAX_SIZE;
    const vxlan = newVxlan(dev, source, config, undefined);
    dev.priv = vxlan;
    fitInto(dev, config, lower, request.mtu === undefined);
    const error = registerDevice(dev, request.ifindex);
    if (error !== undefined) return error;
    standOn(vxlan, lower);
    vxlansOf(source).add(vxlan);
    addDefault(vxlan);
    return dev;
  },

  validate: validateInfo,

  /** `vxlan_changelink`. */
  change(dev, request): KernelError | undefined {
    const vxlan = vxlanOf(dev);
    const wanted = readConfig(request.info ?? {}, vxlan.config);
    if (isError(wanted)) return wanted;
    const checked = checkConfig(vxlan.net, wanted, vxlan);
    if (isError(checked)) return checked;
    const old = vxlan.config;
    const { config, lower } = checked;
    if (config.remote !== old.remote) {
      addDefault(vxlan, config);
      if (!isAnyAddress(old.remote)) {
        deleteFdb(vxlan, MAC_ZERO, old.vni, { ip: old.remote, port: old.dstPort, vni: old.vni, link: old.link });
      }
    }
    vxlan.config = config;
    if (config.ageingSeconds !== old.ageingSeconds && dev.up) startAgeing(vxlan, 0);
    if (lower !== undefined && lower !== vxlan.lower) standOn(vxlan, lower);
    fitInto(dev, config, lower, false);
    return undefined;
  },
};

/** The default destination is the first place of the flood list. */
function addDefault(vxlan: Vxlan, config = vxlan.config): void {
  if (isAnyAddress(config.remote)) return;
  updateFdb(vxlan, {
    mac: MAC_ZERO,
    vni: config.vni,
    state: NUD_REACHABLE | NUD_PERMANENT,
    remote: { ip: config.remote, port: config.dstPort, vni: config.vni, link: config.link },
    create: true,
    exclusive: false,
    append: true,
    replace: false,
  });
}
