// Round-trip times and the retransmission timeout: RFC 6298 as tcp_rtt_estimator() and tcp_set_rto() in net/ipv4/tcp_input.c do it.

import { NS_PER_MS, NS_PER_US } from '../../base/time.ts';
import { TICK_NS } from './constants.ts';
import { after } from './sequence.ts';
import type { TcpSock } from './tcp-sock.ts';

/** A measured round trip; the variance sinks only once a window, and a smoothed time of 0 means that none was measured yet. */
export function updateRtt(sk: TcpSock, rttNs: number): void {
  const us = Math.max(1, Math.floor(rttNs / NS_PER_US));
  if (sk.minRttUs === 0 || us < sk.minRttUs) sk.minRttUs = us;
  const floor = sk.tcp.sysctl('tcp_rto_min_us');
  if (sk.srttUs === 0) {
    sk.srttUs = us * 8;
    sk.mdevUs = us * 2;
    sk.rttvarUs = Math.max(sk.mdevUs, floor);
    sk.mdevMaxUs = sk.rttvarUs;
    sk.rttSeq = sk.sndNxt;
  } else {
    let m = us - Math.floor(sk.srttUs / 8);
    sk.srttUs = Math.max(1, sk.srttUs + m);
    if (m < 0) {
      m = -m - Math.floor(sk.mdevUs / 4);
      if (m > 0) m = Math.floor(m / 8);
    } else {
      m -= Math.floor(sk.mdevUs / 4);
    }
    sk.mdevUs += m;
    if (sk.mdevUs > sk.mdevMaxUs) {
      sk.mdevMaxUs = sk.mdevUs;
      if (sk.mdevMaxUs > sk.rttvarUs) sk.rttvarUs = sk.mdevMaxUs;
    }
    if (after(sk.sndUna, sk.rttSeq)) {
      if (sk.mdevMaxUs < sk.rttvarUs) sk.rttvarUs -= Math.floor((sk.rttvarUs - sk.mdevMaxUs) / 4);
      sk.rttSeq = sk.sndNxt;
      sk.mdevMaxUs = floor;
    }
  }
  setRto(sk);
  sk.backoff = 0;
}

/** The timeout of what was measured, in whole ticks (tcp_set_rto, tcp_bound_rto). */
export function setRto(sk: TcpSock): void {
  const ns = (Math.floor(sk.srttUs / 8) + sk.rttvarUs) * NS_PER_US;
  sk.rtoNs = Math.min(Math.ceil(ns / TICK_NS) * TICK_NS, rtoMax(sk));
}

/** net.ipv4.tcp_rto_max_ms. */
export function rtoMax(sk: TcpSock): number {
  return sk.tcp.sysctl('tcp_rto_max_ms') * NS_PER_MS;
}

/** Now, in the clock that this connection's timestamps count: milliseconds with an offset of its own (RFC 7323, 5.4). */
export function timestampNow(sk: TcpSock): number {
  return (Math.floor(sk.now / NS_PER_MS) + sk.tsOffset) >>> 0;
}
