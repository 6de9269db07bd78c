import type { Test } from '../packet.ts';

/** Takes packets until that many bytes have been (`-m quota`; net/netfilter/xt_quota.c). */
export interface QuotaMatch {
  readonly name: 'quota';
  readonly bytes: number;
  readonly invert: boolean;
}

export function quotaTest({ bytes, invert }: QuotaMatch): Test {
  let left = bytes;
  return ({ skb }) => {
    const length = skb.end - skb.data;
    if (left >= length) {
      left -= length;
      return !invert;
    }
    left = 0;
    return invert;
  };
}
