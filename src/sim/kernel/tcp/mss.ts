// How long a segment may be: tcp_sync_mss(), tcp_current_mss() in net/ipv4/tcp_output.c; the MSS option of RFC 9293, 3.7.1.

import { isError } from '../../base/result.ts';
import type { Route4, Route6 } from '../route/route.ts';
import { MSS_DEFAULT, TSTAMP_ALIGNED } from './constants.ts';
import type { TcpSock } from './tcp-sock.ts';
import { optionsLength, routeOf } from './transmit.ts';

/** IP and TCP header without options. */
export function headersLength(ipv4: boolean): number {
  return ipv4 ? 40 : 60;
}

/** What we tell the peer (ipv4_default_advmss, ip6_default_advmss): the route's MTU less the headers. */
export function advertisedMss(sk: TcpSock, route: Route4 | Route6): number {
  const { ns } = sk.tcp;
  const least = ns.sysctl.int(sk.ipv4 ? 'net/ipv4/route/min_adv_mss' : 'net/ipv6/route/min_adv_mss');
  const most = 65_535 - headersLength(sk.ipv4);
  const mss = Math.min(most, Math.max(route.mtu - headersLength(sk.ipv4), least));
  return Math.min(route.metrics?.values.advmss ?? mss, sk.options.maxSegment ?? most);
}

/** A new path MTU (tcp_sync_mss). */
export function syncMss(sk: TcpSock, pmtu: number): number {
  let mss = pmtu - headersLength(sk.ipv4);
  mss = Math.max(Math.min(mss, sk.mssClamp), sk.tcp.sysctl('tcp_min_snd_mss'));
  if (sk.tsOk) mss -= TSTAMP_ALIGNED;
  sk.pmtu = pmtu;
  sk.mssCache = boundToHalfWindow(sk, mss);
  return sk.mssCache;
}

/** No segment is longer than half of the largest window the peer ever had (tcp_bound_to_half_wnd). */
function boundToHalfWindow(sk: TcpSock, mss: number): number {
  if (sk.maxWindow === 0) return mss;
  const cutoff = sk.maxWindow > MSS_DEFAULT ? sk.maxWindow >> 1 : sk.maxWindow;
  return cutoff < mss ? Math.max(cutoff, 68 - (sk.tsOk ? 32 : 20)) : mss;
}

/** Bytes of data in the next full segment: SACK blocks take theirs (tcp_current_mss). */
export function currentMss(sk: TcpSock): number {
  const route = routeOf(sk);
  if (!isError(route) && route.mtu !== sk.pmtu) syncMss(sk, route.mtu);
  return sk.mssCache - (optionsLength(sk) - (sk.tsOk ? TSTAMP_ALIGNED : 0));
}
