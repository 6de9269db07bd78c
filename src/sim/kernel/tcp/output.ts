// Sending: tcp_write_xmit() and what belongs to it in net/ipv4/tcp_output.c.

import { NS_PER_US } from '../../base/time.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST } from '../../wire/tcp.ts';
import { restartAfterIdle } from './congestion.ts';
import { INIT_CWND, TIMEOUT_MIN_NS } from './constants.ts';
import { currentMss } from './mss.ts';
import { EVER_RETRANS } from './retransmit-queue.ts';
import { rtoMax } from './rtt.ts';
import { splitCounted } from './sack.ts';
import { after, before, seqAdd, seqDiff } from './sequence.ts';
import {
  CA_CWR,
  CA_OPEN,
  CA_RECOVERY,
  PENDING_LOSS_PROBE,
  PENDING_PROBE0,
  PENDING_REO,
  PENDING_RETRANS,
  TCP_CLOSE,
  TCP_SYN_SENT,
} from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { armOutput } from './timer.ts';
import { transmit } from './transmit.ts';

/** Sends what may be sent (__tcp_push_pending_frames); with nothing in flight a window that is shut must be probed. */
export function pushPending(sk: TcpSock, forceOne = false): void {
  if (!sk.hasUnsent || sk.state === TCP_CLOSE || sk.state === TCP_SYN_SENT) return;
  writeXmit(sk, forceOne);
  checkProbeTimer(sk);
}

/** Sends new segments as far as congestion window, peer's window and Nagle allow; `one`: one whatever the congestion window says, as a probe. */
export function writeXmit(sk: TcpSock, one = false): boolean {
  if (sk.packetsOut === 0) checkIdle(sk);
  const mss = currentMss(sk);
  sk.maxPacketsOut = Math.max(sk.maxPacketsOut, sk.packetsOut);
  let sent = 0;
  let cwndLimited = false;
  while (sk.hasUnsent) {
    if (sk.inFlight >= sk.cwnd && !(one && sent === 0)) {
      cwndLimited = true;
      break;
    }
    const unsent = seqDiff(sk.dataEnd, sk.sndNxt);
    const length = Math.min(unsent, mss);
    const last = length === unsent;
    const fin = last && sk.finQueued;
    if (after(seqAdd(sk.sndNxt, length + (fin && unsent <= mss ? 1 : 0)), sk.windowEnd)) break;
    if (last && !fin && length < mss && holdsBack(sk)) break;
    sendNew(sk, length, fin, last);
    if (last && length < mss) sk.sndSml = sk.sndNxt;
    sent++;
    if (one) break;
  }
  if (sent === 0) {
    noteUsage(sk, cwndLimited);
    return sk.packetsOut === 0 && sk.hasUnsent;
  }
  if (sk.caState === CA_CWR || sk.caState === CA_RECOVERY) sk.prrOut += sent;
  noteUsage(sk, cwndLimited || sk.inFlight >= sk.cwnd);
  if (!one) scheduleLossProbe(sk, false);
  return false;
}

/** Whether a short segment waits for more: Nagle's rule as Minshall changed it (tcp_nagle_check). */
function holdsBack(sk: TcpSock): boolean {
  if (sk.options.cork) return true;
  if (sk.options.noDelay || sk.packetsOut === 0) return false;
  return after(sk.sndSml, sk.sndUna) && !after(sk.sndSml, sk.sndNxt);
}

/** One segment of new data (tcp_transmit_skb and tcp_event_new_data_sent). */
function sendNew(sk: TcpSock, length: number, fin: boolean, last: boolean): void {
  const { now, sndNxt: seq } = sk;
  const flags = TCP_ACK | (fin ? TCP_FIN : 0) | (last && length > 0 ? TCP_PSH : 0);
  const segment = sk.rtxQueue.push();
  segment.seq = seq;
  segment.endSeq = seqAdd(seq, length + (fin ? 1 : 0));
  segment.flags = flags & (TCP_FIN | TCP_PSH);
  segment.sentNs = now;
  segment.sentOrder = ++sk.transmissions;
  segment.deliveredBefore = sk.delivered;
  const idle = sk.packetsOut === 0;
  sk.sndNxt = segment.endSeq;
  sk.packetsOut++;
  sk.tcp.mib.OutSegs++;
  sk.tcp.ext.TCPOrigDataSent++;
  transmit(sk, seq, length, flags);
  if (idle) rearmRto(sk);
}

/** After a pause the path may have changed (tcp_slow_start_after_idle_check; RFC 5681, 4.1). */
function checkIdle(sk: TcpSock): void {
  if (sk.tcp.sysctl('tcp_slow_start_after_idle') === 0 || sk.lastSentNs === 0) return;
  const idle = sk.now - sk.lastSentNs;
  if (idle > sk.rtoNs && sk.cwnd > INIT_CWND) restartAfterIdle(sk, idle, INIT_CWND);
}

/** Remembers how much of the congestion window was in use (tcp_cwnd_validate). */
function noteUsage(sk: TcpSock, limited: boolean): void {
  if (!before(sk.sndUna, sk.cwndUsageSeq) || limited || (!sk.cwndLimited && sk.packetsOut > sk.maxPacketsOut)) {
    sk.cwndLimited = limited;
    sk.maxPacketsOut = sk.packetsOut;
    sk.cwndUsageSeq = sk.sndNxt;
  }
}

