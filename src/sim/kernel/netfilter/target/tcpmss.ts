import { setU16, u16 } from '../../../base/bytes.ts';
import { updateChecksum16 } from '../../../base/checksum.ts';
import { isError } from '../../../base/result.ts';
import { IPV4_HLEN } from '../../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6Src } from '../../../wire/ipv6.ts';
import { TCP_CHECKSUM, TCP_HLEN, TCP_SYN, TCPOPT_MSS, tcpFindOption, tcpFlags } from '../../../wire/tcp.ts';
import type { Route4, Route6 } from '../../route/route.ts';
import type { HookPacket } from '../packet.ts';

/**
 * Lowers the maximum segment size that a SYN offers: to a number, or to what fits the path both ways (net/netfilter/xt_TCPMSS.c).
 * A SYN without the option stays as it is.
 */
export interface TcpmssTarget {
  readonly name: 'TCPMSS';
  readonly mss: number | 'clamp';
}

export function changeMss({ mss }: TcpmssTarget, packet: HookPacket): void {
  const { skb, family } = packet;
  if (!packet.hasTransport(TCP_HLEN) || (tcpFlags(skb.buf, packet.transport) & TCP_SYN) === 0) return;
  const option = tcpFindOption(skb.buf, packet.transport, TCPOPT_MSS);
  if (option < 0) return;
  const headers = (family === 'inet' ? IPV4_HLEN : IPV6_HLEN) + TCP_HLEN;
  const wanted = mss === 'clamp' ? pathMtu(packet) - headers : mss;
  const before = u16(skb.buf, option + 2);
  // It is never raised.
  if (wanted <= 0 || before <= wanted) return;
  packet.makeWritable();
  const at = tcpFindOption(skb.buf, packet.transport, TCPOPT_MSS) + 2;
  const checksum = packet.transport + TCP_CHECKSUM;
  // The option may begin at an odd place: then its bytes are in two words of the sum, which is the same with both turned round.
  const odd = ((at - packet.transport) & 1) !== 0;
  const turned = (n: number): number => (odd ? ((n & 0xff) << 8) | (n >>> 8) : n);
  setU16(skb.buf, checksum, updateChecksum16(u16(skb.buf, checksum), turned(before), turned(wanted)));
  setU16(skb.buf, at, wanted);
}

/** The smaller of the MTUs there and back. */
function pathMtu(packet: HookPacket): number {
  const { skb, stack, family } = packet;
  const { ip4, ip6 } = stack.ns;
  const there = (skb.dst as Route4 | Route6 | undefined)?.mtu ?? Number.POSITIVE_INFINITY;
  const back =
    family === 'inet' ? ip4.fib.output({ dst: packet.source4, src: 0 }) : ip6.fib.output({ dst: ipv6Src(skb.buf, skb.data), src: '::' });
  return Math.min(there, isError(back) ? Number.POSITIVE_INFINITY : back.mtu);
}
