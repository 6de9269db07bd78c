// A segment for a socket: tcp_v4_do_rcv(), tcp_rcv_state_process() and tcp_rcv_established() in net/ipv4/tcp_input.c, by the order of
// RFC 9293, 3.10.7.

import { isError } from '../../base/result.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from '../../wire/tcp.ts';
import type { DropReason } from '../drop-reason.ts';
import { drop } from '../trace.ts';
import { challengeAck, receiveAck } from './ack.ts';
import { enterQuickAck } from './ack-state.ts';
import { checkAckSend, sendAck } from './acknowledge.ts';
import { initReceiveMss } from './connect.ts';
import {
  INIT_CWND,
  INVALID_RATELIMIT_NS,
  MAX_QUICKACKS,
  PAGE_SIZE,
  PAWS_24DAYS_NS,
  SKB_OVERHEAD,
  TIMEWAIT_NS,
  TSTAMP_ALIGNED,
} from './constants.ts';
import { queueData, setDsack } from './data.ts';
import { done, reset } from './end.ts';
import { syncMss } from './mss.ts';
import { pushPending } from './output.ts';
import { initBufferSpace, inWindow, measureReceiverRtt } from './receive-window.ts';
import { sendReset } from './reply.ts';
import { timestampNow, updateRtt } from './rtt.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqAdd } from './sequence.ts';
import {
  RCV_SHUTDOWN,
  SEND_SHUTDOWN,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { enterTimeWait, finTimeoutNs } from './time-wait.ts';
import { setKeepalive } from './timeout.ts';
import { armKeepalive } from './timer.ts';
import { routeOf, transmitSyn } from './transmit.ts';

/** Takes a segment for a connection that is being made, open or being closed. */
export function receive(sk: TcpSock, seg: IncomingSegment): void {
  sk.segmentsIn++;
  if (seg.length > 0) sk.dataSegmentsIn++;
  switch (sk.state) {
    case TCP_CLOSE:
      return drop(sk.tcp.ns, seg.skb, 'TCP_CLOSE');
    case TCP_ESTABLISHED:
      return receiveEstablished(sk, seg);
    case TCP_SYN_SENT:
      return receiveSynSent(sk, seg);
    default:
      return receiveOther(sk, seg);
  }
}

function receiveEstablished(sk: TcpSock, seg: IncomingSegment): void {
  if (!acceptable(sk, seg)) return;
  if ((seg.flags & TCP_ACK) === 0) return drop(sk.tcp.ns, seg.skb, 'TCP_FLAGS');
  const predicted = isPredicted(sk, seg);
  if (predicted && seg.length > 0 && fitsPages(sk, seg.length)) sk.tcp.ext.TCPHPHits++;
  if (receiveAck(sk, seg, predicted) === 'future') return drop(sk.tcp.ns, seg.skb, 'TCP_ACK_UNSENT_DATA');
  receiveData(sk, seg);
}

/** Whether it is what Linux's fast path takes (pred_flags): the next in order, with the window and the options of those before. */
function isPredicted(sk: TcpSock, seg: IncomingSegment): boolean {
  if (!sk.predicting || seg.seq !== sk.rcvNxt || (seg.flags & ~TCP_PSH) !== TCP_ACK || seg.sackCount > 0) return false;
  if (seg.window * 2 ** sk.sndWscale !== sk.sndWnd || after(seg.ack, sk.sndNxt)) return false;
  return !sk.tsOk || (seg.hasTimestamp && ((seg.tsVal - sk.tsRecent) | 0) >= 0);
}

/** Whether the memory that the socket was given by the page has room for it; else the fast path leaves it to the slow one (sk_forward_alloc). */
function fitsPages(sk: TcpSock, length: number): boolean {
  const used = sk.receiveQueue.memory + sk.tcp.sendMemory(sk);
  return length + SKB_OVERHEAD <= (PAGE_SIZE - (used % PAGE_SIZE)) % PAGE_SIZE;
}

/** The data, then what may be sent now, then the acknowledgment that did not go with it. */
function receiveData(sk: TcpSock, seg: IncomingSegment): void {
  if (seg.hasTimestamp && seg.tsEcr !== 0) measureReceiverRtt(sk, seg.tsEcr, seg.length, timestampNow(sk));
  queueData(sk, seg);
  finishReceive(sk);
}

function finishReceive(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE) return;
  if (sk.hasUnsent) pushPending(sk);
  checkAckSend(sk);
}

