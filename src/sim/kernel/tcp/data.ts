// Data received: tcp_data_queue(), tcp_data_queue_ofo() and tcp_fin() in net/ipv4/tcp_input.c.

import { TCP_FIN, TCP_PSH } from '../../wire/tcp.ts';
import { drop, traceStep } from '../trace.ts';
import { enterQuickAck, eventDataReceived } from './ack-state.ts';
import { sendAck } from './acknowledge.ts';
import { MAX_QUICKACKS, MAX_SACK_BLOCKS } from './constants.ts';
import { EarlyQueue } from './receive-queue.ts';
import { advertisedWindow, growWindow } from './receive-window.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqAdd, seqDiff } from './sequence.ts';
import {
  RCV_SHUTDOWN,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_SYN_RECV,
  TCP_TIME_WAIT,
} from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import { enterTimeWait } from './time-wait.ts';

/** Puts a segment's data where it belongs: to the process, or aside until what precedes it has come. */
export function queueData(sk: TcpSock, seg: IncomingSegment): void {
  if (seg.seq === seg.endSeq) return;
  const { ns } = sk.tcp;
  const window = advertisedWindow(sk);
  const length = seg.length;
  if (seg.seq === sk.rcvNxt) {
    if (window === 0 && length > 0) {
      enterQuickAck(sk, MAX_QUICKACKS);
      sk.ackScheduled = true;
      sk.tcp.ext.TCPZeroWindowDrop++;
      return drop(ns, seg.skb, 'TCP_ZEROWINDOW');
    }
    accept(sk, seg, 0);
    return;
  }
  if (!after(seg.endSeq, sk.rcvNxt)) {
    sk.tcp.ext.TCPDSACKOldSent++;
    setDsack(sk, seg.seq, seg.endSeq);
    enterQuickAck(sk, MAX_QUICKACKS);
    sk.ackScheduled = true;
    return drop(ns, seg.skb, 'TCP_OLD_DATA');
  }
  if (!before(seg.seq, seqAdd(sk.rcvNxt, window))) {
    enterQuickAck(sk, MAX_QUICKACKS);
    sk.ackScheduled = true;
    return drop(ns, seg.skb, 'TCP_OVERWINDOW');
  }
  if (before(seg.seq, sk.rcvNxt)) {
    setDsack(sk, seg.seq, sk.rcvNxt);
    if (window === 0) {
      enterQuickAck(sk, MAX_QUICKACKS);
      sk.ackScheduled = true;
      return drop(ns, seg.skb, 'TCP_ZEROWINDOW');
    }
    accept(sk, seg, seqDiff(sk.rcvNxt, seg.seq));
    return;
  }
  queueEarly(sk, seg);
}

/** Takes what comes next in order; the first `skip` bytes are known already. */
function accept(sk: TcpSock, seg: IncomingSegment, skip: number): void {
  const { skb } = seg;
  const length = seg.length - skip;
  // It is joined with what waits before it (tcp_try_coalesce).
  if (sk.receiveQueue.length > 0) sk.tcp.ext.TCPRcvCoalesce++;
  const { trace } = sk.tcp.ns.kernel;
  if (trace.on) traceStep(sk.tcp.ns, skb.dev, skb, { kind: 'deliver', socket: `tcp port ${sk.port}` });
  if (length > 0) {
    if ((sk.shutdown & RCV_SHUTDOWN) === 0) sk.receiveQueue.push(skb.buf, seg.dataAt + skip, seg.dataEnd);
    else sk.copiedSeq = seqAdd(sk.copiedSeq, length);
    sk.rcvNxt = seqAdd(sk.rcvNxt, length);
    sk.bytesReceived += length;
    eventDataReceived(sk, length, seg.headerLength, (seg.flags & TCP_PSH) !== 0);
    sk.wakeReaders = true;
  }
  if ((seg.flags & TCP_FIN) !== 0) receiveFin(sk);
  if (!sk.early.empty) takeEarly(sk);
  if (sk.sackCount > 0) trimSacks(sk);
  if (sk.early.empty) sk.predicting = true;
}

