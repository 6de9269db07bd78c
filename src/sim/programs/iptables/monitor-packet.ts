import { u16 } from '../../base/bytes.ts';
import { formatIpv4 } from '../../base/ipv4-address.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK } from '../../kernel/device/net-device.ts';
import type { TracedPacket } from '../../kernel/netfilter/nft-trace.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../../wire/ip-protocol.ts';
import {
  IP_DF,
  IP_MF,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  IPV4_ID,
  IPV4_TOTAL_LENGTH,
  ipv4Dst,
  ipv4Src,
  ipv4Tos,
  ipv4Ttl,
} from '../../wire/ipv4.ts';
import { ipv6Dst, ipv6FlowLabel, ipv6HopLimit, ipv6PayloadLength, ipv6Src, ipv6TrafficClass } from '../../wire/ipv6.ts';
import { TCP_ACK, TCP_FIN, TCP_HLEN, TCP_PSH, TCP_RST, TCP_SYN, TCP_URG, tcpFlags } from '../../wire/tcp.ts';

/** AF_INET, AF_INET6. */
export function familyNumber(family: Family): number {
  return family === 'inet' ? 2 : 10;
}

/** What `PACKET:` says behind the packet's number (trace_print_packet in iptables/xtables-monitor.c). */
export function packetLine(packet: TracedPacket, family: Family): string {
  const { input, output, link, network, protocol, transport, mark } = packet;
  let text = input === undefined ? '' : `IN=${input.name} `;
  if (output !== undefined) text += `OUT=${output} `;
  if (link !== undefined) text += linkText(link, input?.type ?? 0);
  text += family === 'inet' ? ipv4Text(network) : ipv6Text(network);
  if (protocol === IPPROTO_UDP && transport.length >= 8) text += portsText(transport);
  if (protocol === IPPROTO_TCP && transport.length >= TCP_HLEN) text += portsText(transport) + flagsText(tcpFlags(transport, 0));
  return mark === 0 ? text : `${text}MARK=0x${mark.toString(16)} `;
}

function linkText(link: Uint8Array, type: number): string {
  const hex = [...link].map((byte) => byte.toString(16).padStart(2, '0'));
  if (type === ARPHRD_LOOPBACK) return 'LOOPBACK ';
  if (type !== ARPHRD_ETHER) return `LL=0x${type.toString(16)} ${hex.join('')} `;
  // As ether_ntoa() writes them.
  const bytes = [...link].map((byte) => byte.toString(16));
  return `MACSRC=${bytes.slice(6, 12).join(':')} MACDST=${bytes.slice(0, 6).join(':')} MACPROTO=${hex.slice(12).join('')} `;
}

function ipv4Text(b: Uint8Array): string {
  const word = u16(b, IPV4_FLAGS_OFFSET);
  let text = `SRC=${formatIpv4(ipv4Src(b, 0))} DST=${formatIpv4(ipv4Dst(b, 0))} LEN=${u16(b, IPV4_TOTAL_LENGTH)} `;
  text += `TOS=0x${(ipv4Tos(b, 0) & 0x1e).toString(16)} TTL=${ipv4Ttl(b, 0)} ID=${u16(b, IPV4_ID)} `;
  if ((word & 0x8000) !== 0) text += 'CE ';
  if ((word & IP_DF) !== 0) text += 'DF ';
  if ((word & IP_MF) !== 0) text += 'MF ';
  if ((word & 0x1fff) !== 0) text += `FRAG:${word & 0x1fff} `;
  if (b.length > IPV4_HLEN)
    text += `OPT (${[...b.subarray(IPV4_HLEN)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')}) `;
  return text;
}

/** Its length counts IPv4's header. */
function ipv6Text(b: Uint8Array): string {
  const length = ipv6PayloadLength(b, 0) + IPV4_HLEN;
  return `SRC=${ipv6Src(b, 0)} DST=${ipv6Dst(b, 0)} LEN=${length} TC=${ipv6TrafficClass(b, 0)} HOPLIMIT=${ipv6HopLimit(b, 0)} FLOWLBL=${ipv6FlowLabel(b, 0)} `;
}

function portsText(b: Uint8Array): string {
  return `SPORT=${u16(b, 0)} DPORT=${u16(b, 2)} `;
}

const TCP_FLAG_NAMES = [
  [TCP_SYN, 'SYN'],
  [TCP_ACK, 'ACK'],
  [TCP_FIN, 'FIN'],
  [TCP_RST, 'RST'],
  [TCP_PSH, 'PSH'],
  [TCP_URG, 'URG'],
] as const;

function flagsText(flags: number): string {
  let text = '';
  for (const [bit, name] of TCP_FLAG_NAMES) if ((flags & bit) !== 0) text += `${name} `;
  return text;
}
