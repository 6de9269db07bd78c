// ARP for IPv4 over Ethernet: RFC 826; gratuitous and probe forms as in RFC 5227.

import { type Ipv4, type Mac, readMac, writeMac } from '../base/address.ts';
import { setU16, setU32, u16, u32 } from '../base/bytes.ts';
import { ETH_P_IP } from './ethernet.ts';

// Offsets from the start of the ARP packet.
export const ARP_HTYPE = 0;
export const ARP_PTYPE = 2;
export const ARP_HLEN = 4;
export const ARP_PLEN = 5;
export const ARP_OPER = 6;
export const ARP_SHA = 8;
export const ARP_SPA = 14;
export const ARP_THA = 18;
export const ARP_TPA = 24;
/** Length of a packet with Ethernet and IPv4 addresses. */
export const ARP_LEN = 28;

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

const ARPHRD_ETHER = 1;

/** An ARP packet: hardware and protocol address of its sender and of its target. */
export interface ArpPacket {
  oper: number;
  sha: Mac;
  spa: Ipv4;
  tha: Mac;
  tpa: Ipv4;
}

/** Why the bytes at `o` are no ARP packet for IPv4 over Ethernet, or undefined when they are. */
export function checkArp(b: Uint8Array, o = 0): string | undefined {
  if (b.length < o + ARP_LEN) return 'ARP packet too short';
  if (u16(b, o + ARP_HTYPE) !== ARPHRD_ETHER || b[o + ARP_HLEN] !== 6) return 'ARP hardware type is not Ethernet';
  if (u16(b, o + ARP_PTYPE) !== ETH_P_IP || b[o + ARP_PLEN] !== 4) return 'ARP protocol type is not IPv4';
  return undefined;
}

export function arpOper(b: Uint8Array, o: number): number {
  return u16(b, o + ARP_OPER);
}

export function arpSha(b: Uint8Array, o: number): Mac {
  return readMac(b, o + ARP_SHA);
}

export function arpSpa(b: Uint8Array, o: number): Ipv4 {
  return u32(b, o + ARP_SPA);
}

export function arpTha(b: Uint8Array, o: number): Mac {
  return readMac(b, o + ARP_THA);
}

export function arpTpa(b: Uint8Array, o: number): Ipv4 {
  return u32(b, o + ARP_TPA);
}

/** Writes the 28 bytes of an ARP packet at `o`. */
export function writeArp(b: Uint8Array, o: number, oper: number, sha: Mac, spa: Ipv4, tha: Mac, tpa: Ipv4): void {
  setU16(b, o + ARP_HTYPE, ARPHRD_ETHER);
  setU16(b, o + ARP_PTYPE, ETH_P_IP);
  b[o + ARP_HLEN] = 6;
  b[o + ARP_PLEN] = 4;
  setU16(b, o + ARP_OPER, oper);
  writeMac(b, o + ARP_SHA, sha);
  setU32(b, o + ARP_SPA, spa);
  writeMac(b, o + ARP_THA, tha);
  setU32(b, o + ARP_TPA, tpa);
}

export function encodeArp(p: ArpPacket): Uint8Array {
  const out = new Uint8Array(ARP_LEN);
  writeArp(out, 0, p.oper, p.sha, p.spa, p.tha, p.tpa);
  return out;
}

export function decodeArp(b: Uint8Array, o = 0): ArpPacket | undefined {
  if (checkArp(b, o) !== undefined) return undefined;
  return { oper: arpOper(b, o), sha: arpSha(b, o), spa: arpSpa(b, o), tha: arpTha(b, o), tpa: arpTpa(b, o) };
}
