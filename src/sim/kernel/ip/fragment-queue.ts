import { LazyMap } from '../../base/lazy.ts';
// Fragments waiting for the rest of their packet: net/ipv4/inet_fragment.c, shared by both families.

import { NS_PER_S } from '../../base/time.ts';
import type { DropReason } from '../drop-reason.ts';
import type { NetNamespace } from '../netns.ts';
import type { Skb } from '../skb.ts';
import type { IpMib } from '../snmp/mib.ts';
import { drop, traceBranch, traceStep } from '../trace.ts';

/** One fragment: where its payload belongs and where it is in its skb. */
interface Piece {
  readonly skb: Skb;
  readonly offset: number;
  readonly length: number;
  readonly payload: number;
}

interface Queue {
  readonly key: string;
  readonly pieces: Piece[];
  readonly deadlineNs: number;
  bytes: number;
  /** Length of the whole payload, once the last fragment told. */
  total: number;
  have: number;
}

/** A packet whose fragments are all there. */
export interface Assembled {
  /** The fragment with offset 0: its headers are the packet's. */
  readonly first: Skb;
  readonly total: number;
  /** Length of the longest fragment. */
  readonly longest: number;
  /** Says that `whole` is the packet now; it inherits what the first fragment had: where it came in, its mark and connection. */
  become(whole: Skb): void;
  /** Copies the payload to `at` of `to`. */
  copyTo(to: Uint8Array, at: number): void;
}

/** The fragments of one family in one namespace. One timer serves all queues, since all wait equally long. */
export class FragmentQueues {
  private readonly ns: NetNamespace;
  private readonly mib: IpMib;
  private readonly timeoutPath: string;
  private readonly limitPath: string;
  private readonly onTimeout: (first: Skb) => void;
  private readonly queues = new LazyMap<string, Queue>();
  private bytes = 0;
  private timer = 0;

  /** `timeoutPath` names the sysctl with the seconds to wait, `limitPath` that with the bytes that may wait; `onTimeout` gets the first fragment of what timed out. */
  constructor(ns: NetNamespace, mib: IpMib, timeoutPath: string, limitPath: string, onTimeout: (first: Skb) => void) {
    this.ns = ns;
    this.mib = mib;
    this.timeoutPath = timeoutPath;
    this.limitPath = limitPath;
    this.onTimeout = onTimeout;
  }

  /** Adds a fragment whose payload of `length` bytes is at `payload` in its buffer and belongs at `offset`; the whole packet when this was the last one missing. */
  add(key: string, skb: Skb, payload: number, offset: number, length: number, more: boolean): Assembled | undefined {
    this.mib.ReasmReqds++;
    let queue = this.queues.get(key);
    if (!queue) {
      if (this.bytes > this.ns.sysctl.int(this.limitPath)) return this.refuse(skb, 'NOMEM', 'fragments waiting');
      queue = {
        key,
        pieces: [],
        deadlineNs: this.ns.kernel.clock.now + this.ns.sysctl.int(this.timeoutPath) * NS_PER_S,
        bytes: 0,
        total: -1,
        have: 0,
      };
      this.queues.set(key, queue);
      if (this.timer === 0) this.timer = this.ns.kernel.clock.at(queue.deadlineNs, this.expire);
    }
    const end = offset + length;
    if (offset + length > 65535) return this.refuse(skb, 'PKT_TOO_BIG', 'fragment beyond 65535');
    if (more && (length & 7) !== 0) return this.refuse(skb, 'INVALID_FRAGMENT', 'length not a multiple of 8');
    if (!more) {
      if (queue.total >= 0 && queue.total !== end) return this.discard(queue, skb, 'INVALID_FRAGMENT');
      if (queue.pieces.some((piece) => piece.offset + piece.length > end)) return this.discard(queue, skb, 'INVALID_FRAGMENT');
      queue.total = end;
    } else if (queue.total >= 0 && end > queue.total) {
      return this.discard(queue, skb, 'INVALID_FRAGMENT');
    }
    if (length === 0) return this.refuse(skb, 'INVALID_FRAGMENT', 'empty');
    let at = queue.pieces.length;
    while (at > 0 && (queue.pieces[at - 1] as Piece).offset >= offset) at--;
    const before = queue.pieces[at - 1];
    const after = queue.pieces[at];
    if (after && after.offset === offset && after.length === length) return this.refuse(skb, 'DUP_FRAG', key);
    if ((before && before.offset + before.length > offset) || (after && after.offset < end)) return this.discard(queue, skb, 'DUP_FRAG');
    queue.pieces.splice(at, 0, { skb, offset, length, payload });
    queue.have += length;
    queue.bytes += skb.length;
    this.bytes += skb.length;
    if (queue.total < 0 || queue.have !== queue.total) {
      if (this.ns.kernel.trace.on) traceStep(this.ns, skb.dev, skb, { kind: 'wait', what: waitWords(queue) });
      return undefined;
    }
    this.remove(queue);
    this.mib.ReasmOKs++;
    const { pieces, total } = queue;
    return {
      first: (pieces[0] as Piece).skb,
      total,
      longest: pieces.reduce((longest, piece) => Math.max(longest, piece.skb.length), 0),
      become: (whole) => this.become(pieces, whole),
      copyTo: (to, start) => {
        for (const piece of pieces) {
          const from = piece.skb.buf;
          for (let i = 0; i < piece.length; i++) to[start + piece.offset + i] = from[piece.payload + i] as number;
        }
      },
    };
  }

