import { expect, test } from 'vitest';
import { ok, TestNet } from '../../test-net.ts';

//   a ── v1 (untagged 10) ┐
//   b ── v2 (untagged 10) ┼ br0, filtering
//   c ── v3 (untagged 20) ┤
//   t ── v4 (tagged 10,20)┘   t has eth0.10 and eth0.20
function network(): TestNet {
  const net = new TestNet();
  const { rtnetlink } = net.ns('sw');
  ok(rtnetlink.addLink({ kind: 'bridge', name: 'br0', info: { vlan_filtering: 1, vlan_default_pvid: 0 } }));
  const hosts = { a: [10, 1], b: [10, 2], c: [20, 3], t: [0, 4] } as const;
  for (const [host, [vid, i]] of Object.entries(hosts)) {
    net.veth(`sw:v${i}=02:00:00:00:01:0${i}`, `${host}:eth0=02:00:00:00:00:0${i}`);
    const { ifindex } = net.dev('sw', `v${i}`);
    ok(rtnetlink.setLink(ifindex, { master: net.dev('sw', 'br0').ifindex }));
    if (vid !== 0) {
      ok(rtnetlink.bridge.addVlan({ ifindex, vid, pvid: true, untagged: true }));
      net.addr(host, 'eth0', `10.0.0.${i}/24`);
    } else {
      for (const own of [10, 20]) ok(rtnetlink.bridge.addVlan({ ifindex, vid: own }));
    }
    net.up('sw', `v${i}`);
    net.up(host, 'eth0');
  }
  for (const vid of [10, 20]) {
    const link = net.dev('t', 'eth0').ifindex;
    ok(net.ns('t').rtnetlink.addLink({ kind: 'vlan', name: `eth0.${vid}`, link, info: { id: vid } }));
    net.up('t', `eth0.${vid}`);
  }
  net.addr('t', 'eth0.10', '10.0.0.4/24');
  net.up('sw', 'br0');
  net.run(100);
  return net;
}

function reaches(net: TestNet, from: string, dev: string, to: string): boolean {
  const capture = net.capture(from, dev);
  net.ping(from, to);
  net.run(1000);
  return capture.lines().some((line) => line.includes('echo reply'));
}

test('untagged ports of a VLAN reach each other, those of another do not, and a trunk carries tags', () => {
  const net = network();
  expect(reaches(net, 'a', 'eth0', '10.0.0.2')).toBe(true);
  expect(reaches(net, 'a', 'eth0', '10.0.0.3')).toBe(false);
  const trunk = net.capture('t', 'eth0');
  expect(reaches(net, 'a', 'eth0', '10.0.0.4')).toBe(true);
  expect(trunk.seen.map(({ frame }) => [...frame.slice(12, 16)])).toContainEqual([0x81, 0, 0, 10]);
});

test('addresses are learned for each VLAN apart', () => {
  const net = network();
  reaches(net, 'a', 'eth0', '10.0.0.4');
  const learned = net
    .ns('sw')
    .rtnetlink.bridge.fdb()
    .filter(({ state }) => state === 'reachable');
  expect(learned.map(({ vid }) => vid)).toEqual([10, 10]);
});

test('a VLAN that nobody is in ends at the port, with its reason', () => {
  const net = network();
  const link = net.dev('t', 'eth0').ifindex;
  ok(net.ns('t').rtnetlink.addLink({ kind: 'vlan', name: 'eth0.30', link, info: { id: 30 } }));
  net.up('t', 'eth0.30');
  net.addr('t', 'eth0.30', '10.0.30.4/24');
  const drops = net.drops();
  net.ping('t', '10.0.30.1');
  net.run(1);
  expect(drops).toEqual(['VLAN_FILTER']);
});

test('a VLAN’s device goes up, down and away with the one below it', () => {
  const net = network();
  const upper = net.dev('t', 'eth0.10');
  net.down('t', 'eth0');
  expect(upper.up).toBe(false);
  net.up('t', 'eth0');
  expect([upper.up, upper.carrier]).toEqual([true, true]);
  net.mtu('t', 'eth0', 1400);
  expect(upper.mtu).toBe(1400);
  ok(net.ns('sw').rtnetlink.delLink(net.dev('sw', 'v4').ifindex));
  expect(net.ns('t').deviceByName('eth0.10')).toBeUndefined();
});
