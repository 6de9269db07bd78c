import { readMac } from '../../../base/mac-address.ts';
import { ETH_HLEN, ETH_SRC, VLAN_HLEN } from '../../../wire/ethernet.ts';
import { PACKET_HOST, PACKET_LOOPBACK, type Skb } from '../../skb.ts';
import { consume, drop, traceBranch } from '../../trace.ts';
import type { NetDevice, RxVerdict } from '../net-device.ts';
import { enqueueRx, receiveFromPort, refuseTransmit } from '../receive.ts';
import { devQueueXmit } from '../transmit.ts';
import { FLAG_NODST, type Macvlan, type MacvlanMode, type MacvlanPort, macvlanPort } from './macvlan.ts';

// Frames of macvlans: macvlan_queue_xmit, macvlan_handle_frame and macvlan_broadcast of drivers/net/macvlan.c.
//
//   from a macvlan ┬ bridge, to another bridge one → that one, by way of the port's captures
//                  ├ bridge, to a group            → the other bridge ones, and out
//                  └ else                          → out; a vepa's frame comes back to its neighbour only if a switch returns it
//   from outside   ┬ to a macvlan's address        → it
//                  ├ to a group                    → all who listen, and the host
//                  └ else                          → the host

/** How long broadcasts wait until the worker hands them out (`port->bc_work`). */
const WORKER_NS = 10_000;
const ALL: readonly MacvlanMode[] = ['private', 'vepa', 'passthru', 'bridge'];

/** `macvlan_queue_xmit`: owns the packet. `skb.data` is at the Ethernet header. */
export function macvlanXmit(dev: NetDevice, skb: Skb): void {
  const vlan = dev.priv as Macvlan;
  const { lower, port } = vlan;
  if (vlan.mode === 'bridge') {
    if (((skb.buf[skb.mac] as number) & 1) !== 0) {
      broadcast(port, skb, vlan, ['bridge'], true);
    } else {
      const to = port.hash.get(readMac(skb.buf, skb.mac));
      if (to?.mode === 'bridge') return forwardToLower(lower, skb);
    }
  }
  if (!devQueueXmit(lower, skb)) refuseTransmit(dev, skb);
}

/** The port sees the frame as if it had received it (`dev_forward_skb`), and gives it to the macvlan it is for. */
function forwardToLower(lower: NetDevice, skb: Skb): void {
  if (lower.up && skb.end - skb.data <= lower.mtu + ETH_HLEN + VLAN_HLEN) {
    enqueueRx(lower, skb);
    return;
  }
  skb.dev = lower;
  lower.stats.rxDropped++;
  drop(lower.ns, skb, lower.up ? 'PKT_TOO_BIG' : 'DEV_READY', lower.up ? `mtu ${lower.mtu} of ${lower.name}` : `${lower.name} is down`);
}

/** The receive handler of a port (`macvlan_handle_frame`). `skb.data` is at the Ethernet header. */
export function handleFrame(skb: Skb): RxVerdict {
  const lower = skb.dev as NetDevice;
  const port = macvlanPort(lower);
  if (port === undefined || skb.pktType === PACKET_LOOPBACK) return 'pass';
  const source = readMac(skb.buf, skb.mac + ETH_SRC);
  if (port.sources.length > 0 && forwardBySource(port, skb, source)) {
    consume(lower.ns, skb, 'kept from all others by a source macvlan');
    return 'consumed';
  }
  if (((skb.buf[skb.mac] as number) & 1) !== 0) return handleGroup(port, skb, port.hash.get(source));
  const vlan = port.passthru ? port.vlans[0] : port.hash.get(readMac(skb.buf, skb.mac));
  if (vlan === undefined || vlan.mode === 'source') return 'pass';
  const { dev } = vlan;
  if (!dev.up) {
    drop(dev.ns, skb, 'DEV_READY', `${dev.name} is down`);
    return 'consumed';
  }
  count(vlan, skb.end - skb.mac, false);
  skb.dev = dev;
  skb.pktType = PACKET_HOST;
  leaveNamespace(skb, lower, dev);
  skb.data = skb.mac + ETH_HLEN;
  receiveFromPort(skb);
  return 'consumed';
}

/** A frame that goes to another namespace forgets what it was in the one it came to. */
function leaveNamespace(skb: Skb, from: NetDevice, to: NetDevice): void {
  if (from.ns === to.ns) return;
  skb.mark = 0;
  skb.ct = undefined;
  skb.dst = undefined;
}