// ---- is it acceptable at all?

/** The tests of tcp_validate_incoming() (RFC 9293, RFC 5961, RFC 7323): timestamp, sequence number, reset, SYN. */
function acceptable(sk: TcpSock, seg: IncomingSegment): boolean {
  const { flags } = seg;
  const isReset = (flags & TCP_RST) !== 0;
  const isSyn = (flags & TCP_SYN) !== 0;
  if (seg.hasTimestamp && sk.tsOk && tooOld(sk, seg) && !isReset) {
    sk.tcp.ext.PAWSEstab++;
    if (isSyn) challengeAck(sk);
    else duplicateAck(sk, seg);
    return refuse(sk, seg, 'TCP_RFC7323_PAWS');
  }
  if (!inWindow(sk, seg.seq, seg.endSeq)) {
    if (isReset) {
      if (!resetAfterFin(sk, seg)) return refuse(sk, seg, 'TCP_INVALID_SEQUENCE');
      reset(sk);
      return false;
    }
    if (isSyn) {
      if (isAnswerToOwnSyn(sk, seg)) return true;
      challengeAck(sk);
    } else {
      duplicateAck(sk, seg);
    }
    return refuse(sk, seg, before(seg.endSeq, sk.rcvNxt) || seg.endSeq === sk.rcvNxt ? 'TCP_OLD_SEQUENCE' : 'TCP_INVALID_SEQUENCE');
  }
  if (isReset) {
    if (seg.seq === sk.rcvNxt || resetAfterFin(sk, seg) || resetAfterEarly(sk, seg)) reset(sk);
    else challengeAck(sk);
    return refuse(sk, seg, 'TCP_RESET');
  }
  if (isSyn) {
    if (isAnswerToOwnSyn(sk, seg)) return true;
    challengeAck(sk);
    return refuse(sk, seg, 'TCP_FLAGS');
  }
  return true;
}

function refuse(sk: TcpSock, seg: IncomingSegment, reason: DropReason): false {
  drop(sk.tcp.ns, seg.skb, reason);
  return false;
}

/** RFC 7323, 5.3: older than the last one, unless it is but a late acknowledgment. */
function tooOld(sk: TcpSock, seg: IncomingSegment): boolean {
  if (((sk.tsRecent - seg.tsVal) | 0) <= 0 || sk.now - sk.tsRecentStampNs >= PAWS_24DAYS_NS) return false;
  return !(seg.seq === seg.endSeq && seg.seq === sk.rcvNxt && seg.ack === sk.sndUna);
}

/** Some stacks send a reset with the sequence number before their FIN (tcp_reset_check). */
function resetAfterFin(sk: TcpSock, seg: IncomingSegment): boolean {
  const closed = sk.state === TCP_CLOSE_WAIT || sk.state === TCP_LAST_ACK || sk.state === TCP_CLOSING;
  return closed && seg.seq === seqAdd(sk.rcvNxt, -1);
}

/** A reset right behind what came early counts, too. */
function resetAfterEarly(sk: TcpSock, seg: IncomingSegment): boolean {
  for (let i = 0; i < sk.sackCount; i++) if (sk.sackBlocks[2 * i + 1] === seg.seq) return true;
  return false;
}

/** Both ends opened at once: the peer's SYN again, with the acknowledgment of ours. */
function isAnswerToOwnSyn(sk: TcpSock, seg: IncomingSegment): boolean {
  return (
    sk.state === TCP_SYN_RECV &&
    sk.listener === undefined &&
    (seg.flags & TCP_ACK) !== 0 &&
    seqAdd(seg.seq, 1) === seg.endSeq &&
    seg.endSeq === sk.rcvNxt &&
    seg.ack === sk.sndNxt
  );
}

/** Tells the peer where we are; for data that came before, at once and with a D-SACK (tcp_send_dupack). */
function duplicateAck(sk: TcpSock, seg: IncomingSegment): void {
  if (seg.length === 0) {
    if (sk.now - sk.lastOutOfWindowAckNs < INVALID_RATELIMIT_NS) return;
    sk.lastOutOfWindowAckNs = sk.now;
  }
  if (seg.endSeq !== seg.seq && before(seg.seq, sk.rcvNxt)) {
    enterQuickAck(sk, MAX_QUICKACKS);
    setDsack(sk, seg.seq, after(seg.endSeq, sk.rcvNxt) ? sk.rcvNxt : seg.endSeq);
  }
  sendAck(sk);
}

