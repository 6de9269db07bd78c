import type { Ipv4 } from '../../../base/ipv4-address.ts';
import { type Mac, readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN } from '../../../wire/ethernet.ts';
import type { Test } from '../packet.ts';

/** A remark: takes every packet (`-m comment`). */
export interface CommentMatch {
  readonly name: 'comment';
  readonly comment: string;
}

/** The packet's mark, as far as `mask` goes (`-m mark`; net/netfilter/xt_mark.c). */
export interface MarkMatch {
  readonly name: 'mark';
  readonly mark: number;
  readonly mask: number;
  readonly invert: boolean;
}

export function markTest({ mark, mask, invert }: MarkMatch): Test {
  return (packet) => ((packet.skb.mark & mask) >>> 0 === mark) !== invert;
}

/** The sender's hardware address, of packets that came in by Ethernet (`-m mac`; net/netfilter/xt_mac.c). */
export interface MacMatch {
  readonly name: 'mac';
  readonly address: Mac;
  readonly invert: boolean;
}

export function macTest({ address, invert }: MacMatch): Test {
  return ({ skb }) => skb.mac >= 0 && skb.mac + ETH_HLEN <= skb.data && (readMac(skb.buf, skb.mac + 6) === address) !== invert;
}

/** Addresses from one to another (`-m iprange`; net/netfilter/xt_iprange.c). */
export interface AddressRange {
  readonly from: Ipv4;
  readonly to: Ipv4;
  readonly invert: boolean;
}
export interface IprangeMatch {
  readonly name: 'iprange';
  readonly source: AddressRange | undefined;
  readonly destination: AddressRange | undefined;
}

export function iprangeTest({ source, destination }: IprangeMatch): Test {
  const inside = (address: Ipv4, range: AddressRange | undefined): boolean =>
    range === undefined || (address >= range.from && address <= range.to) !== range.invert;
  return (packet) => inside(packet.source, source) && inside(packet.destination, destination);
}
