import { formatIpv4 } from '../../base/ipv4-address.ts';
import { isError } from '../../base/result.ts';
import type { SetElement, SetRequest } from '../../kernel/netfilter/set/element.ts';
import { hasPorts } from '../../kernel/netfilter/set/packet-query.ts';
import type { Family, IpAddress } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { protocolName, protocolNamed, readServices } from '../net-lib/netdb.ts';
import { ICMP_NAMES, ICMPV6_NAMES } from './icmp-names.ts';
import { parseNumber } from './number.ts';
import { Problem, syntax } from './problem.ts';
import type { ElementPart, TypeInfo } from './types.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type RequestDraft = Mutable<Partial<SetRequest>>;

/** Cuts a text in two at a separator; one at its beginning or end is none. */
function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at <= 0 || at === text.length - 1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const COUNT = ['Elem separator', 'Two elem separators', 'Three elem separators'];
const SUPPORTED = ['none', 'one', 'two'];
const ORDINAL = ['First', 'Second', 'Third'];

/** Reads an element of a set (ipset_parse_elem()); throws a Problem. */
export function* parseElement(p: Process, type: TypeInfo, family: Family, text: string): Sys<RequestDraft> {
  const { parts, name } = type;
  const request: RequestDraft = {};
  let rest: string | undefined = text;
  for (const [i, part] of parts.entries()) {
    if (rest === undefined) throw syntax(`${ORDINAL[i]} element is missing from ${text}.`);
    let own: string = rest;
    [own, rest] = cut(rest, ',');
    if (i === parts.length - 1 && rest !== undefined) {
      throw syntax(`${COUNT[i]} in ${text}, but settype ${name} supports ${SUPPORTED[i]}.`);
    }
    if (i < parts.length - 1 && rest === undefined) throw syntax(`${ORDINAL[i + 1]} element is missing from ${text}.`);
    yield* parsePart(p, part, i, family, own, request);
  }
  return request;
}

function* parsePart(p: Process, part: ElementPart, at: number, family: Family, text: string, into: RequestDraft): Sys<void> {
  if (part === 'set') into.set = text;
  else if (part === 'port') parsePort(p, text, family, into);
  else if (part === 'portNumber') parsePortNumber(p, text, into);
  else if (part === 'ip' || part === 'net') {
    const ranged = part === 'net' || (at === 0 && family === 'inet');
    const { address, to, cidr } = yield* parseAddresses(p, text, family, ranged);
    if (at === 0) {
      into.ip = address;
      if (to !== undefined) into.ipTo = to;
      if (cidr !== undefined) into.cidr = cidr;
    } else {
      into.ip2 = address;
      if (to !== undefined) into.ip2To = to;
      if (cidr !== undefined) into.cidr2 = cidr;
    }
  }
}

/** `IP`, `IP/CIDR` or `FROM-TO`. */
export function* parseAddresses(
  p: Process,
  text: string,
  family: Family,
  ranged: boolean,
): Sys<{ address: IpAddress; to?: IpAddress; cidr?: number }> {
  const [network, length] = cut(text, '/');
  const [from, to] = length === undefined ? cut(text, '-') : [network, undefined];
  if (!ranged && (length ?? to) !== undefined) throw syntax(`plain IP address must be supplied: ${text}`);
  if (length !== undefined) {
    const cidr = parseNumber(length, family === 'inet' ? 32 : 128);
    return { address: yield* parseHost(p, network, family), cidr };
  }
  const address = yield* parseHost(p, from, family);
  return to === undefined ? { address } : { address, to: yield* parseHost(p, to, family) };
}

/** An address, or a host's name. */
export function* parseHost(p: Process, text: string, family: Family): Sys<IpAddress> {
  const host = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
  const found = host === '' ? new LookupError('EAI_NONAME') : yield* getaddrinfo(p, host, family);
  const address = found instanceof LookupError || isError(found) ? undefined : found.addresses[0]?.address;
  if (address === undefined) throw syntax(`cannot parse ${text}: resolving to ${family === 'inet' ? 'IPv4' : 'IPv6'} address failed`);
  return address;
}

