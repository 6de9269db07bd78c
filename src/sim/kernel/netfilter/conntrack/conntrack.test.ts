// a:eth0 10.1.0.2/24 ──── 10.1.0.1/24 r:lan   r:wan 10.2.0.1/24 ──── 10.2.0.2/24 b:eth0

import { expect, test } from 'vitest';
import { parseIpv4 } from '../../../base/address.ts';
import { ok, TestNet } from '../../test-net.ts';
import type { CtState } from '../match/ct.ts';
import type { RuleSpec } from '../rule.ts';
import { entryText } from './entry-text.ts';
import { snapshot } from './snapshot.ts';

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
const B = parseIpv4('10.2.0.2') as number;

function router(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'r:lan=02:00:00:00:00:01');
  net.veth('r:wan=02:00:00:00:00:02', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.1.0.2/24');
  net.addr('r', 'lan', '10.1.0.1/24');
  net.addr('r', 'wan', '10.2.0.1/24');
  net.addr('b', 'eth0', '10.2.0.2/24');
  net.up('a', 'eth0');
  net.up('r', 'lan', 'wan');
  net.up('b', 'eth0');
  net.route('a', 'default', '10.1.0.1');
  net.route('b', 'default', '10.2.0.1');
  net.sysctl('r', 'net/ipv4/ip_forward', '1');
  return net;
}

/** Counts forwarded packets of each state; connections are tracked from then on. */
function countStates(net: TestNet): () => Partial<Record<CtState, number>> {
  const table = net.ns('r').dataPlane.nftables.table('inet', 'filter');
  const chain = table.ensureChain('FORWARD');
  if (!chain) throw new Error('no FORWARD');
  const states: readonly CtState[] = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
  for (const state of states) {
    ok(table.insertRule(chain, chain.rules.length, { ...ANY, matches: [{ name: 'state', states: [state], invert: false }] }));
  }
  return () => Object.fromEntries(states.map((state, i) => [state, chain.rules[i]?.packets ?? 0]).filter(([, packets]) => packets !== 0));
}

function entries(net: TestNet): string[] {
  const { conntracks } = net.ns('r').dataPlane;
  return conntracks.entries().map((ct) => entryText(snapshot(ct, conntracks.now), false, true));
}

function udp(net: TestNet, ns: string, port: number) {
  const socket = net.ns(ns).sockets.udp('inet');
  ok(socket.bind({ family: 'inet', address: 0, port }));
  return socket;
}

test('Nothing is tracked until a rule asks for it', () => {
  const net = router();
  net.ping('a', '10.2.0.2');
  net.run(100);
  const before = entries(net);
  const counted = countStates(net);
  net.ping('a', '10.2.0.2');
  net.run(100);
  expect([before, entries(net), counted()]).toEqual([
    [],
    ['icmp     1 29 src=10.1.0.2 dst=10.2.0.2 type=8 code=0 id=4660 src=10.2.0.2 dst=10.1.0.2 type=0 code=0 id=4660'],
    { NEW: 1, ESTABLISHED: 1 },
  ]);
});

test('An ICMP error is related to the connection whose packet it quotes, and invalid without one', () => {
  const net = router();
  const counted = countStates(net);
  const socket = udp(net, 'a', 5000);
  ok(socket.send(Uint8Array.of(1), { family: 'inet', address: B, port: 99 }));
  net.run(100);
  expect([counted(), entries(net)]).toEqual([
    { NEW: 1, RELATED: 1 },
    ['udp      17 29 src=10.1.0.2 dst=10.2.0.2 sport=5000 dport=99 [UNREPLIED] src=10.2.0.2 dst=10.1.0.2 sport=99 dport=5000'],
  ]);
});

test('A UDP connection is a stream once it has answered for more than two seconds, and ends when its time is over', () => {
  const net = router();
  countStates(net);
  const [client, server] = [udp(net, 'a', 5000), udp(net, 'b', 53)];
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    ok(client.send(Uint8Array.of(1), { family: 'inet', address: B, port: 53 }));
    net.run(10);
    const { from } = ok(server.receive());
    if (from?.family !== 'inet') throw new Error('not from IPv4');
    ok(server.send(Uint8Array.of(2), from));
    net.run(890);
    seen.push(entries(net)[0]?.replace(/ src.*?(\[ASSURED\])?$/, ' $1') ?? 'gone');
  }
  net.run(119_500);
  expect([...seen, entries(net).length]).toEqual(['udp      17 29 ', 'udp      17 29 ', 'udp      17 29 ', 'udp      17 119 [ASSURED]', 0]);
});

test('A full table drops what would begin a connection, once nothing in it may go', () => {
  const net = router();
  countStates(net);
  const { conntracks } = net.ns('r').dataPlane;
  const drops = net.drops();
  for (let i = 0; i < 3; i++) net.ping('a', '10.2.0.2', { seq: i });
  net.run(100);
  conntracks.settings.refresh();
  conntracks.settings.max = 1;
  const socket = udp(net, 'a', 5000);
  ok(socket.send(Uint8Array.of(1), { family: 'inet', address: B, port: 99 }));
  net.run(100);
  const early = conntracks.statistics.earlyDrop;
  for (const ct of conntracks.entries()) ct.status |= 1 << 2;
  net.ping('a', '10.2.0.2');
  net.run(100);
  expect([early, conntracks.statistics.drop, drops.filter((reason) => reason === 'NETFILTER_DROP').length]).toEqual([1, 1, 1]);
});

test('Fragments are put together before they are looked at, and cut up again no larger than they came', () => {
  const net = router();
  const counted = countStates(net);
  net.mtu('a', 'eth0', 1000);
  const wan = net.capture('r', 'wan');
  net.ping('a', '10.2.0.2', { size: 1400, pmtu: 'dont' });
  net.run(100);
  const sizes = wan.seen.filter(({ out, frame }) => out && frame[12] === 8 && frame[13] === 0).map(({ frame }) => frame.length - 14);
  expect([counted().NEW, sizes]).toEqual([1, [996, 452]]);
});

test('What listens is told of connections that begin, change and end', () => {
  const net = router();
  countStates(net);
  const { conntracks } = net.ns('r').dataPlane;
  const told: string[] = [];
  conntracks.events.subscribe(({ type, entry }) => told.push(`${type} ${entry.original.protocol}`));
  net.ping('a', '10.2.0.2');
  net.run(31_000);
  expect(told).toEqual(['NEW 1', 'UPDATE 1', 'DESTROY 1']);
});
