// a:eth0 10.1.0.2/24 ──── 10.1.0.1/24 r:lan   r:wan 203.0.113.1/24 ──── 203.0.113.2/24 b:eth0

import { expect, test } from 'vitest';
import { formatIpv4, parseIpv4 } from '../../../base/address.ts';
import { ok, TestNet } from '../../test-net.ts';
import type { RuleSpec } from '../rule.ts';
import type { Target } from '../target/target.ts';
import { NO_RANGE } from './range.ts';

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
const UDP = { value: 17, invert: false };
const address = (text: string): number => parseIpv4(text) as number;

function router(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'r:lan=02:00:00:00:00:01');
  net.veth('r:wan=02:00:00:00:00:02', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.1.0.2/24');
  net.addr('r', 'lan', '10.1.0.1/24');
  net.addr('r', 'wan', '203.0.113.1/24');
  net.addr('b', 'eth0', '203.0.113.2/24');
  for (const [ns, dev] of [
    ['a', 'eth0'],
    ['r', 'lan'],
    ['r', 'wan'],
    ['b', 'eth0'],
  ] as const) {
    net.up(ns, dev);
  }
  net.route('a', 'default', '10.1.0.1');
  net.sysctl('r', 'net/ipv4/ip_forward', '1');
  return net;
}

function nat(net: TestNet, chain: string, target: Target, spec: Partial<RuleSpec> = {}): void {
  const table = net.ns('r').dataPlane.nftables.table('inet', 'nat');
  const found = table.ensureChain(chain);
  if (!found) throw new Error(`no ${chain}`);
  ok(table.insertRule(found, found.rules.length, { ...ANY, ...spec, target }));
}

const MASQUERADE: Target = { name: 'MASQUERADE', ports: undefined, random: 'no' };

/** The entries of the router, both directions of each. */
function entries(net: TestNet): string[] {
  const show = (at: number | string, port: number): string => `${typeof at === 'number' ? formatIpv4(at) : at}:${port}`;
  return net
    .ns('r')
    .dataPlane.conntracks.entries()
    .map(({ original: o, reply: r }) =>
      [show(o.source, o.sport), show(o.destination, o.dport), show(r.source, r.sport), show(r.destination, r.dport)].join(' '),
    );
}

function udpSocket(net: TestNet, ns: string, port: number) {
  const socket = net.ns(ns).sockets.udp('inet');
  ok(socket.bind({ family: 'inet', address: 0, port }));
  return socket;
}

test('A masqueraded request leaves with the address of the device, and its answer comes back with the right one', () => {
  const net = router();
  nat(net, 'POSTROUTING', MASQUERADE, { output: { value: 'wan', invert: false } });
  const [lan, wan] = [net.capture('r', 'lan'), net.capture('r', 'wan')];
  net.ping('a', '203.0.113.2');
  net.run(100);
  const echo = (lines: string[]): string[] => lines.filter((line) => line.includes('echo'));
  expect([echo(lan.lines()), echo(wan.lines())]).toEqual([
    [
      'IP 10.1.0.2 > 203.0.113.2: ICMP echo request, id 4660, seq 1, length 64',
      'IP 203.0.113.2 > 10.1.0.2: ICMP echo reply, id 4660, seq 1, length 64',
    ],
    [
      'IP 203.0.113.1 > 203.0.113.2: ICMP echo request, id 4660, seq 1, length 64',
      'IP 203.0.113.2 > 203.0.113.1: ICMP echo reply, id 4660, seq 1, length 64',
    ],
  ]);
});

