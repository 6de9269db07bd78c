// An IPv4 packet in a line of the log: dump_ipv4_packet() in net/netfilter/nf_log_syslog.c.

import { u16, u32 } from '../../../base/bytes.ts';
import { formatIpv4 } from '../../../base/ipv4-address.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../../../wire/icmp.ts';
import { IPPROTO_AH, IPPROTO_ESP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import {
  IP_DF,
  IP_MF,
  IP_OFFSET,
  IP_RESERVED_FLAG,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  ipv4Dst,
  ipv4HeaderLength,
  ipv4Id,
  ipv4Protocol,
  ipv4Src,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
} from '../../../wire/ipv4.ts';
import { NF_LOG_IPOPT } from './log-flags.ts';
import { describeTcp, describeUdp, incomplete, optionBytes } from './log-transport.ts';

const IPTOS_TOS_MASK = 0x1e;
const IPTOS_PREC_MASK = 0xe0;

/** The packet at `o`; an error's own packet is described inside it, but no deeper. */
export function describeIpv4(b: Uint8Array, o: number, end: number, flags: number, nested = false): string {
  if (o + IPV4_HLEN > end) return 'TRUNCATED';
  const tos = ipv4Tos(b, o);
  const word = u16(b, o + IPV4_FLAGS_OFFSET);
  let text = `SRC=${formatIpv4(ipv4Src(b, o))} DST=${formatIpv4(ipv4Dst(b, o))} LEN=${ipv4TotalLength(b, o)} `;
  text += `TOS=0x${hex2(tos & IPTOS_TOS_MASK)} PREC=0x${hex2(tos & IPTOS_PREC_MASK)} TTL=${ipv4Ttl(b, o)} ID=${ipv4Id(b, o)} `;
  if ((word & IP_RESERVED_FLAG) !== 0) text += 'CE ';
  if ((word & IP_DF) !== 0) text += 'DF ';
  if ((word & IP_MF) !== 0) text += 'MF ';
  const offset = word & IP_OFFSET;
  if (offset !== 0) text += `FRAG:${offset} `;
  const payload = o + ipv4HeaderLength(b, o);
  if ((flags & NF_LOG_IPOPT) !== 0 && payload > o + IPV4_HLEN) text += optionBytes(b, o + IPV4_HLEN, Math.min(payload, end));
  switch (ipv4Protocol(b, o)) {
    case IPPROTO_TCP:
      return text + describeTcp(b, payload, end, offset !== 0, flags);
    case IPPROTO_UDP:
      return text + describeUdp(b, payload, end, offset !== 0, 'UDP');
    case IPPROTO_ICMP:
      return `${text}PROTO=ICMP ${offset === 0 ? describeIcmp(b, payload, end, flags, nested) : ''}`;
    case IPPROTO_AH:
      return `${text}PROTO=AH ${offset === 0 ? (incomplete(payload, end, 12) ?? `SPI=0x${u32(b, payload + 4).toString(16)} `) : ''}`;
    case IPPROTO_ESP:
      return `${text}PROTO=ESP ${offset === 0 ? (incomplete(payload, end, 8) ?? `SPI=0x${u32(b, payload).toString(16)} `) : ''}`;
    default:
      return `${text}PROTO=${ipv4Protocol(b, o)} `;
  }
}

function describeIcmp(b: Uint8Array, o: number, end: number, flags: number, nested: boolean): string {
  const missing = incomplete(o, end, ICMP_HLEN);
  if (missing !== undefined) return missing;
  const type = b[o] as number;
  const code = b[o + 1] as number;
  let text = `TYPE=${type} CODE=${code} `;
  if (type === ICMP_ECHO || type === ICMP_ECHOREPLY) return `${text}ID=${u16(b, o + 4)} SEQ=${u16(b, o + 6)} `;
  if (type === ICMP_PARAMETERPROB) return `${text}PARAMETER=${u32(b, o + 4) >>> 24} `;
  if (type === ICMP_REDIRECT) text += `GATEWAY=${formatIpv4(u32(b, o + 4))} `;
  if (type === ICMP_REDIRECT || type === ICMP_DEST_UNREACH || type === ICMP_SOURCE_QUENCH || type === ICMP_TIME_EXCEEDED) {
    if (!nested) text += `[${describeIpv4(b, o + ICMP_HLEN, end, flags, true)}] `;
    if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) text += `MTU=${u16(b, o + 6)} `;
  }
  return text;
}

function hex2(n: number): string {
  return n.toString(16).toUpperCase().padStart(2, '0');
}
