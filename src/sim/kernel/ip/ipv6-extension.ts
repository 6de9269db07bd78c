// Extension headers of received IPv6 packets: RFC 8200, 4, as net/ipv6/exthdrs.c and reassembly.c treat them.

import { setU16 } from '../../base/bytes.ts';
import { ETH_HLEN } from '../../wire/ethernet.ts';
import { ICMPV6_EXC_FRAGTIME, ICMPV6_PARAMPROB, ICMPV6_TIME_EXCEED } from '../../wire/icmpv6.ts';
import { IPPROTO_DSTOPTS, IPPROTO_FRAGMENT, IPPROTO_HOPOPTS, IPPROTO_ROUTING } from '../../wire/ip-protocol.ts';
import {
  IPV6_FRAGMENT_HLEN,
  IPV6_HLEN,
  IPV6_NEXT_HEADER,
  IPV6_PAYLOAD_LENGTH,
  IPV6_TLV_PAD1,
  ipv6Dst,
  ipv6ExtensionLength,
  ipv6FragmentId,
  ipv6FragmentOffset,
  ipv6MoreFragments,
  ipv6Src,
} from '../../wire/ipv6.ts';
import { HEADROOM, Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { type Assembled, FragmentQueues } from './fragment-queue.ts';
import { icmp6Send } from './icmpv6-send.ts';
import type { NetStack } from './net-stack.ts';

// Codes of "parameter problem".
const ICMPV6_HDR_FIELD = 0;
const ICMPV6_UNK_OPTION = 2;

/** What {@link nextExtension} says of a packet that goes no further. */
export const HEADER_CONSUMED = 'consumed';

/** A header that was passed: its length, or the whole packet that its fragment completed. */
export interface PassedHeader {
  readonly length: number;
  readonly whole: Skb | undefined;
}

/** Handles the header of kind `type` at `at`; undefined when it is no extension header. */
export function nextExtension(stack: NetStack, skb: Skb, type: number, at: number): PassedHeader | typeof HEADER_CONSUMED | undefined {
  if (type !== IPPROTO_HOPOPTS && type !== IPPROTO_DSTOPTS && type !== IPPROTO_ROUTING && type !== IPPROTO_FRAGMENT) return undefined;
  const b = skb.buf;
  const length = at + 8 <= skb.end ? ipv6ExtensionLength(b, at, type) : 8;
  if (at + length > skb.end) {
    drop(stack.ns, skb, 'IPV6_BAD_EXTHDR', 'truncated');
    return HEADER_CONSUMED;
  }
  switch (type) {
    case IPPROTO_FRAGMENT: {
      const whole = stack.reassembly6.add(skb, at);
      return whole === undefined ? HEADER_CONSUMED : { length, whole };
    }
    case IPPROTO_ROUTING:
      if ((b[at + 3] as number) !== 0) {
        // Segments left, of a type we do not route by (type 0 is deprecated by RFC 5095).
        icmp6Send(stack, skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, at + 2 - skb.network);
        drop(stack.ns, skb, 'IPV6_BAD_EXTHDR', 'routing header');
        return HEADER_CONSUMED;
      }
      return { length, whole: undefined };
    case IPPROTO_DSTOPTS:
      return acceptOptions(stack, skb, at, length) ? { length, whole: undefined } : HEADER_CONSUMED;
    default:
      // Hop-by-hop options were looked at on arrival.
      return { length, whole: undefined };
  }
}

/** The hop-by-hop options, right after the IPv6 header (ipv6_parse_hopopts); false when the packet was dropped. */
export function parseHopByHop(stack: NetStack, skb: Skb): boolean {
  const at = skb.data + IPV6_HLEN;
  const length = at + 8 <= skb.end ? ipv6ExtensionLength(skb.buf, at, IPPROTO_HOPOPTS) : 8;
  if (at + length > skb.end) {
    drop(stack.ns, skb, 'IPV6_BAD_EXTHDR', 'hop-by-hop options truncated');
    return false;
  }
  return acceptOptions(stack, skb, at, length);
}

/** The options in the header at `at`; of an unknown one the two highest bits say what to do (ip6_tlvopt_unknown). */
function acceptOptions(stack: NetStack, skb: Skb, at: number, length: number): boolean {
  const b = skb.buf;
  const end = at + length;
  for (let i = at + 2; i < end; ) {
    const type = b[i] as number;
    if (type === IPV6_TLV_PAD1) {
      i++;
      continue;
    }
    const size = i + 1 < end ? (b[i + 1] as number) + 2 : 0;
    if (size === 0 || i + size > end) {
      drop(stack.ns, skb, 'IPV6_BAD_EXTHDR', 'option truncated');
      return false;
    }
    const action = type >> 6;
    if (action !== 0) {
      if (action === 2 || (action === 3 && skb.buf[skb.network + 24] !== 0xff)) {
        icmp6Send(stack, skb, ICMPV6_PARAMPROB, ICMPV6_UNK_OPTION, i - skb.network);
      }
      drop(stack.ns, skb, 'IPV6_BAD_EXTHDR', `option ${type}`);
      return false;
    }
    i += size;
  }
  return true;
}

/** Fragments of IPv6 packets put together again (RFC 8200, 4.5). */
export class Reassembly6 {
  private readonly stack: NetStack;
  private readonly queues: FragmentQueues;

  constructor(stack: NetStack) {
    this.stack = stack;
    this.queues = new FragmentQueues(stack.ns, stack.mib.ip6, 'net/ipv6/ip6frag_time', 'net/ipv6/ip6frag_high_thresh', (first) =>
      icmp6Send(stack, first, ICMPV6_TIME_EXCEED, ICMPV6_EXC_FRAGTIME, 0),
    );
  }

  /** Takes a packet whose fragment header is at `at`; gives back the whole packet with the last one. */
  add(skb: Skb, at: number): Skb | undefined {
    const b = skb.buf;
    const ip = skb.network;
    const payload = at + IPV6_FRAGMENT_HLEN;
    const offset = ipv6FragmentOffset(b, at);
    const more = ipv6MoreFragments(b, at);
    if (more && ((skb.end - payload) & 7) !== 0) {
      icmp6Send(this.stack, skb, ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD, IPV6_PAYLOAD_LENGTH);
      drop(this.stack.ns, skb, 'INVALID_FRAGMENT');
      return undefined;
    }
    const key = `${ipv6Src(b, ip)} ${ipv6Dst(b, ip)} ${ipv6FragmentId(b, at)}`;
    const whole = this.queues.add(key, skb, payload, offset, skb.end - payload, more);
    if (whole === undefined) return undefined;
    return this.assemble(whole);
  }

  private assemble(whole: Assembled): Skb {
    const { first, total } = whole;
    const from = first.buf;
    const ip = first.network;
    // The headers before the fragment header stay; the one that named it names what it carried.
    let typeAt = ip + IPV6_NEXT_HEADER;
    let at = ip + IPV6_HLEN;
    while (from[typeAt] !== IPPROTO_FRAGMENT) {
      const type = from[typeAt] as number;
      typeAt = at;
      at += ipv6ExtensionLength(from, at, type);
    }
    const headers = at - ip;
    const out = Skb.alloc(headers + total, HEADROOM);
    const start = out.data;
    for (let i = 0; i < headers; i++) out.buf[start + i] = from[ip + i] as number;
    out.buf[start + typeAt - ip] = from[at] as number;
    whole.copyTo(out.buf, start + headers);
    setU16(out.buf, start + IPV6_PAYLOAD_LENGTH, headers - IPV6_HLEN + total);
    if (first.mac >= 0) {
      out.mac = start - ETH_HLEN;
      for (let i = 0; i < ETH_HLEN; i++) out.buf[out.mac + i] = from[first.mac + i] as number;
    }
    out.network = start;
    out.fragmentMax = whole.longest;
    whole.become(out);
    return out;
  }

  destroy(): void {
    this.queues.destroy();
  }
}