test('Two hosts behind one address keep their port if it is free, and get another if it is not', () => {
  const net = router();
  nat(net, 'POSTROUTING', MASQUERADE);
  net.addr('a', 'eth0', '10.1.0.3/24');
  udpSocket(net, 'b', 53);
  for (const source of ['10.1.0.2', '10.1.0.3']) {
    const socket = net.ns('a').sockets.udp('inet');
    ok(socket.bind({ family: 'inet', address: address(source), port: 5000 }));
    ok(socket.send(Uint8Array.of(1), { family: 'inet', address: address('203.0.113.2'), port: 53 }));
    net.run(100);
  }
  const [first = '', second = ''] = entries(net);
  expect(first).toBe('10.1.0.2:5000 203.0.113.2:53 203.0.113.2:53 203.0.113.1:5000');
  expect(second).toMatch(/^10\.1\.0\.3:5000 203\.0\.113\.2:53 203\.0\.113\.2:53 203\.0\.113\.1:(?!5000$)\d+$/);
});

test('An ICMP error about a translated packet comes to its sender, and quotes what it sent', () => {
  const net = router();
  nat(net, 'POSTROUTING', MASQUERADE);
  const lan = net.capture('a', 'eth0');
  const socket = udpSocket(net, 'a', 5000);
  ok(socket.send(Uint8Array.of(1, 2), { family: 'inet', address: address('203.0.113.2'), port: 99 }));
  net.run(100);
  expect(
    lan
      .lines({ verbose: 1 })
      .at(-1)
      ?.replace(/id \d+|ID N/gi, 'id N'),
  ).toBe(
    'IP (tos 0xc0, ttl 63, id N, offset 0, flags [none], proto ICMP (1), length 58)\n' +
      '    203.0.113.2 > 10.1.0.2: ICMP 203.0.113.2 udp port 99 unreachable, length 38\n' +
      '\tIP (tos 0x0, ttl 63, id N, offset 0, flags [DF], proto UDP (17), length 30)\n' +
      '    10.1.0.2.5000 > 203.0.113.2.99: UDP, length 2',
  );
});

test('A published port leads to a host behind the router, whose answers have the published address', () => {
  const net = router();
  net.route('a', '203.0.113.2/32', '10.1.0.1');
  const range = { ...NO_RANGE, addresses: { from: address('10.1.0.2'), to: address('10.1.0.2') }, ports: { from: 53, to: 53 } };
  nat(net, 'PREROUTING', { name: 'DNAT', range }, { protocol: UDP });
  const server = udpSocket(net, 'a', 53);
  const client = udpSocket(net, 'b', 6000);
  ok(client.send(Uint8Array.of(1), { family: 'inet', address: address('203.0.113.1'), port: 5353 }));
  net.run(100);
  const asked = ok(server.receive());
  if (asked.from?.family !== 'inet') throw new Error('not from IPv4');
  ok(server.send(Uint8Array.of(2), asked.from));
  net.run(100);
  const answer = ok(client.receive());
  expect([answer.from, entries(net)]).toEqual([
    { family: 'inet', address: address('203.0.113.1'), port: 5353 },
    ['203.0.113.2:6000 203.0.113.1:5353 10.1.0.2:53 203.0.113.2:6000'],
  ]);
});

test('Masqueraded connections end with the address they were given', () => {
  const net = router();
  nat(net, 'POSTROUTING', MASQUERADE);
  net.ping('a', '203.0.113.2');
  net.run(100);
  const before = entries(net).length;
  net.down('r', 'wan');
  expect([before, entries(net).length]).toEqual([1, 0]);
});

test('NETMAP leads a network to another, host by host, and answers back', () => {
  const net = router();
  net.route('b', '192.168.9.0/24', '203.0.113.1');
  nat(net, 'PREROUTING', { name: 'NETMAP', network: address('10.1.0.0'), mask: address('255.255.255.0') });
  const [lan, wan] = [net.capture('a', 'eth0'), net.capture('b', 'eth0')];
  net.ping('b', '192.168.9.2');
  net.run(100);
  const echo = (lines: string[]): string[] => lines.filter((line) => line.includes('echo'));
  expect([echo(lan.lines())[0], echo(wan.lines())[1]]).toEqual([
    'IP 203.0.113.2 > 10.1.0.2: ICMP echo request, id 4660, seq 1, length 64',
    'IP 192.168.9.2 > 203.0.113.2: ICMP echo reply, id 4660, seq 1, length 64',
  ]);
});
