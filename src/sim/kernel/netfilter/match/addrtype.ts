import type { Ipv4 } from '../../../base/ipv4-address.ts';
import type { NetDevice } from '../../device/net-device.ts';
import { addressType4 } from '../../ip/address-type.ts';
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
  const has = (packet: HookPacket, address: Ipv4, wanted: AddrtypeMatch['source'], dev: NetDevice | undefined): boolean => {
    if (wanted === undefined) return true;
    const kind = addressType4(packet.stack.ns, address, dev).toUpperCase() as AddressKind;
    return wanted.types.includes(kind) !== wanted.invert;
  };
  return (packet) => {
    const dev = limit === 'in' ? packet.input : limit === 'out' ? packet.output : undefined;
    return has(packet, packet.source, source, dev) && has(packet, packet.destination, destination, dev);
  };
}
