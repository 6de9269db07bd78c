// An acknowledgment received: tcp_ack() in net/ipv4/tcp_input.c.

import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import { TCP_SYN } from '../../wire/tcp.ts';
import { sendAck } from './acknowledge.ts';
import { isCwndLimited } from './congestion.ts';
import { INVALID_RATELIMIT_NS, PAWS_24DAYS_NS } from './constants.ts';
import { syncMss } from './mss.ts';
import { rearmRto, scheduleLossProbe } from './output.ts';
import { endReduction, fastRetransmitAlert, initReduction, proportionalReduction, retransmitLost } from './recovery.ts';
import { EVER_RETRANS, LOST, RETRANS, SACKED } from './retransmit-queue.ts';
import { rtoMax, timestampNow, updateRtt } from './rtt.ts';
import { AckOutcome, noteReordering, rackAdvance, tagSacked } from './sack.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqDiff } from './sequence.ts';
import { CA_CWR, CA_OPEN, CA_RECOVERY, PENDING_PROBE0 } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { armOutput, clearOutput } from './timer.ts';
import { routeOf } from './transmit.ts';

const outcome = new AckOutcome();

/** What became of an acknowledgment: taken, an old one, or one for data that was never sent. */
export type AckVerdict = 'ok' | 'old' | 'future';

/** Takes an acknowledgment; the segment itself was found acceptable. */
export function receiveAck(sk: TcpSock, seg: IncomingSegment, predicted = false): AckVerdict {
  const priorUna = sk.sndUna;
  const { ack } = seg;
  const length = seg.length;
  const { now } = sk;
  if (before(ack, priorUna)) {
    // RFC 5961, 5: an acknowledgment from too long ago is answered, an old one may still bring SACK blocks.
    if (before(ack, (priorUna - Math.max(sk.maxWindow, 1)) >>> 0)) {
      challengeAck(sk);
      return 'future';
    }
    if (seg.sackCount > 0 && sk.sackOk && sk.packetsOut > 0) {
      outcome.reset(sk, length > 0);
      tagSacked(sk, seg, outcome);
      if (fastRetransmitAlert(sk, seg, outcome, false)) retransmitLost(sk);
    }
    return 'old';
  }
  if (after(ack, sk.sndNxt)) return 'future';
  outcome.reset(sk, length > 0);
  outcome.advanced = after(ack, priorUna);
  if (outcome.advanced) sk.retransmits = 0;
  if (seg.hasTimestamp) replaceTsRecent(sk, seg);
  updateWindow(sk, seg);
  if (predicted && outcome.advanced) sk.tcp.ext.TCPHPAcks++;
  else if (seg.endSeq === seg.seq) sk.tcp.ext.TCPPureAcks++;
  const priorPackets = sk.packetsOut;
  if (seg.sackCount > 0 && sk.sackOk) tagSacked(sk, seg, outcome);
  sk.softError = undefined;
  sk.probes = 0;
  sk.lastAckReceivedNs = now;
  if (priorPackets === 0) {
    if (outcome.advanced) advanceUna(sk, ack);
    if (sk.hasUnsent) ackOfProbe(sk);
    return 'ok';
  }
  const lossProbeDone = sk.tlpHighSeq;
  cleanQueue(sk, seg);
  if (lossProbeDone !== 0) lossProbeAcked(sk, seg);
  sk.tcp.ext.TCPDelivered += sk.delivered - outcome.deliveredBefore;

  const duplicate = !outcome.advanced && !outcome.hadData && !outcome.windowUpdated && (seg.flags & TCP_SYN) === 0;
  const dubious = duplicate || outcome.newlySacked || outcome.dsack || sk.caState !== CA_OPEN;
  let resend = false;
  if (dubious) resend = fastRetransmitAlert(sk, seg, outcome, duplicate && (seg.sackCount === 0 || outcome.newlySacked));
  if (outcome.advanced && !outcome.timerSet && !scheduleLossProbe(sk, true)) rearmRto(sk);
  if (outcome.advanced) confirmNeighbour(sk);
  controlWindow(sk, ack);
  if (resend) retransmitLost(sk);
  return 'ok';
}

