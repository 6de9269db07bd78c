import { MAX_DUP_CHK } from './options.ts';

/** What ping counts and measures; times in µs. */
export class Statistics {
  transmitted = 0;
  received = 0;
  repeats = 0;
  errors = 0;
  /** Most probes ever under way at once, as answers showed it; -1 before the first. */
  pipeSize = -1;
  /** Smoothed round trip time, eight times. */
  rtt8 = 0;
  min = Number.MAX_SAFE_INTEGER;
  max = 0;
  sum = 0;
  sumOfSquares = 0;
  private acked = 0;
  private readonly seen = new Set<number>();

  /** A probe is about to go out: an answer to its number is no duplicate. */
  forget(seq: number): void {
    this.seen.delete(seq % MAX_DUP_CHK);
  }

  sent(): void {
    this.transmitted++;
    if (((this.transmitted - this.acked) & 0xffff) > 0x7fff) this.acked = (this.transmitted + 1) & 0xffff;
  }

  answered(seq: number): boolean {
    return this.seen.has(seq % MAX_DUP_CHK);
  }

  /** An answer or an error for the probe has come (acknowledge). */
  acknowledge(seq: number): void {
    const diff = (this.transmitted - seq) & 0xffff;
    if (diff > 0x7fff) return;
    if (diff + 1 > this.pipeSize) this.pipeSize = diff + 1;
    const ahead = (seq - this.acked) & 0xffff;
    if ((ahead > 0 && ahead <= 0x7fff) || ((this.transmitted - this.acked) & 0xffff) > 0x7fff) this.acked = seq;
  }

  /** Probes that nothing has been heard of. */
  get inFlight(): number {
    const diff = (this.transmitted - this.acked) & 0xffff;
    return diff <= 0x7fff ? diff : this.transmitted - this.received - this.errors;
  }

  /** Counts an answer; true if it is one too many. */
  reply(seq: number, triptime: number | undefined): boolean {
    this.acknowledge(seq);
    if (triptime !== undefined) {
      this.sum += triptime;
      this.sumOfSquares += triptime * triptime;
      this.min = Math.min(this.min, triptime);
      this.max = Math.max(this.max, triptime);
      this.rtt8 = this.rtt8 === 0 ? triptime * 8 : this.rtt8 + triptime - Math.trunc(this.rtt8 / 8);
    }
    if (this.answered(seq)) {
      this.repeats++;
      return true;
    }
    this.received++;
    this.seen.add(seq % MAX_DUP_CHK);
    return false;
  }

  get average(): number {
    return Math.trunc(this.sum / (this.received + this.repeats));
  }

  /** Square root of the variance, in whole µs as iputils computes it. */
  get deviation(): number {
    const total = this.received + this.repeats;
    const squared = Math.trunc((this.sum * this.sum) / total);
    const variance = Math.trunc((this.sumOfSquares - squared) / total);
    return variance > 0 ? Math.floor(Math.sqrt(variance)) : 0;
  }
}

/** µs as ms with three digits. */
export function ms3(us: number): string {
  return `${Math.trunc(us / 1000)}.${String(us % 1000).padStart(3, '0')}`;
}

/** A round trip as a reply's line shows it: three significant places, from 100 ms on none after the point. */
export function roundTrip(us: number): string {
  if (us >= 100_000 - 50) return `${Math.trunc((us + 500) / 1000)}`;
  if (us >= 10_000 - 5) return `${Math.trunc((us + 50) / 1000)}.${Math.trunc(((us + 50) % 1000) / 100)}`;
  if (us >= 1000) return `${Math.trunc((us + 5) / 1000)}.${String(Math.trunc(((us + 5) % 1000) / 10)).padStart(2, '0')}`;
  return ms3(us);
}

/** C's %g of a share in percent: six significant digits. */
export function percent(part: number, whole: number): string {
  return String(Number(Math.fround((part * 100) / whole).toPrecision(6)));
}
