import type { Ipv4 } from '../../base/ipv4-address.ts';
import { type Ipv6, ipv6Bytes } from '../../base/ipv6-address.ts';
import { ipv4Dst, ipv4FragmentOffset, ipv4HeaderLength, ipv4Protocol, ipv4Src } from '../../wire/ipv4.ts';
import {
  IPV6_HLEN,
  ipv6Dst,
  ipv6FragmentHeader,
  ipv6FragmentOffset,
  ipv6IsExtension,
  ipv6NextHeader,
  ipv6Src,
  ipv6TransportOffset,
  ipv6TransportProtocol,
} from '../../wire/ipv6.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Family, IpAddress } from '../rtnetlink/messages.ts';
import type { Skb } from '../skb.ts';
import type { HookNumber } from './hook.ts';

/** A packet at a hook, as matches and targets see it (struct nft_pktinfo, struct xt_action_param). */
export class HookPacket {
  readonly stack: NetStack;
  readonly family: Family;
  readonly skb: Skb;
  readonly hook: HookNumber;
  readonly input: NetDevice | undefined;
  readonly output: NetDevice | undefined;
  /** The transport protocol: of IPv6, behind the extension headers; -1 where those are truncated. */
  readonly protocol: number;
  /** Not 0 for later fragments: matches on ports never see them. */
  readonly fragmentOffset: number;
  /** Where the transport header begins in `skb.buf`. A target that makes the packet's bytes its own sets it anew. */
  transport: number;

  constructor(stack: NetStack, family: Family, skb: Skb, hook: HookNumber, input: NetDevice | undefined, output: NetDevice | undefined) {
    this.stack = stack;
    this.family = family;
    this.skb = skb;
    this.hook = hook;
    this.input = input;
    this.output = output;
    const { buf, data } = skb;
    if (family === 'inet') {
      this.protocol = ipv4Protocol(buf, data);
      this.fragmentOffset = ipv4FragmentOffset(buf, data);
      this.transport = data + ipv4HeaderLength(buf, data);
    } else if (ipv6IsExtension(ipv6NextHeader(buf, data))) {
      const fragment = ipv6FragmentHeader(buf, data);
      const transport = ipv6TransportOffset(buf, data);
      this.protocol = ipv6TransportProtocol(buf, data);
      this.fragmentOffset = fragment < 0 ? 0 : ipv6FragmentOffset(buf, fragment);
      this.transport = transport < 0 ? skb.end : transport;
    } else {
      this.protocol = ipv6NextHeader(buf, data);
      this.fragmentOffset = 0;
      this.transport = data + IPV6_HLEN;
    }
  }

  /** Of an IPv4 packet. */
  get source4(): Ipv4 {
    return ipv4Src(this.skb.buf, this.skb.data);
  }

  /** Of an IPv4 packet. */
  get destination4(): Ipv4 {
    return ipv4Dst(this.skb.buf, this.skb.data);
  }

  get source(): IpAddress {
    return this.family === 'inet' ? this.source4 : ipv6Src(this.skb.buf, this.skb.data);
  }

  get destination(): IpAddress {
    return this.family === 'inet' ? this.destination4 : ipv6Dst(this.skb.buf, this.skb.data);
  }

  /** Whether the transport header's first `bytes` are in this packet. */
  hasTransport(bytes: number): boolean {
    return this.fragmentOffset === 0 && this.transport + bytes <= this.skb.end;
  }

  /** Makes the packet's bytes its own, so that a target may change them (skb_ensure_writable). */
  makeWritable(): void {
    const before = this.skb.data;
    this.skb.unshare();
    this.transport += this.skb.data - before;
  }
}

/** Whether a packet has what a match asks for. */
export type Test = (packet: HookPacket) => boolean;

/** An address under a mask, which need not be contiguous: both of one family. */
export interface AddressMask {
  readonly address: IpAddress;
  readonly mask: IpAddress;
}

/** Tests the address at `offset4` or `offset6` of the IP header, by the family of `wanted`. */
export function addressTest({ address, mask }: AddressMask, invert: boolean, offset4: number, offset6: number): Test {
  if (typeof address === 'number') {
    const [want, bits] = [address | 0, (mask as Ipv4) | 0];
    return ({ skb }) => {
      const { buf } = skb;
      const o = skb.data + offset4;
      const word = ((buf[o] as number) << 24) | ((buf[o + 1] as number) << 16) | ((buf[o + 2] as number) << 8) | (buf[o + 3] as number);
      return ((word & bits) === want) !== invert;
    };
  }
  const want = ipv6Bytes(address).slice();
  const bits = ipv6Bytes(mask as Ipv6).slice();
  // Bytes behind the mask's last bit need no look.
  let length = 16;
  while (length > 0 && bits[length - 1] === 0) length--;
  return ({ skb }) => {
    const { buf } = skb;
    const o = skb.data + offset6;
    for (let i = 0; i < length; i++) if (((buf[o + i] as number) & (bits[i] as number)) !== want[i]) return invert;
    return !invert;
  };
}
