// Ethernet II frames (RFC 894) and the 802.1Q tag.

import { type Mac, readMac, writeMac } from '../base/address.ts';
import { setU16, u16 } from '../base/bytes.ts';

// Offsets in the frame.
export const ETH_DST = 0;
export const ETH_SRC = 6;
export const ETH_TYPE = 12;
/** Length of the header: ETH_HLEN in linux/if_ether.h. */
export const ETH_HLEN = 14;
/** Length of an 802.1Q tag, which stands between the source address and the EtherType. */
export const VLAN_HLEN = 4;

// EtherTypes (linux/if_ether.h).
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_8021AD = 0x88a8;
/** Below this a type field is an 802.3 length. */
export const ETH_P_802_3_MIN = 0x0600;

/** The frame as a plain object. */
export interface EthernetFrame {
  dst: Mac;
  src: Mac;
  /** The payload's EtherType, the one after a tag. */
  type: number;
  /** The 802.1Q tag: identifier 1–4094, priority 0–7, drop-eligible. */
  vlan?: { id: number; priority: number; dei: boolean };
  payload: Uint8Array;
}

/** Why the bytes are no Ethernet frame, or undefined when they are. */
export function checkEthernet(b: Uint8Array): string | undefined {
  if (b.length < ETH_HLEN) return 'frame shorter than its header';
  if (u16(b, ETH_TYPE) === ETH_P_8021Q && b.length < ETH_HLEN + VLAN_HLEN) return 'frame shorter than its VLAN tag';
  return undefined;
}

export function ethDst(b: Uint8Array): Mac {
  return readMac(b, ETH_DST);
}

export function ethSrc(b: Uint8Array): Mac {
  return readMac(b, ETH_SRC);
}

/** The type field as it stands: ETH_P_8021Q for a tagged frame. */
export function ethType(b: Uint8Array): number {
  return u16(b, ETH_TYPE);
}

/** Whether the destination is a group (multicast or broadcast). */
export function ethIsGroup(b: Uint8Array): boolean {
  return ((b[0] as number) & 1) !== 0;
}

/** Whether the frame carries an 802.1Q tag. */
export function ethIsTagged(b: Uint8Array): boolean {
  return b[12] === 0x81 && b[13] === 0;
}

/** The tag's 12-bit VLAN identifier. Only for a tagged frame. */
export function vlanId(b: Uint8Array): number {
  return u16(b, ETH_HLEN) & 0x0fff;
}

/** The tag's priority (PCP). Only for a tagged frame. */
export function vlanPriority(b: Uint8Array): number {
  return (b[ETH_HLEN] as number) >> 5;
}

/** Writes the 14-byte header at `o`. */
export function writeEthernet(b: Uint8Array, o: number, dst: Mac, src: Mac, type: number): void {
  writeMac(b, o + ETH_DST, dst);
  writeMac(b, o + ETH_SRC, src);
  setU16(b, o + ETH_TYPE, type);
}

/** A copy of the frame with an 802.1Q tag put in. */
export function tagVlan(b: Uint8Array, id: number, priority = 0): Uint8Array {
  const out = new Uint8Array(b.length + VLAN_HLEN);
  out.set(b.subarray(0, ETH_TYPE));
  setU16(out, ETH_TYPE, ETH_P_8021Q);
  setU16(out, ETH_HLEN, (priority << 13) | (id & 0x0fff));
  out.set(b.subarray(ETH_TYPE), ETH_TYPE + VLAN_HLEN);
  return out;
}

/** A copy of a tagged frame without its outer tag. */
export function untagVlan(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length - VLAN_HLEN);
  out.set(b.subarray(0, ETH_TYPE));
  out.set(b.subarray(ETH_TYPE + VLAN_HLEN), ETH_TYPE);
  return out;
}

/** The frame's bytes, without padding or FCS. */
export function encodeEthernet(f: EthernetFrame): Uint8Array {
  const header = f.vlan ? ETH_HLEN + VLAN_HLEN : ETH_HLEN;
  const out = new Uint8Array(header + f.payload.length);
  writeEthernet(out, 0, f.dst, f.src, f.vlan ? ETH_P_8021Q : f.type);
  if (f.vlan) {
    setU16(out, ETH_HLEN, (f.vlan.priority << 13) | (f.vlan.dei ? 0x1000 : 0) | (f.vlan.id & 0x0fff));
    setU16(out, ETH_HLEN + 2, f.type);
  }
  out.set(f.payload, header);
  return out;
}

/** The frame as an object, its payload a view of `b`; undefined where {@link checkEthernet} objects. */
export function decodeEthernet(b: Uint8Array): EthernetFrame | undefined {
  if (checkEthernet(b) !== undefined) return undefined;
  const frame: EthernetFrame = { dst: ethDst(b), src: ethSrc(b), type: ethType(b), payload: b.subarray(ETH_HLEN) };
  if (ethIsTagged(b)) {
    const tci = u16(b, ETH_HLEN);
    frame.vlan = { id: tci & 0x0fff, priority: tci >> 13, dei: (tci & 0x1000) !== 0 };
    frame.type = u16(b, ETH_HLEN + 2);
    frame.payload = b.subarray(ETH_HLEN + VLAN_HLEN);
  }
  return frame;
}
