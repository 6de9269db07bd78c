import type { Ipv4 } from '../../base/address.ts';
import { type NexthopDump, type RouteDump, RTNH_F_DEAD, RTNH_F_LINKDOWN, RTNH_F_ONLINK } from '../rtnetlink/messages.ts';
import type { FibAlias, Nexthop } from './fib-info.ts';
import { ignoresLinkdown } from './fib-table.ts';

/** An entry as RTM_GETROUTE dumps it (`fib_dump_info`). */
export function dumpAlias(alias: FibAlias, table: number): RouteDump {
  const { info } = alias;
  return {
    family: 'inet',
    type: alias.type,
    dst: alias.prefixLen === 0 ? undefined : (alias.prefix as Ipv4),
    dstLen: alias.prefixLen,
    src: undefined,
    srcLen: 0,
    tos: alias.tos,
    table,
    protocol: info.protocol,
    scope: info.scope,
    prefSrc: info.prefSrc === 0 ? undefined : info.prefSrc,
    priority: info.priority === 0 ? undefined : info.priority,
    nexthops: info.nexthops.map(dumpNexthop),
    metrics: info.metrics,
    ...(info.realm === undefined ? {} : { realm: info.realm }),
    cloned: false,
    expires: undefined,
    pref: undefined,
  };
}

function dumpNexthop(hop: Nexthop): NexthopDump {
  let flags = hop.flags & (RTNH_F_ONLINK | RTNH_F_DEAD | RTNH_F_LINKDOWN);
  if ((flags & RTNH_F_LINKDOWN) !== 0 && ignoresLinkdown(hop)) flags |= RTNH_F_DEAD;
  return { ifindex: hop.oif, gateway: hop.gateway, gatewayFamily: hop.gatewayFamily, flags, weight: hop.weight };
}
