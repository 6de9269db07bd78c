// Finding what was lost and sending it again: tcp_fastretrans_alert() in net/ipv4/tcp_input.c, tcp_recovery.c; RFC 6582 (NewReno),
// 6675 (SACK), 6937 (PRR), 8985 (RACK).

import { NS_PER_US } from '../../base/time.ts';
import { FASTRETRANS_THRESH, INFINITE_SSTHRESH, TIMEOUT_MIN_NS } from './constants.ts';
import { rearmRto, retransmit } from './output.ts';
import { EVER_RETRANS, LOST, RETRANS, SACKED, type SentSegment } from './retransmit-queue.ts';
import { timestampNow } from './rtt.ts';
import { type AckOutcome, splitCounted } from './sack.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqDiff } from './sequence.ts';
import { CA_CWR, CA_DISORDER, CA_LOSS, CA_OPEN, CA_RECOVERY, PENDING_REO } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { armOutput } from './timer.ts';

/** An acknowledgment that is not plain progress. True when lost segments are to be sent again. */
export function fastRetransmitAlert(sk: TcpSock, seg: IncomingSegment, outcome: AckOutcome, duplicate: boolean): boolean {
  if (sk.packetsOut === 0) sk.sackedOut = 0;
  if (sk.caState === CA_OPEN) {
    sk.retransStamp = 0;
  } else if (!before(sk.sndUna, sk.highSeq)) {
    if (sk.caState === CA_CWR && sk.sndUna !== sk.highSeq) {
      endReduction(sk);
      sk.caState = CA_OPEN;
    } else if (sk.caState === CA_RECOVERY) {
      if (!sk.sackOk) sk.sackedOut = 0;
      if (mayUndo(sk, seg)) undo(sk);
      else endReduction(sk);
      sk.caState = CA_OPEN;
    }
  }
  switch (sk.caState) {
    case CA_RECOVERY:
      if (!outcome.advanced) {
        if (!sk.sackOk && duplicate) addRenoSack(sk);
      } else if (undoPartial(sk, seg)) {
        return false;
      }
      identifyLoss(sk, outcome);
      return true;
    case CA_LOSS:
      if (!processLoss(sk, seg, outcome, duplicate)) {
        identifyLoss(sk, outcome);
        if (!outcome.lostRetransmission) return true;
      }
      break;
    default:
  }
  if (!sk.sackOk) {
    if (outcome.advanced) sk.sackedOut = 0;
    if (duplicate) addRenoSack(sk);
  }
  identifyLoss(sk, outcome);
  if (sk.lostOut === 0) {
    tryToOpen(sk);
    return false;
  }
  enterRecovery(sk);
  return true;
}

/** After a timeout; true when all is well again (tcp_process_loss). */
function processLoss(sk: TcpSock, seg: IncomingSegment, outcome: AckOutcome, duplicate: boolean): boolean {
  if (outcome.advanced && mayUndo(sk, seg)) {
    for (let i = 0; i < sk.rtxQueue.length; i++) sk.rtxQueue.at(i).marks &= ~LOST;
    sk.lostOut = 0;
    undo(sk);
    sk.caState = CA_OPEN;
    return true;
  }
  if (!before(sk.sndUna, sk.highSeq)) {
    sk.caState = CA_OPEN;
    sk.undoMarker = 0;
    return true;
  }
  if (!sk.sackOk) {
    if (after(sk.sndNxt, sk.highSeq) && duplicate) addRenoSack(sk);
    else if (outcome.advanced) sk.sackedOut = 0;
  }
  return false;
}

/** Without SACK a duplicate acknowledgment stands for some segment that arrived (tcp_add_reno_sack). */
function addRenoSack(sk: TcpSock): void {
  if (sk.sackedOut < sk.packetsOut - 1) {
    sk.sackedOut++;
    sk.delivered++;
  }
}

function tryToOpen(sk: TcpSock): void {
  if (sk.retransOut === 0) sk.retransStamp = 0;
  if (sk.caState === CA_CWR) return;
  const state = sk.sackedOut > 0 || sk.lostOut > 0 || sk.retransOut > 0 ? CA_DISORDER : CA_OPEN;
  if (state === sk.caState) return;
  sk.caState = state;
  sk.highSeq = sk.sndNxt;
}

