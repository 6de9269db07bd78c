// A set of sets: net/netfilter/ipset/ip_set_list_set.c.

import type { NetNamespace } from '../../netns.ts';
import type { SetError, SetRequest } from './element.ts';
import { type Found, IpSet, type ListedElement, type SetEntry, type SetOptions } from './ip-set.ts';
import type { IpSets } from './ip-sets.ts';
import type { PacketQuery } from './packet-query.ts';

interface Member extends SetEntry {
  /** By its name, which stays with the place when sets are swapped, and cannot change while it is listed. */
  readonly set: string;
}

const SMALLEST = 4;
const HEAD = 80;
/** struct set_elem */
const ELEMENT = 48;

/** `list:set`: what is in any of its sets is in it. */
export class ListSet extends IpSet {
  readonly type = 'list:set';
  readonly revision = 3;
  readonly dimension = 1;
  private readonly sets: IpSets;
  private readonly size: number;
  private members: Member[] = [];

  constructor(ns: NetNamespace, name: string, sets: IpSets, size: number, options: SetOptions) {
    super(ns, name, undefined, options);
    this.sets = sets;
    this.size = Math.max(SMALLEST, size);
  }

  /** How often a set of that name is listed. */
  references(name: string): number {
    return this.members.filter(({ set }) => set === name).length;
  }

  header(): [string, string | undefined][] {
    return [['size', String(this.size)], ...this.optionWords()];
  }

  memory(): number {
    return HEAD + this.members.length * this.elementSize(ELEMENT, 8) + this.commentMemory(this.members);
  }

  same(other: IpSet): boolean {
    return other instanceof ListSet && other.size === this.size && this.sameOptions(other);
  }

  *list(): Generator<ListedElement> {
    for (const member of this.alive()) yield { ...member, element: undefined, noMatch: false };
  }

  private alive(): Member[] {
    return this.members.filter((member) => !this.isExpired(member));
  }

  flush(): void {
    this.members = [];
  }

  /** The member that is meant, once it is known that the sets named are there. */
  private refuseNames({ set = '', before, after }: SetRequest): SetError | undefined {
    const named = this.sets.find(set);
    if (named === undefined) return 'NAME';
    if (named instanceof ListSet) return 'LOOP';
    const beside = before ?? after;
    return beside !== undefined && this.sets.find(beside) === undefined ? 'NAMEREF' : undefined;
  }

  add(request: SetRequest): SetError | undefined {
    const refused = this.refuseExtensions(request) ?? this.refuseNames(request);
    if (refused) return refused;
    this.members = this.alive();
    const { set = '', before, after } = request;
    const member: Member = { ...this.entry(request), set };
    const at = this.members.findIndex((other) => other.set === set);
    if (at >= 0) {
      if (!request.exist) return 'EXIST';
      const old = this.members[at] as Member;
      this.members[at] = { ...member, packets: request.packets ?? old.packets, bytes: request.bytes ?? old.bytes };
      return undefined;
    }
    const beside = before ?? after;
    if (beside === undefined) {
      this.members.push(member);
      return undefined;
    }
    const place = this.members.findIndex((other) => other.set === beside);
    if (place < 0) return 'REF_EXIST';
    this.members.splice(before === undefined ? place + 1 : place, 0, member);
    return undefined;
  }

  delete(request: SetRequest): SetError | undefined {
    const refused = this.refuseNames(request);
    if (refused) return refused;
    this.members = this.alive();
    const at = this.members.findIndex(({ set }) => set === request.set);
    if (at < 0) return request.exist ? undefined : 'EXIST';
    if (!this.isBeside(at, request)) return 'REF_EXIST';
    this.members.splice(at, 1);
    return undefined;
  }

  /** Whether a member stands where the request says. */
  private isBeside(at: number, { before, after }: SetRequest): boolean {
    if (before !== undefined) return this.members[at + 1]?.set === before;
    return after === undefined || this.members[at - 1]?.set === after;
  }

  test(request: SetRequest): SetError | undefined {
    const refused = this.refuseNames(request);
    if (refused) return refused;
    this.members = this.alive();
    const at = this.members.findIndex(({ set }) => set === request.set);
    return at >= 0 && this.isBeside(at, request) ? undefined : 'EXIST';
  }

  /** Counters that are asked for are those of the list; sets in it are asked without. */
  lookUp(query: PacketQuery): Found {
    const asked: PacketQuery = { ...query, wanted: undefined, update: query.update && query.updateMembers };
    for (const member of this.alive()) {
      const set = this.sets.find(member.set);
      if (set && this.sets.lookUp(set, asked) === 'match' && this.take(member, query)) return 'match';
    }
    return undefined;
  }

  /** The first set that takes it. */
  change(query: PacketQuery, what: 'add' | 'delete', exist: boolean): boolean {
    return this.alive().some((member) => {
      const set = this.sets.find(member.set);
      return set !== undefined && this.sets.change(set, query, what, exist);
    });
  }
}
