import { formatIpv6Bytes, type Ipv4, type Ipv6, ipv6Bytes } from '../../../base/address.ts';
import { setU32, u32 } from '../../../base/bytes.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../../wire/ip-protocol.ts';
import type { Conntrack } from './entry.ts';

export type TupleFamily = 'inet' | 'inet6';

/**
 * One direction of a connection (struct nf_conntrack_tuple): everything as small integers, so that keys are compared and hashed
 * without building a string. An IPv4 address is word 0 of its four; all words are signed.
 */
export class Tuple {
  inet6 = false;
  protocol = 0;
  zone = 0;
  src0 = 0;
  src1 = 0;
  src2 = 0;
  src3 = 0;
  dst0 = 0;
  dst1 = 0;
  dst2 = 0;
  dst3 = 0;
  /** Source port; the identifier of an ICMP echo. */
  sport = 0;
  /** Destination port; type << 8 | code of an ICMP message. */
  dport = 0;

  // For the table: the chain this tuple is in, and whose it is.
  hash = 0;
  next: Tuple | undefined;
  entry: Conntrack | undefined;
  /** Whether it is the entry's reply direction. */
  isReply = false;

  get family(): TupleFamily {
    return this.inet6 ? 'inet6' : 'inet';
  }

  get source(): Ipv4 | Ipv6 {
    return this.inet6 ? words6(this.src0, this.src1, this.src2, this.src3) : this.src0 >>> 0;
  }

  get destination(): Ipv4 | Ipv6 {
    return this.inet6 ? words6(this.dst0, this.dst1, this.dst2, this.dst3) : this.dst0 >>> 0;
  }

  set source(address: Ipv4 | Ipv6) {
    if (typeof address === 'number') {
      this.src0 = address | 0;
      return;
    }
    const b = ipv6Bytes(address);
    this.src0 = u32(b, 0) | 0;
    this.src1 = u32(b, 4) | 0;
    this.src2 = u32(b, 8) | 0;
    this.src3 = u32(b, 12) | 0;
  }

  set destination(address: Ipv4 | Ipv6) {
    if (typeof address === 'number') {
      this.dst0 = address | 0;
      return;
    }
    const b = ipv6Bytes(address);
    this.dst0 = u32(b, 0) | 0;
    this.dst1 = u32(b, 4) | 0;
    this.dst2 = u32(b, 8) | 0;
    this.dst3 = u32(b, 12) | 0;
  }

  get isIcmp(): boolean {
    return this.protocol === IPPROTO_ICMP || this.protocol === IPPROTO_ICMPV6;
  }

  /** Takes over what identifies `from`. */
  copy(from: Tuple): this {
    this.inet6 = from.inet6;
    this.protocol = from.protocol;
    this.zone = from.zone;
    this.copySource(from);
    this.copyDestination(from);
    this.sport = from.sport;
    this.dport = from.dport;
    return this;
  }

  copySource(from: Tuple): void {
    this.src0 = from.src0;
    this.src1 = from.src1;
    this.src2 = from.src2;
    this.src3 = from.src3;
  }

  copyDestination(from: Tuple): void {
    this.dst0 = from.dst0;
    this.dst1 = from.dst1;
    this.dst2 = from.dst2;
    this.dst3 = from.dst3;
  }

  /** Becomes what an answer to `from` has (nf_ct_invert_tuple); false for an ICMP type that has no answer. */
  invert(from: Tuple): boolean {
    this.inet6 = from.inet6;
    this.protocol = from.protocol;
    this.zone = from.zone;
    this.src0 = from.dst0;
    this.src1 = from.dst1;
    this.src2 = from.dst2;
    this.src3 = from.dst3;
    this.dst0 = from.src0;
    this.dst1 = from.src1;
    this.dst2 = from.src2;
    this.dst3 = from.src3;
    if (!from.isIcmp) {
      this.sport = from.dport;
      this.dport = from.sport;
      return true;
    }
    const inverse = (from.inet6 ? INVERSE_TYPES6 : INVERSE_TYPES4).get(from.dport >> 8);
    if (inverse === undefined) return false;
    this.sport = from.sport;
    this.dport = (inverse << 8) | (from.dport & 0xff);
    return true;
  }

  equals(other: Tuple): boolean {
    return (
      this.src0 === other.src0 &&
      this.dst0 === other.dst0 &&
      this.sport === other.sport &&
      this.dport === other.dport &&
      this.protocol === other.protocol &&
      this.inet6 === other.inet6 &&
      this.zone === other.zone &&
      (!this.inet6 ||
        (this.src1 === other.src1 &&
          this.src2 === other.src2 &&
          this.src3 === other.src3 &&
          this.dst1 === other.dst1 &&
          this.dst2 === other.dst2 &&
          this.dst3 === other.dst3))
    );
  }

  sameSource(other: Tuple): boolean {
    return this.src0 === other.src0 && this.src1 === other.src1 && this.src2 === other.src2 && this.src3 === other.src3;
  }

  sameDestination(other: Tuple): boolean {
    return this.dst0 === other.dst0 && this.dst1 === other.dst1 && this.dst2 === other.dst2 && this.dst3 === other.dst3;
  }

  /** Whether this tuple's destination is the other's source. */
  answers(other: Tuple): boolean {
    return this.dst0 === other.src0 && this.dst1 === other.src1 && this.dst2 === other.src2 && this.dst3 === other.src3;
  }

  computeHash(seed: number): number {
    let h = seed ^ this.protocol ^ (this.zone << 8);
    h = mix(h, this.src0);
    h = mix(h, this.dst0);
    if (this.inet6) {
      h = mix(mix(h, this.src1), this.src2);
      h = mix(mix(h, this.src3), this.dst1);
      h = mix(mix(h, this.dst2), this.dst3);
    }
    h = mix(h, (this.sport << 16) | this.dport);
    return h ^ (h >>> 15);
  }
}

function mix(h: number, word: number): number {
  const x = Math.imul(h ^ word, 0x9e3779b1);
  return x ^ (x >>> 16);
}

function words6(a: number, b: number, c: number, d: number): Ipv6 {
  const bytes = new Uint8Array(16);
  setU32(bytes, 0, a);
  setU32(bytes, 4, b);
  setU32(bytes, 8, c);
  setU32(bytes, 12, d);
  return formatIpv6Bytes(bytes, 0);
}

/** Requests and replies of ICMP, both ways: echo, timestamp, information, address mask. */
const INVERSE_TYPES4: ReadonlyMap<number, number> = new Map([
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [17, 18],
  [18, 17],
]);
/** Echo and node information of ICMPv6. */
const INVERSE_TYPES6: ReadonlyMap<number, number> = new Map([
  [128, 129],
  [129, 128],
  [139, 140],
  [140, 139],
]);
