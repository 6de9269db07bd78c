// IP packets inside the frames that a bridge passes on meet the hooks of IP, too: net/bridge/br_netfilter_hooks.c.
//
//   port → PRE_ROUTING → bridge ┬ FORWARD → POST_ROUTING → port
//                               └ the host's own → stack, whose PRE_ROUTING has been

import { u16 } from '../../base/bytes.ts';
import { type Mac, writeMac } from '../../base/mac-address.ts';
import { isError } from '../../base/result.ts';
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6 } from '../../wire/ethernet.ts';
import {
  IP_DF,
  IPV4_FLAGS_OFFSET,
  IPV4_HLEN,
  ipv4Dst,
  ipv4HeaderLength,
  ipv4Protocol,
  ipv4Src,
  ipv4Tos,
  ipv4TotalLength,
} from '../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6PayloadLength } from '../../wire/ipv6.ts';
import { type Bridge, bridgePort } from '../device/bridge/bridge.ts';
import type { NetDevice } from '../device/net-device.ts';
import { cutIpv4 } from '../ip/ipv4-fragment.ts';
import type { NetStack } from '../ip/net-stack.ts';
import { PACKET_HOST, PACKET_OTHERHOST, type Skb } from '../skb.ts';
import { drop } from '../trace.ts';
import { type HookNumber, type Hooks, NF_INET_FORWARD, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from './hook.ts';

const FIRST = Number.MIN_SAFE_INTEGER;

/** Puts itself into the bridges' hooks of a namespace while its IP hooks are in use, so that bridges pay nothing else. */
export class BridgeNetfilter {
  private readonly stack: NetStack;
  private registered: (() => void)[] = [];

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** The IP hooks have come into use, or gone out of it. */
  readonly update = (): void => {
    const wanted = this.stack.hooks4.used || this.stack.hooks6.used;
    if (wanted === this.registered.length > 0) return;
    for (const unregister of this.registered) unregister();
    const { bridgeHooks } = this.stack.ns;
    this.registered = wanted
      ? [
          bridgeHooks.register(NF_INET_PRE_ROUTING, FIRST, (skb, input) => this.preRouting(skb, input as NetDevice)),
          bridgeHooks.register(NF_INET_FORWARD, FIRST, (skb, input, output) => this.forward(skb, input as NetDevice, output as NetDevice)),
          bridgeHooks.register(NF_INET_POST_ROUTING, FIRST, (skb) => this.postRouting(skb)),
        ]
      : [];
  };

  /** A frame came in by a port: it counts as received by the bridge. */
  private preRouting(skb: Skb, input: NetDevice): boolean {
    const bridge = bridgePort(input)?.bridge;
    const hooks = bridge && this.hooksFor(bridge, skb);
    if (bridge === undefined || hooks === undefined) return true;
    const end = packetEnd(skb);
    if (end === undefined) {
      drop(this.stack.ns, skb, 'IP_INHDR');
      return false;
    }
    skb.end = end;
    skb.prerouted = true;
    const inet = hooks === this.stack.hooks4;
    const before = inet ? ipv4Dst(skb.buf, skb.data) : undefined;
    if (!this.run(hooks, NF_INET_PRE_ROUTING, skb, bridge.dev, undefined, input)) return false;
    if (inet && ipv4Dst(skb.buf, skb.data) !== before) this.redirect(skb, bridge);
    return true;
  }

  /**
   * A rule gave the packet another destination: one behind this bridge gets it as a frame from its sender, without a router between;
   * else the host's own stack takes it (br_nf_pre_routing_finish). A neighbour whose address is not known yet is asked for by the
   * stack, where Linux would let the frame wait.
   */
  private redirect(skb: Skb, { dev }: Bridge): void {
    const neighbour = this.neighbourBehind(skb, dev);
    skb.unshare();
    writeMac(skb.buf, skb.mac, neighbour ?? dev.address);
    if (neighbour === undefined) skb.pktType = PACKET_HOST;
  }

  /** The hardware address of the packet's next hop, if its way leads out of the bridge it came in by. */
  private neighbourBehind({ buf, data, mark }: Skb, dev: NetDevice): Mac | undefined {
    const { ns, arp } = this.stack;
    const dst = ipv4Dst(buf, data);
    const flow = { dst, src: ipv4Src(buf, data), tos: ipv4Tos(buf, data), mark, ipProto: ipv4Protocol(buf, data) };
    const forwarding = ns.ip4.fib.input({ ...flow, iif: dev.ifindex });
    // Without forwarding the packet may go all the same, as if from here.
    const route = isError(forwarding) ? ns.ip4.fib.output({ ...flow, src: 0 }) : forwarding;
    if (isError(route) || route.type !== 'unicast' || route.dev !== dev) return undefined;
    return arp.lookup(dev, typeof route.gateway === 'number' && route.gateway !== 0 ? route.gateway : dst);
  }

  private forward(skb: Skb, input: NetDevice, output: NetDevice): boolean {
    const bridge = bridgePort(output)?.bridge;
    const hooks = bridge && this.hooksFor(bridge, skb);
    if (bridge === undefined || hooks === undefined) return true;
    skb.physIn = input;
    skb.physOut = output;
    return this.run(hooks, NF_INET_FORWARD, skb, bridge.dev, bridge.dev, output);
  }

  /** Of frames that were passed on: those of the host itself have been there on their way out. */
  private postRouting(skb: Skb): boolean {
    const { physOut } = skb;
    const bridge = physOut && bridgePort(physOut)?.bridge;
    const hooks = bridge && this.hooksFor(bridge, skb);
    if (bridge === undefined || hooks === undefined) return true;
    return this.run(hooks, NF_INET_POST_ROUTING, skb, undefined, bridge.dev, physOut);
  }

  /** To the hooks the packet is one for this host, whoever its frame is for. */
  private run(
    hooks: Hooks,
    hook: HookNumber,
    skb: Skb,
    input: NetDevice | undefined,
    output: NetDevice | undefined,
    port: NetDevice | undefined,
  ): boolean {
    const { pktType } = skb;
    if (pktType === PACKET_OTHERHOST) skb.pktType = PACKET_HOST;
    skb.dev = input ?? output;
    const goesOn = hooks.run(hook, skb, input, output);
    skb.dev = port;
    skb.pktType = pktType;
    return goesOn;
  }

  /** The hooks that see a frame of the bridge, if any do: `bridge-nf-call-iptables` and so on, for all bridges or this one. */
  private hooksFor(bridge: Bridge, skb: Skb): Hooks | undefined {
    const { stack } = this;
    const { sysctl } = stack.ns;
    switch (u16(skb.buf, skb.mac + ETH_HLEN - 2)) {
      case ETH_P_IP:
        return stack.hooks4.used && (bridge.nfCallIptables || sysctl.int('net/bridge/bridge-nf-call-iptables') !== 0)
          ? stack.hooks4
          : undefined;
      case ETH_P_IPV6:
        return stack.hooks6.used && (bridge.nfCallIp6tables || sysctl.int('net/bridge/bridge-nf-call-ip6tables') !== 0)
          ? stack.hooks6
          : undefined;
      default:
        return undefined;
    }
  }
}

/**
 * What leaves by a port instead of an IP packet that was passed on and is longer than the port takes (br_nf_dev_queue_xmit), `skb.data` at
 * the IP header: its pieces, or nothing where it must not be cut, and nobody is told. Undefined where the bridge is left to itself. What had
 * been in fragments is cut up no larger than it came.
 */
export function bridgedPieces({ dev, nfCallIptables, nfCallIp6tables }: Bridge, port: NetDevice, skb: Skb): readonly Skb[] | undefined {
  const { sysctl } = dev.ns;
  const type = u16(skb.buf, skb.mac + ETH_HLEN - 2);
  if (type === ETH_P_IPV6) return nfCallIp6tables || sysctl.int('net/bridge/bridge-nf-call-ip6tables') !== 0 ? [] : undefined;
  if (type !== ETH_P_IP || (!nfCallIptables && sysctl.int('net/bridge/bridge-nf-call-iptables') === 0)) return undefined;
  const mayCut = (u16(skb.buf, skb.data + IPV4_FLAGS_OFFSET) & IP_DF) === 0 && skb.fragmentMax <= port.mtu;
  const mtu = skb.fragmentMax === 0 ? port.mtu : skb.fragmentMax;
  return mayCut ? cutIpv4(skb, (mtu - ipv4HeaderLength(skb.buf, skb.data)) & ~7) : [];
}

/** Where the packet in a frame ends, or undefined for none (br_validate_ipv4, br_validate_ipv6). */
function packetEnd({ buf, data, end }: Skb): number | undefined {
  const version = (buf[data] as number) >> 4;
  if (version === 4) {
    if (data + IPV4_HLEN > end || ipv4HeaderLength(buf, data) < IPV4_HLEN) return undefined;
    const whole = data + ipv4TotalLength(buf, data);
    return whole > end ? undefined : whole;
  }
  if (data + IPV6_HLEN > end) return undefined;
  const whole = data + IPV6_HLEN + ipv6PayloadLength(buf, data);
  return whole > end ? undefined : whole;
}
