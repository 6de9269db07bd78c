import { expect, it } from 'vitest';
import { parseIpv4 } from '../../base/ipv4-address.ts';
import { showAddresses, showRoutes } from '../test-dump.ts';
import { ok, TestNet } from '../test-net.ts';

// a:v0 ─── v1:b, both up; the dumps below are a real kernel's
function pair(): TestNet {
  const net = new TestNet();
  net.veth('a:v0=02:00:00:00:00:0a', 'b:v1=02:00:00:00:00:0b');
  net.up('a', 'v0');
  net.up('b', 'v1');
  net.run(10);
  return net;
}

function fromV0(net: TestNet): string[] {
  return showRoutes(net.ns('a'), 'inet').filter((route) => route.includes('dev v0'));
}

it('orders primaries by scope, secondaries last, and gives each its routes', () => {
  const net = pair();
  for (const cidr of ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.4/16', '10.0.0.1/25', '10.3.0.1/31', '10.2.0.1/32', '224.0.0.9/24']) {
    net.addr('a', 'v0', cidr);
  }
  expect([showAddresses(net.ns('a'), 'v0'), fromV0(net)]).toEqual([
    [
      '10.0.0.1/24 scope global v0',
      '10.0.0.4/16 scope global v0',
      '10.0.0.1/25 scope global v0',
      '10.3.0.1/31 scope global v0',
      '10.2.0.1/32 scope global v0',
      '224.0.0.9/24 scope global v0',
      '10.0.0.2/24 scope global secondary v0',
    ],
    [
      '10.0.0.0/25 dev v0 src 10.0.0.1',
      '10.0.0.0/24 dev v0 src 10.0.0.1',
      '10.0.0.0/16 dev v0 src 10.0.0.4',
      '10.3.0.0/31 dev v0 src 10.3.0.1',
      'local 10.0.0.1 dev v0 table local src 10.0.0.1',
      'local 10.0.0.2 dev v0 table local src 10.0.0.1',
      'local 10.0.0.4 dev v0 table local src 10.0.0.4',
      'broadcast 10.0.0.127 dev v0 table local src 10.0.0.1',
      'broadcast 10.0.0.255 dev v0 table local src 10.0.0.1',
      'broadcast 10.0.255.255 dev v0 table local src 10.0.0.4',
      'local 10.2.0.1 dev v0 table local src 10.2.0.1',
      'local 10.3.0.1 dev v0 table local src 10.3.0.1',
      'local 224.0.0.9 dev v0 table local src 224.0.0.9',
    ],
  ]);
});

it('with promote_secondaries the next address takes the place of a deleted primary, and its routes', () => {
  const net = pair();
  for (const cidr of ['10.0.0.1/24', '10.0.0.3/24', '10.0.0.2/24', '10.1.0.1/16']) net.addr('a', 'v0', cidr);
  net.sysctl('a', 'net/ipv4/conf/v0/promote_secondaries', '1');
  ok(net.ns('a').rtnetlink.delAddress({ family: 'inet', ifindex: 2, local: parseIpv4('10.0.0.1') ?? 0, prefixLen: 24 }));
  expect([showAddresses(net.ns('a'), 'v0'), fromV0(net)]).toEqual([
    ['10.1.0.1/16 scope global v0', '10.0.0.3/24 scope global v0', '10.0.0.2/24 scope global secondary v0'],
    [
      '10.0.0.0/24 dev v0 src 10.0.0.3',
      '10.1.0.0/16 dev v0 src 10.1.0.1',
      'local 10.0.0.2 dev v0 table local src 10.0.0.3',
      'local 10.0.0.3 dev v0 table local src 10.0.0.3',
      'broadcast 10.0.0.255 dev v0 table local src 10.0.0.3',
      'local 10.1.0.1 dev v0 table local src 10.1.0.1',
      'broadcast 10.1.255.255 dev v0 table local src 10.1.0.1',
    ],
  ]);
});

it('without it they go together, and with the last address all routes by the device', () => {
  const net = pair();
  net.addr('a', 'v0', '10.0.0.1/24');
  net.addr('a', 'v0', '10.0.0.2/24');
  net.route('a', '10.9.0.0/16', '10.0.0.7');
  ok(net.ns('a').rtnetlink.delAddress({ family: 'inet', ifindex: 2, local: parseIpv4('10.0.0.1') ?? 0, prefixLen: 24 }));
  expect([showAddresses(net.ns('a'), 'v0'), fromV0(net)]).toEqual([[], []]);
});

it('marks routes by a link without carrier, drops them with the link, and keeps the way to the own address', () => {
  const net = pair();
  net.addr('a', 'v0', '10.0.0.1/24');
  net.route('a', '10.9.0.0/16', '10.0.0.7');
  net.down('b', 'v1');
  net.run(1000);
  const without = fromV0(net);
  net.down('a', 'v0');
  expect([without, fromV0(net)]).toEqual([
    [
      '10.0.0.0/24 dev v0 linkdown src 10.0.0.1',
      '10.9.0.0/16 via 10.0.0.7 dev v0 linkdown',
      'local 10.0.0.1 dev v0 table local src 10.0.0.1',
      'broadcast 10.0.0.255 dev v0 linkdown table local src 10.0.0.1',
    ],
    ['local 10.0.0.1 dev v0 table local src 10.0.0.1'],
  ]);
});

it('lets an address grow old and end, on one timer', () => {
  const net = pair();
  const { rtnetlink } = net.ns('a');
  const before = net.clock.size;
  for (const [host, validLft] of [
    [1, 3],
    [2, 5],
  ] as const) {
    const local = (10 << 24) + (host << 16) + 1;
    ok(
      rtnetlink.addAddress({
        family: 'inet',
        ifindex: 2,
        local,
        prefixLen: 24,
        validLft,
        preferredLft: 1,
        create: true,
        exclusive: true,
        replace: false,
      }),
    );
  }
  const seen = [net.clock.size - before, showAddresses(net.ns('a'), 'v0')];
  net.run(1300);
  seen.push(showAddresses(net.ns('a'), 'v0'));
  net.run(2500);
  seen.push(showAddresses(net.ns('a'), 'v0'));
  net.run(2000);
  seen.push(fromV0(net), net.clock.size - before);
  expect(seen).toEqual([
    1,
    ['10.1.0.1/24 scope global v0 valid 3 preferred 1', '10.2.0.1/24 scope global v0 valid 5 preferred 1'],
    ['10.1.0.1/24 scope global deprecated v0 valid 2 preferred 0', '10.2.0.1/24 scope global deprecated v0 valid 4 preferred 0'],
    ['10.2.0.1/24 scope global deprecated v0 valid 2 preferred 0'],
    [],
    0,
  ]);
});
