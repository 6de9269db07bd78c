// print-tcp.c of tcpdump.

import { hex, u16, u32 } from '../../base/bytes.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6At } from '../../base/checksum.ts';
import { IPPROTO_TCP } from '../ip-protocol.ts';
import { ipv4Dst, ipv4Protocol, ipv4Src } from '../ipv4.ts';
import { ipv6Dst, ipv6NextHeader, ipv6Src } from '../ipv6.ts';
import {
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_HLEN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  TCPOPT_EOL,
  TCPOPT_MSS,
  TCPOPT_NOP,
  TCPOPT_SACK,
  TCPOPT_SACK_PERM,
  TCPOPT_TIMESTAMP,
  TCPOPT_WINDOW,
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
import { printTcpPayload } from './application.ts';
import { bitNames, hexNumber, type Printer, printable, shouldBeChecksum, type TcpFlow, type Transport } from './printer.ts';

const FLAG_NAMES = [
  [TCP_FIN, 'F'],
  [TCP_SYN, 'S'],
  [TCP_RST, 'R'],
  [TCP_PSH, 'P'],
  [TCP_ACK, '.'],
  [TCP_URG, 'U'],
  [TCP_ECE, 'E'],
  [TCP_CWR, 'W'],
] as const;

/** Where the segment lies in its flow: what to take off its numbers, and off those in SACK blocks. */
interface Relative {
  seq: number;
  ack: number;
  sackBase: number;
}

/** tcp_print(). */
export function printTcp(p: Printer, t: Transport): void {
  const o = t.at;
  if (!p.has(o, 4)) {
    printAddresses(p, t, undefined);
    p.truncated('tcp');
    return;
  }
  printAddresses(p, t, [tcpSrcPort(p.b, o), tcpDstPort(p.b, o)]);
  if (!p.has(o, TCP_HLEN)) {
    p.truncated('tcp');
    return;
  }
  const header = tcpHeaderLength(p.b, o);
  if (header < TCP_HLEN) {
    p.put(` tcp ${t.length - header} [bad hdr length ${header} - too short, < ${TCP_HLEN}]`);
    return;
  }
  if (p.options.quiet) {
    p.put(`tcp ${t.length - header}`);
    if (header > t.length) p.put(` [bad hdr length ${header} - too long, > ${t.length}]`);
    return;
  }
  const flags = tcpFlags(p.b, o);
  p.put(`Flags [${bitNames(flags, FLAG_NAMES, '')}]`);
  const relative = followFlow(p, t, flags);
  if (header > t.length) {
    p.put(` [bad hdr length ${header} - too long, > ${t.length}]`);
    return;
  }
  if (p.verbose > 0 && !t.fragment && p.has(o, t.length)) printChecksum(p, t);
  const length = t.length - header;
  if (p.verbose > 1 || length > 0 || (flags & (TCP_SYN | TCP_FIN | TCP_RST)) !== 0) {
    p.put(`, seq ${relative.seq}`);
    if (length > 0) p.put(`:${(relative.seq + length) >>> 0}`);
  }
  if ((flags & TCP_ACK) !== 0) p.put(`, ack ${relative.ack}`);
  p.put(`, win ${tcpWindow(p.b, o)}`);
  if ((flags & TCP_URG) !== 0) p.put(`, urg ${tcpUrgent(p.b, o)}`);
  if (header > TCP_HLEN && !printOptions(p, o + TCP_HLEN, o + header, flags, relative.sackBase)) return;
  p.put(`, length ${length}`);
  if (length === 0) return;
  if ((flags & TCP_RST) !== 0 && p.verbose > 0) p.put(` [RST ${resetText(p, o + header, length)}]`);
  else printTcpPayload(p, o + header, length, tcpSrcPort(p.b, o), tcpDstPort(p.b, o));
}

function printAddresses(p: Printer, t: Transport, ports: [number, number] | undefined): void {
  // Behind an extension header tcpdump prints the ports alone: it looks at the fixed header only.
  const direct = t.version === 4 ? ipv4Protocol(p.b, t.ip) === IPPROTO_TCP : ipv6NextHeader(p.b, t.ip) === IPPROTO_TCP;
  const src = t.version === 4 ? p.ipv4(ipv4Src(p.b, t.ip)) : p.ipv6(ipv6Src(p.b, t.ip));
  const dst = t.version === 4 ? p.ipv4(ipv4Dst(p.b, t.ip)) : p.ipv6(ipv6Dst(p.b, t.ip));
  if (ports === undefined) {
    p.put(`${src} > ${dst}: `);
    return;
  }
  const from = p.port(ports[0], 'tcp');
  const to = p.port(ports[1], 'tcp');
  p.put(direct ? `${src}.${from} > ${dst}.${to}: ` : `${from} > ${to}: `);
}

/**
 * The numbers to print. From the first segment with ACK on they are relative to the flow's; a SYN begins the flow
 * anew. One entry serves both directions: `seq` is the first number of the side with the lower port.
 */
function followFlow(p: Printer, t: Transport, flags: number): Relative {
  const o = t.at;
  const seq = tcpSeq(p.b, o);
  const ack = tcpAckSeq(p.b, o);
  if (p.options.absoluteSequence || (flags & TCP_ACK) === 0) return { seq, ack, sackBase: 0 };
  const src = t.version === 4 ? ipv4Src(p.b, t.ip) : ipv6Src(p.b, t.ip);
  const dst = t.version === 4 ? ipv4Dst(p.b, t.ip) : ipv6Dst(p.b, t.ip);
  const srcPort = tcpSrcPort(p.b, o);
  const dstPort = tcpDstPort(p.b, o);
  const reversed = srcPort > dstPort || (srcPort === dstPort && src > dst);
  const key = reversed ? `${dst} ${dstPort} ${src} ${srcPort}` : `${src} ${srcPort} ${dst} ${dstPort}`;
  const known = p.flows.get(key);
  if (known === undefined || (flags & TCP_SYN) !== 0) {
    const before = (ack - 1) >>> 0;
    const flow: TcpFlow = reversed ? { seq: before, ack: seq } : { seq, ack: before };
    p.flows.set(key, flow);
    return { seq, ack, sackBase: reversed ? flow.seq : flow.ack };
  }
  const [own, other] = reversed ? [known.ack, known.seq] : [known.seq, known.ack];
  return { seq: (seq - own) >>> 0, ack: (ack - other) >>> 0, sackBase: other };
}

function printChecksum(p: Printer, t: Transport): void {
  const pseudo =
    t.version === 4
      ? pseudoHeaderV4(ipv4Src(p.b, t.ip), ipv4Dst(p.b, t.ip), IPPROTO_TCP, t.length)
      : pseudoHeaderV6At(p.b, t.ip, IPPROTO_TCP, t.length);
  const residue = checksum(p.b, t.at, t.length, pseudo);
  const found = tcpChecksum(p.b, t.at);
  p.put(`, cksum ${hexNumber(found, 4)}`);
  p.put(residue === 0 ? ' (correct)' : ` (incorrect -> ${hexNumber(shouldBeChecksum(found, residue), 4)})`);
}

/** False where the options are malformed or were not captured whole; the line ends there. */
function printOptions(p: Printer, start: number, end: number, flags: number, sackBase: number): boolean {
  p.put(', options [');
  let separator = '';
  for (let i = start; i < end; ) {
    p.put(separator);
    separator = ',';
    if (!p.has(i, 1)) {
      p.truncated('tcp');
      return false;
    }
    const kind = p.b[i] as number;
    const single = kind === TCPOPT_EOL || kind === TCPOPT_NOP;
    if (!single && i + 1 < end && !p.has(i, 2)) {
      p.truncated('tcp');
      return false;
    }
    const size = single ? 1 : i + 1 < end ? (p.b[i + 1] as number) : 0;
    if (size < 1 || (!single && size < 2) || i + size > end) {
      p.put('[bad opt]');
      return true;
    }
    if (!p.has(i, size)) {
      p.truncated('tcp');
      return false;
    }
    const used = printOption(p, i, size, kind, flags, sackBase);
    if (used !== size) p.put(`[len ${size}]`);
    if (kind === TCPOPT_EOL) break;
    i += Math.max(used, size);
  }
  p.put(']');
  return true;
}

/** Prints one option and answers the length it should have. */
function printOption(p: Printer, o: number, size: number, kind: number, flags: number, sackBase: number): number {
  switch (kind) {
    case TCPOPT_EOL:
      p.put('eol');
      return 1;
    case TCPOPT_NOP:
      p.put('nop');
      return 1;
    case TCPOPT_MSS:
      p.put(`mss ${p.has(o + 2, 2) ? u16(p.b, o + 2) : 0}`);
      return 4;
    case TCPOPT_WINDOW:
      p.put(`wscale ${p.has(o + 2, 1) ? p.b[o + 2] : 0}`);
      return 3;
    case TCPOPT_SACK_PERM:
      p.put('sackOK');
      return 2;
    case TCPOPT_TIMESTAMP:
      p.put(`TS val ${p.has(o + 2, 8) ? u32(p.b, o + 2) : 0} ecr ${p.has(o + 2, 8) ? u32(p.b, o + 6) : 0}`);
      return 10;
    case TCPOPT_SACK: {
      p.put('sack');
      if ((size - 2) % 8 !== 0 || (flags & TCP_ACK) === 0) {
        p.put(' malformed ');
        return size;
      }
      p.put(` ${(size - 2) / 8} `);
      for (let at = o + 2; at < o + size; at += 8) p.put(`{${(u32(p.b, at) - sackBase) >>> 0}:${(u32(p.b, at + 4) - sackBase) >>> 0}}`);
      return size;
    }
    case 34:
      p.put(size === 2 ? 'tfo  cookiereq' : `tfo  cookie ${hex(p.b.subarray(o + 2, o + size))}`);
      return size;
    default:
      p.put(`unknown-${kind}${size > 2 ? ` 0x${hex(p.b.subarray(o + 2, o + size))}` : ''}`);
      return size;
  }
}

/** The text a reset may carry (RFC 1122, 4.2.2.12). */
function resetText(p: Printer, o: number, length: number): string {
  const shown = Math.min(length, 20, p.end - o);
  let out = length > 20 ? '+ ' : '';
  for (let i = o; i < o + shown; i++) out += printable(p.b[i] as number);
  return out;
}
