import { type Ipv6, readIpv6 } from '../../../base/address.ts';
import { u16, u32 } from '../../../base/bytes.ts';
import { readMac } from '../../../base/mac-address.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import { ETH_HLEN, ETH_P_8021Q, ETH_P_IP, ETH_P_IPV6, VLAN_HLEN } from '../../../wire/ethernet.ts';
import { IGMP_QUERY, IGMP_V1_REPORT, IGMP_V2_LEAVE, IGMP_V2_REPORT, IGMP_V3_REPORT, igmp3Records } from '../../../wire/igmp.ts';
import { IPPROTO_ICMPV6, IPPROTO_IGMP } from '../../../wire/ip-protocol.ts';
import {
  checkMld,
  MLD2_CHANGE_TO_INCLUDE,
  MLD2_MODE_IS_INCLUDE,
  MLD2_RECORDS,
  mldRecordCount,
  mldRecordLength,
} from '../../../wire/mld.ts';
import type { Family } from '../../rtnetlink/messages.ts';
import type { Skb } from '../../skb.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import type { MdbEntry } from './mdb.ts';

// Snooping: what a bridge learns from IGMP and MLD that passes, net/bridge/br_multicast.c. Offsets are into the frame's buffer.

const HOP_BY_HOP_LEN = 8;
const IPV6_HLEN = 40;

const MLD_QUERY = 130;
const MLD_REPORT = 131;
const MLD_DONE = 132;
const MLD2_REPORT = 143;

const ALL_NODES6 = 'ff02::1';

/** What snooping says about a multicast frame. */
export interface Snooped {
  /** The group's entry, if it is known. */
  readonly entry: MdbEntry | undefined;
  /** Not for everybody: where a querier asks for listeners it goes to those, and to routers. */
  readonly restricted: boolean;
}

const TO_ALL: Snooped = { entry: undefined, restricted: false };

/** Learns from a multicast frame (`br_multicast_rcv`) and looks up its group; `port` is undefined for the bridge's own. */
export function snoop(bridge: Bridge, port: BridgePort | undefined, skb: Skb, vid: number): Snooped {
  if (!bridge.mdb.settings.snooping) return TO_ALL;
  const b = skb.buf;
  let at = skb.mac + ETH_HLEN;
  let type = u16(b, at - 2);
  if (type === ETH_P_8021Q && at + VLAN_HLEN <= skb.end) {
    type = u16(b, at + 2);
    at += VLAN_HLEN;
  }
  if (type === ETH_P_IP) return snoop4(bridge, port, b, at, skb.end, vid);
  if (type === ETH_P_IPV6) return snoop6(bridge, port, b, at, skb.end, vid);
  if (bridge.mdb.empty) return TO_ALL;
  const entry = bridge.mdb.find({ family: 'link', address: readMac(b, skb.mac) }, undefined, vid);
  return { entry, restricted: entry !== undefined };
}

function snoop4(bridge: Bridge, port: BridgePort | undefined, b: Uint8Array, ip: number, end: number, vid: number): Snooped {
  if (end - ip < 20) return TO_ALL;
  const { mdb } = bridge;
  const header = ((b[ip] as number) & 0xf) * 4;
  const dst = u32(b, ip + 16);
  const igmp = ip + header;
  if (b[ip + 9] === IPPROTO_IGMP && end - igmp >= 8) {
    const group = u32(b, igmp + 4);
    switch (b[igmp]) {
      case IGMP_QUERY: {
        const delay = (b[igmp + 1] as number) * 100 * NS_PER_MS;
        if (u32(b, ip + 12) !== 0) mdb.heardQuery('inet', u32(b, ip + 12), port, delay);
        if (group !== 0) mdb.asked({ family: 'inet', address: group }, vid, delay);
        return TO_ALL;
      }
      case IGMP_V1_REPORT:
      case IGMP_V2_REPORT:
        if (!isLocal4(group)) mdb.join(port, { family: 'inet', address: group }, vid);
        return { entry: undefined, restricted: true };
      case IGMP_V2_LEAVE:
        if (!isLocal4(group)) mdb.leave(port, { family: 'inet', address: group }, vid);
        return TO_ALL;
      case IGMP_V3_REPORT:
        snoopIgmp3(bridge, port, b, igmp, end, vid);
        return TO_ALL;
      default:
        return TO_ALL;
    }
  }
  if (isLocal4(dst)) return TO_ALL;
  return { entry: mdb.empty ? undefined : mdb.find({ family: 'inet', address: dst }, u32(b, ip + 12), vid), restricted: true };
}

