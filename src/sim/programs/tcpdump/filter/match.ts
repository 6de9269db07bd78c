// Hosts, networks, ports and protocols: gen_scode, gen_mcode, gen_ncode and gen_ecode of libpcap's gencode.c.

import { type Ipv4, type Ipv6, ipv6Bytes, type Mac, writeMac } from '../../../base/address.ts';
import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from '../../../wire/ethernet.ts';
import { IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import type { FilterContext } from './compile.ts';
import { FilterError } from './lexer.ts';
import type { FilterLink } from './link.ts';
import { firstFragment, ip6Protocol, ipProtocol } from './network-layer.ts';
import type { Direction, Identifier, Qualifiers } from './parser.ts';
import { and, anyOf, fieldEquals, load, or, prefixEquals, type Test } from './test.ts';

const ETH_P_RARP = 0x8035;
const IP6_HLEN = 40;
const MAX_PORT = 65535;

export function compileMatch(q: Qualifiers, id: Identifier, c: FilterContext): Test {
  switch (q.type) {
    case 'port':
    case 'portrange':
      return port(q, id, c);
    case 'proto':
      return protocol(q, id, c);
    case 'gateway':
      throw new FilterError("'gateway' not supported in this configuration");
    default:
      return host(q, id, c);
  }
}

/** Both directions where none was said. */
function inDirection(direction: Direction | undefined, src: Test, dst: Test): Test {
  if (direction === 'src') return src;
  if (direction === 'dst') return dst;
  return direction === 'src and dst' ? and(src, dst) : or(src, dst);
}

// ---- hosts and networks

function host(q: Qualifiers, id: Identifier, c: FilterContext): Test {
  const { link } = c;
  switch (id.kind) {
    case 'mac':
      if (q.protocol !== 'ether' || q.type === 'net') throw new FilterError('ethernet address used in non-ether expression');
      return etherHost(q.direction, macOf(id.text), link);
    case 'number': {
      if (q.protocol === 'ether') throw new FilterError('illegal link layer address');
      let value = id.value;
      let mask = 0xffffffff;
      while (q.type === 'net' && value !== 0 && value >>> 24 === 0) {
        value = (value << 8) >>> 0;
        mask = (mask << 8) >>> 0;
      }
      return ipHost(q, value, mask, link);
    }
    case 'ipv4':
      return ipv4Host(q, id, link);
    case 'ipv6': {
      const bits = id.prefix ?? 128;
      if (bits > 128) throw new FilterError('mask length must be <= 128');
      const bytes = ipv6Bytes(id.text);
      if (!zeroFrom(bytes, bits)) throw new FilterError(`non-network bits set in "${id.text}/${bits}"`);
      if (q.type !== 'net' && bits !== 128) throw new FilterError('Mask syntax for networks only');
      return ip6Host(q, id.text, bits, link);
    }
    default:
      return namedHost(q, id.text, c);
  }
}

function ipv4Host(q: Qualifiers, id: Identifier & { readonly kind: 'ipv4' }, link: FilterLink): Test {
  const { value, bits } = partialAddress(id.text);
  if (q.protocol === 'ether' && id.prefix === undefined && id.mask === undefined) throw new FilterError('illegal link layer address');
  let mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  if (id.mask !== undefined) {
    const given = partialAddress(id.mask);
    mask = given.value;
    if ((value & ~mask) >>> 0 !== 0) throw new FilterError(`non-network bits set in "${id.text} mask ${id.mask}"`);
  } else if (id.prefix !== undefined) {
    if (id.prefix > 32) throw new FilterError('mask length must be <= 32');
    mask = id.prefix === 0 ? 0 : (0xffffffff << (32 - id.prefix)) >>> 0;
    if ((value & ~mask) >>> 0 !== 0) throw new FilterError(`non-network bits set in "${id.text}/${id.prefix}"`);
  }
  if ((id.prefix !== undefined || id.mask !== undefined) && q.type !== 'net') throw new FilterError('Mask syntax for networks only');
  return ipHost(q, value, mask, link);
}

/** __pcap_atoin(): one to four numbers; the missing ones at the end are zero and no part of the mask. */
function partialAddress(text: string): { readonly value: number; readonly bits: number } {
  const parts = text.split('.').map(Number);
  if (parts.some((part) => part > 255)) throw new FilterError(`invalid IPv4 address '${text}'`);
  const value = parts.reduce((sum, part, i) => sum + part * 2 ** (24 - 8 * i), 0);
  return { value, bits: parts.length * 8 };
}

function zeroFrom(bytes: Uint8Array, bits: number): boolean {
  return bytes.every((byte, i) => (bits >= i * 8 + 8 ? 0 : byte & (bits > i * 8 ? 0xff >> (bits - i * 8) : 0xff)) === 0);
}

function namedHost(q: Qualifiers, name: string, c: FilterContext): Test {
  if (q.type === 'net') throw new FilterError(`unknown network '${name}'`);
  if (q.protocol === 'ether') throw new FilterError(`unknown ether host '${name}'`);
  const addresses = c.names
    .hosts(name)
    .filter(({ family }) => (family === 'inet6' ? q.protocol !== 'ip' && !ARP_LIKE.has(q.protocol ?? '') : q.protocol !== 'ip6'));
  if (addresses.length === 0) {
    const known = c.names.hosts(name).length > 0;
    throw new FilterError(known ? `unknown host '${name}' for specified address family` : `unknown host '${name}'`);
  }
  return anyOf(
    ...addresses.map((a) => (a.family === 'inet' ? ipHost(q, a.address, 0xffffffff, c.link) : ip6Host(q, a.address, 128, c.link))),
  );
}

const ARP_LIKE: ReadonlySet<string> = new Set(['arp', 'rarp']);

/** gen_host(): in IPv4's header, and in what ARP and RARP ask and say. */
function ipHost(q: Qualifiers, address: Ipv4, mask: number, link: FilterLink): Test {
  const at = link.network;
  const value = (address & mask) >>> 0;
  const fields = (src: number, dst: number): Test =>
    inDirection(q.direction, fieldEquals(at + src, 4, value, mask), fieldEquals(at + dst, 4, value, mask));
  const ip = and(link.isType(ETH_P_IP), fields(12, 16));
  const arp = and(link.isType(ETH_P_ARP), fields(14, 24));
  const rarp = and(link.isType(ETH_P_RARP), fields(14, 24));
  switch (q.protocol) {
    case undefined:
      return anyOf(ip, arp, rarp);
    case 'ip':
      return ip;
    case 'arp':
      return arp;
    case 'rarp':
      return rarp;
    case 'ether':
      throw new FilterError('link-layer modifier applied to host');
    case 'ip6':
      throw new FilterError("'ip6' modifier applied to ip host");
    default:
      throw new FilterError(`'${q.protocol}' modifier applied to ${q.type ?? 'host'}`);
  }
}

/** gen_host6(). */
function ip6Host(q: Qualifiers, address: Ipv6, bits: number, link: FilterLink): Test {
  if (q.protocol !== undefined && q.protocol !== 'ip6') throw new FilterError(`'${q.protocol}' modifier applied to ip6 host`);
  const bytes = ipv6Bytes(address);
  const at = link.network;
  return and(link.isType(ETH_P_IPV6), inDirection(q.direction, prefixEquals(at + 8, bytes, bits), prefixEquals(at + 24, bytes, bits)));
}

/** gen_ehostop(). */
function etherHost(direction: Direction | undefined, mac: Mac, link: FilterLink): Test {
  if (!link.ethernet) {
    throw new FilterError('ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel');
  }
  const bytes = new Uint8Array(6);
  writeMac(bytes, 0, mac);
  return inDirection(direction, prefixEquals(6, bytes, 48), prefixEquals(0, bytes, 48));
}

function macOf(text: string): Mac {
  const groups = text.split(/[:.-]/);
  const digits = groups.length === 6 ? groups.map((group) => group.padStart(2, '0')) : groups;
  return Number.parseInt(digits.join(''), 16);
}

// ---- ports

const PORT_PROTOCOLS: Readonly<Record<string, number>> = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP, sctp: IPPROTO_SCTP };

