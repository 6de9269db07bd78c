// Sets kept in a hash: net/netfilter/ipset/ip_set_hash_gen.h. Elements are listed in the order of their buckets.

import { formatIpv4 } from '../../../base/ipv4-address.ts';
import { ipv6Bytes } from '../../../base/ipv6-address.ts';
import { jhash2 } from '../../../base/jhash.ts';
import { KERN_WARNING } from '../../kernel-log.ts';
import type { NetNamespace } from '../../netns.ts';
import type { Family, IpAddress } from '../../rtnetlink/messages.ts';
import { underMask } from '../match/mask.ts';
import { addressBits, networkOf, type SetElement, type SetError, type SetExtensions, type SetRequest } from './element.ts';
import { elementsOf } from './hash-range.ts';
import { elementLength, type HashType, headSize, wordsOf } from './hash-type.ts';
import { type Found, IpSet, type ListedElement, type SetEntry, type SetOptions } from './ip-set.ts';
import { type PacketQuery, queryAddress, queryPort } from './packet-query.ts';

interface Slot extends SetEntry {
  readonly element: SetElement;
  readonly words: readonly number[];
  noMatch: boolean;
}

/** A bucket grows and shrinks by two slots (AHASH_INIT_SIZE); freed slots are used again. */
interface Bucket {
  size: number;
  slots: (Slot | undefined)[];
}

const STEP = 2;
const LARGEST_BUCKET = 12;
const BUCKET_HEAD = 32;
/** A larger table has a lock, with what belongs to it, for each part of this many buckets. */
const REGION_BITS = 10;
const REGION_SIZE = 24;
const SMALLEST = 64;

/** How a hash was asked for. */
export interface HashOptions {
  readonly hashSize: number;
  readonly maxElements: number;
  readonly bucketSize: number | undefined;
  readonly initval: number;
  readonly netmask: number | undefined;
  readonly bitmask: IpAddress | undefined;
  readonly forceAdd: boolean;
}

export class HashSet extends IpSet {
  readonly hash: HashType;
  declare readonly family: Family;
  private readonly asked: HashOptions;
  private readonly bucketSize: number;
  private bits: number;
  private buckets = new Map<number, Bucket>();
  private count = 0;
  private bucketMemory = 0;
  /** How many elements there are of each length of network, by length. */
  private readonly lengths = new Map<number, number>();

  constructor(ns: NetNamespace, name: string, hash: HashType, family: Family, asked: HashOptions, options: SetOptions) {
    super(ns, name, family, options);
    this.hash = hash;
    this.asked = asked;
    this.bits = 32 - Math.clz32(Math.max(SMALLEST, asked.hashSize) - 1);
    const even = Math.ceil((asked.bucketSize ?? LARGEST_BUCKET) / STEP) * STEP;
    this.bucketSize = Math.min(LARGEST_BUCKET, Math.max(STEP, even));
  }

  get type(): string {
    return this.hash.name;
  }

  get revision(): number {
    return this.hash.revision;
  }

  get dimension(): number {
    return this.hash.parts.length;
  }

  private get hasNetworks(): boolean {
    return this.hash.parts.includes('net');
  }

  header(): [string, string | undefined][] {
    const { maxElements, netmask, bitmask, initval } = this.asked;
    return [
      ['family', this.family],
      ['hashsize', String(2 ** this.bits)],
      ['maxelem', String(maxElements)],
      ...(netmask === undefined ? [] : [['netmask', String(netmask)] satisfies [string, string]]),
      ...(bitmask === undefined
        ? []
        : [['bitmask', typeof bitmask === 'number' ? formatIpv4(bitmask) : bitmask] satisfies [string, string]]),
      ...this.optionWords(),
      ['bucketsize', String(this.bucketSize)],
      ['initval', `0x${initval.toString(16).padStart(8, '0')}`],
    ];
  }

  memory(): number {
    const regions = 2 ** Math.max(0, this.bits - REGION_BITS);
    return headSize(this.hash, this.family) + (regions - 1) * REGION_SIZE + this.bucketMemory + this.commentMemory(this.slots());
  }

  /** What the kernel reckons for so many slots: it counts a bucket's head again with each growth. */
  private slotMemory(slots: number): number {
    return BUCKET_HEAD + slots * this.elementSize(elementLength(this.hash, this.family), 4);
  }

  same(other: IpSet): boolean {
    if (!(other instanceof HashSet) || other.hash !== this.hash || other.family !== this.family || !this.sameOptions(other)) return false;
    const [mine, its] = [this.asked, other.asked];
    return mine.maxElements === its.maxElements && mine.netmask === its.netmask && mine.bitmask === its.bitmask;
  }

  private *slots(): Generator<Slot> {
    for (const key of [...this.buckets.keys()].sort((a, b) => a - b)) {
      for (const slot of this.buckets.get(key)?.slots ?? []) if (slot) yield slot;
    }
  }

