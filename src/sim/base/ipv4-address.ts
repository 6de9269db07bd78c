import type { Mac } from './mac-address.ts';

/** An IPv4 address as an unsigned 32-bit integer. */
export type Ipv4 = number;

export const IPV4_BROADCAST: Ipv4 = 0xffff_ffff;

/** Strict dotted quad as inet_pton(3) takes it: four decimal numbers, no leading zeros. */
export function parseIpv4(s: string): Ipv4 | undefined {
  let address = 0;
  let value = -1; // -1: no digit of this number seen yet
  let dots = 0;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    if (c === 0x2e) {
      if (value < 0 || ++dots > 3) return undefined;
      address = address * 256 + value;
      value = -1;
    } else {
      if (c < 0x30 || c > 0x39 || value === 0) return undefined;
      value = (value < 0 ? 0 : value * 10) + c - 0x30;
      if (value > 255) return undefined;
    }
  }
  return value < 0 || dots !== 3 ? undefined : address * 256 + value;
}

/** Dotted quad. */
export function formatIpv4(n: Ipv4): string {
  return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
}

/** The netmask of a prefix length: 24 gives 255.255.255.0. */
export function ipv4Mask(len: number): Ipv4 {
  return len <= 0 ? 0 : (0xffff_ffff << (32 - len)) >>> 0;
}

/** The prefix length of a netmask, or undefined where its ones are not contiguous. */
export function ipv4MaskLength(mask: Ipv4): number | undefined {
  const len = Math.clz32(~mask);
  return ipv4Mask(len) === mask >>> 0 ? len : undefined;
}

/** Whether `addr` lies in `prefix`/`len`. */
export function ipv4Contains(prefix: Ipv4, len: number, addr: Ipv4): boolean {
  return ((prefix ^ addr) & ipv4Mask(len)) === 0;
}

/** 224.0.0.0/4. */
export function isMulticastIpv4(addr: Ipv4): boolean {
  return addr >>> 28 === 0xe;
}

/** 127.0.0.0/8. */
export function isLoopbackIpv4(addr: Ipv4): boolean {
  return addr >>> 24 === 127;
}

/** The Ethernet group address of an IPv4 group: 01:00:5e and its low 23 bits (RFC 1112, 6.4). */
export function multicastMacV4(addr: Ipv4): Mac {
  return 0x0100_5e00_0000 + (addr & 0x7f_ffff);
}
