import { IPV6_ALL_NODES, type Ipv6, ipv6Bytes } from '../../../base/address.ts';
import { hex } from '../../../base/bytes.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { type RouteDump, RT_TABLE_LOCAL, RT_TABLE_MAIN, SCOPE_HOST, SCOPE_LINK, SCOPE_SITE } from '../../../kernel/rtnetlink/messages.ts';

/** IPV6_ADDR_* bits of a scope, include/net/ipv6.h. */
const SCOPE_BITS: Readonly<Record<number, number>> = { [SCOPE_HOST]: 0x10, [SCOPE_LINK]: 0x20, [SCOPE_SITE]: 0x40 };

/** /proc/net/if_inet6 (net/ipv6/addrconf.c); Linux lists it in the order of a hash table. */
export function ifInet6Text(ns: NetNamespace): string {
  let out = '';
  for (const address of ns.rtnetlink.addresses('inet6')) {
    const name = ns.devices.get(address.ifindex)?.name ?? '';
    const scope = SCOPE_BITS[address.scope] ?? 0;
    const numbers = [address.ifindex, address.prefixLen, scope, address.flags & 0xff].map(hexByte).join(' ');
    out += `${addressHex(address.local as Ipv6)} ${numbers} ${name.padStart(8)}\n`;
  }
  return out;
}

const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2;
const RTF_REJECT = 0x200;
const RTF_ADDRCONF = 0x40000;
const RTF_ANYCAST = 0x100000;
const RTF_NONEXTHOP = 0x200000;
const RTF_EXPIRES = 0x400000;
const RTF_LOCAL = 0x80000000;
const RTPROT_RA = 9;

const NO_ADDRESS = '0'.repeat(32);

/** The entry a table without a default route ends with (fib6_null_entry). */
const NULL_ENTRY = `${NO_ADDRESS} 00 ${NO_ADDRESS} 00 ${NO_ADDRESS} ffffffff 00000001 00000000 00200200       lo\n`;

/** /proc/net/ipv6_route: every table, each ending with its default routes (ipv6_route_native_seq_show in net/ipv6/ip6_fib.c). */
export function ipv6RouteText(ns: NetNamespace): string {
  const routes = ns.rtnetlink.routes('inet6');
  const tables = new Set([RT_TABLE_MAIN, ...routes.map((route) => route.table), RT_TABLE_LOCAL]);
  let out = '';
  for (const table of tables) {
    const own = routes.filter((route) => route.table === table);
    for (const route of own) out += routeLine(ns, route);
    if (!own.some((route) => route.dstLen === 0)) out += NULL_ENTRY;
  }
  return out;
}

function routeLine(ns: NetNamespace, route: RouteDump): string {
  const hop = route.nexthops[0];
  const dst = `${addressHex(route.dst as Ipv6 | undefined)} ${hexByte(route.dstLen)}`;
  const src = `${addressHex(route.src as Ipv6 | undefined)} ${hexByte(route.srcLen)}`;
  const gateway = addressHex(hop?.gateway as Ipv6 | undefined);
  // References other than the table's own are not counted here; the entry of a local address has one more.
  const numbers = [route.priority ?? 0, route.type === 'local' ? 2 : 1, 0, routeFlags(route)].map(hexWord).join(' ');
  const name = (hop && ns.devices.get(hop.ifindex)?.name) ?? 'lo';
  return `${dst} ${src} ${gateway} ${numbers} ${name.padStart(8)}\n`;
}

function routeFlags(route: RouteDump): number {
  let flags = RTF_UP;
  switch (route.type) {
    case 'local':
      flags += RTF_LOCAL + RTF_NONEXTHOP;
      break;
    case 'anycast':
      flags += RTF_ANYCAST + RTF_NONEXTHOP;
      break;
    case 'unreachable':
    case 'blackhole':
    case 'prohibit':
    case 'throw':
      return RTF_REJECT + RTF_NONEXTHOP;
    default:
      if (route.nexthops[0]?.gateway !== undefined) flags += RTF_GATEWAY;
  }
  if (route.protocol === RTPROT_RA) flags += RTF_ADDRCONF;
  if (route.expires !== undefined) flags += RTF_EXPIRES;
  return flags;
}

/** /proc/net/igmp6: the groups of each device, the newest first (net/ipv6/mcast.c). */
export function igmp6Text(ns: NetNamespace): string {
  let out = '';
  for (const dev of ns.devices.values()) {
    for (const group of [...ns.ip6.groupsOf(dev)].reverse()) {
      out += `${String(dev.ifindex).padEnd(4)} ${dev.name.padEnd(15)} ${addressHex(group)} ${'1'.padStart(5)} ${groupFlags(group)} 0\n`;
    }
  }
  return out;
}

/** MAF_* flags: reports are sent for all groups but those of all nodes. */
function groupFlags(group: Ipv6): string {
  if (group === IPV6_ALL_NODES) return '0000000C';
  return group.startsWith('ff01:') ? '00000008' : '00000004';
}

function addressHex(address: Ipv6 | undefined): string {
  return address === undefined ? NO_ADDRESS : hex(ipv6Bytes(address));
}

function hexByte(n: number): string {
  return n.toString(16).padStart(2, '0');
}

function hexWord(n: number): string {
  return n.toString(16).padStart(8, '0');
}
