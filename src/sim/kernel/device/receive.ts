// From a device to the stack: net/core/dev.c (netif_rx, __netif_receive_skb_core) and net/ethernet/eth.c (eth_type_trans).

import { u16 } from '../../base/bytes.ts';
import { readMac } from '../../base/mac-address.ts';
import {
  ETH_HLEN,
  ETH_P_802_3_MIN,
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_TYPE,
  VLAN_HLEN,
} from '../../wire/ethernet.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_LOOPBACK, PACKET_MULTICAST, PACKET_OTHERHOST, type Skb } from '../skb.ts';
import { consume, drop, traceStep } from '../trace.ts';
import { IFF_LOOPBACK, type NetDevice } from './net-device.ts';

/** ETH_P_802_2: what an 802.3 frame with a length instead of a type counts as. */
const ETH_P_802_2 = 0x0004;

/**
 * A device received a frame: `skb.data` is at its Ethernet header. Counts it and queues it for the stack; what the packet was
 * to its sender (route, mark, connection) is forgotten, as when a veth crosses namespaces (skb_scrub_packet).
 *
 * False when the device is down and the frame was dropped.
 */
export function netifRx(dev: NetDevice, skb: Skb): boolean {
  skb.dev = dev;
  if (!dev.up) {
    dev.stats.rxDropped++;
    drop(dev.ns, skb, 'DEV_READY', `${dev.name} is down`);
    return false;
  }
  const { stats } = dev;
  stats.rxPackets++;
  stats.rxBytes += countedBytes(dev, skb);
  return enqueueRx(dev, skb);
}

/** As {@link netifRx}, for a device that is up and counts itself what it receives. */
export function enqueueRx(dev: NetDevice, skb: Skb): boolean {
  skb.dev = dev;
  skb.mac = skb.data;
  skb.network = -1;
  skb.transport = -1;
  skb.iif = 0;
  skb.mark = 0;
  skb.dst = undefined;
  skb.ct = undefined;
  skb.ctInfo = 0;
  skb.ctTemplate = undefined;
  skb.fragmentMax = 0;
  skb.physIn = undefined;
  skb.physOut = undefined;
  skb.prerouted = false;
  skb.nftrace = 0;
  return dev.ns.dataPlane.softirq.push(skb);
}

/**
 * A virtual device passes the frame it was given to send to its other end (dev_forward_skb). One too long for the receiver's MTU is
 * dropped and counted by both, and counts as not sent.
 */
export function forwardSkb(sender: NetDevice, receiver: NetDevice, skb: Skb): void {
  const length = skb.end - skb.data;
  if (length <= receiver.mtu + ETH_HLEN + VLAN_HLEN && receiver.up) {
    netifRx(receiver, skb);
    return;
  }
  receiver.stats.rxDropped++;
  refuseTransmit(sender, skb);
  drop(sender.ns, skb, receiver.up ? 'PKT_TOO_BIG' : 'DEV_READY', `${length - ETH_HLEN} bytes, mtu ${receiver.mtu} of ${receiver.name}`);
}

/** A device could not send a frame that was counted already (NET_XMIT_DROP). */
export function refuseTransmit(dev: NetDevice, skb: Skb): void {
  dev.stats.txPackets--;
  dev.stats.txBytes -= countedBytes(dev, skb);
  dev.stats.txDropped++;
  dev.ns.dataPlane.transmitDrops++;
}

/** The bytes that a device counts for a frame: loopback leaves its imaginary Ethernet header out (loopback_xmit). */
export function countedBytes(dev: NetDevice, skb: Skb): number {
  return (dev.flags & IFF_LOOPBACK) !== 0 ? skb.end - skb.data - ETH_HLEN : skb.end - skb.data;
}

/** Hands a frame back to the device it was sent by: a host hears its own multicasts and broadcasts (dev_loopback_xmit). `skb.data` is at the network header. */
export function loopBack(dev: NetDevice, skb: Skb): void {
  skb.dev = dev;
  skb.pktType = PACKET_LOOPBACK;
  dev.ns.dataPlane.softirq.push(skb);
}

/** A frame leaves the backlog (`__netif_receive_skb_core`). Also the way for a master to deliver locally, with `skb.dev` set to it. */
export function receiveSkb(skb: Skb): void {
  const dev = skb.dev as NetDevice;
  const ns = dev.ns;
  if (!dev.up) return drop(ns, skb, 'DEV_READY', `${dev.name} is down`);
  const plane = ns.dataPlane;
  if (skb.pktType === PACKET_LOOPBACK) {
    if (skb.protocol === ETH_P_IP) plane.receive4(skb);
    else plane.receive6(skb);
    return;
  }
  const trace = ns.kernel.trace;
  if (trace.on) traceStep(ns, dev, skb, { kind: 'receive', frame: skb.frame() });
  if (!ethTypeTrans(dev, skb)) {
    dev.stats.rxErrors++;
    return drop(ns, skb, 'HDR_TRUNC', 'shorter than an Ethernet header');
  }
  receiveCore(dev, skb);
}

/**
 * A bridge hands up what a port received, with `skb.dev` set to itself and `skb.data` behind the Ethernet header. How the frame is
 * addressed is what the port, or the bridge, made of it.
 */
