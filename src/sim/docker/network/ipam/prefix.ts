import { formatIpv4, type Ipv6, ipv6Bytes, parseIpv4, parseIpv6 } from '../../../base/address.ts';
import { formatIpv6Bytes } from '../../../base/ipv6-address.ts';

/** A block of addresses of one family. Addresses are whole numbers here, so that both families count alike. */
export interface Prefix {
  readonly v6: boolean;
  /** The lowest address of the block. */
  readonly base: bigint;
  readonly length: number;
}

/** How many addresses a block has. */
export const sizeOf = ({ v6, length }: Prefix): bigint => 1n << BigInt((v6 ? 128 : 32) - length);

export const containsAddress = (prefix: Prefix, address: bigint): boolean =>
  address >= prefix.base && address < prefix.base + sizeOf(prefix);

export const overlaps = (a: Prefix, b: Prefix): boolean => a.v6 === b.v6 && (containsAddress(a, b.base) || containsAddress(b, a.base));

/** An address as Go's net.ParseIP takes it; undefined if it is none. */
export function parseAddress(text: string): { readonly v6: boolean; readonly address: bigint } | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return { v6: false, address: BigInt(v4) };
  const v6 = parseIpv6(text);
  return v6 === undefined ? undefined : { v6: true, address: numberOf(v6) };
}

/** ADDRESS/LENGTH as Go's net.ParseCIDR takes it: the address that was written, and the block it is in. */
export function parseCidr(text: string): { readonly address: bigint; readonly prefix: Prefix } | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const parsed = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (parsed === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
  const { v6, address } = parsed;
  const length = Number(digits);
  const bits = v6 ? 128 : 32;
  if (length > bits) return undefined;
  const host = BigInt(bits - length);
  return { address, prefix: { v6, base: (address >> host) << host, length } };
}

export function formatAddress(address: bigint, v6: boolean): string {
  if (!v6) return formatIpv4(Number(address));
  const bytes = new Uint8Array(16);
  let rest = address;
  for (let i = 15; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return formatIpv6Bytes(bytes, 0);
}

export const formatPrefix = ({ v6, base, length }: Prefix): string => `${formatAddress(base, v6)}/${length}`;

function numberOf(address: Ipv6): bigint {
  let out = 0n;
  for (const byte of ipv6Bytes(address)) out = (out << 8n) | BigInt(byte);
  return out;
}
