import { formatIpv4, type Ipv4, ipv4Mask, ipv4MaskLength } from '../../../base/ipv4-address.ts';
import { formatIpv6Bytes, type Ipv6, ipv6Bytes, ipv6Network, parseIpv6 } from '../../../base/ipv6-address.ts';
import type { NatRange } from '../../../kernel/netfilter/nat/range.ts';
import type { DnatTarget, MasqueradeTarget, NetmapTarget, RedirectTarget, SnatTarget } from '../../../kernel/netfilter/target/nat.ts';
import { inetAton } from '../../net-lib/inet-aton.ts';
import { type Extension, once, required } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';
import { addressText, parsePorts, parseRange, portsText, randomOf, rangeText } from './nat-range.ts';

const RANDOM = { names: ['random'], arguments: 0 } as const;
const RANDOM_FULLY = { names: ['random-fully'], arguments: 0 } as const;
const PERSISTENT = { names: ['persistent'], arguments: 0 } as const;

const FLAGS = { no: '', ports: 'random', fully: 'random-fully' } as const;

function flags({ random, persistent }: Pick<NatRange, 'random' | 'persistent'>, dashes: string): string {
  return `${random === 'no' ? '' : ` ${dashes}${FLAGS[random]}`}${persistent ? ` ${dashes}persistent` : ''}`;
}

export const snat: Extension<SnatTarget> = {
  name: 'SNAT',
  checksItself: true,
  options: [{ names: ['to-source'], arguments: 1 }, RANDOM, RANDOM_FULLY, PERSISTENT],
  build(given, header, names) {
    const { values } = required('SNAT', given, 'to-source');
    const range = parseRange(values[0] as string, header, names, false);
    return { name: 'SNAT', range: { ...range, random: randomOf(given), persistent: once('SNAT', given, 'persistent') !== undefined } };
  },
  print: ({ range }) => ` to:${rangeText(range)}${flags(range, '')}`,
  save: ({ range }) => ` --to-source ${rangeText(range)}${flags(range, '--')}`,
  translate: ({ range }) => `snat to ${rangeText(range)}${flags(range, '')}`,
};

export const dnat: Extension<DnatTarget> = {
  name: 'DNAT',
  checksItself: true,
  options: [{ names: ['to-destination'], arguments: 1 }, RANDOM, PERSISTENT],
  build(given, header, names) {
    const { values } = required('DNAT', given, 'to-destination');
    const range = parseRange(values[0] as string, header, names, true);
    return { name: 'DNAT', range: { ...range, random: randomOf(given), persistent: once('DNAT', given, 'persistent') !== undefined } };
  },
  print: ({ range }) => ` to:${rangeText(range)}${flags(range, '')}`,
  save: ({ range }) => ` --to-destination ${rangeText(range)}${flags(range, '--')}`,
  translate: ({ range }) => `dnat to ${rangeText(range)}${flags(range, '')}`,
};

export const masquerade: Extension<MasqueradeTarget> = {
  name: 'MASQUERADE',
  checksItself: true,
  options: [{ names: ['to-ports'], arguments: 1 }, RANDOM, RANDOM_FULLY],
  build(given, header, names) {
    const text = once('MASQUERADE', given, 'to-ports')?.values[0];
    const ports = text === undefined ? undefined : parsePorts(text, header, names).ports;
    return { name: 'MASQUERADE', ports, random: randomOf(given) };
  },
  print: ({ ports, random }) => `${ports ? ` masq ports: ${portsText(ports)}` : ''}${flags({ random, persistent: false }, '')}`,
  save: ({ ports, random }) => `${ports ? ` --to-ports ${portsText(ports)}` : ''}${flags({ random, persistent: false }, '--')}`,
  translate: ({ ports, random }) => `masquerade${ports ? ` to :${portsText(ports)}` : ''}${flags({ random, persistent: false }, '')}`,
};

export const redirect: Extension<RedirectTarget> = {
  name: 'REDIRECT',
  checksItself: true,
  options: [{ names: ['to-ports'], arguments: 1 }, RANDOM],
  build(given, header, names) {
    const text = once('REDIRECT', given, 'to-ports')?.values[0];
    const ports = text === undefined ? undefined : parsePorts(text, header, names).ports;
    return { name: 'REDIRECT', ports, random: randomOf(given) === 'no' ? 'no' : 'ports' };
  },
  print: ({ ports, random }) => `${ports ? ` redir ports ${portsText(ports)}` : ''}${flags({ random, persistent: false }, '')}`,
  save: ({ ports, random }) => `${ports ? ` --to-ports ${portsText(ports)}` : ''}${flags({ random, persistent: false }, '--')}`,
  translate: ({ ports, random }) => `redirect${ports ? ` to :${portsText(ports)}` : ''}${flags({ random, persistent: false }, '')}`,
};

export const netmap: Extension<NetmapTarget> = {
  name: 'NETMAP',
  checksItself: true,
  options: [{ names: ['to'], arguments: 1 }],
  build(given) {
    const text = required('NETMAP', given, 'to').values[0] as string;
    const [host = '', maskText] = text.split(/\/(.*)/s);
    return host.includes(':') ? netmap6(host, maskText) : netmap4(host, maskText);
  },
  print: (info) => ` to:${networkText(info)}`,
  save: (info) => ` --to ${networkText(info)}`,
};

function netmap4(host: string, maskText: string | undefined): NetmapTarget {
  const address = inetAton(host);
  if (address === undefined) throw misuse(`NETMAP: Bad value for "--to" option: "${host}${maskText === undefined ? '' : `/${maskText}`}"`);
  const length = maskText === undefined ? 32 : parseNumber(maskText, 32);
  const mask = length === undefined ? inetAton(maskText as string) : ipv4Mask(length);
  if (mask === undefined) throw misuse(`NETMAP: Bad value for "--to" option: "${host}/${maskText}"`);
  return { name: 'NETMAP', network: (address & mask) >>> 0, mask };
}

function netmap6(host: string, maskText: string | undefined): NetmapTarget {
  const address = parseIpv6(host);
  const length = maskText === undefined ? 128 : parseNumber(maskText, 128);
  if (address === undefined || length === undefined) throw misuse(`NETMAP: Bad value for "--to" option: "${host}"`);
  return { name: 'NETMAP', network: ipv6Network(address, length), mask: mask6(length) };
}

function mask6(length: number): Ipv6 {
  return formatIpv6Bytes(
    Uint8Array.from({ length: 16 }, (_, i) => (0xff << (8 - Math.max(0, Math.min(8, length - 8 * i)))) & 0xff),
    0,
  );
}

function networkText({ network, mask }: NetmapTarget): string {
  if (typeof mask === 'number') return `${formatIpv4(network as Ipv4)}/${ipv4MaskLength(mask) ?? formatIpv4(mask)}`;
  const length = ipv6Bytes(mask).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  return `${addressText(network)}/${length}`;
}
