// When to acknowledge: at once, later or with data (RFC 1122, 4.2.3.2; net/ipv4/tcp_input.c, tcp_output.c).

import { TCP_ACK } from '../../wire/tcp.ts';
import { ATO_MIN_NS, DELACK_MAX_NS, DELACK_MIN_NS, TICK_NS } from './constants.ts';
import { advertisedWindow, offeredWindow } from './receive-window.ts';
import { seqDiff } from './sequence.ts';
import { RCV_SHUTDOWN, TCP_CLOSE, TCP_LISTEN } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { armDelack } from './timer.ts';
import { transmit } from './transmit.ts';

/** Acknowledges now (tcp_send_ack). */
export function sendAck(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE || sk.state === TCP_LISTEN) return;
  transmit(sk, sk.sndNxt, 0, TCP_ACK);
}

/** Acknowledges what was received, now or later (tcp_ack_snd_check). */
export function checkAckSend(sk: TcpSock): void {
  if (!sk.ackScheduled) return;
  const full = seqDiff(sk.rcvNxt, sk.rcvWup) > sk.rcvMss && (sk.receiveQueue.length === 0 || offeredWindow(sk) >= sk.rcvWnd);
  // Out of order, each segment is answered at once, so that the sender counts them (RFC 5681, 4.2).
  if (full || sk.inQuickAck || sk.ackNow || !sk.early.empty) sendAck(sk);
  else delayAck(sk);
}

/** tcp_send_delayed_ack. */
export function delayAck(sk: TcpSock): void {
  let ato = sk.atoNs;
  if (ato > DELACK_MIN_NS) {
    let max = sk.pingpong > 0 || sk.ackPushed ? DELACK_MAX_NS : 500_000_000;
    if (sk.srttUs > 0) max = Math.min(max, Math.max((sk.srttUs >> 3) * 1000, DELACK_MIN_NS));
    ato = Math.min(ato, max);
  }
  ato = Math.max(Math.min(ato, DELACK_MAX_NS), TICK_NS);
  const at = sk.now + ato;
  if (sk.delackNs !== 0) {
    if (sk.delackNs <= sk.now + ato / 4) return sendAck(sk);
    if (at >= sk.delackNs) return;
  }
  armDelack(sk, at);
}

/** The timer of a delayed acknowledgment (tcp_delack_timer_handler). */
export function delackExpired(sk: TcpSock): void {
  if (!sk.ackScheduled) return;
  if (sk.pingpong === 0) {
    sk.atoNs = Math.min(sk.atoNs * 2, sk.rtoNs);
  } else {
    sk.pingpong = 0;
    sk.atoNs = ATO_MIN_NS;
  }
  sk.tcp.ext.DelayedACKs++;
  sendAck(sk);
}

/** The process has read: says so if the peer waits for room, or for an answer that will not come (tcp_cleanup_rbuf). */
export function ackAfterRead(sk: TcpSock, copied: number): void {
  let now = false;
  if (sk.ackScheduled) {
    now =
      seqDiff(sk.rcvNxt, sk.rcvWup) > sk.rcvMss ||
      (copied > 0 && (sk.ackPushed2 || (sk.ackPushed && sk.pingpong === 0)) && sk.receiveQueue.length === 0);
  }
  if (copied > 0 && !now && (sk.shutdown & RCV_SHUTDOWN) === 0) {
    const current = advertisedWindow(sk);
    if (2 * current <= sk.windowClamp) {
      const offered = offeredWindow(sk);
      now = offered > 0 && offered >= 2 * current;
    }
  }
  if (now) sendAck(sk);
}