function handleGroup(port: MacvlanPort, skb: Skb, source: Macvlan | undefined): RxVerdict {
  if (source !== undefined && source.mode !== 'vepa' && source.mode !== 'bridge') {
    // A private one's own broadcast comes back.
    skb.data = skb.mac;
    count(source, skb.end - skb.mac, false);
    enqueueRx(source.dev, skb);
    return 'consumed';
  }
  const address = readMac(skb.buf, skb.mac);
  const listeners = port.vlans.filter((vlan) => vlan.dev.up && listensTo(vlan, address)).length;
  if (listeners === 0) return 'pass';
  const copy = skb.clone();
  const { dev } = port;
  if (dev.ns.kernel.trace.on) traceBranch(dev.ns, dev, copy, skb, 'copy');
  // Broadcasts, and what several listen to, are left to a worker.
  if (address !== dev.broadcast && listeners < 2) handOut(port, copy, source);
  else if (port.queue.length < port.queueLimit) {
    port.queue.push({ skb: copy, source });
    if (port.queue.length === 1) dev.ns.kernel.clock.schedule(WORKER_NS, () => workOff(port));
  } else {
    dev.stats.rxDropped++;
    drop(dev.ns, copy, 'CPU_BACKLOG', 'too many broadcasts wait');
  }
  return 'pass';
}

/** `macvlan_process_broadcast`. */
function workOff(port: MacvlanPort): void {
  for (const { skb, source } of port.queue.splice(0)) handOut(port, skb, source);
}

/** `macvlan_multicast_rx`: a bridge one's broadcast was seen by the other bridge ones when it left. */
function handOut(port: MacvlanPort, skb: Skb, source: Macvlan | undefined): void {
  const modes: readonly MacvlanMode[] = source === undefined ? ALL : source.mode === 'vepa' ? ['vepa', 'bridge'] : ['vepa'];
  broadcast(port, skb, source, modes, false);
  consume(port.dev.ns, skb, `handed out by ${port.dev.name}`);
}

/** A copy for each macvlan of some modes that listens to the group (`macvlan_broadcast`). `leaving`: it is still with its sender. */
function broadcast(port: MacvlanPort, skb: Skb, source: Macvlan | undefined, modes: readonly MacvlanMode[], leaving: boolean): void {
  const address = readMac(skb.buf, skb.mac);
  const { trace } = port.dev.ns.kernel;
  for (const vlan of port.hash.values()) {
    if (vlan === source || !modes.includes(vlan.mode) || !listensTo(vlan, address)) continue;
    const copy = skb.clone();
    if (trace.on) traceBranch(vlan.dev.ns, vlan.dev, copy, skb, 'copy');
    copy.data = copy.mac;
    if (leaving && copy.length > vlan.dev.mtu + ETH_HLEN + VLAN_HLEN) {
      vlan.dev.stats.rxErrors++;
      drop(vlan.dev.ns, copy, 'PKT_TOO_BIG', `mtu ${vlan.dev.mtu} of ${vlan.dev.name}`);
      continue;
    }
    // Linux adds an Ethernet header's length to a frame that still has its own when it counts what has not left yet.
    count(vlan, copy.length + (leaving ? ETH_HLEN : 0), true);
    enqueueRx(vlan.dev, copy);
  }
}

/** Whether frames for a group are wanted (`vlan->mc_filter`, which in Linux is a hash of 256 bits and may let others through). */
function listensTo({ dev }: Macvlan, address: number): boolean {
  return dev.promiscuity > 0 || dev.allmulti > 0 || address === dev.broadcast || dev.linkGroups.has(address);
}

/** Copies for those who want this sender's frames (`macvlan_forward_source`); true where nobody else is to get the frame. */
function forwardBySource(port: MacvlanPort, skb: Skb, source: number): boolean {
  let kept = false;
  for (const { mac, vlan } of port.sources) {
    if (mac !== source) continue;
    if ((vlan.flags & FLAG_NODST) !== 0) kept = true;
    const { dev } = vlan;
    if (!dev.up) continue;
    const copy = skb.clone();
    if (dev.ns.kernel.trace.on) traceBranch(dev.ns, dev, copy, skb, 'copy');
    copy.data = copy.mac;
    count(vlan, copy.length, false);
    enqueueRx(dev, copy);
  }
  return kept;
}

function count({ dev }: Macvlan, length: number, group: boolean): void {
  const { stats } = dev;
  stats.rxPackets++;
  stats.rxBytes += length;
  if (group) stats.multicast++;
}
