// How sockets are written in the files of /proc/net.

import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { u32 } from '../../base/bytes.ts';
import { ipv6Bytes } from '../../base/ipv6-address.ts';

/** %08X and the like. */
export function upperHex(value: number, width: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(width, '0');
}

/** An address as a little-endian machine prints the words it is in memory; an IPv4 one of an IPv6 socket is a mapped one. */
export function storedHex(address: Ipv4 | Ipv6, inet: boolean): string {
  if (typeof address === 'number') return inet ? word(address) : `0000000000000000FFFF0000${word(address)}`;
  const bytes = ipv6Bytes(address);
  return [0, 4, 8, 12].map((at) => word(u32(bytes, at))).join('');
}

function word(value: number): string {
  return upperHex(((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24), 8);
}

/** A kernel address, hashed as %pK prints it: no two alike, and no meaning. */
export function pointerText(seed: number): string {
  const h = Math.imul(seed, 0x9e3779b1);
  return ((h ^ (h >>> 15)) >>> 0).toString(16).padStart(16, '0');
}
