import type { Test } from '../packet.ts';

/** The type of "any". */
export const ICMP_ANY = 0xff;

/** Type and range of codes of an ICMP message (`-m icmp`; net/ipv4/netfilter/ip_tables.c). */
export interface IcmpMatch {
  readonly name: 'icmp';
  readonly type: number;
  readonly code: { readonly from: number; readonly to: number };
  readonly invert: boolean;
}

export function icmpTest({ type, code, invert }: IcmpMatch): Test {
  return (packet) => {
    if (!packet.hasTransport(2)) return false;
    const { buf } = packet.skb;
    const itsCode = buf[packet.transport + 1] as number;
    const same = type === ICMP_ANY || (buf[packet.transport] === type && itsCode >= code.from && itsCode <= code.to);
    return same !== invert;
  };
}
