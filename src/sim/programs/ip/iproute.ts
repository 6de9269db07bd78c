import { fail, isError } from '../../base/result.ts';
import {
  type Family,
  type IpAddress,
  type NexthopRequest,
  type RouteFlags,
  type RouteRequest,
  type RouteType,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTPROT_BOOT,
  RTPROT_UNSPEC,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_NOWHERE,
  SCOPE_UNIVERSE,
} from '../../kernel/rtnetlink/messages.ts';
import type { Ip, PreferredFamily } from './context.ts';
import { ROUTE_HELP } from './help/route.ts';
import { type InetPrefix, parseAddress, parsePrefix } from './inet-prefix.ts';
import { getRoute } from './iproute-get.ts';
import { flushRoutes, showRoutes } from './iproute-show.ts';
import { Exit, garbage, matches, parseUnsigned, Words, wrong } from './parse.ts';
import { type MetricWords, metricsOf, noMetrics, parseMetric } from './route-metrics.ts';

const ADD: RouteFlags = { create: true, exclusive: true, replace: false, append: false };
const CHANGE: RouteFlags = { create: false, exclusive: false, replace: true, append: false };
const REPLACE: RouteFlags = { create: true, exclusive: false, replace: true, append: false };
const PREPEND: RouteFlags = { create: true, exclusive: false, replace: false, append: false };
const APPEND: RouteFlags = { create: true, exclusive: false, replace: false, append: true };
const TEST: RouteFlags = { create: false, exclusive: true, replace: false, append: false };

/** `ip route …` (iproute.c). */
export function doRoute(ip: Ip, argv: readonly string[]): number {
  const command = argv[0];
  const words = new Words(argv, 1);
  if (command === undefined) return showRoutes(ip, words);
  if (matches(command, 'add')) return changeRoute(ip, words, ADD);
  if (matches(command, 'change') || command === 'chg') return changeRoute(ip, words, CHANGE);
  if (matches(command, 'replace')) return changeRoute(ip, words, REPLACE);
  if (matches(command, 'prepend')) return changeRoute(ip, words, PREPEND);
  if (matches(command, 'append')) return changeRoute(ip, words, APPEND);
  if (matches(command, 'test')) return changeRoute(ip, words, TEST);
  if (matches(command, 'delete')) return changeRoute(ip, words, 'delete');
  if (matches(command, 'list') || matches(command, 'show') || matches(command, 'lst')) return showRoutes(ip, words);
  if (matches(command, 'get')) return getRoute(ip, words);
  if (matches(command, 'flush')) return flushRoutes(ip, words);
  if (matches(command, 'save')) throw new Exit(1, 'Not sending a binary stream to stdout\n');
  if (matches(command, 'restore') || matches(command, 'showdump'))
    throw new Exit(1, ip.p.terminal(0) ? "Can't restore route dump from a terminal\n" : 'Magic mismatch (0 elems, 0 magic)\n');
  if (matches(command, 'help')) throw new Exit(255, ROUTE_HELP);
  throw new Exit(255, `Command "${command}" is unknown, try "ip route help".\n`);
}

/** What the words of a route say. */
interface RouteWords {
  family: PreferredFamily | Family;
  type: RouteType | undefined;
  dst: InetPrefix | undefined;
  via: { readonly family: Family; readonly address: IpAddress } | undefined;
  dev: number | undefined;
  devName: string | undefined;
  prefSrc: IpAddress | undefined;
  tos: number | undefined;
  priority: number | undefined;
  scope: number | undefined;
  table: number | undefined;
  protocol: number | undefined;
  expires: number | undefined;
  realm: number | undefined;
  nexthopId: number | undefined;
  pref: RouteRequest['pref'];
  onlink: boolean;
  metrics: MetricWords;
}

