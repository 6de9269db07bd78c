import { TCP_HLEN, tcpFindOption, tcpFlags } from '../../../wire/tcp.ts';
import type { Test } from '../packet.ts';
import { inRange, type PortRange } from './ports.ts';

/** Ports, flags and options of a TCP segment (`-m tcp`; net/netfilter/xt_tcpudp.c). */
export interface TcpMatch {
  readonly name: 'tcp';
  readonly sport: PortRange | undefined;
  readonly dport: PortRange | undefined;
  /** Of the flags in `mask` exactly those in `set` are on. */
  readonly flags: { readonly mask: number; readonly set: number; readonly invert: boolean } | undefined;
  readonly option: { readonly kind: number; readonly invert: boolean } | undefined;
}

export function tcpTest({ sport, dport, flags, option }: TcpMatch): Test {
  return (packet) => {
    if (!packet.hasTransport(TCP_HLEN) || !inRange(packet, 0, sport) || !inRange(packet, 2, dport)) return false;
    const { buf } = packet.skb;
    if (flags && ((tcpFlags(buf, packet.transport) & flags.mask) === flags.set) === flags.invert) return false;
    return option === undefined || tcpFindOption(buf, packet.transport, option.kind) >= 0 !== option.invert;
  };
}
