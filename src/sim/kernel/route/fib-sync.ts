import type { Ipv4 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import { RTNH_F_DEAD, RTNH_F_LINKDOWN, SCOPE_NOWHERE } from '../rtnetlink/messages.ts';
import type { FibInfo } from './fib-info.ts';
import type { Fib4 } from './fib4.ts';

// What becomes of IPv4 routes when their device or address changes: net/ipv4/fib_semantics.c.

/**
 * The device went down or away (`down`), or lost its carrier (`carrier`). Routes all of whose next hops are dead go, except
 * those to local addresses, which stay until the device goes for good (`force`).
 */
export function syncDown(fib: Fib4, dev: NetDevice, event: 'down' | 'carrier', force: boolean): void {
  const flags = event === 'down' ? RTNH_F_DEAD | RTNH_F_LINKDOWN : RTNH_F_LINKDOWN;
  let flush = false;
  const seen = new Set<FibInfo>();
  for (const info of fib.infos()) {
    if (seen.has(info) || !info.nexthops.some((hop) => hop.dev === dev)) continue;
    seen.add(info);
    let dead = 0;
    for (const hop of info.nexthops) {
      if ((hop.flags & RTNH_F_DEAD) !== 0) dead++;
      else if (hop.dev === dev && (force || hop.scope !== SCOPE_NOWHERE)) {
        hop.flags |= flags;
        dead++;
      }
    }
    if (dead < info.nexthops.length) continue;
    info.flags |= flags;
    flush ||= event === 'down';
  }
  if (flush) fib.flush((info) => (info.flags & RTNH_F_DEAD) !== 0);
  else fib.changed();
}

/** The device came up (`RTNH_F_DEAD`) or got its carrier (`RTNH_F_LINKDOWN`): its next hops live again (`fib_sync_up`). */
export function syncUp(fib: Fib4, dev: NetDevice, nexthopFlags: number): void {
  if (!dev.up) return;
  const flags = (nexthopFlags & RTNH_F_DEAD) !== 0 && dev.carrier ? nexthopFlags | RTNH_F_LINKDOWN : nexthopFlags;
  for (const info of fib.infos()) {
    let alive = 0;
    for (const hop of info.nexthops) {
      if ((hop.flags & flags) === 0) alive++;
      else if (hop.dev === dev && dev.in4 !== undefined) {
        hop.flags &= ~flags;
        alive++;
      }
    }
    if (alive > 0) info.flags &= ~flags;
  }
  fib.changed();
}

/** A local address is gone: routes that prefer it as source go too (`fib_sync_down_addr`). */
export function syncAddressGone(fib: Fib4, local: Ipv4): void {
  fib.flush((info) => info.prefSrc !== 0 && info.prefSrc === local);
}
