import { isMulticastMac, type Mac } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { KERN_INFO } from '../kernel-log.ts';
import { IFF_ALLMULTI, IFF_DEBUG, IFF_DYNAMIC, IFF_MULTICAST, IFF_NOARP, IFF_PROMISC, IFF_UP, type NetDevice } from './net-device.ts';

// Bringing devices up and down and changing what they are set to: net/core/dev.c.

/** Flags that RTM_SETLINK may change besides IFF_UP, IFF_PROMISC and IFF_ALLMULTI (`__dev_change_flags`). */
const SETTABLE_FLAGS = IFF_DEBUG | IFF_NOARP | IFF_DYNAMIC | IFF_MULTICAST | 0x20 | 0x2000 | 0x4000;

/** Sets the flags under `mask` and tells everybody (`dev_change_flags`). */
export function changeFlags(dev: NetDevice, flags: number, mask: number): KernelError | undefined {
  const before = dev.flags;
  const beforeVisible = before | dev.gflags;
  const error = applyFlags(dev, (dev.visibleFlags & ~mask) | (flags & mask));
  notifyFlags(dev, before, (before ^ dev.flags) | (beforeVisible ^ (dev.flags | dev.gflags)));
  return error;
}

/** Sets flags without a word (`__dev_change_flags`): for devices that are only being made. */
export function applyFlags(dev: NetDevice, flags: number): KernelError | undefined {
  dev.flags = (flags & SETTABLE_FLAGS) | (dev.flags & ~SETTABLE_FLAGS);
  let error: KernelError | undefined;
  if (((dev.flags ^ flags) & IFF_UP) !== 0) {
    if ((flags & IFF_UP) !== 0) error = openDevice(dev);
    else closeDevice(dev);
  }
  if (((flags ^ dev.gflags) & IFF_PROMISC) !== 0) {
    dev.gflags ^= IFF_PROMISC;
    changePromiscuity(dev, (dev.gflags & IFF_PROMISC) !== 0 ? 1 : -1);
  }
  if (((flags ^ dev.gflags) & IFF_ALLMULTI) !== 0) {
    dev.gflags ^= IFF_ALLMULTI;
    changeAllmulti(dev, (dev.gflags & IFF_ALLMULTI) !== 0 ? 1 : -1);
  }
  return error;
}

/** One more, or one less, who wants to hear everything (`dev_set_promiscuity`). */
export function changePromiscuity(dev: NetDevice, by: 1 | -1): void {
  const before = dev.promiscuity;
  dev.promiscuity += by;
  if ((before === 0) === (dev.promiscuity === 0)) return;
  logMode(dev, by, 'promiscuous');
  if (dev.up) dev.ops.changeRxFlags?.(dev, 'promiscuity', by);
}

/** One more, or one less, who wants to hear all groups (`dev_set_allmulti`). */
export function changeAllmulti(dev: NetDevice, by: 1 | -1): void {
  const before = dev.allmulti;
  dev.allmulti += by;
  if ((before === 0) === (dev.allmulti === 0)) return;
  logMode(dev, by, 'allmulticast');
  if (dev.up) dev.ops.changeRxFlags?.(dev, 'allmulti', by);
}

function logMode(dev: NetDevice, by: 1 | -1, mode: string): void {
  dev.ns.kernel.log.print(KERN_INFO, `${dev.name}: ${by > 0 ? 'entered' : 'left'} ${mode} mode`);
}

/** A device that cannot pick out single addresses hears everything instead, once it is up (`__dev_set_rx_mode`). */
export function setReceiveMode(dev: NetDevice): void {
  if (!dev.up || dev.ops.filtersUnicast === true) return;
  const wanted = dev.unicastAddresses.length > 0;
  if (wanted === dev.promiscuousForUnicast) return;
  dev.promiscuousForUnicast = wanted;
  changePromiscuity(dev, wanted ? 1 : -1);
}

/** Announces what changed: the link first, then up, down or change (`__dev_notify_flags`). */
export function notifyFlags(dev: NetDevice, before: number, changed: number): void {
  if (changed !== 0) dev.ns.linkEvent(dev);
  if (((before ^ dev.flags) & IFF_UP) !== 0) dev.ns.notifyDevice(dev.up ? 'up' : 'down', dev);
  else if (dev.up && (before ^ dev.flags) !== 0) dev.ns.notifyDevice('change', dev);
}

/** `dev_close`: down, with the announcements. */
export function closeAndNotify(dev: NetDevice): void {
  if (!dev.up) return;
  closeDevice(dev);
  dev.ns.linkEvent(dev);
  dev.ns.notifyDevice('down', dev);
}

function openDevice(dev: NetDevice): KernelError | undefined {
  // The driver's open already sees a running device (__LINK_STATE_START).
  dev.flags |= IFF_UP;
  const error = dev.ops.open?.(dev);
  if (error !== undefined) {
    dev.flags &= ~IFF_UP;
    return error;
  }
  if (dev.unicastAddresses.length > 0) setReceiveMode(dev);
  if (dev.qdisc === 'noop') dev.qdisc = dev.defaultQdisc;
  if (dev.carrier) dev.transmitting = true;
  return undefined;
}

function closeDevice(dev: NetDevice): void {
  dev.flags &= ~IFF_UP;
  dev.transmitting = false;
  dev.sched?.reset();
  dev.ops.stop?.(dev);
}

/** `dev_validate_mtu`: a maximum of 0 is none. */
export function validateMtu(dev: NetDevice, mtu: number): KernelError | undefined {
  if (mtu < dev.minMtu) return fail('EINVAL', 'mtu less than device minimum');
  if (dev.maxMtu > 0 && mtu > dev.maxMtu) return fail('EINVAL', 'mtu greater than device maximum');
  return undefined;
}

/** `dev_set_mtu_ext`. */
export function setMtu(dev: NetDevice, mtu: number): KernelError | undefined {
  if (mtu === dev.mtu) return undefined;
  const error = validateMtu(dev, mtu) ?? dev.ops.changeMtu?.(dev, mtu);
  if (error !== undefined) return error;
  dev.mtu = mtu;
  dev.ns.notifyDevice('changeMtu', dev);
  dev.ns.linkEvent(dev);
  return undefined;
}

/** Whether a station may have the address: neither a group nor all zeros (`is_valid_ether_addr`). */
export function isValidStationAddress(address: Mac): boolean {
  return address !== 0 && !isMulticastMac(address);
}

/** `dev_set_mac_address`. */
export function setAddress(dev: NetDevice, address: Mac): KernelError | undefined {
  if (!isValidStationAddress(address)) return fail('EADDRNOTAVAIL');
  const error = dev.ops.setAddress?.(dev, address);
  if (error !== undefined) return error;
  dev.address = address;
  dev.ns.notifyDevice('changeAddress', dev);
  dev.ns.linkEvent(dev);
  return undefined;
}
