import { NS_PER_S } from '../../../base/time.ts';
import type { Conntrack } from './entry.ts';
import { Tuple } from './tuple.ts';

/** An entry as it was at one time: what is listed and told. */
export interface ConntrackSnapshot {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly status: number;
  /** Whole seconds to its end. */
  readonly timeoutS: number;
  readonly mark: number;
  readonly id: number;
  readonly tcpState: number | undefined;
  readonly counters: { readonly original: readonly [number, number]; readonly reply: readonly [number, number] } | undefined;
}

export function snapshot(ct: Conntrack, now: number): ConntrackSnapshot {
  return {
    original: new Tuple().copy(ct.original),
    reply: new Tuple().copy(ct.reply),
    status: ct.status,
    timeoutS: Math.max(0, Math.floor((ct.timeoutNs - now) / NS_PER_S)),
    mark: ct.mark,
    id: ct.id,
    tcpState: ct.tcp?.state,
    counters: ct.accounting ? { original: [ct.originalPackets, ct.originalBytes], reply: [ct.replyPackets, ct.replyBytes] } : undefined,
  };
}
