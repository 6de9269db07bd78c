import { fail, isError, type KernelError } from '../../base/result.ts';
import { KERN_INFO } from '../kernel-log.ts';
import type { NetNamespace } from '../netns.ts';
import { allocateDeviceName, isValidDeviceName } from './device-name.ts';
import { closeAndNotify } from './device-state.ts';
import { updateOperstate } from './link-watch.ts';
import type { NetDevice } from './net-device.ts';

// How devices come into a namespace, leave it and move to another: net/core/dev.c.

/**
 * Gives the device its name and ifindex and makes it part of its namespace (`register_netdevice`). The caller announces the
 * link once it is set up. EINVAL and EEXIST for its name, EBUSY for an ifindex in use.
 */
export function registerDevice(dev: NetDevice, ifindex = 0): KernelError | undefined {
  const ns = dev.ns;
  const name = usableName(ns, dev.name);
  if (isError(name)) return name;
  const index = ns.reserveIfindex(ifindex);
  if (isError(index)) return index;
  dev.name = name;
  dev.ifindex = index;
  ns.insertDevice(dev);
  if (!dev.carrier) updateOperstate(dev);
  ns.notifyDevice('register', dev);
  return undefined;
}

/** Deletes devices and what goes with them (`rtnl_delete_link`, `default_device_exit_batch`). */
export function deleteDevices(devices: Iterable<NetDevice>): void {
  const going = new Set<NetDevice>();
  for (const dev of devices) {
    if (going.has(dev)) continue;
    going.add(dev);
    for (const other of dev.ops.dellink?.(dev) ?? []) going.add(other);
  }
  // A set takes more while it is walked: what is on a device, and on that, goes with it.
  for (const dev of going) {
    for (const upper of [...dev.uppers]) {
      if (upper.ops.goesWithLower !== true || going.has(upper)) continue;
      going.add(upper);
      upper.ops.dellink?.(upper);
    }
  }
  unregisterDevices([...going]);
}

/** Takes devices out of their namespaces for good (`unregister_netdevice_many`). */
export function unregisterDevices(devices: readonly NetDevice[]): void {
  for (const dev of devices) closeAndNotify(dev);
  for (const dev of devices) {
    const ns = dev.ns;
    ns.removeDevice(dev);
    dev.qdisc = 'noop';
    dev.sched?.reset();
    dev.sched = undefined;
    ns.notifyDevice('unregister', dev);
    ns.linkEvent(dev, true);
    dev.ops.uninit?.(dev);
    ns.kernel.linkWatch.forget(dev);
  }
}

/**
 * Moves a device to another namespace (`dev_change_net_namespace`): it goes down and loses its addresses and routes, keeps its
 * MAC address, and its ifindex where that is free. `pattern` is the name to take where its own is in use there.
 */
export function changeNamespace(dev: NetDevice, target: NetNamespace, pattern?: string, ifindex = 0): KernelError | undefined {
  if (dev.ops.netnsLocal === true) return fail('EINVAL', 'The interface netns is immutable');
  const source = dev.ns;
  if (source === target) return undefined;
  let name = dev.name;
  if (target.deviceByName(name) !== undefined) {
    if (pattern === undefined) return fail('EEXIST', 'An interface with the same name exists in the target netns');
    const usable = usableName(target, pattern);
    if (isError(usable)) return fail(usable.errno, `Unable to use '${pattern}' for the new interface name in the target netns`);
    name = usable;
  }
  for (const alternative of dev.altNames) {
    if (target.deviceByName(alternative) !== undefined)
      return fail('EEXIST', `An interface with the altname ${alternative} exists in the target netns`);
  }
  const index = targetIfindex(dev, target, ifindex);
  if (isError(index)) return index;

  closeAndNotify(dev);
  source.removeDevice(dev);
  dev.qdisc = 'noop';
  dev.sched?.reset();
  dev.sched = undefined;
  source.notifyDevice('unregister', dev);
  source.linkEvent(dev, true, { netnsId: source.netnsIds.allocate(target), ifindex: index });
  dev.ns = target;
  dev.ifindex = index;
  dev.name = name;
  target.insertDevice(dev);
  target.notifyDevice('register', dev);
  target.linkEvent(dev);
  return undefined;
}

function targetIfindex(dev: NetDevice, target: NetNamespace, wanted: number): number | KernelError {
  if (wanted !== 0) {
    const index = target.reserveIfindex(wanted);
    return isError(index) ? fail(index.errno, `The ifindex ${wanted} is not available in the target netns`) : index;
  }
  const own = target.reserveIfindex(dev.ifindex);
  return isError(own) ? target.reserveIfindex(0) : own;
}

/** The name to register under, from a name or a pattern (`dev_prep_valid_name`). */
export function usableName(ns: NetNamespace, pattern: string): string | KernelError {
  if (!isValidDeviceName(pattern)) return fail('EINVAL');
  const name = allocateDeviceName(pattern, (candidate) => ns.deviceByName(candidate) !== undefined);
  if (name === undefined) return fail('EINVAL');
  return ns.deviceByName(name) === undefined ? name : fail('EEXIST');
}

/** `dev_change_name`: allowed while the device is up, too. */
export function renameDevice(dev: NetDevice, pattern: string): KernelError | undefined {
  if (pattern === dev.name) return undefined;
  const name = usableName(dev.ns, pattern);
  if (isError(name)) return name;
  dev.ns.kernel.log.print(KERN_INFO, `${name}: renamed from ${dev.name}${dev.up ? ' (while UP)' : ''}`);
  dev.ns.renameDevice(dev, name);
  dev.ns.notifyDevice('changeName', dev);
  dev.ns.linkEvent(dev);
  return undefined;
}