function snoopIgmp3(bridge: Bridge, port: BridgePort | undefined, b: Uint8Array, igmp: number, end: number, vid: number): void {
  for (const { type, group, sources } of igmp3Records(b, igmp, end - igmp)) {
    if (!isLocal4(group)) record(bridge, port, 'inet', group, type, sources, vid);
  }
}

function snoop6(bridge: Bridge, port: BridgePort | undefined, b: Uint8Array, ip: number, end: number, vid: number): Snooped {
  if (end - ip < IPV6_HLEN) return TO_ALL;
  const { mdb } = bridge;
  const mld = ip + IPV6_HLEN + HOP_BY_HOP_LEN;
  if (b[ip + 6] === 0 && mld + 8 <= end && b[ip + IPV6_HLEN] === IPPROTO_ICMPV6) {
    const type = b[mld] as number;
    if (type === MLD2_REPORT) {
      if (checkMld(b, mld, end - mld) === undefined) snoopMld2(bridge, port, b, mld, vid);
      return TO_ALL;
    }
    if (type >= MLD_QUERY && type <= MLD_DONE && mld + 24 <= end) return snoopMld1(bridge, port, b, mld, type, readIpv6(b, ip + 8), vid);
  }
  const dst = readIpv6(b, ip + 24);
  if (dst === ALL_NODES6) return TO_ALL;
  return { entry: mdb.empty ? undefined : mdb.find({ family: 'inet6', address: dst }, readIpv6(b, ip + 8), vid), restricted: true };
}

function snoopMld1(
  bridge: Bridge,
  port: BridgePort | undefined,
  b: Uint8Array,
  mld: number,
  type: number,
  source: Ipv6,
  vid: number,
): Snooped {
  const { mdb } = bridge;
  const address = readIpv6(b, mld + 8);
  const group = { family: 'inet6', address } as const;
  if (type === MLD_QUERY) {
    const delay = Math.max(1, u16(b, mld + 4)) * NS_PER_MS;
    mdb.heardQuery('inet6', source, port, delay);
    if (address !== '::') mdb.asked(group, vid, delay);
    return TO_ALL;
  }
  if (address !== ALL_NODES6) {
    if (type === MLD_REPORT) mdb.join(port, group, vid);
    else mdb.leave(port, group, vid);
  }
  return type === MLD_REPORT ? { entry: undefined, restricted: true } : TO_ALL;
}

function snoopMld2(bridge: Bridge, port: BridgePort | undefined, b: Uint8Array, mld: number, vid: number): void {
  let at = mld + MLD2_RECORDS;
  for (let left = mldRecordCount(b, mld); left > 0; left--) {
    const group = readIpv6(b, at + 4);
    if (group !== ALL_NODES6) record(bridge, port, 'inet6', group, b[at] as number, u16(b, at + 2), vid);
    at += mldRecordLength(b, at);
  }
}

/** One record of a version 3 or 2 report, whose numbers IGMP and MLD share. Sources are not told apart (as with version 2 and 1). */
function record(
  bridge: Bridge,
  port: BridgePort | undefined,
  family: Family,
  address: number | string,
  type: number,
  sources: number,
  vid: number,
): void {
  const group = { family, address };
  if (type < MLD2_MODE_IS_INCLUDE || type > 6) return;
  if ((type === MLD2_MODE_IS_INCLUDE || type === MLD2_CHANGE_TO_INCLUDE) && sources === 0) bridge.mdb.leave(port, group, vid);
  else bridge.mdb.join(port, group, vid);
}

/** 224.0.0.0/24: never pruned. */
function isLocal4(group: number): boolean {
  return group >>> 8 === 0xe00000;
}

/** The family whose querier decides about a frame. */
export function querierFamily(skb: Skb): Family {
  return u16(skb.buf, skb.mac + 12) === ETH_P_IPV6 ? 'inet6' : 'inet';
}
