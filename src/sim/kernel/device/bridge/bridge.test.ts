import { expect, test } from 'vitest';
import { ok, TestNet } from '../../test-net.ts';

//   a 10.0.0.1 ── v1 ┐
//   b 10.0.0.2 ── v2 ┼ br0 in sw
//   c 10.0.0.3 ── v3 ┘
function lan(ports = 3): TestNet {
  const net = new TestNet();
  const sw = net.ns('sw');
  ok(sw.rtnetlink.addLink({ kind: 'bridge', name: 'br0' }));
  const br0 = net.dev('sw', 'br0').ifindex;
  for (let i = 1; i <= ports; i++) {
    const host = String.fromCharCode(96 + i);
    net.veth(`sw:v${i}=02:00:00:00:01:0${i}`, `${host}:eth0=02:00:00:00:00:0${i}`);
    net.addr(host, 'eth0', `10.0.0.${i}/24`);
    ok(sw.rtnetlink.setLink(net.dev('sw', `v${i}`).ifindex, { master: br0 }));
    net.up('sw', `v${i}`);
    net.up(host, 'eth0');
  }
  net.up('sw', 'br0');
  net.run(100);
  return net;
}

test('a bridge floods what it does not know, and then sends to where it learned the address is', () => {
  const net = lan();
  const atC = net.capture('c', 'eth0');
  const atB = net.capture('b', 'eth0');
  net.ping('a', '10.0.0.2');
  net.run(10);
  expect(atC.lines()).toEqual(['ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28']);
  expect(atB.lines()).toHaveLength(4);
});
