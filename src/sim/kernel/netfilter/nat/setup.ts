// How a connection's addresses are chosen: nf_nat_setup_info() and what it calls in net/netfilter/nf_nat_core.c.

import { ipv6Bytes } from '../../../base/address.ts';
import { u32 } from '../../../base/bytes.ts';
import type { Random } from '../../../base/random.ts';
import { IPPROTO_SCTP, IPPROTO_TCP, IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import type { Conntracks } from '../conntrack/conntracks.ts';
import { type Conntrack, IPS_DST_NAT, IPS_DST_NAT_DONE, IPS_SRC_NAT, IPS_SRC_NAT_DONE } from '../conntrack/entry.ts';
import { IPPROTO_UDPLITE } from '../conntrack/parse.ts';
import { Tuple } from '../conntrack/tuple.ts';
import { type Manipulation, type NatRange, NO_RANGE } from './range.ts';

/** How many ports are tried in a row. */
const MAX_ATTEMPTS = 128;

/** Whether this kind of NAT has been decided for a connection (nf_nat_initialized). */
export function natInitialized(ct: Conntrack, manipulation: Manipulation): boolean {
  return (ct.status & (manipulation === 'source' ? IPS_SRC_NAT_DONE : IPS_DST_NAT_DONE)) !== 0;
}

/** Decides one kind of NAT for a connection that is not confirmed yet: the tuple of its replies becomes what answers to the result. */
export function setupNat(conntracks: Conntracks, ct: Conntrack, range: NatRange, manipulation: Manipulation): void {
  if (ct.confirmed || natInitialized(ct, manipulation)) return;
  const current = new Tuple();
  current.invert(ct.reply);
  const wanted = new Allocation(conntracks, ct, range, manipulation).unique(current);
  if (!wanted.equals(current)) {
    ct.reply.invert(wanted);
    ct.status |= manipulation === 'source' ? IPS_SRC_NAT : IPS_DST_NAT;
  }
  if (manipulation === 'source') {
    conntracks.table.rememberSource(ct);
    ct.status |= IPS_SRC_NAT_DONE;
  } else ct.status |= IPS_DST_NAT_DONE;
}

/** No rule: the address stays, the port only if nobody else has it (nf_nat_alloc_null_binding). */
export function setupNullBinding(conntracks: Conntracks, ct: Conntrack, manipulation: Manipulation): void {
  const address = manipulation === 'source' ? ct.reply.destination : ct.reply.source;
  setupNat(conntracks, ct, { ...NO_RANGE, addresses: { from: address, to: address } }, manipulation);
}

/** The search for a tuple that nobody else's replies have (get_unique_tuple). */
class Allocation {
  private readonly conntracks: Conntracks;
  private readonly ct: Conntrack;
  private readonly range: NatRange;
  private readonly manipulation: Manipulation;
  private readonly reply = new Tuple();

  constructor(conntracks: Conntracks, ct: Conntrack, range: NatRange, manipulation: Manipulation) {
    this.conntracks = conntracks;
    this.ct = ct;
    this.range = range;
    this.manipulation = manipulation;
  }

  unique(current: Tuple): Tuple {
    const { range, manipulation } = this;
    if (manipulation === 'source' && range.random === 'no') {
      if (this.inRange(current)) {
        if (!this.isTaken(current)) return current;
      } else {
        const followed = this.followSource(current);
        if (followed && !this.isTaken(followed)) return followed;
      }
    }
    const tuple = new Tuple().copy(current);
    this.chooseAddress(tuple);
    if (range.random === 'no') {
      if (range.ports === undefined) {
        if (!this.isTaken(tuple)) return tuple;
      } else if (range.basePort === undefined && this.portInRange(tuple)) {
        if (range.ports.from === range.ports.to || !this.isTaken(tuple)) return tuple;
      }
    }
    this.choosePort(tuple);
    return tuple;
  }

  /** Whether another connection's replies would look like ours (nf_nat_used_tuple). */
  private isTaken(tuple: Tuple): boolean {
    if (!this.reply.invert(tuple)) return false;
    const found = this.conntracks.table.find(this.reply);
    return found !== undefined && found.entry !== this.ct;
  }

  private inRange(tuple: Tuple): boolean {
    const { addresses } = this.range;
    if (addresses) {
      const words = [tuple.src0, tuple.src1, tuple.src2, tuple.src3].slice(0, tuple.inet6 ? 4 : 1);
      if (compareWords(words, wordsOf(addresses.from)) < 0 || compareWords(words, wordsOf(addresses.to)) > 0) return false;
    }
    return this.portInRange(tuple);
  }

  private portInRange(tuple: Tuple): boolean {
    const { ports } = this.range;
    if (ports === undefined) return true;
    if (!hasPorts(tuple) && !tuple.isIcmp) return true;
    const port = tuple.isIcmp || this.manipulation === 'source' ? tuple.sport : tuple.dport;
    return port >= ports.from && port <= ports.to;
  }

  /** How another connection of the same source address and port was mapped, if that is in the range (find_appropriate_src). */
  private followSource(tuple: Tuple): Tuple | undefined {
    for (let other = this.conntracks.table.bySource(tuple); other !== undefined; other = other.bySource) {
      const { original } = other;
      if (original.protocol !== tuple.protocol || original.sport !== tuple.sport || !original.sameSource(tuple)) continue;
      if (original.inet6 !== tuple.inet6 || original.zone !== tuple.zone) continue;
      const result = new Tuple();
      result.invert(other.reply);
      result.copyDestination(tuple);
      result.dport = tuple.dport;
      if (this.inRange(result)) return result;
    }
    return undefined;
  }

  /** One address of the range, the same for the same pair of hosts (find_best_ips_proto). */
  private chooseAddress(tuple: Tuple): void {
    const { addresses, persistent } = this.range;
    if (addresses === undefined) return;
    const from = wordsOf(addresses.from);
    const to = wordsOf(addresses.to);
    const destination = [tuple.dst0, tuple.dst1, tuple.dst2, tuple.dst3];
    let hash = persistent ? 0 : (destination[from.length - 1] as number);
    for (const word of [tuple.src0, tuple.src1, tuple.src2, tuple.src3]) hash = scramble(hash, word);
    const chosen = [0, 0, 0, 0];
    let full = false;
    for (let i = 0; i < from.length; i++) {
      const low = full ? 0 : (from[i] as number) >>> 0;
      const distance = full ? 0xffffffff : (((to[i] as number) - (from[i] as number)) >>> 0) + 1;
      chosen[i] = (low + Math.floor(((hash >>> 0) / 0x100000000) * distance)) | 0;
      if (chosen[i] !== to[i]) full = true;
      if (!persistent) hash ^= destination[i] as number;
    }
    const [a = 0, b = 0, c = 0, d = 0] = chosen;
    if (this.manipulation === 'source') {
      tuple.src0 = a;
      tuple.src1 = b;
      tuple.src2 = c;
      tuple.src3 = d;
    } else {
      tuple.dst0 = a;
      tuple.dst1 = b;
      tuple.dst2 = c;
      tuple.dst3 = d;
    }
  }

  /** A port or identifier that makes the tuple unique, if one is found (nf_nat_l4proto_unique_tuple). */
  private choosePort(tuple: Tuple): void {
    const { range, manipulation } = this;
    const random: Random = this.conntracks.ns.kernel.random;
    if (!tuple.isIcmp && !hasPorts(tuple)) return;
    const isSource = tuple.isIcmp || manipulation === 'source';
    const port = isSource ? tuple.sport : tuple.dport;
    let { from, to } = range.ports ?? (tuple.isIcmp ? { from: 0, to: 65535 } : portClass(port));
    if (range.ports === undefined && !tuple.isIcmp && manipulation === 'destination') return;
    if (to < from) [from, to] = [to, from];
    const size = to - from + 1;
    let offset = range.basePort === undefined ? random.int(65536) : (port - range.basePort + 65536) % 65536;
    for (let attempts = Math.min(size, MAX_ATTEMPTS); ; attempts = Math.floor(attempts / 2)) {
      for (let i = 0; i < attempts; i++, offset++) {
        const candidate = from + ((offset & 0xffff) % size);
        if (isSource) tuple.sport = candidate;
        else tuple.dport = candidate;
        if (!this.isTaken(tuple)) return;
      }
      if (attempts >= size || attempts < 16) return;
      offset = random.int(65536);
    }
  }
}

/** Privileged ports stay privileged, and below 512 below 512. */
function portClass(port: number): { from: number; to: number } {
  if (port >= 1024) return { from: 1024, to: 65535 };
  return port < 512 ? { from: 1, to: 511 } : { from: 600, to: 1023 };
}

function hasPorts({ protocol }: Tuple): boolean {
  return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP || protocol === IPPROTO_UDPLITE || protocol === IPPROTO_SCTP;
}

function wordsOf(address: number | string): number[] {
  if (typeof address === 'number') return [address | 0];
  const b = ipv6Bytes(address);
  return [u32(b, 0) | 0, u32(b, 4) | 0, u32(b, 8) | 0, u32(b, 12) | 0];
}

function compareWords(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const x = (a[i] as number) >>> 0;
    const y = (b[i] as number) >>> 0;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function scramble(hash: number, word: number): number {
  const x = Math.imul(hash ^ word, 0x9e3779b1);
  return x ^ (x >>> 15);
}
