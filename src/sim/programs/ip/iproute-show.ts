import { isError } from '../../base/result.ts';
import { utf8 } from '../../base/utf8.ts';
import { type Family, type RouteDump, type RouteRequest, RT_TABLE_MAIN } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { parseRouteFilter, type RouteFilter, selectsRoute, styleOf } from './iproute-filter.ts';
import { printRoute } from './iproute-print.ts';
import { Exit, type Words } from './parse.ts';

/** `ip route show` (iproute_list_flush_or_save). */
export function showRoutes(ip: Ip, words: Words): number {
  const filter = parseRouteFilter(ip, words);
  const out = ip.printer();
  const style = styleOf(filter);
  if (out.json) out.begin();
  const routes = dumpRoutes(ip, filter, 'Dump');
  for (const route of routes) {
    out.openObject();
    printRoute(ip, out, route, style);
    out.closeObject();
  }
  out.end();
  return 0;
}

/** `ip route flush` (iproute_flush). */
export function flushRoutes(ip: Ip, words: Words): number {
  if (words.left === 0) throw new Exit(1, '"ip route flush" requires arguments.\n');
  const filter = parseRouteFilter(ip, words);
  const { stats, maxFlushLoops } = ip.options;
  if (filter.cached) return flushCache(ip, filter);
  const out = ip.printer({ json: false });
  for (let round = 0; maxFlushLoops === 0 || round < maxFlushLoops; ) {
    const doomed = dumpRoutes(ip, filter, 'Flush');
    if (doomed.length === 0) {
      if (stats > 0)
        ip.out(round === 0 ? 'Nothing to flush.\n' : `*** Flush is complete after ${round} round${round > 1 ? 's' : ''} ***\n`);
      return 0;
    }
    round++;
    if (stats > 1) for (const route of doomed) printRoute(ip, out, route, styleOf(filter));
    let deleted = 0;
    for (const route of doomed) if (ip.mayFlush(ip.rtnl.delRoute(requestFor(route)), 2)) deleted++;
    if (stats > 0) ip.out(`\n*** Round ${round}, deleting ${doomed.length} entries ***\n`);
    if (deleted === 0) return 1;
  }
  throw new Exit(1, `*** Flush not completed after ${maxFlushLoops} rounds ***\n`);
}

/** The routing cache has no entries to list; it is emptied by its file. */
function flushCache(ip: Ip, filter: RouteFilter): number {
  if (filter.family === 'inet6') return 0;
  const { p } = ip;
  const written = p.machine.files.writeFile(p, '/proc/sys/net/ipv4/route/flush', utf8('-1\n'));
  if (isError(written)) throw new Exit(1, 'Cannot flush routing cache\n');
  if (ip.options.stats > 0) ip.out('*** IPv4 routing cache is flushed.\n');
  return 0;
}

function dumpRoutes(ip: Ip, filter: RouteFilter, what: 'Dump' | 'Flush'): readonly RouteDump[] {
  const { family, table } = filter;
  if (family !== 'unspec' && family !== 'inet' && family !== 'inet6') return [];
  const families: readonly Family[] = family === 'unspec' ? ['inet', 'inet6'] : [family];
  return families.flatMap((f) => {
    const routes = ip.rtnl.routes(f, table);
    // A namespace without an address has no table yet; that main is missing, iproute2 leaves unsaid in a listing.
    const expected = what === 'Dump' && table === RT_TABLE_MAIN;
    if (routes.length === 0 && table !== undefined && !expected && ip.rtnl.hasTable?.(f, table) !== true)
      throw new Exit(2, `Error: ${f === 'inet' ? 'ipv4' : 'ipv6'}: FIB table does not exist.\n${what} terminated\n`);
    return routes.filter((route) => selectsRoute(filter, route));
  });
}

/** The request that deletes just this route. */
function requestFor(r: RouteDump): RouteRequest {
  return {
    family: r.family,
    type: r.type,
    dstLen: r.dstLen,
    table: r.table,
    protocol: r.protocol,
    scope: r.scope,
    tos: r.tos,
    nexthops: r.nexthops.map((hop) => ({
      ifindex: hop.ifindex,
      weight: hop.weight,
      ...(hop.gateway === undefined ? {} : { gateway: hop.gateway }),
      ...(hop.gatewayFamily === undefined ? {} : { gatewayFamily: hop.gatewayFamily }),
    })),
    ...(r.dst === undefined ? {} : { dst: r.dst }),
    ...(r.prefSrc === undefined ? {} : { prefSrc: r.prefSrc }),
    ...(r.priority === undefined ? {} : { priority: r.priority }),
  };
}
