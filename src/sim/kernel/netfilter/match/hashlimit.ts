import { u16 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { HookPacket, Test } from '../packet.ts';
import { LIMIT_UNITS, type LimitUnit } from './limit.ts';
import { underMask } from './mask.ts';

/** What flows are told apart by, in the order they are listed in. */
export const HASHLIMIT_MODES = ['srcip', 'srcport', 'dstip', 'dstport'] as const;
export type HashlimitMode = (typeof HASHLIMIT_MODES)[number];

/** At most so many packets of each flow (`-m hashlimit`; net/netfilter/xt_hashlimit.c). */
export interface HashlimitMatch {
  readonly name: 'hashlimit';
  readonly above: boolean;
  readonly rate: number;
  readonly unit: LimitUnit;
  readonly burst: number;
  readonly modes: readonly HashlimitMode[];
  readonly list: string;
  readonly sourceMask: IpAddress;
  readonly destinationMask: IpAddress;
  /** Of the table; 0 where the kernel chooses. */
  readonly size: number;
  readonly max: number;
  readonly gcIntervalMs: number;
  readonly expireMs: number;
}

interface Bucket {
  tokens: number;
  lastNs: number;
}

export function hashlimitTest(match: HashlimitMatch): Test {
  const costNs = (LIMIT_UNITS[match.unit] * NS_PER_S) / match.rate;
  const full = costNs * match.burst;
  const expireNs = match.expireMs * (NS_PER_S / 1000);
  const buckets = new Map<string, Bucket>();
  return (packet) => {
    const { now } = packet.stack.ns.kernel.clock;
    const key = match.modes.map((mode) => part(mode, match, packet)).join(' ');
    let bucket = buckets.get(key);
    if (bucket === undefined || now - bucket.lastNs > expireNs) {
      bucket = { tokens: full, lastNs: now };
      buckets.set(key, bucket);
    }
    bucket.tokens = Math.min(full, bucket.tokens + now - bucket.lastNs);
    bucket.lastNs = now;
    const within = bucket.tokens >= costNs;
    if (within) bucket.tokens -= costNs;
    return within !== match.above;
  };
}

function part(mode: HashlimitMode, match: HashlimitMatch, packet: HookPacket): string {
  const port = (offset: number): string =>
    packet.hasTransport(4) && (packet.protocol === 6 || packet.protocol === 17)
      ? String(u16(packet.skb.buf, packet.transport + offset))
      : '0';
  switch (mode) {
    case 'srcip':
      return String(underMask(packet.source, match.sourceMask));
    case 'dstip':
      return String(underMask(packet.destination, match.destinationMask));
    case 'srcport':
      return port(0);
    case 'dstport':
      return port(2);
  }
}
