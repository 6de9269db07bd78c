// VXLAN: RFC 7348.

import { setU32, u32 } from '../base/bytes.ts';

// Offsets from the start of the header.
export const VXLAN_FLAGS = 0;
export const VXLAN_VNI = 4;
/** Length of the header; an Ethernet frame follows. */
export const VXLAN_HLEN = 8;
/** The port IANA assigned. */
export const VXLAN_PORT = 4789;
/** Linux's own default port, older than the standard: `ip link add ... type vxlan` without dstport. */
export const VXLAN_PORT_LINUX = 8472;
/** The I flag: the VNI is valid. */
export const VXLAN_FLAG_VNI = 0x08;

/** Why the bytes at `o` are no VXLAN header, or undefined when they are. */
export function checkVxlan(b: Uint8Array, o: number): string | undefined {
  if (b.length < o + VXLAN_HLEN) return 'VXLAN header truncated';
  if (((b[o] as number) & VXLAN_FLAG_VNI) === 0) return 'VXLAN header without VNI';
  return undefined;
}

/** The 24-bit network identifier. */
export function vxlanVni(b: Uint8Array, o: number): number {
  return u32(b, o + VXLAN_VNI) >>> 8;
}

/** Writes the 8-byte header at `o`. */
export function writeVxlan(b: Uint8Array, o: number, vni: number): void {
  setU32(b, o + VXLAN_FLAGS, VXLAN_FLAG_VNI << 24);
  setU32(b, o + VXLAN_VNI, vni << 8);
}
