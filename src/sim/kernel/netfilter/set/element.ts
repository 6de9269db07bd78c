import { ipv6Bytes, ipv6Network } from '../../../base/ipv6-address.ts';
import type { Family, IpAddress } from '../../rtnetlink/messages.ts';

/** One element of a set: which of its parts count depends on the set's type. */
export interface SetElement {
  readonly ip: IpAddress;
  /** How long the network `ip` is. */
  readonly cidr: number;
  /** Of ICMP, type and code. */
  readonly port: number;
  readonly proto: number;
  readonly ip2: IpAddress;
  readonly cidr2: number;
}

/** What a set can keep of each element besides (include/linux/netfilter/ipset/ip_set.h). */
export interface SetExtensions {
  /** 0 for one that stays. */
  readonly timeoutS?: number | undefined;
  readonly packets?: number | undefined;
  readonly bytes?: number | undefined;
  readonly comment?: string | undefined;
  readonly mark?: { readonly mark: number; readonly mask: number } | undefined;
  readonly priority?: number | undefined;
  readonly queue?: number | undefined;
}

/** What is to be added, deleted or looked for: single elements, or ranges of them. */
export interface SetRequest extends SetExtensions {
  readonly ip?: IpAddress;
  readonly ipTo?: IpAddress;
  readonly cidr?: number;
  readonly port?: number;
  readonly portTo?: number;
  readonly proto?: number;
  readonly ip2?: IpAddress;
  readonly ip2To?: IpAddress;
  readonly cidr2?: number;
  /** An exception from a larger network. */
  readonly noMatch?: boolean;
  /** Of a list: the set that is meant, and beside which it stands. */
  readonly set?: string;
  readonly before?: string;
  readonly after?: string;
  /** What is there already, or not there, is fine (IPSET_FLAG_EXIST). */
  readonly exist: boolean;
}

/** Why the kernel refuses something about a set (enum ipset_errno, errno). */
export type SetError =
  | 'ENOENT'
  | 'EEXIST'
  | 'FIND_TYPE'
  | 'BUSY'
  | 'REFERENCED'
  | 'EXIST_SETNAME2'
  | 'TYPE_MISMATCH'
  | 'EXIST'
  | 'INVALID_CIDR'
  | 'INVALID_NETMASK'
  | 'TIMEOUT'
  | 'COUNTER'
  | 'COMMENT'
  | 'SKBINFO'
  | 'HASH_FULL'
  | 'HASH_ELEM'
  | 'INVALID_PROTO'
  | 'HASH_RANGE'
  | 'HASH_RANGE_UNSUPPORTED'
  | 'BITMAP_RANGE'
  | 'BITMAP_RANGE_SIZE'
  | 'NAME'
  | 'LOOP'
  | 'NAMEREF'
  | 'REF_EXIST';

/** The bits of an address in that family. */
export function addressBits(family: Family): number {
  return family === 'inet' ? 32 : 128;
}

/** The network of that length around an address. */
export function networkOf(address: IpAddress, length: number): IpAddress {
  if (typeof address === 'string') return ipv6Network(address, length);
  return length === 0 ? 0 : (address & (-1 << (32 - length))) >>> 0;
}

/** The networks that together are a range of addresses, first to last (ip_set_range_to_cidr). */
export function* networksOfRange(from: number, to: number): Generator<{ address: number; cidr: number }> {
  let at = from;
  while (at <= to) {
    let cidr = 32;
    while (cidr > 1) {
      const size = 2 ** (32 - cidr + 1);
      if (at % size !== 0 || at + size - 1 > to) break;
      cidr--;
    }
    yield { address: at, cidr };
    at += 2 ** (32 - cidr);
  }
}

/** Appends an address in network order. */
export function pushAddress(bytes: number[], address: IpAddress): void {
  if (typeof address === 'string') bytes.push(...ipv6Bytes(address));
  else bytes.push(address >>> 24, (address >>> 16) & 0xff, (address >>> 8) & 0xff, address & 0xff);
}
