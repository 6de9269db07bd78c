import { expect, it } from 'vitest';
import { fromHex } from '../../base/bytes.ts';
import { showAddresses, showRoutes } from '../test-dump.ts';
import { TestNet } from '../test-net.ts';

const MAC_A = '02:00:00:00:00:0a';
const MAC_B = '02:00:00:00:00:0b';

// a:eth0 ─── eth0:b, with IPv6
function pair(): TestNet {
  const net = new TestNet();
  net.ns('a', true);
  net.ns('b', true);
  net.veth(`a:eth0=${MAC_A}`, `b:eth0=${MAC_B}`);
  return net;
}

const routes = (net: TestNet): string[] => showRoutes(net.ns('a'), 'inet6').filter((route) => route.includes('dev eth0'));

it('makes a link-local address from the MAC address when there is a carrier, and has the right to it two seconds later', () => {
  const net = pair();
  const seen: unknown[] = [];
  net.up('a', 'eth0');
  net.run(2500);
  seen.push(showAddresses(net.ns('a'), 'eth0'), routes(net));
  net.up('b', 'eth0');
  net.run(10);
  seen.push(showAddresses(net.ns('a'), 'eth0'), routes(net));
  net.run(2000);
  seen.push(showAddresses(net.ns('a'), 'eth0'), routes(net));
  expect(seen).toEqual([
    [],
    [],
    ['fe80::ff:fe00:a/64 scope link tentative'],
    ['fe80::/64 dev eth0 metric 256', 'multicast ff00::/8 dev eth0 table local metric 256'],
    ['fe80::ff:fe00:a/64 scope link'],
    [
      'fe80::/64 dev eth0 metric 256',
      'local fe80::ff:fe00:a dev eth0 table local metric 0',
      'multicast ff00::/8 dev eth0 table local metric 256',
    ],
  ]);
});

it('does not use an address that somebody else has', () => {
  const net = pair();
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.addr('b', 'eth0', 'fd00::2/64');
  net.run(3000);
  net.addr('a', 'eth0', 'fd00::2/64');
  net.run(3000);
  expect([showAddresses(net.ns('a'), 'eth0'), routes(net)]).toEqual([
    ['fd00::2/64 scope global dadfailed tentative', 'fe80::ff:fe00:a/64 scope link'],
    [
      'fd00::/64 dev eth0 metric 256',
      'fe80::/64 dev eth0 metric 256',
      'local fe80::ff:fe00:a dev eth0 table local metric 0',
      'multicast ff00::/8 dev eth0 table local metric 256',
    ],
  ]);
});

it('loses its addresses with the link, except what keep_addr_on_down keeps, and shows anycast ones as a router', () => {
  const net = pair();
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.addr('a', 'eth0', 'fd00::1/64');
  net.run(3000);
  net.sysctl('a', 'net/ipv6/conf/all/forwarding', '1');
  const router = routes(net);
  net.sysctl('a', 'net/ipv6/conf/all/forwarding', '0');
  net.sysctl('a', 'net/ipv6/conf/eth0/keep_addr_on_down', '1');
  net.down('a', 'eth0');
  expect([router, showAddresses(net.ns('a'), 'eth0'), routes(net)]).toEqual([
    [
      'fd00::/64 dev eth0 metric 256',
      'fe80::/64 dev eth0 metric 256',
      'anycast fd00:: dev eth0 table local metric 0',
      'local fd00::1 dev eth0 table local metric 0',
      'anycast fe80:: dev eth0 table local metric 0',
      'local fe80::ff:fe00:a dev eth0 table local metric 0',
      'multicast ff00::/8 dev eth0 table local metric 256',
    ],
    ['fd00::1/64 scope global tentative'],
    [],
  ]);
});

it('believes a router: a default route, an address of the prefix, and their end', () => {
  const net = pair();
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.run(3000);
  // Hop limit 64, lifetime 30 s; fd00:9::/64 on link and autonomous, valid 20 s, preferred 10 s; MTU 1400.
  const body = fromHex(`
    40 00 001e 00000000 00000000
    03 04 40 c0 00000014 0000000a 00000000 fd000009000000000000000000000000
    05 01 0000 00000578`);
  const a = net.ns('a');
  a.ip6.routerAdvertised(net.dev('a', 'eth0'), 'fe80::ff:fe00:b', body, 0, body.length);
  net.run(5000);
  const seen = [showAddresses(a, 'eth0'), routes(net), a.sysctl.read('net/ipv6/conf/eth0/mtu')];
  net.run(20_000);
  seen.push(showAddresses(a, 'eth0'), routes(net));
  net.run(10_000);
  seen.push(routes(net));
  const plain = ['local fe80::ff:fe00:a dev eth0 table local metric 0', 'multicast ff00::/8 dev eth0 table local metric 256'];
  expect(seen).toEqual([
    ['fd00:9::ff:fe00:a/64 scope global valid 15 preferred 5', 'fe80::ff:fe00:a/64 scope link'],
    [
      'fd00:9::/64 dev eth0 metric 256 expires 15',
      'fe80::/64 dev eth0 metric 256',
      'default via fe80::ff:fe00:b dev eth0 metric 1024 expires 25',
      'local fd00:9::ff:fe00:a dev eth0 table local metric 0',
      ...plain,
    ],
    '1400\n',
    ['fe80::ff:fe00:a/64 scope link'],
    ['fe80::/64 dev eth0 metric 256', 'default via fe80::ff:fe00:b dev eth0 metric 1024 expires 5', ...plain],
    ['fe80::/64 dev eth0 metric 256', ...plain],
  ]);
});
