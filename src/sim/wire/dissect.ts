// A frame taken apart for a reader: layer by layer, each field with its value and the bytes it stands in. The line
// that tcpdump prints of the same frame is in summary.ts.

import { pseudoHeaderV4, pseudoHeaderV6At } from '../base/checksum.ts';
import { Dissection, type Layer } from './dissect/layer.ts';
import { dissectArp, dissectEthernet } from './dissect/link.ts';
import { dissectIpv4, dissectIpv6, type IpPayload } from './dissect/network.ts';
import { dissectDns, dissectHttp, dissectIcmp, dissectIcmpv6, dissectTcp, dissectUdp, dissectVxlan } from './dissect/transport.ts';
import { DNS_PORT } from './dns.ts';
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from './ethernet.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_NONE, IPPROTO_TCP, IPPROTO_UDP } from './ip-protocol.ts';
import { ipv4Dst, ipv4Src } from './ipv4.ts';
import { tcpDstPort, tcpSrcPort } from './tcp.ts';
import { udpDstPort, udpSrcPort } from './udp.ts';
import { VXLAN_PORT, VXLAN_PORT_LINUX } from './vxlan.ts';

export type { Layer } from './dissect/layer.ts';

/** The layers of an Ethernet frame, outermost first; a tunnel's inner packet follows its outer one. Never throws. */
export function dissect(frame: Uint8Array): Layer[] {
  const d = new Dissection(frame);
  ethernet(d, 0, frame.length);
  return d.layers;
}

/** The layers of a packet without link-level header, of the given EtherType. */
export function dissectPacket(packet: Uint8Array, etherType: number): Layer[] {
  const d = new Dissection(packet);
  network(d, etherType, 0, packet.length, false);
  return d.layers;
}

/** Encapsulations deeper than this are left as payload: a frame may be made to nest without end. */
const MAX_LAYERS = 32;

function ethernet(d: Dissection, o: number, end: number): void {
  const payload = dissectEthernet(d, o);
  if (payload !== undefined) network(d, payload.type, payload.at, end, false);
}

function network(d: Dissection, etherType: number, o: number, end: number, quoted: boolean): void {
  if (d.layers.length > MAX_LAYERS) d.payload(o, end);
  else if (etherType === ETH_P_ARP) dissectArp(d, o);
  else if (etherType === ETH_P_IP) transport(d, o, 4, dissectIpv4(d, o, quoted), quoted);
  else if (etherType === ETH_P_IPV6) transport(d, o, 6, dissectIpv6(d, o, quoted), quoted);
  else d.payload(o, end);
}

/** The upper layer of the IP packet at `ip`. */
function transport(d: Dissection, ip: number, version: 4 | 6, payload: IpPayload | undefined, quoted: boolean): void {
  if (payload === undefined) return;
  const { protocol, at, end } = payload;
  if (!payload.transport) {
    d.payload(at, end);
    return;
  }
  const pseudo = payload.whole && !quoted ? pseudoHeader(d.b, ip, version, protocol, end - at) : undefined;
  switch (protocol) {
    case IPPROTO_TCP: {
      const data = dissectTcp(d, at, end, pseudo);
      if (data !== undefined && !(data < end && dissectHttp(d, data, end))) tcpData(d, at, data, end);
      break;
    }
    case IPPROTO_UDP: {
      const data = dissectUdp(d, at, end, pseudo);
      if (data !== undefined) udpData(d, at, data, end);
      break;
    }
    case IPPROTO_ICMP: {
      const inner = dissectIcmp(d, at, end, payload.whole && !quoted);
      if (inner !== undefined) network(d, ETH_P_IP, inner, end, true);
      break;
    }
    case IPPROTO_ICMPV6: {
      const inner = dissectIcmpv6(d, at, end, pseudo);
      if (inner !== undefined) network(d, ETH_P_IPV6, inner, end, true);
      break;
    }
    case IPPROTO_IPIP:
      network(d, ETH_P_IP, at, end, quoted);
      break;
    case IPPROTO_IPV6:
      network(d, ETH_P_IPV6, at, end, quoted);
      break;
    case IPPROTO_NONE:
      break;
    default:
      d.payload(at, end);
  }
}

function pseudoHeader(b: Uint8Array, ip: number, version: 4 | 6, protocol: number, length: number): number {
  if (version === 4) return pseudoHeaderV4(ipv4Src(b, ip), ipv4Dst(b, ip), protocol, length);
  return pseudoHeaderV6At(b, ip, protocol, length);
}

function tcpData(d: Dissection, tcp: number, o: number, end: number): void {
  const dns = tcpSrcPort(d.b, tcp) === DNS_PORT || tcpDstPort(d.b, tcp) === DNS_PORT;
  if (dns && o + 2 < end) dissectDns(d, o + 2, end);
  else d.payload(o, end);
}

function udpData(d: Dissection, udp: number, o: number, end: number): void {
  const dstPort = udpDstPort(d.b, udp);
  if (o >= end) return;
  if (dstPort === DNS_PORT || udpSrcPort(d.b, udp) === DNS_PORT) {
    dissectDns(d, o, end);
  } else if (dstPort === VXLAN_PORT || dstPort === VXLAN_PORT_LINUX) {
    const inner = dissectVxlan(d, o);
    if (inner !== undefined) ethernet(d, inner, end);
  } else {
    d.payload(o, end);
  }
}
