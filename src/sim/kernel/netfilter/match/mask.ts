import type { Ipv4 } from '../../../base/ipv4-address.ts';
import { formatIpv6Bytes, type Ipv6, ipv6Bytes } from '../../../base/ipv6-address.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';

/** The bits of an address that a mask of the same family leaves. */
export function underMask(address: IpAddress, mask: IpAddress): IpAddress {
  if (typeof address === 'number') return (address & (mask as Ipv4)) >>> 0;
  const bits = ipv6Bytes(mask as Ipv6);
  return formatIpv6Bytes(
    ipv6Bytes(address).map((byte, i) => byte & (bits[i] as number)),
    0,
  );
}
