import { setU16, u16 } from '../../../base/bytes.ts';
import { isMulticastMac, readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_P_IP, ETH_P_IPV6, ETH_SRC, ETH_TYPE } from '../../../wire/ethernet.ts';
import { IPV4_HLEN, IPV4_TOS, ipv4SetChecksum, ipv4Src, ipv4Tos, ipv4Version } from '../../../wire/ipv4.ts';
import { IPV6_HLEN, ipv6Src, ipv6TrafficClass } from '../../../wire/ipv6.ts';
import { UDP_HLEN } from '../../../wire/udp.ts';
import { VXLAN_FLAG_VNI, VXLAN_HLEN, vxlanVni } from '../../../wire/vxlan.ts';
import type { NetNamespace } from '../../netns.ts';
import type { Skb } from '../../skb.ts';
import { drop, traceStep } from '../../trace.ts';
import { enqueueRx } from '../receive.ts';
import { snoop } from './fdb.ts';
import type { Vxlan } from './vxlan.ts';

// A datagram for a vxlan: vxlan_rcv of drivers/net/vxlan/vxlan_core.c.

const ECN_MASK = 3;
const ECN_CE = 3;
/** The G flag of the group policy extension. */
const FLAG_GBP = 0x80;

/** `skb.data` is at the UDP header, `skb.network` at the IP header. */
export function vxlanReceive(net: NetNamespace, vxlans: ReadonlySet<Vxlan>, skb: Skb): void {
  const b = skb.buf;
  const outer = skb.network;
  const header = skb.data + UDP_HLEN;
  if (header + VXLAN_HLEN > skb.end) return drop(net, skb, 'PKT_TOO_SMALL', 'VXLAN');
  const flags = b[header] as number;
  if ((flags & VXLAN_FLAG_VNI) === 0) return drop(net, skb, 'VXLAN_INVALID_HDR', 'the VNI is not valid');
  const vni = vxlanVni(b, header);
  const vxlan = findVni(vxlans, vni, skb.iif);
  if (vxlan === undefined) return drop(net, skb, 'VXLAN_VNI_NOT_FOUND', `no device has VNI ${vni}`);
  const { dev, config } = vxlan;
  const known = VXLAN_FLAG_VNI | (config.gbp ? FLAG_GBP : 0);
  if ((flags & ~known) !== 0) {
    dev.stats.rxErrors++;
    return drop(net, skb, 'VXLAN_INVALID_HDR', `flags 0x${flags.toString(16)}`);
  }
  const frame = header + VXLAN_HLEN;
  if (frame + ETH_HLEN > skb.end) {
    dev.stats.rxErrors++;
    return drop(net, skb, 'PKT_TOO_SMALL', 'frame in VXLAN');
  }
  const source = readMac(b, frame + ETH_SRC);
  if (source === dev.address) return drop(net, skb, 'LOCAL_MAC', `${dev.name} hears itself`);
  const inet = ipv4Version(b, outer) === 4;
  if (config.learning) {
    if (source === 0 || isMulticastMac(source)) return drop(net, skb, 'MAC_INVALID_SOURCE', 'source address is not a station’s');
    const from = inet ? ipv4Src(b, outer) : ipv6Src(b, outer);
    const link = typeof from === 'string' && from.startsWith('fe80:') ? skb.iif : 0;
    if (!snoop(vxlan, from, source, link, config.vni)) return drop(net, skb, 'VXLAN_ENTRY_EXISTS', 'the address is known to be elsewhere');
  }
  skb.data = frame;
  skb.mac = frame;
  if (!decapsulateEcn(skb, (inet ? ipv4Tos(b, outer) : ipv6TrafficClass(b, outer)) & ECN_MASK)) {
    dev.stats.rxErrors++;
    return drop(net, skb, 'IP_TUNNEL_ECN', 'congestion was marked on a packet that knows none');
  }
  const { trace } = net.kernel;
  if (trace.on) traceStep(net, dev, skb, { kind: 'decapsulate', what: `VXLAN vni ${vni}` });
  if (!dev.up) {
    dev.stats.rxDropped++;
    return drop(dev.ns, skb, 'DEV_READY', `${dev.name} is down`);
  }
  dev.stats.rxPackets++;
  dev.stats.rxBytes += skb.end - frame - ETH_HLEN;
  enqueueRx(dev, skb);
}

/** `vxlan_vs_find_vni`: a device that lives on one link hears that link only. */
function findVni(vxlans: ReadonlySet<Vxlan>, vni: number, ifindex: number): Vxlan | undefined {
  for (const vxlan of vxlans) {
    const { config } = vxlan;
    if (!config.external && config.vni !== vni) continue;
    if (typeof config.local === 'string' && config.local.startsWith('fe80:') && config.link !== ifindex) continue;
    return vxlan;
  }
  return undefined;
}

/** Congestion marked on the outer header is marked on the inner (RFC 6040, INET_ECN_decapsulate). False where that cannot be. */
function decapsulateEcn(skb: Skb, outer: number): boolean {
  if (outer !== ECN_CE) return true;
  const type = u16(skb.buf, skb.mac + ETH_TYPE);
  const ip = skb.mac + ETH_HLEN;
  if (type === ETH_P_IP && ip + IPV4_HLEN <= skb.end) {
    const tos = ipv4Tos(skb.buf, ip);
    if ((tos & ECN_MASK) === 0) return false;
    skb.unshare();
    skb.buf[skb.mac + ETH_HLEN + IPV4_TOS] = tos | ECN_CE;
    ipv4SetChecksum(skb.buf, skb.mac + ETH_HLEN);
    return true;
  }
  if (type === ETH_P_IPV6 && ip + IPV6_HLEN <= skb.end) {
    if ((ipv6TrafficClass(skb.buf, ip) & ECN_MASK) === 0) return false;
    skb.unshare();
    const at = skb.mac + ETH_HLEN;
    setU16(skb.buf, at, u16(skb.buf, at) | (ECN_CE << 4));
    return true;
  }
  return true;
}