function changeRoute(ip: Ip, words: Words, verb: RouteFlags | 'delete'): number {
  const w: RouteWords = {
    family: ip.options.family,
    type: undefined,
    dst: undefined,
    via: undefined,
    dev: undefined,
    devName: undefined,
    prefSrc: undefined,
    tos: undefined,
    priority: undefined,
    scope: undefined,
    table: undefined,
    protocol: undefined,
    expires: undefined,
    realm: undefined,
    nexthopId: undefined,
    pref: undefined,
    onlink: false,
    metrics: noMetrics(),
  };
  let multipath = false;
  for (; words.left > 0; words.step()) {
    if (words.word === 'nexthop') {
      multipath = true;
      break;
    }
    parseWord(ip, words, w);
  }
  if (w.dst === undefined) throw new Exit(255, ROUTE_HELP);
  if (w.devName !== undefined) w.dev = ip.device(w.devName);
  const hops = multipath ? parseNexthops(ip, words, w.family) : [];
  if (w.nexthopId !== undefined) return ip.talk(fail('EINVAL', 'Nexthop id does not exist'));
  const request = routeRequest(w, hops, verb === 'delete');
  return ip.talk(verb === 'delete' ? ip.rtnl.delRoute(request) : ip.rtnl.addRoute(request, verb));
}

function parseWord(ip: Ip, words: Words, w: RouteWords): void {
  const word = words.word;
  if (word === 'src') w.prefSrc = learn(w, parseAddress(words.value(), w.family)).address;
  else if (word === 'via') {
    if (w.via !== undefined) throw wrong('use nexthop syntax to specify multiple via\n', word);
    w.via = parseVia(words, w);
  } else if (word === 'tos' || matches(word, 'dsfield')) w.tos = number(words, 'tos', (value) => ip.names.parseDsfield(value));
  else if (word === 'expires') w.expires = number(words, 'expires', parseUnsigned);
  else if (matches(word, 'metric') || matches(word, 'priority') || word === 'preference')
    w.priority = number(words, 'metric', parseUnsigned);
  else if (word === 'scope') {
    const value = words.value();
    w.scope = ip.names.parseScope(value);
    if (w.scope === undefined) throw wrong('invalid "scope" value\n', value);
  } else if (parseMetric(words, w.metrics)) return;
  else if (matches(word, 'realms')) w.realm = number(words, 'realm', parseUnsigned);
  else if (word === 'as') parseAs(words);
  else if (word === 'onlink') w.onlink = true;
  else if (word === 'nhid') w.nexthopId = number(words, 'id', parseUnsigned);
  else if (matches(word, 'protocol')) w.protocol = number(words, 'protocol', (value) => ip.names.parseProtocol(value));
  else if (matches(word, 'table')) w.table = number(words, 'table', (value) => ip.names.parseTable(value));
  else if (word === 'vrf') {
    const value = words.value();
    const vrf = ip.rtnl.link(value);
    const table = isError(vrf) || vrf.kind !== 'vrf' ? undefined : vrf.info?.table;
    if (typeof table !== 'number') throw wrong('Invalid VRF\n', value);
    w.table = table;
  } else if (word === 'dev' || word === 'oif') w.devName = words.value();
  else if (matches(word, 'pref')) {
    const value = words.value();
    w.pref = (['low', 'medium', 'high'] as const).find((pref) => pref === value);
    if (w.pref === undefined) throw wrong('"pref" value is invalid\n', value);
  } else parseDestination(ip, words, w);
}

function parseDestination(ip: Ip, words: Words, w: RouteWords): void {
  if (words.word === 'to') words.value();
  const type = /^\d/.test(words.word) ? undefined : ip.names.parseRouteType(words.word);
  if (type !== undefined) {
    w.type = type;
    words.value();
  }
  const word = words.word;
  if (matches(word, 'help')) throw new Exit(255, ROUTE_HELP);
  if (w.dst !== undefined) throw garbage('to', word);
  w.dst = parsePrefix(word, w.family);
  if (w.family === 'unspec' && w.dst.family !== undefined) w.family = w.dst.family;
}

/** `as [to] ADDRESS`, for route NAT, which is no more: the kernel takes it and does nothing with it. */
function parseAs(words: Words): void {
  const value = words.value();
  parseAddress(value === 'to' ? words.value() : value, 'inet');
}

function learn<T extends { readonly family: Family }>(w: RouteWords, found: T): T {
  if (w.family === 'unspec') w.family = found.family;
  return found;
}

function parseVia(words: Words, w: RouteWords): { readonly family: Family; readonly address: IpAddress } {
  const value = words.value();
  if (value === 'inet' || value === 'inet6') {
    const found = parseAddress(words.value(), value);
    return w.family === 'unspec' ? learn(w, found) : found;
  }
  return learn(w, parseAddress(value, w.family));
}

