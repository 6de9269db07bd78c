import { u16 } from '../../../base/bytes.ts';
import type { HookPacket, Test } from '../packet.ts';

/** First and last port, both counted. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly invert: boolean;
}

/** Whether a packet's port at `offset` of its transport header is in the range; a missing range takes all. */
export function inRange(packet: HookPacket, offset: number, range: PortRange | undefined): boolean {
  if (range === undefined) return true;
  const port = u16(packet.skb.buf, packet.transport + offset);
  return (port >= range.from && port <= range.to) !== range.invert;
}

/** Ports of a UDP datagram (`-m udp`; net/netfilter/xt_tcpudp.c). */
export interface UdpMatch {
  readonly name: 'udp';
  readonly sport: PortRange | undefined;
  readonly dport: PortRange | undefined;
}

export function udpTest(match: UdpMatch): Test {
  return (packet) => packet.hasTransport(8) && inRange(packet, 0, match.sport) && inRange(packet, 2, match.dport);
}
