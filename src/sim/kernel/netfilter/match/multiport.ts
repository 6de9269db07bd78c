import { u16 } from '../../../base/bytes.ts';
import type { Test } from '../packet.ts';

/** Ports out of a list of ports and ranges (`-m multiport`; net/netfilter/xt_multiport.c). */
export interface MultiportMatch {
  readonly name: 'multiport';
  readonly which: 'source' | 'destination' | 'either';
  readonly ports: readonly { readonly from: number; readonly to: number }[];
  readonly invert: boolean;
}

export function multiportTest({ which, ports, invert }: MultiportMatch): Test {
  const listed = (port: number): boolean => ports.some(({ from, to }) => port >= from && port <= to);
  return (packet) => {
    if (!packet.hasTransport(4)) return false;
    const { buf } = packet.skb;
    const source = which !== 'destination' && listed(u16(buf, packet.transport));
    const destination = which !== 'source' && listed(u16(buf, packet.transport + 2));
    return (source || destination) !== invert;
  };
}