/** RFC 7323, 4.3: the timestamp to echo is that of the segment at the left edge of what is acknowledged. */
export function replaceTsRecent(sk: TcpSock, seg: IncomingSegment): void {
  if (after(seg.seq, sk.rcvWup)) return;
  if (((seg.tsVal - sk.tsRecent) | 0) < 0 && sk.now - sk.tsRecentStampNs < PAWS_24DAYS_NS) return;
  sk.tsRecent = seg.tsVal;
  sk.tsRecentStampNs = sk.now;
}

/** RFC 9293, 3.10.7.4: a later segment's window counts, or a greater one of the same (tcp_ack_update_window). */
function updateWindow(sk: TcpSock, seg: IncomingSegment): void {
  const window = (seg.flags & TCP_SYN) !== 0 ? seg.window : seg.window * 2 ** sk.sndWscale;
  if (!(after(seg.ack, sk.sndUna) || after(seg.seq, sk.sndWl1) || (seg.seq === sk.sndWl1 && (window > sk.sndWnd || window === 0)))) {
    return;
  }
  outcome.windowUpdated = sk.sndWnd !== window;
  sk.sndWl1 = seg.seq;
  if (!outcome.windowUpdated) return;
  sk.sndWnd = window;
  sk.predicting = sk.early.empty;
  if (window > sk.maxWindow) {
    sk.maxWindow = window;
    syncMss(sk, sk.pmtu);
  }
}

function advanceUna(sk: TcpSock, ack: number): void {
  const bytes = seqDiff(ack, sk.sndUna);
  sk.bytesAcked += bytes;
  sk.sndUna = ack;
  if (after(ack, sk.sndNxt)) sk.sndNxt = ack;
}

/** Forgets what is acknowledged and measures the round trip (tcp_clean_rtx_queue). Karn's rule: not by what was sent twice. */
function cleanQueue(sk: TcpSock, seg: IncomingSegment): void {
  const { rtxQueue, now } = sk;
  const { ack } = seg;
  let firstSentNs = -1;
  let synAcked = false;
  let acked = 0;
  while (rtxQueue.length > 0) {
    const segment = rtxQueue.at(0);
    if (after(segment.endSeq, ack)) {
      if (after(ack, segment.seq)) segment.seq = ack;
      break;
    }
    if ((segment.marks & RETRANS) !== 0) {
      sk.retransOut--;
      outcome.retransmittedAcked = true;
    } else if ((segment.marks & (SACKED | EVER_RETRANS)) === 0) {
      if (firstSentNs < 0) firstSentNs = segment.sentNs;
      if (sk.sackOk && before(segment.seq, sk.fackSeq) && sk.sackedOut > 0) noteReordering(sk, segment.seq);
    }
    if ((segment.marks & EVER_RETRANS) !== 0) outcome.retransmittedAcked = true;
    if ((segment.marks & SACKED) !== 0) sk.sackedOut--;
    else if (sk.sackOk) {
      sk.delivered++;
      rackAdvance(sk, segment);
    }
    if ((segment.marks & LOST) !== 0) sk.lostOut--;
    if ((segment.flags & TCP_SYN) !== 0) {
      synAcked = true;
      sk.retransStamp = 0;
    } else {
      outcome.dataAcked = true;
    }
    acked++;
    sk.packetsOut--;
    rtxQueue.shift();
  }
  outcome.synAcked = synAcked;
  const bytes = seqDiff(ack, sk.sndUna);
  if (bytes > 0) {
    const data = Math.min(sk.sendBuffer.length, synAcked ? bytes - 1 : bytes);
    if (data > 0) sk.sendBuffer.consume(data);
    sk.wakeWriters = true;
    advanceUna(sk, ack);
  }
  if (!sk.sackOk && acked > 0) {
    sk.delivered += Math.max(1, acked - sk.sackedOut);
    sk.sackedOut = Math.max(0, sk.sackedOut - Math.max(0, acked - 1));
  }
  if (before(sk.fackSeq, sk.sndUna)) sk.fackSeq = sk.sndUna;
  measureRtt(sk, seg, firstSentNs >= 0 && !outcome.retransmittedAcked ? now - firstSentNs : -1);
}

