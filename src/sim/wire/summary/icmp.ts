// print-icmp.c of tcpdump.

import { formatIpv4 } from '../../base/address.ts';
import { u16, u32 } from '../../base/bytes.ts';
import { checksum } from '../../base/checksum.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  icmpIsError,
} from '../icmp.ts';
import { IPPROTO_TCP, IPPROTO_UDP } from '../ip-protocol.ts';
import { ipv4HeaderLength, ipv4Protocol } from '../ipv4.ts';
import type { Printer, Transport } from './printer.ts';

/** icmp_print(). */
export function printIcmp(p: Printer, t: Transport): void {
  const o = t.at;
  if (!p.has(o, 4)) {
    p.truncated('icmp');
    return;
  }
  const type = p.b[o] as number;
  const what = messageText(p, o, type, p.b[o + 1] as number);
  if (what === undefined) {
    p.truncated('icmp');
    return;
  }
  p.put(`ICMP ${what}, length ${t.length}`);
  if (p.verbose === 0) return;
  if (!t.fragment && p.has(o, t.length)) {
    const residue = checksum(p.b, o, t.length);
    if (residue !== 0) {
      const found = u16(p.b, o + 2);
      p.put(` (wrong icmp cksum ${found.toString(16)} (->${fold(found + residue).toString(16)})!)`);
    }
  }
  if (icmpIsError(type)) {
    p.put('\n\t');
    const quoted = o + ICMP_HLEN;
    if (p.has(quoted, 4)) p.layers.ipv4(p, quoted, u16(p.b, quoted + 2));
    else p.truncated('icmp');
  }
}

function fold(sum: number): number {
  return (sum & 0xffff) + (sum >> 16);
}

/** The message in words, or undefined where it was not captured far enough. */
function messageText(p: Printer, o: number, type: number, code: number): string | undefined {
  const { b } = p;
  const quotedDst = (): string => p.ipv4(u32(b, o + ICMP_HLEN + 16));
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY:
      if (!p.has(o, 8)) return undefined;
      return `echo ${type === ICMP_ECHO ? 'request' : 'reply'}, id ${u16(b, o + 4)}, seq ${u16(b, o + 6)}`;
    case ICMP_DEST_UNREACH:
      return p.has(o, ICMP_HLEN + 20) ? unreachableText(p, o, code) : undefined;
    case ICMP_SOURCE_QUENCH:
      return 'source quench';
    case ICMP_REDIRECT: {
      if (!p.has(o, ICMP_HLEN + 20)) return undefined;
      const [name, to] = [
        ['redirect', 'to net'],
        ['redirect', 'to host'],
        ['redirect-tos', 'to net'],
        ['redirect-tos', 'to host'],
      ][code] ?? [`redirect-#${code}`, 'to'];
      return `${name} ${quotedDst()} ${to} ${p.ipv4(u32(b, o + 4))}`;
    }
    case ICMP_TIME_EXCEEDED:
      if (code === 0) return 'time exceeded in-transit';
      return code === 1 ? 'ip reassembly time exceeded' : `time exceeded-#${code}`;
    case ICMP_PARAMETERPROB:
      if (code !== 0) return `parameter problem - code ${code}`;
      return p.has(o, 5) ? `parameter problem - octet ${b[o + 4]}` : undefined;
    case 9:
      return p.has(o, 8) ? routerAdvertisementText(p, o) : undefined;
    case 10:
      return 'router solicitation';
    case ICMP_TIMESTAMP:
      return p.has(o, 8) ? `time stamp query id ${u16(b, o + 4)} seq ${u16(b, o + 6)}` : undefined;
    case ICMP_TIMESTAMPREPLY: {
      if (!p.has(o, 20)) return undefined;
      const [originate, receive, transmit] = [8, 12, 16].map((at) => timeOfDay(u32(b, o + at)));
      return `time stamp reply id ${u16(b, o + 4)} seq ${u16(b, o + 6)}: org ${originate}, recv ${receive}, xmit ${transmit}`;
    }
    case 15:
      return 'information request';
    case 16:
      return 'information reply';
    case 17:
      return 'address mask request';
    case 18:
      return p.has(o, 12)
        ? `address mask is 0x${u32(b, o + 8)
            .toString(16)
            .padStart(8, '0')}`
        : undefined;
    default:
      return `type-#${type}`;
  }
}

// What follows the quoted packet's destination, by code; a leading word stands before it.
const UNREACHABLE: readonly (readonly [before: string, after: string] | undefined)[] = [
  ['net ', ' unreachable'],
  ['host ', ' unreachable'],
  undefined,
  undefined,
  undefined,
  ['', ' unreachable - source route failed'],
  ['net ', ' unreachable - unknown'],
  ['host ', ' unreachable - unknown'],
  ['', ' unreachable - source host isolated'],
  ['net ', ' unreachable - admin prohibited'],
  ['host ', ' unreachable - admin prohibited'],
  ['net ', ' unreachable - tos prohibited'],
  ['host ', ' unreachable - tos prohibited'],
  ['host ', ' unreachable - admin prohibited filter'],
  ['host ', ' unreachable - host precedence violation'],
  ['host ', ' unreachable - precedence cutoff'],
];

function unreachableText(p: Printer, o: number, code: number): string | undefined {
  const quoted = o + ICMP_HLEN;
  const dst = p.ipv4(u32(p.b, quoted + 16));
  const protocol = ipv4Protocol(p.b, quoted);
  if (code === ICMP_PROT_UNREACH) return `${dst} protocol ${protocol} unreachable`;
  if (code === ICMP_PORT_UNREACH) {
    const ports = quoted + ipv4HeaderLength(p.b, quoted);
    if (!p.has(ports, 4)) return undefined;
    const port = u16(p.b, ports + 2);
    if (protocol === IPPROTO_TCP) return `${dst} tcp port ${p.port(port, 'tcp')} unreachable`;
    if (protocol === IPPROTO_UDP) return `${dst} udp port ${p.port(port, 'udp')} unreachable`;
    return `${dst} protocol ${protocol} port ${port} unreachable`;
  }
  if (code === ICMP_FRAG_NEEDED) {
    const mtu = u16(p.b, o + 6);
    return `${dst} unreachable - need to frag${mtu === 0 ? '' : ` (mtu ${mtu})`}`;
  }
  const words = UNREACHABLE[code];
  return words ? `${words[0]}${dst}${words[1]}` : `${formatIpv4(u32(p.b, quoted + 16))} unreachable - #${code}`;
}

/** RFC 1256: the lifetime, and each router's address with its preference. */
function routerAdvertisementText(p: Printer, o: number): string | undefined {
  const count = p.b[o + 4] as number;
  const words = p.b[o + 5] as number;
  const seconds = u16(p.b, o + 6);
  const two = (v: number): string => String(v).padStart(2, '0');
  let lifetime = String(seconds);
  if (seconds >= 3600) lifetime = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  else if (seconds >= 60) lifetime = `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  let out = `router advertisement lifetime ${lifetime} ${count}:`;
  if (words !== 2) return `${out} [size ${words}]`;
  for (let i = 0; i < count; i++) {
    const at = o + ICMP_HLEN + 8 * i;
    if (!p.has(at, 8)) return undefined;
    out += ` {${p.ipv4(u32(p.b, at))} ${u32(p.b, at + 4)}}`;
  }
  return out;
}

/** Milliseconds since midnight UT. */
function timeOfDay(ms: number): string {
  const s = Math.floor(ms / 1000);
  const two = (v: number): string => String(v).padStart(2, '0');
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
