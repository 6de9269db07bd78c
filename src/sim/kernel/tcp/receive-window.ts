// The receive window: how much the peer may send, and how the buffer behind it grows (net/ipv4/tcp_output.c, tcp_input.c).

import { INIT_CWND, MAX_WSCALE, SKB_OVERHEAD } from './constants.ts';
import { before, seqDiff } from './sequence.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Part of a buffer that is window, in 256ths, before segments showed what they cost (TCP_DEFAULT_SCALING_RATIO). */
const DEFAULT_SCALING_RATIO = 128;
/** The least receive buffer (SOCK_MIN_RCVBUF). */
const MIN_RCVBUF = 2304;

/** What a connection starts with: the first window and the scale that the largest buffer needs (tcp_select_initial_window). */
export function initialWindow(
  rcvBuf: number,
  mss: number,
  maxBuffer: number,
  scaling: boolean,
): { readonly window: number; readonly clamp: number; readonly scale: number } {
  let space = Math.floor((rcvBuf * DEFAULT_SCALING_RATIO) / 256);
  if (space > mss) space -= space % mss;
  const scale = scaling ? Math.min(MAX_WSCALE, Math.max(0, 31 - Math.clz32(Math.max(space, maxBuffer)) - 15)) : 0;
  return { window: Math.min(space, 0xffff), clamp: 0xffff * 2 ** scale, scale };
}

export function windowFromSpace(sk: TcpSock, space: number): number {
  return Math.floor((space * sk.scalingRatio) / 256);
}

/** Room in the buffer, as window (tcp_space). */
export function freeSpace(sk: TcpSock): number {
  return windowFromSpace(sk, sk.rcvBuf - sk.receiveQueue.memory - sk.early.memory);
}

/** What is left of the window last advertised (tcp_receive_window). */
export function advertisedWindow(sk: TcpSock): number {
  return Math.max(0, sk.rcvWnd - seqDiff(sk.rcvNxt, sk.rcvWup));
}

/** The window one would offer now (__tcp_select_window): none rather than a silly little one. */
export function offeredWindow(sk: TcpSock): number {
  const full = Math.min(sk.windowClamp, windowFromSpace(sk, sk.rcvBuf));
  let free = freeSpace(sk);
  const mss = Math.min(sk.rcvMss, full);
  if (mss <= 0) return 0;
  if (free < full >> 1) {
    sk.quick = 0;
    free -= free % 2 ** sk.rcvWscale;
    if (free < full >> 4 || free < mss) return 0;
  }
  if (free > sk.rcvSsthresh) free = sk.rcvSsthresh;
  if (sk.rcvWscale > 0) return align(free, sk.rcvWscale);
  const window = sk.rcvWnd;
  if (window <= free - mss || window > free) return free - (free % mss);
  if (mss === full && free > window + (full >> 1)) return free;
  return window;
}

/** The window to put into the next header, scaled (tcp_select_window). What was promised is never taken back (RFC 9293, 3.8.6). */
export function selectWindow(sk: TcpSock): number {
  const current = advertisedWindow(sk);
  let window = offeredWindow(sk);
  if (window < current) window = align(current, sk.rcvWscale);
  sk.rcvWnd = window;
  sk.rcvWup = sk.rcvNxt;
  return Math.min(window, 0xffff * 2 ** sk.rcvWscale) >>> sk.rcvWscale;
}

function align(n: number, shift: number): number {
  const unit = 2 ** shift;
  return Math.ceil(n / unit) * unit;
}

/** What the process's buffers are at the beginning (tcp_init_buffer_space). */
export function initBufferSpace(sk: TcpSock): void {
  sk.rcvSpaceTimeNs = sk.now;
  sk.rcvSpaceSeq = sk.copiedSeq;
  const most = windowFromSpace(sk, sk.rcvBuf);
  if (sk.windowClamp >= most) sk.windowClamp = most;
  // A segment's worth is kept back.
  if (sk.windowClamp > 2 * sk.advMss && sk.windowClamp + sk.advMss > most) sk.windowClamp = Math.max(2 * sk.advMss, most - sk.advMss);
  sk.rcvSsthresh = Math.min(sk.rcvSsthresh, sk.windowClamp);
  sk.rcvSpace = Math.min(sk.rcvSsthresh, sk.rcvWnd, INIT_CWND * sk.advMss);
}

