import { parseMac } from '../../base/address.ts';
import type { Random } from '../../base/random.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { NetNamespace } from '../netns.ts';
import type { LinkCreate } from '../rtnetlink/messages.ts';
import { MAX_NAME_LENGTH } from './device-name.ts';
import { applyFlags, notifyFlags, validateMtu } from './device-state.ts';
import { type DeviceOps, IFF_UP, NetDevice } from './net-device.ts';

// The steps that every kind shares when `ip link add` makes a device: net/core/rtnetlink.c.

/** The MAC of a device of this name, where a lab has settled it. */
export function settledMac(random: Random, device: string): number | undefined {
  const text = random.settled(`mac ${device}`);
  return text === undefined ? undefined : parseMac(text);
}

/** A random unicast address with the locally administered bit set (`eth_random_addr`). */
function randomMac(ns: NetNamespace): number {
  const bytes = ns.kernel.macs.bytes(6);
  let mac = ((bytes[0] as number) & 0xfe) | 0x02;
  for (let i = 1; i < 6; i++) mac = mac * 256 + (bytes[i] as number);
  return mac;
}

/** A device with the request's attributes, not yet registered (`rtnl_create_link`). Without a name it is `KIND%d`. */
export function createDevice(
  ns: NetNamespace,
  ops: DeviceOps,
  request: LinkCreate,
  limits: { readonly minMtu: number; readonly maxMtu: number } = { minMtu: 68, maxMtu: 65535 },
): NetDevice | KernelError {
  const name = request.name ?? `${ops.kind}%d`;
  if (name.length > MAX_NAME_LENGTH) return fail('ERANGE', 'Attribute failed policy validation');
  for (const [queues, what] of [
    [request.numTxQueues, 'transmit'],
    [request.numRxQueues, 'receive'],
  ] as const) {
    if (queues !== undefined && (queues < 1 || queues > 4096)) return fail('EINVAL', `Invalid number of ${what} queues`);
  }
  const dev = new NetDevice(ns, name, ops, request.address ?? settledMac(ns.kernel.macs, name) ?? randomMac(ns));
  dev.minMtu = limits.minMtu;
  dev.maxMtu = limits.maxMtu;
  if (request.broadcast !== undefined) dev.broadcast = request.broadcast;
  if (request.txQueueLen !== undefined) dev.txQueueLen = request.txQueueLen;
  if (request.group !== undefined) dev.group = request.group;
  if (request.numTxQueues !== undefined) dev.numTxQueues = request.numTxQueues;
  if (request.numRxQueues !== undefined) dev.numRxQueues = request.numRxQueues;
  if (request.mtu !== undefined) {
    const error = validateMtu(dev, request.mtu);
    if (error !== undefined) return error;
    dev.mtu = request.mtu;
  }
  return dev;
}

/** Brings a registered device up where the request says so and announces it for the first time (`rtnl_configure_link`). */
export function configureLink(dev: NetDevice, request: Pick<LinkCreate, 'up' | 'flags' | 'flagsMask'>): KernelError | undefined {
  const before = dev.flags;
  const mask = request.flagsMask ?? 0;
  const wanted = (dev.visibleFlags & ~mask) | ((request.flags ?? 0) & mask) | (request.up === true ? IFF_UP : 0);
  if (mask !== 0 || request.up === true) {
    const error = applyFlags(dev, wanted);
    if (error !== undefined) return error;
  }
  notifyFlags(dev, before, ~0);
  return undefined;
}
