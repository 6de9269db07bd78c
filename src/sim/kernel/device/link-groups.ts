import type { Mac } from '../../base/address.ts';
import { fail, type KernelError } from '../../base/result.ts';
import { ARPHRD_ETHER, type NetDevice } from './net-device.ts';

// The link-layer groups that a device listens to (`dev->mc`): net/core/dev_addr_lists.c.

/** A protocol joins (`dev_mc_add`). Kinds of links without such groups have none. */
export function joinLinkGroup(dev: NetDevice, address: Mac): void {
  if (dev.type !== ARPHRD_ETHER) return;
  const known = dev.linkGroups.get(address);
  if (known === undefined) dev.linkGroups.set(address, { address, users: 1, global: false });
  else known.users++;
  if (known === undefined) dev.ops.groupsChanged?.(dev);
}

/** One of the reasons is gone (`dev_mc_del`). ENOENT where there was none. */
export function leaveLinkGroup(dev: NetDevice, address: Mac): KernelError | undefined {
  const known = dev.linkGroups.get(address);
  if (known === undefined) return fail('ENOENT');
  if (--known.users === 0) dev.linkGroups.delete(address);
  dev.ops.groupsChanged?.(dev);
  return undefined;
}

/** Somebody adds a group by hand (`dev_mc_add_global`); `exclusive`: EEXIST for one that is there already (`dev_mc_add_excl`). */
export function addLinkGroup(dev: NetDevice, address: Mac, exclusive: boolean): KernelError | undefined {
  const known = dev.linkGroups.get(address);
  if (known === undefined) {
    dev.linkGroups.set(address, { address, users: 1, global: true });
    dev.ops.groupsChanged?.(dev);
    return undefined;
  }
  if (exclusive) return fail('EEXIST');
  if (!known.global) known.users++;
  known.global = true;
  return undefined;
}

/** Takes back what somebody added by hand (`dev_mc_del_global`): ENOENT for a group that only protocols want. */
export function removeLinkGroup(dev: NetDevice, address: Mac): KernelError | undefined {
  const known = dev.linkGroups.get(address);
  if (known?.global !== true) return fail('ENOENT');
  known.global = false;
  return leaveLinkGroup(dev, address);
}
