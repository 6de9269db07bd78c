// The timers of a connection. Linux has three; here one event of the clock stands for the earliest of them. It is not moved when a
// deadline moves back, as with every acknowledgment: it fires, finds nothing due and is set anew, or not at all.

import { jiffies, timerExpiryNs } from '../timer-wheel.ts';
import type { PendingTimer } from './state.ts';
import { PENDING_NONE } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';

/** On the kernel's wheel: never early, and the later the more coarsely. */
function arm(sk: TcpSock, at: number): void {
  const { clock } = sk.tcp;
  if (sk.timer !== 0) {
    if (sk.timerAtNs <= at) return;
    clock.cancel(sk.timer);
  }
  sk.timerAtNs = at;
  sk.timer = clock.at(timerExpiryNs(clock.now, jiffies(Math.max(0, at - clock.now))), sk.onTimer);
}

/** Sets what output waits for, and until when. */
export function armOutput(sk: TcpSock, pending: PendingTimer, at: number): void {
  sk.pending = pending;
  sk.timeoutNs = at;
  arm(sk, at);
}

export function clearOutput(sk: TcpSock): void {
  sk.pending = PENDING_NONE;
  sk.timeoutNs = 0;
}

export function armDelack(sk: TcpSock, at: number): void {
  sk.delackNs = at;
  arm(sk, at);
}

export function clearDelack(sk: TcpSock): void {
  sk.delackNs = 0;
}

/** Sets the keepalive timer, which also ends an orphan's FIN_WAIT2. */
export function armKeepalive(sk: TcpSock, at: number): void {
  sk.keepaliveNs = at;
  arm(sk, at);
}

/** The connection ends: nothing stays scheduled. */
export function clearTimers(sk: TcpSock): void {
  clearOutput(sk);
  sk.delackNs = 0;
  sk.keepaliveNs = 0;
  if (sk.timer === 0) return;
  sk.tcp.clock.cancel(sk.timer);
  sk.timer = 0;
}

/** The event of the clock has come; sets the next one. Who is due is up to `due`, which may change every deadline. */
export function timerFired(sk: TcpSock, due: (sk: TcpSock, now: number) => void): void {
  sk.timer = 0;
  due(sk, sk.tcp.clock.now);
  let next = Number.POSITIVE_INFINITY;
  if (sk.timeoutNs !== 0) next = sk.timeoutNs;
  if (sk.delackNs !== 0 && sk.delackNs < next) next = sk.delackNs;
  if (sk.keepaliveNs !== 0 && sk.keepaliveNs < next) next = sk.keepaliveNs;
  if (next !== Number.POSITIVE_INFINITY) arm(sk, next);
}
