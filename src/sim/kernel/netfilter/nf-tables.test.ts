// a:eth0 10.0.0.1/24 ──── 10.0.0.2/24 b:eth0

import { expect, test } from 'vitest';
import { isError } from '../../base/result.ts';
import { IFA_F_NODAD } from '../rtnetlink/messages.ts';
import { ok, TestNet } from '../test-net.ts';
import type { RuleSpec } from './rule.ts';
import type { Table } from './table.ts';

const ANY: RuleSpec = {
  source: undefined,
  destination: undefined,
  input: undefined,
  output: undefined,
  protocol: undefined,
  fragment: undefined,
  matches: [],
  target: undefined,
};

function twoHosts(): { net: TestNet; filter: Table } {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.0.1/24');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  return { net, filter: net.ns('b').dataPlane.nftables.table('inet', 'filter') };
}

function append(table: Table, chain: string, spec: Partial<RuleSpec>): unknown {
  const found = table.ensureChain(chain);
  if (!found) throw new Error(`no chain ${chain}`);
  return table.insertRule(found, found.rules.length, { ...ANY, ...spec });
}

test('A packet goes through the chains that rules jump to and back, and each rule that takes it counts it', () => {
  const { net, filter } = twoHosts();
  filter.addChain('MINE');
  ok(append(filter, 'INPUT', { target: { name: 'jump', chain: 'MINE', goto: false } }));
  ok(append(filter, 'INPUT', { protocol: { value: 1, invert: false }, target: { name: 'DROP' } }));
  ok(append(filter, 'MINE', { protocol: { value: 6, invert: false }, target: { name: 'DROP' } }));
  ok(append(filter, 'MINE', { target: { name: 'RETURN' } }));
  const drops = net.drops();
  net.ping('a', '10.0.0.2');
  net.run(100);
  expect(drops).toEqual(['NETFILTER_DROP']);
  const counted = (chain: string) => filter.chain(chain)?.rules.map(({ packets, bytes }) => [packets, bytes]);
  expect([counted('INPUT'), counted('MINE')]).toEqual([
    [
      [1, 84],
      [1, 84],
    ],
    [
      [0, 0],
      [1, 84],
    ],
  ]);
});

test('REJECT tells the sender by the ICMP error it names', () => {
  const { net, filter } = twoHosts();
  ok(append(filter, 'INPUT', { target: { name: 'REJECT', how: 'icmp-host-prohibited' } }));
  const seen = net.capture('a', 'eth0');
  net.ping('a', '10.0.0.2');
  net.run(100);
  expect(seen.lines().at(-1)).toBe('IP 10.0.0.2 > 10.0.0.1: ICMP host 10.0.0.2 unreachable - admin prohibited, length 92');
});

test('The policy decides at the end of a chain, and counts from when it is set', () => {
  const { net, filter } = twoHosts();
  net.ping('a', '10.0.0.2');
  net.run(100);
  const input = filter.ensureChain('INPUT');
  expect(input?.counters).toBeUndefined();
  if (input) filter.setPolicy(input, 'DROP');
  net.ping('a', '10.0.0.2');
  net.run(100);
  expect(input?.counters).toEqual({ packets: 1, bytes: 84 });
});

test('What may not stand where it is asked for is refused, and leaves the chain as it was', () => {
  const { filter } = twoHosts();
  const mangle = twoHosts().net.ns('b').dataPlane.nftables.table('inet', 'mangle');
  filter.ensureChain('OUTPUT');
  const refusals = [
    append(mangle, 'POSTROUTING', { target: { name: 'REJECT', how: 'icmp-port-unreachable' } }),
    append(filter, 'INPUT', { target: { name: 'REJECT', how: 'tcp-reset' } }),
    append(filter, 'INPUT', { target: { name: 'jump', chain: 'OUTPUT', goto: false } }),
    append(filter, 'OUTPUT', { matches: [{ name: 'mac', address: 1, invert: false }] }),
  ];
  filter.addChain('LOOP');
  ok(append(filter, 'LOOP', { target: { name: 'jump', chain: 'LOOP', goto: false } }));
  refusals.push(append(filter, 'INPUT', { target: { name: 'jump', chain: 'LOOP', goto: false } }));
  expect(refusals.map((answer) => isError(answer) && answer.errno)).toEqual(['EINVAL', 'EINVAL', 'EOPNOTSUPP', 'EINVAL', 'EMLINK']);
  expect([filter.chain('INPUT')?.rules.length, filter.chain('LOOP')?.references]).toEqual([0, 1]);
});

test('ip6tables filters by addresses and behind extension headers, and rejects by ICMPv6', () => {
  const net = new TestNet();
  net.ns('a', true);
  net.ns('b', true);
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', 'fd00::1/64', IFA_F_NODAD);
  net.addr('b', 'eth0', 'fd00::2/64', IFA_F_NODAD);
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.run(3000);
  const filter = net.ns('b').dataPlane.nftables.table('inet6', 'filter');
  const echo = { name: 'icmp6', type: 128, code: { from: 0, to: 255 }, invert: false } as const;
  ok(
    append(filter, 'INPUT', {
      source: { value: { address: 'fd00::', mask: 'ffff::' }, invert: false },
      destination: { value: { address: 'fd00::3', mask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' }, invert: true },
      protocol: { value: 58, invert: false },
      matches: [echo],
      target: { name: 'REJECT', how: 'icmp6-adm-prohibited' },
    }),
  );
  const seen = net.capture('a', 'eth0');
  net.ping('a', 'fd00::2');
  net.run(100);
  expect(seen.lines().at(-1)).toBe('IP6 fd00::2 > fd00::1: ICMP6, destination unreachable,  unreachable prohibited fd00::2, length 112');
});