  *list(): Generator<ListedElement> {
    for (const slot of this.slots()) if (!this.isExpired(slot)) yield { ...slot, set: undefined };
  }

  flush(): void {
    this.buckets.clear();
    this.lengths.clear();
    this.count = 0;
    this.bucketMemory = 0;
  }

  add(request: SetRequest): SetError | undefined {
    const refused = this.refuseExtensions(request);
    if (refused) return refused;
    return this.each(request, (element) => {
      let added = this.insert(element, request, request.noMatch ?? false, request.exist);
      while (added === 'resize') {
        this.resize();
        added = this.insert(element, request, request.noMatch ?? false, request.exist);
      }
      return added;
    });
  }

  delete(request: SetRequest): SetError | undefined {
    return this.each(request, (element) => (this.remove(element) || request.exist ? undefined : 'EXIST'));
  }

  test(request: SetRequest): SetError | undefined {
    const [element] = this.elements(request, true);
    if (element === undefined || typeof element === 'string') return element ?? 'EXIST';
    const found = this.find(element, () => true);
    return found === 'match' || (found === 'nomatch' && request.noMatch) ? undefined : 'EXIST';
  }

  private each(request: SetRequest, use: (element: SetElement) => SetError | undefined): SetError | undefined {
    for (const element of this.elements(request, false)) {
      const refused = typeof element === 'string' ? element : use(element);
      if (refused) return refused;
    }
    return undefined;
  }

  private elements(request: SetRequest, single: boolean): Generator<SetElement | SetError> {
    return elementsOf(this.hash, this.family, request, this.asked.netmask, (ip) => this.masked(ip), single);
  }

  private masked(address: IpAddress): IpAddress {
    const { netmask, bitmask } = this.asked;
    if (bitmask !== undefined) return underMask(address, bitmask);
    return netmask === undefined ? address : networkOf(address, netmask);
  }

  private key(words: readonly number[], bits = this.bits): number {
    return jhash2(words, this.asked.initval) & (2 ** bits - 1);
  }

  private lengthOf({ cidr, cidr2 }: SetElement): number {
    return this.hash.parts[0] === 'net' ? cidr : cidr2;
  }

  private counted(element: SetElement, by: 1 | -1): void {
    this.count += by;
    if (!this.hasNetworks) return;
    const length = this.lengthOf(element);
    const count = (this.lengths.get(length) ?? 0) + by;
    if (count > 0) this.lengths.set(length, count);
    else this.lengths.delete(length);
  }

  /** mtype_add() */
  private insert(element: SetElement, kept: SetExtensions, noMatch: boolean, exist: boolean): SetError | 'resize' | undefined {
    const { maxElements, forceAdd } = this.asked;
    if (this.count >= maxElements && this.options.timeoutS !== undefined) this.collect();
    const full = this.count >= maxElements;
    const words = wordsOf(this.hash, element);
    const key = this.key(words);
    const bucket = this.buckets.get(key);
    const slot: Slot = { ...this.entry(kept), element, words, noMatch };
    if (bucket === undefined) {
      if (full) return this.refuseFull();
      this.buckets.set(key, { size: STEP, slots: [slot] });
      this.bucketMemory += this.slotMemory(STEP);
      this.counted(element, 1);
      return undefined;
    }
    const { slots } = bucket;
    const at = slots.findIndex((other) => other && sameWords(other.words, words));
    const present = slots[at];
    if (present) {
      if (!exist && !this.isExpired(present)) return 'EXIST';
      slots[at] = { ...slot, packets: kept.packets ?? present.packets, bytes: kept.bytes ?? present.bytes };
      return undefined;
    }
    let free = slots.findIndex((other) => other === undefined || this.isExpired(other));
    if (free < 0 && full && forceAdd) free = 0;
    if (free >= 0) {
      const old = slots[free];
      if (old) this.counted(old.element, -1);
      slots[free] = slot;
      this.counted(element, 1);
      return undefined;
    }
    if (full) return this.refuseFull();
    if (slots.length >= bucket.size) {
      if (bucket.size >= this.bucketSize) return 'resize';
      bucket.size += STEP;
      this.bucketMemory += this.slotMemory(STEP);
    }
    slots.push(slot);
    this.counted(element, 1);
    return undefined;
  }

  private refuseFull(): SetError {
    this.ns.kernel.log.print(KERN_WARNING, `Set ${this.name} is full, maxelem ${this.asked.maxElements} reached`);
    return 'HASH_FULL';
  }

  /** Expired elements make room (mtype_gc_do). */
  private collect(): void {
    for (const slot of [...this.slots()]) if (this.isExpired(slot)) this.erase(slot.words);
  }

