// print-ip.c of tcpdump.

import { u16, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import { IPPROTO_IGMP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../ip-protocol.ts';
import {
  IP_DF,
  IP_MF,
  IP_RESERVED_FLAG,
  IPOPT_END,
  IPOPT_LSRR,
  IPOPT_NOP,
  IPOPT_RA,
  IPOPT_RR,
  IPOPT_SSRR,
  IPOPT_TIMESTAMP,
  IPV4_CHECKSUM,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  ipv4Dst,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Id,
  ipv4IsFragment,
  ipv4Protocol,
  ipv4Src,
  ipv4Tos,
  ipv4TotalLength,
  ipv4Ttl,
  ipv4Version,
} from '../ipv4.ts';
import { bitNames, type Printer, shouldBeChecksum } from './printer.ts';

/** ipproto_values of ipproto.c. */
export const IP_PROTOCOL_NAMES = new Map([
  [0, 'Options'],
  [1, 'ICMP'],
  [IPPROTO_IGMP, 'IGMP'],
  [4, 'IPIP'],
  [IPPROTO_TCP, 'TCP'],
  [IPPROTO_UDP, 'UDP'],
  [41, 'IPv6'],
  [43, 'Routing'],
  [44, 'Fragment'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [IPPROTO_SCTP, 'SCTP'],
]);

const FLAG_NAMES = [
  [IP_MF, '+'],
  [IP_DF, 'DF'],
  [IP_RESERVED_FLAG, 'rsvd'],
] as const;

const ECN_NAMES = ['', ',ECT(1)', ',ECT(0)', ',CE'] as const;

/** ip_print(): the packet at `o`, of which the layer below says that it has `length` bytes. */
export function printIpv4(p: Printer, o: number, length: number): void {
  if (!p.options.link) p.put('IP ');
  if (length < IPV4_HLEN || !p.has(o, IPV4_HLEN)) {
    if (p.has(o, 1) && ipv4Version(p.b, o) === 6 && length >= IPV4_HLEN) p.put('IP6, wrong link-layer encapsulation (invalid)');
    else p.truncated('ip');
    return;
  }
  if (ipv4Version(p.b, o) !== 4) {
    if (ipv4Version(p.b, o) === 6) {
      p.out = p.options.link ? p.out : p.out.slice(0, -'IP '.length);
      p.put('IP6, wrong link-layer encapsulation (invalid)');
    } else {
      p.put(`wrong link-layer encapsulation (invalid)`);
    }
    return;
  }
  const header = ipv4HeaderLength(p.b, o);
  if (header < IPV4_HLEN) {
    p.put(`bad-hlen ${header}`);
    return;
  }
  let total = ipv4TotalLength(p.b, o);
  if (length < total) p.put(`truncated-ip - ${total - length} bytes missing! `);
  if (total < header) {
    p.put(`bad-len ${total}`);
    return;
  }
  total = Math.min(total, length);
  const outerEnd = p.end;
  p.end = Math.min(p.end, o + total);
  if (p.verbose > 0) verboseHeader(p, o, header);
  if (ipv4FragmentOffset(p.b, o) === 0) {
    const protocol = ipv4Protocol(p.b, o);
    if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP && protocol !== IPPROTO_SCTP) {
      p.put(`${p.ipv4(ipv4Src(p.b, o))} > ${p.ipv4(ipv4Dst(p.b, o))}: `);
    }
    const fragment = ipv4IsFragment(p.b, o);
    p.layers.transport(p, { protocol, at: o + header, length: total - header, ip: o, version: 4, fragment });
  } else {
    const protocol = ipv4Protocol(p.b, o);
    p.put(`${p.ipv4(ipv4Src(p.b, o))} > ${p.ipv4(ipv4Dst(p.b, o))}:`);
    p.put(` ${p.options.names?.protocol(protocol) ?? `ip-proto-${protocol}`}`);
  }
  p.end = outerEnd;
}

function verboseHeader(p: Printer, o: number, header: number): void {
  const tos = ipv4Tos(p.b, o);
  p.put(`(tos 0x${tos.toString(16)}${ECN_NAMES[tos & 3]}`);
  if (ipv4Ttl(p.b, o) >= 1) p.put(`, ttl ${ipv4Ttl(p.b, o)}`);
  const protocol = ipv4Protocol(p.b, o);
  p.put(`, id ${ipv4Id(p.b, o)}, offset ${ipv4FragmentOffset(p.b, o)}`);
  p.put(`, flags [${bitNames(u16(p.b, o + IPV4_FLAGS_OFFSET), FLAG_NAMES)}]`);
  p.put(`, proto ${IP_PROTOCOL_NAMES.get(protocol) ?? 'unknown'} (${protocol}), length ${ipv4TotalLength(p.b, o)}`);
  if (header > IPV4_HLEN) {
    p.put(', options (');
    printOptions(p, o + IPV4_HLEN, o + header);
    p.put(')');
  }
  if (p.has(o, header)) {
    const residue = checksum(p.b, o, header);
    if (residue !== 0) {
      const found = u16(p.b, o + IPV4_CHECKSUM);
      p.put(`, bad cksum ${found.toString(16)} (->${shouldBeChecksum(found, residue).toString(16)})!`);
    }
  }
  p.put(')\n    ');
}

const OPTION_NAMES = new Map([
  [IPOPT_END, 'EOL'],
  [IPOPT_NOP, 'NOP'],
  [IPOPT_TIMESTAMP, 'timestamp'],
  [130, 'security'],
  [IPOPT_RR, 'RR'],
  [IPOPT_SSRR, 'SSRR'],
  [IPOPT_LSRR, 'LSRR'],
  [IPOPT_RA, 'RA'],
]);

/** ip_optprint(). */
function printOptions(p: Printer, start: number, end: number): void {
  let separator = '';
  for (let i = start; i < end; ) {
    p.put(separator);
    separator = ',';
    if (!p.has(i, 1)) {
      p.truncated('ip');
      return;
    }
    const type = p.b[i] as number;
    p.put(OPTION_NAMES.get(type) ?? `unknown ${type}`);
    if (type === IPOPT_NOP || type === IPOPT_END) {
      i++;
      if (type === IPOPT_END) return;
      continue;
    }
    const length = p.has(i, 2) ? (p.b[i + 1] as number) : 0;
    if (length < 2 || i + length > end || !p.has(i, length)) {
      p.put(` [bad length ${length}]`);
      return;
    }
    if (type === IPOPT_RR || type === IPOPT_LSRR || type === IPOPT_SSRR) printRoute(p, i, length);
    else if (type === IPOPT_TIMESTAMP) printTimestamps(p, i, length);
    i += length;
  }
}

/** ip_printroute(): a comma stands behind each address that was already used. */
function printRoute(p: Printer, o: number, length: number): void {
  if (length < 3 || (length + 1) % 4 !== 0) {
    p.put(` [bad length ${length}]`);
    return;
  }
  const pointer = (p.b[o + 2] as number) - 1;
  if (pointer < 3 || (pointer + 1) % 4 !== 0) p.put(` [bad ptr ${p.b[o + 2]}]`);
  for (let at = 3; at < length; at += 4) p.put(` ${p.ipv4(u32(p.b, o + at))}${pointer > at ? ',' : ''}`);
}

/** ip_printts(). */
function printTimestamps(p: Printer, o: number, length: number): void {
  if (length < 4) {
    p.put(`[bad length ${length}]`);
    return;
  }
  p.put(' TS{');
  const kind = (p.b[o + 3] as number) & 0xf;
  const entry = kind === 0 ? 4 : 8;
  if ((length - 4) % entry !== 0) p.put(`[bad length ${length}]`);
  const pointer = (p.b[o + 2] as number) - 1;
  if (pointer < 4 || (pointer - 4) % entry !== 0) p.put(`[bad ptr ${p.b[o + 2]}]`);
  p.put(kind === 0 ? 'TSONLY' : kind === 1 ? 'TS+ADDR' : kind === 3 ? 'PRESPEC' : `[bad ts type ${kind}]`);
  if (kind !== 0 && kind !== 1 && kind !== 3) {
    p.put('}');
    return;
  }
  let type = ' ';
  for (let at = 4; at + entry <= length; at += entry) {
    if (pointer === at) type = ' ^ ';
    const time = u32(p.b, o + at + entry - 4);
    p.put(`${type}${time}${entry === 8 ? `@${p.ipv4(u32(p.b, o + at))}` : ''}`);
    type = ' ';
  }
  if (pointer === length) p.put(' ^ ');
  const overflow = (p.b[o + 3] as number) >> 4;
  p.put(overflow > 0 ? ` [${overflow} hops not recorded]} ` : '}');
}
