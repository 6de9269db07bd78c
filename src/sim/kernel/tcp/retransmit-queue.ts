import { TCP_FIN, TCP_SYN } from '../../wire/tcp.ts';
import { after, before } from './sequence.ts';

// Marks of a segment (TCPCB_*). A lost one is no longer counted as in flight; once retransmitted it is again.
export const SACKED = 1;
export const RETRANS = 2;
export const LOST = 4;
/** It was retransmitted at some time. */
export const EVER_RETRANS = 0x80;

/** A segment that has been sent and not been acknowledged (the control block of an skb in tcp_rtx_queue). */
export class SentSegment {
  seq = 0;
  endSeq = 0;
  /** TCP_SYN and TCP_FIN take a sequence number each; TCP_PSH is repeated as it was. */
  flags = 0;
  marks = 0;
  /** When it was last sent. */
  sentNs = 0;
  /** Which of the connection's transmissions that was: tells apart what was sent at one moment. */
  sentOrder = 0;
  retransmissions = 0;
  /** `delivered` of the connection when it was sent. */
  deliveredBefore = 0;

  get dataLength(): number {
    const controls = ((this.flags & TCP_SYN) !== 0 ? 1 : 0) + ((this.flags & TCP_FIN) !== 0 ? 1 : 0);
    return ((this.endSeq - this.seq) | 0) - controls;
  }
}

/** Segments sent and not acknowledged, in the order of their sequence numbers: a ring of objects that are used again. */
export class RetransmitQueue {
  private ring: SentSegment[] = [];
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  at(index: number): SentSegment {
    return this.ring[(this.head + index) & (this.ring.length - 1)] as SentSegment;
  }

  /** A new segment at the end; the caller fills it in. */
  push(): SentSegment {
    if (this.count === this.ring.length) this.grow();
    const segment = this.at(this.count++);
    segment.marks = 0;
    segment.retransmissions = 0;
    return segment;
  }

  shift(): void {
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.count--;
  }

  /** Cuts a segment in two at `seq`; the second half stands behind it (tcp_fragment). */
  split(index: number, seq: number): void {
    this.push();
    const fresh = this.at(this.count - 1);
    for (let i = this.count - 1; i > index + 1; i--) {
      this.ring[(this.head + i) & (this.ring.length - 1)] = this.at(i - 1);
    }
    this.ring[(this.head + index + 1) & (this.ring.length - 1)] = fresh;
    const first = this.at(index);
    fresh.seq = seq;
    fresh.endSeq = first.endSeq;
    fresh.flags = first.flags & ~TCP_SYN;
    fresh.marks = first.marks;
    fresh.sentNs = first.sentNs;
    fresh.sentOrder = first.sentOrder;
    fresh.retransmissions = first.retransmissions;
    fresh.deliveredBefore = first.deliveredBefore;
    first.endSeq = seq;
    first.flags &= TCP_SYN;
  }

  /** Index of the first segment that ends after `seq`; the queue's length when there is none. */
  find(seq: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (after(this.at(middle).endSeq, seq)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Whether every byte between the two numbers is in the queue. */
  covers(start: number, end: number): boolean {
    return this.count > 0 && !before(start, this.at(0).seq) && !after(end, this.at(this.count - 1).endSeq);
  }

  clear(): void {
    this.ring = [];
    this.head = 0;
    this.count = 0;
  }

  private grow(): void {
    const old = this.ring;
    const size = Math.max(8, old.length * 2);
    const ring = new Array<SentSegment>(size);
    for (let i = 0; i < size; i++) ring[i] = i < this.count ? this.at(i) : new SentSegment();
    this.ring = ring;
    this.head = 0;
  }
}
