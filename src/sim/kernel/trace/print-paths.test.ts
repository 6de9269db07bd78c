import { expect, test } from 'vitest';
import { TestNet } from '../test-net.ts';
import { PacketPaths } from './packet-paths.ts';
import { printPaths } from './print-paths.ts';

// a:eth0 10.0.0.1/24 ──── 10.0.0.2/24 b:eth0
function pair(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.0.1/24');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.trace.netnsName = (_, inode) => (inode === net.ns('a').inode ? 'a' : 'b');
  return net;
}

/** What is printed of the packets that pass meanwhile. */
function told(net: TestNet, during: () => void): string[] {
  const paths = new PacketPaths(net.trace);
  const startNs = net.clock.now;
  during();
  paths.stop();
  return printPaths(paths.telling, net.trace, startNs).split('\n');
}

test('a ping, and the ARP that finds its way: who asked for whom, and why', () => {
  const net = pair();
  const lines = told(net, () => {
    net.ping('a', '10.0.0.2');
    net.run(10);
  });
  expect(lines).toEqual([
    '#1 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 64',
    '    0.000 ms  a       route  10.0.0.2: 10.0.0.0/24 dev eth0 (table main)',
    '              a:eth0  neigh  10.0.0.2 is not resolved (INCOMPLETE)',
    '              a:eth0  wait   until 10.0.0.2 says what its link-layer address is',
    '              a:eth0  →      02:00:00:00:00:0a > 02:00:00:00:00:0b, 98 bytes',
    '              b:eth0  ←',
    '              b:eth0  route  10.0.0.2: for this host',
    '              b:eth0  ✓      echo request: the kernel answers',
    '',
    '#2 ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28 (asked for #1)',
    '    0.000 ms  a:eth0  →      02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff, 42 bytes',
    '              b:eth0  ←',
    '              b:eth0  ✓      ARP request: the address is here, answered',
    '',
    '#3 ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:0b, length 28 (because of #2)',
    '    0.000 ms  b:eth0  →      02:00:00:00:00:0b > 02:00:00:00:00:0a, 42 bytes',
    '              a:eth0  ←',
    '              a:eth0  ✓      ARP reply',
    '',
    '#4 IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 4660, seq 1, length 64 (because of #1)',
    '    0.000 ms  b       route  10.0.0.1: 10.0.0.0/24 dev eth0 (table main)',
    '              b:eth0  neigh  10.0.0.1 is at 02:00:00:00:00:0a (STALE)',
    '              b:eth0  →      02:00:00:00:00:0b > 02:00:00:00:00:0a, 98 bytes',
    '              a:eth0  ←',
    '              a:eth0  route  10.0.0.1: for this host',
    '              a:eth0  ✓      to raw 0.0.0.0:1',
  ]);
});

test('a packet that cannot leave says so, and one in pieces comes together', () => {
  const net = pair();
  net.ping('a', '10.0.0.2');
  net.run(10);
  net.mtu('a', 'eth0', 576);
  const cut = told(net, () => {
    net.ping('a', '10.0.0.2', { size: 600, pmtu: 'dont' });
    net.run(10);
  });
  expect(cut.filter((line) => /cut|join|#/.test(line)).slice(0, 7)).toEqual([
    '#1 a packet to 10.0.0.2',
    '              a:eth0  cut    into 2 fragments for mtu 576',
    '#2 IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 552 (fragment of #1)',
    '              b:eth0  join   into #4',
    '#3 IP 10.0.0.1 > 10.0.0.2: ip-proto-1 (fragment of #1)',
    '              b:eth0  join   into #4',
    '#4 the whole packet (put together of #2 #3)',
  ]);
  net.down('b', 'eth0');
  const lost = told(net, () => {
    net.ping('a', '10.0.0.2');
    net.run(10);
  });
  expect(lost.at(-1)).toContain('✗      NO_CARRIER: the device has no carrier');
});
