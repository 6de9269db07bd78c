import { NS_PER_S } from '../../../base/time.ts';
import { ipv4Ttl } from '../../../wire/ipv4.ts';
import { ipv6HopLimit } from '../../../wire/ipv6.ts';
import type { NetNamespace } from '../../netns.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { HookPacket, Test } from '../packet.ts';
import { underMask } from './mask.ts';

/** Addresses that were seen lately, in lists with names (`-m recent`; net/netfilter/xt_recent.c). */
export interface RecentMatch {
  readonly name: 'recent';
  readonly action: 'set' | 'rcheck' | 'update' | 'remove';
  readonly invert: boolean;
  readonly seconds: number;
  readonly hitCount: number;
  readonly sameTtl: boolean;
  readonly reap: boolean;
  readonly list: string;
  readonly side: 'source' | 'dest';
  readonly mask: IpAddress;
}

interface Entry {
  ttl: number;
  stampsNs: number[];
}

/** Addresses a list keeps, and times it keeps of each: at least as many as a rule counts. */
const MAX_ADDRESSES = 100;
const MAX_STAMPS = 20;

const LISTS = new WeakMap<NetNamespace, Map<string, Map<IpAddress, Entry>>>();

/** The list of that name in a namespace, which rules share. */
function listOf(ns: NetNamespace, name: string): Map<IpAddress, Entry> {
  let lists = LISTS.get(ns);
  if (lists === undefined) {
    lists = new Map();
    LISTS.set(ns, lists);
  }
  let list = lists.get(name);
  if (list === undefined) {
    list = new Map();
    lists.set(name, list);
  }
  return list;
}

export function recentTest(match: RecentMatch): Test {
  const stamps = Math.max(MAX_STAMPS, match.hitCount);
  return (packet) => isSeen(match, stamps, packet) !== match.invert;
}

function isSeen(match: RecentMatch, stamps: number, packet: HookPacket): boolean {
  const { ns } = packet.stack;
  const { now } = ns.kernel.clock;
  const list = listOf(ns, match.list);
  const address = underMask(match.side === 'source' ? packet.source : packet.destination, match.mask);
  const { skb, family } = packet;
  const ttl = family === 'inet' ? ipv4Ttl(skb.buf, skb.data) : ipv6HopLimit(skb.buf, skb.data);
  const entry = list.get(address);
  if (entry === undefined) {
    if (match.action !== 'set') return false;
    if (list.size >= MAX_ADDRESSES) list.delete(list.keys().next().value as IpAddress);
    list.set(address, { ttl, stampsNs: [now] });
    return true;
  }
  if (match.sameTtl && entry.ttl !== ttl) return false;
  if (match.action === 'remove') {
    list.delete(address);
    return true;
  }
  let seen = match.action === 'set';
  if (!seen) {
    const since = match.seconds === 0 ? Number.NEGATIVE_INFINITY : now - match.seconds * NS_PER_S;
    const hits = entry.stampsNs.filter((stampNs) => stampNs >= since).length;
    seen = match.hitCount === 0 ? hits > 0 : hits >= match.hitCount;
    if (match.reap) entry.stampsNs = entry.stampsNs.filter((stampNs) => stampNs >= since);
  }
  if (match.action === 'set' || (match.action === 'update' && seen)) {
    entry.stampsNs.push(now);
    if (entry.stampsNs.length > stamps) entry.stampsNs.shift();
    entry.ttl = ttl;
    // The longest untouched goes first when the list is full.
    list.delete(address);
    list.set(address, entry);
  }
  return seen;
}
