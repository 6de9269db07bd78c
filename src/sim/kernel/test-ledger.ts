// For tests: every packet that the trace tells of, from its first step to its end.

import { isEnd, type Trace, type TraceEvent } from './trace.ts';

/** Keeps account of packets: which have ended, which wait, which have vanished without a word. */
export class Ledger {
  readonly events: TraceEvent[] = [];
  private readonly last = new Map<number, TraceEvent>();
  private readonly ended = new Set<number>();
  /** Packets to which something happened after their end, in words. */
  readonly ghosts: string[] = [];

  constructor(trace: Trace) {
    trace.subscribe((event) => this.take(event));
  }

  private take(event: TraceEvent): void {
    this.events.push(event);
    this.last.set(event.packet, event);
    if (this.ended.has(event.packet) && !isAfterlife(event)) this.ghosts.push(inWords(event));
    if (isEnd(event.step)) this.ended.add(event.packet);
  }

  /** Where packets are now that have neither ended nor wait: none, once the network is at rest. */
  get vanished(): string[] {
    const out: string[] = [];
    for (const [packet, event] of this.last) {
      if (!this.ended.has(packet) && event.step.kind !== 'wait') out.push(inWords(event));
    }
    return out;
  }
}

/** Several sockets get one packet, and what raw sockets got goes on to its protocol. */
function isAfterlife({ step }: TraceEvent): boolean {
  return isEnd(step) || step.kind === 'no-error';
}

function inWords({ packet, machine, netns, dev, step }: TraceEvent): string {
  const { kind } = step;
  const more = kind === 'receive' || kind === 'transmit' ? `${step.frame.length} bytes` : JSON.stringify(step);
  return `packet ${packet} at ${machine}/${netns} ${dev}: ${kind} ${more}`;
}
