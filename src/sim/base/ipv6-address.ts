// IPv6 addresses. On the wire an address is 16 bytes; in tables it is its canonical text, so that Map keys and `===`
// work. Both conversions are cached: a flow's packets convert their addresses once.

import { setU16, setU32, u16, u32 } from './bytes.ts';
import { parseIpv4 } from './ipv4-address.ts';
import { type Mac, readMac } from './mac-address.ts';

/**
 * An IPv6 address in canonical text: RFC 5952, with the dotted ending that inet_ntop(3) gives to IPv4-mapped and
 * IPv4-compatible addresses. Two addresses are the same exactly if the strings are.
 */
export type Ipv6 = string;

export const IPV6_UNSPECIFIED: Ipv6 = '::';
export const IPV6_LOOPBACK: Ipv6 = '::1';
export const IPV6_ALL_NODES: Ipv6 = 'ff02::1';
export const IPV6_ALL_ROUTERS: Ipv6 = 'ff02::2';

/** Reads any textual form (RFC 4291, 2.2), without zone, and makes it canonical. */
export function parseIpv6(s: string): Ipv6 | undefined {
  if (BYTES.has(s)) return s;
  const bytes = parseBytes(s);
  return bytes && formatIpv6Bytes(bytes, 0);
}

/** The address in the 16 bytes at `o`; bytes past the end count as zero. */
export function readIpv6(b: Uint8Array, o: number): Ipv6 {
  const w0 = u32(b, o);
  const w1 = u32(b, o + 4);
  const w2 = u32(b, o + 8);
  const w3 = u32(b, o + 12);
  let h = Math.imul(w0 ^ Math.imul(w1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(w2 ^ Math.imul(w3, 0xc2b2ae35), 0x27d4eb2f);
  h = ((h ^ (h >>> 15)) >>> 0) % TEXT_SLOTS;
  const k = h * 4;
  const known = TEXTS[h];
  if (known !== undefined && TEXT_KEYS[k] === w0 && TEXT_KEYS[k + 1] === w1 && TEXT_KEYS[k + 2] === w2 && TEXT_KEYS[k + 3] === w3) {
    return known;
  }
  const address = formatIpv6Bytes(b, o);
  TEXT_KEYS[k] = w0;
  TEXT_KEYS[k + 1] = w1;
  TEXT_KEYS[k + 2] = w2;
  TEXT_KEYS[k + 3] = w3;
  TEXTS[h] = address;
  return address;
}

/** Writes the address into the 16 bytes at `o`. */
export function writeIpv6(b: Uint8Array, o: number, a: Ipv6): void {
  const bytes = ipv6Bytes(a);
  for (let i = 0; i < 16; i++) b[o + i] = bytes[i] as number;
}

/** The 16 bytes of an address. Shared by all callers: read, never write. */
export function ipv6Bytes(a: Ipv6): Uint8Array {
  let bytes = BYTES.get(a);
  if (bytes === undefined) {
    bytes = parseBytes(a);
    if (bytes === undefined) throw new TypeError(`not an IPv6 address: ${a}`);
    if (BYTES.size >= BYTES_LIMIT) BYTES.clear();
    BYTES.set(a, bytes);
  }
  return bytes;
}

/** Canonical text of the 16 bytes at `o`, in the manner of glibc's inet_ntop(3). */
export function formatIpv6Bytes(b: Uint8Array, o: number): Ipv6 {
  let bestStart = -1;
  let bestLength = 1; // a single zero group is not compressed
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && u16(b, o + 2 * (i + length)) === 0) length++;
    if (length > bestLength) {
      bestStart = i;
      bestLength = length;
    }
    i += length;
  }
  const dotted = bestStart === 0 && (bestLength === 6 || (bestLength === 5 && u16(b, o + 10) === 0xffff));
  const groups = dotted ? 6 : 8;
  let out = '';
  for (let i = 0; i < groups; i++) {
    if (i === bestStart) {
      out += '::';
      i += bestLength - 1;
      continue;
    }
    if (out !== '' && !out.endsWith(':')) out += ':';
    out += u16(b, o + 2 * i).toString(16);
  }
  if (!dotted) return out;
  if (!out.endsWith(':')) out += ':';
  return `${out}${b[o + 12] ?? 0}.${b[o + 13] ?? 0}.${b[o + 14] ?? 0}.${b[o + 15] ?? 0}`;
}

