import { formatIpv4, ipv4Mask, ipv4MaskLength, parseIpv4 } from '../../base/ipv4-address.ts';
import { formatIpv6Bytes, IPV6_UNSPECIFIED, type Ipv6, ipv6Bytes, ipv6Network, parseIpv6 } from '../../base/ipv6-address.ts';
import { isError } from '../../base/result.ts';
import { underMask } from '../../kernel/netfilter/match/mask.ts';
import type { AddressMask } from '../../kernel/netfilter/packet.ts';
import type { Family, IpAddress } from '../../kernel/rtnetlink/messages.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { parseNumber } from './names.ts';
import { misuse } from './problem.ts';

const ALL_ONES: Ipv6 = formatIpv6Bytes(new Uint8Array(16).fill(0xff), 0);

export function formatAddress(address: IpAddress): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}

export function parseAddress(text: string, family: Family): IpAddress | undefined {
  return family === 'inet' ? parseIpv4(text) : parseIpv6(text);
}

export function maskOfLength(length: number, family: Family): IpAddress {
  return family === 'inet' ? ipv4Mask(length) : ipv6Network(ALL_ONES, length);
}

/** The mask that leaves an address as it is. */
export function wholeMask(family: Family): IpAddress {
  return maskOfLength(family === 'inet' ? 32 : 128, family);
}

/** How many bits a mask has in front, or undefined when others follow. */
export function maskLength(mask: IpAddress): number | undefined {
  if (typeof mask === 'number') return ipv4MaskLength(mask);
  let length = 0;
  for (const byte of ipv6Bytes(mask)) {
    if (byte !== 0xff) {
      length += Math.clz32(~(byte << 24));
      break;
    }
    length += 8;
  }
  return ipv6Network(ALL_ONES, length) === mask ? length : undefined;
}

/** `/24`, or the mask itself. */
export function maskText(mask: IpAddress): string {
  return `/${maskLength(mask) ?? formatAddress(mask)}`;
}

export function isAny({ mask }: AddressMask): boolean {
  return mask === 0 || mask === IPV6_UNSPECIFIED;
}

/** The addresses that one part of -s or -d stands for: a host's name may have several. Throws a Problem. */
export function* parseHostMask(p: Process, text: string, family: Family): Sys<AddressMask[]> {
  const [host = '', after] = text.split(/\/(.*)/s);
  const mask = after === undefined ? wholeMask(family) : parseMask(after, family);
  const addresses = yield* hosts(p, host, family);
  const found: AddressMask[] = [];
  for (const whole of addresses) {
    const address = underMask(whole, mask);
    if (!found.some((other) => other.address === address)) found.push({ address, mask });
  }
  return found;
}

function parseMask(text: string, family: Family): IpAddress {
  const mask = text.includes(family === 'inet' ? '.' : ':') ? parseAddress(text, family) : undefined;
  if (mask !== undefined) return mask;
  const length = parseNumber(text, family === 'inet' ? 32 : 128);
  if (length === undefined) throw misuse(`invalid mask \`${text}' specified`);
  return maskOfLength(length, family);
}

/** What is left out of an IPv4 address is 0: `10` is 10.0.0.0. */
function* hosts(p: Process, text: string, family: Family): Sys<IpAddress[]> {
  const short = family === 'inet' && /^\d+(\.\d+){0,2}$/.test(text);
  const literal = parseAddress(short ? `${text}${'.0'.repeat(4 - text.split('.').length)}` : text, family);
  if (literal !== undefined) return [literal];
  const numeric = text === '' || /^[\d.]+$/.test(text) || text.includes(':');
  const found = numeric ? new LookupError('EAI_NONAME') : yield* getaddrinfo(p, text, family);
  if (found instanceof LookupError || isError(found)) throw misuse(`host/network \`${text}' not found`);
  return found.addresses.map(({ address }) => address as IpAddress);
}

/** An address as rules are listed: a name unless `numeric`, the mask unless it is whole. */
export function* addressText(p: Process, wanted: AddressMask | undefined, numeric: boolean, family: Family): Sys<string> {
  if (wanted === undefined) return numeric ? (family === 'inet' ? '0.0.0.0/0' : '::/0') : 'anywhere';
  const { address, mask } = wanted;
  const name = numeric
    ? undefined
    : yield* hostName(p, typeof address === 'number' ? { family: 'inet', address } : { family: 'inet6', address, scopeId: 0 });
  const whole = maskLength(mask) === (family === 'inet' ? 32 : 128);
  return `${name ?? formatAddress(address)}${whole ? '' : maskText(mask)}`;
}
