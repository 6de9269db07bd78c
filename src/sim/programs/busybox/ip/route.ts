import {
  type Family,
  type IpAddress,
  type RouteDump,
  type RouteRequest,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTPROT_BOOT,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_NOWHERE,
  SCOPE_UNIVERSE,
} from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { type AnyFamily, abbreviated, type BusyboxIp, inPrefix, type Prefix, WordReader } from './context.ts';
import { getRoute } from './route-get.ts';
import { routeText } from './route-print.ts';

const COMMANDS = ['add', 'append', 'change', 'chg', 'delete', 'get', 'list', 'show', 'prepend', 'replace', 'test', 'flush'] as const;
type Verb = 'add' | 'append' | 'change' | 'chg' | 'delete' | 'prepend' | 'replace' | 'test';

/** `ip route …` (do_iproute). */
export function* doRoute(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  if (word === undefined) return yield* showOrFlush(ip, [], false);
  const command = abbreviated(word, COMMANDS);
  switch (command) {
    case undefined:
      return yield* ip.invalid(word);
    case 'list':
    case 'show':
      return yield* showOrFlush(ip, rest, false);
    case 'flush':
      return yield* showOrFlush(ip, rest, true);
    case 'get':
      return yield* getRoute(ip, rest);
    default:
      return yield* modify(ip, command, rest);
  }
}

const FLAGS: Readonly<Record<Exclude<Verb, 'delete'>, { create: boolean; exclusive: boolean; replace: boolean; append: boolean }>> = {
  add: { create: true, exclusive: true, replace: false, append: false },
  append: { create: true, exclusive: false, replace: false, append: true },
  change: { create: false, exclusive: false, replace: true, append: false },
  chg: { create: false, exclusive: false, replace: true, append: false },
  prepend: { create: true, exclusive: false, replace: false, append: false },
  replace: { create: true, exclusive: false, replace: true, append: false },
  test: { create: false, exclusive: true, replace: false, append: false },
};

/** iproute_modify(). */
function* modify(ip: BusyboxIp, verb: Verb, words: readonly string[]): Sys<number> {
  const reader = new WordReader(ip, words);
  const hop: { ifindex?: number; gateway?: IpAddress; onlink?: boolean } = {};
  const metrics: Record<string, number> = {};
  const given: { prefSrc?: IpAddress; priority?: number } = {};
  let dst: Prefix | undefined;
  let type: RouteType = verb === 'delete' ? 'unspec' : 'unicast';
  let scope: number | undefined;
  let table: number | undefined;
  let protocol = verb === 'delete' ? 0 : RTPROT_BOOT;
  let dev: string | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    if (word === 'src') given.prefSrc = yield* ip.address(yield* reader.value());
    else if (word === 'via') hop.gateway = yield* ip.address(yield* reader.value());
    else if (word === 'mtu' || word === 'advmss') {
      if (word === 'mtu' && reader.peek() === 'lock') reader.next();
      metrics[word] = yield* ip.number(yield* reader.value(), word);
    } else if (word === 'scope') {
      const value = yield* reader.value();
      scope = ip.names.parseScope(value) ?? (yield* ip.invalid(value, 'scope'));
    } else if (word === 'protocol' || word === 'proto') {
      const value = yield* reader.value();
      protocol = ip.names.parseProtocol(value) ?? (yield* ip.invalid(value, 'protocol'));
    } else if (word === 'table') {
      const value = yield* reader.value();
      table = ip.names.parseTable(value) ?? (yield* ip.invalid(value, 'table'));
    } else if (word === 'dev' || word === 'oif') dev = yield* reader.value();
    else if (word === 'metric' || word === 'priority' || word === 'preference')
      given.priority = yield* ip.number(yield* reader.value(), 'metric');
    else if (word === 'onlink') hop.onlink = true;
    else {
      let value = word === 'to' ? yield* reader.value() : word;
      const named = ip.names.parseRouteType(value);
      if (named !== undefined && !/^\d/.test(value)) {
        type = named;
        value = yield* reader.value();
      }
      if (dst !== undefined) yield* ip.die(`either "to" is duplicate, or "${value}" is garbage`);
      dst = yield* ip.prefix(value, ip.family);
    }
  }
  if (dev !== undefined) hop.ifindex = (yield* ip.device(dev)).ifindex;
  const family: Family = ip.family === 'inet6' || dst?.family === 'inet6' ? 'inet6' : 'inet';
  const request: RouteRequest = {
    family,
    type,
    ...(dst?.address !== undefined && dst.bits > 0 && { dst: dst.address }),
    dstLen: dst?.bits ?? 0,
    table: table ?? (type === 'local' || type === 'broadcast' || type === 'anycast' ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
    protocol,
    scope: scope ?? defaultScope(type, verb, hop.gateway !== undefined),
    ...given,
    nexthops: Object.keys(hop).length === 0 ? [] : [hop],
    ...(Object.keys(metrics).length > 0 && { metrics: { values: metrics, locked: [] } }),
  };
  return yield* ip.talk(verb === 'delete' ? ip.rtnl.delRoute(request) : ip.rtnl.addRoute(request, FLAGS[verb]));
}

function defaultScope(type: RouteType, verb: Verb, gateway: boolean): number {
  if (type === 'local' || type === 'nat') return SCOPE_HOST;
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return SCOPE_LINK;
  if (verb === 'delete') return SCOPE_NOWHERE;
  return type === 'unicast' && !gateway ? SCOPE_LINK : SCOPE_UNIVERSE;
}

