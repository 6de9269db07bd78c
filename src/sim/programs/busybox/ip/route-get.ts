import { isError } from '../../../base/result.ts';
import type { RouteQuery } from '../../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../../machine/process.ts';
import { type BusyboxIp, type Prefix, WordReader } from './context.ts';
import { routeText } from './route-print.ts';

/** `ip route get` (iproute_get). */
export function* getRoute(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const reader = new WordReader(ip, words);
  const query: { -readonly [K in keyof RouteQuery]?: RouteQuery[K] } = {};
  let dst: Prefix | undefined;
  while (reader.left > 0) {
    const word = reader.next();
    if (word === 'from') {
      const { address } = yield* ip.prefix(yield* reader.value(), ip.family);
      if (address !== undefined) query.src = address;
    } else if (word === 'iif') query.iif = (yield* ip.device(yield* reader.value())).ifindex;
    else if (word === 'oif' || word === 'dev') query.oif = (yield* ip.device(yield* reader.value())).ifindex;
    else if (word !== 'notify' && word !== 'connected') dst = yield* ip.prefix(word === 'to' ? yield* reader.value() : word, ip.family);
  }
  if (dst?.address === undefined || dst.bits === 0) return yield* ip.die('need at least destination address');
  const route = ip.rtnl.getRoute({ ...query, family: dst.family ?? 'inet', dst: dst.address });
  if (isError(route)) return yield* ip.talk(route);
  ip.c.out(routeText(ip, route));
  return 0;
}
