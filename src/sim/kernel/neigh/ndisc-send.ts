// Neighbour discovery messages sent: the ndisc_send_* functions of net/ipv6/ndisc.c.

import { type Ipv6, isLinkLocalIpv6, solicitedNode } from '../../base/ipv6-address.ts';
import type { Mac } from '../../base/mac-address.ts';
import { isError } from '../../base/result.ts';
import {
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_SOLICITATION,
} from '../../wire/icmpv6.ts';
import { IPPROTO_ICMPV6 } from '../../wire/ip-protocol.ts';
import { IPV6_HLEN, IPV6_MIN_MTU } from '../../wire/ipv6.ts';
import {
  encodeNd,
  ND_HOP_LIMIT,
  ND_OPT_REDIRECT_HDR,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  ND_REDIRECT_HLEN,
  type NdMessage,
  type NdOption,
} from '../../wire/ndp.ts';
import { IFF_LOOPBACK, type NetDevice } from '../device/net-device.ts';
import { conf6 } from '../ip/conf.ts';
import type { InterfaceAddress6 } from '../ip/inet6.ts';
import { ip6Send, linkRoute6 } from '../ip/ipv6-output.ts';
import type { NetStack } from '../ip/net-stack.ts';
import { IFA_F_TENTATIVE } from '../rtnetlink/messages.ts';
import { Skb } from '../skb.ts';

/** Option 14: the nonce by which a host knows its own probe when it comes back (RFC 3971, RFC 7527). */
export const ND_OPT_NONCE = 14;

/** An address of the device, tentative ones included. */
export function findAddress6(dev: NetDevice, address: Ipv6): InterfaceAddress6 | undefined {
  for (const ifa of dev.ns.ip6.addressesOf(dev)) if (ifa.address === address) return ifa;
  return undefined;
}

/** The device's link-local address, once it is known to be unique (ipv6_get_lladdr). */
export function linkLocalAddress(dev: NetDevice): Ipv6 | undefined {
  for (const ifa of dev.ns.ip6.addressesOf(dev)) {
    if (isLinkLocalIpv6(ifa.address) && (ifa.flags & IFA_F_TENTATIVE) === 0) return ifa.address;
  }
  return undefined;
}

export class NdiscSender {
  private readonly stack: NetStack;
  /** Nonces of duplicate address probes under way, by device and address. */
  private nonces: WeakMap<NetDevice, Map<Ipv6, Uint8Array>> | undefined = undefined;

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  /** Who has `target`? Asked from `source`, or the link-local address; not at all while there is none (ndisc_send_ns). */
  neighbourSolicitation(dev: NetDevice, target: Ipv6, to: Ipv6, source?: Ipv6): void {
    const from = source ?? linkLocalAddress(dev);
    if (from === undefined) return;
    this.send(dev, { type: NDISC_NEIGHBOUR_SOLICITATION, target, options: this.linkOption(dev, ND_OPT_SOURCE_LL_ADDR) }, from, to);
  }

  /** A duplicate address probe (RFC 4862, 5.4.2), with a nonce where `enhanced_dad` is on. */
  dadSolicitation(dev: NetDevice, target: Ipv6): void {
    const options: NdOption[] = [];
    if (conf6(dev, 'enhanced_dad') !== 0) {
      const nonce = this.stack.ns.kernel.random.bytes(6);
      this.nonces ??= new WeakMap();
      let ofDevice = this.nonces.get(dev);
      if (!ofDevice) {
        ofDevice = new Map();
        this.nonces.set(dev, ofDevice);
      }
      ofDevice.set(target, nonce);
      options.push({ type: 'other', code: ND_OPT_NONCE, data: nonce });
    }
    this.send(dev, { type: NDISC_NEIGHBOUR_SOLICITATION, target, options }, '::', solicitedNode(target));
  }

  nonceOf(dev: NetDevice, target: Ipv6): Uint8Array | undefined {
    return this.nonces?.get(dev)?.get(target);
  }

  /** `target` is at our link-layer address, which is told where `withAddress` (ndisc_send_na). */
  neighbourAdvertisement(dev: NetDevice, to: Ipv6, target: Ipv6, flags: number, withAddress: boolean): void {
    const own = findAddress6(dev, target) !== undefined;
    const source = own ? target : this.stack.ns.ip6.selectSource(dev, to);
    if (source === '::') return;
    const told = withAddress || conf6(dev, 'force_tllao') !== 0;
    const options = told ? this.linkOption(dev, ND_OPT_TARGET_LL_ADDR) : [];
    this.send(dev, { type: NDISC_NEIGHBOUR_ADVERTISEMENT, flags, target, options }, source, to);
  }

  /** Is there a router? From the link-local address, or from `::` without telling the link-layer one (ndisc_send_rs). */
  routerSolicitation(dev: NetDevice, source: Ipv6): void {
    const options = source === '::' ? [] : this.linkOption(dev, ND_OPT_SOURCE_LL_ADDR);
    this.send(dev, { type: NDISC_ROUTER_SOLICITATION, options }, source, 'ff02::2');
  }

  /** Tells `to` that `target` is the better next hop to `dst`, quoting the packet (ndisc_send_redirect). */
  redirect(dev: NetDevice, to: Ipv6, target: Ipv6, dst: Ipv6, lladdr: Mac | undefined, packet: Skb): void {
    const { ns } = this.stack;
    const source = linkLocalAddress(dev);
    if (source === undefined) return;
    const back = ns.ip6.fib.output({ dst: to, src: source, oif: dev.ifindex });
    if (isError(back) || back.gateway !== undefined) return;
    const options: NdOption[] = lladdr === undefined ? [] : [{ type: ND_OPT_TARGET_LL_ADDR, mac: lladdr }];
    const room = (IPV6_MIN_MTU - IPV6_HLEN - ND_REDIRECT_HLEN - 8 * options.length - 8) & ~7;
    const quoted = packet.buf.slice(packet.data, packet.data + (Math.min(packet.length, room) & ~7));
    options.push({ type: ND_OPT_REDIRECT_HDR, packet: quoted });
    this.send(dev, { type: NDISC_REDIRECT, target, dst, options }, source, to);
  }

  private linkOption(dev: NetDevice, type: typeof ND_OPT_SOURCE_LL_ADDR | typeof ND_OPT_TARGET_LL_ADDR): NdOption[] {
    return (dev.flags & IFF_LOOPBACK) !== 0 ? [] : [{ type, mac: dev.address }];
  }

  private send(dev: NetDevice, message: NdMessage, source: Ipv6, to: Ipv6): void {
    const bytes = encodeNd(message, source, to);
    const skb = Skb.alloc(bytes.length);
    skb.buf.set(bytes, skb.data);
    ip6Send(this.stack, skb, linkRoute6(dev, to), source, to, IPPROTO_ICMPV6, {
      hopLimit: ND_HOP_LIMIT,
      trafficClass: conf6(dev, 'ndisc_tclass'),
      flowLabel: 0,
      mark: 0,
      loop: false,
    });
  }
}
