import { formatIpv4, formatMac, type Ipv4, ipv4Mask } from '../../../base/address.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';
import { type NeighDump, type RouteDump, RT_TABLE_MAIN } from '../../../kernel/rtnetlink/messages.ts';

/** Lines of /proc/net/route are filled with spaces to this width (fib_route_seq_show). */
const ROUTE_WIDTH = 127;

const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2;
const RTF_HOST = 0x4;
const RTF_REJECT = 0x200;

/** The header that a TCP segment leaves out of its maximum size. */
const IP_AND_TCP_HEADER = 40;

/** /proc/net/route: the main table without broadcast and multicast, the first next hop of each route (net/ipv4/fib_trie.c). */
export function routeText(ns: NetNamespace): string {
  // Without a table not even the header is there.
  if (ns.rtnetlink.hasTable?.('inet', RT_TABLE_MAIN) === false) return '';
  const lines = ['Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT'];
  for (const route of ns.rtnetlink.routes('inet', RT_TABLE_MAIN)) {
    if (route.type !== 'broadcast' && route.type !== 'multicast') lines.push(routeLine(ns, route));
  }
  return lines.map((line) => `${line.padEnd(ROUTE_WIDTH)}\n`).join('');
}

function routeLine(ns: NetNamespace, route: RouteDump): string {
  const hop = route.nexthops[0];
  const name = (hop && ns.devices.get(hop.ifindex)?.name) ?? '*';
  const gateway = hop?.gatewayFamily === 'inet' ? (hop.gateway as Ipv4) : 0;
  let flags = RTF_UP;
  if (route.type === 'unreachable' || route.type === 'prohibit') flags |= RTF_REJECT;
  if (gateway !== 0) flags |= RTF_GATEWAY;
  if (route.dstLen === 32) flags |= RTF_HOST;
  const { advmss, window, rtt } = route.metrics?.values ?? {};
  const columns = [
    name,
    storedHex((route.dst as Ipv4 | undefined) ?? 0),
    storedHex(gateway),
    flags.toString(16).toUpperCase().padStart(4, '0'),
    0,
    0,
    route.priority ?? 0,
    storedHex(ipv4Mask(route.dstLen)),
    advmss ? advmss + IP_AND_TCP_HEADER : 0,
    window ?? 0,
    (rtt ?? 0) >> 3,
  ];
  return columns.join('\t');
}

/** An address as a little-endian machine prints the number it is in memory. */
function storedHex(address: Ipv4): string {
  const swapped = ((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24);
  return (swapped >>> 0).toString(16).toUpperCase().padStart(8, '0');
}

const ATF_COM = 0x2;
const ATF_PERM = 0x4;
const ATF_PUBL = 0x8;

/** /proc/net/arp: neighbours that ARP found, NOARP ones left out, then what is answered for others (net/ipv4/arp.c). */
export function arpText(ns: NetNamespace): string {
  let out = 'IP address       HW type     Flags       HW address            Mask     Device\n';
  for (const neigh of ns.rtnetlink.neighbours('inet')) {
    if (neigh.state !== 'NOARP') out += arpLine(ns, neigh, arpFlags(neigh));
  }
  for (const neigh of ns.rtnetlink.neighbours('inet', { proxy: true })) out += arpLine(ns, neigh, ATF_PUBL | ATF_PERM);
  return out;
}

function arpFlags({ state }: NeighDump): number {
  if (state === 'PERMANENT') return ATF_PERM | ATF_COM;
  return state === 'REACHABLE' || state === 'STALE' || state === 'DELAY' || state === 'PROBE' ? ATF_COM : 0;
}

function arpLine(ns: NetNamespace, neigh: NeighDump, flags: number): string {
  const dev = ns.devices.get(neigh.ifindex);
  const address = formatIpv4(neigh.dst as Ipv4).padEnd(16);
  const hardware = `0x${(dev?.type ?? 0).toString(16).padEnd(10)}0x${flags.toString(16).padEnd(10)}`;
  return `${address} ${hardware}${formatMac(neigh.lladdr ?? 0)}     *        ${dev?.name ?? '*'}\n`;
}

/** USER_HZ: hundredths of a second. */
const CLOCK_TICK_NS = 10 * NS_PER_MS;

/** /proc/net/igmp: the groups of each device, the newest first, and when the next report of one is due, in ticks of 10 ms (net/ipv4/igmp.c). */
export function igmpText(ns: NetNamespace): string {
  let out = 'Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n';
  for (const dev of ns.devices.values()) {
    const groups = [...(dev.in4?.groups ?? [])].reverse();
    if (groups.length === 0) continue;
    const version = `V${ns.dataPlane.igmpVersion(dev)}`;
    out += `${dev.ifindex}\t${dev.name.padEnd(10)}: ${String(groups.length).padStart(5)} ${version.padStart(7)}\n`;
    for (const [group, { users, timerNs, reporter }] of groups) {
      const ticks = timerNs === undefined ? 0 : Math.max(0, Math.floor((timerNs - ns.kernel.clock.now) / CLOCK_TICK_NS));
      const timer = `${timerNs === undefined ? 0 : 1}:${ticks.toString(16).toUpperCase().padStart(8, '0')}`;
      out += `\t\t\t\t${storedHex(group)} ${String(users).padStart(5)} ${timer}\t\t${reporter ? 1 : 0}\n`;
    }
  }
  return out;
}
