import { formatMac } from '../../../base/address.ts';
import { u16 } from '../../../base/bytes.ts';
import { readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_SRC, ETH_TYPE, VLAN_HLEN } from '../../../wire/ethernet.ts';
import { bridgedPieces } from '../../netfilter/br-netfilter.ts';
import { NF_INET_FORWARD, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING } from '../../netfilter/hook.ts';
import type { Skb } from '../../skb.ts';
import { drop, traceBranch, traceStep } from '../../trace.ts';
import { devQueueXmit, pushEthernet } from '../transmit.ts';
import { type Bridge, type BridgePort, bridgePort } from './bridge.ts';
import { BR_STATE_FORWARDING } from './if-bridge.ts';
import type { MdbEntry } from './mdb.ts';
import { allowedEgress, egressTag } from './vlan.ts';

// Out of the bridge by its ports: net/bridge/br_forward.c. `skb.dev` is the port the frame came by, or the bridge for its own;
// `skb.mac` is at the Ethernet header. `vid` is the frame's VLAN, 0 without filtering.

export const PKT_UNICAST = 0;
export const PKT_MULTICAST = 1;
export const PKT_BROADCAST = 2;
export type PacketKind = typeof PKT_UNICAST | typeof PKT_MULTICAST | typeof PKT_BROADCAST;

/** `should_deliver`. */
function shouldDeliver(port: BridgePort, skb: Skb, vid: number): boolean {
  if (port.state !== BR_STATE_FORWARDING || (skb.dev === port.dev && !port.hairpin)) return false;
  if (port.bridge.vlanFiltering && !allowedEgress(port.vlans, vid)) return false;
  return !port.isolated || skb.dev === undefined || bridgePort(skb.dev)?.isolated !== true;
}

/** `__br_forward`: owns the packet. */
function forwardTo(port: BridgePort, skb: Skb, vid: number): void {
  const { bridge, dev } = port;
  const input = skb.dev === bridge.dev ? undefined : skb.dev;
  skb.data = skb.mac;
  if (bridge.vlanFiltering) egressTag(bridge, dev, port.vlans, skb, vid);
  const hooks = dev.ns.bridgeHooks;
  if (hooks.used) {
    skb.dev = dev;
    skb.data = skb.mac + ETH_HLEN;
    if (!hooks.run(input === undefined ? NF_INET_LOCAL_OUT : NF_INET_FORWARD, skb, input, dev)) return;
    if (!hooks.run(NF_INET_POST_ROUTING, skb, input, dev)) return;
    skb.data = skb.mac;
  }
  const limit = skb.fragmentMax === 0 ? dev.mtu : Math.min(dev.mtu, skb.fragmentMax);
  if (input !== undefined && skb.end - skb.data - ETH_HLEN > limit && refitted(port, skb)) return;
  pushXmit(port, skb);
}

/** Bridge netfilter's part in a packet longer than the port takes: pieces go out, or it is gone. False where it takes none. */
function refitted(port: BridgePort, skb: Skb): boolean {
  const { bridge, dev } = port;
  skb.data = skb.mac + ETH_HLEN;
  const pieces = bridgedPieces(bridge, dev, skb);
  const { trace } = dev.ns.kernel;
  if (pieces?.length === 0) {
    skb.dev = dev;
    drop(dev.ns, skb, 'PKT_TOO_BIG', `${skb.length} bytes, mtu ${dev.mtu} of ${dev.name}`);
  } else if (pieces !== undefined) {
    if (trace.on) traceStep(dev.ns, dev, skb, { kind: 'fragment', count: pieces.length, mtu: dev.mtu });
    for (const piece of pieces) {
      if (trace.on) traceBranch(dev.ns, dev, piece, skb, 'fragment');
      pushEthernet(piece, readMac(skb.buf, skb.mac), readMac(skb.buf, skb.mac + ETH_SRC), u16(skb.buf, skb.mac + ETH_TYPE));
      pushXmit(port, piece);
    }
  }
  skb.data = skb.mac;
  return pieces !== undefined;
}

