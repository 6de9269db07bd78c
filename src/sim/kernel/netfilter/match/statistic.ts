import type { Test } from '../packet.ts';

/** A share of the packets, at random or every n-th (`-m statistic`; net/netfilter/xt_statistic.c). */
export type StatisticMatch = { readonly name: 'statistic'; readonly invert: boolean } & (
  | { readonly mode: 'random' /** Of 2³¹. */; readonly probability: number }
  | { readonly mode: 'nth'; readonly every: number /** The number of the packet that is taken. */; readonly packet: number }
);

/** The probability of every packet. */
export const CERTAIN = 0x8000_0000;

export function statisticTest(match: StatisticMatch): Test {
  const { invert } = match;
  if (match.mode === 'random') {
    const { probability } = match;
    return ({ stack }) => stack.ns.kernel.random.u32() >>> 1 < probability !== invert;
  }
  const { every } = match;
  let count = every - 1 - match.packet;
  return () => {
    count = (count + 1) % every;
    return (count === 0) !== invert;
  };
}
