// Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2): what `-i any` has instead of each device's own link-level header.

import { formatMac, readMac } from '../../base/address.ts';
import { setU16, setU32, u16, u32 } from '../../base/bytes.ts';
import { ETH_HLEN, ETH_SRC, ETH_TYPE } from '../../wire/ethernet.ts';
import { etherTypeName } from '../../wire/summary/ethernet.ts';

export const SLL2_HLEN = 20;
const MAC_LENGTH = 6;

const DIRECTIONS = ['In', 'B', 'M', 'P', 'Out'];

/** Puts the cooked header in front of a packet, in the place of its Ethernet header if it has one. */
export function cook(frame: Uint8Array, ethernet: boolean, about: { ifindex: number; type: number; pktType: number }): Uint8Array {
  const skip = ethernet ? ETH_HLEN : 0;
  const out = new Uint8Array(SLL2_HLEN + Math.max(0, frame.length - skip));
  const version = (frame[0] as number) >> 4;
  setU16(out, 0, ethernet ? u16(frame, ETH_TYPE) : version === 6 ? 0x86dd : 0x0800);
  setU32(out, 4, about.ifindex);
  setU16(out, 8, about.type);
  out[10] = about.pktType;
  if (ethernet) {
    out[11] = MAC_LENGTH;
    out.set(frame.subarray(ETH_SRC, ETH_SRC + MAC_LENGTH), 12);
  }
  out.set(frame.subarray(skip), SLL2_HLEN);
  return out;
}

/** sll2_if_print(): the device and the direction, with -e the rest of the header. */
export function cookedHeader(b: Uint8Array, length: number, name: string | undefined, link: boolean): string {
  const ifindex = u32(b, 4);
  const direction = DIRECTIONS[b[10] as number] ?? '?';
  const start = `${(name ?? `ifindex ${ifindex}`).padEnd(5)} ${direction.padEnd(3)} `;
  if (!link) return start;
  const address = b[11] === MAC_LENGTH ? `${formatMac(readMac(b, 12))} ` : '';
  return `${start}ifindex ${ifindex} ${address}ethertype ${etherTypeName(u16(b, 0))}, length ${length}: `;
}
