// Packets that no connection can be made of, before any is looked up: the `_error` functions of the protocols.

import { u16 } from '../../../base/bytes.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6At } from '../../../base/checksum.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { ipv4Dst, ipv4Src } from '../../../wire/ipv4.ts';
import { UDP_CHECKSUM, UDP_HLEN, UDP_LENGTH } from '../../../wire/udp.ts';
import { tcpMalformed } from './tcp.ts';

/** The highest ICMP type there is (NR_ICMP_TYPES). */
const LAST_ICMP_TYPE = 18;

/**
 * Why the packet with its IP header at `ip` and its transport header at `o` is invalid, or undefined. The checksum is verified where
 * packets come in from outside only.
 */
export function malformed(
  b: Uint8Array,
  ip: number,
  o: number,
  end: number,
  inet6: boolean,
  protocol: number,
  verifyChecksum: boolean,
): string | undefined {
  const length = end - o;
  switch (protocol) {
    case IPPROTO_TCP: {
      const why = tcpMalformed(b, o, length);
      if (why !== undefined) return why;
      return verifyChecksum && checksum(b, o, length, pseudoHeader(b, ip, inet6, protocol, length)) !== 0 ? 'bad checksum' : undefined;
    }
    case IPPROTO_UDP: {
      const announced = length < UDP_HLEN ? 0 : u16(b, o + UDP_LENGTH);
      if (announced > length || announced < UDP_HLEN) return 'truncated/malformed packet';
      if (u16(b, o + UDP_CHECKSUM) === 0 || !verifyChecksum) return undefined;
      return checksum(b, o, announced, pseudoHeader(b, ip, inet6, protocol, announced)) !== 0 ? 'bad checksum' : undefined;
    }
    case IPPROTO_ICMP:
      if (inet6) return undefined;
      if (length < 8) return 'short packet';
      if (verifyChecksum && checksum(b, o, length) !== 0) return 'bad hw icmp checksum';
      return (b[o] as number) > LAST_ICMP_TYPE ? 'invalid icmp type' : undefined;
    case IPPROTO_ICMPV6:
      if (!inet6) return undefined;
      if (length < 8) return 'short packet';
      return verifyChecksum && checksum(b, o, length, pseudoHeader(b, ip, true, protocol, length)) !== 0 ? 'bad checksum' : undefined;
    default:
      return undefined;
  }
}

function pseudoHeader(b: Uint8Array, ip: number, inet6: boolean, protocol: number, length: number): number {
  return inet6 ? pseudoHeaderV6At(b, ip, protocol, length) : pseudoHeaderV4(ipv4Src(b, ip), ipv4Dst(b, ip), protocol, length);
}
