import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readIpv6 } from '../base/address.ts';
import { fromHex, hex, u16 } from '../base/bytes.ts';
import { checksum, pseudoHeaderV4, pseudoHeaderV6 } from '../base/checksum.ts';
import { decodeArp, encodeArp } from './arp.ts';
import { dissect, dissectPacket } from './dissect.ts';
import { type DnsData, type DnsMessage, decodeDns, dnsReverseIpv4, dnsReverseIpv6, readDnsName } from './dns.ts';
import { encodeDns } from './dns-encode.ts';
import { decodeEthernet, type EthernetFrame, encodeEthernet, tagVlan, untagVlan, vlanId } from './ethernet.ts';
import { decodeIcmp, encodeIcmp } from './icmp.ts';
import { decodeIcmpv6, encodeIcmpv6 } from './icmpv6.ts';
import { encodeIgmp, encodeIgmp3Report, IGMP_V2_LEAVE, igmp3Records } from './igmp.ts';
import { checkIpv4, decodeIpv4, encodeIpv4, ipv4DecrementTtl, ipv4Options, ipv4Ttl } from './ipv4.ts';
import { decodeIpv6, encodeIpv6, type Ipv6Extension, ipv6FragmentHeader, ipv6TransportProtocol } from './ipv6.ts';
import { decodeMld, encodeMld, type MldMessage } from './mld.ts';
import { decodeNd, encodeNd, type NdMessage, type NdOption, ndLinkAddress } from './ndp.ts';
import { decodePcap, encodePcap, LINKTYPE_ETHERNET, PCAP_SNAPLEN } from './pcap.ts';
import { Summary } from './summary.ts';
import { decodeTcp, encodeTcp, readTcpOptions, type TcpOptions, tcpFindOption } from './tcp.ts';
import { decodeUdp, encodeUdp } from './udp.ts';
import { checkVxlan, vxlanVni, writeVxlan } from './vxlan.ts';

const byte = fc.nat(255);
const word = fc.nat(65535);
const long = fc.nat(0xffffffff);
const mac = fc.nat(2 ** 48 - 1);
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => readIpv6(b, 0));
const payload = fc.uint8Array({ maxLength: 80 });
const label = fc.stringMatching(/^[a-z0-9_-]{1,12}$/);
const name = fc.array(label, { maxLength: 4 }).map((labels) => labels.join('.'));

/** Objects decoded from bytes hold views; compared as plain arrays they equal what was encoded. */
const plain = (x: unknown): unknown => JSON.parse(JSON.stringify(x, (_, v) => (v instanceof Uint8Array ? hex(v) : v)));

function same(got: unknown, wanted: unknown): void {
  expect(got).toEqual(wanted);
}

