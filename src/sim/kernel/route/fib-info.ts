import type { Ipv4 } from '../../base/address.ts';
import type { Errno } from '../../base/errno.ts';
import type { NetDevice } from '../device/net-device.ts';
import {
  type Family,
  type IpAddress,
  type RouteMetrics,
  type RouteType,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  SCOPE_HOST,
  SCOPE_LINK,
  SCOPE_NOWHERE,
  SCOPE_UNIVERSE,
} from '../rtnetlink/messages.ts';

/** A next hop of an IPv4 route (struct fib_nh): a device and perhaps a gateway on it. */
export interface Nexthop {
  dev: NetDevice | undefined;
  oif: number;
  readonly gateway: IpAddress | undefined;
  readonly gatewayFamily: Family | undefined;
  /** RTNH_F_*; DEAD and LINKDOWN follow the device. */
  flags: number;
  readonly weight: number;
  scope: number;
}

/** What an IPv4 route leads to (struct fib_info), without the prefix. */
export interface FibInfo {
  readonly type: RouteType;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly priority: number;
  readonly prefSrc: Ipv4;
  readonly nexthops: readonly Nexthop[];
  readonly metrics: RouteMetrics | undefined;
  /** RTA_FLOW, kept and shown. */
  readonly realm: number | undefined;
  /** RTNH_F_DEAD or RTNH_F_LINKDOWN when all next hops are. */
  flags: number;
}

/** One entry of a table: a prefix, a type of service, and where it leads (struct fib_alias). */
export interface FibAlias {
  readonly prefix: Ipv4;
  readonly prefixLen: number;
  readonly tos: number;
  readonly type: RouteType;
  readonly info: FibInfo;
}

/** What a route of each type answers, and the narrowest scope it may have (`fib_props`). */
export const FIB_PROPS: Readonly<Record<RouteType, { readonly error: Errno | undefined; readonly scope: number }>> = {
  unspec: { error: undefined, scope: SCOPE_NOWHERE },
  unicast: { error: undefined, scope: SCOPE_UNIVERSE },
  local: { error: undefined, scope: SCOPE_HOST },
  broadcast: { error: undefined, scope: SCOPE_LINK },
  anycast: { error: undefined, scope: SCOPE_LINK },
  multicast: { error: undefined, scope: SCOPE_UNIVERSE },
  blackhole: { error: 'EINVAL', scope: SCOPE_UNIVERSE },
  unreachable: { error: 'EHOSTUNREACH', scope: SCOPE_UNIVERSE },
  prohibit: { error: 'EACCES', scope: SCOPE_UNIVERSE },
  throw: { error: 'EAGAIN', scope: SCOPE_UNIVERSE },
  nat: { error: 'EINVAL', scope: SCOPE_NOWHERE },
};

const COMPARED_FLAGS = ~(RTNH_F_DEAD | RTNH_F_LINKDOWN);

/** Whether two routes lead to the very same thing (`fib_find_info`, which would have them share it). */
export function sameInfo(a: FibInfo, b: FibInfo): boolean {
  return (
    a.type === b.type &&
    a.table === b.table &&
    a.protocol === b.protocol &&
    a.scope === b.scope &&
    a.prefSrc === b.prefSrc &&
    a.priority === b.priority &&
    sameMetrics(a.metrics, b.metrics) &&
    a.nexthops.length === b.nexthops.length &&
    a.nexthops.every((hop, i) => sameNexthop(hop, b.nexthops[i] as Nexthop))
  );
}

function sameNexthop(a: Nexthop, b: Nexthop): boolean {
  return (
    a.oif === b.oif &&
    a.gateway === b.gateway &&
    a.scope === b.scope &&
    a.weight === b.weight &&
    ((a.flags ^ b.flags) & COMPARED_FLAGS) === 0
  );
}

export function sameMetrics(a: RouteMetrics | undefined, b: RouteMetrics | undefined): boolean {
  if (a === b) return true;
  if (a?.congestion !== b?.congestion) return false;
  const x = Object.entries(a?.values ?? {});
  const other = b?.values ?? {};
  return x.length === Object.keys(other).length && x.every(([name, value]) => other[name] === value);
}
