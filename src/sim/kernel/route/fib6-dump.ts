import { NS_PER_S } from '../../base/time.ts';
import { type NexthopDump, type RouteDump, RTNH_F_DEAD, RTNH_F_LINKDOWN, SCOPE_UNIVERSE } from '../rtnetlink/messages.ts';
import { canMultipath, type Fib6Entry } from './fib6-table.ts';

/** Entries as RTM_GETROUTE dumps them: gateways of equal prefix and metric as one multipath route (`rt6_fill_node`). */
export function dumpRoutes6(entries: readonly Fib6Entry[], nowNs: number): RouteDump[] {
  const dumps: RouteDump[] = [];
  const done = new Set<Fib6Entry>();
  for (const entry of entries) {
    if (done.has(entry)) continue;
    const group = canMultipath(entry) ? entries.filter((other) => canMultipath(other) && sameRoute(entry, other)) : [entry];
    for (const other of group) done.add(other);
    dumps.push(dumpEntry(entry, group, nowNs));
  }
  return dumps;
}

function sameRoute(a: Fib6Entry, b: Fib6Entry): boolean {
  return a.prefix === b.prefix && a.prefixLen === b.prefixLen && a.metric === b.metric && a.table === b.table;
}

function dumpEntry(entry: Fib6Entry, group: readonly Fib6Entry[], nowNs: number): RouteDump {
  return {
    family: 'inet6',
    type: entry.type,
    dst: entry.prefixLen === 0 ? undefined : entry.prefix,
    dstLen: entry.prefixLen,
    src: undefined,
    srcLen: 0,
    tos: 0,
    table: entry.table,
    protocol: entry.protocol,
    scope: SCOPE_UNIVERSE,
    prefSrc: entry.prefSrc,
    priority: entry.metric,
    nexthops: group.map(dumpNexthop6),
    metrics: entry.metrics,
    cloned: false,
    expires: entry.expiresNs === 0 ? undefined : Math.max(0, Math.floor((entry.expiresNs - nowNs) / NS_PER_S)),
    pref: entry.pref,
  };
}

function dumpNexthop6(entry: Fib6Entry): NexthopDump {
  let { flags } = entry;
  if ((flags & RTNH_F_LINKDOWN) !== 0 && ignoresLinkdown6(entry)) flags |= RTNH_F_DEAD;
  return {
    ifindex: entry.dev.ifindex,
    gateway: entry.gateway,
    gatewayFamily: entry.gateway === undefined ? undefined : 'inet6',
    flags,
    weight: entry.weight,
  };
}

/** net.ipv6.conf.{DEV,all}.ignore_routes_with_linkdown. */
export function ignoresLinkdown6(entry: Fib6Entry): boolean {
  const in6 = entry.dev.in6;
  if (in6 === undefined) return false;
  return in6.conf.ignore_routes_with_linkdown !== 0 || in6.dev.ns.ip6.confAll.ignore_routes_with_linkdown !== 0;
}
