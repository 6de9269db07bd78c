// Sets kept in a bitmap: net/netfilter/ipset/ip_set_bitmap_gen.h.

import { formatIpv4 } from '../../../base/ipv4-address.ts';
import type { NetNamespace } from '../../netns.ts';
import { networkOf, type SetElement, type SetError, type SetExtensions, type SetRequest } from './element.ts';
import { type Found, IpSet, type ListedElement, type SetEntry, type SetOptions } from './ip-set.ts';
import { hasPorts, type PacketQuery, queryAddress, queryPort } from './packet-query.ts';

/** What a bitmap covers: numbers of addresses or ports, first and last. */
export interface BitmapRange {
  readonly from: number;
  readonly to: number;
  /** Of addresses: one bit stands for a network of that length. */
  readonly netmask: number | undefined;
}

/** Bits of a set (IPSET_BITMAP_MAX_RANGE). */
const MOST = 0x1_0000;

/** `bitmap:ip` and `bitmap:port`. */
export class BitmapSet extends IpSet {
  readonly type: 'bitmap:ip' | 'bitmap:port';
  readonly revision = 3;
  readonly dimension = 1;
  private readonly range: BitmapRange;
  private readonly entries = new Map<number, SetEntry>();

  private constructor(ns: NetNamespace, name: string, type: 'bitmap:ip' | 'bitmap:port', range: BitmapRange, options: SetOptions) {
    super(ns, name, type === 'bitmap:ip' ? 'inet' : undefined, options);
    this.type = type;
    this.range = range;
  }

  /** The set, or why that range cannot be. */
  static create(
    ns: NetNamespace,
    name: string,
    type: 'bitmap:ip' | 'bitmap:port',
    asked: BitmapRange,
    options: SetOptions,
  ): BitmapSet | SetError {
    let [from, to] = [Math.min(asked.from, asked.to), Math.max(asked.from, asked.to)];
    const { netmask } = asked;
    if (netmask !== undefined) {
      const size = 2 ** (32 - netmask);
      from = networkOf(from, netmask) as number;
      to = (networkOf(to, netmask) as number) + size - 1;
      if (asked.to - asked.from + 1 < size && netmask < 32) return 'BITMAP_RANGE';
    }
    const set = new BitmapSet(ns, name, type, { from, to, netmask }, options);
    return set.bits > MOST ? 'BITMAP_RANGE_SIZE' : set;
  }

  private get unit(): number {
    return this.range.netmask === undefined ? 1 : 2 ** (32 - this.range.netmask);
  }

  private get bits(): number {
    return Math.floor((this.range.to - this.range.from) / this.unit) + 1;
  }

  header(): [string, string | undefined][] {
    const { from, to, netmask } = this.range;
    const range = this.type === 'bitmap:port' ? `${from}-${to}` : `${formatIpv4(from)}-${formatIpv4(to)}`;
    const mask: [string, string][] = netmask === undefined || netmask === 32 ? [] : [['netmask', String(netmask)]];
    return [['range', range], ...mask, ...this.optionWords()];
  }

  memory(): number {
    const head = this.type === 'bitmap:ip' ? 88 : 72;
    return head + Math.ceil(this.bits / 64) * 8 + this.bits * this.elementSize(0, 1) + this.commentMemory(this.entries.values());
  }

  same(other: IpSet): boolean {
    if (!(other instanceof BitmapSet) || other.type !== this.type || !this.sameOptions(other)) return false;
    const [mine, its] = [this.range, other.range];
    return mine.from === its.from && mine.to === its.to && mine.netmask === its.netmask;
  }

  *list(): Generator<ListedElement> {
    for (const number of [...this.entries.keys()].sort((a, b) => a - b)) {
      const entry = this.entries.get(number);
      if (entry && !this.isExpired(entry)) yield { ...entry, element: this.element(number), set: undefined, noMatch: false };
    }
  }

  private element(number: number): SetElement {
    const address = this.type === 'bitmap:ip';
    return { ip: address ? number : 0, cidr: 32, port: address ? 0 : number, proto: 0, ip2: 0, cidr2: 32 };
  }

  flush(): void {
    this.entries.clear();
  }

  private isInside(number: number): boolean {
    return number >= this.range.from && number <= this.range.to;
  }

  /** The number of the bit for an address or a port. */
  private place(number: number): number {
    return this.range.netmask === undefined ? number : (networkOf(number, this.range.netmask) as number);
  }

  /** First and last of what is asked for. */
  private asked(request: SetRequest): [number, number] {
    if (this.type === 'bitmap:port') {
      const { port = 0, portTo = port } = request;
      return [Math.min(port, portTo), Math.max(port, portTo)];
    }
    const ip = request.ip as number;
    if (request.ipTo !== undefined) return [Math.min(ip, request.ipTo as number), Math.max(ip, request.ipTo as number)];
    if (request.cidr === undefined) return [ip, ip];
    const first = networkOf(ip, request.cidr) as number;
    return [first, first + 2 ** (32 - request.cidr) - 1];
  }

  private each(request: SetRequest, use: (number: number) => SetError | undefined): SetError | undefined {
    const [from, to] = this.asked(request);
    if (!this.isInside(from) || !this.isInside(to)) return 'BITMAP_RANGE';
    for (let number = this.place(from); number <= to; number += this.unit) {
      const refused = use(number);
      if (refused) return refused;
    }
    return undefined;
  }

  add(request: SetRequest): SetError | undefined {
    const refused = this.refuseExtensions(request);
    return refused ?? this.each(request, (number) => (this.set(number, request, request.exist) ? undefined : 'EXIST'));
  }

  private set(number: number, kept: SetExtensions, exist: boolean): boolean {
    const present = this.entries.get(number);
    if (present && !this.isExpired(present) && !exist) return false;
    const entry = this.entry(kept);
    entry.packets = kept.packets ?? present?.packets ?? 0;
    entry.bytes = kept.bytes ?? present?.bytes ?? 0;
    this.entries.set(number, entry);
    return true;
  }

  delete(request: SetRequest): SetError | undefined {
    return this.each(request, (number) => (this.remove(number) || request.exist ? undefined : 'EXIST'));
  }

  private remove(number: number): boolean {
    const entry = this.entries.get(number);
    this.entries.delete(number);
    return entry !== undefined && !this.isExpired(entry);
  }

  test(request: SetRequest): SetError | undefined {
    const [number] = this.asked(request);
    const entry = this.entries.get(this.place(number));
    if (!this.isInside(number)) return 'BITMAP_RANGE';
    return entry && !this.isExpired(entry) ? undefined : 'EXIST';
  }

  /** The packet's bit; undefined where it has none. */
  private numberOf(query: PacketQuery): number | undefined {
    let number: number | undefined;
    if (this.type === 'bitmap:ip') number = queryAddress(query, 0) as number;
    else {
      const found = queryPort(query, 0);
      number = found && hasPorts(found.proto) ? found.port : undefined;
    }
    return number === undefined || !this.isInside(number) ? undefined : this.place(number);
  }

  lookUp(query: PacketQuery): Found {
    const number = this.numberOf(query);
    const entry = number === undefined ? undefined : this.entries.get(number);
    return entry && this.take(entry, query) ? 'match' : undefined;
  }

  change(query: PacketQuery, what: 'add' | 'delete', exist: boolean): boolean {
    const number = this.numberOf(query);
    if (number === undefined) return false;
    return what === 'delete' ? this.remove(number) : this.set(number, this.extensionsOf(query), exist);
  }
}
