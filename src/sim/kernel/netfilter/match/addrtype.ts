import { type Ipv6, isMulticastIpv6 } from '../../../base/ipv6-address.ts';
import { isError } from '../../../base/result.ts';
import type { NetDevice } from '../../device/net-device.ts';
import { addressType4 } from '../../ip/address-type.ts';
import type { NetNamespace } from '../../netns.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { HookPacket, Test } from '../packet.ts';

/** What a source or destination is to this host (`-m addrtype`; net/netfilter/xt_addrtype.c). */
export interface AddrtypeMatch {
  readonly name: 'addrtype';
  readonly source: { readonly types: readonly AddressKind[]; readonly invert: boolean } | undefined;
  readonly destination: { readonly types: readonly AddressKind[]; readonly invert: boolean } | undefined;
  /** Only addresses of the device the packet came in on, or leaves by, count. */
  readonly limit: 'in' | 'out' | undefined;
}

/** In the order of their numbers, RTN_UNSPEC to RTN_XRESOLVE, which is the order they are listed in. */
export const ADDRESS_KINDS = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

export function addrtypeTest({ source, destination, limit }: AddrtypeMatch): Test {
  const has = (packet: HookPacket, address: IpAddress, wanted: AddrtypeMatch['source'], dev: NetDevice | undefined): boolean => {
    if (wanted === undefined) return true;
    const { ns } = packet.stack;
    const among =
      typeof address === 'number'
        ? wanted.types.includes(addressType4(ns, address, dev).toUpperCase() as AddressKind)
        : isAmong6(ns, address, wanted.types, dev);
    return among !== wanted.invert;
  };
  return (packet) => {
    const dev = limit === 'in' ? packet.input : limit === 'out' ? packet.output : undefined;
    return has(packet, packet.source, source, dev) && has(packet, packet.destination, destination, dev);
  };
}

const BY_ROUTE: readonly AddressKind[] = ['LOCAL', 'ANYCAST', 'UNREACHABLE'];

/** IPv6 asks for all of the kinds that the address itself tells, and for any of those that routes tell (match_type6). */
function isAmong6(ns: NetNamespace, address: Ipv6, kinds: readonly AddressKind[], dev: NetDevice | undefined): boolean {
  const group = isMulticastIpv6(address);
  if (kinds.includes('MULTICAST') && !group) return false;
  if (kinds.includes('UNICAST') && (group || address === '::')) return false;
  if (kinds.includes('UNSPEC') && address !== '::') return false;
  if (!kinds.some((kind) => BY_ROUTE.includes(kind))) return true;
  return kindsByRoute(ns, address, dev).some((kind) => kinds.includes(kind));
}

function kindsByRoute(ns: NetNamespace, address: Ipv6, dev: NetDevice | undefined): AddressKind[] {
  const route = ns.ip6.fib.output(dev === undefined ? { dst: address, src: '::' } : { dst: address, src: '::', oif: dev.ifindex });
  if (isError(route)) return ['UNREACHABLE'];
  const kinds: AddressKind[] = route.type === 'anycast' ? ['ANYCAST'] : [];
  if (dev === undefined ? route.type === 'local' : ns.ip6.isLocal(address, dev)) kinds.push('LOCAL');
  return kinds;
}
