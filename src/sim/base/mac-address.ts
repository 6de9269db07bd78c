import { setU16, setU32, u16, u32 } from './bytes.ts';

/** An Ethernet address as a 48-bit integer; the first byte on the wire is the highest. */
export type Mac = number;

export const MAC_ZERO: Mac = 0;
export const MAC_BROADCAST: Mac = 0xffff_ffff_ffff;

const GROUP_BIT = 2 ** 40;

/** Reads `52:54:00:12:34:56`: six groups of one or two hex digits, colons between. */
export function parseMac(s: string): Mac | undefined {
  const groups = s.split(':');
  if (groups.length !== 6) return undefined;
  let mac = 0;
  for (const group of groups) {
    if (!/^[0-9a-fA-F]{1,2}$/.test(group)) return undefined;
    mac = mac * 256 + Number.parseInt(group, 16);
  }
  return mac;
}

/** Six lower-case hex pairs with colons. */
export function formatMac(mac: Mac): string {
  const digits = mac.toString(16).padStart(12, '0');
  let out = digits.slice(0, 2);
  for (let i = 2; i < 12; i += 2) out += `:${digits.slice(i, i + 2)}`;
  return out;
}

/** The MAC address in the six bytes at `o`. */
export function readMac(b: Uint8Array, o: number): Mac {
  return u16(b, o) * 0x1_0000_0000 + u32(b, o + 2);
}

/** Writes a MAC address into the six bytes at `o`. */
export function writeMac(b: Uint8Array, o: number, mac: Mac): void {
  setU16(b, o, Math.floor(mac / 0x1_0000_0000));
  setU32(b, o + 2, mac % 0x1_0000_0000);
}

/** Whether the group bit is set: true for multicast addresses and for the broadcast one. */
export function isMulticastMac(mac: Mac): boolean {
  return Math.floor(mac / GROUP_BIT) % 2 === 1;
}