describe('decoding what was encoded gives it back', () => {
  test('Ethernet, tagged or not', () => {
    const vlan = fc.record({ id: fc.nat(4095), priority: fc.nat(7), dei: fc.boolean() });
    const type = fc.integer({ min: 0x600, max: 0xffff }).filter((t) => t !== 0x8100);
    const frame = fc.record<EthernetFrame, 'dst' | 'src' | 'type' | 'payload'>(
      { dst: mac, src: mac, type, vlan, payload },
      { requiredKeys: ['dst', 'src', 'type', 'payload'] },
    );
    fc.assert(fc.property(frame, (f) => same(plain(decodeEthernet(encodeEthernet(f))), plain(f))));
  });

  test('ARP', () => {
    const packet = fc.record({ oper: word, sha: mac, spa: long, tha: mac, tpa: long });
    fc.assert(fc.property(packet, (p) => same(decodeArp(encodeArp(p)), p)));
  });

  test('IPv4 with options and fragments', () => {
    const packet = fc.record({
      tos: byte,
      id: word,
      dontFragment: fc.boolean(),
      moreFragments: fc.boolean(),
      fragmentOffset: fc.nat(8191).map((v) => v * 8),
      ttl: byte,
      protocol: byte,
      src: long,
      dst: long,
      options: fc.uint8Array({ maxLength: 40 }).map((b) => b.subarray(0, b.length & ~3)),
      payload,
    });
    fc.assert(fc.property(packet, (p) => same(plain(decodeIpv4(encodeIpv4(p))), plain(p))));
  });

  test('IPv6 with extension headers', () => {
    const options = fc.record({
      type: fc.constantFrom(0 as const, 43 as const, 60 as const),
      data: fc.constantFrom(6, 14).chain((n) => fc.uint8Array({ minLength: n, maxLength: n })),
    });
    const fragment = fc.record({ type: fc.constant(44 as const), offset: fc.constant(0), more: fc.boolean(), id: long });
    const packet = fc.record({
      trafficClass: byte,
      flowLabel: fc.nat(0xfffff),
      hopLimit: byte,
      src: ipv6,
      dst: ipv6,
      extensions: fc.array<Ipv6Extension>(fc.oneof(options, fragment), { maxLength: 3 }),
      nextHeader: fc.constantFrom(6, 17, 58, 59),
      payload,
    });
    fc.assert(
      fc.property(packet, (p) => {
        const b = encodeIpv6(p);
        expect(plain(decodeIpv6(b))).toEqual(plain(p));
        expect(ipv6TransportProtocol(b, 0)).toBe(p.nextHeader);
        expect(ipv6FragmentHeader(b, 0) >= 0).toBe(p.extensions.some((e) => e.type === 44));
      }),
    );
  });

  test('ICMP and ICMPv6', () => {
    const message = fc.record({ type: byte, code: byte, rest: long, payload });
    fc.assert(fc.property(message, (m) => same(plain(decodeIcmp(encodeIcmp(m))), plain(m))));
    fc.assert(
      fc.property(message, ipv6, ipv6, (m, src, dst) => {
        const b = encodeIcmpv6(m, src, dst);
        expect(plain(decodeIcmpv6(b, 0, b.length, pseudoHeaderV6(src, dst, 58, b.length)))).toEqual(plain(m));
      }),
    );
  });

  test('neighbour discovery with its options', () => {
    const option = fc.oneof<fc.Arbitrary<NdOption>[]>(
      fc.record({ type: fc.constantFrom(1 as const, 2 as const), mac }),
      fc.record({
        type: fc.constant(3 as const),
        prefix: ipv6,
        prefixLength: byte,
        flags: byte,
        validLifetime: long,
        preferredLifetime: long,
      }),
      fc.record({ type: fc.constant(5 as const), mtu: long }),
      fc.record({ type: fc.constant(25 as const), lifetime: long, servers: fc.array(ipv6, { minLength: 1, maxLength: 3 }) }),
      fc.record({ type: fc.constant(4 as const), packet: fc.constant(new Uint8Array(48).fill(7)) }),
      fc.record({ type: fc.constant('other' as const), code: fc.constant(14), data: fc.constant(new Uint8Array(6)) }),
    );
    const options = fc.array(option, { maxLength: 4 });
    const message = fc.oneof<fc.Arbitrary<NdMessage>[]>(
      fc.record({ type: fc.constant(133 as const), options }),
      fc.record({
        type: fc.constant(134 as const),
        hopLimit: byte,
        flags: byte,
        routerLifetime: word,
        reachableMs: long,
        retransMs: long,
        options,
      }),
      fc.record({ type: fc.constant(135 as const), target: ipv6, options }),
      fc.record({ type: fc.constant(136 as const), flags: byte, target: ipv6, options }),
      fc.record({ type: fc.constant(137 as const), target: ipv6, dst: ipv6, options }),
    );
    fc.assert(
      fc.property(message, (m) => {
        const b = encodeNd(m, 'fe80::1', 'ff02::1');
        expect(plain(decodeNd(b))).toEqual(plain(m));
        const link = m.options.find((o) => o.type === 1);
        expect(ndLinkAddress(b, 0, b.length, 1)).toBe(link?.type === 1 ? link.mac : -1);
      }),
    );
  });

  test('multicast listener discovery', () => {
    const sources = fc.array(ipv6, { maxLength: 3 });
    const version2 = fc.record({ suppress: fc.boolean(), robustness: fc.nat(7), intervalCode: byte, sources });
    const message = fc.oneof<fc.Arbitrary<MldMessage>[]>(
      fc.record({ type: fc.constant(143 as const), records: fc.array(fc.record({ type: byte, group: ipv6, sources }), { maxLength: 3 }) }),
      fc.record({ type: fc.constant(130 as const), maxResponse: word, group: ipv6 }),
      fc.record({ type: fc.constant(130 as const), maxResponse: word, group: ipv6, version2 }),
    );
    fc.assert(fc.property(message, (m) => same(decodeMld(encodeMld(m, 'fe80::1', 'ff02::16')), m)));
  });

  test('reports of groups', () => {
    const records = fc.array(fc.record({ type: byte, group: long }), { maxLength: 5 });
    const read = (b: Uint8Array) => igmp3Records(b, 0, b.length).map(({ type, group }) => ({ type, group }));
    fc.assert(fc.property(records, (r) => same(read(encodeIgmp3Report(r)), r)));
  });

  test('UDP and TCP, checksums over the pseudo-header included', () => {
    const datagram = fc.record({ srcPort: word, dstPort: word, payload });
    fc.assert(
      fc.property(datagram, long, long, (d, src, dst) => {
        const pseudo = pseudoHeaderV4(src, dst, 17, 8 + d.payload.length);
        expect(plain(decodeUdp(encodeUdp(d, pseudo), 0, 8 + d.payload.length, pseudo))).toEqual(plain(d));
      }),
    );
    const options = fc.record<TcpOptions>(
      {
        mss: word,
        sackPermitted: fc.constant(true),
        timestamps: fc.record({ value: long, echo: long }),
        windowScale: fc.nat(14),
      },
      { requiredKeys: [] },
    );
    const sack = fc.record({ sack: fc.array(fc.tuple(long, long), { minLength: 1, maxLength: 3 }) });
    const segment = fc.record({
      srcPort: word,
      dstPort: word,
      seq: long,
      ack: long,
      flags: byte,
      window: word,
      urgent: word,
      options: fc.oneof(options, sack),
      payload,
    });
    fc.assert(
      fc.property(segment, long, long, (s, src, dst) => {
        const length = encodeTcp(s, 0).length;
        const pseudo = pseudoHeaderV4(src, dst, 6, length);
        const b = encodeTcp(s, pseudo);
        expect(plain(decodeTcp(b, 0, length, pseudo))).toEqual(plain(s));
        expect(tcpFindOption(b, 0, 2) >= 0).toBe('mss' in s.options);
      }),
    );
  });

  test('DNS messages of every record type', () => {
    const data = fc.oneof<fc.Arbitrary<DnsData>[]>(
      fc.record({ type: fc.constant(1 as const), address: long }),
      fc.record({ type: fc.constant(28 as const), address: ipv6 }),
      fc.record({ type: fc.constantFrom(2 as const, 5 as const, 12 as const), target: name }),
      fc.record({ type: fc.constant(15 as const), preference: word, target: name }),
      fc.record({ type: fc.constant(16 as const), strings: fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }) }),
      fc.record({ type: fc.constant(33 as const), priority: word, weight: word, port: word, target: name }),
      fc.record({
        type: fc.constant(6 as const),
        primary: name,
        mailbox: name,
        serial: long,
        refresh: long,
        retry: long,
        expire: long,
        minimum: long,
      }),
      fc.record({ type: fc.constant('other' as const), code: fc.constant(41), data: payload }),
    );
    const records = fc.array(fc.record({ name, class: word, ttl: long, data }), { maxLength: 3 });
    const message: fc.Arbitrary<DnsMessage> = fc.record({
      id: word,
      flags: word,
      questions: fc.array(fc.record({ name, type: word, class: word }), { maxLength: 2 }),
      answers: records,
      authorities: records,
      additionals: records,
    });
    fc.assert(fc.property(message, (m) => same(plain(decodeDns(encodeDns(m))), plain(m))));
  });

  test('capture files with either resolution', () => {
    const time = fc.record({ seconds: long, nanoseconds: fc.nat(999_999).map((v) => v * 1000), data: payload });
    fc.assert(
      fc.property(fc.array(time, { maxLength: 5 }), fc.boolean(), (records, nanoseconds) => {
        const file = { linkType: LINKTYPE_ETHERNET, snaplen: PCAP_SNAPLEN, nanoseconds, records };
        expect(plain(decodePcap(encodePcap(file)))).toEqual(plain(file));
      }),
    );
  });
});

