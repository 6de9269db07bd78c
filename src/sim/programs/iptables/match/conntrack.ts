import {
  formatIpv4,
  formatIpv6Bytes,
  type Ipv4,
  type Ipv6,
  ipv4Mask,
  ipv4MaskLength,
  ipv6Bytes,
  ipv6Network,
  parseIpv6,
} from '../../../base/address.ts';
import { type ConntrackMatch, CT_STATUSES, type CtAddress, type CtRange, type CtStatus } from '../../../kernel/netfilter/match/ct.ts';
import { inetAton } from '../../net-lib/inet-aton.ts';
import { type Extension, type Given, nftNot, once } from '../extension.ts';
import { type Names, parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';
import { parseStates } from './state.ts';

const ADDRESSES = {
  ctorigsrc: 'originalSource',
  ctorigdst: 'originalDestination',
  ctreplsrc: 'replySource',
  ctrepldst: 'replyDestination',
} as const;
const PORTS = {
  ctorigsrcport: 'originalSourcePort',
  ctorigdstport: 'originalDestinationPort',
  ctreplsrcport: 'replySourcePort',
  ctrepldstport: 'replyDestinationPort',
} as const;
const OPTIONS = ['ctstate', 'ctproto', ...Object.keys(ADDRESSES), ...Object.keys(PORTS), 'ctstatus', 'ctexpire', 'ctdir'];
/** In the order in which abbreviations are tried. */
const STATUSES: readonly CtStatus[] = ['NONE', ...CT_STATUSES];

export const conntrack: Extension<ConntrackMatch> = {
  name: 'conntrack',
  checksItself: true,
  options: OPTIONS.map((name) => ({ names: [name], arguments: 1 })),
  build(given, header, names) {
    if (given.length === 0) throw misuse('conntrack: At least one option is required');
    const one = (option: string): Given | undefined => once('conntrack', given, option);
    const transport = header.protocol === undefined ? 'tcp' : names.protocol(header.protocol.value, false);
    const range = (option: keyof typeof PORTS): CtRange | undefined => readPorts(one(option), names, transport);
    const states = one('ctstate');
    const protocol = one('ctproto');
    const status = one('ctstatus');
    return {
      name: 'conntrack',
      state: states && { states: parseStates(states.values[0] as string, 'ctstate'), invert: states.invert },
      protocol: protocol && { value: names.protocolNumber(protocol.values[0] as string), invert: protocol.invert },
      originalSource: readAddress(one('ctorigsrc')),
      originalDestination: readAddress(one('ctorigdst')),
      replySource: readAddress(one('ctreplsrc')),
      replyDestination: readAddress(one('ctrepldst')),
      originalSourcePort: range('ctorigsrcport'),
      originalDestinationPort: range('ctorigdstport'),
      replySourcePort: range('ctreplsrcport'),
      replyDestinationPort: range('ctrepldstport'),
      status: status && { statuses: parseStatuses(status.values[0] as string), invert: status.invert },
      expires: readExpires(one('ctexpire')),
      direction: readDirection(one('ctdir')),
    };
  },
  print: (match, _names, numeric) => {
    return text(match, '', (address) => (numeric || !isAny(address) ? addressText(address) : 'anywhere'));
  },
  save: (match) => text(match, '--', addressText),
  translate(match) {
    const { name: _, state, status, ...others } = match;
    // Of the rest it has words for little.
    if (Object.values(others).some((value) => value !== undefined)) return undefined;
    const parts: string[] = [];
    // What became of addresses is a status there, and hides the state.
    const nat = state?.states.filter((one) => one === 'SNAT' || one === 'DNAT') ?? [];
    if (state && nat.length > 0) parts.push(`ct status ${nat.join(',').toLowerCase()}`);
    else if (state) parts.push(`ct state ${nftNot(state.invert)}${state.states.join(',').toLowerCase()}`);
    if (status) parts.push(`ct status ${nftNot(status.invert)}${status.statuses.join(',').toLowerCase().replaceAll('_', '-')}`);
    return parts.join(' ');
  },
};

function readAddress(given: Given | undefined): CtAddress | undefined {
  if (given === undefined) return undefined;
  const { invert } = given;
  const [host = '', maskText] = (given.values[0] as string).split(/\/(.*)/s);
  const unknown = misuse('getaddrinfo: Name or service not known\n');
  if (host.includes(':')) {
    const address = parseIpv6(host);
    const length = maskText === undefined ? 128 : parseNumber(maskText, 128);
    if (address === undefined || length === undefined) throw unknown;
    return { address: ipv6Network(address, length), mask: mask6(length), invert };
  }
  const address = inetAton(host);
  if (address === undefined) throw unknown;
  const length = maskText === undefined ? 32 : parseNumber(maskText, 32);
  const mask = length === undefined ? inetAton(maskText as string) : ipv4Mask(length);
  if (mask === undefined)
    throw misuse(`conntrack: bad value for option "--${given.option}", neither a valid network mask nor valid CIDR (${maskText}).\n`);
  return { address: (address & mask) >>> 0, mask, invert };
}

function mask6(length: number): Ipv6 {
  const bytes = new Uint8Array(16);
  for (let bit = 0; bit < length; bit++) bytes[bit >> 3] = (bytes[bit >> 3] as number) | (0x80 >> (bit & 7));
  return formatIpv6Bytes(bytes, 0);
}

/** Numbers are cut to 16 bits. */
function readPorts(given: Given | undefined, names: Names, transport: string): CtRange | undefined {
  if (given === undefined) return undefined;
  const [first = '', last = first] = (given.values[0] as string).split(/:(.*)/s);
  const port = (word: string): number => {
    const number = parseNumber(word, 0xffffffff);
    const found = number === undefined ? names.servicePort(word, transport) : number & 0xffff;
    if (found === undefined) throw misuse(`Port "${word}" does not resolve to anything.\n`);
    return found;
  };
  return { from: port(first), to: port(last), invert: given.invert };
}

function parseStatuses(list: string): CtStatus[] {
  const wanted = list.split(',').map((word) => {
    const status = word === '' ? undefined : STATUSES.find((name) => name.startsWith(word.toUpperCase()));
    if (status === undefined) throw misuse(`Bad ctstatus "${list}"`);
    return status;
  });
  const statuses = CT_STATUSES.filter((status) => wanted.includes(status));
  return statuses.length === 0 ? ['NONE'] : statuses;
}

function readExpires(given: Given | undefined): CtRange | undefined {
  if (given === undefined) return undefined;
  const [first = '', last = first] = (given.values[0] as string).split(/:(.*)/s);
  const seconds = (word: string): number => {
    const number = parseNumber(word, 0xffffffff);
    if (number !== undefined) return number;
    throw misuse(`conntrack: bad value for option "--ctexpire" near "${word}", or out of range (0-4294967295).\n`);
  };
  return { from: seconds(first), to: seconds(last), invert: given.invert };
}

function readDirection(given: Given | undefined): ConntrackMatch['direction'] {
  if (given === undefined) return undefined;
  if (given.invert) throw misuse('conntrack: option "--ctdir" cannot be inverted.\n');
  const word = given.values[0] as string;
  const direction = (['ORIGINAL', 'REPLY'] as const).find((name) => name === word.toUpperCase());
  if (direction === undefined) throw misuse(`conntrack: Bad value for "--ctdir" option: "${word}"`);
  return direction;
}

/** All that is asked for, as it is listed (no dashes) or typed. */
function text(match: ConntrackMatch, dashes: string, address: (of: CtAddress) => string): string {
  let all = '';
  const add = (option: string, wanted: { readonly invert: boolean } | undefined, value: () => string): void => {
    if (wanted) all += `${wanted.invert ? ' !' : ''} ${dashes}${option} ${value()}`;
  };
  add('ctstate', match.state, () => match.state?.states.join(',') ?? '');
  add('ctproto', match.protocol, () => String(match.protocol?.value));
  for (const [option, field] of Object.entries(ADDRESSES)) add(option, match[field], () => address(match[field] as CtAddress));
  for (const [option, field] of Object.entries(PORTS)) add(option, match[field], () => rangeText(match[field] as CtRange));
  add('ctstatus', match.status, () => match.status?.statuses.join(',') ?? '');
  add('ctexpire', match.expires, () => rangeText(match.expires as CtRange));
  if (match.direction) all += ` ${dashes}ctdir ${match.direction}`;
  return all;
}

function isAny({ mask }: CtAddress): boolean {
  return mask === 0 || mask === '::';
}

function addressText({ address, mask }: CtAddress): string {
  if (typeof mask === 'number') {
    const length = ipv4MaskLength(mask);
    return `${formatIpv4(address as Ipv4)}${length === 32 ? '' : `/${length ?? formatIpv4(mask)}`}`;
  }
  const length = ipv6Bytes(mask).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  return `${address}${length === 128 ? '' : `/${length}`}`;
}

function rangeText({ from, to }: CtRange): string {
  return from === to ? String(from) : `${from}:${to}`;
}
