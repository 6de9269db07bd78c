import { NS_PER_S } from '../../../base/time.ts';
import type { Test } from '../packet.ts';

/** The units of a rate, in seconds, with their names. */
export const LIMIT_UNITS = { sec: 1, min: 60, hour: 3600, day: 86400 } as const;
export type LimitUnit = keyof typeof LIMIT_UNITS;

/** At most so many packets on average (`-m limit`; net/netfilter/nft_limit.c). */
export interface LimitMatch {
  readonly name: 'limit';
  readonly rate: number;
  readonly unit: LimitUnit;
  readonly burst: number;
}

/** A bucket of tokens, full at first; a packet costs the time in which one more is allowed. */
export function limitTest({ rate, unit, burst }: LimitMatch): Test {
  const cost = (LIMIT_UNITS[unit] * NS_PER_S) / rate;
  const full = cost * burst;
  let tokens = full;
  let last: number | undefined;
  return (packet) => {
    const { now } = packet.stack.ns.kernel.clock;
    tokens = Math.min(full, tokens + now - (last ?? now));
    last = now;
    if (tokens < cost) return false;
    tokens -= cost;
    return true;
  };
}
