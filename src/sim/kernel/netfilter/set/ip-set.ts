import { NS_PER_S } from '../../../base/time.ts';
import type { NetNamespace } from '../../netns.ts';
import type { Family } from '../../rtnetlink/messages.ts';
import type { SetElement, SetError, SetExtensions, SetRequest } from './element.ts';
import type { PacketQuery } from './packet-query.ts';

/** What can be kept of every element of a set (IPSET_ATTR_TIMEOUT, IPSET_FLAG_WITH_*). */
export interface SetOptions {
  /** What elements get that bring none; undefined where none has any. */
  readonly timeoutS: number | undefined;
  readonly counters: boolean;
  readonly comment: boolean;
  readonly skbinfo: boolean;
}

/** What is kept of an element of a set. */
export interface SetEntry {
  /** Virtual time at which it is gone, undefined for never. */
  expiresNs: number | undefined;
  packets: number;
  bytes: number;
  comment: string | undefined;
  mark: { readonly mark: number; readonly mask: number };
  priority: number;
  queue: number;
}

/** An element as it is listed: what it is, and what is kept of it. */
export interface ListedElement extends SetEntry {
  readonly element: SetElement | undefined;
  /** Of a list of sets. */
  readonly set: string | undefined;
  readonly noMatch: boolean;
}

/** What a look-up says: `nomatch` is a hit on an exception. */
export type Found = 'match' | 'nomatch' | undefined;

/** A set of addresses, networks, ports or sets (struct ip_set; net/netfilter/ipset/ip_set_core.c). */
export abstract class IpSet {
  readonly ns: NetNamespace;
  name: string;
  abstract readonly type: string;
  abstract readonly revision: number;
  /** How many parts an element has: what `src,dst` of a rule has to name. */
  abstract readonly dimension: number;
  readonly family: Family | undefined;
  readonly options: SetOptions;

  constructor(ns: NetNamespace, name: string, family: Family | undefined, options: SetOptions) {
    this.ns = ns;
    this.name = name;
    this.family = family;
    this.options = options;
  }

  /** What was asked for of this type of set, as option and value. */
  abstract header(): [string, string | undefined][];
  /** Bytes of kernel memory on a 64-bit machine. */
  abstract memory(): number;
  abstract list(): Generator<ListedElement>;
  abstract flush(): void;
  /** Adds what a program asks for. */
  abstract add(request: SetRequest): SetError | undefined;
  abstract delete(request: SetRequest): SetError | undefined;
  abstract test(request: SetRequest): SetError | undefined;
  /** Whether a packet's element is there. */
  abstract lookUp(query: PacketQuery): Found;
  /** Adds or deletes a packet's element. */
  abstract change(query: PacketQuery, what: 'add' | 'delete', exist: boolean): boolean;
  /** Whether a set that is created anew with these words would be the same. */
  abstract same(other: IpSet): boolean;

  protected get now(): number {
    return this.ns.kernel.clock.now;
  }

  isExpired({ expiresNs }: SetEntry): boolean {
    return expiresNs !== undefined && expiresNs <= this.now;
  }

  /** What is asked for and not kept by this set (ip_set_get_extensions). */
  protected refuseExtensions(request: SetExtensions): SetError | undefined {
    const { timeoutS, counters, comment, skbinfo } = this.options;
    if (request.timeoutS !== undefined && timeoutS === undefined) return 'TIMEOUT';
    if ((request.packets !== undefined || request.bytes !== undefined) && !counters) return 'COUNTER';
    if (request.comment !== undefined && !comment) return 'COMMENT';
    if ((request.mark ?? request.priority ?? request.queue) !== undefined && !skbinfo) return 'SKBINFO';
    return undefined;
  }

  /** What is kept of an element that comes with these. */
  protected entry(wanted: SetExtensions): SetEntry {
    const timeoutS = wanted.timeoutS ?? this.options.timeoutS ?? 0;
    return {
      expiresNs: timeoutS === 0 ? undefined : this.now + timeoutS * NS_PER_S,
      packets: wanted.packets ?? 0,
      bytes: wanted.bytes ?? 0,
      comment: wanted.comment === '' ? undefined : wanted.comment,
      mark: wanted.mark ?? { mark: 0, mask: 0 },
      priority: wanted.priority ?? 0,
      queue: wanted.queue ?? 0,
    };
  }

  /** Counts a packet for its element and looks whether its counters are as the rule wants them (ip_set_match_extensions). */
  protected take(entry: SetEntry, { bytes, update, wanted, found }: PacketQuery): boolean {
    if (this.isExpired(entry)) return false;
    if (this.options.counters) {
      if (update) {
        entry.packets++;
        entry.bytes += bytes;
      }
      if (wanted && !wanted(entry.packets, entry.bytes)) return false;
    }
    found?.(entry);
    return true;
  }

  /** What a packet that is added brings along: it is counted. */
  protected extensionsOf({ bytes, timeoutS }: PacketQuery): SetExtensions {
    return { packets: 1, bytes, timeoutS: this.options.timeoutS === undefined ? undefined : timeoutS };
  }

  /** How many bytes an element of `length` and `align` takes with all that is kept of it (ip_set_elem_len). */
  protected elementSize(length: number, align: number): number {
    const { timeoutS, counters, comment, skbinfo } = this.options;
    const up = (n: number, to: number): number => Math.ceil(n / to) * to;
    let [size, most] = [length, align];
    const keep = (kept: boolean, bytes: number, aligned: number): void => {
      if (!kept) return;
      most = Math.max(most, aligned);
      size = up(size, aligned) + bytes;
    };
    keep(counters, 16, 8);
    keep(timeoutS !== undefined, 8, 8);
    keep(skbinfo, 16, 4);
    keep(comment, 8, 8);
    return up(size, most);
  }

  /** Comments are kept apart from their elements. */
  protected commentMemory(entries: Iterable<SetEntry>): number {
    let bytes = 0;
    for (const { comment } of entries) if (comment !== undefined) bytes += COMMENT_HEAD + comment.length + 1;
    return bytes;
  }

  /** The header's part that all types share, behind what they have of their own. */
  protected optionWords(): [string, string | undefined][] {
    const { timeoutS, counters, comment, skbinfo } = this.options;
    return [
      ...(timeoutS === undefined ? [] : [['timeout', String(timeoutS)] satisfies [string, string]]),
      ...[counters && 'counters', comment && 'comment', skbinfo && 'skbinfo']
        .filter((word) => word !== false)
        .map((word): [string, undefined] => [word, undefined]),
    ];
  }

  protected sameOptions({ options }: IpSet): boolean {
    const mine = this.options;
    return (
      mine.timeoutS === options.timeoutS &&
      mine.counters === options.counters &&
      mine.comment === options.comment &&
      mine.skbinfo === options.skbinfo
    );
  }
}

/** struct ip_set_comment_rcu without its text. */
const COMMENT_HEAD = 16;