// ---- opening

/** An answer to our SYN, or a SYN that crossed it (tcp_rcv_synsent_state_process). */
function receiveSynSent(sk: TcpSock, seg: IncomingSegment): void {
  const { tcp } = sk;
  const { flags } = seg;
  if ((flags & TCP_ACK) !== 0) {
    if (!after(seg.ack, sk.sndUna) || after(seg.ack, sk.sndNxt)) {
      sendReset(tcp, seg, sk.ipv4, sk.local, sk.remote);
      return drop(tcp.ns, seg.skb, 'TCP_FLAGS');
    }
    if ((flags & TCP_RST) !== 0) return reset(sk);
    if ((flags & TCP_SYN) === 0) return drop(tcp.ns, seg.skb, 'TCP_FLAGS');
    learnOptions(sk, seg);
    sk.sndWl1 = seg.seq;
    receiveAck(sk, seg);
    startReceiving(sk, seg);
    sk.sndWnd = seg.window;
    establish(sk);
    sk.predicting = sk.sndWscale === 0;
    sendAck(sk);
    return;
  }
  if ((flags & TCP_RST) !== 0) return drop(tcp.ns, seg.skb, 'TCP_RESET');
  if ((flags & TCP_SYN) === 0) return drop(tcp.ns, seg.skb, 'TCP_FLAGS');
  learnOptions(sk, seg);
  sk.state = TCP_SYN_RECV;
  startReceiving(sk, seg);
  sk.sndWnd = seg.window;
  sk.sndWl1 = seg.seq;
  sk.maxWindow = seg.window;
  transmitSyn(sk, TCP_SYN | TCP_ACK);
}

/** What the peer's SYN offers of what ours did. */
function learnOptions(sk: TcpSock, seg: IncomingSegment): void {
  const { tcp } = sk;
  sk.wscaleOk = seg.windowScale >= 0 && tcp.sysctl('tcp_window_scaling') !== 0;
  sk.sackOk = seg.sackPermitted && tcp.sysctl('tcp_sack') !== 0;
  sk.tsOk = seg.hasTimestamp && sk.tsOk;
  if (sk.wscaleOk) {
    sk.sndWscale = seg.windowScale;
  } else {
    sk.sndWscale = 0;
    sk.rcvWscale = 0;
    sk.windowClamp = Math.min(sk.windowClamp, 65_535);
  }
  sk.mssClamp = Math.min(seg.mss || 536, sk.options.maxSegment ?? 65_535);
  if (!sk.tsOk) return;
  sk.advMss -= TSTAMP_ALIGNED;
  sk.tsRecent = seg.tsVal;
  sk.tsRecentStampNs = sk.now;
}

function startReceiving(sk: TcpSock, seg: IncomingSegment): void {
  sk.irs = seg.seq;
  sk.rcvNxt = seqAdd(seg.seq, 1);
  sk.rcvWup = sk.rcvNxt;
  sk.copiedSeq = sk.rcvNxt;
  syncMss(sk, sk.pmtu);
  initReceiveMss(sk);
}

/** The handshake is done (tcp_finish_connect, tcp_init_transfer). */
function establish(sk: TcpSock): void {
  sk.state = TCP_ESTABLISHED;
  if (sk.pmtu === 0) {
    const route = routeOf(sk);
    if (!isError(route)) syncMss(sk, route.mtu);
  }
  // After a SYN that was lost more than once the path is not trusted with a full initial window (tcp_init_transfer).
  sk.cwnd = sk.totalRetransmitted > 1 ? 1 : INIT_CWND;
  sk.sndBuf = sk.tcp.expandedSendBuffer(sk);
  initBufferSpace(sk);
  sk.lastAckReceivedNs = sk.now;
  // So that the first data sent is not taken for an answer to what came long ago.
  sk.lastReceivedNs = sk.now;
  sk.lastSentNs = sk.now;
  if (sk.options.keepAlive) setKeepalive(sk);
  sk.wakeReaders = true;
  sk.wakeWriters = true;
}

// ---- the other states

