import type { NetNamespace } from '../../netns.ts';
import type { Family } from '../../rtnetlink/messages.ts';
import { type BitmapRange, BitmapSet } from './bitmap-set.ts';
import type { SetError } from './element.ts';
import { type HashOptions, HashSet } from './hash-set.ts';
import { HASH_TYPES } from './hash-type.ts';
import type { Found, IpSet, SetOptions } from './ip-set.ts';
import { ListSet } from './list-set.ts';
import type { PacketQuery } from './packet-query.ts';

/** A set to be made (IPSET_CMD_CREATE). */
export interface SetCreate extends SetOptions, Omit<HashOptions, 'initval'> {
  readonly name: string;
  readonly type: string;
  readonly family: Family;
  readonly range: BitmapRange;
  /** Undefined for one by chance. */
  readonly initval: number | undefined;
  /** Of a list. */
  readonly size: number;
}

/** The sets of a namespace (net/netfilter/ipset/ip_set_core.c): each has a place, and a new one takes the first that is free. */
export class IpSets {
  private readonly ns: NetNamespace;
  private readonly places: (IpSet | undefined)[] = [];

  constructor(ns: NetNamespace) {
    this.ns = ns;
  }

  /** As they are dumped: lists of sets come last, so that what they name is there before. */
  get all(): IpSet[] {
    const sets = this.places.filter((set) => set !== undefined);
    return [...sets.filter((set) => !(set instanceof ListSet)), ...sets.filter((set) => set instanceof ListSet)];
  }

  find(name: string): IpSet | undefined {
    return this.places.find((set) => set?.name === name);
  }

  /** How many rules and lists name a set. */
  references(name: string): number {
    let count = 0;
    for (const set of this.places) if (set instanceof ListSet) count += set.references(name);
    for (const table of this.ns.dataPlane.nftables.tables) count += table.references(name);
    return count;
  }

  /** EEXIST unless, with `exist`, a set that is the same is there. */
  create(wanted: SetCreate, exist: boolean): SetError | undefined {
    const set = this.make(wanted);
    if (typeof set === 'string') return set;
    const present = this.find(wanted.name);
    if (present) return exist && present.same(set) ? undefined : 'EEXIST';
    const free = this.places.indexOf(undefined);
    if (free < 0) this.places.push(set);
    else this.places[free] = set;
    return undefined;
  }

  private make(wanted: SetCreate): IpSet | SetError {
    const { ns } = this;
    const { name, type } = wanted;
    if (type === 'list:set') return new ListSet(ns, name, this, wanted.size, wanted);
    if (type === 'bitmap:ip' || type === 'bitmap:port') return BitmapSet.create(ns, name, type, wanted.range, wanted);
    const hash = HASH_TYPES.find((known) => known.name === type);
    if (hash === undefined) return 'FIND_TYPE';
    if (wanted.bitmask === 0 || wanted.bitmask === '::') return 'INVALID_NETMASK';
    const initval = wanted.initval ?? ns.kernel.random.u32();
    return new HashSet(ns, name, hash, wanted.family, { ...wanted, initval }, wanted);
  }

  destroy(name: string): SetError | undefined {
    const set = this.find(name);
    if (set === undefined) return 'ENOENT';
    if (this.references(name) > 0) return 'BUSY';
    this.places[this.places.indexOf(set)] = undefined;
    return undefined;
  }

  /** All of them, or none if one is in use. */
  destroyAll(): SetError | undefined {
    if (this.all.some(({ name }) => this.references(name) > 0)) return 'BUSY';
    this.places.length = 0;
    return undefined;
  }

  rename(name: string, to: string): SetError | undefined {
    const set = this.find(name);
    if (set === undefined) return 'ENOENT';
    if (this.references(name) > 0) return 'REFERENCED';
    if (this.find(to)) return 'EXIST_SETNAME2';
    set.name = to;
    return undefined;
  }

  /** Each takes the other's name and place: rules that name one see what was in the other. */
  swap(name: string, other: string): SetError | undefined {
    const [first, second] = [this.find(name), this.find(other)];
    if (first === undefined) return 'ENOENT';
    if (second === undefined) return 'EXIST_SETNAME2';
    if (first.type !== second.type || first.family !== second.family) return 'TYPE_MISMATCH';
    const [at, otherAt] = [this.places.indexOf(first), this.places.indexOf(second)];
    this.places[at] = second;
    this.places[otherAt] = first;
    first.name = other;
    second.name = name;
    return undefined;
  }

  /** Whether the packet is in the set, if its family is the set's and the rule names all parts of an element (ip_set_test). */
  lookUp(set: IpSet, query: PacketQuery): Found {
    return fits(set, query) ? set.lookUp(query) : undefined;
  }

  /** ip_set_add(), ip_set_del() */
  change(set: IpSet, query: PacketQuery, what: 'add' | 'delete', exist: boolean): boolean {
    return fits(set, query) && set.change(query, what, exist);
  }
}

function fits(set: IpSet, { sides, family }: PacketQuery): boolean {
  return sides.length >= set.dimension && (set.family === undefined || set.family === family);
}
