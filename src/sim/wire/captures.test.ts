// Packets that a Linux kernel sent, captured by tcpdump on a veth pair (test/captures). The topology:
//
//   wt1 eth0 10.0.1.2, fd00:1::2 ─── eth0 10.0.1.1, fd00:1::1  wr  eth1 10.0.2.1 ─── eth0 10.0.2.2 wt2
//
// Beside each capture stands what tcpdump 4.99.3 prints of it with several sets of options.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytesEqual, hex } from '../base/bytes.ts';
import { pseudoHeaderV4, pseudoHeaderV6 } from '../base/checksum.ts';
import { decodeArp, encodeArp } from './arp.ts';
import { dissect } from './dissect.ts';
import { decodeEthernet, encodeEthernet } from './ethernet.ts';
import { decodeIcmp, encodeIcmp } from './icmp.ts';
import { decodeIcmpv6, encodeIcmpv6 } from './icmpv6.ts';
import { decodeIpv4, encodeIpv4 } from './ipv4.ts';
import { decodeIpv6, encodeIpv6 } from './ipv6.ts';
import { decodeMld, encodeMld } from './mld.ts';
import { decodeNd, encodeNd } from './ndp.ts';
import { decodePcap, encodePcap } from './pcap.ts';
import { Summary } from './summary.ts';
import { decodeTcp, encodeTcp } from './tcp.ts';
import { decodeUdp, encodeUdp } from './udp.ts';

const NAMES = ['arp', 'icmp', 'icmpv6', 'udp', 'dns', 'tcp', 'text-protocols', 'tunnels'];
const file = (name: string): URL => new URL(`../../../test/captures/${name}`, import.meta.url);

function capture(name: string): { bytes: Uint8Array; frames: Uint8Array[] } {
  const bytes = new Uint8Array(readFileSync(file(`${name}.pcap`)));
  return { bytes, frames: (decodePcap(bytes)?.records ?? []).map((record) => record.data) };
}

describe.each(NAMES)('the capture %s', (name) => {
  const { bytes, frames } = capture(name);

  test('is written back byte for byte', () => {
    const read = decodePcap(bytes);
    expect(read && bytesEqual(encodePcap(read), bytes)).toBe(true);
  });

  test('is printed as tcpdump prints it', () => {
    for (const section of readFileSync(file(`${name}.txt`), 'utf8')
      .split('$ tcpdump -t ')
      .slice(1)) {
      const end = section.indexOf('\n');
      const options = section.slice(0, end);
      const summary = new Summary({
        link: options.includes('e'),
        verbose: options.replace(/[^v]/g, '').length,
        quiet: options.includes('q'),
      });
      expect(frames.map((frame) => `${summary.frame(frame)}\n`).join(''), options).toBe(section.slice(end + 1));
    }
  });

  test('gives the same bytes when each layer is decoded and encoded again', () => {
    for (const frame of frames) expect(reencodedLayers(frame).filter(([, before, after]) => before !== after)).toEqual([]);
  });
});

