import { formatIpv4, formatMac, readIpv6, readMac } from '../../base/address.ts';
import { hex, text, u16, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import { DNS_FLAG_QR, type DnsRecord, decodeDns, dnsRcode, dnsTypeOf } from '../dns.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  icmpIsError,
} from '../icmp.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_HLEN,
  ICMPV6_MGM_QUERY,
  ICMPV6_MLD2_REPORT,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
  icmpv6IsError,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from '../icmpv6.ts';
import { decodeMld } from '../mld.ts';
import { ND_OPT_SOURCE_LL_ADDR, ND_OPT_TARGET_LL_ADDR, ndOptionsOffset } from '../ndp.ts';
import {
  readTcpOptions,
  TCP_HLEN,
  tcpAckSeq,
  tcpChecksum,
  tcpDstPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSeq,
  tcpSrcPort,
  tcpUrgent,
  tcpWindow,
} from '../tcp.ts';
import { UDP_HLEN, udpChecksum, udpDstPort, udpLength, udpSrcPort } from '../udp.ts';
import { checkVxlan, VXLAN_HLEN, vxlanVni } from '../vxlan.ts';
import { type Dissection, flagNames, hexadecimal, named } from './layer.ts';

const TCP_FLAG_NAMES = [
  [0x02, 'SYN'],
  [0x10, 'ACK'],
  [0x01, 'FIN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
  [0x20, 'URG'],
  [0x40, 'ECE'],
  [0x80, 'CWR'],
] as const;

const ICMP_NAMES = new Map([
  [ICMP_ECHOREPLY, 'echo reply'],
  [ICMP_DEST_UNREACH, 'destination unreachable'],
  [ICMP_REDIRECT, 'redirect'],
  [ICMP_ECHO, 'echo request'],
  [ICMP_TIME_EXCEEDED, 'time exceeded'],
]);

const ICMPV6_NAMES = new Map([
  [ICMPV6_DEST_UNREACH, 'destination unreachable'],
  [ICMPV6_PKT_TOOBIG, 'packet too big'],
  [ICMPV6_TIME_EXCEED, 'time exceeded'],
  [ICMPV6_ECHO_REQUEST, 'echo request'],
  [ICMPV6_ECHO_REPLY, 'echo reply'],
  [ICMPV6_MGM_QUERY, 'multicast listener query'],
  [NDISC_ROUTER_SOLICITATION, 'router solicitation'],
  [NDISC_ROUTER_ADVERTISEMENT, 'router advertisement'],
  [NDISC_NEIGHBOUR_SOLICITATION, 'neighbour solicitation'],
  [NDISC_NEIGHBOUR_ADVERTISEMENT, 'neighbour advertisement'],
  [NDISC_REDIRECT, 'redirect'],
  [ICMPV6_MLD2_REPORT, 'multicast listener report'],
]);

/** A checksum field: `pseudo` is the pseudo-header's sum, undefined where the data is not all there. */
function checksumField(d: Dissection, value: number, field: number, o: number, end: number, pseudo: number | undefined): void {
  const verdict = pseudo === undefined ? undefined : checksum(d.b, o, end - o, pseudo) === 0 ? 'correct' : 'wrong';
  d.field('Checksum', named(hexadecimal(value, 4), verdict), field, 2);
}

/** A TCP header; answers where its payload begins. */
export function dissectTcp(d: Dissection, o: number, end: number, pseudo: number | undefined): number | undefined {
  const { b } = d;
  const header = o + TCP_HLEN <= end ? tcpHeaderLength(b, o) : 0;
  const problem = header < TCP_HLEN ? 'TCP header truncated' : o + header > end ? 'TCP options truncated' : undefined;
  d.begin('TCP', o, header, problem);
  if (o + 4 <= end) {
    d.field('Source port', tcpSrcPort(b, o), o, 2);
    d.field('Destination port', tcpDstPort(b, o), o + 2, 2);
  }
  if (problem !== undefined) return undefined;
  d.field('Sequence number', tcpSeq(b, o), o + 4, 4);
  d.field('Acknowledgement number', tcpAckSeq(b, o), o + 8, 4);
  d.field('Header length', `${header} bytes`, o + 12, 1);
  d.field('Flags', flagNames(tcpFlags(b, o), TCP_FLAG_NAMES), o + 13, 1);
  d.field('Window', tcpWindow(b, o), o + 14, 2);
  checksumField(d, tcpChecksum(b, o), o + 16, o, end, pseudo);
  d.field('Urgent pointer', tcpUrgent(b, o), o + 18, 2);
  const options = readTcpOptions(b, o);
  const at = o + TCP_HLEN;
  const size = header - TCP_HLEN;
  if (options.mss !== undefined) d.field('Maximum segment size', options.mss, at, size);
  if (options.sackPermitted) d.field('SACK', 'permitted', at, size);
  if (options.timestamps) d.field('Timestamps', `${options.timestamps.value}, echo ${options.timestamps.echo}`, at, size);
  if (options.windowScale !== undefined) d.field('Window scale', options.windowScale, at, size);
  for (const [left, right] of options.sack ?? []) d.field('SACK block', `${left}–${right}`, at, size);
  return o + header;
}

/** A UDP header; answers where its payload begins. */
export function dissectUdp(d: Dissection, o: number, end: number, pseudo: number | undefined): number | undefined {
  const { b } = d;
  const problem = o + UDP_HLEN > end ? 'UDP header truncated' : undefined;
  d.begin('UDP', o, UDP_HLEN, problem);
  if (problem !== undefined) return undefined;
  d.field('Source port', udpSrcPort(b, o), o, 2);
  d.field('Destination port', udpDstPort(b, o), o + 2, 2);
  d.field('Length', udpLength(b, o), o + 4, 2);
  if (udpChecksum(b, o) === 0) d.field('Checksum', '0x0000 (not computed)', o + 6, 2);
  else checksumField(d, udpChecksum(b, o), o + 6, o, end, pseudo);
  return o + UDP_HLEN;
}

/** An ICMP message; answers where the packet that it quotes begins, or undefined. */
export function dissectIcmp(d: Dissection, o: number, end: number, whole: boolean): number | undefined {
  const { b } = d;
  const problem = o + ICMP_HLEN > end ? 'ICMP message truncated' : undefined;
  d.begin('ICMP', o, ICMP_HLEN, problem);
  if (problem !== undefined) return undefined;
  const type = b[o] as number;
  const code = b[o + 1] as number;
  d.field('Type', named(type, ICMP_NAMES.get(type)), o, 1);
  d.field('Code', code, o + 1, 1);
  checksumField(d, u16(b, o + 2), o + 2, o, end, whole ? 0 : undefined);
  if (type === ICMP_ECHO || type === ICMP_ECHOREPLY) echoFields(d, o);
  else if (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED) d.field('Next-hop MTU', u16(b, o + 6), o + 6, 2);
  else if (type === ICMP_REDIRECT) d.field('Gateway', formatIpv4(u32(b, o + 4)), o + 4, 4);
  if (icmpIsError(type)) return o + ICMP_HLEN;
  d.payload(o + ICMP_HLEN, end);
  return undefined;
}

function echoFields(d: Dissection, o: number): void {
  d.field('Identifier', u16(d.b, o + 4), o + 4, 2);
  d.field('Sequence number', u16(d.b, o + 6), o + 6, 2);
}

/** An ICMPv6 message; answers where the packet that it quotes begins, or undefined. */
export function dissectIcmpv6(d: Dissection, o: number, end: number, pseudo: number | undefined): number | undefined {
  const { b } = d;
  const problem = o + ICMPV6_HLEN > end ? 'ICMPv6 message truncated' : undefined;
  d.begin('ICMPv6', o, end - o, problem);
  if (problem !== undefined) return undefined;
  const type = b[o] as number;
  d.field('Type', named(type, ICMPV6_NAMES.get(type)), o, 1);
  d.field('Code', b[o + 1] as number, o + 1, 1);
  checksumField(d, u16(b, o + 2), o + 2, o, end, pseudo);
  if (type === ICMPV6_PKT_TOOBIG) d.field('MTU', u32(b, o + 4), o + 4, 4);
  if (type === ICMPV6_ECHO_REQUEST || type === ICMPV6_ECHO_REPLY) {
    echoFields(d, o);
    d.payload(o + ICMPV6_HLEN, end);
  }
  if (type === ICMPV6_MLD2_REPORT) {
    const report = decodeMld(b, o, end - o);
    if (report?.type === ICMPV6_MLD2_REPORT) for (const record of report.records) d.field('Group', record.group, o + 8, end - o - 8);
  }
  dissectNd(d, o, end, type);
  return icmpv6IsError(type) ? o + ICMPV6_HLEN : undefined;
}

function dissectNd(d: Dissection, o: number, end: number, type: number): void {
  const { b } = d;
  const options = ndOptionsOffset(type);
  if (options < 0 || o + options > end) return;
  if (type === NDISC_NEIGHBOUR_ADVERTISEMENT) {
    const flags = flagNames(b[o + 4] as number, [
      [0x80, 'router'],
      [0x40, 'solicited'],
      [0x20, 'override'],
    ]);
    d.field('Flags', flags, o + 4, 1);
  }
  if (type === NDISC_ROUTER_ADVERTISEMENT) {
    d.field('Hop limit', b[o + 4] as number, o + 4, 1);
    d.field('Router lifetime', `${u16(b, o + 6)} s`, o + 6, 2);
  } else if (type !== NDISC_ROUTER_SOLICITATION) {
    d.field('Target', readIpv6(b, o + 8), o + 8, 16);
  }
  for (let at = o + options; at + 8 <= end; ) {
    const size = (b[at + 1] as number) * 8;
    if (size === 0 || at + size > end) return;
    const kind = b[at] as number;
    if (kind === ND_OPT_SOURCE_LL_ADDR) d.field('Source link-layer address', formatMac(readMac(b, at + 2)), at, size);
    else if (kind === ND_OPT_TARGET_LL_ADDR) d.field('Target link-layer address', formatMac(readMac(b, at + 2)), at, size);
    else d.field(`Option ${kind}`, hex(b.subarray(at + 2, at + size)), at, size);
    at += size;
  }
}

/** A VXLAN header; answers where the frame inside begins. */
export function dissectVxlan(d: Dissection, o: number): number | undefined {
  const problem = checkVxlan(d.b, o);
  d.begin('VXLAN', o, VXLAN_HLEN, problem);
  if (problem !== undefined) return undefined;
  d.field('Flags', hexadecimal(d.b[o] as number, 2), o, 1);
  d.field('VNI', vxlanVni(d.b, o), o + 4, 3);
  return o + VXLAN_HLEN;
}

/** A DNS message. */
export function dissectDns(d: Dissection, o: number, end: number): void {
  const message = decodeDns(d.b.subarray(0, end), o);
  d.begin('DNS', o, end - o, message === undefined ? 'DNS message malformed' : undefined);
  if (message === undefined) return;
  d.field('Transaction', hexadecimal(message.id, 4), o, 2);
  d.field('Kind', (message.flags & DNS_FLAG_QR) !== 0 ? 'response' : 'query', o + 2, 1);
  if ((message.flags & DNS_FLAG_QR) !== 0) d.field('Response code', dnsRcode(message.flags), o + 3, 1);
  for (const question of message.questions) d.field('Question', `${question.name} type ${question.type}`, o + 12, end - o - 12);
  for (const answer of message.answers) d.field('Answer', answerText(answer), o + 12, end - o - 12);
}

function answerText(record: DnsRecord): string {
  const { data } = record;
  let value = `type ${dnsTypeOf(data)}`;
  if ('address' in data) value = typeof data.address === 'number' ? formatIpv4(data.address) : data.address;
  else if ('target' in data) value = data.target;
  else if ('strings' in data) value = data.strings.join(' ');
  return `${record.name} ${value}, ${record.ttl} s`;
}

/** The first line of an HTTP request or response, where the payload is one. */
export function dissectHttp(d: Dissection, o: number, end: number): boolean {
  const line = text(d.b.subarray(o, Math.min(end, o + 512))).split('\r\n', 1)[0] as string;
  if (!/^([A-Z]+ \S+ HTTP\/1\.[01]|HTTP\/1\.[01] [0-9]{3}( .*)?)$/.test(line)) return false;
  d.begin('HTTP', o, end - o);
  d.field(line.startsWith('HTTP/') ? 'Status' : 'Request', line, o, line.length);
  return true;
}