  destroy(): void {
    this.ns.kernel.clock.cancel(this.timer);
    for (const queue of this.queues.values()) for (const { skb } of queue.pieces) drop(this.ns, skb, 'QUEUE_PURGE', 'fragments');
    this.queues.clear();
  }

  private become(pieces: readonly Piece[], whole: Skb): void {
    inheritFrom(whole, (pieces[0] as Piece).skb);
    if (!this.ns.kernel.trace.on) return;
    for (const { skb } of pieces) {
      traceBranch(this.ns, whole.dev, whole, skb, 'whole');
      traceStep(this.ns, skb.dev, skb, { kind: 'merge', into: whole.traceId });
    }
  }

  private refuse(skb: Skb, reason: DropReason, detail: string): undefined {
    this.mib.ReasmFails++;
    drop(this.ns, skb, reason, detail);
    return undefined;
  }

  /** What overlaps or contradicts itself goes as a whole (RFC 5722). */
  private discard(queue: Queue, skb: Skb, reason: DropReason): undefined {
    this.remove(queue);
    for (const piece of queue.pieces) drop(this.ns, piece.skb, reason, 'overlapping fragments');
    return this.refuse(skb, reason, 'overlapping fragments');
  }

  private remove(queue: Queue): void {
    this.queues.delete(queue.key);
    this.bytes -= queue.bytes;
    if (this.queues.size === 0 && this.timer !== 0) {
      this.ns.kernel.clock.cancel(this.timer);
      this.timer = 0;
    }
  }

  private readonly expire = (): void => {
    this.timer = 0;
    const now = this.ns.kernel.clock.now;
    for (const queue of [...this.queues.values()]) {
      if (queue.deadlineNs > now) continue;
      this.remove(queue);
      this.mib.ReasmFails++;
      this.mib.ReasmTimeout++;
      const first = queue.pieces[0];
      if (first && first.offset === 0) this.onTimeout(first.skb);
      for (const piece of queue.pieces) drop(this.ns, piece.skb, 'FRAG_REASM_TIMEOUT');
    }
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.queues.values()) next = Math.min(next, queue.deadlineNs);
    if (next !== Number.POSITIVE_INFINITY) this.timer = this.ns.kernel.clock.at(next, this.expire);
  };
}

function waitWords({ have, total }: Queue): string {
  return `for its other fragments: ${have} of ${total < 0 ? 'unknown' : total} bytes are here`;
}

function inheritFrom(skb: Skb, first: Skb): void {
  skb.protocol = first.protocol;
  skb.pktType = first.pktType;
  skb.dev = first.dev;
  skb.iif = first.iif;
  skb.mark = first.mark;
  skb.dst = first.dst;
  skb.ct = first.ct;
  skb.ctInfo = first.ctInfo;
  skb.physIn = first.physIn;
}
