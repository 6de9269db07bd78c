// What is left of a connection that was closed here first: net/ipv4/tcp_minisocks.c; RFC 9293, 3.6.1.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import type { TimerHandle } from '../../base/event-queue.ts';
import { NS_PER_S } from '../../base/time.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../wire/tcp.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import { INVALID_RATELIMIT_NS, PAWS_24DAYS_NS, TIMEWAIT_NS } from './constants.ts';
import { done } from './end.ts';
import { advertisedWindow } from './receive-window.ts';
import type { IncomingSegment } from './segment.ts';
import { after, before, seqAdd } from './sequence.ts';
import { TCP_FIN_WAIT2, TCP_TIME_WAIT, type TcpState } from './state.ts';
import type { Tcp } from './tcp.ts';
import type { TcpSock } from './tcp-sock.ts';

/** What to do about a segment for a connection in TIME_WAIT. */
export type TimeWaitVerdict = 'done' | 'reset' | 'ack' | 'reopen';

/** The little that TIME_WAIT, and FIN_WAIT2 without a process, need (struct tcp_timewait_sock). */
export class TimeWaitSock {
  readonly state = TCP_TIME_WAIT;
  /** FIN_WAIT2 until the peer's FIN comes. */
  substate: TcpState;
  readonly family: 'inet' | 'inet6';
  readonly ipv4: boolean;
  readonly local: Ipv4 | Ipv6;
  port: number;
  readonly remote: Ipv4 | Ipv6;
  readonly remotePort: number;
  readonly options: StreamOptions;
  readonly sndNxt: number;
  rcvNxt: number;
  readonly rcvWnd: number;
  readonly rcvWscale: number;
  readonly tsOk: boolean;
  readonly tsOffset: number;
  tsRecent: number;
  tsRecentStampNs: number;
  expiresNs = 0;
  private timer: TimerHandle = 0;
  private lastAckNs = Number.NEGATIVE_INFINITY;
  private readonly tcp: Tcp;

  constructor(sk: TcpSock, substate: TcpState) {
    this.tcp = sk.tcp;
    this.substate = substate;
    this.family = sk.family;
    this.ipv4 = sk.ipv4;
    this.local = sk.local;
    this.port = sk.port;
    this.remote = sk.remote;
    this.remotePort = sk.remotePort;
    this.options = sk.options;
    this.sndNxt = sk.sndNxt;
    this.rcvNxt = sk.rcvNxt;
    this.rcvWnd = advertisedWindow(sk);
    this.rcvWscale = sk.rcvWscale;
    this.tsOk = sk.tsOk;
    this.tsOffset = sk.tsOffset;
    this.tsRecent = sk.tsRecent;
    this.tsRecentStampNs = sk.tsRecentStampNs;
  }

  /** Waits anew; the event already set is left to fire and find that it is early. */
  schedule(ns: number): void {
    const { clock } = this.tcp;
    this.expiresNs = clock.now + ns;
    if (this.timer === 0) this.timer = clock.at(this.expiresNs, this.expire);
  }

  private readonly expire = (): void => {
    const { clock } = this.tcp;
    this.timer = 0;
    if (clock.now < this.expiresNs) this.timer = clock.at(this.expiresNs, this.expire);
    else this.kill();
  };

  kill(): void {
    this.tcp.clock.cancel(this.timer);
    this.tcp.hash.remove(this);
    this.tcp.ports.release(this);
  }

  /** tcp_timewait_state_process. */
  receive(seg: IncomingSegment): TimeWaitVerdict {
    const { flags } = seg;
    const reset = (flags & TCP_RST) !== 0;
    const paws = this.tsOk && seg.hasTimestamp && this.tooOld(seg, reset);
    if (this.substate === TCP_FIN_WAIT2) return this.receiveFinWait2(seg, paws);
    if (!paws && seg.seq === this.rcvNxt && (seg.seq === seg.endSeq || reset)) {
      if (reset) {
        if (this.tcp.sysctl('tcp_rfc1337') === 0) this.kill();
        return 'done';
      }
      this.schedule(TIMEWAIT_NS);
      this.remember(seg);
      return 'done';
    }
    const fresh = after(seg.seq, this.rcvNxt) || (seg.hasTimestamp && this.tsOk && ((this.tsRecent - seg.tsVal) | 0) < 0);
    if ((flags & (TCP_SYN | TCP_RST | TCP_ACK)) === TCP_SYN && !paws && fresh) return 'reopen';
    if (reset) return 'done';
    if (paws || (flags & TCP_ACK) !== 0) this.schedule(TIMEWAIT_NS);
    return this.outOfWindow();
  }

