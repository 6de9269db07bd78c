import { pseudoHeaderV4, pseudoHeaderV6 } from '../../../base/checksum.ts';
import type { Ipv6 } from '../../../base/ipv6-address.ts';
import { isError } from '../../../base/result.ts';
import { IPPROTO_TCP } from '../../../wire/ip-protocol.ts';
import { ipv6Dst, ipv6Src } from '../../../wire/ipv6.ts';
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
import { conf6 } from '../../ip/conf.ts';
import { ipSend } from '../../ip/ipv4-output.ts';
import { ip6Send } from '../../ip/ipv6-output.ts';
import { Skb } from '../../skb.ts';
import type { HookPacket } from '../packet.ts';

/** Answers a segment with a reset, as its addressee would without a listener (nf_send_reset, nf_send_reset6). */
export function sendTcpReset(packet: HookPacket): void {
  const { skb, transport, family, stack } = packet;
  if (!packet.hasTransport(TCP_HLEN) || (tcpFlags(skb.buf, transport) & TCP_RST) !== 0) return;
  const send = family === 'inet' ? sendReset4 : sendReset6;
  const { trace } = stack.ns.kernel;
  if (trace.on) trace.because(skb, 'answer', () => send(packet));
  else send(packet);
}

function sendReset4(packet: HookPacket): void {
  const { skb, stack, source4: source, destination4: destination } = packet;
  const { ns } = stack;
  const answer = resetSegment(packet, pseudoHeaderV4(destination, source, IPPROTO_TCP, TCP_HLEN));
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

function sendReset6(packet: HookPacket): void {
  const { skb, stack } = packet;
  const { ns } = stack;
  const source: Ipv6 = ipv6Src(skb.buf, skb.data);
  const destination: Ipv6 = ipv6Dst(skb.buf, skb.data);
  const answer = resetSegment(packet, pseudoHeaderV6(destination, source, IPPROTO_TCP, TCP_HLEN));
  const src = ns.ip6.isLocal(destination) ? destination : '::';
  const oif = source.startsWith('fe80:') ? (packet.input?.ifindex ?? 0) : 0;
  const mark = ns.sysctl.int('net/ipv6/fwmark_reflect') !== 0 ? skb.mark : 0;
  const route = ns.ip6.fib.output({ dst: source, src, oif, mark, ipProto: IPPROTO_TCP });
  if (isError(route)) return;
  ip6Send(stack, answer, route, destination, source, IPPROTO_TCP, {
    hopLimit: conf6(route.dev, 'hop_limit') || 64,
    trafficClass: 0,
    flowLabel: 0,
    mark,
    loop: true,
  });
}

function resetSegment({ skb: { buf, end }, transport }: HookPacket, pseudoHeader: number): Skb {
  const flags = tcpFlags(buf, transport);
  const hasAck = (flags & TCP_ACK) !== 0;
  const data = end - transport - tcpHeaderLength(buf, transport);
  const length = data + ((flags & TCP_SYN) !== 0 ? 1 : 0) + ((flags & TCP_FIN) !== 0 ? 1 : 0);
  const answer = Skb.alloc(TCP_HLEN);
  writeTcp(
    answer.buf,
    answer.data,
    TCP_HLEN,
    tcpDstPort(buf, transport),
    tcpSrcPort(buf, transport),
    hasAck ? tcpAckSeq(buf, transport) : 0,
    hasAck ? 0 : (tcpSeq(buf, transport) + length) >>> 0,
    TCP_HLEN,
    hasAck ? TCP_RST : TCP_RST | TCP_ACK,
    0,
    0,
    pseudoHeader,
  );
  return answer;
}
