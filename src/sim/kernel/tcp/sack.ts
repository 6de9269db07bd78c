// Selective acknowledgments received: tcp_sacktag_write_queue() in net/ipv4/tcp_input.c; RFC 2018, D-SACK RFC 2883.

import { EVER_RETRANS, LOST, RETRANS, SACKED, type SentSegment } from './retransmit-queue.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqDiff } from './sequence.ts';
import type { TcpSock } from './tcp-sock.ts';

/** What one acknowledgment did; filled in anew for each. Times are ns, -1 for unknown. */
export class AckOutcome {
  advanced = false;
  dataAcked = false;
  synAcked = false;
  newlySacked = false;
  windowUpdated = false;
  /** It tells of a segment that came twice. */
  dsack = false;
  lostRetransmission = false;
  /** The timer that waits for overtaken segments was set. */
  timerSet = false;
  retransmittedAcked = false;
  hadData = false;
  deliveredBefore = 0;
  lostBefore = 0;
  sackRttNs = -1;

  reset(sk: TcpSock, hadData: boolean): void {
    this.advanced = false;
    this.dataAcked = false;
    this.synAcked = false;
    this.newlySacked = false;
    this.windowUpdated = false;
    this.dsack = false;
    this.lostRetransmission = false;
    this.timerSet = false;
    this.retransmittedAcked = false;
    this.hadData = hadData;
    this.deliveredBefore = sk.delivered;
    this.lostBefore = sk.lostOut;
    this.sackRttNs = -1;
  }
}

/** Marks the segments that the blocks of an acknowledgment name. */
export function tagSacked(sk: TcpSock, seg: IncomingSegment, outcome: AckOutcome): void {
  if (sk.sackedOut === 0) sk.fackSeq = sk.sndUna;
  for (let i = 0; i < seg.sackCount; i++) {
    const start = seg.sack[2 * i] as number;
    const end = seg.sack[2 * i + 1] as number;
    if (!before(start, end)) continue;
    if (i === 0 && isDsack(seg, start, end)) {
      noteDsack(sk, start, end, outcome);
      continue;
    }
    if (before(start, sk.sndUna) || after(end, sk.sndNxt)) continue;
    tagBlock(sk, start, end, outcome);
  }
}

/** Whether the first block names what had come before (tcp_check_dsack). */
function isDsack(seg: IncomingSegment, start: number, end: number): boolean {
  if (before(start, seg.ack)) return true;
  return seg.sackCount > 1 && !after(end, seg.sack[3] as number) && !before(start, seg.sack[2] as number);
}

function noteDsack(sk: TcpSock, start: number, end: number, outcome: AckOutcome): void {
  outcome.dsack = true;
  if (sk.undoMarker === 0 || sk.undoRetrans <= 0) return;
  if (!before(start, sk.undoMarker) && !after(end, sk.sndNxt)) sk.undoRetrans--;
}

function tagBlock(sk: TcpSock, start: number, end: number, outcome: AckOutcome): void {
  const { rtxQueue } = sk;
  for (let i = rtxQueue.find(start); i < rtxQueue.length; i++) {
    let segment = rtxQueue.at(i);
    if (!before(segment.seq, end)) break;
    if ((segment.marks & SACKED) !== 0) continue;
    if (before(segment.seq, start)) {
      splitCounted(sk, i, start);
      continue;
    }
    if (after(segment.endSeq, end)) {
      splitCounted(sk, i, end);
      segment = rtxQueue.at(i);
    }
    tagOne(sk, segment, outcome);
  }
}

/** Cuts a sent segment in two and keeps the counts of segments right. */
export function splitCounted(sk: TcpSock, index: number, seq: number): void {
  const { marks } = sk.rtxQueue.at(index);
  sk.rtxQueue.split(index, seq);
  sk.packetsOut++;
  if ((marks & SACKED) !== 0) sk.sackedOut++;
  if ((marks & RETRANS) !== 0) sk.retransOut++;
  if ((marks & LOST) !== 0) sk.lostOut++;
}

/** One segment has arrived out of order (tcp_sacktag_one). */
function tagOne(sk: TcpSock, segment: SentSegment, outcome: AckOutcome): void {
  rackAdvance(sk, segment);
  if ((segment.marks & RETRANS) !== 0) {
    if ((segment.marks & LOST) !== 0) {
      segment.marks &= ~(LOST | RETRANS);
      sk.lostOut--;
      sk.retransOut--;
    }
  } else {
    if ((segment.marks & EVER_RETRANS) === 0) {
      if (before(segment.seq, sk.fackSeq)) noteReordering(sk, segment.seq);
      outcome.sackRttNs = sk.now - segment.sentNs;
    }
    if ((segment.marks & LOST) !== 0) {
      segment.marks &= ~LOST;
      sk.lostOut--;
    }
  }
  segment.marks |= SACKED;
  sk.sackedOut++;
  sk.delivered++;
  outcome.newlySacked = true;
  if (after(segment.endSeq, sk.fackSeq)) sk.fackSeq = segment.endSeq;
}

/** A segment that was not lost came after later ones: the network reorders this much (tcp_check_sack_reordering). */
export function noteReordering(sk: TcpSock, seq: number): void {
  const distance = Math.ceil(seqDiff(sk.fackSeq, seq) / Math.max(1, sk.mssCache));
  if (distance > sk.reordering) sk.reordering = Math.min(distance, sk.tcp.sysctl('tcp_max_reordering'));
  sk.reorderSeen = true;
}

/** The latest sent of what has arrived: what was sent well before it and has not arrived is lost (tcp_rack_advance; RFC 8985). */
export function rackAdvance(sk: TcpSock, segment: SentSegment): void {
  const rtt = sk.now - segment.sentNs;
  if ((segment.marks & EVER_RETRANS) !== 0 && Math.max(rtt, 1000) < sk.minRttUs * 1000) return;
  sk.rackAdvanced = true;
  sk.rackRttNs = rtt;
  if (segment.sentOrder > sk.rackSentOrder) {
    sk.rackSentOrder = segment.sentOrder;
    sk.rackEndSeq = segment.endSeq;
  }
}
