// print-arp.c of tcpdump, for Ethernet and IPv4.

import { u16 } from '../../base/bytes.ts';
import { ARP_LEN, ARP_REPLY, ARP_REQUEST, arpOper, arpSha, arpSpa, arpTha, arpTpa, checkArp } from '../arp.ts';
import type { Printer } from './printer.ts';

/** arp_print(): the packet at `o`; `length` counts the frame's padding. */
export function printArp(p: Printer, o: number, length: number): void {
  if (!p.options.link) p.put('ARP, ');
  if (!p.has(o, ARP_LEN)) {
    p.truncated('arp');
    return;
  }
  if (checkArp(p.b, o) !== undefined) {
    p.put(
      `Unknown Hardware (${u16(p.b, o)}) (len ${p.b[o + 4]}), Unknown Protocol (0x${u16(p.b, o + 2)
        .toString(16)
        .padStart(4, '0')})`,
    );
    p.put(` (len ${p.b[o + 5]}), length ${length}`);
    return;
  }
  if (p.verbose > 0) p.put('Ethernet (len 6), IPv4 (len 4), ');
  const oper = arpOper(p.b, o);
  const spa = p.ipv4(arpSpa(p.b, o));
  const tpa = p.ipv4(arpTpa(p.b, o));
  const sha = p.mac(arpSha(p.b, o));
  const tha = p.mac(arpTha(p.b, o));
  switch (oper) {
    case ARP_REQUEST:
      p.put(`Request who-has ${tpa}`);
      if (arpTha(p.b, o) !== 0) p.put(` (${tha})`);
      p.put(` tell ${spa}`);
      break;
    case ARP_REPLY:
      p.put(`Reply ${spa} is-at ${sha}`);
      break;
    case 3:
      p.put(`Reverse Request who-is ${tha} tell ${sha}`);
      break;
    case 4:
      p.put(`Reverse Reply ${tha} at ${tpa}`);
      break;
    case 8:
      p.put(`Inverse Request who-is ${tha} tell ${sha}`);
      break;
    case 9:
      p.put(`Inverse Reply ${sha} at ${spa}`);
      break;
    default:
      p.put(`Unknown (${oper})`);
      p.hexAsciiDump('\n\t', o, length);
      return;
  }
  p.put(`, length ${length}`);
}
