import type { Mac } from '../../../base/address.ts';
import { u16 } from '../../../base/bytes.ts';
import { formatIpv4, isMulticastIpv4 } from '../../../base/ipv4-address.ts';
import { isMulticastIpv6 } from '../../../base/ipv6-address.ts';
import { formatMac, isMulticastMac, readMac } from '../../../base/mac-address.ts';
import { isError } from '../../../base/result.ts';
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6, ETH_SRC, ETH_TYPE } from '../../../wire/ethernet.ts';
import { IPPROTO_UDP } from '../../../wire/ip-protocol.ts';
import { IPV4_HLEN, ipv4DontFragment, ipv4Tos, ipv4Ttl } from '../../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6HopLimit, ipv6TrafficClass } from '../../../wire/ipv6.ts';
import { VXLAN_HLEN, writeVxlan } from '../../../wire/vxlan.ts';
import { flowHash } from '../../flow-hash.ts';
import type { Route4, Route6 } from '../../route/route.ts';
import type { IpAddress } from '../../rtnetlink/messages.ts';
import type { Skb } from '../../skb.ts';
import { drop, traceBranch, traceStep } from '../../trace.ts';
import type { NetDevice } from '../net-device.ts';
import { enqueueRx } from '../receive.ts';
import { announceMiss, snoop } from './fdb.ts';
import { checkPathMtu } from './path-mtu.ts';
import { arpReduce, neighReduce, routeShortcircuit } from './reduce.ts';
import { headroom, isAnyAddress, type Vxlan, type VxlanFdbEntry, type VxlanRemote, vxlansOf } from './vxlan.ts';

// A frame leaves by a vxlan: vxlan_xmit and vxlan_xmit_one of drivers/net/vxlan/vxlan_core.c.
//
//   frame → (proxy: answered here) → look up the address ┬ known   → its place
//                                                        └ unknown → every place of the flood list
//   place → route in the tunnel's namespace → VXLAN, UDP and IP headers → out as any packet of the host

/** `vxlan_xmit`. `skb.mac` and `skb.data` are at the Ethernet header. */
export function vxlanXmit(dev: NetDevice, skb: Skb): void {
  const vxlan = dev.priv as Vxlan;
  const { config, fdb } = vxlan;
  if (config.external) {
    dev.stats.txDropped++;
    return drop(dev.ns, skb, 'TUNNEL_TXINFO', `nobody said where ${dev.name} is to send it`);
  }
  if (config.proxy && (arpReduce(vxlan, skb) || neighReduce(vxlan, skb))) return;
  const { vni } = config;
  const now = vxlan.net.kernel.clock.now;
  let entry = find(vxlan, readMac(skb.buf, skb.mac), vni, now);
  let shortcut = false;
  if (entry?.router === true && config.rsc) {
    shortcut = routeShortcircuit(vxlan, skb);
    if (shortcut) entry = find(vxlan, readMac(skb.buf, skb.mac), vni, now);
  }
  const { trace } = dev.ns.kernel;
  if (trace.on) traceLookUp(vxlan, skb, entry);
  if (entry === undefined) {
    entry = fdb.all(vni);
    if (entry === undefined) {
      const mac = readMac(skb.buf, skb.mac);
      if (config.l2miss && !isMulticastMac(mac)) announceMiss(vxlan, { mac });
      dev.stats.txDropped++;
      return drop(dev.ns, skb, 'VXLAN_NO_REMOTE', `${dev.name} does not know where to send it`);
    }
    entry.usedNs = now;
  }
  // The first place gets the frame itself, after the others have got copies.
  const { remotes } = entry;
  for (let i = 1; i < remotes.length; i++) {
    const copy = skb.clone();
    if (trace.on) traceBranch(dev.ns, dev, copy, skb, 'copy');
    xmitOne(vxlan, copy, remotes[i] as VxlanRemote, shortcut);
  }
  xmitOne(vxlan, skb, remotes[0] as VxlanRemote, shortcut);
}

function find(vxlan: Vxlan, mac: Mac, vni: number, now: number): VxlanFdbEntry | undefined {
  const entry = vxlan.fdb.find(mac, vni);
  if (entry !== undefined) entry.usedNs = now;
  return entry;
}