/** Fast recovery begins (tcp_enter_recovery). */
export function enterRecovery(sk: TcpSock): void {
  if (sk.sackOk) sk.tcp.ext.TCPSackRecovery++;
  else sk.tcp.ext.TCPRenoRecovery++;
  initUndo(sk);
  if (sk.caState !== CA_CWR) initReduction(sk);
  sk.caState = CA_RECOVERY;
}

/** The window begins to shrink (tcp_init_cwnd_reduction). */
export function initReduction(sk: TcpSock): void {
  sk.highSeq = sk.sndNxt;
  sk.tlpHighSeq = 0;
  sk.cwndCount = 0;
  sk.priorCwnd = sk.cwnd;
  sk.priorSsthresh = sk.ssthresh;
  sk.prrDelivered = 0;
  sk.prrOut = 0;
  sk.ssthresh = sk.congestion.ssthresh(sk);
}

export function endReduction(sk: TcpSock): void {
  if (sk.ssthresh < INFINITE_SSTHRESH && (sk.undoMarker !== 0 || sk.caState === CA_CWR)) sk.cwnd = sk.ssthresh;
}

export function initUndo(sk: TcpSock): void {
  sk.undoMarker = sk.sndUna || 1;
  sk.undoRetrans = sk.retransOut > 0 ? sk.retransOut : -1;
}

/** Whether all retransmissions turned out needless: D-SACKs told so, or a timestamp older than the first of them (RFC 3522). */
function mayUndo(sk: TcpSock, seg: IncomingSegment): boolean {
  if (sk.undoMarker === 0) return false;
  if (sk.undoRetrans === 0) return true;
  return sk.retransStamp !== 0 && seg.hasTimestamp && seg.tsEcr !== 0 && before(seg.tsEcr, sk.retransStamp);
}

function undo(sk: TcpSock): void {
  sk.cwnd = Math.max(sk.cwnd, sk.priorCwnd);
  if (sk.priorSsthresh > sk.ssthresh) sk.ssthresh = sk.priorSsthresh;
  sk.undoMarker = 0;
}

/** Part was acknowledged, and what was sent first at that: nothing had been lost (tcp_try_undo_partial). */
function undoPartial(sk: TcpSock, seg: IncomingSegment): boolean {
  if (sk.undoMarker === 0 || sk.undoRetrans === 0 || !mayUndo(sk, seg)) return false;
  if (sk.retransOut > 0) return true;
  undo(sk);
  sk.caState = CA_OPEN;
  tryToOpen(sk);
  return true;
}

// ---- what is lost

function identifyLoss(sk: TcpSock, outcome: AckOutcome): void {
  if (sk.packetsOut === 0) return;
  if (!sk.sackOk) return newRenoMarkLost(sk, outcome.advanced);
  const retransOut = sk.retransOut;
  if (sk.rackAdvanced) {
    sk.rackAdvanced = false;
    outcome.timerSet = rackDetect(sk);
  }
  if (retransOut > sk.retransOut) outcome.lostRetransmission = true;
}

/** Three duplicates, or a partial acknowledgment in recovery: the oldest segment is lost (tcp_newreno_mark_lost). */
function newRenoMarkLost(sk: TcpSock, advanced: boolean): void {
  if (!((sk.caState < CA_RECOVERY && sk.sackedOut >= sk.reordering) || (sk.caState === CA_RECOVERY && advanced))) return;
  const head = sk.rtxQueue.at(0);
  if ((head.marks & LOST) !== 0) {
    if ((head.marks & RETRANS) === 0 || !advanced) return;
  }
  if (seqDiff(head.endSeq, head.seq) > sk.mssCache) splitCounted(sk, 0, (head.seq + sk.mssCache) >>> 0);
  markLost(sk, sk.rtxQueue.at(0));
}

/** tcp_mark_skb_lost: one that had been sent again is lost once more. */
export function markLost(sk: TcpSock, segment: SentSegment): void {
  if ((segment.marks & SACKED) !== 0) return;
  if ((segment.marks & LOST) !== 0) {
    if ((segment.marks & RETRANS) !== 0) {
      segment.marks &= ~RETRANS;
      sk.retransOut--;
      sk.tcp.ext.TCPLostRetransmit++;
    }
    return;
  }
  segment.marks |= LOST;
  sk.lostOut++;
}

