import { type Ipv6, ipv6Bytes, ipv6PrefixContains, isLinkLocalIpv6, isMulticastIpv6 } from '../../base/address.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { NetNamespace } from '../netns.ts';
import { IFA_F_DADFAILED, IFA_F_DEPRECATED, IFA_F_OPTIMISTIC, IFA_F_TENTATIVE } from '../rtnetlink/messages.ts';
import type { Inet6Address } from './inet6-device.ts';

// Source address selection: RFC 6724, section 5, as ipv6_dev_get_saddr in net/ipv6/addrconf.c follows it.

/** Scopes of RFC 4291: interface-local 1, link-local 2, site-local 5, global 14. */
function scope(address: Ipv6): number {
  if (isMulticastIpv6(address)) return (ipv6Bytes(address)[1] as number) & 15;
  if (address === '::1' || isLinkLocalIpv6(address)) return 2;
  return /^fe[c-f]/.test(address) ? 5 : 14;
}

/** The policy table of RFC 6724, 2.1: prefix, length, label. */
const LABELS: readonly (readonly [Ipv6, number, number])[] = [
  ['::1', 128, 0],
  ['::ffff:0.0.0.0', 96, 4],
  ['::', 96, 3],
  ['2001::', 32, 6],
  ['2001:10::', 28, 7],
  ['2002::', 16, 2],
  ['fec0::', 10, 11],
  ['fc00::', 7, 5],
];

function label(address: Ipv6): number {
  return LABELS.find(([prefix, length]) => ipv6PrefixContains(prefix, length, address))?.[2] ?? 1;
}

function commonBits(a: Ipv6, b: Ipv6, limit: number): number {
  const x = ipv6Bytes(a);
  const y = ipv6Bytes(b);
  for (let i = 0; i < 16; i++) {
    const difference = (x[i] as number) ^ (y[i] as number);
    if (difference !== 0) return Math.min(limit, 8 * i + Math.clz32(difference) - 24);
  }
  return limit;
}

/** The best source towards `dst` for a packet that leaves by `dev`; link-local destinations only from that device. */
export function selectSource6(ns: NetNamespace, dev: NetDevice, dst: Ipv6): Ipv6 | undefined {
  const onlyDevice = isLinkLocalIpv6(dst) || (isMulticastIpv6(dst) && scope(dst) <= 2) || dev.in6?.conf.use_oif_addrs_only === 1;
  let best: Inet6Address | undefined;
  for (const candidateDev of onlyDevice ? [dev] : ns.devices.values()) {
    for (const address of candidateDev.in6?.addresses ?? []) {
      if ((address.flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) !== 0 && (address.flags & IFA_F_OPTIMISTIC) === 0) continue;
      if (address.address !== '::' && (best === undefined || isBetter(address, best, dev, dst))) best = address;
    }
  }
  return best?.address;
}

function isBetter(a: Inet6Address, b: Inet6Address, dev: NetDevice, dst: Ipv6): boolean {
  for (const rule of RULES) {
    const difference = rule(a, dev, dst) - rule(b, dev, dst);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Rules 1, 2, 3, 5, 6 and 8: each gives the greater number to the better address. */
const RULES: readonly ((address: Inet6Address, dev: NetDevice, dst: Ipv6) => number)[] = [
  (address, _dev, dst) => (address.address === dst ? 1 : 0),
  // Wide enough is better than too narrow; among the wide enough, the narrowest.
  (address, _dev, dst) => {
    const own = scope(address.address);
    return own >= scope(dst) ? -own : own - 128;
  },
  (address) => ((address.flags & (IFA_F_DEPRECATED | IFA_F_OPTIMISTIC)) === 0 ? 1 : 0),
  (address, dev) => (address.device.dev === dev ? 1 : 0),
  (address, _dev, dst) => (label(address.address) === label(dst) ? 1 : 0),
  (address, _dev, dst) => commonBits(address.address, dst, address.prefixLen),
];
