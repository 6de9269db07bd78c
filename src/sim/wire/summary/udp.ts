// print-udp.c and print-vxlan.c of tcpdump.

import { u16, u32 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6At } from '../../base/checksum.ts';
import { DNS_PORT } from '../dns.ts';
import { IPPROTO_UDP } from '../ip-protocol.ts';
import { ipv4Dst, ipv4Src } from '../ipv4.ts';
import { ipv6Dst, ipv6NextHeader, ipv6Src } from '../ipv6.ts';
import { UDP_HLEN, udpChecksum, udpDstPort, udpLength, udpSrcPort } from '../udp.ts';
import { VXLAN_FLAG_VNI, VXLAN_HLEN, VXLAN_PORT, VXLAN_PORT_LINUX, vxlanVni } from '../vxlan.ts';
import { printDns } from './dns.ts';
import { hexNumber, type Printer, shouldBeChecksum, type Transport } from './printer.ts';

/** udp_print(). */
export function printUdp(p: Printer, t: Transport): void {
  const o = t.at;
  if (!p.has(o, 4)) {
    printAddresses(p, t, undefined);
    p.truncated('udp');
    return;
  }
  const srcPort = udpSrcPort(p.b, o);
  const dstPort = udpDstPort(p.b, o);
  printAddresses(p, t, [srcPort, dstPort]);
  if (t.length < UDP_HLEN) {
    p.put(`truncated-udp ${t.length}`);
    return;
  }
  if (!p.has(o, UDP_HLEN)) {
    p.truncated('udp');
    return;
  }
  const declared = udpLength(p.b, o);
  if (declared < UDP_HLEN) {
    p.put(`truncated-udplength ${declared}`);
    return;
  }
  const payload = declared - UDP_HLEN;
  const length = Math.min(t.length - UDP_HLEN, payload);
  if (p.options.quiet) {
    p.put(`UDP, length ${payload}`);
    return;
  }
  if (p.verbose > 0 && !t.fragment) printChecksum(p, t, length + UDP_HLEN);
  const at = o + UDP_HLEN;
  const either = (port: number): boolean => srcPort === port || dstPort === port;
  if (p.has(at, 1) && either(DNS_PORT)) printDns(p, at, length);
  else if (p.has(at, 1) && dstPort === VXLAN_PORT) printVxlan(p, at, length);
  else if (p.has(at, 1) && dstPort === VXLAN_PORT_LINUX) printOtv(p, at, length);
  else p.put(payload > length && !t.fragment ? `UDP, bad length ${payload} > ${length}` : `UDP, length ${payload}`);
}

function printAddresses(p: Printer, t: Transport, ports: [number, number] | undefined): void {
  // Behind an extension header tcpdump prints the ports alone: it looks at the fixed header only.
  const direct = t.version === 4 || ipv6NextHeader(p.b, t.ip) === IPPROTO_UDP;
  const src = t.version === 4 ? p.ipv4(ipv4Src(p.b, t.ip)) : p.ipv6(ipv6Src(p.b, t.ip));
  const dst = t.version === 4 ? p.ipv4(ipv4Dst(p.b, t.ip)) : p.ipv6(ipv6Dst(p.b, t.ip));
  if (ports === undefined) {
    if (direct) p.put(`${src} > ${dst}: `);
    return;
  }
  const from = p.port(ports[0], 'udp');
  const to = p.port(ports[1], 'udp');
  p.put(direct ? `${src}.${from} > ${dst}.${to}: ` : `${from} > ${to}: `);
}

/** Over IPv4 the checksum is optional and is looked at from -vv on. */
function printChecksum(p: Printer, t: Transport, length: number): void {
  const found = udpChecksum(p.b, t.at);
  if (t.version === 4 && p.verbose < 2) return;
  if (t.version === 4 && found === 0) {
    p.put('[no cksum] ');
    return;
  }
  if (!p.has(t.at, length)) return;
  const pseudo =
    t.version === 4
      ? pseudoHeaderV4(ipv4Src(p.b, t.ip), ipv4Dst(p.b, t.ip), IPPROTO_UDP, length)
      : pseudoHeaderV6At(p.b, t.ip, IPPROTO_UDP, length);
  const residue = checksum(p.b, t.at, length, pseudo);
  if (residue === 0) p.put('[udp sum ok] ');
  else p.put(`[bad udp cksum ${hexNumber(found, 4)} -> ${hexNumber(shouldBeChecksum(found, residue), 4)}!] `);
}

/** vxlan_print(): the frame inside stands on a line of its own. */
function printVxlan(p: Printer, o: number, length: number): void {
  if (length < VXLAN_HLEN || !p.has(o, VXLAN_HLEN)) {
    p.put('VXLAN');
    if (length < VXLAN_HLEN) p.put(' (invalid)');
    else p.truncated('vxlan');
    return;
  }
  const flags = p.b[o] as number;
  p.put(`VXLAN, flags [${(flags & VXLAN_FLAG_VNI) !== 0 ? 'I' : 'invalid'}] (${hexNumber(flags, 2)}), vni ${vxlanVni(p.b, o)}\n`);
  p.layers.ethernet(p, o + VXLAN_HLEN, length - VXLAN_HLEN);
}

/** otv_print(): to tcpdump the port that Linux gives to VXLAN by default belongs to OTV, whose header looks alike. */
function printOtv(p: Printer, o: number, length: number): void {
  p.put('OTV');
  if (length < VXLAN_HLEN) {
    p.put(' (invalid)');
    return;
  }
  if (!p.has(o, VXLAN_HLEN)) {
    p.truncated('otv');
    return;
  }
  const flags = p.b[o] as number;
  p.put(`, flags [${(flags & VXLAN_FLAG_VNI) !== 0 ? 'I' : '.'}] (${hexNumber(flags, 2)}), overlay ${u32(p.b, o) & 0xffffff}`);
  p.put(`, instance ${vxlanVni(p.b, o)}\n`);
  p.layers.ethernet(p, o + VXLAN_HLEN, length - VXLAN_HLEN);
}

/** The one line that sctp_print() gives a packet without chunks; Linux's containers rarely speak it. */
export function printSctp(p: Printer, t: Transport): void {
  const src = t.version === 4 ? p.ipv4(ipv4Src(p.b, t.ip)) : p.ipv6(ipv6Src(p.b, t.ip));
  const dst = t.version === 4 ? p.ipv4(ipv4Dst(p.b, t.ip)) : p.ipv6(ipv6Dst(p.b, t.ip));
  if (!p.has(t.at, 12)) {
    p.put(`${src} > ${dst}:`);
    p.truncated('sctp');
    return;
  }
  p.put(`${src}.${u16(p.b, t.at)} > ${dst}.${u16(p.b, t.at + 2)}: sctp`);
}
