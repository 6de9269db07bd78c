import { u16 } from '../../../base/bytes.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE } from '../../../wire/ip-protocol.ts';
import type { Family, IpAddress } from '../../rtnetlink/messages.ts';
import type { HookPacket } from '../packet.ts';
import type { SetEntry } from './ip-set.ts';

/** Which of a packet's addresses and ports each part of an element is: `src,dst`. */
export type SetSides = readonly ('src' | 'dst')[];

/** A packet as sets see it (struct ip_set_adt_opt). */
export interface PacketQuery {
  readonly packet: HookPacket;
  readonly family: Family;
  readonly sides: SetSides;
  readonly bytes: number;
  /** Count it in the set that is asked, and in those of a list. */
  readonly update: boolean;
  readonly updateMembers: boolean;
  /** What counters have to be. */
  readonly wanted: ((packets: number, bytes: number) => boolean) | undefined;
  /** Told of the element that the packet is. */
  readonly found: ((entry: SetEntry) => void) | undefined;
  /** What an element that is added gets instead of the set's. */
  readonly timeoutS: number | undefined;
}

/** A query that only asks. */
export function packetQuery(packet: HookPacket, sides: SetSides, more: Partial<PacketQuery> = {}): PacketQuery {
  const { family, skb } = packet;
  const bytes = skb.end - skb.data;
  return {
    packet,
    family,
    sides,
    bytes,
    update: true,
    updateMembers: true,
    wanted: undefined,
    found: undefined,
    timeoutS: undefined,
    ...more,
  };
}

/** The address that the element's part at `at` is. */
export function queryAddress({ packet, sides }: PacketQuery, at: number): IpAddress {
  return sides[at] === 'src' ? packet.source : packet.destination;
}

const WITH_PORTS: readonly number[] = [IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE, IPPROTO_SCTP];

export function hasPorts(protocol: number): boolean {
  return WITH_PORTS.includes(protocol);
}

/** Port and protocol at `at`; of ICMP its type and code; undefined where the packet does not have them (ip_set_get_ip4_port). */
export function queryPort({ packet, sides }: PacketQuery, at: number): { port: number; proto: number } | undefined {
  const { protocol: proto, transport, skb } = packet;
  const icmp = proto === IPPROTO_ICMP || proto === IPPROTO_ICMPV6;
  if (!icmp && !hasPorts(proto)) return packet.fragmentOffset === 0 ? { port: 0, proto } : undefined;
  if (!packet.hasTransport(icmp ? 2 : 4)) return undefined;
  return { port: u16(skb.buf, transport + (icmp || sides[at] === 'src' ? 0 : 2)), proto };
}
