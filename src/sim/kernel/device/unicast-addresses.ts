import type { Mac } from '../../base/address.ts';
import { setReceiveMode } from './device-state.ts';
import type { NetDevice } from './net-device.ts';

// Addresses besides its own that a device listens to (`dev->uc`): net/core/dev_addr_lists.c.

/** Somebody needs frames for another address (`dev_uc_add`). */
export function addUnicastAddress(dev: NetDevice, address: Mac): void {
  dev.unicastAddresses.push(address);
  setReceiveMode(dev);
}

/** Nobody does any more (`dev_uc_del`). */
export function removeUnicastAddress(dev: NetDevice, address: Mac): void {
  const at = dev.unicastAddresses.indexOf(address);
  if (at < 0) return;
  dev.unicastAddresses.splice(at, 1);
  setReceiveMode(dev);
}
