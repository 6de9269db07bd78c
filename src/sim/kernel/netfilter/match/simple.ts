import { type Mac, readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN } from '../../../wire/ethernet.ts';
import type { Test } from '../packet.ts';

/** A remark: takes every packet (`-m comment`). */
export interface CommentMatch {
  readonly name: 'comment';
  readonly comment: string;
}

/** The packet's mark, as far as `mask` goes (`-m mark`; net/netfilter/xt_mark.c). */
export interface MarkMatch {
  readonly name: 'mark';
  readonly mark: number;
  readonly mask: number;
  readonly invert: boolean;
}

export function markTest({ mark, mask, invert }: MarkMatch): Test {
  return (packet) => ((packet.skb.mark & mask) >>> 0 === mark) !== invert;
}

/** The processor that works on the packet: the simulator does all on the first (`-m cpu`; net/netfilter/xt_cpu.c). */
export interface CpuMatch {
  readonly name: 'cpu';
  readonly cpu: number;
  readonly invert: boolean;
}

export function cpuTest({ cpu, invert }: CpuMatch): Test {
  return () => (cpu === 0) !== invert;
}

/** The sender's hardware address, of packets that came in by Ethernet (`-m mac`; net/netfilter/xt_mac.c). */
export interface MacMatch {
  readonly name: 'mac';
  readonly address: Mac;
  readonly invert: boolean;
}

export function macTest({ address, invert }: MacMatch): Test {
  return ({ skb }) => skb.mac >= 0 && skb.mac + ETH_HLEN <= skb.data && (readMac(skb.buf, skb.mac + 6) === address) !== invert;
}
