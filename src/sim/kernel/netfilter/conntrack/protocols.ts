// What a packet of each protocol does to its connection: nf_conntrack_proto_udp.c, _icmp.c, _icmpv6.c, _generic.c.

import { NS_PER_S } from '../../../base/time.ts';
import { ICMP_ECHO, ICMP_TIMESTAMP } from '../../../wire/icmp.ts';
import { ICMPV6_ECHO_REQUEST } from '../../../wire/icmpv6.ts';
import { IPPROTO_GRE, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import type { Conntracks, PacketVerdict } from './conntracks.ts';
import { type Conntrack, IPCT_ASSURED, IPS_ASSURED, IPS_NAT_CLASH, IPS_SEEN_REPLY } from './entry.ts';
import { IPPROTO_UDPLITE } from './parse.ts';
import { trackTcp } from './tcp.ts';

/** Packets both ways for longer than this make a UDP connection a stream. */
const STREAM_AFTER_NS = 2 * NS_PER_S;
const ICMP_INFO_REQUEST = 15;
const ICMP_ADDRESS_MASK = 17;
const ICMPV6_NI_QUERY = 139;

/** A packet of a connection, its transport header at `o`. */
export function trackPacket(conntracks: Conntracks, ct: Conntrack, reply: boolean, b: Uint8Array, o: number, end: number): PacketVerdict {
  const { settings } = conntracks;
  switch (ct.original.protocol) {
    case IPPROTO_TCP:
      return trackTcp(conntracks, ct, reply, b, o, end);
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      trackUdp(conntracks, ct);
      return 'accept';
    case IPPROTO_ICMP:
      if (!ct.confirmed && !beginsConnection4(ct.original.dport >> 8)) return 'invalid';
      conntracks.refresh(ct, settings.icmpNs);
      return 'accept';
    case IPPROTO_ICMPV6:
      if (!ct.confirmed && !beginsConnection6(ct.original.dport >> 8)) return 'invalid';
      conntracks.refresh(ct, settings.icmpv6Ns);
      return 'accept';
    default:
      conntracks.refresh(ct, ct.original.protocol === IPPROTO_GRE ? settings.greNs : settings.genericNs);
      return 'accept';
  }
}

function trackUdp(conntracks: Conntracks, ct: Conntrack): void {
  const { settings, now } = conntracks;
  if (!ct.confirmed) ct.udpStreamNs = now + STREAM_AFTER_NS;
  if ((ct.status & IPS_SEEN_REPLY) === 0) return conntracks.refresh(ct, settings.udpNs);
  const stream = now > ct.udpStreamNs;
  conntracks.refresh(ct, stream ? settings.udpStreamNs : settings.udpNs);
  if (!stream || (ct.status & (IPS_NAT_CLASH | IPS_ASSURED)) !== 0) return;
  ct.status |= IPS_ASSURED;
  conntracks.event(ct, IPCT_ASSURED);
}

function beginsConnection4(type: number): boolean {
  return type === ICMP_ECHO || type === ICMP_TIMESTAMP || type === ICMP_INFO_REQUEST || type === ICMP_ADDRESS_MASK;
}

function beginsConnection6(type: number): boolean {
  return type === ICMPV6_ECHO_REQUEST || type === ICMPV6_NI_QUERY;
}
