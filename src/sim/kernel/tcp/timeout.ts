// Timers that have run out: net/ipv4/tcp_timer.c.

import { fail } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { TCP_ACK, TCP_SYN } from '../../wire/tcp.ts';
import { delackExpired } from './acknowledge.ts';
import { TIMEWAIT_NS } from './constants.ts';
import { done } from './end.ts';
import { rearmRto, retransmit, sendActiveReset, writeWakeup, writeXmit } from './output.ts';
import { enterRecovery, initUndo, markLost, rackDetect, rackRemaining, retransmitLost, retransmitMarked } from './recovery.ts';
import { EVER_RETRANS, RETRANS, SACKED } from './retransmit-queue.ts';
import { rtoMax, timestampNow } from './rtt.ts';
import { after, seqAdd } from './sequence.ts';
import {
  CA_DISORDER,
  CA_LOSS,
  CA_RECOVERY,
  PENDING_LOSS_PROBE,
  PENDING_PROBE0,
  PENDING_REO,
  PENDING_RETRANS,
  TCP_CLOSE,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT2,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
} from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { timeWaitAfterFinWait2 } from './time-wait.ts';
import { armKeepalive, armOutput, clearOutput, timerFired } from './timer.ts';
import { transmit, transmitSyn } from './transmit.ts';

/** The one timer of a connection has fired. */
export function onTimer(sk: TcpSock): void {
  timerFired(sk, due);
}

function due(sk: TcpSock, now: number): void {
  if (sk.delackNs !== 0 && sk.delackNs <= now) {
    sk.delackNs = 0;
    if (sk.state !== TCP_CLOSE) delackExpired(sk);
  }
  if (sk.timeoutNs !== 0 && sk.timeoutNs <= now) {
    const { pending } = sk;
    clearOutput(sk);
    if (pending === PENDING_RETRANS) retransmitTimeout(sk);
    else if (pending === PENDING_PROBE0) probeTimeout(sk);
    else if (pending === PENDING_LOSS_PROBE) lossProbe(sk);
    else if (pending === PENDING_REO) reorderTimeout(sk);
  }
  if (sk.keepaliveNs !== 0 && sk.keepaliveNs <= now) {
    sk.keepaliveNs = 0;
    keepaliveTimeout(sk);
  }
}

/** The connection gives up: the reason is what ICMP told, else the time (tcp_write_err). */
function giveUp(sk: TcpSock): void {
  sk.tcp.ext.TCPAbortOnTimeout++;
  sk.error = sk.softError ?? fail('ETIMEDOUT');
  done(sk);
}

/** No acknowledgment in time (tcp_retransmit_timer): from the oldest segment on, everything counts as lost. */
function retransmitTimeout(sk: TcpSock): void {
  if (sk.packetsOut === 0) return;
  const opening = sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV;
  sk.tcp.ext.TCPTimeouts++;
  if (outOfRetries(sk, opening)) return;
  enterLoss(sk);
  sk.retransmits++;
  sk.totalRto++;
  if (opening) retransmitSyn(sk);
  else retransmitMarked(sk, 0);
  if (sk.state !== TCP_SYN_SENT || sk.totalRto > sk.tcp.sysctl('tcp_syn_linear_timeouts')) {
    sk.backoff++;
    sk.rtoNs = Math.min(sk.rtoNs * 2, rtoMax(sk));
  }
  armOutput(sk, PENDING_RETRANS, sk.now + sk.rtoNs);
}

function retransmitSyn(sk: TcpSock): void {
  sk.tcp.mib.RetransSegs++;
  sk.tcp.ext.TCPSynRetrans++;
  const failed = transmitSyn(sk, sk.state === TCP_SYN_SENT ? TCP_SYN : TCP_SYN | TCP_ACK);
  if (failed) sk.softError = failed;
  sk.totalRetransmitted++;
  const segment = sk.rtxQueue.at(0);
  segment.sentNs = sk.now;
  if ((segment.marks & RETRANS) === 0) sk.retransOut++;
  segment.marks |= RETRANS | EVER_RETRANS;
  if (sk.retransStamp === 0) sk.retransStamp = timestampNow(sk) || 1;
}

