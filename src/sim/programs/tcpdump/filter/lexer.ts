// The words of a pcap-filter(7) expression, as libpcap's scanner.l has them: the longest match counts.

import { parseIpv6 } from '../../../base/address.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  /** One to four numbers with dots. */
  | { readonly kind: 'ipv4'; readonly text: string }
  | { readonly kind: 'ipv6'; readonly text: string }
  | { readonly kind: 'mac'; readonly text: string }
  /** A name that is no word of the language, or was escaped with a backslash. */
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string };

/** What is wrong with an expression, in libpcap's words. */
export class FilterError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export const SYNTAX_ERROR = new FilterError("can't parse filter expression: syntax error");

/** Words with one meaning and several spellings. */
const ALIASES: Readonly<Record<string, string>> = { ppp: 'ether', fddi: 'ether', tr: 'ether', wlan: 'ether', link: 'ether', length: 'len' };

/** The protocols that can stand before a qualifier. */
export const PROTOCOLS: ReadonlySet<string> = new Set([
  'ether',
  'ip',
  'ip6',
  'arp',
  'rarp',
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'icmp6',
  'igmp',
  'igrp',
  'pim',
  'vrrp',
  'carp',
  'ah',
  'esp',
  'stp',
]);

const KEYWORDS: ReadonlySet<string> = new Set([
  ...PROTOCOLS,
  'and',
  'or',
  'not',
  'src',
  'dst',
  'host',
  'net',
  'mask',
  'port',
  'portrange',
  'proto',
  'gateway',
  'broadcast',
  'multicast',
  'less',
  'greater',
  'len',
  'inbound',
  'outbound',
  'ifindex',
  'vlan',
]);

/** Words that stand for numbers: offsets, types and flags. */
const CONSTANTS: Readonly<Record<string, number>> = {
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-sourcequench': 4,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-routeradvert': 9,
  'icmp-routersolicit': 10,
  'icmp-timxceed': 11,
  'icmp-paramprob': 12,
  'icmp-tstamp': 13,
  'icmp-tstampreply': 14,
  'icmp-ireq': 15,
  'icmp-ireqreply': 16,
  'icmp-maskreq': 17,
  'icmp-maskreply': 18,
  icmp6type: 0,
  icmp6code: 1,
  'icmp6-destinationunreach': 1,
  'icmp6-packettoobig': 2,
  'icmp6-timeexceeded': 3,
  'icmp6-parameterproblem': 4,
  'icmp6-echo': 128,
  'icmp6-echoreply': 129,
  'icmp6-multicastlistenerquery': 130,
  'icmp6-multicastlistenerreportv1': 131,
  'icmp6-multicastlistenerdone': 132,
  'icmp6-routersolicit': 133,
  'icmp6-routeradvert': 134,
  'icmp6-neighborsolicit': 135,
  'icmp6-neighboradvert': 136,
  'icmp6-redirect': 137,
  'icmp6-multicastlistenerreportv2': 143,
  tcpflags: 13,
  'tcp-fin': 1,
  'tcp-syn': 2,
  'tcp-rst': 4,
  'tcp-push': 8,
  'tcp-ack': 16,
  'tcp-urg': 32,
  'tcp-ece': 64,
  'tcp-cwr': 128,
};

const NUMBER = /^(0[xX][0-9a-fA-F]+|[0-9]+)/;
const IPV4 = /^(0[xX][0-9a-fA-F]+|[0-9]+)(\.(0[xX][0-9a-fA-F]+|[0-9]+)){1,3}/;
const MAC = /^[0-9a-fA-F]{1,2}([:.-][0-9a-fA-F]{1,2}){5}/;
const MAC_OTHER = /^([0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}|[0-9a-fA-F]{12})/;
const IPV6 = /^[0-9a-fA-F]*:[0-9a-fA-F:.]*/;
const NAME = /^[A-Za-z0-9]([-_.A-Za-z0-9]*[.A-Za-z0-9])?/;
const OPERATOR = /^(&&|\|\||<<|>>|>=|<=|==|!=|[!()|&=<>+\-*/%^:[\]])/;

export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let rest = expression;
  for (;;) {
    rest = rest.replace(/^\s+/, '');
    if (rest === '') return tokens;
    const [token, length] = nextToken(rest);
    tokens.push(token);
    rest = rest.slice(length);
  }
}

function nextToken(rest: string): [Token, number] {
  const escaped = /^\\[^ !()\n\t]+/.exec(rest)?.[0];
  if (escaped !== undefined) return [{ kind: 'name', text: escaped.slice(1) }, escaped.length];
  const name = NAME.exec(rest)?.[0] ?? '';
  const number = NUMBER.exec(rest)?.[0] ?? '';
  const ipv4 = IPV4.exec(rest)?.[0] ?? '';
  const mac = MAC.exec(rest)?.[0] ?? MAC_OTHER.exec(rest)?.[0] ?? '';
  const ipv6 = ipv6At(rest);
  const longest = Math.max(name.length, number.length, ipv4.length, mac.length, ipv6.length);
  if (longest === 0) {
    const operator = OPERATOR.exec(rest)?.[0];
    if (operator === undefined) throw SYNTAX_ERROR;
    return [operatorToken(operator), operator.length];
  }
  if (number.length === longest) return [{ kind: 'number', value: parseNumber(number) }, longest];
  if (mac.length === longest) return [{ kind: 'mac', text: mac }, longest];
  if (ipv4.length === longest) return [{ kind: 'ipv4', text: ipv4 }, longest];
  if (ipv6.length === longest) return [{ kind: 'ipv6', text: ipv6 }, longest];
  const word = ALIASES[name] ?? name;
  const constant = CONSTANTS[word];
  if (constant !== undefined) return [{ kind: 'number', value: constant }, longest];
  return [{ kind: KEYWORDS.has(word) ? 'word' : 'name', text: word }, longest];
}

function ipv6At(rest: string): string {
  const text = IPV6.exec(rest)?.[0] ?? '';
  return text !== '' && parseIpv6(text) !== undefined ? text : '';
}

function operatorToken(text: string): Token {
  if (text === '&&') return { kind: 'word', text: 'and' };
  if (text === '||') return { kind: 'word', text: 'or' };
  if (text === '!') return { kind: 'word', text: 'not' };
  return { kind: 'operator', text: text === '==' ? '=' : text };
}

/** stou(): as C writes numbers, octal behind a zero. */
function parseNumber(text: string): number {
  const octal = /^0[0-7]+$/.test(text);
  const value = octal ? Number.parseInt(text, 8) : Number(text);
  if (value > 0xffffffff) throw new FilterError(`number ${text} overflows 32 bits`);
  return value;
}