/** How long a segment may be overtaken before it counts as lost (tcp_rack_reo_wnd). */
function reorderWindow(sk: TcpSock): number {
  if (!sk.reorderSeen) {
    if (sk.caState >= CA_RECOVERY || sk.sackedOut >= FASTRETRANS_THRESH) return 0;
  }
  return Math.max(NS_PER_US, Math.min((sk.minRttUs >> 2) * NS_PER_US, (sk.srttUs >> 3) * NS_PER_US));
}

/** Time until a segment counts as lost; 0 or less when it does (tcp_rack_skb_timeout). */
export function rackRemaining(sk: TcpSock, segment: SentSegment, window: number): number {
  return sk.rackRttNs + window - (sk.now - segment.sentNs);
}

/** Marks what was sent before the latest arrival and is overdue; waits for the rest, which it answers with true (tcp_rack_mark_lost). */
export function rackDetect(sk: TcpSock): boolean {
  const window = reorderWindow(sk);
  let wait = 0;
  const { rtxQueue } = sk;
  for (let i = 0; i < rtxQueue.length; i++) {
    const segment = rtxQueue.at(i);
    if (!before(segment.seq, sk.fackSeq) && !before(segment.seq, sk.rackEndSeq)) break;
    if ((segment.marks & SACKED) !== 0) continue;
    if ((segment.marks & (LOST | RETRANS)) === LOST) continue;
    if (segment.sentOrder >= sk.rackSentOrder) continue;
    const remaining = rackRemaining(sk, segment, window);
    if (remaining <= 0) markLost(sk, segment);
    else wait = Math.max(wait, remaining);
  }
  if (wait > 0) armOutput(sk, PENDING_REO, sk.now + Math.min(wait + TIMEOUT_MIN_NS, sk.rtoNs));
  return wait > 0;
}

// ---- sending again

/** Sends lost segments again as the window allows (tcp_xmit_retransmit_queue). */
export function retransmitLost(sk: TcpSock): void {
  if (sk.packetsOut === 0) return;
  const { rtxQueue } = sk;
  let left = sk.lostOut;
  for (let i = 0; i < rtxQueue.length && left > 0; i++) {
    const segment = rtxQueue.at(i);
    if ((segment.marks & LOST) === 0) continue;
    left--;
    if ((segment.marks & (SACKED | RETRANS)) !== 0) continue;
    if (sk.inFlight >= sk.cwnd) return;
    if (!retransmitMarked(sk, i)) return;
    if (sk.caState === CA_LOSS) sk.tcp.ext.TCPSlowStartRetrans++;
    else sk.tcp.ext.TCPFastRetrans++;
    if (sk.caState === CA_CWR || sk.caState === CA_RECOVERY) sk.prrOut++;
    if (i === 0 && sk.pending !== PENDING_REO) rearmRto(sk);
  }
}

/** Sends a segment again and counts it as in flight (tcp_retransmit_skb). */
export function retransmitMarked(sk: TcpSock, index: number): boolean {
  const sent = retransmit(sk, index);
  const segment = sk.rtxQueue.at(index);
  if ((segment.marks & RETRANS) === 0) sk.retransOut++;
  segment.marks |= RETRANS | EVER_RETRANS;
  if (sk.retransStamp === 0) sk.retransStamp = timestampNow(sk) || 1;
  if (sk.undoRetrans < 0) sk.undoRetrans = 0;
  sk.undoRetrans++;
  return sent;
}

/** Spreads the window's reduction over the round trip of recovery (tcp_cwnd_reduction; RFC 6937). */
export function proportionalReduction(sk: TcpSock, newlyDelivered: number, newlyLost: number, advanced: boolean): void {
  if (newlyDelivered <= 0 || sk.priorCwnd === 0) return;
  const delta = sk.ssthresh - sk.inFlight;
  sk.prrDelivered += newlyDelivered;
  let count: number;
  if (delta < 0) {
    count = Math.floor((sk.ssthresh * sk.prrDelivered + sk.priorCwnd - 1) / sk.priorCwnd) - sk.prrOut;
  } else {
    count = Math.max(sk.prrDelivered - sk.prrOut, newlyDelivered);
    if (advanced && newlyLost <= 0) count++;
    count = Math.min(delta, count);
  }
  count = Math.max(count, sk.prrOut > 0 ? 0 : 1);
  sk.cwnd = sk.inFlight + count;
}