/** What was waiting for this has its turn (tcp_ofo_queue); a gap that has closed is acknowledged at once. */
function takeEarly(sk: TcpSock): void {
  for (;;) {
    const first = sk.early.first;
    if (!first || after(first.seq, sk.rcvNxt)) break;
    sk.early.shift();
    const end = EarlyQueue.endOf(first);
    if (!after(end, sk.rcvNxt)) {
      setDsack(sk, first.seq, first.end);
      continue;
    }
    const known = seqDiff(sk.rcvNxt, first.seq);
    const length = seqDiff(first.end, sk.rcvNxt);
    if (length > 0) {
      const at = first.at + known;
      sk.receiveQueue.push(first.buf, at, at + length);
      sk.rcvNxt = first.end;
      sk.bytesReceived += length;
      sk.wakeReaders = true;
    }
    if (first.fin) {
      receiveFin(sk);
      return;
    }
  }
  if (sk.early.empty) sk.ackNow = true;
}

function queueEarly(sk: TcpSock, seg: IncomingSegment): void {
  const { ns } = sk.tcp;
  const length = seg.length;
  if (sk.receiveQueue.memory + sk.early.memory + length > 2 * sk.rcvBuf) {
    sk.early.pop();
    return drop(ns, seg.skb, 'PROTO_MEM', 'out of order');
  }
  sk.ackScheduled = true;
  const fin = (seg.flags & TCP_FIN) !== 0;
  const end = seqAdd(seg.seq, length);
  const duplicate = sk.early.add(seg.skb.buf, seg.dataAt, seg.seq, end, fin);
  sk.predicting = false;
  sk.tcp.ext.TCPOFOQueue++;
  if (duplicate) {
    sk.tcp.ext.TCPDSACKOfoSent++;
    setDsack(sk, duplicate.start, duplicate.end);
  }
  if (sk.sackOk) addSack(sk, seg.seq, seg.endSeq);
  if (length >= 128) growWindow(sk, length);
}

/** The blocks to report, the newest first, joined where they touch (tcp_sack_new_ofo_skb; RFC 2018, 4). */
function addSack(sk: TcpSock, seq: number, endSeq: number): void {
  const blocks = sk.sackBlocks;
  let start = seq;
  let end = endSeq;
  let kept = 0;
  for (let i = 0; i < sk.sackCount; i++) {
    const left = blocks[2 * i] as number;
    const right = blocks[2 * i + 1] as number;
    if (!after(start, right) && !after(left, end)) {
      if (before(left, start)) start = left;
      if (after(right, end)) end = right;
      continue;
    }
    blocks[2 * kept] = left;
    blocks[2 * kept + 1] = right;
    kept++;
  }
  kept = Math.min(kept, MAX_SACK_BLOCKS - 1);
  blocks.copyWithin(2, 0, 2 * kept);
  blocks[0] = start;
  blocks[1] = end;
  sk.sackCount = kept + 1;
}

/** Blocks that have become part of the stream go (tcp_sack_remove). */
function trimSacks(sk: TcpSock): void {
  if (sk.early.empty) {
    sk.sackCount = 0;
    return;
  }
  const blocks = sk.sackBlocks;
  let kept = 0;
  for (let i = 0; i < sk.sackCount; i++) {
    if (!before(sk.rcvNxt, blocks[2 * i] as number)) continue;
    blocks[2 * kept] = blocks[2 * i] as number;
    blocks[2 * kept + 1] = blocks[2 * i + 1] as number;
    kept++;
  }
  sk.sackCount = kept;
}

/** Reports a segment that came twice (tcp_dsack_set; RFC 2883). */
export function setDsack(sk: TcpSock, start: number, end: number): void {
  if (!sk.sackOk || sk.tcp.sysctl('tcp_dsack') === 0 || start === end) return;
  sk.dsack = true;
  sk.dsackStart = start;
  sk.dsackEnd = end;
}

/** The peer will send no more (tcp_fin). */
function receiveFin(sk: TcpSock): void {
  sk.rcvNxt = seqAdd(sk.rcvNxt, 1);
  sk.ackScheduled = true;
  sk.shutdown |= RCV_SHUTDOWN;
  switch (sk.state) {
    case TCP_SYN_RECV:
    case TCP_ESTABLISHED:
      sk.state = TCP_CLOSE_WAIT;
      // An answer is likely to follow: the acknowledgment waits for it.
      sk.pingpong = Math.max(sk.pingpong, 1);
      break;
    case TCP_FIN_WAIT1:
      sendAck(sk);
      sk.state = TCP_CLOSING;
      break;
    case TCP_FIN_WAIT2:
      sendAck(sk);
      enterTimeWait(sk, TCP_TIME_WAIT, 0);
      break;
  }
  sk.early.clear();
  sk.sackCount = 0;
  sk.wakeReaders = true;
  sk.wakeWriters = true;
}