function port(q: Qualifiers, id: Identifier, c: FilterContext): Test {
  if (id.kind === 'mac') throw new FilterError('ethernet address used in non-ether expression');
  if (id.kind === 'ipv4') throw new FilterError(`'${q.type}' modifier applied to ip host`);
  if (id.kind === 'ipv6') throw new FilterError(`'${q.type}' modifier applied to ip6 host`);
  if (q.protocol !== undefined && PORT_PROTOCOLS[q.protocol] === undefined) throw new FilterError(`illegal qualifier of '${q.type}'`);
  const wanted = q.protocol === undefined ? Object.keys(PORT_PROTOCOLS) : [q.protocol];
  if (id.kind === 'number') {
    if (id.value > MAX_PORT) throw new FilterError(`illegal port number ${id.value} > 65535`);
    return portTest(q.direction, id.value, id.value, wanted, c.link);
  }
  if (q.type === 'port') {
    const { port: number, protocols } = portOf(id.text, q.protocol, c, `unknown port '${id.text}'`);
    return portTest(q.direction, number, number, protocols, c.link);
  }
  const unknown = `unknown port in range '${id.text}'`;
  const [first = '', last = first] = id.text.split(/-(.*)/);
  const from = portOf(first, q.protocol, c, unknown);
  const to = portOf(last, q.protocol, c, unknown);
  return portTest(q.direction, Math.min(from.port, to.port), Math.max(from.port, to.port), wanted, c.link);
}