function traceLookUp(vxlan: Vxlan, skb: Skb, entry: VxlanFdbEntry | undefined): void {
  const { dev } = vxlan;
  const mac = formatMac(readMac(skb.buf, skb.mac));
  traceStep(dev.ns, dev, skb, {
    kind: 'fdb',
    mac,
    port: entry && formatPlace(entry.remotes[0]?.ip ?? 0),
    flood: entry === undefined,
    vid: 0,
  });
}

function formatPlace(ip: IpAddress): string {
  return typeof ip === 'string' ? ip : formatIpv4(ip);
}

/** To one place (`vxlan_xmit_one`). */
function xmitOne(vxlan: Vxlan, skb: Skb, remote: VxlanRemote, shortcut: boolean): void {
  const { dev, config, net } = vxlan;
  if (isAnyAddress(remote.ip)) {
    if (shortcut) return bypass(vxlan, vxlan, skb, true);
    dev.stats.txDropped++;
    return drop(dev.ns, skb, 'VXLAN_NO_REMOTE', 'the entry names no end point');
  }
  const dstPort = remote.port || config.dstPort;
  const vni = remote.vni || config.vni;
  const inner = innerPacket(skb);
  const srcPort = sourcePort(vxlan, skb);
  const tos = config.tos === 1 ? inner.tos : config.tos;
  const ttl = config.ttlInherit ? inner.ttl : config.ttl || (isGroup(remote.ip) ? 1 : 0);
  const route = lookUp(vxlan, skb, remote, tos, srcPort, dstPort);
  if (route === undefined) return;
  if (route.type === 'local') {
    const other = findVni(vxlan, vni, dstPort);
    if (other !== undefined) return bypass(vxlan, other, skb, true);
    dev.stats.txErrors++;
    return drop(dev.ns, skb, 'VXLAN_VNI_NOT_FOUND', `this host has no VNI ${vni} on port ${dstPort}`);
  }
  if (checkPathMtu(vxlan, skb, route.mtu - headroom(config))) return bypass(vxlan, vxlan, skb, false);
  const dontFragment = config.df === 'set' || (config.df === 'inherit' && inner.dontFragment);
  const length = skb.end - skb.mac - ETH_HLEN;
  const { trace } = dev.ns.kernel;
  if (trace.on) traceStep(dev.ns, dev, skb, { kind: 'encapsulate', what: `VXLAN vni ${vni} to ${formatPlace(remote.ip)}` });
  skb.data = skb.mac;
  // Room for all that follows is made at once.
  skb.push(headroom(config));
  skb.data += headroom(config) - VXLAN_HLEN;
  writeVxlan(skb.buf, skb.data, vni);
  skb.mac = -1;
  const common = {
    ttl,
    tos: (tos & ~ECN_MASK) | (inner.ecn === ECN_CE ? ECN_ECT_0 : inner.ecn),
    dontFragment,
    label: config.label,
    srcPort,
    dstPort,
    checksum: config.family === 'inet' ? config.udpcsum : !config.udp6zerocsumtx,
    crossesNetns: net !== dev.ns,
  };
  const source = isAnyAddress(config.local) ? route.source : config.local;
  const sent = net.dataPlane.udpTunnelXmit(
    skb,
    config.family === 'inet'
      ? { ...common, family: 'inet', route: route as Route4, src: source as number, dst: remote.ip as number }
      : { ...common, family: 'inet6', route: route as Route6, src: source as string, dst: remote.ip as string },
  );
  const { stats } = dev;
  if (sent) {
    stats.txPackets++;
    stats.txBytes += length;
  } else if (config.family === 'inet') stats.txDropped++;
  else stats.txErrors++;
}

const ECN_MASK = 3;
const ECN_ECT_0 = 2;
const ECN_CE = 3;

interface InnerPacket {
  readonly tos: number;
  readonly ttl: number;
  readonly ecn: number;
  readonly dontFragment: boolean;
}

const NO_IP: InnerPacket = { tos: 0, ttl: 0, ecn: 0, dontFragment: false };

/** What of the inner IP header may be taken over into the outer one. IPv6 never fragments on its way. */
function innerPacket(skb: Skb): InnerPacket {
  const b = skb.buf;
  const ip = skb.mac + ETH_HLEN;
  const type = u16(b, skb.mac + ETH_TYPE);
  if (type === ETH_P_IP && ip + IPV4_HLEN <= skb.end) {
    const tos = ipv4Tos(b, ip);
    return { tos, ttl: ipv4Ttl(b, ip), ecn: tos & ECN_MASK, dontFragment: ipv4DontFragment(b, ip) };
  }
  if (type === ETH_P_IPV6 && ip + IPV6_HLEN <= skb.end) {
    const tos = ipv6TrafficClass(b, ip);
    return { tos, ttl: ipv6HopLimit(b, ip), ecn: tos & ECN_MASK, dontFragment: true };
  }
  return NO_IP;
}

