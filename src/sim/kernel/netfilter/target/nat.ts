// Targets of the table nat: net/netfilter/xt_nat.c, xt_MASQUERADE.c (nf_nat_masquerade.c), xt_REDIRECT.c, xt_NETMAP.c.

import { formatIpv6Bytes, IPV6_LOOPBACK, type Ipv4, type Ipv6, ipv6Bytes } from '../../../base/address.ts';
import { ipv4Dst } from '../../../wire/ipv4.ts';
import { ipv6Dst } from '../../../wire/ipv6.ts';
import type { NetDevice } from '../../device/net-device.ts';
import type { Route4 } from '../../route/route.ts';
import { IFA_F_DEPRECATED, IFA_F_TENTATIVE, SCOPE_UNIVERSE } from '../../rtnetlink/messages.ts';
import type { Conntrack } from '../conntrack/entry.ts';
import { NF_INET_LOCAL_OUT } from '../hook.ts';
import { manipulationAt } from '../nat/hook.ts';
import type { NatPorts, NatRange } from '../nat/range.ts';
import { NO_RANGE } from '../nat/range.ts';
import { setupNat } from '../nat/setup.ts';
import type { HookPacket } from '../packet.ts';
import type { Verdict } from './target.ts';

/** Gives connections another source. */
export interface SnatTarget {
  readonly name: 'SNAT';
  readonly range: NatRange;
}

/** Gives connections another destination. */
export interface DnatTarget {
  readonly name: 'DNAT';
  readonly range: NatRange;
}

/** Gives connections the address of the device they leave by as their source, as long as it has it. */
export interface MasqueradeTarget {
  readonly name: 'MASQUERADE';
  readonly ports: NatPorts | undefined;
  readonly random: NatRange['random'];
}

/** Sends connections to this host itself. */
export interface RedirectTarget {
  readonly name: 'REDIRECT';
  readonly ports: NatPorts | undefined;
  readonly random: 'no' | 'ports';
}

/** Maps a network to another of the same size, hosts keep their number in it. */
export interface NetmapTarget {
  readonly name: 'NETMAP';
  readonly network: Ipv4 | Ipv6;
  readonly mask: Ipv4 | Ipv6;
}

export type NatTarget = SnatTarget | DnatTarget | MasqueradeTarget | RedirectTarget | NetmapTarget;

/** Decides the NAT of the packet's connection. */
export function translate(target: NatTarget, packet: HookPacket): Verdict {
  const { ct } = packet.skb;
  if (ct === undefined) return 'continue';
  switch (target.name) {
    case 'SNAT':
      return apply(packet, ct, target.range, 'source');
    case 'DNAT':
      return apply(packet, ct, target.range, 'destination');
    case 'MASQUERADE':
      return masquerade(target, packet, ct);
    case 'REDIRECT':
      return redirect(target, packet, ct);
    case 'NETMAP':
      return netmap(target, packet, ct);
  }
}

function apply({ stack }: HookPacket, ct: Conntrack, range: NatRange, manipulation: 'source' | 'destination'): Verdict {
  setupNat(stack.conntracks, ct, range, manipulation);
  return 'accept';
}

function masquerade(target: MasqueradeTarget, packet: HookPacket, ct: Conntrack): Verdict {
  const { original } = ct;
  const output = packet.output as NetDevice;
  // What has no source address yet (DHCP) keeps it.
  if (!original.inet6 && original.src0 === 0) return 'accept';
  const address = original.inet6 ? masqueradeAddress6(packet, output) : masqueradeAddress4(packet, output);
  if (address === undefined) return 'drop';
  ct.masqueradeIfindex = output.ifindex;
  const { ports, random } = target;
  return apply(packet, ct, { ...NO_RANGE, addresses: { from: address, to: address }, ports, random }, 'source');
}

/** The device's address towards the next hop. */
function masqueradeAddress4({ stack, skb }: HookPacket, output: NetDevice): Ipv4 | undefined {
  const route = skb.dst as Route4 | undefined;
  const nexthop = typeof route?.gateway === 'number' ? route.gateway : ipv4Dst(skb.buf, skb.data);
  const address = stack.ns.ip4.selectSource(output, nexthop, SCOPE_UNIVERSE);
  return address === 0 ? undefined : address;
}

function masqueradeAddress6({ stack, skb }: HookPacket, output: NetDevice): Ipv6 | undefined {
  const address = stack.ns.ip6.selectSource(output, ipv6Dst(skb.buf, skb.data));
  return address === undefined || address === '::' ? undefined : address;
}

/** To loopback if it comes from here, else to the address of the device it came in on. */
function redirect({ ports, random }: RedirectTarget, packet: HookPacket, ct: Conntrack): Verdict {
  const { inet6 } = ct.original;
  const local = packet.hook === NF_INET_LOCAL_OUT;
  const address = local ? (inet6 ? IPV6_LOOPBACK : LOOPBACK4) : firstAddress(packet.input, inet6);
  if (address === undefined) return 'drop';
  return apply(packet, ct, { ...NO_RANGE, addresses: { from: address, to: address }, ports, random }, 'destination');
}

/** 127.0.0.1 */
const LOOPBACK4: Ipv4 = 0x7f00_0001;

function firstAddress(dev: NetDevice | undefined, inet6: boolean): Ipv4 | Ipv6 | undefined {
  if (!inet6) return dev?.in4?.addresses[0]?.local;
  return dev?.in6?.addresses.find(({ flags }) => (flags & (IFA_F_TENTATIVE | IFA_F_DEPRECATED)) === 0)?.address;
}

function netmap({ network, mask }: NetmapTarget, packet: HookPacket, ct: Conntrack): Verdict {
  const manipulation = manipulationAt(packet.hook);
  // As it is by now: the other kind of NAT may have been before.
  const now = manipulation === 'source' ? ct.reply.destination : ct.reply.source;
  const mapped =
    typeof now === 'number' ? ((now & ~(mask as Ipv4)) | (network as Ipv4)) >>> 0 : mapIpv6(now, network as Ipv6, mask as Ipv6);
  return apply(packet, ct, { ...NO_RANGE, addresses: { from: mapped, to: mapped } }, manipulation);
}

function mapIpv6(address: Ipv6, network: Ipv6, mask: Ipv6): Ipv6 {
  const [a, n, m] = [ipv6Bytes(address), ipv6Bytes(network), ipv6Bytes(mask)];
  return formatIpv6Bytes(
    a.map((byte, i) => (byte & ~(m[i] as number)) | (n[i] as number)),
    0,
  );
}