/** `br_dev_queue_push_xmit`: `skb.data` at the Ethernet header. A bridge does not fragment: what does not fit is gone. */
function pushXmit(port: BridgePort, skb: Skb): void {
  const { dev } = port;
  const length = skb.end - skb.data;
  if (length > dev.mtu + ETH_HLEN + VLAN_HLEN || !dev.up) {
    skb.dev = dev;
    drop(dev.ns, skb, dev.up ? 'PKT_TOO_BIG' : 'DEV_READY', `${length - ETH_HLEN} bytes, mtu ${dev.mtu} of ${dev.name}`);
    return;
  }
  devQueueXmit(dev, skb);
}

/** The same frame once more, for another port. */
function copyOf(bridge: Bridge, skb: Skb): Skb {
  const copy = skb.clone();
  const { ns } = bridge.dev;
  if (ns.kernel.trace.on) traceBranch(ns, bridge.dev, copy, skb, 'copy');
  return copy;
}

/** To one port (`br_forward`); `copy` where the bridge itself gets the frame, too. */
export function forward(bridge: Bridge, to: BridgePort | undefined, skb: Skb, vid: number, copy: boolean): void {
  let port = to;
  if (port?.backupPort !== undefined && !port.dev.running) port = port.backupPort;
  if (port !== undefined && shouldDeliver(port, skb, vid)) forwardTo(port, copy ? copyOf(bridge, skb) : skb, vid);
  else if (!copy) drop(bridge.dev.ns, skb, 'BRIDGE_NO_EGRESS_PORT', reason(port, skb));
}

function reason(port: BridgePort | undefined, skb: Skb): string {
  if (port === undefined) return 'the address is the bridge’s own';
  if (port.dev === skb.dev && !port.hairpin) return `${port.dev.name} is where the frame came from`;
  if (port.state !== BR_STATE_FORWARDING) return `${port.dev.name} does not forward`;
  return port.isolated ? 'both ports are isolated' : `VLAN not allowed on ${port.dev.name}`;
}

/** To all ports that may have it (`br_flood`): the last gets the frame itself unless the bridge needs it, the others copies. */
export function flood(bridge: Bridge, skb: Skb, kind: PacketKind, vid: number, copy: boolean): void {
  const { trace } = bridge.dev.ns.kernel;
  if (trace.on) traceLookUp(bridge, skb, undefined, vid);
  const own = skb.dev === bridge.dev;
  let previous: BridgePort | undefined;
  const { ports } = bridge;
  for (let i = 0; i < ports.length; i++) {
    const port = ports[i] as BridgePort;
    if (kind === PKT_UNICAST ? !port.flood : !own && !(kind === PKT_MULTICAST ? port.mcastFlood : port.bcastFlood)) continue;
    if (port.proxyArp || !shouldDeliver(port, skb, vid)) continue;
    if (previous !== undefined) forwardTo(previous, copyOf(bridge, skb), vid);
    previous = port;
  }
  finish(bridge, previous, skb, vid, copy);
}

/** To the ports with listeners and to those with routers (`br_multicast_flood`). */
export function multicastFlood(bridge: Bridge, entry: MdbEntry | undefined, skb: Skb, vid: number, copy: boolean): void {
  const { mdb } = bridge;
  let previous: BridgePort | undefined;
  for (const port of bridge.ports) {
    if (!mdb.isRouterPort(port) && entry?.ports.some((listener) => listener.port === port) !== true) continue;
    if (!shouldDeliver(port, skb, vid)) continue;
    if (previous !== undefined) forwardTo(previous, copyOf(bridge, skb), vid);
    previous = port;
  }
  finish(bridge, previous, skb, vid, copy);
}

function finish(bridge: Bridge, last: BridgePort | undefined, skb: Skb, vid: number, copy: boolean): void {
  if (last !== undefined) forwardTo(last, copy ? copyOf(bridge, skb) : skb, vid);
  else if (!copy) drop(bridge.dev.ns, skb, 'BRIDGE_NO_EGRESS_PORT', 'no other port forwards');
}

/** Says which entry chose the port, or that there was none. Callers test `trace.on`. */
export function traceLookUp(bridge: Bridge, skb: Skb, port: BridgePort | 'local' | undefined, vid: number): void {
  const name = port === 'local' ? bridge.dev.name : port?.dev.name;
  const mac = formatMac(readMac(skb.buf, skb.mac));
  traceStep(bridge.dev.ns, bridge.dev, skb, { kind: 'fdb', mac, port: name, flood: port === undefined, vid });
}