interface Filter {
  family: AnyFamily;
  /** 0: all tables. */
  table: number;
  oif: number | undefined;
  /** Only keeps gateways from being shown. */
  viaHost: boolean;
  scope: number | undefined;
  /** No shorter than this one and inside of it. */
  root: Prefix | undefined;
  /** No longer than this one and round it. */
  match: Prefix | undefined;
  nothing: boolean;
}

const SELECTORS = [
  'cache',
  'protocol',
  'dev',
  'oif',
  'iif',
  'via',
  'table',
  'scope',
  'from',
  'to',
  'root',
  'match',
  'exact',
  'all',
] as const;

/** iproute_list_or_flush(). A word that is none of its own is a prefix. */
function* showOrFlush(ip: BusyboxIp, words: readonly string[], flush: boolean): Sys<number> {
  if (flush && words.length === 0) return yield* ip.die('"ip route flush" requires an argument');
  const reader = new WordReader(ip, words);
  const filter: Filter = {
    family: ip.family,
    table: RT_TABLE_MAIN,
    oif: undefined,
    viaHost: false,
    scope: undefined,
    root: undefined,
    match: undefined,
    nothing: false,
  };
  let dev: string | undefined;
  while (reader.left > 0) {
    let word = reader.next();
    let key = SELECTORS.find((name) => name === word || (name === 'protocol' && word === 'proto'));
    if (key === 'to') {
      word = yield* reader.value();
      key = SELECTORS.find((name) => name === word);
    }
    switch (key) {
      case 'cache':
        filter.nothing = true;
        break;
      case 'protocol':
        // Read, and used for nothing.
        yield* reader.value();
        break;
      case 'dev':
      case 'oif':
        dev = yield* reader.value();
        break;
      case 'iif':
        yield* ip.device(yield* reader.value());
        filter.nothing = true;
        break;
      case 'via': {
        const via = yield* ip.prefix(yield* reader.value(), filter.family);
        filter.viaHost = via.bits === (via.family === 'inet6' ? 128 : 32);
        break;
      }
      case 'table': {
        const value = yield* reader.value();
        if (value === 'cache') filter.nothing = true;
        else filter.table = value === 'all' ? 0 : (ip.names.parseTable(value) ?? (yield* ip.invalid(value, 'table')));
        break;
      }
      case 'scope': {
        const value = yield* reader.value();
        filter.scope = value === 'all' ? undefined : (ip.names.parseScope(value) ?? (yield* ip.invalid(value, 'scope')));
        break;
      }
      case 'from': {
        const from = yield* ip.prefix(yield* reader.value(), filter.family);
        if (from.bits > 0) filter.nothing = true;
        break;
      }
      case 'root':
        filter.root = yield* ip.prefix(yield* reader.value(), filter.family);
        break;
      case 'match':
        filter.match = yield* ip.prefix(yield* reader.value(), filter.family);
        break;
      default: {
        const prefix = yield* ip.prefix(key === 'exact' ? yield* reader.value() : word, filter.family);
        filter.root = prefix;
        filter.match = prefix;
      }
    }
  }
  if (filter.family === 'unspec' && filter.table !== 0) filter.family = 'inet';
  if (dev !== undefined) filter.oif = (yield* ip.device(dev)).ifindex;
  const families: Family[] = filter.family === 'inet' || filter.family === 'inet6' ? [filter.family] : ['inet', 'inet6'];
  for (const route of families.flatMap((family) => ip.rtnl.routes(family))) {
    if (!selects(filter, route)) continue;
    if (!flush) ip.c.out(routeText(ip, route, filter));
    else {
      const { family, type, dst, dstLen, tos, table, protocol, scope, priority, nexthops } = route;
      const hops = nexthops.map(({ ifindex, gateway }) => ({ ifindex, ...(gateway !== undefined && { gateway }) }));
      const request = { family, type, dstLen, tos, table, protocol, scope, nexthops: hops };
      const refused = ip.rtnl.delRoute({ ...request, ...(dst !== undefined && { dst }), ...(priority !== undefined && { priority }) });
      if (refused?.errno === 'EPERM') return yield* ip.die("can't send flush request: Operation not permitted");
    }
  }
  return 0;
}

/** print_route()'s first half. For IPv6 the main table is all that is not for this host itself. */
function selects(filter: Filter, r: RouteDump): boolean {
  if (filter.nothing || r.cloned) return false;
  if (r.family === 'inet6' && filter.table !== 0) {
    if (filter.table === RT_TABLE_LOCAL ? r.type !== 'local' : filter.table !== RT_TABLE_MAIN || r.type === 'local') return false;
  } else if (filter.table !== 0 && r.table !== filter.table) return false;
  if (filter.oif !== undefined && r.nexthops[0]?.ifindex !== filter.oif) return false;
  if (filter.scope !== undefined && r.scope !== filter.scope) return false;
  const dst = r.dst ?? (r.family === 'inet' ? 0 : '::');
  const { root, match } = filter;
  if (root !== undefined && (root.family !== r.family || root.bits > r.dstLen || !inPrefix(root, dst))) return false;
  if (match === undefined) return true;
  return (
    match.family === r.family &&
    r.dstLen <= match.bits &&
    (match.address === undefined || inPrefix({ family: r.family, address: dst, bits: r.dstLen }, match.address))
  );
}
