// Fragments of IPv4 packets put together again: RFC 791, 3.2, as net/ipv4/ip_fragment.c does it.

import { setU16 } from '../../base/bytes.ts';
import { ETH_HLEN } from '../../wire/ethernet.ts';
import { ICMP_EXC_FRAGTIME, ICMP_TIME_EXCEEDED } from '../../wire/icmp.ts';
import {
  IPV4_FLAGS_OFFSET,
  IPV4_TOTAL_LENGTH,
  ipv4Dst,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4Id,
  ipv4MoreFragments,
  ipv4Protocol,
  ipv4SetChecksum,
  ipv4Src,
} from '../../wire/ipv4.ts';
import { HEADROOM, Skb } from '../skb.ts';
import { FragmentQueues } from './fragment-queue.ts';
import { icmpSend } from './icmp-send.ts';
import type { NetStack } from './net-stack.ts';

export class Reassembly4 {
  private readonly queues: FragmentQueues;

  constructor(stack: NetStack) {
    this.queues = new FragmentQueues(stack.ns, stack.mib.ip4, 'net/ipv4/ipfrag_time', 'net/ipv4/ipfrag_high_thresh', (first) =>
      icmpSend(stack, first, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0),
    );
  }

  /** Takes a fragment (`skb.data` at its header); gives back the whole packet with the last one (ip_defrag). */
  add(skb: Skb): Skb | undefined {
    const b = skb.buf;
    const o = skb.data;
    const header = ipv4HeaderLength(b, o);
    const key = `${ipv4Src(b, o)} ${ipv4Dst(b, o)} ${ipv4Protocol(b, o)} ${ipv4Id(b, o)}`;
    const whole = this.queues.add(key, skb, o + header, ipv4FragmentOffset(b, o), skb.end - o - header, ipv4MoreFragments(b, o));
    if (whole === undefined) return undefined;
    const { first, total } = whole;
    const hlen = ipv4HeaderLength(first.buf, first.data);
    const out = Skb.alloc(hlen + total, HEADROOM);
    const start = out.data;
    for (let i = 0; i < hlen; i++) out.buf[start + i] = first.buf[first.data + i] as number;
    whole.copyTo(out.buf, start + hlen);
    setU16(out.buf, start + IPV4_TOTAL_LENGTH, hlen + total);
    setU16(out.buf, start + IPV4_FLAGS_OFFSET, 0);
    ipv4SetChecksum(out.buf, start);
    if (first.mac >= 0) {
      out.mac = start - ETH_HLEN;
      for (let i = 0; i < ETH_HLEN; i++) out.buf[out.mac + i] = first.buf[first.mac + i] as number;
    }
    out.network = start;
    out.transport = start + hlen;
    out.fragmentMax = whole.longest;
    whole.become(out);
    return out;
  }

  destroy(): void {
    this.queues.destroy();
  }
}
