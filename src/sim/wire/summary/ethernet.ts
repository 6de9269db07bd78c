// print-ether.c, print-llc.c and print-stp.c of tcpdump.

import { readMac } from '../../base/address.ts';
import { u16 } from '../../base/bytes.ts';
import { ETH_DST, ETH_HLEN, ETH_P_802_3_MIN, ETH_P_8021AD, ETH_P_8021Q, ETH_P_ARP, ETH_P_IP, ETH_P_IPV6, ETH_SRC } from '../ethernet.ts';
import { printArp } from './arp.ts';
import { bitNames, hexNumber, type Printer } from './printer.ts';

const ETHERTYPES = new Map([
  [ETH_P_IP, 'IPv4'],
  [ETH_P_ARP, 'ARP'],
  [0x8035, 'Reverse ARP'],
  [ETH_P_8021Q, '802.1Q'],
  [ETH_P_IPV6, 'IPv6'],
  [0x8847, 'MPLS unicast'],
  [0x8863, 'PPPoE D'],
  [0x8864, 'PPPoE S'],
  [ETH_P_8021AD, '802.1Q-QinQ'],
  [0x88cc, 'LLDP'],
]);

const LLC_SAP_BRIDGE = 0x42;

/** ether_print(): the frame at `o`, `length` bytes on the wire. */
export function printEthernet(p: Printer, o: number, length: number): void {
  if (!p.has(o, ETH_HLEN)) {
    p.truncated('ether');
    return;
  }
  let type = u16(p.b, o + 12);
  let at = o + ETH_HLEN;
  let shown = p.options.link === true;
  if (shown) linkHeader(p, o, type, length);
  while (type === ETH_P_8021Q || type === ETH_P_8021AD) {
    if (!p.has(at, 4)) {
      p.truncated('vlan');
      return;
    }
    const tci = u16(p.b, at);
    type = u16(p.b, at + 2);
    at += 4;
    if (shown) {
      p.put(`vlan ${tci & 0xfff}, p ${tci >> 13}${(tci & 0x1000) !== 0 ? ', DEI' : ''}, `);
      if (type >= ETH_P_802_3_MIN) p.put(p.options.quiet ? `${quietName(type)}, ` : `ethertype ${etherTypeName(type)}, `);
    }
  }
  const left = length - (at - o);
  if (type < ETH_P_802_3_MIN) {
    if (printLlc(p, at)) return;
  } else if (p.layers.network(p, type, at, left)) {
    return;
  }
  if (!shown) {
    linkHeader(p, o, u16(p.b, o + 12), length);
    shown = true;
  }
  if (!p.options.quiet) p.hexAsciiDump('\n\t', at, left);
}

function linkHeader(p: Printer, o: number, type: number, length: number): void {
  p.put(`${p.mac(readMac(p.b, o + ETH_SRC))} > ${p.mac(readMac(p.b, o + ETH_DST))}`);
  if (type < ETH_P_802_3_MIN) {
    p.put(`, 802.3, length ${type}: `);
    return;
  }
  p.put(p.options.quiet ? `, ${quietName(type)}` : `, ethertype ${etherTypeName(type)}`);
  p.put(`, length ${length}: `);
}

/** The name alone, as -q has it. */
function quietName(type: number): string {
  return ETHERTYPES.get(type) ?? `Unknown Ethertype (${hexNumber(type, 4)})`;
}

/** A name with the number behind it, as `IPv4 (0x0800)`. */
export function etherTypeName(type: number): string {
  return `${ETHERTYPES.get(type) ?? 'Unknown'} (${hexNumber(type, 4)})`;
}

/** ethertype_print(): the network layer's packet; false where tcpdump has no printer for the type. */
export function printNetwork(p: Printer, etherType: number, o: number, length: number): boolean {
  switch (etherType) {
    case ETH_P_IP:
      p.layers.ipv4(p, o, length);
      return true;
    case ETH_P_IPV6:
      p.layers.ipv6(p, o, length);
      return true;
    case ETH_P_ARP:
      printArp(p, o, length);
      return true;
    default:
      return false;
  }
}

/** The LLC header of an 802.3 frame; only spanning tree is printed. */
function printLlc(p: Printer, o: number): boolean {
  if (!p.has(o, 3) || p.b[o] !== LLC_SAP_BRIDGE || p.b[o + 1] !== LLC_SAP_BRIDGE || p.b[o + 2] !== 3) return false;
  if (p.options.link) p.put('LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command, ctrl 0x03: ');
  printStp(p, o + 3, u16(p.b, o - 2) - 3);
  return true;
}

/** stp_print(): IEEE 802.1D configuration and topology change messages. */
function printStp(p: Printer, o: number, length: number): void {
  if (!p.has(o, 4)) {
    p.truncated('stp');
    return;
  }
  const type = p.b[o + 3] as number;
  const name = type === 0 ? 'Config' : type === 0x80 ? 'Topology Change' : undefined;
  p.put(`STP ${p.b[o + 2] === 0 ? '802.1d' : '802.1w'}, ${name ?? `Unknown STP protocol (${hexNumber(type, 2)})`}`);
  if (type !== 0) {
    if (name === undefined || length > 4) p.put(`, length ${length}`);
    return;
  }
  if (!p.has(o, 35)) {
    p.truncated('stp');
    return;
  }
  const bridge = (at: number): string =>
    `${u16(p.b, at).toString(16).padStart(4, '0')}.${Array.from(p.b.subarray(at + 2, at + 8), (v) => v.toString(16).padStart(2, '0')).join(':')}`;
  const flags = bitNames(p.b[o + 4] as number, [
    [0x01, 'Topology change'],
    [0x80, 'Topology change ACK'],
  ]);
  p.put(
    `, Flags [${flags}], bridge-id ${bridge(o + 17)}.${u16(p.b, o + 25)
      .toString(16)
      .padStart(4, '0')}, length ${length}`,
  );
  if (p.verbose === 0) return;
  const seconds = (at: number): string => `${(u16(p.b, at) / 256).toFixed(2)}s`;
  p.put(`\n\tmessage-age ${seconds(o + 27)}, max-age ${seconds(o + 29)}, hello-time ${seconds(o + 31)}`);
  p.put(`, forwarding-delay ${seconds(o + 33)}\n\troot-id ${bridge(o + 5)}`);
  p.put(`, root-pathcost ${u16(p.b, o + 13) * 65536 + u16(p.b, o + 15)}`);
}
