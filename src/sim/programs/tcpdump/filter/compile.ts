// From an expression to a test: libpcap's gencode.c, with its rules about what a primitive means and what it refuses.

import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from '../../../wire/ethernet.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_IGMP, IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { LINKTYPE_ETHERNET } from '../../../wire/pcap.ts';
import type { HostAddress } from '../../net-lib/getaddrinfo.ts';
import { compileRelation } from './arithmetic.ts';
import { FilterError } from './lexer.ts';
import { FilterLink } from './link.ts';
import { compileMatch } from './match.ts';
import { ip6Protocol, ipProtocol } from './network-layer.ts';
import type { Expression } from './parser.ts';
import { and, anyOf, type FilterPacket, fieldEquals, load, not, or, type Test } from './test.ts';

/** What the names in an expression stand for. */
export interface FilterNames {
  /** The addresses of a host; none if it is not known. */
  hosts(name: string): readonly HostAddress[];
  port(name: string): readonly { readonly port: number; readonly protocol: string }[];
  protocol(name: string): number | undefined;
}

export interface FilterContext {
  readonly link: FilterLink;
  readonly names: FilterNames;
  /** The device's network mask, which `ip broadcast` needs. */
  readonly netmask: number | undefined;
  /** Whether packets come from a device: a file does not say which way they went. */
  readonly live: boolean;
}

/** A filter that is ready to run. */
export class Filter {
  readonly #test: Test | undefined;
  readonly #packet: FilterPacket = { b: new Uint8Array(0), length: 0, outside: false, ifindex: 0, outgoing: false };
  /** Whether it asks for more than the packet's bytes. */
  readonly needsMetadata: boolean;

  /** Throws a FilterError. */
  constructor(expression: Expression | undefined, linkType: number, about: Omit<FilterContext, 'link'>) {
    this.#test = expression && compile(expression, { ...about, link: new FilterLink(linkType) });
    this.needsMetadata = expression !== undefined && asksForMetadata(expression);
  }

  matches(b: Uint8Array, length = b.length, ifindex = 0, outgoing = false): boolean {
    if (this.#test === undefined) return true;
    const p = this.#packet;
    p.b = b;
    p.length = length;
    p.outside = false;
    p.ifindex = ifindex;
    p.outgoing = outgoing;
    return this.#test(p) && !p.outside;
  }
}

function asksForMetadata(e: Expression): boolean {
  if (e.kind === 'and' || e.kind === 'or') return asksForMetadata(e.left) || asksForMetadata(e.right);
  if (e.kind === 'not') return asksForMetadata(e.of);
  return e.kind === 'inbound' || e.kind === 'outbound' || e.kind === 'ifindex';
}

function compile(e: Expression, c: FilterContext): Test {
  switch (e.kind) {
    case 'and': {
      const left = compile(e.left, c);
      return and(left, compile(e.right, c));
    }
    case 'or': {
      const left = compile(e.left, c);
      return or(left, compile(e.right, c));
    }
    case 'not':
      return not(compile(e.of, c));
    case 'match':
      return compileMatch(e.qualifiers, e.id, c);
    case 'protocol':
      return protocolTest(e.protocol, c.link);
    case 'relation':
      return compileRelation(e.operator, e.left, e.right, c.link);
    case 'broadcast':
      return broadcast(e.protocol, c);
    case 'multicast':
      return multicast(e.protocol, c);
    case 'less':
      return (p) => p.length <= e.value;
    case 'greater':
      return (p) => p.length >= e.value;
    case 'ifindex':
      return (p) => p.ifindex === e.value;
    case 'inbound':
    case 'outbound': {
      if (!c.live) throw new FilterError(`inbound/outbound not supported on ${linkName(c.link)} when reading savefiles`);
      const wanted = e.kind === 'outbound';
      return (p) => p.outgoing === wanted;
    }
    case 'vlan':
      return c.link.vlan(e.id);
  }
}

function linkName(link: FilterLink): string {
  return link.linkType === LINKTYPE_ETHERNET ? 'Ethernet' : 'Raw IP';
}

const NUMBERS: Readonly<Record<string, number>> = {
  tcp: IPPROTO_TCP,
  udp: IPPROTO_UDP,
  sctp: IPPROTO_SCTP,
  igrp: 9,
  pim: 103,
  vrrp: 112,
  carp: 112,
  ah: 51,
  esp: 50,
};

const ETHERTYPES: Readonly<Record<string, number>> = { ip: ETH_P_IP, ip6: ETH_P_IPV6, arp: ETH_P_ARP, rarp: 0x8035, stp: 0x42 };

/** gen_proto_abbrev(): a protocol's name alone. */
export function protocolTest(protocol: string, link: FilterLink): Test {
  const type = ETHERTYPES[protocol];
  if (type !== undefined) return link.isType(type);
  if (protocol === 'icmp') return ipProtocol(IPPROTO_ICMP, link);
  if (protocol === 'igmp') return ipProtocol(IPPROTO_IGMP, link);
  if (protocol === 'igrp' || protocol === 'vrrp' || protocol === 'carp') return ipProtocol(NUMBERS[protocol] as number, link);
  if (protocol === 'icmp6') return ip6Protocol(IPPROTO_ICMPV6, link);
  const number = NUMBERS[protocol];
  if (number === undefined) throw new FilterError('link layer applied in wrong context');
  return or(ipProtocol(number, link), ip6Protocol(number, link));
}

/** gen_broadcast(). */
function broadcast(protocol: string | undefined, c: FilterContext): Test {
  const { link } = c;
  if (protocol === undefined || protocol === 'ether') {
    if (!link.ethernet) throw new FilterError('not a broadcast link');
    return and(fieldEquals(2, 4, 0xffffffff), fieldEquals(0, 2, 0xffff));
  }
  if (protocol !== 'ip') throw new FilterError('only link-layer/IP broadcast filters supported');
  if (c.netmask === undefined) throw new FilterError("netmask not known, so 'ip broadcast' not supported");
  const host = ~c.netmask >>> 0;
  const dst = link.network + 16;
  return and(link.isType(ETH_P_IP), anyOf(fieldEquals(dst, 4, 0, host), fieldEquals(dst, 4, host, host)));
}

/** gen_multicast(). */
function multicast(protocol: string | undefined, c: FilterContext): Test {
  const { link } = c;
  if (protocol === undefined || protocol === 'ether') {
    if (!link.ethernet) throw new FilterError(MULTICAST_REFUSED);
    return (p) => (load(p, 0, 1) & 1) !== 0;
  }
  if (protocol === 'ip') return and(link.isType(ETH_P_IP), (p) => load(p, link.network + 16, 1) >= 224);
  if (protocol === 'ip6') return and(link.isType(ETH_P_IPV6), fieldEquals(link.network + 24, 1, 255));
  throw new FilterError(MULTICAST_REFUSED);
}

const MULTICAST_REFUSED = 'link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM LANE/Fibre Channel';
