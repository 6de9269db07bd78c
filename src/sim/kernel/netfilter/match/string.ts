import type { Test } from '../packet.ts';

/** Bytes that are somewhere in the packet, its headers included (`-m string`; net/netfilter/xt_string.c). */
export interface StringMatch {
  readonly name: 'string';
  readonly pattern: readonly number[];
  readonly algorithm: string;
  readonly from: number;
  readonly to: number;
  readonly ignoreCase: boolean;
  readonly invert: boolean;
}

/** What the kernel can search by: those of lib/ts_*.c that iptables knows. */
export const SEARCH_ALGORITHMS = ['bm', 'kmp', 'fsm'];

export function stringTest({ pattern, from, to, ignoreCase, invert }: StringMatch): Test {
  const fold = (byte: number): number => (ignoreCase && byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);
  const wanted = pattern.map(fold);
  return ({ skb }) => {
    const last = Math.min(skb.data + to, skb.end) - wanted.length;
    let found = false;
    for (let at = skb.data + from; at <= last && !found; at++) {
      let i = 0;
      while (i < wanted.length && fold(skb.buf[at + i] as number) === wanted[i]) i++;
      found = i === wanted.length;
    }
    return found !== invert;
  };
}