/** tcp_rcv_state_process for all states but LISTEN, SYN_SENT and ESTABLISHED. */
function receiveOther(sk: TcpSock, seg: IncomingSegment): void {
  const { tcp } = sk;
  if (!acceptable(sk, seg)) return;
  if ((seg.flags & TCP_ACK) === 0) return drop(tcp.ns, seg.skb, 'TCP_FLAGS');
  const opening = sk.state === TCP_SYN_RECV;
  const verdict = receiveAck(sk, seg);
  if (verdict !== 'ok') {
    if (opening) return sendReset(tcp, seg, sk.ipv4, sk.local, sk.remote);
    if (verdict === 'future') {
      challengeAck(sk);
      return drop(tcp.ns, seg.skb, 'TCP_ACK_UNSENT_DATA');
    }
  }
  switch (sk.state) {
    case TCP_SYN_RECV:
      acknowledged(sk, seg);
      break;
    case TCP_FIN_WAIT1:
      if (sk.sndUna === sk.writeSeq && !finAcknowledged(sk, seg)) return;
      break;
    case TCP_CLOSING:
      if (sk.sndUna === sk.writeSeq) return enterTimeWait(sk, TCP_TIME_WAIT, 0);
      break;
    case TCP_LAST_ACK:
      if (sk.sndUna === sk.writeSeq) return done(sk);
      break;
  }
  if (hasNoReader(sk, seg)) {
    sendReset(tcp, seg, sk.ipv4, sk.local, sk.remote);
    reset(sk);
    return drop(tcp.ns, seg.skb, 'TCP_CLOSE', 'data after close');
  }
  const late = sk.state === TCP_CLOSE_WAIT || sk.state === TCP_CLOSING || sk.state === TCP_LAST_ACK;
  if (late && !before(seg.seq, sk.rcvNxt)) return finishReceive(sk);
  receiveData(sk, seg);
}

/** The third segment of the handshake. */
function acknowledged(sk: TcpSock, seg: IncomingSegment): void {
  if (sk.synAckSentNs >= 0) updateRtt(sk, sk.now - sk.synAckSentNs);
  sk.delivered++;
  sk.sndUna = seg.ack;
  sk.sndWnd = seg.window * 2 ** sk.sndWscale;
  sk.sndWl1 = seg.seq;
  sk.maxWindow = Math.max(sk.maxWindow, sk.sndWnd);
  if (sk.pmtu !== 0) syncMss(sk, sk.pmtu);
  establish(sk);
  sk.predicting = true;
  initReceiveMss(sk);
  if (sk.listener) {
    sk.listener.wakeReaders = true;
    sk.tcp.wakeLater(sk.listener);
  }
}

/** Our FIN is acknowledged. False when there is nothing more to do with the segment. */
function finAcknowledged(sk: TcpSock, seg: IncomingSegment): boolean {
  sk.state = TCP_FIN_WAIT2;
  sk.shutdown |= SEND_SHUTDOWN;
  sk.wakeWriters = true;
  if (!sk.orphan) return true;
  const fin = (seg.flags & TCP_FIN) !== 0;
  if (seg.endSeq !== seg.seq && after(seqAdd(seg.endSeq, fin ? -1 : 0), sk.rcvNxt)) {
    sendReset(sk.tcp, seg, sk.ipv4, sk.local, sk.remote);
    done(sk);
    return false;
  }
  const timeout = finTimeoutNs(sk);
  if (timeout > TIMEWAIT_NS) armKeepalive(sk, sk.now + timeout - TIMEWAIT_NS);
  else if (fin) armKeepalive(sk, sk.now + timeout);
  else {
    enterTimeWait(sk, TCP_FIN_WAIT2, timeout);
    return false;
  }
  return true;
}

/** Whether it brings data that nobody will read (RFC 1122, 4.2.2.13). */
function hasNoReader(sk: TcpSock, seg: IncomingSegment): boolean {
  if ((sk.shutdown & RCV_SHUTDOWN) === 0 || seg.endSeq === seg.seq) return false;
  if (sk.state !== TCP_FIN_WAIT1 && sk.state !== TCP_FIN_WAIT2) {
    if (!(sk.state === TCP_CLOSE_WAIT || sk.state === TCP_CLOSING || sk.state === TCP_LAST_ACK)) return false;
    if (!before(seg.seq, sk.rcvNxt)) return false;
  }
  return after(seqAdd(seg.endSeq, (seg.flags & TCP_FIN) !== 0 ? -1 : 0), sk.rcvNxt);
}