function number(words: Words, key: string, parse: (value: string) => number | undefined): number {
  const value = words.value();
  const parsed = parse(value);
  if (parsed === undefined) throw wrong(`"${key}" value is invalid\n`, value);
  return parsed;
}

/** `nexthop via … dev … weight …`, one after another to the end. */
function parseNexthops(ip: Ip, words: Words, family: PreferredFamily | Family): readonly NexthopRequest[] {
  const hops: NexthopRequest[] = [];
  while (words.left > 0) {
    if (words.word !== 'nexthop') throw new Exit(255, `Error: "nexthop" or end of line is expected instead of "${words.word}"\n`);
    if (words.left === 1) throw new Exit(255, 'Error: unexpected end of line after "nexthop"\n');
    words.step();
    hops.push(parseNexthop(ip, words, family));
  }
  return hops;
}

function parseNexthop(ip: Ip, words: Words, family: PreferredFamily | Family): NexthopRequest {
  const hop: { -readonly [K in keyof NexthopRequest]: NexthopRequest[K] } = {};
  for (; words.left > 0; words.step()) {
    const word = words.word;
    if (word === 'via') {
      const value = words.value();
      const named = value === 'inet' || value === 'inet6';
      const found = parseAddress(named ? words.value() : value, named ? value : family);
      hop.gateway = found.address;
      hop.gatewayFamily = found.family;
    } else if (word === 'dev') hop.ifindex = ip.device(words.value());
    else if (word === 'weight') {
      const value = words.value();
      const weight = parseUnsigned(value);
      if (weight === undefined || weight === 0 || weight > 256) throw wrong('"weight" is invalid\n', value);
      hop.weight = weight;
    } else if (word === 'onlink') hop.onlink = true;
    else if (matches(word, 'realms')) words.value();
    else break;
  }
  return hop;
}

/** Fills in what the words leave out, as iproute2 does before it asks the kernel. */
function routeRequest(w: RouteWords, hops: readonly NexthopRequest[], remove: boolean): RouteRequest {
  const family: Family = w.family === 'inet6' ? 'inet6' : 'inet';
  const type = w.type ?? (remove ? 'unspec' : 'unicast');
  const own: NexthopRequest = {
    ...(w.dev === undefined ? {} : { ifindex: w.dev }),
    ...(w.via === undefined ? {} : { gateway: w.via.address, gatewayFamily: w.via.family }),
    ...(w.onlink ? { onlink: true } : {}),
  };
  const nexthops = hops.length > 0 ? hops : Object.keys(own).length > 0 ? [own] : [];
  const metrics = metricsOf(w.metrics);
  const local = type === 'local' || type === 'broadcast' || type === 'nat' || type === 'anycast';
  return {
    family,
    type,
    dstLen: w.dst?.bits ?? 0,
    nexthops,
    table: w.table ?? (local ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
    protocol: w.protocol ?? (remove ? RTPROT_UNSPEC : RTPROT_BOOT),
    scope: w.scope ?? defaultScope(family, type, remove, w.via !== undefined || hops.length > 0),
    ...(w.dst?.address === undefined ? {} : { dst: w.dst.address }),
    ...(w.tos === undefined ? {} : { tos: w.tos }),
    ...(w.prefSrc === undefined ? {} : { prefSrc: w.prefSrc }),
    ...(w.priority === undefined ? {} : { priority: w.priority }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(w.expires === undefined ? {} : { expires: w.expires }),
    ...(w.realm === undefined ? {} : { realm: w.realm }),
    ...(w.pref === undefined ? {} : { pref: w.pref }),
  };
}

function defaultScope(family: Family, type: RouteType, remove: boolean, gateway: boolean): number {
  if (family === 'inet6') return SCOPE_UNIVERSE;
  if (type === 'local' || type === 'nat') return SCOPE_HOST;
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return SCOPE_LINK;
  if (type !== 'unicast' && type !== 'unspec') return SCOPE_UNIVERSE;
  if (remove) return SCOPE_NOWHERE;
  return gateway ? SCOPE_UNIVERSE : SCOPE_LINK;
}