test('a name that was written before is written as a pointer', () => {
  const question = { name: 'www.example.com', type: 1, class: 1 };
  const answer = { name: 'www.example.com', class: 1, ttl: 60, data: { type: 1 as const, address: 1 } };
  const b = encodeDns({ id: 1, flags: 0x8180, questions: [question], answers: [answer], authorities: [], additionals: [] });
  expect(hex(b.subarray(33, 35))).toBe('c00c');
});

test('a compression loop is no name', () => {
  expect(readDnsName(fromHex('c000'), 0, 0)).toBeUndefined();
  expect(readDnsName(fromHex('0161c000'), 0, 0)).toBeUndefined();
});

test('reverse names', () => {
  expect(dnsReverseIpv4(0x0a000102)).toBe('2.1.0.10.in-addr.arpa');
  expect(dnsReverseIpv6('fd00::1')).toBe(`1.${'0.'.repeat(29)}d.f.ip6.arpa`);
});

test('a hop keeps the header checksum right at every TTL', () => {
  const packet = decodeIpv4(fromHex('4500001c000000000001000000000000ffffffff0000000000000000'));
  expect(packet).toBeUndefined();
  for (let ttl = 1; ttl < 256; ttl++) {
    const b = encodeIpv4({
      tos: 0,
      id: ttl * 251,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      ttl,
      protocol: 1,
      src: 1,
      dst: 2,
      options: new Uint8Array(),
      payload: new Uint8Array(),
    });
    ipv4DecrementTtl(b, 0);
    expect([ipv4Ttl(b, 0), checkIpv4(b)]).toEqual([ttl - 1, undefined]);
  }
});