/** Whether it was tried often enough, and the end if so (tcp_write_timeout; RFC 1122, 4.2.3.5). */
function outOfRetries(sk: TcpSock, opening: boolean): boolean {
  const { tcp } = sk;
  if (opening) {
    let most = sk.synRetries || tcp.sysctl('tcp_syn_retries');
    if (sk.state === TCP_SYN_SENT) most += tcp.sysctl('tcp_syn_linear_timeouts');
    if (sk.retransmits < most) return false;
    giveUp(sk);
    return true;
  }
  const user = sk.options.userTimeoutMs * NS_PER_MS;
  let retries = tcp.sysctl('tcp_retries2');
  if (sk.orphan) {
    const alive = sk.rtoNs < rtoMax(sk);
    retries = tcp.sysctl('tcp_orphan_retries') || (sk.softError && !alive ? 0 : 8);
  }
  if (!timedOut(sk, retries, sk.orphan ? 0 : user)) return false;
  giveUp(sk);
  return true;
}

/** Whether as much time has passed as so many doublings of the least timeout take (retransmits_timed_out). */
function timedOut(sk: TcpSock, boundary: number, userNs: number): boolean {
  if (sk.retransmits === 0) return false;
  const start = sk.retransStamp === 0 ? timestampNow(sk) : sk.retransStamp;
  const waited = ((timestampNow(sk) - start) | 0) * NS_PER_MS;
  if (userNs !== 0) return waited >= userNs;
  const base = 200 * NS_PER_MS;
  const most = rtoMax(sk);
  const linear = Math.floor(Math.log2(most / base));
  const limit = boundary <= linear ? (2 ** (boundary + 1) - 1) * base : (2 ** (linear + 1) - 1) * base + (boundary - linear) * most;
  return waited >= limit;
}

/** All that is not known to have arrived is lost; the window starts from one segment (tcp_enter_loss; RFC 5681, 3.1). */
function enterLoss(sk: TcpSock): void {
  const { rtxQueue } = sk;
  if (!sk.sackOk) sk.sackedOut = 0;
  const head = rtxQueue.at(0);
  // The receiver threw away what it had told of (RFC 2018, 8).
  const reneged = (head.marks & SACKED) !== 0;
  for (let i = 0; i < rtxQueue.length; i++) {
    const segment = rtxQueue.at(i);
    if (reneged && (segment.marks & SACKED) !== 0) {
      segment.marks &= ~SACKED;
      sk.sackedOut--;
    } else if (!reneged && i > 0 && sk.sackOk && rackRemaining(sk, segment, 0) > 0) continue;
    markLost(sk, segment);
  }
  if (sk.caState <= CA_DISORDER || !after(sk.highSeq, sk.sndUna) || (sk.caState === CA_LOSS && sk.retransmits === 0)) {
    sk.priorSsthresh = sk.ssthresh;
    sk.priorCwnd = sk.cwnd;
    sk.ssthresh = sk.congestion.ssthresh(sk);
    sk.congestion.loss();
    initUndo(sk);
  }
  sk.cwnd = sk.inFlight + 1;
  sk.cwndCount = 0;
  sk.caState = CA_LOSS;
  sk.highSeq = sk.sndNxt;
}

/** Nothing came back after the last segment: one more, new data or the last again (tcp_send_loss_probe; RFC 8985, 7.3). */
function lossProbe(sk: TcpSock): void {
  if (sk.packetsOut === 0) return;
  const before = sk.packetsOut;
  sk.tlpRetrans = false;
  if (sk.tlpHighSeq === 0) {
    if (sk.hasUnsent) writeXmit(sk, true);
    if (sk.packetsOut === before) {
      retransmit(sk, sk.rtxQueue.length - 1);
      sk.tlpRetrans = true;
    }
    sk.tlpHighSeq = sk.sndNxt;
    sk.tcp.ext.TCPLossProbes++;
  }
  sk.pending = 0;
  rearmRto(sk);
}

