import type { Ipv4 } from '../../base/ipv4-address.ts';
import { ipv4Dst, ipv4FragmentOffset, ipv4HeaderLength, ipv4Protocol, ipv4Src } from '../../wire/ipv4.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetStack } from '../ip/net-stack.ts';
import type { Skb } from '../skb.ts';
import type { HookNumber } from './hook.ts';

/** An IPv4 packet at a hook, as matches and targets see it (struct nft_pktinfo, struct xt_action_param). */
export class HookPacket {
  readonly stack: NetStack;
  readonly skb: Skb;
  readonly hook: HookNumber;
  readonly input: NetDevice | undefined;
  readonly output: NetDevice | undefined;
  readonly protocol: number;
  /** In units of 8 bytes: matches on ports never see later fragments. */
  readonly fragmentOffset: number;
  /** Where the transport header begins in `skb.buf`. */
  readonly transport: number;

  constructor(stack: NetStack, skb: Skb, hook: HookNumber, input: NetDevice | undefined, output: NetDevice | undefined) {
    this.stack = stack;
    this.skb = skb;
    this.hook = hook;
    this.input = input;
    this.output = output;
    this.protocol = ipv4Protocol(skb.buf, skb.data);
    this.fragmentOffset = ipv4FragmentOffset(skb.buf, skb.data);
    this.transport = skb.data + ipv4HeaderLength(skb.buf, skb.data);
  }

  get source(): Ipv4 {
    return ipv4Src(this.skb.buf, this.skb.data);
  }

  get destination(): Ipv4 {
    return ipv4Dst(this.skb.buf, this.skb.data);
  }

  /** Whether the transport header's first `bytes` are in this packet. */
  hasTransport(bytes: number): boolean {
    return this.fragmentOffset === 0 && this.transport + bytes <= this.skb.end;
  }
}

/** Whether a packet has what a match asks for. */
export type Test = (packet: HookPacket) => boolean;
