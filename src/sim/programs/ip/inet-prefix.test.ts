import { expect, test } from 'vitest';
import { formatAddress, type InetPrefix, parsePrefix, prefixContains } from './inet-prefix.ts';
import { Exit } from './parse.ts';

function read(word: string, family: 'unspec' | 'inet' | 'inet6' = 'unspec'): string {
  try {
    const { address, bits } = parsePrefix(word, family);
    return `${address === undefined ? '-' : formatAddress(address)}/${bits}`;
  } catch (exit) {
    return exit instanceof Exit ? exit.message.trim() : String(exit);
  }
}

test('prefixes may leave out zeros at the end, use any base, and give the length as a netmask', () => {
  expect(
    ['10/8', '10.1/16', '192.168.1.1', '010.0.0.9/24', '0x0a.1.2.3/024', '10.2.0.1/255.255.255.0', 'default'].map((word) => read(word)),
  ).toEqual(['10.0.0.0/8', '10.1.0.0/16', '192.168.1.1/32', '8.0.0.9/24', '10.1.2.3/20', '10.2.0.1/24', '-/0']);
  expect([read('fd00::1/64'), read('FD00:0::1')]).toEqual(['fd00::1/64', 'fd00::1/128']);
});

test('what is no prefix of the family asked for is refused by name', () => {
  expect([
    read('10.0.0.300/24'),
    read('10.0.0.1/33'),
    read('10.0.0.1/'),
    read('10.2.0.2/255.0.255.0'),
    read('fd00::1/64', 'inet'),
    read('10.5.0.1/24', 'inet6'),
  ]).toEqual([
    'Error: any valid prefix is expected rather than "10.0.0.300/24".',
    'Error: any valid prefix is expected rather than "10.0.0.1/33".',
    'Error: any valid prefix is expected rather than "10.0.0.1/".',
    'Error: any valid prefix is expected rather than "10.2.0.2/255.0.255.0".',
    'Error: inet prefix is expected rather than "fd00::1/64".',
    'Error: inet6 prefix is expected rather than "10.5.0.1/24".',
  ]);
});

test('a prefix holds the addresses that share its bits, and none of another family', () => {
  const net: InetPrefix = parsePrefix('10.1.0.0/16', 'unspec');
  expect([0x0a01ffff, 0x0a020000, 'fd00::1'].map((address) => prefixContains(net, address))).toEqual([true, false, false]);
});