/** Overtaken segments have had their time (tcp_rack_reo_timeout). */
function reorderTimeout(sk: TcpSock): void {
  if (sk.packetsOut === 0) return;
  const prior = sk.inFlight;
  const waiting = rackDetect(sk);
  if (prior !== sk.inFlight) {
    if (sk.caState !== CA_RECOVERY && sk.caState !== CA_LOSS) enterRecovery(sk);
    retransmitLost(sk);
  }
  if (!waiting && sk.pending !== PENDING_RETRANS) rearmRto(sk);
}

/** Probes a window that is shut (tcp_probe_timer, tcp_send_probe0): as often as data would be sent again, without end while the peer answers. */
function probeTimeout(sk: TcpSock): void {
  if (sk.packetsOut > 0 || !sk.hasUnsent) {
    sk.probes = 0;
    sk.probesSinceNs = 0;
    return;
  }
  const { tcp } = sk;
  if (sk.probesSinceNs === 0) sk.probesSinceNs = sk.now;
  const user = sk.options.userTimeoutMs * NS_PER_MS;
  if (user > 0 && sk.now - sk.probesSinceNs >= user) return giveUp(sk);
  let most = tcp.sysctl('tcp_retries2');
  if (sk.orphan) {
    most = tcp.sysctl('tcp_orphan_retries') || 8;
  }
  if (sk.probes >= most) return giveUp(sk);
  writeWakeup(sk);
  if (sk.packetsOut > 0 || !sk.hasUnsent) {
    sk.probes = 0;
    sk.backoff = 0;
    return;
  }
  sk.probes++;
  if (sk.backoff < tcp.sysctl('tcp_retries2')) sk.backoff++;
  const wait = Math.min(Math.max(sk.rtoNs, 200 * NS_PER_MS) * 2 ** sk.backoff, rtoMax(sk));
  armOutput(sk, PENDING_PROBE0, sk.now + wait);
}

/** Silence for long, or an orphan whose peer does not close (tcp_keepalive_timer; RFC 9293, 3.8.4). */
function keepaliveTimeout(sk: TcpSock): void {
  if (sk.state === TCP_LISTEN || sk.state === TCP_CLOSE || sk.state === TCP_SYN_SENT) return;
  if (sk.state === TCP_FIN_WAIT2 && sk.orphan) {
    const left = sk.tcp.sysctl('tcp_fin_timeout') * NS_PER_S - TIMEWAIT_NS;
    if (left > 0) return timeWaitAfterFinWait2(sk, left);
    sendActiveReset(sk);
    return done(sk);
  }
  if (!sk.options.keepAlive || sk.state < TCP_ESTABLISHED) return;
  const { tcp, options } = sk;
  const idle = (options.keepIdle ?? tcp.sysctl('tcp_keepalive_time')) * NS_PER_S;
  if (sk.packetsOut > 0 || sk.hasUnsent) return armKeepalive(sk, sk.now + idle);
  const silent = sk.now - Math.max(sk.lastAckReceivedNs, sk.lastReceivedNs);
  if (silent < idle) return armKeepalive(sk, sk.now + idle - silent);
  const most = options.keepCount ?? tcp.sysctl('tcp_keepalive_probes');
  const user = options.userTimeoutMs * NS_PER_MS;
  if ((user > 0 && silent >= user && sk.probes > 0) || (user === 0 && sk.probes >= most)) {
    sendActiveReset(sk);
    return giveUp(sk);
  }
  sk.tcp.ext.TCPKeepAlive++;
  transmit(sk, seqAdd(sk.sndUna, -1), 0, TCP_ACK);
  sk.probes++;
  armKeepalive(sk, sk.now + (options.keepInterval ?? tcp.sysctl('tcp_keepalive_intvl')) * NS_PER_S);
}

/** SO_KEEPALIVE was switched on or off, or its times changed (tcp_set_keepalive). */
export function setKeepalive(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE || sk.state === TCP_LISTEN || sk.state === TCP_SYN_SENT) return;
  if (!sk.options.keepAlive) {
    if (sk.state !== TCP_FIN_WAIT2) sk.keepaliveNs = 0;
    return;
  }
  armKeepalive(sk, sk.now + (sk.options.keepIdle ?? sk.tcp.sysctl('tcp_keepalive_time')) * NS_PER_S);
}