/** `[PROTO:]PORT[-PORT]`, of ICMP a name or `TYPE/CODE`; TCP goes without saying. */
function parsePort(p: Process, text: string, family: Family, into: RequestDraft): void {
  const [first, after] = cut(text, ':');
  const proto = after === undefined ? TCP : protocolNumber(p, first);
  const rest = after ?? first;
  into.proto = proto;
  if (hasPorts(proto)) {
    const name = protocolText(p, proto);
    const [from, to] = cut(rest, '-');
    into.port = port(p, from, name);
    if (to !== undefined) into.portTo = port(p, to, name);
  } else if (proto === IPPROTO_ICMP || proto === IPPROTO_ICMPV6) {
    const six = proto === IPPROTO_ICMPV6;
    if (six !== (family === 'inet6')) {
      // ipset goes on to look for a set's name after that.
      throw syntax(
        `Protocol ${six ? 'ICMPv6' : 'ICMP'} can be used with family ${six ? 'inet6' : 'inet'} only\nInvalid add command: missing setname`,
      );
    }
    into.port = icmpPort(rest, six);
  } else {
    if (proto !== 0 && rest !== '0') throw syntax(`Protocol ${protocolText(p, proto)} can be used with pseudo port value 0 only.`);
    into.port = 0;
  }
}

const TCP = 6;

function protocolNumber(p: Process, text: string): number {
  const name = text.toLowerCase();
  if (name === 'icmpv6') return IPPROTO_ICMPV6;
  if (/^[0-9]+$/.test(text) && Number(text) <= 255) return Number(text);
  const number = protocolNamed(p, text, name);
  if (number === undefined) throw syntax(`cannot parse '${text}' as a protocol`);
  return number;
}

function protocolText(p: Process, proto: number): string {
  return protocolName(p, proto) ?? String(proto);
}

function port(p: Process, text: string, protocol: string): number {
  const service = readServices(p).find((known) => known.protocol === protocol && known.names.includes(text));
  if (service) return service.port;
  try {
    return parseNumber(text, 65535);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(
      1,
      `${thrown.message}\nSyntax error: '${protocol}' is invalid as number\ncannot parse '${text}' as a ${protocol} port`,
    );
  }
}

function icmpPort(text: string, six: boolean): number {
  const named = (six ? ICMPV6_NAMES : ICMP_NAMES).find(([name]) => name === text);
  if (named) return (named[1] << 8) | named[2];
  const [type, code] = cut(text, '/');
  if (code === undefined) throw new Problem(1, `Cannot parse ${text} as an ICMP${six ? 'v6' : ''} type/code.`);
  return (parseNumber(type, 255) << 8) | parseNumber(code, 255);
}

/** Of `bitmap:port`: the protocol only says whose services are meant. */
function parsePortNumber(p: Process, text: string, into: RequestDraft): void {
  const [first, after] = cut(text, ':');
  const protocol = after === undefined ? 'tcp' : protocolText(p, protocolNumber(p, first));
  const [from, to] = cut(after ?? first, '-');
  into.port = port(p, from, protocol);
  if (to !== undefined) into.portTo = port(p, to, protocol);
}

/** An element as it is listed. */
export function elementText(
  p: Process,
  type: TypeInfo,
  family: Family,
  element: SetElement,
  address: (ip: IpAddress) => string = formatAddress,
): string {
  const whole = family === 'inet' ? 32 : 128;
  const network = (ip: IpAddress, cidr: number): string => `${address(ip)}${cidr === whole ? '' : `/${cidr}`}`;
  return type.parts
    .map((part, i) => {
      if (part === 'portNumber') return String(element.port);
      if (part === 'port') return portText(p, element);
      if (part === 'net') return i === 0 ? network(element.ip, element.cidr) : network(element.ip2, element.cidr2);
      return address(i === 0 ? element.ip : element.ip2);
    })
    .join(',');
}

export function formatAddress(address: IpAddress): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}

function portText(p: Process, { port: number, proto }: SetElement): string {
  const name = protocolText(p, proto);
  if (proto !== IPPROTO_ICMP && proto !== IPPROTO_ICMPV6) return `${name}:${number}`;
  const [type, code] = [number >> 8, number & 0xff];
  const known = (proto === IPPROTO_ICMP ? ICMP_NAMES : ICMPV6_NAMES).find(([, t, c]) => t === type && c === code);
  return `${name}:${known?.[0] ?? `${type}/${code}`}`;
}

/** The order of `-s`: part by part, the shorter first, so that numbers come as numbers do; a name and a number are alike. */
export function compareElements(a: string, b: string): number {
  const [mine, its] = [a.split(/[.,:/]/), b.split(/[.,:/]/)];
  for (let i = 0; i < Math.min(mine.length, its.length); i++) {
    const [x, y] = [mine[i] as string, its[i] as string];
    if (x.length !== y.length) return x.length - y.length;
    if (x === y) continue;
    const [named, other] = [/^\D/.test(x), /^\D/.test(y)];
    if (named !== other) continue;
    return x < y ? -1 : 1;
  }
  return mine.length - its.length;
}
