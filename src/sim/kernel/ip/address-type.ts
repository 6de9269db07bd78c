import { IPV4_BROADCAST, type Ipv4, ipv4Contains, ipv4Mask, isMulticastIpv4 } from '../../base/ipv4-address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';

/** What kind of address this is to the namespace (inet_addr_type): its own, a broadcast of one of its networks, a group, or another's. */
export type AddressType = 'local' | 'broadcast' | 'multicast' | 'unicast';

export function addressType4(ns: NetNamespace, address: Ipv4, dev?: NetDevice): AddressType {
  if (dev === undefined) {
    const type = ns.ip4.addressType(address);
    return type === 'local' || type === 'broadcast' || type === 'multicast' ? type : 'unicast';
  }
  if (address === 0 || address === IPV4_BROADCAST) return 'broadcast';
  if (isMulticastIpv4(address)) return 'multicast';
  if (ns.ip4.isLocal(address, dev)) return 'local';
  return isBroadcastOf(ns, address, dev) ? 'broadcast' : 'unicast';
}

function isBroadcastOf(ns: NetNamespace, address: Ipv4, dev: NetDevice): boolean {
  if (!dev.up) return false;
  for (const ifa of ns.ip4.addressesOf(dev)) {
    if (ifa.broadcast === address) return true;
    if (ifa.prefixLen < 31 && (ifa.address | ~ipv4Mask(ifa.prefixLen)) >>> 0 === address) return true;
  }
  return false;
}

/** Whether an address lies in one of the networks of a device, as far as its own addresses tell (inet_addr_onlink). */
export function onLink4(dev: NetDevice, address: Ipv4, own?: Ipv4): boolean {
  for (const ifa of dev.ns.ip4.addressesOf(dev)) {
    if (!ipv4Contains(ifa.address, ifa.prefixLen, address)) continue;
    if (own === undefined || ipv4Contains(ifa.address, ifa.prefixLen, own)) return true;
  }
  return false;
}
