import { MAC_BROADCAST } from '../../../base/address.ts';
import { u16, u32 } from '../../../base/bytes.ts';
import { formatMac, readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_SRC } from '../../../wire/ethernet.ts';
import { NF_INET_LOCAL_IN, NF_INET_PRE_ROUTING } from '../../netfilter/hook.ts';
import { PACKET_HOST, PACKET_LOOPBACK, type Skb } from '../../skb.ts';
import { consume, drop, traceStep } from '../../trace.ts';
import type { NetDevice, RxVerdict } from '../net-device.ts';
import { receiveFromPort } from '../receive.ts';
import { decodeBpdu } from './bpdu.ts';
import { type Bridge, type BridgePort, bridgePort } from './bridge.ts';
import { learn } from './fdb.ts';
import { flood, forward, multicastFlood, PKT_BROADCAST, PKT_MULTICAST, PKT_UNICAST, traceLookUp } from './forward.ts';
import { BR_STATE_DISABLED, BR_STATE_FORWARDING, BR_STATE_LEARNING } from './if-bridge.ts';
import { querierFamily, type Snooped, snoop } from './multicast.ts';
import { receiveConfigBpdu, receiveTcnBpdu } from './stp.ts';
import { disablePort } from './stp-setup.ts';
import { allowedEgress, egressTag, ingressVlan } from './vlan.ts';

// A port received a frame: net/bridge/br_input.c.
//
//   port → learn → VLAN → look up ┬ a port's address → forward
//                                 ├ unknown, group   → flood ──────┐ (both)
//                                 └ the host's own   → pass up ────┴→ stack, as if the bridge had received it

/** `01:80:c2:00:00:0X`: addresses that stay on their segment, by their last byte. */
const LINK_LOCAL_HIGH = 0x0180;
const LINK_LOCAL_LOW = 0xc200_0000;
const PAUSE = 1;
const IFF_PROMISC = 0x100;

/** The receive handler of every port (`br_handle_frame`). `skb.data` is at the Ethernet header. */
export function handleFrame(skb: Skb): RxVerdict {
  const port = (skb.dev as NetDevice).port as BridgePort;
  const b = skb.buf;
  const o = skb.mac;
  if (skb.pktType === PACKET_LOOPBACK) return 'pass';
  if (((b[o + ETH_SRC] as number) & 1) !== 0 || (u32(b, o + ETH_SRC) === 0 && u16(b, o + ETH_SRC + 4) === 0)) {
    drop(port.dev.ns, skb, 'MAC_INVALID_SOURCE', `source address ${formatMac(readMac(b, o + ETH_SRC))} is not a station’s`);
    return 'consumed';
  }
  if (u16(b, o) === LINK_LOCAL_HIGH && u32(b, o + 2) - LINK_LOCAL_LOW <= 0xf && u32(b, o + 2) >= LINK_LOCAL_LOW) {
    const verdict = handleLinkLocal(port, skb, (b[o + 5] as number) & 0xf);
    if (verdict !== 'forward') return verdict;
  }
  if (port.state !== BR_STATE_FORWARDING && port.state !== BR_STATE_LEARNING) {
    drop(port.dev.ns, skb, 'BRIDGE_INGRESS_STP_STATE', `${port.dev.name} neither learns nor forwards`);
    return 'consumed';
  }
  if (readMac(b, o) === port.bridge.dev.address) skb.pktType = PACKET_HOST;
  skb.physIn = port.dev;
  const hooks = port.dev.ns.bridgeHooks;
  if (hooks.used) {
    skb.data = o + ETH_HLEN;
    if (!hooks.run(NF_INET_PRE_ROUTING, skb, port.dev, undefined)) return 'consumed';
  }
  handleFrameFinish(skb);
  return 'consumed';
}

/** Frames for bridges themselves: BPDUs, LLDP and their like do not pass, unless a mask says so. */
function handleLinkLocal(port: BridgePort, skb: Skb, last: number): RxVerdict | 'forward' {
  const { bridge } = port;
  const mask = port.groupFwdMask | (last === 0 ? 0 : bridge.groupFwdMask);
  if (last === PAUSE) {
    drop(port.dev.ns, skb, 'BRIDGE_NO_EGRESS_PORT', 'pause frames do not pass a bridge');
    return 'consumed';
  }
  if ((mask & (1 << last)) !== 0 || (last === 0 && bridge.stpEnabled === 0)) return 'forward';
  if (port.learning && !bridge.noLinkLocalLearn && (port.state === BR_STATE_FORWARDING || port.state === BR_STATE_LEARNING)) {
    const vid = bridge.vlanFiltering ? ingressVlan(bridge, port.vlans, skb) : 0;
    if (vid >= 0) learn(bridge, port, skb.buf, skb.mac + ETH_SRC, vid, bridge.now);
  }
  if (last !== 0) return 'pass';
  receiveBpdu(port, skb);
  consume(port.dev.ns, skb, `${bridge.dev.name} heard a BPDU`);
  return 'consumed';
}

