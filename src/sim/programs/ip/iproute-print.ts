import {
  type NexthopDump,
  type RouteDump,
  RT_TABLE_MAIN,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  RTNH_F_PERVASIVE,
  RTPROT_BOOT,
  SCOPE_UNIVERSE,
} from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { formatAddress } from './inet-prefix.ts';
import type { Printer } from './printer.ts';
import { printMetrics } from './route-metrics.ts';

/** What a listing leaves out, because it was asked for and is the same in every line. */
export interface RouteStyle {
  readonly table: boolean;
  readonly protocol: boolean;
  readonly scope: boolean;
  readonly dev: boolean;
  readonly via: boolean;
  readonly src: boolean;
  readonly metric: boolean;
  readonly deleted?: boolean;
  /** `ip route get … notify`. */
  readonly notify?: boolean;
}

/** Everything: for `ip route get` and `ip monitor`. */
export const WHOLE_ROUTE: RouteStyle = { table: true, protocol: true, scope: true, dev: true, via: true, src: true, metric: true };

/** Prints a route as `ip route` does (print_route). */
export function printRoute(ip: Ip, out: Printer, r: RouteDump, style: RouteStyle): void {
  const details = ip.options.details > 0;
  const only = r.nexthops.length === 1 ? r.nexthops[0] : undefined;
  if (style.deleted) out.both('deleted', true, 'Deleted ');
  if (r.type !== 'unicast' || details) out.both('type', ip.names.routeType(r.type), `${ip.names.routeType(r.type)} `);
  printDestination(out, r);
  if (r.tos !== 0) out.both('tos', ip.names.dsfield(r.tos), `tos ${ip.names.dsfield(r.tos)} `);
  if (only !== undefined && style.via) printGateway(out, r, only);
  if (only !== undefined && only.ifindex !== 0 && style.dev) printDevice(ip, out, only);
  if ((r.table !== RT_TABLE_MAIN || details) && style.table)
    out.both('table', ip.names.table(r.table), `table ${ip.names.table(r.table)} `);
  if (!r.cloned) {
    if ((r.protocol !== RTPROT_BOOT || details) && style.protocol) {
      out.both('protocol', ip.names.protocol(r.protocol), `proto ${ip.names.protocol(r.protocol)} `);
    }
    if ((r.scope !== SCOPE_UNIVERSE || details) && style.scope)
      out.both('scope', ip.names.scope(r.scope), `scope ${ip.names.scope(r.scope)} `);
  }
  if (r.prefSrc !== undefined && style.src) out.both('prefsrc', formatAddress(r.prefSrc), `src ${formatAddress(r.prefSrc)} `);
  if (r.priority !== undefined && style.metric) out.both('metric', r.priority, `metric ${r.priority} `);
  printRouteFlags(out, r, style.notify === true);
  if (r.mark !== undefined && r.mark !== 0) printMark(out, r.mark);
  if (r.realm !== undefined && r.realm !== 0) {
    out.openObject('flow');
    out.both('to', String(r.realm), `realm ${r.realm} `);
    out.closeObject();
  }
  if (r.uid !== undefined) out.both('uid', r.uid, `uid ${r.uid} `);
  if (r.family === 'inet' && r.cloned) printCache(ip, out, r, style.notify === true);
  else if (r.expires !== undefined) out.both('expires', r.expires, `expires ${r.expires}sec `);
  if (r.metrics !== undefined) printMetrics(out, r.metrics);
  if (r.iif !== undefined) out.both('iif', ip.deviceName(r.iif), `iif ${ip.deviceName(r.iif)} `);
  if (r.pref !== undefined) out.both('pref', r.pref, `pref ${r.pref}`);
  if (r.nexthops.length > 1) printNexthops(ip, out, r);
  out.text('\n');
}

