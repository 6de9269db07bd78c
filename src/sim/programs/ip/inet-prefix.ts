import { formatIpv4, type Ipv4, type Ipv6, ipv4Contains, ipv4MaskLength, ipv6PrefixContains, parseIpv6 } from '../../base/address.ts';
import type { Family, IpAddress } from '../../kernel/rtnetlink/messages.ts';
import type { PreferredFamily } from './context.ts';
import { Exit, parseInteger, parseUnsigned } from './parse.ts';

/** An address and prefix length from the command line (inet_prefix in iproute2's utils.h). */
export interface InetPrefix {
  /** undefined for `default`, `any` and `all` where no family was asked for. */
  readonly family: Family | undefined;
  /** undefined for `default`, `any` and `all`. */
  readonly address: IpAddress | undefined;
  readonly bits: number;
  /** Whether a length was written. */
  readonly lengthGiven: boolean;
}

/** Reads ADDRESS[/LENGTH]; the length may be a netmask. */
export function parsePrefix(word: string, family: PreferredFamily | Family): InetPrefix {
  if (word === 'default' || word === 'any' || word === 'all')
    return { family: family === 'inet' || family === 'inet6' ? family : undefined, address: undefined, bits: 0, lengthGiven: true };
  const slash = word.indexOf('/');
  const found = readAddress(slash < 0 ? word : word.slice(0, slash), family);
  const wholeBits = found?.family === 'inet' ? 32 : 128;
  const bits = slash < 0 ? wholeBits : prefixBits(word.slice(slash + 1));
  if (found === undefined || bits === undefined || bits > wholeBits)
    throw new Exit(1, `Error: ${familyWord(family)} prefix is expected rather than "${word}".\n`, 'ip');
  return { ...found, bits, lengthGiven: slash >= 0 };
}

/** Reads ADDRESS. */
export function parseAddress(word: string, family: PreferredFamily | Family): { readonly family: Family; readonly address: IpAddress } {
  const found = readAddress(word, family);
  if (found === undefined) throw new Exit(1, `Error: ${familyWord(family)} address is expected rather than "${word}".\n`, 'ip');
  return found;
}

/** Text of an address. */
export function formatAddress(address: IpAddress): string {
  return typeof address === 'number' ? formatIpv4(address) : address;
}

/** Whether an address lies in a prefix; a prefix without address holds all. */
export function prefixContains(prefix: InetPrefix, address: IpAddress): boolean {
  if (prefix.address === undefined) return true;
  if (typeof prefix.address === 'number') return typeof address === 'number' && ipv4Contains(prefix.address, prefix.bits, address);
  return typeof address !== 'number' && ipv6PrefixContains(prefix.address, prefix.bits, address);
}

function familyWord(family: PreferredFamily | Family): string {
  return family === 'unspec' ? 'any valid' : family;
}

function readAddress(
  word: string,
  family: PreferredFamily | Family,
): { family: 'inet'; address: Ipv4 } | { family: 'inet6'; address: Ipv6 } | undefined {
  if (word.includes(':')) {
    const address = family === 'unspec' || family === 'inet6' ? parseIpv6(word) : undefined;
    return address === undefined ? undefined : { family: 'inet6', address };
  }
  const address = family === 'unspec' || family === 'inet' ? dottedQuad(word) : undefined;
  return address === undefined ? undefined : { family: 'inet', address };
}

/** One to four numbers in any base, the missing ones zero: `10` is 10.0.0.0. */
export function dottedQuad(word: string): Ipv4 | undefined {
  const parts = word.split('.');
  if (parts.length > 4) return undefined;
  let address = 0;
  for (let i = 0; i < 4; i++) {
    const part = parts[i];
    const value = part === undefined ? 0 : /^\d/.test(part) ? parseUnsigned(part, 8) : undefined;
    if (value === undefined) return undefined;
    address = address * 256 + value;
  }
  return address;
}

/** A netmask may stand for the length, even that of an IPv6 prefix: iproute2 reads it as IPv4 whatever the address is. */
function prefixBits(word: string): number | undefined {
  const bits = parseInteger(word);
  if (bits !== undefined) return bits < 0 ? undefined : bits;
  const mask = dottedQuad(word);
  return mask === undefined ? undefined : ipv4MaskLength(mask);
}