  /** A table twice as large, or larger until every bucket has room (mtype_resize). */
  private resize(): void {
    const slots = [...this.slots()].filter((slot) => !this.isExpired(slot));
    for (;;) {
      this.bits++;
      const buckets = new Map<number, Bucket>();
      let steps = 0;
      const fits = slots.every((slot) => {
        const key = this.key(slot.words);
        const bucket = buckets.get(key);
        if (bucket === undefined) {
          buckets.set(key, { size: STEP, slots: [slot] });
          steps++;
          return true;
        }
        if (bucket.slots.length >= bucket.size) {
          if (bucket.size >= this.bucketSize) return false;
          bucket.size += STEP;
          steps++;
        }
        bucket.slots.push(slot);
        return true;
      });
      if (!fits) continue;
      this.buckets = buckets;
      this.bucketMemory = steps * this.slotMemory(STEP);
      return;
    }
  }

  private remove(element: SetElement): boolean {
    const words = wordsOf(this.hash, element);
    const slot = this.buckets.get(this.key(words))?.slots.find((other) => other && sameWords(other.words, words));
    if (slot === undefined || this.isExpired(slot)) return false;
    this.erase(words);
    return true;
  }

  /** mtype_del() */
  private erase(words: readonly number[]): void {
    const key = this.key(words);
    const bucket = this.buckets.get(key);
    const at = bucket?.slots.findIndex((other) => other && sameWords(other.words, words)) ?? -1;
    const slot = bucket?.slots[at];
    if (bucket === undefined || slot === undefined) return;
    this.counted(slot.element, -1);
    if (at + 1 === bucket.slots.length) bucket.slots.pop();
    else bucket.slots[at] = undefined;
    const kept = bucket.slots.filter((other) => other !== undefined);
    if (kept.length === 0) {
      this.buckets.delete(key);
      this.bucketMemory -= this.slotMemory(bucket.size);
    } else if (bucket.slots.length - kept.length >= STEP) {
      bucket.slots = kept;
      bucket.size -= STEP;
      this.bucketMemory -= this.slotMemory(STEP);
    }
  }

  private find(element: SetElement, take: (slot: Slot) => boolean): Found {
    if (!this.hasNetworks || this.lengthOf(element) !== addressBits(this.family)) return this.findExact(element, take);
    // An address may be in networks of any length there is: the smallest decides.
    for (const length of [...this.lengths.keys()].sort((a, b) => b - a)) {
      const found = this.findExact(this.inNetwork(element, length), take);
      if (found) return found;
    }
    return undefined;
  }

  private inNetwork(element: SetElement, length: number): SetElement {
    if (this.hash.parts[0] === 'net') return { ...element, ip: networkOf(element.ip, length), cidr: length };
    return { ...element, ip2: networkOf(element.ip2, length), cidr2: length };
  }

  private findExact(element: SetElement, take: (slot: Slot) => boolean): Found {
    const words = wordsOf(this.hash, element);
    const slot = this.buckets.get(this.key(words))?.slots.find((other) => other && sameWords(other.words, words));
    if (slot === undefined || this.isExpired(slot) || !take(slot)) return undefined;
    return slot.noMatch ? 'nomatch' : 'match';
  }

  lookUp(query: PacketQuery): Found {
    const element = this.elementOf(query, addressBits(this.family));
    return element && this.find(element, (slot) => this.take(slot, query));
  }

  change(query: PacketQuery, what: 'add' | 'delete', exist: boolean): boolean {
    const [longest = addressBits(this.family)] = [...this.lengths.keys()].sort((a, b) => b - a);
    const element = this.elementOf(query, longest);
    if (element === undefined) return false;
    if (what === 'delete') return this.remove(element);
    return this.insert(element, this.extensionsOf(query), false, exist) === undefined;
  }

  /** The packet as an element, its networks of that length. */
  private elementOf(query: PacketQuery, length: number): SetElement | undefined {
    const { parts, name } = this.hash;
    const whole = addressBits(this.family);
    const place = parts.includes('port') ? queryPort(query, 1) : { port: 0, proto: 0 };
    if (place === undefined) return undefined;
    const [cidr, cidr2] = [parts[0] === 'net' ? length : whole, parts[2] === 'net' ? length : whole];
    const ip = networkOf(this.masked(queryAddress(query, 0)), cidr);
    const ip2 = parts.length === 3 ? networkOf(queryAddress(query, 2), cidr2) : 0;
    if (name === 'hash:ip' && isZero(ip)) return undefined;
    return { ip, cidr, ...place, ip2, cidr2 };
  }
}

function isZero(address: IpAddress): boolean {
  return typeof address === 'number' ? address === 0 : ipv6Bytes(address).every((byte) => byte === 0);
}

function sameWords(a: readonly number[], b: readonly number[]): boolean {
  return a.every((word, i) => word === b[i]);
}
