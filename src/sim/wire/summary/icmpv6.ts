// print-icmp6.c of tcpdump: echo, errors, and the frame round neighbour and listener discovery.

import { readIpv6 } from '../../base/address.ts';
import { u16, u32 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV6At } from '../../base/checksum.ts';
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_HLEN,
  ICMPV6_MGM_QUERY,
  ICMPV6_MGM_REDUCTION,
  ICMPV6_MGM_REPORT,
  ICMPV6_MLD2_REPORT,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  ICMPV6_TIME_EXCEED,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from '../icmpv6.ts';
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../ip-protocol.ts';
import { ipv6TransportOffset, ipv6TransportProtocol } from '../ipv6.ts';
import { printMldv1, printMldv2Query, printMldv2Report } from './mld.ts';
import { printNd } from './ndp.ts';
import { hexNumber, type Printer, shouldBeChecksum, type Transport } from './printer.ts';

const TYPE_NAMES = new Map([
  [ICMPV6_DEST_UNREACH, 'destination unreachable'],
  [ICMPV6_PKT_TOOBIG, 'packet too big'],
  [ICMPV6_TIME_EXCEED, 'time exceeded in-transit'],
  [ICMPV6_PARAMPROB, 'parameter problem'],
  [ICMPV6_ECHO_REQUEST, 'echo request'],
  [ICMPV6_ECHO_REPLY, 'echo reply'],
  [ICMPV6_MGM_QUERY, 'multicast listener query'],
  [ICMPV6_MGM_REPORT, 'multicast listener report'],
  [ICMPV6_MGM_REDUCTION, 'multicast listener done'],
  [NDISC_ROUTER_SOLICITATION, 'router solicitation'],
  [NDISC_ROUTER_ADVERTISEMENT, 'router advertisement'],
  [NDISC_NEIGHBOUR_SOLICITATION, 'neighbor solicitation'],
  [NDISC_NEIGHBOUR_ADVERTISEMENT, 'neighbor advertisement'],
  [NDISC_REDIRECT, 'redirect'],
  [138, 'router renumbering'],
  [139, 'node information query'],
  [140, 'node information reply'],
  [144, 'dad request'],
  [ICMPV6_MLD2_REPORT, 'multicast listener report v2'],
  [200, 'mtrace response'],
  [201, 'mtrace message'],
]);

/** icmp6_print(). */
export function printIcmpv6(p: Printer, t: Transport): void {
  const o = t.at;
  if (!p.has(o, 4)) {
    p.truncated('icmp6');
    return;
  }
  if (p.verbose > 0 && !t.fragment && p.has(o, t.length)) {
    const residue = checksum(p.b, o, t.length, pseudoHeaderV6At(p.b, t.ip, IPPROTO_ICMPV6, t.length));
    const found = u16(p.b, o + 2);
    if (residue === 0) p.put('[icmp6 sum ok] ');
    else p.put(`[bad icmp6 cksum ${hexNumber(found, 4)} -> ${hexNumber(shouldBeChecksum(found, residue), 4)}!] `);
  }
  const type = p.b[o] as number;
  p.put(`ICMP6, ${TYPE_NAMES.get(type) ?? `unknown icmp6 type (${type})`}`);
  if (!p.has(o, ICMPV6_HLEN)) {
    p.truncated('icmp6');
    return;
  }
  if (printBody(p, t, type) && p.verbose === 0) p.put(`, length ${t.length}`);
}

/** What follows the type's name; false where the length is printed already or not at all. */
function printBody(p: Printer, t: Transport, type: number): boolean {
  const o = t.at;
  switch (type) {
    case ICMPV6_DEST_UNREACH:
      return printUnreachable(p, o, t.length);
    case ICMPV6_PKT_TOOBIG:
      p.put(`, mtu ${u32(p.b, o + 4)}`);
      return true;
    case ICMPV6_TIME_EXCEED:
      printTimeExceeded(p, o);
      return true;
    case ICMPV6_PARAMPROB:
      printParameterProblem(p, o);
      return true;
    case ICMPV6_ECHO_REQUEST:
    case ICMPV6_ECHO_REPLY:
      p.put(`, id ${u16(p.b, o + 4)}, seq ${u16(p.b, o + 6)}`);
      return true;
    case ICMPV6_MGM_QUERY:
      if (t.length === 24) printMldv1(p, o);
      else if (t.length >= 28) printMldv2Query(p, o, t.length);
      return true;
    case ICMPV6_MGM_REPORT:
    case ICMPV6_MGM_REDUCTION:
      printMldv1(p, o);
      return true;
    case ICMPV6_MLD2_REPORT:
      printMldv2Report(p, o, t.length);
      return true;
    case NDISC_ROUTER_SOLICITATION:
    case NDISC_ROUTER_ADVERTISEMENT:
    case NDISC_NEIGHBOUR_SOLICITATION:
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
    case NDISC_REDIRECT:
      return printNd(p, o, t.length, type);
    default:
      p.put(`, length ${t.length}`);
      if (p.verbose < 2) p.hexDump('\n\t', o, t.length);
      return false;
  }
}

function printUnreachable(p: Printer, o: number, length: number): boolean {
  const quoted = o + ICMPV6_HLEN;
  const code = p.b[o + 1] as number;
  if (!p.has(quoted, 40)) {
    p.put(',');
    p.truncated('icmp6');
    return true;
  }
  const dst = p.ipv6(readIpv6(p.b, quoted + 24));
  switch (code) {
    case 0:
      p.put(`, unreachable route ${dst}`);
      return true;
    case 1:
      p.put(`,  unreachable prohibited ${dst}`);
      return true;
    case 2:
      p.put(`, beyond scope ${dst}, source address ${p.ipv6(readIpv6(p.b, quoted + 8))}`);
      return true;
    case 3:
      p.put(`, unreachable address ${dst}`);
      return true;
    case 4: {
      const at = ipv6TransportOffset(p.b, quoted);
      const protocol = ipv6TransportProtocol(p.b, quoted);
      if (at < 0 || !p.has(at, 4)) {
        p.truncated('icmp6');
        return true;
      }
      const port = u16(p.b, at + 2);
      if (protocol === IPPROTO_TCP) p.put(`, unreachable port, ${dst} tcp port ${p.port(port, 'tcp')}`);
      else if (protocol === IPPROTO_UDP) p.put(`, unreachable port, ${dst} udp port ${p.port(port, 'udp')}`);
      else p.put(`, unreachable port, ${dst} protocol ${protocol} port ${port} unreachable`);
      return true;
    }
    default:
      p.put(`, unknown unreach code (${code})`);
      if (p.verbose < 2) p.hexDump('\n\t', o, length);
      return false;
  }
}

function printTimeExceeded(p: Printer, o: number): void {
  const code = p.b[o + 1] as number;
  if (code === 1) {
    p.put(' (reassembly)');
  } else if (code === 0) {
    if (p.has(o + ICMPV6_HLEN, 40)) p.put(` for ${p.ipv6(readIpv6(p.b, o + ICMPV6_HLEN + 24))}`);
    else p.truncated('icmp6');
  } else {
    p.put(`, unknown code (${code})`);
  }
}

function printParameterProblem(p: Printer, o: number): void {
  const pointer = u32(p.b, o + 4);
  const code = p.b[o + 1] as number;
  const what = ['erroneous', 'next header', 'option', 'fragment'][code];
  p.put(what === undefined ? `, code-#${code}` : `, ${what} - octet ${pointer}`);
}
