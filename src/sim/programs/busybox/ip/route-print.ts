import { type IpAddress, type RouteDump, RT_TABLE_MAIN, SCOPE_UNIVERSE } from '../../../kernel/rtnetlink/messages.ts';
import { addressText, type BusyboxIp } from './context.ts';

/** What a listing was asked for, as far as it is left out of its lines. */
export interface RouteStyle {
  /** 0: all tables. */
  readonly table: number;
  readonly viaHost: boolean;
  readonly scope: number | undefined;
}

/** print_route(). */
export function routeText(ip: BusyboxIp, r: RouteDump, filter?: RouteStyle): string {
  const whole = r.family === 'inet' ? 32 : 128;
  const text = (address: IpAddress, bits: number): string => (bits === whole ? addressText(address) : `${addressText(address)}/${bits}`);
  let out = r.type === 'unicast' ? '' : `${r.type} `;
  out += r.dst !== undefined ? `${text(r.dst, r.dstLen)} ` : r.dstLen > 0 ? `0/${r.dstLen} ` : 'default ';
  if (r.src !== undefined) out += `from ${text(r.src, r.srcLen)} `;
  const hop = r.nexthops.length === 1 ? r.nexthops[0] : undefined;
  if (hop?.gateway !== undefined && filter?.viaHost !== true) out += `via ${addressText(hop.gateway)} `;
  if (hop !== undefined && hop.ifindex !== 0) out += `dev ${ip.deviceName(hop.ifindex)} `;
  if (r.table !== RT_TABLE_MAIN && filter?.table === 0) out += `table ${ip.names.table(r.table)} `;
  if (r.scope !== SCOPE_UNIVERSE && filter !== undefined && filter.scope !== r.scope) out += `scope ${ip.names.scope(r.scope)} `;
  if (r.prefSrc !== undefined) out += ` src ${addressText(r.prefSrc)} `;
  if (r.priority !== undefined) out += ` metric ${r.priority | 0} `;
  if (r.family === 'inet6' && r.expires !== undefined) out += ` expires ${r.expires}sec`;
  if (r.iif !== undefined) out += ` iif ${ip.deviceName(r.iif)}`;
  return `${out}\n`;
}
