import { isError } from '../../base/result.ts';
import { type Family, type RouteDump, type RouteType, RT_TABLE_MAIN } from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { type InetPrefix, parsePrefix, prefixContains } from './inet-prefix.ts';
import type { RouteStyle } from './iproute-print.ts';
import { matches, parseUnsigned, type Words, wrong } from './parse.ts';

/** What `ip route show` and `ip route flush` were asked for. */
export interface RouteFilter {
  family: PreferredFamily | Family;
  /** undefined: all tables. */
  table: number | undefined;
  cached: boolean;
  type: RouteType | undefined;
  protocol: number | undefined;
  scope: number | undefined;
  tos: number | undefined;
  metric: number | undefined;
  oif: number | undefined;
  iif: number | undefined;
  via: InetPrefix | undefined;
  src: InetPrefix | undefined;
  /** Source prefixes, realms and marks: routes here have none of them. */
  nothing: boolean;
  /** At least as long, and inside. */
  root: InetPrefix | undefined;
  /** At most as long, and holding it. */
  match: InetPrefix | undefined;
}

export function parseRouteFilter(ip: Ip, words: Words): RouteFilter {
  const filter: RouteFilter = {
    family: ip.options.family,
    table: RT_TABLE_MAIN,
    cached: false,
    type: undefined,
    protocol: undefined,
    scope: undefined,
    tos: undefined,
    metric: undefined,
    oif: undefined,
    iif: undefined,
    via: undefined,
    src: undefined,
    nothing: false,
    root: undefined,
    match: undefined,
  };
  let dev: string | undefined;
  let input: string | undefined;
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'dev' || word === 'oif') dev = words.value();
    else if (word === 'iif') input = words.value();
    else if (!parseSelector(ip, words, filter)) parseDestination(words, filter);
  }
  if (filter.family === 'unspec' && filter.table !== undefined) filter.family = 'inet';
  if (input !== undefined) filter.iif = ip.device(input);
  if (dev !== undefined) filter.oif = ip.device(dev);
  return filter;
}

function parseSelector(ip: Ip, words: Words, filter: RouteFilter): boolean {
  const word = words.word;
  const number = (message: string, parse: (value: string) => number | undefined): number | undefined => {
    const value = words.value();
    const parsed = parse(value);
    if (parsed === undefined && value !== 'all') throw wrong(message, value);
    return parsed;
  };
  if (matches(word, 'table')) parseTable(ip, words, filter);
  else if (matches(word, 'vrf')) {
    const value = words.value();
    const vrf = ip.rtnl.link(value);
    const table = isError(vrf) || vrf.kind !== 'vrf' ? undefined : vrf.info?.table;
    if (typeof table !== 'number') throw wrong('Invalid VRF\n', value);
    filter.table = table;
  } else if (matches(word, 'cached') || matches(word, 'cloned')) filter.cached = true;
  else if (word === 'tos' || matches(word, 'dsfield'))
    filter.tos = number('TOS value is invalid\n', (value) => ip.names.parseDsfield(value));
  else if (matches(word, 'protocol')) filter.protocol = number('invalid "protocol"\n', (value) => ip.names.parseProtocol(value));
  else if (matches(word, 'scope')) filter.scope = number('invalid "scope"\n', (value) => ip.names.parseScope(value));
  else if (matches(word, 'type')) {
    const value = words.value();
    filter.type = ip.names.parseRouteType(value);
    if (filter.type === undefined) throw wrong('node type value is invalid\n', value);
  } else if (word === 'metric' || matches(word, 'priority') || word === 'preference')
    filter.metric = number('"metric" value is invalid\n', parseUnsigned);
  else if (word === 'via') filter.via = parsePrefix(words.value(), filter.family);
  else if (word === 'src') filter.src = parsePrefix(words.value(), filter.family);
  else if (matches(word, 'realms') || word === 'mark') {
    words.value();
    filter.nothing = true;
  } else if (matches(word, 'from')) {
    const value = words.value();
    const prefix = parsePrefix(['root', 'match', 'exact'].some((kind) => matches(value, kind)) ? words.value() : value, filter.family);
    if (prefix.address !== undefined) filter.nothing = true;
  } else return false;
  return true;
}

function parseTable(ip: Ip, words: Words, filter: RouteFilter): void {
  const value = words.value();
  const table = ip.names.parseTable(value);
  if (table !== undefined) filter.table = table === 0 ? undefined : table;
  else if (value === 'all') filter.table = undefined;
  else if (value === 'cache') filter.cached = true;
  else throw wrong('table id value is invalid\n', value);
}

function parseDestination(words: Words, filter: RouteFilter): void {
  if (matches(words.word, 'to')) words.value();
  const word = words.word;
  if (matches(word, 'root')) filter.root = destination(words.value(), filter);
  else if (matches(word, 'match')) filter.match = destination(words.value(), filter);
  else {
    const prefix = destination(matches(word, 'exact') ? words.value() : word, filter);
    if (prefix === undefined) return;
    filter.root = prefix;
    filter.match = prefix;
  }
}

/** `all` and `any` are of no family unless one was asked for, and then select nothing; `default` is always a destination. */
function destination(word: string, filter: RouteFilter): InetPrefix | undefined {
  const prefix = parsePrefix(word, filter.family);
  return word !== 'default' && prefix.family === undefined ? undefined : prefix;
}

/** Whether a route is one of those asked for (filter_nlmsg). */
export function selectsRoute(filter: RouteFilter, r: RouteDump): boolean {
  if (filter.nothing || filter.iif !== undefined || filter.cached !== r.cloned) return false;
  if (filter.type !== undefined && r.type !== filter.type) return false;
  if (filter.protocol !== undefined && r.protocol !== filter.protocol) return false;
  if (filter.scope !== undefined && r.scope !== filter.scope) return false;
  if (filter.tos !== undefined && r.tos !== filter.tos) return false;
  if (filter.metric !== undefined && (r.priority ?? 0) !== filter.metric) return false;
  const only = r.nexthops.length === 1 ? r.nexthops[0] : undefined;
  if (filter.oif !== undefined && only?.ifindex !== filter.oif) return false;
  if (filter.via !== undefined && (only?.gateway === undefined || !prefixContains(filter.via, only.gateway))) return false;
  if (filter.src !== undefined && (r.prefSrc === undefined || !prefixContains(filter.src, r.prefSrc))) return false;
  return selectsDestination(filter, r);
}

function selectsDestination({ root, match }: RouteFilter, r: RouteDump): boolean {
  const zero = r.family === 'inet' ? 0 : '::';
  if (root !== undefined) {
    if (root.family !== undefined && root.family !== r.family) return false;
    if (r.dstLen < root.bits || !prefixContains(root, r.dst ?? zero)) return false;
  }
  if (match === undefined) return true;
  if (match.family !== undefined && match.family !== r.family) return false;
  if (r.dstLen > match.bits) return false;
  return (
    r.dst === undefined || prefixContains({ family: r.family, address: r.dst, bits: r.dstLen, lengthGiven: true }, match.address ?? zero)
  );
}

/** What need not be said in every line. */
export function styleOf(filter: RouteFilter): RouteStyle {
  const whole = (prefix: InetPrefix | undefined): boolean => prefix !== undefined && prefix.bits === (prefix.family === 'inet' ? 32 : 128);
  return {
    table: filter.table === undefined,
    protocol: filter.protocol === undefined,
    scope: filter.scope === undefined,
    dev: filter.oif === undefined,
    via: !whole(filter.via),
    src: !whole(filter.src),
    metric: filter.metric === undefined,
  };
}
