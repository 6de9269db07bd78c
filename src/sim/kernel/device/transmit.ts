// From the stack to a device: net/core/dev.c (__dev_queue_xmit, dev_hard_start_xmit).

import type { Mac } from '../../base/address.ts';
import { ETH_HLEN, writeEthernet } from '../../wire/ethernet.ts';
import { PACKET_OUTGOING, type Skb } from '../skb.ts';
import { drop, traceStep } from '../trace.ts';
import type { NetDevice } from './net-device.ts';
import { countedBytes } from './receive.ts';

/** Devices on devices on devices… a packet may pass before it is taken for one that goes in circles (XMIT_RECURSION_LIMIT). */
const RECURSION_LIMIT = 8;
let recursion = 0;

/** Puts an Ethernet header in front of `skb.data` (eth_header). */
export function pushEthernet(skb: Skb, dst: Mac, src: Mac, type: number): void {
  skb.network = skb.data;
  skb.mac = skb.push(ETH_HLEN);
  skb.protocol = type;
  writeEthernet(skb.buf, skb.mac, dst, src, type);
}

/**
 * Sends a frame, its Ethernet header at `skb.data`, out of a device. Owns the packet from here on. A device that is down or has
 * no carrier has the noop qdisc, which drops. A queueing discipline may keep it for a while.
 */
export function devQueueXmit(dev: NetDevice, skb: Skb): boolean {
  skb.dev = dev;
  skb.mac = skb.data;
  const ns = dev.ns;
  if (!dev.up || !dev.carrier) {
    dev.stats.txDropped++;
    if (dev.up) drop(ns, skb, 'NO_CARRIER', `${dev.name} has no carrier`);
    else drop(ns, skb, 'LINK_DOWN', `${dev.name} is down`);
    return false;
  }
  if (recursion >= RECURSION_LIMIT) {
    dev.stats.txDropped++;
    drop(ns, skb, 'LOOP_LIMIT', `Dead loop on virtual device ${dev.name}, fix it urgently!`);
    return false;
  }
  skb.pktType = PACKET_OUTGOING;
  return dev.sched === undefined ? devHardStartXmit(dev, skb) : dev.sched.enqueue(skb);
}

/** Hands the frame to the device (dev_hard_start_xmit). Taps see it first; the device counts it. */
export function devHardStartXmit(dev: NetDevice, skb: Skb): boolean {
  const ns = dev.ns;
  const trace = ns.kernel.trace;
  if (trace.on) traceStep(ns, dev, skb, { kind: 'transmit', frame: skb.frame() });
  const taps = dev.taps;
  for (let i = 0; i < taps.length; i++) taps[i]?.frame(dev, skb);
  const everywhere = ns.dataPlane.taps;
  for (let i = 0; i < everywhere.length; i++) everywhere[i]?.frame(dev, skb);
  if (dev.ops.countsTransmit !== true) {
    const { stats } = dev;
    stats.txPackets++;
    stats.txBytes += countedBytes(dev, skb);
  }
  recursion++;
  try {
    dev.ops.xmit(dev, skb);
  } finally {
    recursion--;
  }
  return true;
}
