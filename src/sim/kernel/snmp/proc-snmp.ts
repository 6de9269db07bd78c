// /proc/net/snmp, netstat and snmp6: snmp_seq_show, netstat_seq_show in net/ipv4/proc.c, snmp6_seq_show in net/ipv6/proc.c.

import type { NetNamespace } from '../netns.ts';
import { TCP_CLOSE_WAIT, TCP_ESTABLISHED } from '../tcp/state.ts';
import type { IcmpMib, Mib, UdpMib } from './mib.ts';
import { IP_EXT_NAMES, IP_NAMES, IP6_NAMES, MPTCP_EXT_NAMES, TCP_EXT_NAMES, TCP_NAMES, UDP_LITE6_NAMES, UDP_NAMES } from './names.ts';

/** Fields of a MIB by name; what is not counted is 0. */
type Counts = Readonly<Record<string, number>>;
const counts = (mib: object): Counts => mib as Counts;

/** ICMP types that the old MIB has names for (icmpmibmap). */
const ICMP_TYPES: readonly (readonly [string, number])[] = [
  ['DestUnreachs', 3],
  ['TimeExcds', 11],
  ['ParmProbs', 12],
  ['SrcQuenchs', 4],
  ['Redirects', 5],
  ['Echos', 8],
  ['EchoReps', 0],
  ['Timestamps', 13],
  ['TimestampReps', 14],
  ['AddrMasks', 17],
  ['AddrMaskReps', 18],
];
const ICMP6_TYPES: readonly (readonly [string, number])[] = [
  ['DestUnreachs', 1],
  ['PktTooBigs', 2],
  ['TimeExcds', 3],
  ['ParmProblems', 4],
  ['Echos', 128],
  ['EchoReplies', 129],
  ['GroupMembQueries', 130],
  ['GroupMembResponses', 131],
  ['GroupMembReductions', 132],
  ['RouterSolicits', 133],
  ['RouterAdvertisements', 134],
  ['NeighborSolicits', 135],
  ['NeighborAdvertisements', 136],
  ['Redirects', 137],
  ['MLDv2Reports', 143],
];

/** Shortest and longest retransmission timeout in ms, and the algorithm's number in RFC 4022 ("other"). */
const TCP_CONSTANTS = { RtoAlgorithm: 1, RtoMin: 200, RtoMax: 120_000, MaxConn: -1 };

/** One protocol: a line of names, a line of numbers. */
function table(name: string, entries: readonly (readonly [string, number])[]): string {
  const line = (words: readonly (string | number)[]): string => `${name}: ${words.join(' ')}\n`;
  return line(entries.map(([key]) => key)) + line(entries.map(([, value]) => value));
}

function pick(names: readonly string[], from: Counts): [string, number][] {
  return names.map((name) => [name, from[name] ?? 0]);
}

export function procSnmp(ns: NetNamespace): string {
  const { mib } = ns.dataPlane;
  const ip: [string, number][] = [
    ['Forwarding', ns.sysctl.int('net/ipv4/ip_forward') !== 0 ? 1 : 2],
    ['DefaultTTL', ns.sysctl.int('net/ipv4/ip_default_ttl')],
    ...pick(IP_NAMES, counts(mib.ip4)),
  ];
  return [
    table('Ip', ip),
    table('Icmp', icmp4(mib.icmp4)),
    icmpMessages(mib.icmp4),
    table('Tcp', [...Object.entries(TCP_CONSTANTS), ...pick(TCP_NAMES, { ...counts(mib.tcp), CurrEstab: established(ns) })]),
    table('Udp', pick(UDP_NAMES, counts(mib.udp4))),
    table('UdpLite', pick(UDP_NAMES, {})),
  ].join('');
}

function icmp4(mib: IcmpMib): [string, number][] {
  return [
    ['InMsgs', mib.InMsgs],
    ['InErrors', mib.InErrors],
    ['InCsumErrors', mib.InCsumErrors],
    ...ICMP_TYPES.map(([name, type]): [string, number] => [`In${name}`, mib.inTypes.get(type) ?? 0]),
    ['OutMsgs', mib.OutMsgs],
    ['OutErrors', mib.OutErrors],
    ['OutRateLimitGlobal', mib.OutRateLimitGlobal],
    ['OutRateLimitHost', mib.OutRateLimitHost],
    ...ICMP_TYPES.map(([name, type]): [string, number] => [`Out${name}`, mib.outTypes.get(type) ?? 0]),
  ];
}

/** Types that were seen, named or not (icmpmsg_put). */
function icmpMessages(mib: IcmpMib): string {
  const seen = messageTypes(mib);
  return seen.length === 0 ? '' : table('IcmpMsg', seen);
}

function messageTypes(mib: IcmpMib): [string, number][] {
  const seen = (types: IcmpMib['inTypes'], prefix: string): [string, number][] =>
    [...types].sort(([a], [b]) => a - b).map(([type, count]) => [`${prefix}Type${type}`, count]);
  return [...seen(mib.inTypes, 'In'), ...seen(mib.outTypes, 'Out')];
}

function established(ns: NetNamespace): number {
  return ns.sockets.tcpDump().filter(({ state }) => state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT).length;
}

export function procNetstat(ns: NetNamespace): string {
  const { mib } = ns.dataPlane;
  return [
    table('TcpExt', pick(TCP_EXT_NAMES, counts(mib.tcpExt))),
    table('IpExt', pick(IP_EXT_NAMES, counts(mib.ip4))),
    table('MPTcpExt', pick(MPTCP_EXT_NAMES, {})),
  ].join('');
}

export function procSnmp6(ns: NetNamespace): string {
  const { mib } = ns.dataPlane;
  return entries6(mib)
    .map(([name, value]) => `${name.padEnd(32)}\t${value}\n`)
    .join('');
}

function entries6({ ip6, icmp6, udp6 }: Mib): [string, number][] {
  const prefixed = (prefix: string, list: readonly (readonly [string, number])[]): [string, number][] =>
    list.map(([name, value]) => [prefix + name, value]);
  return [
    ...prefixed('Ip6', pick(IP6_NAMES, { ...counts(ip6), OutForwDatagrams: ip6.ForwDatagrams })),
    ...prefixed('Icmp6', [
      ['InMsgs', icmp6.InMsgs],
      ['InErrors', icmp6.InErrors],
      ['OutMsgs', icmp6.OutMsgs],
      ['OutErrors', icmp6.OutErrors],
      ['InCsumErrors', icmp6.InCsumErrors],
      ['OutRateLimitHost', icmp6.OutRateLimitHost],
      ...ICMP6_TYPES.map(([name, type]): [string, number] => [`In${name}`, icmp6.inTypes.get(type) ?? 0]),
      ...ICMP6_TYPES.map(([name, type]): [string, number] => [`Out${name}`, icmp6.outTypes.get(type) ?? 0]),
      ...messageTypes(icmp6),
    ]),
    ...prefixed('Udp6', udp(udp6)),
    ...prefixed('UdpLite6', pick(UDP_LITE6_NAMES, {})),
  ];
}

function udp(mib: UdpMib): [string, number][] {
  return pick(UDP_NAMES, counts(mib));
}
