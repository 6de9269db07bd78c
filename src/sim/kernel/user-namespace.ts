/** Ids from `inside` on are those from `outside` on in the namespace above. */
export interface IdRange {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** What an id is shown as where it has none (/proc/sys/kernel/overflowuid). */
export const OVERFLOW_ID = 65_534;

const EVERY_ID: readonly IdRange[] = [{ inside: 0, outside: 0, count: 0xffffffff }];

/** A user namespace (user_namespaces(7)): whose ids mean which above, and over which other namespaces its capabilities hold. */
export interface UserNamespace {
  readonly kind: 'user';
  readonly inode: number;
  /** The one above; undefined for the machine's first. */
  readonly owner: UserNamespace | undefined;
  readonly level: number;
  /** Effective user and group of who made it, as the machine's first namespace numbers them. */
  readonly uid: number;
  readonly gid: number;
  uidMap: readonly IdRange[];
  gidMap: readonly IdRange[];
  /** /proc/PID/setgroups. */
  setgroups: 'allow' | 'deny';
}

export function firstUserNamespace(inode: number): UserNamespace {
  return {
    kind: 'user',
    inode,
    owner: undefined,
    level: 0,
    uid: 0,
    gid: 0,
    uidMap: EVERY_ID,
    gidMap: EVERY_ID,
    setgroups: 'allow',
  };
}

/** The id that an id of a namespace is in the machine's first (make_kuid); undefined where it is not mapped. */
export function globalId(ns: UserNamespace, which: 'uidMap' | 'gidMap', id: number): number | undefined {
  let at = id;
  for (let here: UserNamespace | undefined = ns; here?.owner !== undefined; here = here.owner) {
    const range = here[which].find(({ inside, count }) => at >= inside && at < inside + count);
    if (range === undefined) return undefined;
    at = range.outside + (at - range.inside);
  }
  return at;
}

/** The other way round (from_kuid): what the namespace calls an id of the machine's first. */
export function idInside(ns: UserNamespace, which: 'uidMap' | 'gidMap', id: number): number | undefined {
  if (ns.owner === undefined) return id;
  const above = idInside(ns.owner, which, id);
  if (above === undefined) return undefined;
  const range = ns[which].find(({ outside, count }) => above >= outside && above < outside + count);
  return range && range.inside + (above - range.outside);
}