/** pcap_nametoport(): a name for one protocol only limits the match to it. */
function portOf(
  text: string,
  protocolName: string | undefined,
  c: FilterContext,
  unknown: string,
): { readonly port: number; readonly protocols: readonly string[] } {
  if (/^\d+$/.test(text)) {
    if (Number(text) > MAX_PORT) throw new FilterError(`illegal port number ${text} > 65535`);
    return { port: Number(text), protocols: protocolName === undefined ? Object.keys(PORT_PROTOCOLS) : [protocolName] };
  }
  const found = c.names.port(text).filter((service) => service.protocol === 'tcp' || service.protocol === 'udp');
  const first = found[0];
  if (first === undefined) throw new FilterError(unknown);
  const protocols = found.filter((service) => service.port === first.port).map((service) => service.protocol);
  if (protocolName === undefined) return { port: first.port, protocols: protocols.length > 1 ? Object.keys(PORT_PROTOCOLS) : protocols };
  if (!protocols.includes(protocolName)) throw new FilterError(`port '${text}' is ${protocols[0]}`);
  return { port: first.port, protocols: [protocolName] };
}

function portTest(direction: Direction | undefined, from: number, to: number, protocols: readonly string[], link: FilterLink): Test {
  const at = link.network;
  const inRange = (offset: (p: Parameters<Test>[0]) => number): Test => {
    if (from === to) return (p) => load(p, offset(p), 2) === from;
    return (p) => {
      const value = load(p, offset(p), 2);
      return value >= from && value <= to;
    };
  };
  const ports = (start: (p: Parameters<Test>[0]) => number): Test =>
    inDirection(
      direction,
      inRange(start),
      inRange((p) => start(p) + 2),
    );
  const numbers = protocols.map((name) => PORT_PROTOCOLS[name] as number);
  const ip4 = and(
    and(anyOf(...numbers.map((number) => ipProtocol(number, link))), firstFragment(link)),
    ports((p) => at + (load(p, at, 1) & 15) * 4),
  );
  const ip6 = and(
    anyOf(...numbers.map((number) => and(link.isType(ETH_P_IPV6), fieldEquals(at + 6, 1, number)))),
    ports(() => at + IP6_HLEN),
  );
  return or(ip6, ip4);
}

// ---- protocols

const ETHER_PROTOCOLS: Readonly<Record<string, number>> = {
  ip: ETH_P_IP,
  ip6: ETH_P_IPV6,
  arp: ETH_P_ARP,
  rarp: ETH_P_RARP,
  stp: 0x42,
  loopback: 0x9000,
};

/** gen_proto(). */
function protocol(q: Qualifiers, id: Identifier, c: FilterContext): Test {
  if (id.kind === 'mac') throw new FilterError('ethernet address used in non-ether expression');
  if (id.kind === 'ipv4') throw new FilterError("'proto' modifier applied to ip host");
  if (id.kind === 'ipv6') throw new FilterError("'proto' modifier applied to ip6 host");
  const number = id.kind === 'number' ? id.value : protocolNumber(q, id.text, c);
  switch (q.protocol) {
    case undefined:
      return or(ipProtocol(number, c.link), ip6Protocol(number, c.link));
    case 'ip':
      return ipProtocol(number, c.link);
    case 'ip6':
      return ip6Protocol(number, c.link);
    case 'ether':
      return c.link.isType(number);
    case 'arp':
    case 'rarp':
      throw new FilterError(`${q.protocol} does not encapsulate another protocol`);
    default:
      throw new FilterError(`'${q.protocol} proto' is bogus`);
  }
}

function protocolNumber(q: Qualifiers, name: string, c: FilterContext): number {
  const number = q.protocol === 'ether' ? ETHER_PROTOCOLS[name] : c.names.protocol(name);
  if (number === undefined) throw new FilterError(`unknown ${q.protocol === 'ether' ? 'ether' : 'ip'} proto '${name}'`);
  return number;
}
