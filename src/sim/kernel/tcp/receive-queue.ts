import { SKB_OVERHEAD } from './constants.ts';
import { after, before, seqAdd, seqDiff } from './sequence.ts';

/** A piece of the stream: bytes in the buffer of the packet that brought them. Frames are never changed once sent, so nothing is copied. */
interface Piece {
  buf: Uint8Array;
  at: number;
  end: number;
}

/** A segment that came before what precedes it. */
interface EarlySegment {
  readonly buf: Uint8Array;
  readonly at: number;
  readonly seq: number;
  /** Where its bytes end; its FIN, if it has one, comes behind. */
  readonly end: number;
  readonly fin: boolean;
}

/** Received bytes in order, until the process reads them (sk_receive_queue). */
export class ReceiveQueue {
  private ring: Piece[] = [];
  private head = 0;
  private count = 0;
  /** How many bytes wait. */
  length = 0;

  /** What the waiting bytes cost of the socket's memory (sk_rmem_alloc); small segments share pages, as tcp_try_coalesce has it. */
  get memory(): number {
    return this.length === 0 ? 0 : this.length + SKB_OVERHEAD;
  }

  push(buf: Uint8Array, at: number, end: number): void {
    if (this.count === this.ring.length) this.grow();
    const piece = this.ring[(this.head + this.count++) & (this.ring.length - 1)] as Piece;
    piece.buf = buf;
    piece.at = at;
    piece.end = end;
    this.length += end - at;
  }

  /** Takes up to `max` bytes, or looks at them. */
  read(max: number, peek = false): Uint8Array {
    const out = new Uint8Array(Math.min(max, this.length));
    let have = 0;
    let index = 0;
    while (have < out.length) {
      const piece = this.ring[(this.head + index) & (this.ring.length - 1)] as Piece;
      const n = Math.min(piece.end - piece.at, out.length - have);
      out.set(piece.buf.subarray(piece.at, piece.at + n), have);
      have += n;
      if (peek) {
        index++;
        continue;
      }
      piece.at += n;
      if (piece.at === piece.end) {
        piece.buf = NOTHING;
        this.head = (this.head + 1) & (this.ring.length - 1);
        this.count--;
      }
    }
    if (!peek) this.length -= out.length;
    return out;
  }

  clear(): void {
    this.ring = [];
    this.head = 0;
    this.count = 0;
    this.length = 0;
  }

  private grow(): void {
    const size = Math.max(8, this.ring.length * 2);
    const ring = new Array<Piece>(size);
    for (let i = 0; i < size; i++) {
      ring[i] = i < this.count ? (this.ring[(this.head + i) & (this.ring.length - 1)] as Piece) : { buf: NOTHING, at: 0, end: 0 };
    }
    this.ring = ring;
    this.head = 0;
  }
}

const NOTHING = new Uint8Array(0);

/** Segments received out of order, by sequence number, none overlapping another (out_of_order_queue). */
export class EarlyQueue {
  private readonly segments: EarlySegment[] = [];
  private bytes = 0;

  /** Memory they take; neighbours share theirs. */
  get memory(): number {
    return this.segments.length === 0 ? 0 : this.bytes + SKB_OVERHEAD;
  }

  get empty(): boolean {
    return this.segments.length === 0;
  }

  get first(): EarlySegment | undefined {
    return this.segments[0];
  }

  /**
   * Adds a segment without what is there already. Answers with the part that came before, for a D-SACK, when all or the start of
   * it did.
   */
  add(buf: Uint8Array, at: number, seq: number, end: number, fin: boolean): { start: number; end: number } | undefined {
    const { segments } = this;
    let index = segments.length;
    while (index > 0 && after((segments[index - 1] as EarlySegment).seq, seq)) index--;
    let start = seq;
    let duplicate: { start: number; end: number } | undefined;
    const previous = segments[index - 1];
    if (previous && after(previous.end, seq)) {
      if (!after(end, previous.end) && !fin) return { start: seq, end };
      duplicate = { start: seq, end: before(previous.end, end) ? previous.end : end };
      start = previous.end;
    }
    // Those that the new one covers go; one that begins inside it and ends behind cuts it short.
    let finish = end;
    let keepFin = fin;
    while (index < segments.length) {
      const next = segments[index] as EarlySegment;
      if (!before(next.seq, finish)) break;
      if (after(next.end, finish) || (next.end === finish && next.fin)) {
        finish = next.seq;
        keepFin = false;
        break;
      }
      segments.splice(index, 1);
      this.bytes -= seqDiff(next.end, next.seq);
    }
    if (!before(start, finish) && !keepFin) return duplicate;
    segments.splice(index, 0, { buf, at: at + seqDiff(start, seq), seq: start, end: finish, fin: keepFin });
    this.bytes += seqDiff(finish, start);
    return duplicate;
  }

  shift(): void {
    const gone = this.segments.shift();
    if (gone) this.bytes -= seqDiff(gone.end, gone.seq);
  }

  /** Takes the last one away, to make room (tcp_prune_ofo_queue). */
  pop(): void {
    const gone = this.segments.pop();
    if (gone) this.bytes -= seqDiff(gone.end, gone.seq);
  }

  /** The end of what follows `seq` without a gap, FIN counted. */
  static endOf(segment: EarlySegment): number {
    return segment.fin ? seqAdd(segment.end, 1) : segment.end;
  }

  clear(): void {
    this.segments.length = 0;
    this.bytes = 0;
  }
}