function isGroup(address: IpAddress): boolean {
  return typeof address === 'number' ? isMulticastIpv4(address) : isMulticastIpv6(address);
}

/** A port for each flow, so that routers on the way may spread flows over several paths (`udp_flow_src_port`). */
function sourcePort({ net, config }: Vxlan, skb: Skb): number {
  let { portLow: low, portHigh: high } = config;
  if (low >= high) [low, high] = localPorts(net.sysctl.read('net/ipv4/ip_local_port_range'));
  const hash = flowHash(skb.buf, skb.mac, skb.end);
  return Math.floor((hash * (high - low)) / 0x1_0000_0000) + low;
}

const DEFAULT_PORTS = [32768, 60999] as const;
/** The range as it was last read: it is asked for with every frame. */
let lastRange: unknown;
let lastPorts: readonly [low: number, high: number] = DEFAULT_PORTS;

function localPorts(range: unknown): readonly [low: number, high: number] {
  if (range === lastRange || typeof range !== 'string') return lastPorts;
  const [low = DEFAULT_PORTS[0], high = DEFAULT_PORTS[1]] = range.trim().split(/\s+/).map(Number);
  lastRange = range;
  lastPorts = [low, high];
  return lastPorts;
}

/** The route to the other end (`udp_tunnel_dst_lookup`); counted and dropped where there is none, or where it leads back here. */
function lookUp(vxlan: Vxlan, skb: Skb, remote: VxlanRemote, tos: number, sport: number, dport: number): Route4 | Route6 | undefined {
  const { dev, config, net } = vxlan;
  // Written out twice: objects that are spread cost more than all the rest of a frame's way.
  const dscp = tos & ~ECN_MASK;
  const route =
    config.family === 'inet'
      ? net.ip4.fib.output({
          dst: remote.ip as number,
          src: config.local as number,
          tos: dscp,
          oif: remote.link,
          ipProto: IPPROTO_UDP,
          sport,
          dport,
        })
      : net.ip6.fib.output({
          dst: remote.ip as string,
          src: config.local as string,
          tos: dscp,
          oif: remote.link,
          ipProto: IPPROTO_UDP,
          sport,
          dport,
        });
  if (!isError(route) && route.dev !== dev) return route;
  dev.stats.txErrors++;
  if (isError(route)) dev.stats.txCarrierErrors++;
  else dev.stats.collisions++;
  drop(dev.ns, skb, 'IP_OUTNOROUTES', isError(route) ? `no route to ${formatPlace(remote.ip)}` : 'the tunnel leads into itself');
  return undefined;
}

/** Another vxlan of this host's that would get the packet (`vxlan_find_vni`). */
function findVni(vxlan: Vxlan, vni: number, dstPort: number): Vxlan | undefined {
  for (const other of vxlansOf(vxlan.net)) {
    const { config } = other;
    if (other.release !== undefined && config.vni === vni && config.dstPort === dstPort && config.family === vxlan.config.family)
      return other;
  }
  return undefined;
}

/** Into another vxlan of this host without a tunnel, or back into this one (`vxlan_encap_bypass`). */
function bypass(from: Vxlan, to: Vxlan, skb: Skb, learns: boolean): void {
  const length = skb.end - skb.mac - ETH_HLEN;
  skb.data = skb.mac;
  if (learns && to.config.learning) {
    const loopback = from.config.family === 'inet' ? 0x7f000001 : '::1';
    snoop(to, loopback, readMac(skb.buf, skb.mac + ETH_SRC), 0, to.config.vni);
  }
  from.dev.stats.txPackets++;
  from.dev.stats.txBytes += length;
  const { dev } = to;
  if (!dev.up) {
    dev.stats.rxDropped++;
    return drop(dev.ns, skb, 'DEV_READY', `${dev.name} is down`);
  }
  dev.stats.rxPackets++;
  dev.stats.rxBytes += length;
  skb.dev = dev;
  enqueueRx(dev, skb);
}