test('a tag put in is taken out again', () => {
  const frame = fromHex('ffffffffffff 525400000001 0806 0001');
  const tagged = tagVlan(frame, 10, 3);
  expect([vlanId(tagged), hex(untagVlan(tagged))]).toEqual([10, hex(frame)]);
});

test('a UDP checksum that comes out as zero is sent as all ones', () => {
  const pseudo = 0xffff - 0x1388 - 0x1770 - 8;
  const b = encodeUdp({ srcPort: 0x1388, dstPort: 0x1770, payload: new Uint8Array() }, pseudo - 8 + 8);
  expect(u16(b, 6)).toBe(checksum(new Uint8Array([...b.subarray(0, 6), 0, 0]), 0, 8, pseudo) || 0xffff);
  expect(u16(b, 6)).not.toBe(0);
});

test('a VXLAN header carries its VNI', () => {
  const b = new Uint8Array(8);
  writeVxlan(b, 0, 0xabcdef);
  expect([hex(b), vxlanVni(b, 0), checkVxlan(b, 0)]).toEqual(['08000000abcdef00', 0xabcdef, undefined]);
});

test('IGMP: a version 3 report of two groups and a version 2 leave message as Linux sends them', () => {
  const report = '2200f5f60000000204000000ef01010204000000ef010101';
  expect(igmp3Records(fromHex(report), 0, 24)).toEqual([
    { type: 4, group: 0xef010102, sources: 0 },
    { type: 4, group: 0xef010101, sources: 0 },
  ]);
  expect([hex(encodeIgmp3Report(igmp3Records(fromHex(report), 0, 24))), hex(encodeIgmp(IGMP_V2_LEAVE, 0, 0xef010101))]).toEqual([
    report,
    '1700f8fcef010101',
  ]);
});

describe('whatever the bytes, nothing throws', () => {
  const junk = fc.uint8Array({ maxLength: 120 });
  const decoders = [
    decodeEthernet,
    decodeArp,
    decodeIpv4,
    decodeIpv6,
    decodeIcmp,
    decodeIcmpv6,
    decodeNd,
    decodeMld,
    decodeUdp,
    decodeTcp,
    decodeDns,
    decodePcap,
  ] as ((b: Uint8Array) => unknown)[];

  test('decoders', () => {
    fc.assert(
      fc.property(junk, (b) => {
        for (const decode of decoders) decode(b);
        ipv4Options(b, 0);
        readTcpOptions(b, 0);
      }),
    );
  });

  // Headers that lead deep into the printers, with junk behind them.
  const prefixes = [
    '',
    '0800 4500 0060 0000 0000 4001',
    '0800 4600 0060 0000 0000 4006 0000 0a000001 0a000002',
    '0800 4500 0060 0000 0000 4006 0000 0a000001 0a000002',
    '0800 4500 0060 0000 0000 4011 0000 0a000001 0a000002 0035 0035 0048 0000',
    '0800 4500 0060 0000 0000 4011 0000 0a000001 0a000002 0035 12b5 0048 0000 08000000 00002a00',
    '0800 4500 0060 0000 0000 4002 0000 0a000001 0a000002 2200',
    '86dd 6000 0000 0040 3aff fe80000000000000 0000000000000001 ff02000000000000 0000000000000001',
    '86dd 6000 0000 0040 00ff fe80000000000000 0000000000000001 ff02000000000000 0000000000000001 3a00',
    '86dd 6000 0000 0040 2cff fe80000000000000 0000000000000001 ff02000000000000 0000000000000001',
    '8100 0001 8100 0002 0806',
    '0026 4242 03',
  ].map((s) => fromHex(`ffffffffffff 525400000001 ${s}`));

  test('printers and the dissector', () => {
    const options = fc.record({ link: fc.boolean(), verbose: fc.nat(3), quiet: fc.boolean() });
    fc.assert(
      fc.property(fc.constantFrom(...prefixes), junk, options, (prefix, tail, option) => {
        const frame = new Uint8Array([...prefix, ...tail]);
        expect(typeof new Summary(option).frame(frame)).toBe('string');
        for (const layer of dissect(frame)) {
          expect(layer.offset + layer.length).toBeLessThanOrEqual(frame.length);
          for (const field of layer.fields) expect(field.offset + field.length).toBeLessThanOrEqual(frame.length);
        }
        dissectPacket(tail, 0x0800);
      }),
      { numRuns: 2000 },
    );
  });
});