export function receiveFromPort(skb: Skb): void {
  const dev = skb.dev as NetDevice;
  const type = u16(skb.buf, skb.mac + ETH_TYPE);
  skb.protocol = type >= ETH_P_802_3_MIN ? type : ETH_P_802_2;
  skb.network = skb.data;
  if (dev.ns.kernel.trace.on) traceStep(dev.ns, dev, skb, { kind: 'receive', frame: skb.frame() });
  receiveCore(dev, skb);
}

/** To captures, to the VLAN that the tag names, to the master, up the stack. */
function receiveCore(dev: NetDevice, skb: Skb): void {
  const taps = dev.taps;
  for (let i = 0; i < taps.length; i++) taps[i]?.frame(dev, skb);
  const everywhere = dev.ns.dataPlane.taps;
  for (let i = 0; i < everywhere.length; i++) everywhere[i]?.frame(dev, skb);
  if (dev.vlans !== undefined && untag(dev, skb)) {
    const upper = skb.dev as NetDevice;
    if (upper !== dev) receiveCore(upper, skb);
    return;
  }

  const handler = dev.rxHandler;
  if (handler !== undefined) {
    skb.data = skb.mac;
    if (handler(skb) === 'consumed') return;
    skb.data = skb.mac + ETH_HLEN;
  }
  deliver(dev, skb);
}

/**
 * Gives a tagged frame to the device of its VLAN (`vlan_do_receive`), its tag taken out. False where there is none; `skb.dev` stays
 * as it is where the frame was dropped.
 */
function untag(dev: NetDevice, skb: Skb): boolean {
  const { protocol } = skb;
  if ((protocol !== ETH_P_8021Q && protocol !== ETH_P_8021AD) || skb.end - skb.data < VLAN_HLEN) return false;
  const vid = u16(skb.buf, skb.data) & 0xfff;
  const upper = dev.vlans?.get((protocol << 12) | vid);
  if (upper === undefined) return false;
  if (!upper.up) {
    upper.stats.rxDropped++;
    drop(upper.ns, skb, 'DEV_READY', `${upper.name} is down`);
    return true;
  }
  skb.unshare();
  skb.buf.copyWithin(skb.mac + VLAN_HLEN, skb.mac, skb.mac + ETH_TYPE);
  skb.mac += VLAN_HLEN;
  skb.data += VLAN_HLEN;
  skb.network = skb.data;
  const type = u16(skb.buf, skb.mac + ETH_TYPE);
  skb.protocol = type >= ETH_P_802_3_MIN ? type : ETH_P_802_2;
  if (skb.pktType === PACKET_OTHERHOST && readMac(skb.buf, skb.mac) === upper.address) skb.pktType = PACKET_HOST;
  const { stats } = upper;
  stats.rxPackets++;
  stats.rxBytes += skb.end - skb.data;
  if (skb.pktType === PACKET_MULTICAST) stats.multicast++;
  skb.dev = upper;
  if (upper.ns.kernel.trace.on) {
    traceStep(dev.ns, dev, skb, { kind: 'vlan', vid, action: 'untag' });
    traceStep(upper.ns, upper, skb, { kind: 'receive', frame: skb.frame() });
  }
  return true;
}

/** The packet type the frame's destination gives, its protocol, and the Ethernet header pulled (`eth_type_trans`). */
function ethTypeTrans(dev: NetDevice, skb: Skb): boolean {
  const b = skb.buf;
  const o = skb.data;
  if (skb.end - o < ETH_HLEN) return false;
  skb.mac = o;
  if (((b[o] as number) & 1) !== 0) {
    const broadcast =
      b[o] === 0xff && b[o + 1] === 0xff && b[o + 2] === 0xff && b[o + 3] === 0xff && b[o + 4] === 0xff && b[o + 5] === 0xff;
    skb.pktType = broadcast ? PACKET_BROADCAST : PACKET_MULTICAST;
  } else {
    skb.pktType = readMac(b, o) === dev.address ? PACKET_HOST : PACKET_OTHERHOST;
  }
  const type = u16(b, o + ETH_TYPE);
  skb.protocol = type >= ETH_P_802_3_MIN ? type : ETH_P_802_2;
  skb.data = o + ETH_HLEN;
  skb.network = skb.data;
  return true;
}

/** To the protocol that the EtherType names (`deliver_ptype_list_skb`). */
function deliver(dev: NetDevice, skb: Skb): void {
  const ns = dev.ns;
  const plane = ns.dataPlane;
  skb.iif = dev.ifindex;
  const sockets = plane.protocolTaps.get(skb.protocol);
  if (sockets !== undefined) for (const tap of sockets) tap.frame(dev, skb);
  switch (skb.protocol) {
    case ETH_P_IP:
      return plane.receive4(skb);
    case ETH_P_IPV6:
      return plane.receive6(skb);
    case ETH_P_ARP:
      return plane.receiveArp(skb);
    default:
      if (sockets !== undefined && sockets.size > 0) return consume(ns, skb, 'taken by a packet socket');
      dev.stats.rxDropped++;
      drop(ns, skb, 'UNHANDLED_PROTO', `EtherType 0x${skb.protocol.toString(16).padStart(4, '0')}`);
  }
}
