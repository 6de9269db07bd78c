// Filters held against what tcpdump 4.99.3 with libpcap 1.10.3 picked out of the same captures (test/captures/filters.json).

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodePcap } from '../../../wire/pcap.ts';
import { Filter, type FilterNames } from './compile.ts';
import { FilterError } from './lexer.ts';
import { parseFilter } from './parser.ts';

const NAMES: FilterNames = {
  hosts: (name) => (name === 'host2' ? [{ family: 'inet', address: 0xc0a8380c }] : []),
  port(name) {
    if (name === 'domain') return ['tcp', 'udp'].map((protocol) => ({ port: 53, protocol }));
    return name === 'http' ? [{ port: 80, protocol: 'tcp' }] : [];
  },
  protocol: (name) => ({ icmp: 1, tcp: 6, udp: 17 })[name],
};

function compile(text: string, linkType = 1): Filter {
  return new Filter(parseFilter(text), linkType, { names: NAMES, netmask: undefined, live: true });
}

const file = (name: string): URL => new URL(`../../../../../test/captures/${name}`, import.meta.url);
const recorded: { expressions: string[]; matches: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(file('filters.json'), 'utf8'),
);

describe.each(Object.entries(recorded.matches))('of the frames in %s', (name, wanted) => {
  const records = decodePcap(new Uint8Array(readFileSync(file(name))))?.records ?? [];

  test('every expression picks those that libpcap picks', () => {
    const picked: Record<string, string> = {};
    for (const expression of recorded.expressions) {
      const filter = compile(expression);
      const found = records.flatMap(({ data, originalLength }, i) => (filter.matches(data, originalLength) ? [i] : []));
      if (found.length > 0) picked[expression] = ranges(found);
    }
    expect(picked).toEqual(wanted);
  });
});

/** `0-2,5` for 0, 1, 2 and 5. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join();
}

test.each([
  ['frob knob', "can't parse filter expression: syntax error"],
  ['10.0.0.1', "can't parse filter expression: syntax error"],
  ['tcp port 80 90', "can't parse filter expression: syntax error"],
  ['ether proto ip', "can't parse filter expression: syntax error"],
  ['tcp[13', "can't parse filter expression: syntax error"],
  ['tcp and', "can't parse filter expression: syntax error"],
  ['()', "can't parse filter expression: syntax error"],
  ['tcp or 80', 'syntax error in filter expression'],
  ['port foo', "unknown port 'foo'"],
  ['portrange x-y', "unknown port in range 'x-y'"],
  ['host nosuch.example', "unknown host 'nosuch.example'"],
  ['tcp host 1.2.3.4', "'tcp' modifier applied to host"],
  ['ip host ff:ff:ff:ff:ff:ff', 'ethernet address used in non-ether expression'],
  ['ether host 1.2.3.4', 'illegal link layer address'],
  ['port 70000', 'illegal port number 70000 > 65535'],
  ['icmp port 3', "illegal qualifier of 'port'"],
  ['net 10.0.0.1/8', 'non-network bits set in "10.0.0.1/8"'],
  ['net 10.0.0.0/40', 'mask length must be <= 32'],
  ['host 10.0.0.0/32', 'Mask syntax for networks only'],
  ['host 300.1.1.1', "invalid IPv4 address '300.1.1.1'"],
  ['tcp[0:3]=1', 'data size must be 1, 2, or 4'],
  ['ip[0] / 0 = 1', 'division by zero'],
  ['vlan 5000', 'VLAN tag 5000 greater than maximum 4095'],
  ['ip6 host 1.2.3.4', "'ip6' modifier applied to ip host"],
  ['ip proto foo', "unknown ip proto 'foo'"],
  ['udp port http', "port 'http' is tcp"],
  ['port 99999999999', 'number 99999999999 overflows 32 bits'],
  ['ip broadcast', "netmask not known, so 'ip broadcast' not supported"],
])('%s is refused: %s', (expression, message) => {
  let refused: unknown;
  try {
    compile(expression);
  } catch (thrown) {
    refused = thrown;
  }
  expect(refused).toBeInstanceOf(FilterError);
  expect((refused as FilterError).message).toBe(message);
});

test('a name stands for the addresses it has', () => {
  const records = decodePcap(new Uint8Array(readFileSync(file('arp.pcap'))))?.records ?? [];
  expect(records.map(({ data }) => compile('host host2').matches(data))).toEqual(
    records.map(({ data }) => compile('host 192.168.56.12').matches(data)),
  );
});

test('a load outside the packet ends the program: even its negation does not match', () => {
  const frame = new Uint8Array(60);
  frame.set([0x08, 0x00, 0x45], 12);
  frame[23] = 6;
  expect(compile('tcp[1000] = 0').matches(frame)).toBe(false);
  expect(compile('not tcp[1000] = 0').matches(frame)).toBe(false);
  expect(compile('arp or not udp[1000] = 0').matches(frame)).toBe(true);
});
