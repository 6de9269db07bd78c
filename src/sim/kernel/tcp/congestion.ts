// Congestion control: NewReno (RFC 5681, net/ipv4/tcp_cong.c) and CUBIC (RFC 9438, net/ipv4/tcp_cubic.c, without HyStart).

import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { TcpSock } from './tcp-sock.ts';

/** How a connection's window grows and where it shrinks to; windows in segments. CUBIC keeps state, so each connection has its own. */
export interface CongestionControl {
  readonly name: string;
  /** Where slow start shall end after a loss. */
  ssthresh(sk: TcpSock): number;
  /** `acked` segments were acknowledged and the window was in use. */
  avoid(sk: TcpSock, acked: number): void;
  /** A retransmission timeout: what was learnt of the path is void. */
  loss(): void;
}

/** The window doubles every round trip up to the threshold (tcp_slow_start); gives what remains of `acked`. */
function slowStart(sk: TcpSock, acked: number): number {
  const cwnd = Math.min(sk.cwnd + acked, sk.ssthresh);
  const rest = acked - (cwnd - sk.cwnd);
  sk.cwnd = cwnd;
  return rest;
}

/** One segment more for every `w` acknowledged (tcp_cong_avoid_ai). */
function additiveIncrease(sk: TcpSock, w: number, acked: number): void {
  if (sk.cwndCount >= w) {
    sk.cwndCount = 0;
    sk.cwnd++;
  }
  sk.cwndCount += acked;
  if (sk.cwndCount >= w) {
    const more = Math.floor(sk.cwndCount / w);
    sk.cwndCount -= more * w;
    sk.cwnd += more;
  }
}

/** Whether the window was what held sending back: only then may it grow (tcp_is_cwnd_limited). */
export function isCwndLimited(sk: TcpSock): boolean {
  if (sk.cwndLimited) return true;
  return sk.cwnd < sk.ssthresh && sk.cwnd < 2 * sk.maxPacketsOut;
}

export class Reno implements CongestionControl {
  readonly name: string = 'reno';

  ssthresh(sk: TcpSock): number {
    return Math.max(sk.cwnd >> 1, 2);
  }

  avoid(sk: TcpSock, acked: number): void {
    let rest = acked;
    if (sk.cwnd < sk.ssthresh) {
      rest = slowStart(sk, acked);
      if (rest === 0) return;
    }
    additiveIncrease(sk, sk.cwnd, rest);
  }

  loss(): void {}
}

/** Multiplicative decrease in 1024ths, and the cubic's factor. */
const BETA = 717;
const C = 0.4;

export class Cubic implements CongestionControl {
  readonly name: string;
  private count = 0;
  private lastMax = 0;
  private lastCwnd = 0;
  private lastTimeNs = -1;
  private epochNs = -1;
  private origin = 0;
  /** Seconds until the window is back where it was. */
  private k = 0;
  private ackCount = 0;
  private renoCwnd = 0;

  constructor(name = 'cubic') {
    this.name = name;
  }

  ssthresh(sk: TcpSock): number {
    this.epochNs = -1;
    this.lastMax = sk.cwnd < this.lastMax ? Math.floor((sk.cwnd * (1024 + BETA)) / 2048) : sk.cwnd;
    return Math.max(Math.floor((sk.cwnd * BETA) / 1024), 2);
  }

  avoid(sk: TcpSock, acked: number): void {
    let rest = acked;
    if (sk.cwnd < sk.ssthresh) {
      rest = slowStart(sk, acked);
      if (rest === 0) return;
    }
    this.update(sk, rest);
    additiveIncrease(sk, this.count, rest);
  }

  loss(): void {
    this.lastMax = 0;
    this.lastCwnd = 0;
    this.epochNs = -1;
    this.ackCount = 0;
  }

  /** How many segments must be acknowledged before the window grows by one (bictcp_update). */
  private update(sk: TcpSock, acked: number): void {
    const { now, cwnd } = sk;
    this.ackCount += acked;
    if (this.lastCwnd === cwnd && now - this.lastTimeNs <= NS_PER_S / 32) return;
    if (this.epochNs < 0 || now !== this.lastTimeNs) this.cubic(cwnd, acked, now, (sk.minRttUs * 1000) / NS_PER_S);
    // As fast as Reno would be at least.
    const delta = (cwnd * 15) >> 3;
    while (delta > 0 && this.ackCount > delta) {
      this.ackCount -= delta;
      this.renoCwnd++;
    }
    if (this.renoCwnd > cwnd) this.count = Math.min(this.count, Math.floor(cwnd / (this.renoCwnd - cwnd)));
    this.count = Math.max(this.count, 2);
  }

  private cubic(cwnd: number, acked: number, now: number, minRtt: number): void {
    this.lastCwnd = cwnd;
    this.lastTimeNs = now;
    if (this.epochNs < 0) {
      this.epochNs = now;
      this.ackCount = acked;
      this.renoCwnd = cwnd;
      this.k = this.lastMax <= cwnd ? 0 : Math.cbrt((this.lastMax - cwnd) / C);
      this.origin = Math.max(this.lastMax, cwnd);
    }
    const t = (now - this.epochNs) / NS_PER_S + minRtt;
    const target = Math.floor(this.origin + C * (t - this.k) ** 3);
    this.count = target > cwnd ? Math.floor(cwnd / (target - cwnd)) : 100 * cwnd;
    if (this.lastMax === 0 && this.count > 20) this.count = 20;
  }
}

/** Idle for longer than the timeout, a connection forgets half its window for each timeout that passed (tcp_cwnd_restart). */
export function restartAfterIdle(sk: TcpSock, idleNs: number, initial: number): void {
  let cwnd = sk.cwnd;
  sk.ssthresh = Math.max(sk.ssthresh, (cwnd >> 1) + (cwnd >> 2));
  const restart = Math.min(initial, cwnd);
  let left = idleNs - sk.rtoNs;
  while (left > NS_PER_MS && cwnd > restart) {
    cwnd >>= 1;
    left -= sk.rtoNs;
  }
  sk.cwnd = Math.max(cwnd, restart);
}

/** The algorithm of that name. BBR's model of the path is not simulated: a connection that asks for it has CUBIC's window under BBR's name. */
export function congestionControl(name: string): CongestionControl {
  return name === 'reno' ? RENO : new Cubic(name);
}

const RENO = new Reno();
