// Which route a packet got, for traces.

import { formatIpv4 } from '../../base/ipv4-address.ts';
import { ipv4Dst } from '../../wire/ipv4.ts';
import { ipv6Dst } from '../../wire/ipv6.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import type { Route4, Route6 } from '../route/route.ts';
import type { Skb } from '../skb.ts';
import { traceStep } from '../trace.ts';

/** `skb.data` is at the header. Callers test `trace.on`. */
export function traceRoute4(ns: NetNamespace, dev: NetDevice | undefined, skb: Skb, route: Route4): void {
  const dst = formatIpv4(ipv4Dst(skb.buf, skb.data));
  const prefix = `${formatIpv4(route.prefix)}/${route.prefixLen}`;
  traceStep(ns, dev, skb, { kind: 'route', dst, result: inWords(route), table: String(route.table), prefix });
}

/** `skb.data` is at the header. Callers test `trace.on`. */
export function traceRoute6(ns: NetNamespace, dev: NetDevice | undefined, skb: Skb, route: Route6): void {
  const dst = ipv6Dst(skb.buf, skb.data);
  const prefix = `${route.prefix}/${route.prefixLen}`;
  traceStep(ns, dev, skb, { kind: 'route', dst, result: inWords(route), table: String(route.table), prefix });
}

/** A route in few words. */
function inWords({ type, dev, localDev, gateway }: Route4 | Route6): string {
  if (type === 'local') return 'local';
  if (type !== 'unicast') return `${type} dev ${(localDev ?? dev).name}`;
  const via = gateway === undefined ? '' : `via ${typeof gateway === 'number' ? formatIpv4(gateway) : gateway} `;
  return `${via}dev ${dev.name}`;
}
