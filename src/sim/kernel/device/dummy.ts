import { fail, isError, type KernelError } from '../../base/result.ts';
import type { Skb } from '../skb.ts';
import { consume } from '../trace.ts';
import { isValidStationAddress } from './device-state.ts';
import { registerDevice } from './lifecycle.ts';
import { type DeviceOps, IFF_MULTICAST, IFF_NOARP, type NetDevice } from './net-device.ts';
import { createDevice } from './new-link.ts';
import type { DeviceKind, NewLink } from './registry.ts';

/** Swallows what it is given: drivers/net/dummy.c. */
const dummyOps: DeviceOps = {
  kind: 'dummy',
  xmit(dev: NetDevice, skb: Skb): void {
    consume(dev.ns, skb, `${dev.name} swallows what it is given`);
  },
};

export const dummyKind: DeviceKind = {
  kind: 'dummy',

  create({ target, request }: NewLink): NetDevice | KernelError {
    if (request.address !== undefined && !isValidStationAddress(request.address)) return fail('EADDRNOTAVAIL');
    // The limits are set before the request's MTU is checked: any MTU will do.
    const dev = createDevice(target, dummyOps, request, { minMtu: 0, maxMtu: 0 });
    if (isError(dev)) return dev;
    dev.flags = (dev.flags & ~IFF_MULTICAST) | IFF_NOARP;
    return registerDevice(dev, request.ifindex) ?? dev;
  },
};