/** Starts the retransmission timer, or stops it with nothing in flight (tcp_rearm_rto). */
export function rearmRto(sk: TcpSock): void {
  if (sk.packetsOut === 0) {
    sk.timeoutNs = 0;
    sk.pending = 0;
    return;
  }
  let wait = sk.rtoNs;
  if (sk.pending === PENDING_LOSS_PROBE || sk.pending === PENDING_REO) {
    // The probe's timer replaced this one: what is left of the timeout counts from the oldest segment.
    wait = Math.max(sk.rtxQueue.at(0).sentNs + sk.rtoNs - sk.now, TIMEOUT_MIN_NS / 2);
  }
  armOutput(sk, PENDING_RETRANS, sk.now + Math.min(wait, rtoMax(sk)));
}

/** Sets the timer after which the last segment is sent again, to learn of a loss at the end early (tcp_schedule_loss_probe; RFC 8985, 7). */
export function scheduleLossProbe(sk: TcpSock, advancing: boolean): boolean {
  if (sk.packetsOut === 0 || !sk.sackOk || sk.tcp.sysctl('tcp_early_retrans') < 3) return false;
  if (sk.caState !== CA_OPEN && sk.caState !== CA_CWR) return false;
  if (sk.pending === PENDING_PROBE0) return false;
  let wait = TIMEOUT_MIN_NS;
  if (sk.srttUs !== 0) {
    wait = (sk.srttUs >> 2) * NS_PER_US + (sk.packetsOut === 1 ? sk.tcp.sysctl('tcp_rto_min_us') * NS_PER_US : TIMEOUT_MIN_NS);
  } else {
    wait = sk.rtoNs;
  }
  const left = advancing ? sk.rtoNs : sk.rtxQueue.at(0).sentNs + sk.rtoNs - sk.now;
  if (left > 0) wait = Math.min(wait, left);
  armOutput(sk, PENDING_LOSS_PROBE, sk.now + wait);
  return true;
}

/** With data waiting and nothing in flight, the peer's window must be probed (tcp_check_probe_timer; RFC 9293, 3.8.6.1). */
export function checkProbeTimer(sk: TcpSock): void {
  if (sk.packetsOut > 0 || sk.pending !== 0 || !sk.hasUnsent) return;
  sk.backoff = 0;
  armOutput(sk, PENDING_PROBE0, sk.now + Math.min(Math.max(sk.rtoNs, 200_000_000), rtoMax(sk)));
}

/** Sends a segment again (__tcp_retransmit_skb). False when the network cannot take it; a segment longer than the MSS of now is cut. */
export function retransmit(sk: TcpSock, index: number): boolean {
  const segment = sk.rtxQueue.at(index);
  const mss = currentMss(sk);
  const first = before(segment.seq, sk.sndUna) ? sk.sndUna : segment.seq;
  if (first !== segment.seq) segment.seq = first;
  if (!before(segment.seq, sk.windowEnd) && segment.seq !== sk.sndUna) return false;
  let length = segment.dataLength;
  // Against a window that has shut, only a byte is tried at a time.
  const allowed = Math.max(1, Math.min(mss, seqDiff(sk.windowEnd, segment.seq) > 0 ? seqDiff(sk.windowEnd, segment.seq) : mss));
  if (length > allowed) {
    splitCounted(sk, index, seqAdd(segment.seq, allowed));
    length = allowed;
  }
  sk.tcp.mib.RetransSegs++;
  const failed = transmit(sk, segment.seq, length, TCP_ACK | segment.flags);
  segment.sentNs = sk.now;
  segment.sentOrder = ++sk.transmissions;
  segment.deliveredBefore = sk.delivered;
  segment.retransmissions++;
  segment.marks |= EVER_RETRANS;
  sk.totalRetransmitted++;
  sk.bytesRetransmitted += length;
  if (failed) {
    sk.softError = failed;
    return false;
  }
  return true;
}

/** A reset for a connection that goes away without the peer's knowing why (tcp_send_active_reset). */
export function sendActiveReset(sk: TcpSock): void {
  sk.tcp.mib.OutRsts++;
  transmit(sk, sk.sndNxt, 0, TCP_RST | TCP_ACK);
}

/** The process will send no more: a FIN ends what is written (tcp_send_fin). */
export function sendFin(sk: TcpSock): void {
  sk.finQueued = true;
  sk.writeSeq = seqAdd(sk.writeSeq, 1);
  pushPending(sk);
}

/** Tries the peer's window: the next byte if there is one and it fits, else an old one that only provokes an answer (tcp_write_wakeup). */
export function writeWakeup(sk: TcpSock): void {
  if (sk.hasUnsent && before(sk.sndNxt, sk.windowEnd)) {
    const unsent = seqDiff(sk.dataEnd, sk.sndNxt);
    const length = Math.min(unsent, currentMss(sk), seqDiff(sk.windowEnd, sk.sndNxt));
    const fin = length === unsent && sk.finQueued && before(seqAdd(sk.sndNxt, length), sk.windowEnd);
    if (length > 0 || fin) {
      sendNew(sk, length, fin, true);
      return;
    }
  }
  sk.tcp.ext.TCPWinProbe++;
  transmit(sk, seqAdd(sk.sndUna, -1), 0, TCP_ACK);
}
