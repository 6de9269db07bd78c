import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  eui64,
  formatIpv4,
  formatIpv6Bytes,
  formatMac,
  ipv4Contains,
  ipv4Mask,
  ipv4MaskLength,
  ipv6ByteCompare,
  ipv6Bytes,
  ipv6Network,
  ipv6PrefixContains,
  isMulticastIpv6,
  isMulticastMac,
  macOfEui64,
  multicastMacV4,
  multicastMacV6,
  parseIpv4,
  parseIpv6,
  parseMac,
  readIpv6,
  readMac,
  slaacAddress,
  solicitedNode,
  writeMac,
} from './address.ts';
import { hex } from './bytes.ts';

const mac = parseMac('52:54:00:12:34:56') as number;

test('a MAC address goes through text, number and bytes unchanged', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 48 - 1 }), (address) => {
      const b = new Uint8Array(8);
      writeMac(b, 1, address);
      return readMac(b, 1) === address && parseMac(formatMac(address)) === address;
    }),
  );
  expect(formatMac(mac)).toBe('52:54:00:12:34:56');
  expect([parseMac('52:54:00:12:34'), parseMac('52:54:00:12:34:5g'), parseMac('52:54:00:12:34:567')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([isMulticastMac(mac), isMulticastMac(0x333300000001), isMulticastMac(0xffffffffffff)]).toEqual([false, true, true]);
});

test('an IPv4 address is a strict dotted quad', () => {
  fc.assert(fc.property(fc.nat({ max: 0xffffffff }), (a) => parseIpv4(formatIpv4(a)) === a));
  for (const wrong of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1..2.3', '1.2.3.4 ', '-1.2.3.4', '1.2.3.']) {
    expect(parseIpv4(wrong)).toBeUndefined();
  }
  expect(parseIpv4('0.0.0.0')).toBe(0);
});

test('masks and prefixes', () => {
  expect([ipv4Mask(0), ipv4Mask(8), ipv4Mask(32)].map(formatIpv4)).toEqual(['0.0.0.0', '255.0.0.0', '255.255.255.255']);
  expect([ipv4MaskLength(0xffffff00), ipv4MaskLength(0xff00ff00), ipv4MaskLength(0), ipv4MaskLength(0xffffffff)]).toEqual([
    24,
    undefined,
    0,
    32,
  ]);
  expect([ipv4Contains(0x0a000000, 8, 0x0affffff), ipv4Contains(0x0a000000, 8, 0x0b000000)]).toEqual([true, false]);
  expect([
    ipv6PrefixContains('fd00::', 7, 'fc00::1'),
    ipv6PrefixContains('fd00::', 8, 'fc00::1'),
    ipv6PrefixContains('::', 0, 'fe80::1'),
  ]).toEqual([true, false, true]);
  expect([ipv6Network('fd00:1:2:3ff::1', 54), ipv6Network('fe80::1', 128), ipv6Network('fe80::1', 0)]).toEqual([
    'fd00:1:2::',
    'fe80::1',
    '::',
  ]);
});

test.each([
  ['::', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['FE80::0001', 'fe80::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['2001:db8::', '2001:db8::'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['::102:304', '::1.2.3.4'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
])('%s is written %s', (given, canonical) => {
  expect(parseIpv6(given)).toBe(canonical);
});

test.each([
  '',
  ':',
  ':::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  '12345::',
  '::1%eth0',
  '1.2.3.4',
  '1.2.3.4::',
  ':1::',
  '1:2:3:4:5:6:7:8::',
])('%j is no IPv6 address', (wrong) => {
  expect(parseIpv6(wrong)).toBeUndefined();
});

test('any 16 bytes have one text, and the text gives the bytes back', () => {
  const bytes = fc.array(fc.constantFrom(0, 0, 0, 1, 0xff, 0xfe), { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, (values) => {
      const b = new Uint8Array(values);
      const address = readIpv6(b, 0);
      expect(address).toBe(formatIpv6Bytes(b, 0));
      expect(hex(ipv6Bytes(address))).toBe(hex(b));
      expect(parseIpv6(address)).toBe(address);
    }),
  );
});

test('addresses that follow from others', () => {
  expect(eui64(mac)).toBe('fe80::5054:ff:fe12:3456');
  expect(macOfEui64('fe80::5054:ff:fe12:3456')).toBe(mac);
  expect(slaacAddress('fd00:9::', mac)).toBe('fd00:9::5054:ff:fe12:3456');
  expect(solicitedNode('fe80::5054:ff:fe12:3456')).toBe('ff02::1:ff12:3456');
  expect(formatMac(multicastMacV6('ff02::1:ff12:3456'))).toBe('33:33:ff:12:34:56');
  expect(formatMac(multicastMacV4(parseIpv4('239.129.1.2') as number))).toBe('01:00:5e:01:01:02');
  expect([isMulticastIpv6('ff02::1'), isMulticastIpv6('ff::'), isMulticastIpv6('fe80::ff')]).toEqual([true, false, false]);
});

test('IPv6 addresses are ordered by their bytes, not their text', () => {
  expect(['fe80::1', '2::', '10::', '::1'].sort(ipv6ByteCompare)).toEqual(['::1', '2::', '10::', 'fe80::1']);
});
