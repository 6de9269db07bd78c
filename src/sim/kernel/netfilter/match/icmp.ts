import type { Test } from '../packet.ts';

/** The ICMP type of "any". */
export const ICMP_ANY = 0xff;

/** Type and range of codes of a message (`-m icmp`, `-m icmp6`; net/ipv4/netfilter/ip_tables.c, net/ipv6/netfilter/ip6_tables.c). */
export interface IcmpMatch {
  readonly name: 'icmp' | 'icmp6';
  readonly type: number;
  readonly code: { readonly from: number; readonly to: number };
  readonly invert: boolean;
}

export function icmpTest({ name, type, code, invert }: IcmpMatch): Test {
  const any = name === 'icmp' && type === ICMP_ANY;
  return (packet) => {
    if (!packet.hasTransport(2)) return false;
    const { buf } = packet.skb;
    const itsCode = buf[packet.transport + 1] as number;
    const same = any || (buf[packet.transport] === type && itsCode >= code.from && itsCode <= code.to);
    return same !== invert;
  };
}
