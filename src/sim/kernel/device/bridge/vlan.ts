import { setU16, u16 } from '../../../base/bytes.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import { ETH_HLEN, VLAN_HLEN } from '../../../wire/ethernet.ts';
import type { Skb } from '../../skb.ts';
import { traceStep } from '../../trace.ts';
import type { NetDevice } from '../net-device.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import { addLocal, deleteByPort, deleteLocalOf } from './fdb.ts';
import { type VlanEntry, VlanGroup } from './vlan-group.ts';

// VLAN filtering: net/bridge/br_vlan.c. Tags stay in the frame's bytes here; which VLAN a frame is in travels beside it.
//
// The recorded kernel is built without CONFIG_BRIDGE_VLAN_FILTERING: a bridge there has no VLANs, and says "Operation not supported" to
// whoever asks for some. Here a bridge gets them when first asked (filtering switched on, a VLAN added, a default PVID or protocol set), as if it
// had had them from the start, and one that nobody asked looks as recorded.

const VLAN_MAX = 4094;
const TYPE = 12;

/** Gives bridge and ports their VLANs (`br_vlan_init`, `nbp_vlan_init`): all are in the default one, untagged. */
export function ensureVlans(bridge: Bridge): void {
  if (bridge.vlans !== undefined) return;
  bridge.vlans = new VlanGroup();
  for (const port of bridge.ports) port.vlans = new VlanGroup();
  if (bridge.defaultPvid === 0) return;
  addVlan(bridge, undefined, bridge.defaultPvid, true, true);
  for (const port of [...bridge.ports].reverse()) addVlan(bridge, port, bridge.defaultPvid, true, true);
}

/** A new port of a bridge that has VLANs is in the default one (`nbp_vlan_init`). */
export function initPortVlans(port: BridgePort): void {
  const { bridge } = port;
  if (bridge.vlans === undefined) return;
  port.vlans = new VlanGroup();
  if (bridge.defaultPvid !== 0) addVlan(bridge, port, bridge.defaultPvid, true, true);
}

/** Adds a port, or the bridge itself, to a VLAN (`nbp_vlan_add`, `br_vlan_add`). */
export function addVlan(bridge: Bridge, port: BridgePort | undefined, vid: number, pvid: boolean, untagged: boolean): void {
  const group = (port === undefined ? bridge.vlans : port.vlans) as VlanGroup;
  const known = group.find(vid) !== undefined;
  group.add(vid, untagged);
  if (pvid) group.pvid = vid;
  else if (group.pvid === vid) group.pvid = 0;
  if (!known) addLocal(bridge, port, (port?.dev ?? bridge.dev).address, vid);
}

/** `nbp_vlan_delete`, `br_vlan_delete`: ENOENT where it was not in it. */
export function deleteVlan(bridge: Bridge, port: BridgePort | undefined, vid: number): KernelError | undefined {
  const group = port === undefined ? bridge.vlans : port.vlans;
  if (group?.find(vid) === undefined) return fail('ENOENT');
  deleteLocalOf(bridge, port, (port?.dev ?? bridge.dev).address, vid);
  if (port !== undefined) deleteByPort(bridge, port, vid, false);
  group.delete(vid);
  return undefined;
}

/** `br_vlan_set_default_pvid`: ports whose PVID was the old default get the new one; 0 is none. */
export function setDefaultPvid(bridge: Bridge, pvid: number): KernelError | undefined {
  if (pvid > VLAN_MAX) return fail('EINVAL');
  if (pvid === bridge.defaultPvid) return undefined;
  const old = bridge.defaultPvid;
  for (const port of [undefined, ...[...bridge.ports].reverse()]) {
    const group = port === undefined ? bridge.vlans : port.vlans;
    if (group === undefined) continue;
    const moves = old === 0 || group.pvid === old;
    if (!moves || group.find(pvid) !== undefined) continue;
    if (old !== 0) deleteVlan(bridge, port, old);
    if (pvid !== 0) addVlan(bridge, port, pvid, true, true);
  }
  bridge.defaultPvid = pvid;
  return undefined;
}

export function isValidVid(vid: number): boolean {
  return vid >= 1 && vid <= VLAN_MAX;
}

/**
 * The VLAN of a frame that enters by a port or from the bridge itself (`br_allowed_ingress`): that of its tag, or the PVID.
 * -1 where it may not enter. `skb.mac` is at the Ethernet header.
 */
export function ingressVlan(bridge: Bridge, group: VlanGroup | undefined, skb: Skb): number {
  if (group === undefined) return -1;
  const b = skb.buf;
  const o = skb.mac;
  const tagged = u16(b, o + TYPE) === bridge.vlanProtocol && skb.end - o >= ETH_HLEN + VLAN_HLEN;
  const tag = tagged ? u16(b, o + ETH_HLEN) & 0xfff : 0;
  const vid = tag === 0 ? group.pvid : tag;
  const entry = vid === 0 ? undefined : group.find(vid);
  if (entry === undefined) return -1;
  if (tagged && tag === 0) setTag(skb, vid);
  if (bridge.vlanStats) {
    entry.rxPackets++;
    entry.rxBytes += skb.end - o;
  }
  return vid;
}

/** Whether frames of a VLAN may leave by a port or to the bridge itself (`br_allowed_egress`). */
export function allowedEgress(group: VlanGroup | undefined, vid: number): boolean {
  return group?.find(vid) !== undefined;
}

/** Makes the frame what its VLAN's members behind a port expect, tagged or not (`br_handle_vlan`). `skb.data` is at the Ethernet header. */
export function egressTag(bridge: Bridge, dev: NetDevice, group: VlanGroup | undefined, skb: Skb, vid: number): void {
  const entry = group?.find(vid);
  if (entry === undefined) return;
  if (bridge.vlanStats) count(entry, skb);
  const tagged = u16(skb.buf, skb.data + TYPE) === bridge.vlanProtocol;
  if (entry.untagged && tagged) removeTag(skb);
  else if (!entry.untagged && !tagged) insertTag(skb, bridge.vlanProtocol, vid);
  else return;
  const { ns } = bridge.dev;
  if (ns.kernel.trace.on) traceStep(ns, dev, skb, { kind: 'vlan', vid, action: tagged ? 'untag' : 'tag' });
}

function count(entry: VlanEntry, skb: Skb): void {
  entry.txPackets++;
  entry.txBytes += skb.end - skb.data;
}

/** A frame that only had a priority gets the VLAN's number. */
function setTag(skb: Skb, vid: number): void {
  skb.unshare();
  const at = skb.mac + ETH_HLEN;
  setU16(skb.buf, at, (u16(skb.buf, at) & 0xf000) | vid);
}

/** Puts a tag behind the addresses; `skb.data` is at the Ethernet header before and after. */
export function insertTag(skb: Skb, protocol: number, tci: number): void {
  const at = skb.push(VLAN_HLEN);
  const b = skb.buf;
  b.copyWithin(at, at + VLAN_HLEN, at + VLAN_HLEN + TYPE);
  setU16(b, at + TYPE, protocol);
  setU16(b, at + TYPE + 2, tci);
  skb.mac = at;
}

/** Takes the tag out. */
export function removeTag(skb: Skb): void {
  skb.unshare();
  const at = skb.data;
  skb.buf.copyWithin(at + VLAN_HLEN, at, at + TYPE);
  skb.data = at + VLAN_HLEN;
  skb.mac = skb.data;
}