/** The round trip by the oldest segment acknowledged, a segment that was SACKed, or by the timestamp (tcp_ack_update_rtt). */
function measureRtt(sk: TcpSock, seg: IncomingSegment, rttNs: number): void {
  if (rttNs >= 0) return updateRtt(sk, rttNs);
  if (outcome.sackRttNs >= 0) return updateRtt(sk, outcome.sackRttNs);
  if (outcome.advanced && seg.hasTimestamp && seg.tsEcr !== 0) {
    const ms = (timestampNow(sk) - seg.tsEcr) | 0;
    if (ms >= 0) updateRtt(sk, Math.max(ms, 1) * NS_PER_MS);
  }
}

/** The peer answered a probe of its window (tcp_ack_probe). */
function ackOfProbe(sk: TcpSock): void {
  const next = Math.min(seqDiff(sk.dataEnd, sk.sndNxt), sk.mssCache);
  if (!after((sk.sndNxt + next) >>> 0, sk.windowEnd)) {
    sk.backoff = 0;
    if (sk.pending === PENDING_PROBE0) clearOutput(sk);
    return;
  }
  const wait = Math.min(Math.max(sk.rtoNs, 200 * NS_PER_MS) * 2 ** sk.backoff, rtoMax(sk));
  armOutput(sk, PENDING_PROBE0, sk.now + wait);
}

/** The probe for losses is answered: if it repaired a loss, the window shrinks as for any other (tcp_process_tlp_ack). */
function lossProbeAcked(sk: TcpSock, seg: IncomingSegment): void {
  if (before(seg.ack, sk.tlpHighSeq)) return;
  if (!sk.tlpRetrans || outcome.dsack) {
    sk.tlpHighSeq = 0;
  } else if (after(seg.ack, sk.tlpHighSeq)) {
    initReduction(sk);
    sk.caState = CA_CWR;
    endReduction(sk);
    sk.caState = CA_OPEN;
    sk.tlpHighSeq = 0;
    sk.tcp.ext.TCPLossProbeRecovery++;
  } else if (!outcome.advanced && !outcome.windowUpdated && !outcome.hadData && !outcome.newlySacked) {
    sk.tlpHighSeq = 0;
  }
}

/** The window grows with progress, and shrinks step by step in recovery (tcp_cong_control). */
function controlWindow(sk: TcpSock, ack: number): void {
  const delivered = sk.delivered - outcome.deliveredBefore;
  if (sk.caState === CA_CWR || sk.caState === CA_RECOVERY) {
    proportionalReduction(sk, delivered, sk.lostOut - outcome.lostBefore, outcome.advanced);
    return;
  }
  const mayRaise = sk.reordering > 3 ? outcome.dataAcked || outcome.newlySacked : outcome.dataAcked;
  if (mayRaise && delivered > 0 && isCwndLimited(sk)) sk.congestion.avoid(sk, delivered);
  if (after(ack, sk.cwndUsageSeq)) sk.cwndUsageSeq = ack;
}

/** The next hop is there: what it sent proves it (dst_confirm). */
function confirmNeighbour(sk: TcpSock): void {
  const { now, tcp } = sk;
  if (now - sk.confirmedNs < NS_PER_S) return;
  sk.confirmedNs = now;
  const route = routeOf(sk);
  if (isError(route)) return;
  const nexthop = route.gateway ?? sk.remote;
  if (typeof nexthop === 'number') tcp.stack.arp.confirm(route.dev, nexthop);
  else tcp.stack.nd.confirm(route.dev, nexthop);
}

/** An acknowledgment in answer to what looks forged, not too often (tcp_send_challenge_ack; RFC 5961). */
export function challengeAck(sk: TcpSock): void {
  if (sk.now - sk.lastOutOfWindowAckNs < INVALID_RATELIMIT_NS) return;
  sk.lastOutOfWindowAckNs = sk.now;
  sk.tcp.ext.TCPChallengeACK++;
  sendAck(sk);
}