/** Each layer's name, bytes, and bytes after decoding and encoding. Layers that the codecs refuse are left out. */
function reencodedLayers(frame: Uint8Array): [string, string, string][] {
  const out: [string, string, string][] = [];
  const add = (layer: string, before: Uint8Array, after: Uint8Array | undefined): void => {
    if (after !== undefined) out.push([layer, hex(before), hex(after)]);
  };
  const eth = decodeEthernet(frame);
  if (eth === undefined) return out;
  add('ethernet', frame, encodeEthernet(eth));
  const arp = eth.type === 0x0806 ? decodeArp(eth.payload) : undefined;
  if (arp) add('arp', eth.payload.subarray(0, 28), encodeArp(arp));
  const ip4 = eth.type === 0x0800 ? decodeIpv4(eth.payload) : undefined;
  if (ip4) {
    const { payload } = ip4;
    // The objects leave out reserved bits, which one packet of the capture has set; likewise in TCP.
    if (((eth.payload[6] as number) & 0x80) === 0) add('ipv4', eth.payload, encodeIpv4(ip4));
    if (ip4.moreFragments || ip4.fragmentOffset > 0) return out;
    const pseudo = pseudoHeaderV4(ip4.src, ip4.dst, ip4.protocol, payload.length);
    const icmp = ip4.protocol === 1 ? decodeIcmp(payload) : undefined;
    if (icmp) add('icmp', payload, encodeIcmp(icmp));
    const tcp = ip4.protocol === 6 ? decodeTcp(payload, 0, payload.length, pseudo) : undefined;
    // Options in another order than Linux's, or that Linux does not send, cannot come back the same.
    if (tcp && ownOptions(payload)) add('tcp', payload, encodeTcp(tcp, pseudo));
    const udp = ip4.protocol === 17 ? decodeUdp(payload, 0, payload.length, pseudo) : undefined;
    if (udp) add('udp', payload, encodeUdp(udp, payload[6] === 0 && payload[7] === 0 ? undefined : pseudo));
  }
  const ip6 = eth.type === 0x86dd ? decodeIpv6(eth.payload) : undefined;
  if (ip6) {
    const { payload, src, dst } = ip6;
    add('ipv6', eth.payload, encodeIpv6(ip6));
    const pseudo = pseudoHeaderV6(src, dst, ip6.nextHeader, payload.length);
    const icmp = ip6.nextHeader === 58 ? decodeIcmpv6(payload, 0, payload.length, pseudo) : undefined;
    if (icmp) add('icmpv6', payload, encodeIcmpv6(icmp, src, dst));
    const nd = icmp && decodeNd(payload);
    if (nd) add('nd', payload, encodeNd(nd, src, dst));
    const mld = icmp && decodeMld(payload);
    if (mld) add('mld', payload, encodeMld(mld, src, dst));
  }
  return out;
}

function ownOptions(segment: Uint8Array): boolean {
  if (((segment[12] as number) & 0x0f) !== 0) return false;
  const kinds = hex(segment.subarray(20, ((segment[12] as number) >> 4) * 4));
  return kinds === '' || /^(020405|0101080a|01010[5])/.test(kinds);
}

test('a dissected frame names every header and where its fields stand', () => {
  const request = capture('dns').frames.find((frame) => dissect(frame).some((layer) => layer.name === 'DNS')) as Uint8Array;
  const layers = dissect(request);
  expect(layers.map((layer) => [layer.name, layer.offset, layer.length])).toEqual([
    ['Ethernet', 0, 14],
    ['IPv4', 14, 20],
    ['UDP', 34, 8],
    ['DNS', 42, 56],
  ]);
  expect(layers[1]?.fields.find((field) => field.name === 'Source')).toEqual({ name: 'Source', value: '10.0.1.2', offset: 26, length: 4 });
  expect(layers[3]?.fields.map((field) => field.value)).toContain('www.example.com type 1');
});

test('a tunnel is dissected down to the inner packet, an error down to what it quotes', () => {
  const names = (frame: Uint8Array): string =>
    dissect(frame)
      .map((layer) => layer.name)
      .join(' ');
  const tunnels = capture('tunnels').frames.map(names);
  expect(tunnels).toContain('Ethernet IPv4 UDP VXLAN Ethernet ARP');
  expect(tunnels).toContain('Ethernet IPv4 UDP VXLAN Ethernet IPv4 ICMP Payload');
  expect(capture('icmp').frames.map(names)).toContain('Ethernet IPv4 ICMP IPv4 (quoted) UDP Payload');
});

test('what the kernel sent, its checksums verify', () => {
  for (const frame of capture('tcp').frames.slice(0, 20)) {
    const sums = dissect(frame).flatMap((layer) => layer.fields.filter((field) => field.name.endsWith('hecksum')));
    expect(sums.every((field) => field.value.endsWith('(correct)'))).toBe(true);
  }
});
