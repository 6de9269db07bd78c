import { formatIpv4, formatMac, readMac } from '../../base/address.ts';
import { u16, u32 } from '../../base/bytes.ts';
import { ARP_LEN, ARP_OPER, ARP_REPLY, ARP_REQUEST, ARP_SHA, ARP_SPA, ARP_THA, ARP_TPA, arpOper, checkArp } from '../arp.ts';
import {
  checkEthernet,
  ETH_DST,
  ETH_HLEN,
  ETH_P_8021AD,
  ETH_P_8021Q,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  ETH_SRC,
  ETH_TYPE,
} from '../ethernet.ts';
import { type Dissection, hexadecimal, named } from './layer.ts';

const ETHERTYPES = new Map([
  [ETH_P_IP, 'IPv4'],
  [ETH_P_ARP, 'ARP'],
  [ETH_P_IPV6, 'IPv6'],
  [ETH_P_8021Q, '802.1Q'],
  [ETH_P_8021AD, '802.1ad'],
]);

/** The Ethernet header and its tags; answers the payload's EtherType and offset. */
export function dissectEthernet(d: Dissection, o: number): { type: number; at: number } | undefined {
  const { b } = d;
  const problem = checkEthernet(b.subarray(o));
  d.begin('Ethernet', o, ETH_HLEN, problem);
  if (problem !== undefined) return undefined;
  d.field('Destination', formatMac(readMac(b, o + ETH_DST)), o + ETH_DST, 6);
  d.field('Source', formatMac(readMac(b, o + ETH_SRC)), o + ETH_SRC, 6);
  let type = u16(b, o + ETH_TYPE);
  d.field('Type', named(hexadecimal(type, 4), ETHERTYPES.get(type)), o + ETH_TYPE, 2);
  let at = o + ETH_HLEN;
  while ((type === ETH_P_8021Q || type === ETH_P_8021AD) && at + 4 <= b.length) {
    const tci = u16(b, at);
    type = u16(b, at + 2);
    d.begin('802.1Q VLAN', at, 4);
    d.field('Priority', tci >> 13, at, 1);
    d.field('Drop eligible', (tci & 0x1000) !== 0 ? 'yes' : 'no', at, 1);
    d.field('VLAN identifier', tci & 0xfff, at, 2);
    d.field('Type', named(hexadecimal(type, 4), ETHERTYPES.get(type)), at + 2, 2);
    at += 4;
  }
  return { type, at };
}

/** An ARP packet. */
export function dissectArp(d: Dissection, o: number): void {
  const { b } = d;
  const problem = checkArp(b, o);
  d.begin('ARP', o, ARP_LEN, problem);
  if (problem !== undefined) return;
  const oper = arpOper(b, o);
  d.field('Hardware type', '1 (Ethernet)', o, 2);
  d.field('Protocol type', '0x0800 (IPv4)', o + 2, 2);
  d.field('Operation', named(oper, oper === ARP_REQUEST ? 'request' : oper === ARP_REPLY ? 'reply' : undefined), o + ARP_OPER, 2);
  d.field('Sender hardware address', formatMac(readMac(b, o + ARP_SHA)), o + ARP_SHA, 6);
  d.field('Sender protocol address', formatIpv4(u32(b, o + ARP_SPA)), o + ARP_SPA, 4);
  d.field('Target hardware address', formatMac(readMac(b, o + ARP_THA)), o + ARP_THA, 6);
  d.field('Target protocol address', formatIpv4(u32(b, o + ARP_TPA)), o + ARP_TPA, 4);
}