  private receiveFinWait2(seg: IncomingSegment, paws: boolean): TimeWaitVerdict {
    const { flags } = seg;
    if (paws || !this.inWindow(seg)) return (flags & TCP_RST) !== 0 ? 'done' : this.outOfWindow();
    if ((flags & TCP_RST) !== 0) {
      this.kill();
      return 'done';
    }
    if ((flags & TCP_SYN) !== 0 && !before(seg.seq, this.rcvNxt)) return 'reset';
    if ((flags & TCP_ACK) === 0 || !after(seg.endSeq, this.rcvNxt) || seg.endSeq === seg.seq) return 'done';
    // Data for which there is no reader any more.
    if ((flags & TCP_FIN) === 0 || seg.endSeq !== seqAdd(this.rcvNxt, 1)) {
      this.kill();
      return 'reset';
    }
    this.substate = TCP_TIME_WAIT;
    this.rcvNxt = seg.endSeq;
    this.remember(seg);
    this.schedule(TIMEWAIT_NS);
    return 'ack';
  }

  private tooOld(seg: IncomingSegment, reset: boolean): boolean {
    if (((this.tsRecent - seg.tsVal) | 0) <= 0) return false;
    const idle = this.tcp.clock.now - this.tsRecentStampNs;
    return idle < PAWS_24DAYS_NS && !(reset && idle >= TIMEWAIT_NS);
  }

  private inWindow(seg: IncomingSegment): boolean {
    const right = seqAdd(this.rcvNxt, this.rcvWnd);
    if (seg.seq === this.rcvNxt) return true;
    if (after(seg.endSeq, this.rcvNxt) && before(seg.seq, right)) return true;
    return seg.seq === right && seg.seq === seg.endSeq;
  }

  private remember(seg: IncomingSegment): void {
    if (!seg.hasTimestamp) return;
    this.tsRecent = seg.tsVal;
    this.tsRecentStampNs = this.tcp.clock.now;
  }

  private outOfWindow(): TimeWaitVerdict {
    const { now } = this.tcp.clock;
    if (now - this.lastAckNs < INVALID_RATELIMIT_NS) return 'done';
    this.lastAckNs = now;
    return 'ack';
  }
}

/** How long an orphan stays in FIN_WAIT2: net.ipv4.tcp_fin_timeout, and no less than a few timeouts (tcp_fin_time). */
export function finTimeoutNs(sk: TcpSock): number {
  return Math.max(sk.tcp.sysctl('tcp_fin_timeout') * NS_PER_S, 3.5 * sk.rtoNs);
}

/** A connection leaves the rest to its TIME_WAIT (tcp_time_wait); `ns` is how long FIN_WAIT2 lasts. */
export function enterTimeWait(sk: TcpSock, substate: TcpState, ns: number): void {
  const tw = new TimeWaitSock(sk, substate);
  const { tcp } = sk;
  tcp.ext.TW++;
  tcp.hash.remove(sk);
  tcp.hash.insert(tw);
  tcp.ports.add(tw, tw.port);
  tw.schedule(substate === TCP_TIME_WAIT ? TIMEWAIT_NS : Math.max(ns, 3.5 * sk.rtoNs));
  done(sk);
}

/** An orphan's FIN_WAIT2 has lasted too long for a socket of its own (tcp_keepalive_timer). */
export function timeWaitAfterFinWait2(sk: TcpSock, ns: number): void {
  enterTimeWait(sk, TCP_FIN_WAIT2, ns);
}
