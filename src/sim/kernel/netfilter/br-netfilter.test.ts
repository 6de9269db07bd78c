//  a:eth0 10.0.0.2/24 ─┐
//                      host:br0 10.0.0.1/24
//  b:eth0 10.0.0.3/24 ─┘

import { expect, test } from 'vitest';
import { ok, TestNet } from '../test-net.ts';
import type { Match } from './match/match.ts';
import type { RuleSpec } from './rule.ts';
import type { TableName } from './table.ts';

function twoOnABridge(): TestNet {
  const net = new TestNet();
  const { rtnetlink } = net.ns('host');
  ok(rtnetlink.addLink({ kind: 'bridge', name: 'br0' }));
  for (const [name, address] of [
    ['a', '10.0.0.2/24'],
    ['b', '10.0.0.3/24'],
  ] as const) {
    net.veth(`${name}:eth0=02:00:00:00:00:0${name}`, `host:v${name}=02:00:00:00:01:0${name}`);
    net.addr(name, 'eth0', address);
    ok(rtnetlink.setLink(net.dev('host', `v${name}`).ifindex, { master: net.dev('host', 'br0').ifindex }));
    net.up('host', `v${name}`);
    net.up(name, 'eth0');
  }
  net.addr('host', 'br0', '10.0.0.1/24');
  net.up('host', 'br0');
  net.sysctl('host', 'net/ipv4/ip_forward', '1');
  return net;
}

function append(net: TestNet, table: TableName, chain: string, more: Partial<RuleSpec>): () => number {
  const none = undefined;
  const spec: RuleSpec = {
    source: none,
    destination: none,
    input: none,
    output: none,
    protocol: { value: 1, invert: false },
    fragment: none,
    matches: [],
    target: none,
    ...more,
  };
  const made = net.ns('host').dataPlane.nftables.table('inet', table);
  const found = made.ensureChain(chain);
  if (!found) throw new Error(`no chain ${chain}`);
  ok(made.insertRule(found, found.rules.length, spec));
  return () => found.rules.at(-1)?.packets ?? 0;
}

const UNCHANGED_TTL: Match = { name: 'ttl', mode: 'eq', value: 64 };

test('Packets between two ports are forwarded to the packet filter, unless bridge-nf-call-iptables is 0', () => {
  const net = twoOnABridge();
  const passed = append(net, 'filter', 'FORWARD', {});
  net.sysctl('host', 'net/bridge/bridge-nf-call-iptables', '0');
  net.ping('a', '10.0.0.3');
  net.run(100);
  const before = passed();
  net.sysctl('host', 'net/bridge/bridge-nf-call-iptables', '1');
  net.ping('a', '10.0.0.3');
  net.run(100);
  expect([before, passed()]).toEqual([0, 2]);
});

test('A bridged packet that is masqueraded is answered to the host, and the answer goes back over the bridge, not through a router', () => {
  const net = twoOnABridge();
  append(net, 'nat', 'POSTROUTING', { target: { name: 'MASQUERADE', ports: undefined, random: 'no' } });
  const bridged = append(net, 'filter', 'FORWARD', { matches: [UNCHANGED_TTL] });
  // The host knows where both are.
  net.ping('a', '10.0.0.1');
  net.ping('b', '10.0.0.1');
  net.run(100);
  const atB = net.capture('b', 'eth0');
  const { socket } = net.ping('a', '10.0.0.3');
  net.run(100);
  const asked = atB.lines().filter((line) => line.includes('echo request'));
  const addresses = asked.map((line) => /10\.0\.0\.\d+ > 10\.0\.0\.\d+/.exec(line)?.[0]);
  expect([addresses, bridged(), socket.receive() !== undefined]).toEqual([['10.0.0.1 > 10.0.0.3'], 2, true]);
});