function printDestination(out: Printer, r: RouteDump): void {
  const wholeBits = r.family === 'inet' ? 32 : 128;
  const withLength = (address: string, bits: number): string => (bits === wholeBits ? address : `${address}/${bits}`);
  const dst = r.dst !== undefined ? withLength(formatAddress(r.dst), r.dstLen) : r.dstLen > 0 ? `0/${r.dstLen}` : 'default';
  out.both('dst', dst, `${dst} `);
  if (r.src !== undefined) {
    const from = withLength(formatAddress(r.src), r.srcLen);
    out.both('from', from, `from ${from} `);
  } else if (r.srcLen > 0) out.both('from', `0/${r.srcLen}`, `from 0/${r.srcLen} `);
}

function printGateway(out: Printer, r: RouteDump, hop: NexthopDump): void {
  if (hop.gateway === undefined) return;
  const gateway = formatAddress(hop.gateway);
  if (hop.gatewayFamily === undefined || hop.gatewayFamily === r.family) {
    out.both('gateway', gateway, `via ${gateway} `);
    return;
  }
  out.openObject('via');
  out.both('family', hop.gatewayFamily, `via ${hop.gatewayFamily} `);
  out.both('host', gateway, `${gateway} `);
  out.closeObject();
}

function printDevice(ip: Ip, out: Printer, hop: NexthopDump): void {
  const name = ip.deviceName(hop.ifindex);
  out.both('dev', name, `dev ${name} `);
}

/** The flags of the route itself: those of its one next hop, or those that all of them have. */
function printRouteFlags(out: Printer, r: RouteDump, notify: boolean): void {
  const common = r.nexthops.reduce((flags, hop) => flags & hop.flags, r.nexthops.length === 0 ? 0 : -1);
  // Of a multicast route that was looked up, a flag of the routing cache is told where `ip` reads that hardware refused the route.
  const refused = r.cloned && r.family === 'inet' && r.type === 'multicast' ? ['rt_offload_failed'] : [];
  printFlags(out, common, [...(notify ? ['notify'] : [])], refused);
}

function printFlags(out: Printer, flags: number, middle: readonly string[], last: readonly string[]): void {
  const words = [
    ...((flags & RTNH_F_DEAD) !== 0 ? ['dead'] : []),
    ...((flags & RTNH_F_ONLINK) !== 0 ? ['onlink'] : []),
    ...((flags & RTNH_F_PERVASIVE) !== 0 ? ['pervasive'] : []),
    ...middle,
    ...((flags & RTNH_F_LINKDOWN) !== 0 ? ['linkdown'] : []),
    ...last,
  ];
  out.openArray('flags');
  for (const word of words) out.both(undefined, word, `${word} `);
  out.closeArray();
}

function printMark(out: Printer, mark: number): void {
  if (mark >= 16) out.both('mark', `0x${mark.toString(16)}`, `mark 0x${mark.toString(16)} `);
  else out.both('mark', mark, `mark ${mark} `);
}

/** The second line of an answer: what the routing cache knows. */
function printCache(ip: Ip, out: Printer, r: RouteDump, notify: boolean): void {
  const flags = [...(r.cacheFlags ?? []), ...(notify ? ['notify'] : [])];
  out.newline();
  out.text('    cache ');
  if (flags.length > 0) out.text(`<${flags.join(',')}> `);
  out.openArray('cache');
  for (const flag of flags) out.member(undefined, flag);
  out.closeArray();
  if (r.expires !== undefined) out.both('expires', r.expires, `expires ${r.expires}sec `);
  if (ip.options.stats > 0) {
    out.both('users', 2, 'users 2 ');
    out.both('age', 0, 'age 0sec ');
  }
}

function printNexthops(ip: Ip, out: Printer, r: RouteDump): void {
  out.openArray('nexthops');
  for (const hop of r.nexthops) {
    out.openObject();
    out.newline();
    out.text('\tnexthop ');
    printGateway(out, r, hop);
    if (hop.ifindex !== 0) printDevice(ip, out, hop);
    out.both('weight', hop.weight, `weight ${hop.weight} `);
    printFlags(out, hop.flags, [], []);
    out.closeObject();
  }
  out.closeArray();
}
