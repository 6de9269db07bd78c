// The language that sockets are chosen in: `sport = :80 and dst 10.0.0.0/8`. misc/ssfilter.y, parse_hostcond() and
// run_ssfilter() in misc/ss.c.

import { type Ipv4, type Ipv6, ipv6Bytes, parseIpv4, parseIpv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { ipv4OfMapped } from '../../kernel/socket/inet-socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { globToRegex } from '../lib/glob.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { readServices } from '../net-lib/netdb.ts';

/** What a filter looks at. */
export interface Subject {
  readonly family: 'inet' | 'inet6' | 'unix' | 'link' | 'netlink';
  readonly local: Ipv4 | Ipv6 | string;
  readonly port: number;
  readonly remote: Ipv4 | Ipv6 | string;
  readonly remotePort: number;
  readonly ifindex: number;
  readonly mark: number;
}

export type Filter = (socket: Subject) => boolean;

/** Why a filter cannot be used: a syntax error shows the usage, others have a text of their own. */
export class FilterError {
  readonly message: string;
  readonly syntax: boolean;
  constructor(message: string, syntax = false) {
    this.message = message;
    this.syntax = syntax;
  }
}

const SYNTAX = new FilterError('ss: bison bellows (while parsing filter): "syntax error!" Sorry.\n', true);

type Comparison = '=' | '!=' | '>=' | '<=' | '>' | '<';

type Token =
  | { readonly kind: '(' | ')' | '!' | '&' | '|' | 'autobound' }
  | { readonly kind: 'side'; readonly side: 'src' | 'dst' | 'sport' | 'dport' | 'dev' | 'fwmark' | 'cgroup' }
  | { readonly kind: 'compare'; readonly op: Comparison }
  | { readonly kind: 'value'; readonly text: string };

const WORDS: Readonly<Record<string, Token>> = {
  '(': { kind: '(' },
  ')': { kind: ')' },
  '!': { kind: '!' },
  not: { kind: '!' },
  '&': { kind: '&' },
  '&&': { kind: '&' },
  and: { kind: '&' },
  '|': { kind: '|' },
  '||': { kind: '|' },
  or: { kind: '|' },
  src: { kind: 'side', side: 'src' },
  dst: { kind: 'side', side: 'dst' },
  sport: { kind: 'side', side: 'sport' },
  dport: { kind: 'side', side: 'dport' },
  dev: { kind: 'side', side: 'dev' },
  fwmark: { kind: 'side', side: 'fwmark' },
  cgroup: { kind: 'side', side: 'cgroup' },
  autobound: { kind: 'autobound' },
  '=': { kind: 'compare', op: '=' },
  '==': { kind: 'compare', op: '=' },
  eq: { kind: 'compare', op: '=' },
  '!=': { kind: 'compare', op: '!=' },
  ne: { kind: 'compare', op: '!=' },
  neq: { kind: 'compare', op: '!=' },
  '>=': { kind: 'compare', op: '>=' },
  ge: { kind: 'compare', op: '>=' },
  geq: { kind: 'compare', op: '>=' },
  '<=': { kind: 'compare', op: '<=' },
  le: { kind: 'compare', op: '<=' },
  leq: { kind: 'compare', op: '<=' },
  '>': { kind: 'compare', op: '>' },
  gt: { kind: 'compare', op: '>' },
  '<': { kind: 'compare', op: '<' },
  lt: { kind: 'compare', op: '<' },
};

/** Reads a filter; undefined where there is none. `family` is the one that options prefer. */
export function* parseFilter(
  p: Process,
  words: readonly string[],
  family: 'inet' | 'inet6' | 'unix' | undefined,
): Sys<Filter | FilterError | undefined> {
  const tokens = words
    .flatMap((word) => word.split(/\s+/))
    .filter((word) => word !== '')
    .map((word): Token => (Object.hasOwn(WORDS, word) ? (WORDS[word] as Token) : { kind: 'value', text: word }));
  if (tokens.length === 0) return undefined;
  return yield* new FilterParser(p, tokens, family).whole();
}

class FilterParser {
  private readonly p: Process;
  private readonly tokens: readonly Token[];
  private readonly family: 'inet' | 'inet6' | 'unix' | undefined;
  private at = 0;

  constructor(p: Process, tokens: readonly Token[], family: 'inet' | 'inet6' | 'unix' | undefined) {
    this.p = p;
    this.tokens = tokens;
    this.family = family;
  }

  private get next(): Token | undefined {
    return this.tokens[this.at];
  }

  *whole(): Sys<Filter | FilterError> {
    const filter = yield* this.either();
    if (filter instanceof FilterError) return filter;
    return this.next === undefined ? filter : SYNTAX;
  }

  private *either(): Sys<Filter | FilterError> {
    let left = yield* this.both();
    while (!(left instanceof FilterError) && this.next?.kind === '|') {
      this.at++;
      const right: Filter | FilterError = yield* this.both();
      if (right instanceof FilterError) return right;
      const one = left;
      left = (socket) => one(socket) || right(socket);
    }
    return left;
  }

  /** Terms side by side all have to hold, with `and` or without. */
  private *both(): Sys<Filter | FilterError> {
    let left = yield* this.term();
    while (!(left instanceof FilterError) && this.next !== undefined && this.next.kind !== '|' && this.next.kind !== ')') {
      if (this.next.kind === '&') this.at++;
      const right: Filter | FilterError = yield* this.term();
      if (right instanceof FilterError) return right;
      const one = left;
      left = (socket) => one(socket) && right(socket);
    }
    return left;
  }

  private *term(): Sys<Filter | FilterError> {
    const token = this.tokens[this.at++];
    switch (token?.kind) {
      case '!': {
        const inner = yield* this.term();
        return inner instanceof FilterError ? inner : (socket) => !inner(socket);
      }
      case '(': {
        const inner = yield* this.either();
        if (inner instanceof FilterError) return inner;
        return this.tokens[this.at++]?.kind === ')' ? inner : SYNTAX;
      }
      case 'autobound':
        return this.autobound();
      case 'side':
        return yield* this.condition(token.side);
      case 'value': {
        // A word that is none of the language's is taken for an address before anything is said of its place.
        const host = yield* this.host(token.text, false);
        return host instanceof FilterError ? host : SYNTAX;
      }
      default:
        return SYNTAX;
    }
  }

  /** The kernel chose the port. */
  private autobound(): Filter {
    const { low, high } = ephemeralPorts(this.p);
    return ({ port }) => port >= low && port <= high;
  }

  private *condition(side: Extract<Token, { kind: 'side' }>['side']): Sys<Filter | FilterError> {
    let op: Comparison = '=';
    if (this.next?.kind === 'compare') {
      op = this.next.op;
      this.at++;
    } else if (side === 'fwmark' || side === 'cgroup') return SYNTAX;
    const value = this.tokens[this.at++];
    if (value?.kind !== 'value') return SYNTAX;
    const { text } = value;
    switch (side) {
      case 'dev':
        return this.device(text, op);
      case 'fwmark':
        return fwmark(text, op);
      case 'cgroup':
        return new FilterError('Cannot parse cgroup.\n');
      case 'sport':
      case 'dport': {
        const host = yield* this.host(text, true);
        if (host instanceof FilterError) return host;
        const { port } = host;
        return (socket) => compare(side === 'sport' ? socket.port : socket.remotePort, op, port);
      }
      default: {
        if (op !== '=' && op !== '!=') return SYNTAX;
        const host = yield* this.host(text, false);
        if (host instanceof FilterError) return host;
        const local = side === 'src';
        const matches: Filter = (s) => hostMatches(host, s.family, local ? s.local : s.remote, local ? s.port : s.remotePort);
        return op === '=' ? matches : (socket) => !matches(socket);
      }
    }
  }

  private device(name: string, op: Comparison): Filter | FilterError {
    const link = this.p.rtnetlink.link(name);
    if (isError(link)) return new FilterError('Cannot parse device.\n');
    return ({ ifindex }) => compare(ifindex, op, link.ifindex);
  }

  /** `10.0.0.0/8:80`, `[::1]:80`, `:80`, `*`, `/run/sock*`, a name; `asPort` takes the whole for a port. */
  private *host(text: string, asPort: boolean): Sys<Host | FilterError> {
    let { family } = this;
    let rest = text;
    for (const prefix of ['inet', 'inet6', 'unix'] as const) {
      if (!rest.startsWith(`${prefix}:`)) continue;
      family = prefix;
      rest = rest.slice(prefix.length + 1);
    }
    if (family === 'unix' || rest.startsWith('/') || rest.startsWith('@')) {
      if (rest === '' || rest === '*') return { family: 'unix', port: -1 };
      return { family: 'unix', pattern: rest, port: -1 };
    }
    let address = rest;
    let port = '';
    if (asPort) {
      port = rest.replace(/^:/, '');
      address = '';
    } else if (rest.startsWith('[')) {
      const end = rest.indexOf(']');
      if (end < 0) return notParsed('');
      address = rest.slice(1, end);
      port = rest.slice(end + 1).replace(/^:/, '');
    } else {
      const slash = rest.indexOf('/');
      const colon = rest.lastIndexOf(':');
      if (colon > slash) {
        address = rest.slice(0, colon);
        port = rest.slice(colon + 1);
      }
    }
    const number = this.port(port);
    if (number instanceof FilterError) return number;
    if (address === '' || address === '*') return { family, port: number };
    return yield* this.address(address, family, number);
  }

  private port(text: string): number | FilterError {
    if (text === '' || text === '*') return -1;
    if (/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return Number(text);
    const service = readServices(this.p).find(({ names }) => names.includes(text));
    return service?.port ?? notParsed(`Error: "${text}" does not look like a port.\n`);
  }

  private *address(text: string, family: 'inet' | 'inet6' | undefined, port: number): Sys<Host | FilterError> {
    const [name = '', length] = text.split('/', 2);
    const v4 = family === 'inet6' ? undefined : parseIpv4(name);
    const v6 = v4 !== undefined || family === 'inet' ? undefined : parseIpv6(name);
    if (v4 !== undefined && (length === undefined || isLength(length, 32))) {
      return { family: 'inet', prefix: { address: v4, length: Number(length ?? 32) }, port };
    }
    if (v6 !== undefined && (length === undefined || isLength(length, 128))) {
      return { family: 'inet6', prefix: { address: v6, length: Number(length ?? 128) }, port };
    }
    const found = length === undefined ? yield* getaddrinfo(this.p, name, family) : undefined;
    const first = found === undefined || found instanceof LookupError ? undefined : found.addresses[0];
    if (first === undefined) return notParsed(`Error: an inet prefix is expected rather than "${text}".\n`);
    return { family: first.family, prefix: { address: first.address, length: first.family === 'inet' ? 32 : 128 }, port };
  }
}

function notParsed(why: string): FilterError {
  return new FilterError(`${why}Cannot parse dst/src address.\n`);
}

function isLength(text: string, most: number): boolean {
  return /^\d+$/.test(text) && Number(text) <= most;
}

/** What an address and a port have to be; -1 is any port. */
interface Host {
  readonly family: 'inet' | 'inet6' | 'unix' | undefined;
  readonly prefix?: { readonly address: Ipv4 | Ipv6; readonly length: number };
  readonly pattern?: string;
  readonly port: number;
}

function hostMatches(host: Host, family: Subject['family'], address: Ipv4 | Ipv6 | string, port: number): boolean {
  if (host.family === 'unix') return family === 'unix' && (host.pattern === undefined || globToRegex(host.pattern).test(String(address)));
  if (family !== 'inet' && family !== 'inet6') return host.prefix === undefined && host.port < 0;
  if (host.port >= 0 && host.port !== port) return false;
  return host.prefix === undefined || inPrefix(address, host.prefix.address, host.prefix.length);
}

/** An IPv4 address of an IPv6 socket is looked at as what it is. */
function inPrefix(address: Ipv4 | Ipv6 | string, prefix: Ipv4 | Ipv6, length: number): boolean {
  const plain = typeof address === 'string' ? (ipv4OfMapped(address) ?? address) : address;
  if (typeof plain === 'number' || typeof prefix === 'number') {
    if (typeof plain !== 'number' || typeof prefix !== 'number') return false;
    return length === 0 || (plain ^ prefix) >>> (32 - length) === 0;
  }
  const one = ipv6Bytes(plain);
  const two = ipv6Bytes(prefix);
  for (let i = 0; i < length; i += 8) {
    const mask = length - i >= 8 ? 0xff : (0xff00 >> (length - i)) & 0xff;
    if ((((one[i / 8] as number) ^ (two[i / 8] as number)) & mask) !== 0) return false;
  }
  return true;
}

function compare(value: number, op: Comparison, with_: number): boolean {
  switch (op) {
    case '=':
      return value === with_;
    case '!=':
      return value !== with_;
    case '>=':
      return value >= with_;
    case '<=':
      return value <= with_;
    case '>':
      return value > with_;
    default:
      return value < with_;
  }
}

function fwmark(text: string, op: Comparison): Filter | FilterError {
  const [value = '', mask] = text.split('/', 2).map((part) => (/^(0[xX][0-9a-fA-F]+|\d+)$/.test(part) ? Number(part) : undefined));
  if (value === undefined || value === '') return new FilterError('Cannot parse mark.\n');
  return ({ mark }) => compare((mark & (mask ?? -1)) >>> 0, op, value);
}

/** The ports that the kernel gives out (net.ipv4.ip_local_port_range). */
export function ephemeralPorts(p: Process): { readonly low: number; readonly high: number } {
  const range = p.netns.sysctl.read('net/ipv4/ip_local_port_range');
  const [low = 32768, high = 60999] = typeof range === 'string' ? range.trim().split(/\s+/).map(Number) : [];
  return { low, high };
}