/** Whether `addr` lies in `prefix`/`len`. */
export function ipv6PrefixContains(prefix: Ipv6, len: number, addr: Ipv6): boolean {
  const p = ipv6Bytes(prefix);
  const a = ipv6Bytes(addr);
  const whole = len >> 3;
  for (let i = 0; i < whole; i++) if (p[i] !== a[i]) return false;
  const rest = len & 7;
  return rest === 0 || (((p[whole] as number) ^ (a[whole] as number)) & (0xff00 >> rest) & 0xff) === 0;
}

/** The address with all bits after the first `len` cleared. */
export function ipv6Network(addr: Ipv6, len: number): Ipv6 {
  const out = ipv6Bytes(addr).slice();
  for (let i = 0; i < 16; i++) {
    const keep = Math.min(8, Math.max(0, len - 8 * i));
    out[i] = (out[i] as number) & (0xff00 >> keep);
  }
  return formatIpv6Bytes(out, 0);
}

/** The order of the addresses' bytes: negative, 0 or positive. */
export function ipv6ByteCompare(a: Ipv6, b: Ipv6): number {
  if (a === b) return 0;
  const x = ipv6Bytes(a);
  const y = ipv6Bytes(b);
  for (let i = 0; i < 16; i++) {
    const difference = (x[i] as number) - (y[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The link-local address that a MAC address gives: fe80::/64 and the modified EUI-64 (RFC 4291, appendix A). */
export function eui64(mac: Mac): Ipv6 {
  return slaacAddress('fe80::', mac);
}

/** The address with the first 64 bits of `prefix` and the modified EUI-64 of `mac` (RFC 4862, 5.5.3). */
export function slaacAddress(prefix: Ipv6, mac: Mac): Ipv6 {
  const out = ipv6Bytes(prefix).slice();
  const high = Math.floor(mac / 0x100_0000);
  const low = mac % 0x100_0000;
  setU32(out, 8, (((high << 8) | 0xff) ^ 0x0200_0000) >>> 0);
  setU32(out, 12, (0xfe00_0000 | low) >>> 0);
  return formatIpv6Bytes(out, 0);
}

/** The group an owner of `addr` listens on for neighbour solicitations: ff02::1:ffXX:XXXX (RFC 4291, 2.7.1). */
export function solicitedNode(addr: Ipv6): Ipv6 {
  const a = ipv6Bytes(addr);
  const out = new Uint8Array(16);
  setU16(out, 0, 0xff02);
  setU32(out, 10, 0x0001_ff00);
  for (let i = 13; i < 16; i++) out[i] = a[i] as number;
  return formatIpv6Bytes(out, 0);
}

/** The Ethernet group address of an IPv6 group: 33:33 and its low 32 bits (RFC 2464, 7). */
export function multicastMacV6(addr: Ipv6): Mac {
  return 0x3333_0000_0000 + u32(ipv6Bytes(addr), 12);
}

/** ff00::/8. */
export function isMulticastIpv6(addr: Ipv6): boolean {
  return addr.startsWith('ff') && addr[4] === ':';
}

/** fe80::/10. */
export function isLinkLocalIpv6(addr: Ipv6): boolean {
  return ipv6PrefixContains('fe80::', 10, addr);
}

/** The MAC address in a modified EUI-64 interface identifier, or undefined where it is not one. */
export function macOfEui64(addr: Ipv6): Mac | undefined {
  const a = ipv6Bytes(addr);
  if (a[11] !== 0xff || a[12] !== 0xfe) return undefined;
  const mac = new Uint8Array([(a[8] as number) ^ 2, a[9] as number, a[10] as number, a[13] as number, a[14] as number, a[15] as number]);
  return readMac(mac, 0);
}

const BYTES_LIMIT = 4096;
const BYTES = new Map<string, Uint8Array>();

const TEXT_SLOTS = 1024;
const TEXT_KEYS = new Uint32Array(TEXT_SLOTS * 4);
const TEXTS: (string | undefined)[] = new Array(TEXT_SLOTS).fill(undefined);

function parseBytes(s: string): Uint8Array | undefined {
  const halves = s.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] as string, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const out = new Uint8Array(16);
  head.forEach((group, i) => {
    setU16(out, 2 * i, group);
  });
  tail.forEach((group, i) => {
    setU16(out, 2 * (i + head.length + gap), group);
  });
  return out;
}

/** The 16-bit groups of one side of `::`; a dotted quad may end the address and counts as two. */
function parseGroups(s: string, mayEndDotted: boolean): number[] | undefined {
  if (s === '') return [];
  const out: number[] = [];
  const parts = s.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      out.push(Number.parseInt(part, 16));
    } else {
      const v4 = mayEndDotted && i === parts.length - 1 ? parseIpv4(part) : undefined;
      if (v4 === undefined) return undefined;
      out.push(v4 >>> 16, v4 & 0xffff);
    }
  }
  return out;
}
