import { isError } from '../../base/result.ts';
import type { Family, NeighDump, NudState } from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { NEIGH_HELP } from './help/objects.ts';
import { type InetPrefix, parsePrefix, prefixContains } from './inet-prefix.ts';
import { duplicate, Exit, matches, type Words, wrong } from './parse.ts';

export const NUD_STATES: readonly NudState[] = [
  'INCOMPLETE',
  'REACHABLE',
  'STALE',
  'DELAY',
  'PROBE',
  'FAILED',
  'NOARP',
  'PERMANENT',
  'NONE',
];

/** `nud STATE`: a name, cut short or not, or the kernel's number. */
export function parseNud(word: string): NudState | undefined {
  const names = ['permanent', 'reachable', 'noarp', 'none', 'stale', 'incomplete', 'delay', 'probe', 'failed'];
  const name = names.find((state) => (state === 'noarp' || state === 'none' ? state === word : matches(word, state)));
  if (name !== undefined) return NUD_STATES.find((state) => state.toLowerCase() === name);
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(word)) return undefined;
  const number = Number(word);
  return number === 0 ? 'NONE' : NUD_STATES[Math.log2(number)];
}

/** What `ip neigh show` and `ip neigh flush` were asked for. */
export interface NeighFilter {
  family: PreferredFamily | Family;
  dev: string | undefined;
  ifindex: number;
  prefix: InetPrefix | undefined;
  states: ReadonlySet<NudState>;
  unused: boolean;
  proxy: boolean;
  /** 0 for nomaster. */
  master: number | undefined;
  protocol: number | undefined;
}

export function parseNeighFilter(ip: Ip, words: Words, { flush }: { readonly flush: boolean }): NeighFilter {
  const kept: readonly NudState[] = flush ? ['PERMANENT', 'NOARP'] : ['NOARP', 'NONE'];
  const filter: NeighFilter = {
    family: ip.options.family,
    dev: undefined,
    ifindex: 0,
    prefix: undefined,
    states: new Set(NUD_STATES.filter((s) => !kept.includes(s))),
    unused: false,
    proxy: false,
    master: undefined,
    protocol: undefined,
  };
  let states: Set<NudState> | undefined;
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'nud') {
      const value = words.value();
      const state = parseNud(value);
      if (state === undefined && value !== 'all') throw wrong('nud state is bad', value);
      states ??= new Set();
      for (const each of state === undefined ? NUD_STATES : [state]) states.add(each);
    } else parseWord(ip, words, filter);
  }
  if (states !== undefined) filter.states = states;
  if (filter.dev !== undefined) filter.ifindex = ip.device(filter.dev);
  return filter;
}

function parseWord(ip: Ip, words: Words, filter: NeighFilter): void {
  const word = words.word;
  if (word === 'dev') {
    const value = words.value();
    if (filter.dev !== undefined) throw duplicate('dev', value);
    filter.dev = value;
  } else if (word === 'master') {
    const value = words.value();
    filter.master = ip.ifindex(value);
    if (filter.master === 0) throw wrong('Device does not exist\n', value);
  } else if (word === 'vrf') {
    const value = words.value();
    const vrf = ip.rtnl.link(value);
    if (isError(vrf) || vrf.kind !== 'vrf') throw wrong('Not a valid VRF name\n', value);
    filter.master = vrf.ifindex;
  } else if (word === 'nomaster') filter.master = 0;
  else if (word === 'unused') filter.unused = true;
  else if (word === 'proxy') filter.proxy = true;
  else if (matches(word, 'protocol')) {
    const value = words.value();
    filter.protocol = ip.names.parseProtocol(value);
    if (filter.protocol === undefined && value !== 'all') throw wrong('invalid "protocol"\n', value);
  } else {
    if (word !== 'to' && matches(word, 'help')) throw new Exit(255, NEIGH_HELP);
    filter.prefix = parsePrefix(word === 'to' ? words.value() : word, filter.family);
    if (filter.family === 'unspec' && filter.prefix.family !== undefined) filter.family = filter.prefix.family;
  }
}

/** Whether an entry is one of those asked for (print_neigh's tests). Learned from outside, or a proxy's, it always is by its state. */
export function selectsNeigh(ip: Ip, filter: NeighFilter, n: NeighDump): boolean {
  if (!filter.states.has(n.state) && !n.proxy && !n.externLearn) return false;
  if (filter.ifindex !== 0 && n.ifindex !== filter.ifindex) return false;
  if (filter.unused && n.refcnt > 0) return false;
  if (filter.protocol !== undefined && (n.protocol ?? 0) !== filter.protocol) return false;
  if (filter.master !== undefined) {
    const link = ip.rtnl.link(n.ifindex);
    if (isError(link) || (link.master ?? 0) !== filter.master) return false;
  }
  if (filter.prefix === undefined) return true;
  return (filter.prefix.family === undefined || filter.prefix.family === n.family) && prefixContains(filter.prefix, n.dst);
}

export function dumpNeighbours(ip: Ip, filter: NeighFilter): readonly NeighDump[] {
  const { family } = filter;
  if (family !== 'unspec' && family !== 'inet' && family !== 'inet6') return [];
  const families: readonly Family[] = family === 'unspec' ? ['inet', 'inet6'] : [family];
  return families.flatMap((f) => ip.rtnl.neighbours(f, filter.proxy ? { proxy: true } : {})).filter((n) => selectsNeigh(ip, filter, n));
}
