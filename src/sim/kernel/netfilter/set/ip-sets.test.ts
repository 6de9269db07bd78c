// a:eth0 10.0.0.1/24 ──── 10.0.0.2/24 b:eth0

import { expect, test } from 'vitest';
import { parseIpv4 } from '../../../base/ipv4-address.ts';
import { jhash2 } from '../../../base/jhash.ts';
import { ok, TestNet } from '../../test-net.ts';
import type { RuleSpec } from '../rule.ts';
import type { IpSet } from './ip-set.ts';
import type { IpSets, SetCreate } from './ip-sets.ts';

const PLAIN: Omit<SetCreate, 'name' | 'type'> = {
  family: 'inet',
  timeoutS: undefined,
  counters: false,
  comment: false,
  skbinfo: false,
  forceAdd: false,
  hashSize: 1024,
  maxElements: 65536,
  bucketSize: undefined,
  initval: 0x12345678,
  netmask: undefined,
  bitmask: undefined,
  size: 8,
  range: { from: 0, to: 0, netmask: undefined },
};

function twoHosts(): { net: TestNet; sets: IpSets } {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.0.1/24');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  return { net, sets: net.ns('b').dataPlane.ipsets };
}

function made(sets: IpSets, name: string, type: string, more: Partial<SetCreate> = {}): IpSet {
  expect(sets.create({ ...PLAIN, name, type, ...more }, false)).toBeUndefined();
  return sets.find(name) as IpSet;
}

function ip(text: string): number {
  return parseIpv4(text) as number;
}

function rule(more: Partial<RuleSpec>): RuleSpec {
  const none = undefined;
  return { source: none, destination: none, input: none, output: none, protocol: none, fragment: none, matches: [], target: none, ...more };
}

test('The hash of no words is that of the kernel', () => {
  expect(jhash2([], 0)).toBe(0xdeadbeef);
});

test('Elements are listed in the order that the seed gives them, as a kernel with that seed does', () => {
  const set = made(twoHosts().sets, 's', 'hash:ip');
  for (let i = 1; i <= 20; i++) set.add({ ip: ip(`10.0.0.${i}`), exist: false });
  const order = [...set.list()].map(({ element }) => (element?.ip as number) & 0xff);
  expect([order, set.memory()]).toEqual([[13, 19, 14, 12, 9, 15, 7, 10, 18, 16, 2, 4, 17, 8, 3, 6, 1, 20, 5, 11], 1016]);
});

test('A table whose bucket is full is made larger, and its memory is reckoned as the kernel does', () => {
  const set = made(twoHosts().sets, 's', 'hash:ip', { hashSize: 64, initval: 7 });
  for (let i = 1; i <= 10; i++) set.add({ ip: ip(`10.0.${i}.0`), cidr: 25, exist: false });
  expect([set.header()[1], [...set.list()].length, set.memory()]).toEqual([['hashsize', '512'], 1280, 30936]);
});

test('The smallest network decides, and an exception is no hit', () => {
  const set = made(twoHosts().sets, 'n', 'hash:net');
  set.add({ ip: ip('192.168.0.0'), cidr: 16, exist: false });
  set.add({ ip: ip('192.168.5.0'), cidr: 24, noMatch: true, exist: false });
  const test = (address: string): unknown => set.test({ ip: ip(address), exist: false });
  expect([test('192.168.9.9'), test('192.168.5.9'), test('10.0.0.1')]).toEqual([undefined, 'EXIST', 'EXIST']);
});

test('A range becomes the fewest networks that are the same', () => {
  const set = made(twoHosts().sets, 'n', 'hash:net');
  set.add({ ip: ip('10.1.0.3'), ipTo: ip('10.1.0.20'), exist: false });
  const networks = [...set.list()].map(({ element }) => `${(element?.ip as number) & 0xff}/${element?.cidr}`);
  expect(networks.sort()).toEqual(['16/30', '20/32', '3/32', '4/30', '8/29']);
});

test('An element is gone when its time is over', () => {
  const { net, sets } = twoHosts();
  const set = made(sets, 't', 'hash:ip', { timeoutS: 5 });
  set.add({ ip: ip('10.0.0.7'), exist: false });
  set.add({ ip: ip('10.0.0.8'), timeoutS: 0, exist: false });
  net.run(6000);
  expect([...set.list()].map(({ element }) => element?.ip)).toEqual([ip('10.0.0.8')]);
});

test('A rule that names a set drops what is in it, and the set cannot go away meanwhile', () => {
  const { net, sets } = twoHosts();
  const set = made(sets, 'blocked', 'hash:ip', { counters: true });
  const filter = net.ns('b').dataPlane.nftables.table('inet', 'filter');
  const input = filter.ensureChain('INPUT');
  if (input === undefined) throw new Error('no chain');
  const match = { name: 'set', set: 'blocked', sides: ['src'], invert: false, returnNoMatch: false } as const;
  const counters = { keepCounters: false, keepSubcounters: false, packets: undefined, bytes: undefined };
  ok(filter.insertRule(input, 0, rule({ matches: [{ ...match, ...counters }], target: { name: 'DROP' } })));
  const drops = net.drops();
  net.ping('a', '10.0.0.2');
  net.run(100);
  const before = [...drops];
  set.add({ ip: ip('10.0.0.1'), exist: false });
  net.ping('a', '10.0.0.2');
  net.run(100);
  const [listed] = [...set.list()];
  expect([before, drops, listed?.packets, listed?.bytes, sets.destroy('blocked')]).toEqual([
    ['NO_SOCKET'],
    ['NO_SOCKET', 'NETFILTER_DROP'],
    1,
    84,
    'BUSY',
  ]);
});

test('SET adds what passes, and swapped sets change places with their names', () => {
  const { net, sets } = twoHosts();
  made(sets, 'seen', 'hash:ip,port');
  const filter = net.ns('b').dataPlane.nftables.table('inet', 'filter');
  const input = filter.ensureChain('INPUT');
  if (input === undefined) throw new Error('no chain');
  const add = { set: 'seen', sides: ['src', 'dst'] } as const;
  ok(
    filter.insertRule(
      input,
      0,
      rule({ target: { name: 'SET', add, delete: undefined, map: undefined, exist: false, timeoutS: undefined } }),
    ),
  );
  net.ping('a', '10.0.0.2');
  net.run(100);
  made(sets, 'other', 'hash:ip,port');
  const swapped = sets.swap('seen', 'other');
  const content = (name: string): unknown =>
    [...(sets.find(name)?.list() ?? [])].map(({ element }) => [element?.ip, element?.proto, element?.port]);
  expect([swapped, content('seen'), content('other'), sets.references('seen')]).toEqual([undefined, [], [[ip('10.0.0.1'), 1, 0x0800]], 1]);
});