function setWindowClamp(sk: TcpSock, value: number): void {
  const clamp = Math.max(MIN_RCVBUF / 2, value);
  const old = sk.windowClamp;
  sk.windowClamp = clamp;
  if (clamp < old) sk.rcvSsthresh = Math.min(sk.rcvSsthresh, clamp);
  else if (clamp > old) sk.rcvSsthresh = Math.max(sk.rcvSsthresh, Math.min(sk.rcvWnd, clamp));
}

/** A segment of a new size: how much of the buffer its kind fills (tcp_measure_rcv_mss). */
export function learnScalingRatio(sk: TcpSock, length: number): void {
  const ratio = Math.max(1, Math.floor((length * 256) / (length + SKB_OVERHEAD)));
  if (ratio === sk.scalingRatio) return;
  sk.scalingRatio = ratio;
  setWindowClamp(sk, windowFromSpace(sk, sk.rcvBuf));
  if (sk.windowClamp < sk.rcvSpace) sk.rcvSpace = sk.windowClamp;
}

/** Data came: the window may grow towards what the buffer holds (tcp_grow_window). */
export function growWindow(sk: TcpSock, length: number): void {
  const room = Math.min(sk.windowClamp, freeSpace(sk)) - sk.rcvSsthresh;
  if (room <= 0) return;
  const cost = windowFromSpace(sk, length + SKB_OVERHEAD);
  let more = cost <= length ? 2 * sk.advMss : growthOfSmall(sk, cost >> 1, length);
  if (more === 0) return;
  more = Math.max(more, 2 * length);
  sk.rcvSsthresh += Math.min(room, more);
  sk.quick = Math.max(sk.quick, 1);
}

/** Small segments cost more than they bring; the window grows only while it is small (__tcp_grow_window). */
function growthOfSmall(sk: TcpSock, halfCost: number, length: number): number {
  let cost = halfCost;
  let window = windowFromSpace(sk, sk.tcp.rmemMax) >> 1;
  while (sk.rcvSsthresh <= window) {
    if (cost <= length) return 2 * sk.rcvMss;
    cost >>= 1;
    window >>= 1;
  }
  return 0;
}

/** The receiver's own idea of the round trip, from timestamps echoed to it (tcp_rcv_rtt_measure_ts). */
export function measureReceiverRtt(sk: TcpSock, tsEcr: number, length: number, nowTs: number): void {
  if (tsEcr === sk.rcvRttLastTsEcr) return;
  sk.rcvRttLastTsEcr = tsEcr;
  if (length < sk.rcvMss) return;
  const ns = Math.max(1, (nowTs - tsEcr) | 0) * 1_000_000;
  if (((nowTs - tsEcr) | 0) < 0) return;
  sk.rcvRttNs = sk.rcvRttNs === 0 ? ns : Math.min(sk.rcvRttNs, (sk.rcvRttNs * 7 + ns) / 8);
}

/** The process read: a buffer that it empties within a round trip is too small, so it grows (dynamic right-sizing, tcp_rcv_space_adjust). */
export function adjustReceiveSpace(sk: TcpSock): void {
  const time = sk.now - sk.rcvSpaceTimeNs;
  if (sk.rcvRttNs === 0 || time < sk.rcvRttNs) return;
  const copied = seqDiff(sk.copiedSeq, sk.rcvSpaceSeq);
  if (copied > sk.rcvSpace) {
    const grow = Math.floor((copied * Math.max(0, copied - sk.rcvSpace)) / sk.rcvSpace);
    const window = 2 * copied + 16 * sk.advMss + 2 * grow;
    if (!sk.rcvBufLocked) {
      const buffer = Math.min(sk.tcp.rmemMax, Math.floor((window * 256) / sk.scalingRatio));
      if (buffer > sk.rcvBuf) {
        sk.rcvBuf = buffer;
        sk.windowClamp = windowFromSpace(sk, buffer);
      }
    }
    sk.rcvSpace = copied;
  }
  sk.rcvSpaceSeq = sk.copiedSeq;
  sk.rcvSpaceTimeNs = sk.now;
}

/** Whether a segment is at least partly within the window (tcp_sequence). */
export function inWindow(sk: TcpSock, seq: number, endSeq: number): boolean {
  const right = (sk.rcvNxt + advertisedWindow(sk)) >>> 0;
  return !before(endSeq, sk.rcvWup) && !before(right, seq);
}
