import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { IFF_LOOPBACK } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import { dumpAlias } from '../route/fib-dump.ts';
import { dumpRoutes6 } from '../route/fib6-dump.ts';
import type { Resolved4 } from '../route/resolver4.ts';
import { type RouteDump, type RouteMetrics, type RouteQuery, RTNH_F_ONLINK, RTPROT_UNSPEC, SCOPE_UNIVERSE } from './messages.ts';

// RTM_GETROUTE for one destination: what `ip route get` asks.

/** `inet_rtm_getroute` and `rt_fill_info`. */
export function queryRoute4(ns: NetNamespace, query: RouteQuery): RouteDump | KernelError {
  const { fib } = ns.ip4;
  const dst = query.dst as Ipv4;
  const src = (query.src as Ipv4 | undefined) ?? 0;
  const flow = flowOf(query, dst, src);
  if (query.iif !== undefined && query.iif !== 0 && !ns.devices.has(query.iif)) return fail('ENODEV');
  const input = query.iif !== undefined && query.iif !== 0;
  const route = input ? fib.input({ ...flow, iif: query.iif }) : fib.output({ ...flow, oif: query.oif ?? 0 });
  if (isError(route)) return route;
  if (query.fibMatch === true) return route.result === undefined ? fail('EHOSTUNREACH') : dumpAlias(route.result.alias, route.table);
  return {
    family: 'inet',
    type: route.type,
    dst,
    dstLen: 32,
    src: src === 0 ? undefined : src,
    srcLen: src === 0 ? 0 : 32,
    tos: 0,
    table: route.table,
    protocol: RTPROT_UNSPEC,
    scope: SCOPE_UNIVERSE,
    prefSrc: route.flowSource !== 0 && route.flowSource !== src ? route.flowSource : undefined,
    priority: undefined,
    nexthops: [
      {
        ifindex: route.dev.ifindex,
        gateway: route.gateway,
        gatewayFamily: route.gatewayFamily,
        flags: route.onlink ? RTNH_F_ONLINK : 0,
        weight: 1,
      },
    ],
    metrics: metricsOf(route.metrics, route.mtuExpiresNs === 0 ? undefined : route.mtu),
    cloned: true,
    expires: expiry(ns, route.mtuExpiresNs),
    pref: undefined,
    ...(input ? { iif: query.iif } : { uid: query.uid ?? 0 }),
    ...(query.mark === undefined || query.mark === 0 ? {} : { mark: query.mark }),
    cacheFlags: cacheFlags(route, dst),
  };
}

function flowOf<Address>(query: RouteQuery, dst: Address, src: Address) {
  const { ipProto, sport, dport } = query;
  return {
    dst,
    src,
    tos: query.tos ?? 0,
    mark: query.mark ?? 0,
    ...(ipProto === undefined ? {} : { ipProto }),
    ...(sport === undefined ? {} : { sport }),
    ...(dport === undefined ? {} : { dport }),
  };
}

function cacheFlags(route: Resolved4, dst: Ipv4): string[] {
  switch (route.type) {
    case 'local':
      return ['local'];
    case 'broadcast':
      return ['local', 'brd'];
    case 'multicast':
      return route.dev.in4?.groups.has(dst) === true ? ['local', 'mc'] : ['mc'];
    default:
      return (route.dev.flags & IFF_LOOPBACK) !== 0 ? ['local'] : [];
  }
}

/** `inet6_rtm_getroute` and `rt6_fill_node`. */
export function queryRoute6(ns: NetNamespace, query: RouteQuery): RouteDump | KernelError {
  const { fib } = ns.ip6;
  const dst = query.dst as Ipv6;
  const src = (query.src as Ipv6 | undefined) ?? '::';
  const input = query.iif !== undefined && query.iif !== 0;
  if (input && !ns.devices.has(query.iif as number)) return fail('ENODEV');
  const flow = flowOf(query, dst, src);
  const route = input ? fib.input({ ...flow, iif: query.iif }) : fib.output({ ...flow, oif: query.oif ?? 0 });
  if (isError(route)) return route;
  const chosen = input || src === '::' ? route : fib.output({ ...flow, src: '::', oif: query.oif ?? 0 });
  const prefSrc = input || isError(chosen) || chosen.source === '::' ? undefined : chosen.source;
  if (query.fibMatch === true) return dumpRoutes6(ns.ip6.fib6.siblings(route.entry), ns.kernel.clock.now)[0] ?? fail('ENETUNREACH');
  return {
    family: 'inet6',
    type: route.type,
    dst,
    dstLen: 128,
    src,
    srcLen: 128,
    tos: query.tos ?? 0,
    table: route.table,
    protocol: route.protocol,
    scope: SCOPE_UNIVERSE,
    prefSrc,
    priority: route.priority,
    nexthops: [
      {
        ifindex: route.dev.ifindex,
        gateway: route.gateway,
        gatewayFamily: route.gatewayFamily,
        flags: 0,
        weight: 1,
      },
    ],
    metrics: metricsOf(route.metrics, route.mtuExpiresNs === 0 ? undefined : route.mtu),
    cloned: route.mtuExpiresNs !== 0,
    expires: expiry(ns, route.mtuExpiresNs),
    pref: route.entry.pref,
    ...(input ? { iif: query.iif } : {}),
  };
}

function metricsOf(metrics: RouteMetrics | undefined, mtu: number | undefined): RouteMetrics | undefined {
  return mtu === undefined ? metrics : { values: { ...metrics?.values, mtu }, locked: metrics?.locked ?? [] };
}

function expiry(ns: NetNamespace, expiresNs: number): number | undefined {
  return expiresNs === 0 ? undefined : Math.floor((expiresNs - ns.kernel.clock.now) / NS_PER_S);
}
