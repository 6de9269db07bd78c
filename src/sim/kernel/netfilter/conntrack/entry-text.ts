// An entry in words, as /proc/net/nf_conntrack has it (nf_conntrack_standalone.c) and libnetfilter_conntrack after it.

import { formatIpv4 } from '../../../base/ipv4-address.ts';
import { IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { IPS_ASSURED, IPS_SEEN_REPLY } from './entry.ts';
import type { ConntrackSnapshot } from './snapshot.ts';
import { TCP_STATE_NAMES } from './tcp-states.ts';
import type { Tuple } from './tuple.ts';

/** Protocols by number with the names they have in listings. */
export const TRACKED_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [47, 'gre'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

export function protocolName(protocol: number): string {
  return TRACKED_PROTOCOLS.get(protocol) ?? 'unknown';
}

/** `extended`: with the family in front. */
export function entryText(entry: ConntrackSnapshot, extended: boolean, withTimeout: boolean): string {
  const { original, reply, status, tcpState, counters } = entry;
  const parts: string[] = [];
  if (extended) parts.push(original.inet6 ? 'ipv6     10' : 'ipv4     2');
  parts.push(`${protocolName(original.protocol).padEnd(8)} ${original.protocol}`);
  if (withTimeout) parts.push(String(entry.timeoutS));
  if (tcpState !== undefined) parts.push(TCP_STATE_NAMES[tcpState] ?? 'NONE');
  parts.push(tupleText(original), ...counterText(counters?.original));
  if ((status & IPS_SEEN_REPLY) === 0) parts.push('[UNREPLIED]');
  parts.push(tupleText(reply), ...counterText(counters?.reply));
  if ((status & IPS_ASSURED) !== 0) parts.push('[ASSURED]');
  return parts.join(' ');
}

function counterText(counter: readonly [number, number] | undefined): string[] {
  return counter === undefined ? [] : [`packets=${counter[0]} bytes=${counter[1]}`];
}

function tupleText(tuple: Tuple): string {
  const addresses = `src=${addressText(tuple.source)} dst=${addressText(tuple.destination)}`;
  if (tuple.isIcmp) return `${addresses} type=${tuple.dport >> 8} code=${tuple.dport & 0xff} id=${tuple.sport}`;
  if (tuple.protocol === 47) return `${addresses} srckey=0x${tuple.sport.toString(16)} dstkey=0x${tuple.dport.toString(16)}`;
  return hasPorts(tuple) ? `${addresses} sport=${tuple.sport} dport=${tuple.dport}` : addresses;
}

export function hasPorts({ protocol }: Tuple): boolean {
  return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP || protocol === IPPROTO_SCTP || protocol === 136 || protocol === 33;
}

export function addressText(address: number | string): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}

/** A line of /proc/net/nf_conntrack (ct_seq_show), with its newline. */
export function procLine(entry: ConntrackSnapshot): string {
  return `${entryText(entry, true, true)} mark=${entry.mark} zone=${entry.original.zone} use=2\n`;
}
