// What the connection remembers of received data, to decide when to acknowledge (the icsk_ack of net/ipv4/tcp_input.c, tcp_output.c).

import { ATO_MIN_NS, MAX_QUICKACKS, MIN_MSS, MSS_DEFAULT } from './constants.ts';
import { growWindow, learnScalingRatio } from './receive-window.ts';
import type { TcpSock } from './tcp-sock.ts';
import { clearDelack } from './timer.ts';

/** An acknowledgment has left, alone or with data (tcp_event_ack_sent). */
export function eventAckSent(sk: TcpSock): void {
  if (sk.quick > 0 && sk.ackScheduled) {
    sk.quick--;
    if (sk.quick === 0) sk.atoNs = ATO_MIN_NS;
  }
  sk.ackScheduled = false;
  sk.ackNow = false;
  sk.ackPushed = false;
  sk.ackPushed2 = false;
  if (sk.delackNs !== 0) clearDelack(sk);
}

/** Data has left; sent as an answer it makes the connection a dialogue, whose acknowledgments wait for the next answer (tcp_event_data_sent). */
export function eventDataSent(sk: TcpSock): void {
  const { now } = sk;
  sk.lastSentNs = now;
  if (now - sk.lastReceivedNs < sk.atoNs && sk.pingpong < 255) sk.pingpong++;
}

/** The next acknowledgments go out at once: at the start and after a pause (tcp_enter_quickack_mode). */
export function enterQuickAck(sk: TcpSock, max: number): void {
  addQuickAcks(sk, max);
  sk.pingpong = 0;
  sk.atoNs = ATO_MIN_NS;
}

function addQuickAcks(sk: TcpSock, max: number): void {
  const acks = Math.floor(sk.rcvWnd / (2 * sk.rcvMss)) || 2;
  sk.quick = Math.max(sk.quick, Math.min(acks, max));
}

/** Data has arrived: guesses the peer's segment size and the time between segments (tcp_event_data_recv). */
export function eventDataReceived(sk: TcpSock, length: number, headerLength: number, push: boolean): void {
  sk.ackScheduled = true;
  measureSegmentSize(sk, length, headerLength, push);
  const { now } = sk;
  if (sk.atoNs === 0) {
    addQuickAcks(sk, MAX_QUICKACKS);
    sk.atoNs = ATO_MIN_NS;
  } else {
    const pause = now - sk.lastReceivedNs;
    if (pause <= ATO_MIN_NS / 2) sk.atoNs = sk.atoNs / 2 + ATO_MIN_NS / 2;
    else if (pause < sk.atoNs) sk.atoNs = Math.min(sk.atoNs / 2 + pause, sk.rtoNs);
    else if (pause > sk.rtoNs) addQuickAcks(sk, MAX_QUICKACKS);
  }
  sk.lastReceivedNs = now;
  if (length >= 128) growWindow(sk, length);
}

/** tcp_measure_rcv_mss: a segment as long as any before is a full one; a shorter one ends what the sender had to say. */
function measureSegmentSize(sk: TcpSock, length: number, headerLength: number, push: boolean): void {
  const last = sk.lastSegSize;
  sk.lastSegSize = 0;
  if (length >= sk.rcvMss) {
    if (length !== sk.rcvMss) learnScalingRatio(sk, length);
    sk.rcvMss = Math.min(length, sk.advMss);
    if (push) sk.ackPushed = true;
    return;
  }
  if (length + headerLength >= MSS_DEFAULT + 20 || (length + headerLength >= MIN_MSS + 20 && !push)) {
    const bare = length - (headerLength - 20);
    sk.lastSegSize = bare;
    if (bare === last) {
      sk.rcvMss = bare;
      return;
    }
  }
  if (sk.ackPushed) sk.ackPushed2 = true;
  sk.ackPushed = true;
}
