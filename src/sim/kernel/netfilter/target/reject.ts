import { pseudoHeaderV4 } from '../../../base/checksum.ts';
import { isError } from '../../../base/result.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_HOST_ANO,
  ICMP_HOST_UNREACH,
  ICMP_NET_ANO,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
} from '../../../wire/icmp.ts';
import { IPPROTO_TCP } from '../../../wire/ip-protocol.ts';
import {
  TCP_ACK,
  TCP_FIN,
  TCP_HLEN,
  TCP_RST,
  TCP_SYN,
  tcpAckSeq,
  tcpDstPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSeq,
  tcpSrcPort,
  writeTcp,
} from '../../../wire/tcp.ts';
import { icmpSend } from '../../ip/icmp-send.ts';
import { ipSend } from '../../ip/ipv4-output.ts';
import { Skb } from '../../skb.ts';
import type { HookPacket } from '../packet.ts';

/** The ICMP codes of "destination unreachable" that REJECT answers with, by name. */
export const REJECT_CODES = {
  'icmp-net-unreachable': ICMP_NET_UNREACH,
  'icmp-host-unreachable': ICMP_HOST_UNREACH,
  'icmp-proto-unreachable': ICMP_PROT_UNREACH,
  'icmp-port-unreachable': ICMP_PORT_UNREACH,
  'icmp-net-prohibited': ICMP_NET_ANO,
  'icmp-host-prohibited': ICMP_HOST_ANO,
  'icmp-admin-prohibited': ICMP_PKT_FILTERED,
} as const;

/** Drops the packet and tells its sender (net/ipv4/netfilter/nf_reject_ipv4.c). */
export interface RejectTarget {
  readonly name: 'REJECT';
  readonly how: keyof typeof REJECT_CODES | 'tcp-reset';
}

export function reject(target: RejectTarget, packet: HookPacket): void {
  if (target.how === 'tcp-reset') return sendTcpReset(packet);
  const { skb, stack } = packet;
  skb.network = skb.data;
  icmpSend(stack, skb, ICMP_DEST_UNREACH, REJECT_CODES[target.how], 0);
}

/** Answers a segment with a reset, as its addressee would without a listener (nf_send_reset). */
function sendTcpReset(packet: HookPacket): void {
  const { skb, stack, transport } = packet;
  if (!packet.hasTransport(TCP_HLEN)) return;
  const flags = tcpFlags(skb.buf, transport);
  if ((flags & TCP_RST) !== 0) return;
  const { source, destination } = packet;
  const hasAck = (flags & TCP_ACK) !== 0;
  const data = skb.end - transport - tcpHeaderLength(skb.buf, transport);
  const length = data + ((flags & TCP_SYN) !== 0 ? 1 : 0) + ((flags & TCP_FIN) !== 0 ? 1 : 0);
  const answer = Skb.alloc(TCP_HLEN);
  writeTcp(
    answer.buf,
    answer.data,
    TCP_HLEN,
    tcpDstPort(skb.buf, transport),
    tcpSrcPort(skb.buf, transport),
    hasAck ? tcpAckSeq(skb.buf, transport) : 0,
    hasAck ? 0 : (tcpSeq(skb.buf, transport) + length) >>> 0,
    TCP_HLEN,
    hasAck ? TCP_RST : TCP_RST | TCP_ACK,
    0,
    0,
    pseudoHeaderV4(destination, source, IPPROTO_TCP, TCP_HLEN),
  );
  const { ns } = stack;
  // What is forwarded is answered in another's name: no route look-up may ask for that source.
  const src = ns.ip4.isLocal(destination) ? destination : 0;
  const route = ns.ip4.fib.output({ dst: source, src, ipProto: IPPROTO_TCP });
  if (isError(route)) return;
  ipSend(stack, answer, route, destination, source, IPPROTO_TCP, {
    ttl: ns.sysctl.int('net/ipv4/ip_default_ttl'),
    tos: 0,
    dontFragment: true,
    id: 0,
    mark: ns.sysctl.int('net/ipv4/fwmark_reflect') !== 0 ? skb.mark : 0,
  });
}
