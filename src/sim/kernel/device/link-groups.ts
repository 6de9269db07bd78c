import { IPV6_ALL_NODES, type Mac, multicastMacV6 } from '../../base/address.ts';
import { ARPHRD_LOOPBACK, type NetDevice } from './net-device.ts';

/** The group of all hosts, 224.0.0.1. */
const ALL_HOSTS_MAC: Mac = 0x0100_5e00_0001;

/** A link-layer group that a device listens to, and for how many reasons. */
export interface LinkGroup {
  readonly address: Mac;
  readonly users: number;
  /** Somebody added it by hand. */
  readonly global: boolean;
}

/**
 * The link-layer groups of a device in the order in which they were joined (`dev->mc`): IPv6 joins its all-nodes group when it is
 * attached to the device, a bridge those it snoops by when it comes up, IPv4 that of all hosts then, and addresses follow.
 */
export function linkGroups(dev: NetDevice): LinkGroup[] {
  if (dev.type === ARPHRD_LOOPBACK) return [];
  const groups = dev.ns.ip6.groupsOf(dev).filter((group) => !group.startsWith('ff01:'));
  const macs = groups.map(multicastMacV6);
  const first = groups.includes(IPV6_ALL_NODES) ? 1 : 0;
  if (dev.up && dev.in4 !== undefined) macs.splice(first + (dev.linkGroups.length > 0 ? 1 : 0), 0, ALL_HOSTS_MAC);
  macs.splice(first, 0, ...dev.linkGroups);
  macs.push(...dev.multicastAddresses);
  return [...new Set(macs)].map((address) => ({
    address,
    users: macs.filter((other) => other === address).length,
    global: dev.multicastAddresses.includes(address),
  }));
}