/** `br_stp_rcv`. */
function receiveBpdu(port: BridgePort, skb: Skb): void {
  const { bridge } = port;
  const bpdu = decodeBpdu(skb.buf, skb.mac, skb.end);
  if (bpdu === undefined || bridge.stpEnabled === 0 || !bridge.dev.up || port.state === BR_STATE_DISABLED) return;
  if (readMac(skb.buf, skb.mac) !== bridge.groupAddress) return;
  if (port.guard) disablePort(port);
  else if (bpdu === 'tcn') receiveTcnBpdu(port);
  else if (bpdu.messageAgeNs <= bpdu.maxAgeNs) receiveConfigBpdu(port, bpdu);
}

/** `br_handle_frame_finish`: also where a frame goes on that a bridge hook took. `skb.mac` is valid. */
export function handleFrameFinish(skb: Skb): void {
  const port = skb.dev === undefined ? undefined : bridgePort(skb.dev);
  if (port === undefined || port.state === BR_STATE_DISABLED) {
    if (skb.dev !== undefined) drop(skb.dev.ns, skb, 'BRIDGE_INGRESS_STP_STATE', `${skb.dev.name} is disabled`);
    return;
  }
  const { bridge } = port;
  const b = skb.buf;
  const o = skb.mac;
  const vid = bridge.vlanFiltering ? ingressVlan(bridge, port.vlans, skb) : 0;
  if (vid < 0) return drop(bridge.dev.ns, skb, 'VLAN_FILTER', `not a VLAN of ${port.dev.name}`);
  if (vid > 0 && bridge.dev.ns.kernel.trace.on) traceStep(bridge.dev.ns, port.dev, skb, { kind: 'vlan', vid, action: 'enter' });
  const now = bridge.now;
  if (port.locked && !isUnlocked(port, b, o, vid))
    return drop(bridge.dev.ns, skb, 'BRIDGE_INGRESS_STP_STATE', `${port.dev.name} is locked`);
  if (port.learning) learn(bridge, port, b, o + ETH_SRC, vid, now);
  const group = ((b[o] as number) & 1) !== 0;
  const promisc = (bridge.dev.flags & IFF_PROMISC) !== 0 || bridge.dev.promiscuity > 0;
  if (group) return handleGroup(bridge, port, skb, vid);
  if (port.state === BR_STATE_LEARNING) return drop(bridge.dev.ns, skb, 'BRIDGE_INGRESS_STP_STATE', `${port.dev.name} only learns`);
  const entry = bridge.fdb.findAt(b, o, vid);
  if (entry === undefined) {
    flood(bridge, skb, PKT_UNICAST, vid, promisc);
  } else {
    if (bridge.dev.ns.kernel.trace.on) traceLookUp(bridge, skb, entry.isLocal ? 'local' : entry.port, vid);
    if (entry.isLocal) return passUp(bridge, skb, vid);
    entry.usedNs = now;
    forward(bridge, entry.port, skb, vid, promisc);
  }
  if (promisc) passUp(bridge, skb, vid);
}

/** Only who is known to be behind a locked port may speak there. */
function isUnlocked(port: BridgePort, b: Uint8Array, o: number, vid: number): boolean {
  const source = port.bridge.fdb.findAt(b, o + ETH_SRC, vid);
  return source !== undefined && source.port === port && !source.isLocal;
}

function handleGroup(bridge: Bridge, port: BridgePort, skb: Skb, vid: number): void {
  const broadcast = readMac(skb.buf, skb.mac) === MAC_BROADCAST;
  const snooped = broadcast ? undefined : snoop(bridge, port, skb, vid);
  if (port.state === BR_STATE_LEARNING) return drop(bridge.dev.ns, skb, 'BRIDGE_INGRESS_STP_STATE', `${port.dev.name} only learns`);
  if (snooped === undefined) {
    flood(bridge, skb, PKT_BROADCAST, vid, true);
  } else if (isPruned(bridge, skb, snooped)) {
    const local = snooped.entry?.hostExpiresNs !== undefined || bridge.mdb.settings.router === 2;
    multicastFlood(bridge, snooped.entry, skb, vid, local);
    if (!local) return;
    bridge.dev.stats.multicast++;
  } else {
    bridge.dev.stats.multicast++;
    flood(bridge, skb, PKT_MULTICAST, vid, true);
  }
  passUp(bridge, skb, vid);
}

/** Whether a multicast frame goes to known listeners only. */
export function isPruned(bridge: Bridge, skb: Skb, snooped: Snooped): boolean {
  return (snooped.entry !== undefined || snooped.restricted) && bridge.mdb.querier.exists(querierFamily(skb));
}

/** To the stack, as received by the bridge (`br_pass_frame_up`). The bridge counts without the Ethernet header. */
export function passUp(bridge: Bridge, skb: Skb, vid: number): void {
  const { dev } = bridge;
  dev.stats.rxPackets++;
  dev.stats.rxBytes += skb.end - skb.mac - ETH_HLEN;
  if (bridge.vlanFiltering) {
    if (!allowedEgress(bridge.vlans, vid)) return drop(dev.ns, skb, 'VLAN_FILTER', `${dev.name} is not in VLAN ${vid}`);
    skb.data = skb.mac;
    egressTag(bridge, dev, bridge.vlans, skb, vid);
  }
  const input = skb.dev;
  skb.dev = dev;
  skb.data = skb.mac + ETH_HLEN;
  if (dev.ns.bridgeHooks.used && !dev.ns.bridgeHooks.run(NF_INET_LOCAL_IN, skb, input, undefined)) return;
  receiveFromPort(skb);
}
