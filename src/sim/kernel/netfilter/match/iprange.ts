import { ipv6ByteCompare } from '../../../base/ipv6-address.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { HookPacket, Test } from '../packet.ts';

/** From one address to another, both counted and of one family. */
export interface AddressRange {
  readonly from: IpAddress;
  readonly to: IpAddress;
  readonly invert: boolean;
}

/** Addresses out of a range (`-m iprange`; net/netfilter/xt_iprange.c). */
export interface IprangeMatch {
  readonly name: 'iprange';
  readonly source: AddressRange | undefined;
  readonly destination: AddressRange | undefined;
}

export function iprangeTest({ source, destination }: IprangeMatch): Test {
  const inSource = rangeTest(source, (packet) => packet.source);
  const inDestination = rangeTest(destination, (packet) => packet.destination);
  return (packet) => inSource(packet) && inDestination(packet);
}

function rangeTest(range: AddressRange | undefined, addressOf: (packet: HookPacket) => IpAddress): Test {
  if (range === undefined) return () => true;
  const { from, to, invert } = range;
  return (packet) => {
    const address = addressOf(packet);
    return (compareAddresses(address, from) >= 0 && compareAddresses(address, to) <= 0) !== invert;
  };
}

/** The order of two addresses of one family: negative, 0 or positive. */
export function compareAddresses(a: IpAddress, b: IpAddress): number {
  return typeof a === 'number' ? a - (b as number) : ipv6ByteCompare(a, b as string);
}
