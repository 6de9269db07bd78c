import { u16 } from '../../../base/bytes.ts';
import { TCP_HLEN, TCPOPT_MSS, tcpFindOption } from '../../../wire/tcp.ts';
import type { Test } from '../packet.ts';
import { inside, type NumberRange } from './range.ts';

/** The maximum segment size that a SYN offers (`-m tcpmss`; net/netfilter/xt_tcpmss.c). */
export interface TcpmssMatch {
  readonly name: 'tcpmss';
  readonly range: NumberRange;
}

export function tcpmssTest({ range }: TcpmssMatch): Test {
  return (packet) => {
    if (!packet.hasTransport(TCP_HLEN)) return range.invert;
    const at = tcpFindOption(packet.skb.buf, packet.transport, TCPOPT_MSS);
    return at < 0 ? range.invert : inside(u16(packet.skb.buf, at + 2), range);
  };
}
