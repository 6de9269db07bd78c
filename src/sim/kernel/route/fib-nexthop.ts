import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import { IFF_UP } from '../device/net-device.ts';
import {
  type NexthopRequest,
  type RouteRequest,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_NOWHERE,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';
import { FIB_PROPS, type FibInfo, type Nexthop, sameMetrics } from './fib-info.ts';
import type { Fib4 } from './fib4.ts';

// Whether a new IPv4 route can be: net/ipv4/fib_semantics.c, with its texts.

/** TCP congestion controls that the kernel has. */
const CONGESTION_CONTROLS: readonly string[] = ['reno', 'cubic'];

/** `fib_create_info`. */
export function createInfo(fib: Fib4, request: RouteRequest): FibInfo | KernelError {
  const props = FIB_PROPS[request.type];
  const scope = request.scope ?? SCOPE_UNIVERSE;
  if (props.scope > scope) return fail('EINVAL', 'Invalid scope');
  const info: FibInfo = {
    type: request.type,
    table: request.table,
    protocol: request.protocol,
    scope,
    priority: request.priority ?? 0,
    prefSrc: (request.prefSrc as Ipv4 | undefined) ?? 0,
    nexthops: [],
    metrics: request.metrics,
    realm: request.realm,
    flags: 0,
  };
  if (props.error !== undefined) {
    const given = request.nexthops.some((hop) => hop.gateway !== undefined || (hop.ifindex ?? 0) !== 0);
    return given ? fail('EINVAL', 'Gateway, device and multipath can not be specified for this route type') : info;
  }
  if (request.type === 'unspec' || request.type === 'nat') return fail('EINVAL', 'Invalid route type');
  if (scope > SCOPE_HOST) return fail('EINVAL', 'Invalid scope');
  const { congestion } = request.metrics ?? {};
  if (congestion !== undefined && !CONGESTION_CONTROLS.includes(congestion)) return fail('EINVAL', 'Unknown tcp congestion algorithm');
  const requests: readonly NexthopRequest[] = request.nexthops.length > 0 ? request.nexthops : [{}];
  const hops = scope === SCOPE_HOST ? hostNexthop(fib, requests) : checkedNexthops(fib, requests, request.table, scope);
  if (isError(hops)) return hops;
  if (info.prefSrc !== 0 && !isValidPrefSrc(fib, request, info.prefSrc)) return fail('EINVAL', 'Invalid prefsrc address');
  return { ...info, nexthops: hops, flags: hops.every((hop) => (hop.flags & RTNH_F_LINKDOWN) !== 0) ? RTNH_F_LINKDOWN : 0 };
}

/** A local address: one device, no gateway, whatever state the device is in. */
function hostNexthop(fib: Fib4, requests: readonly NexthopRequest[]): Nexthop[] | KernelError {
  const [request] = requests;
  if (request === undefined || requests.length > 1) return fail('EINVAL', 'Route with host scope can not have multiple nexthops');
  if (request.gateway !== undefined) return fail('EINVAL', 'Route with host scope can not have a gateway');
  const dev = fib.ns.devices.get(request.ifindex ?? 0);
  if (dev === undefined) return fail('ENODEV');
  return [{ dev, oif: dev.ifindex, gateway: undefined, gatewayFamily: undefined, flags: 0, weight: 1, scope: SCOPE_NOWHERE }];
}

function checkedNexthops(fib: Fib4, requests: readonly NexthopRequest[], table: number, scope: number): Nexthop[] | KernelError {
  const hops: Nexthop[] = [];
  for (const request of requests) {
    const hop: Nexthop = {
      dev: undefined,
      oif: request.ifindex ?? 0,
      gateway: request.gateway,
      gatewayFamily: request.gateway === undefined ? undefined : (request.gatewayFamily ?? 'inet'),
      flags: request.onlink === true ? RTNH_F_ONLINK : 0,
      weight: request.weight ?? 1,
      scope: SCOPE_UNIVERSE,
    };
    const error =
      hop.gatewayFamily === 'inet6'
        ? checkGateway6(fib, hop)
        : hop.gateway !== undefined && hop.gateway !== 0
          ? checkGateway(fib, hop, table, scope)
          : checkDevice(fib, hop);
    if (error !== undefined) return error;
    hops.push(hop);
  }
  return hops;
}

/** `fib_check_nh_v4_gw`. */
function checkGateway(fib: Fib4, hop: Nexthop, table: number, scope: number): KernelError | undefined {
  const gateway = hop.gateway as Ipv4;
  if ((hop.flags & RTNH_F_ONLINK) !== 0) {
    if (scope >= SCOPE_LINK) return fail('EINVAL', 'Nexthop has invalid scope');
    const dev = fib.ns.devices.get(hop.oif);
    if (dev === undefined) return fail('ENODEV', 'Nexthop device required for onlink');
    if (!dev.up) return fail('ENETDOWN', 'Nexthop device is not up');
    if (fib.ns.ip4.addressType(gateway) !== 'unicast') return fail('EINVAL', 'Nexthop has invalid gateway');
    hop.dev = dev;
    hop.scope = SCOPE_LINK;
    if (!dev.carrier) hop.flags |= RTNH_F_LINKDOWN;
    return undefined;
  }
  const query = { dst: gateway, tos: 0, oif: hop.oif, scope: Math.max(scope + 1, SCOPE_LINK), ignoreLinkState: true };
  const flow = { dst: gateway, src: 0, oif: hop.oif };
  const own = table !== 0 && table !== RT_TABLE_MAIN ? fib.table(table)?.lookup(query) : undefined;
  const result = typeof own === 'object' ? own : fib.lookup(query, flow);
  if (typeof result === 'string') return fail(result, 'Nexthop has invalid gateway');
  if (result.alias.type !== 'unicast' && result.alias.type !== 'local') return fail('EINVAL', 'Nexthop has invalid gateway');
  const dev = result.nexthop.dev;
  if (dev === undefined) return fail('EINVAL', 'No egress device for nexthop gateway');
  hop.scope = result.alias.info.scope;
  hop.oif = dev.ifindex;
  hop.dev = dev;
  if (!dev.carrier) hop.flags |= RTNH_F_LINKDOWN;
  return (dev.flags & IFF_UP) !== 0 ? undefined : fail('ENETDOWN');
}

/** An IPv6 gateway of an IPv4 route (RFC 5549): checked as IPv6 would (`fib_check_nh_v6_gw`). */
function checkGateway6(fib: Fib4, hop: Nexthop): KernelError | undefined {
  const dev = fib.ns.ip6.fib6.checkGateway(hop.gateway as Ipv6, hop.oif, (hop.flags & RTNH_F_ONLINK) !== 0);
  if (isError(dev)) return dev;
  if (!dev.up) return fail('ENETDOWN', 'Nexthop device is not up');
  hop.dev = dev;
  hop.oif = dev.ifindex;
  hop.scope = SCOPE_LINK;
  if (!dev.carrier) hop.flags |= RTNH_F_LINKDOWN;
  return undefined;
}

/** `fib_check_nh_nongw`. */
function checkDevice(fib: Fib4, hop: Nexthop): KernelError | undefined {
  if ((hop.flags & RTNH_F_ONLINK) !== 0) return fail('EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set');
  const dev = fib.ns.devices.get(hop.oif);
  if (dev?.in4 === undefined) return fail('ENODEV');
  if (!dev.up) return fail('ENETDOWN', 'Device for nexthop is not up');
  hop.dev = dev;
  hop.scope = SCOPE_HOST;
  if (!dev.carrier) hop.flags |= RTNH_F_LINKDOWN;
  return undefined;
}

/** `fib_valid_prefsrc`: an own address, or the very address that the route is about to make one. */
function isValidPrefSrc(fib: Fib4, request: RouteRequest, prefSrc: Ipv4): boolean {
  if (request.type === 'local' && request.dst !== undefined && request.dst === prefSrc) return true;
  const table = request.table === RT_TABLE_MAIN || request.table === 0 ? RT_TABLE_LOCAL : request.table;
  return fib.ns.ip4.addressType(prefSrc, table) === 'local' || fib.ns.ip4.addressType(prefSrc, RT_TABLE_LOCAL) === 'local';
}

/** Whether a route has the next hops, priority and metrics that a request to delete names (`fib_nh_match`, `fib_metrics_match`). */
export function matchesNexthops(info: FibInfo, request: RouteRequest): boolean {
  if (request.priority !== undefined && request.priority !== 0 && request.priority !== info.priority) return false;
  if (request.metrics !== undefined && !sameMetrics(info.metrics, request.metrics)) return false;
  const { nexthops } = request;
  if (nexthops.length === 0) return true;
  if (nexthops.length === 1) {
    const hop = info.nexthops[0];
    return hop !== undefined && matchesNexthop(hop, nexthops[0] as NexthopRequest);
  }
  return nexthops.length === info.nexthops.length && nexthops.every((request, i) => matchesNexthop(info.nexthops[i] as Nexthop, request));
}

function matchesNexthop(hop: Nexthop, request: NexthopRequest): boolean {
  if (request.ifindex !== undefined && request.ifindex !== 0 && request.ifindex !== hop.oif) return false;
  if (request.gateway !== undefined && request.gateway !== hop.gateway) return false;
  return request.weight === undefined || request.weight === hop.weight;
}
