import { expect, it } from 'vitest';
import { formatMac, parseIpv4 } from '../../../base/address.ts';
import { formatIpv4 } from '../../../base/ipv4-address.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { ok, TestNet } from '../../test-net.ts';

/** 02:00:00:00:01:0N, so that captures can be read. */
const mac = (n: number): number => 0x0200_0000_0100 + n;

function addVxlan(net: TestNet, ns: string, n: number, info: LinkInfo): void {
  ok(net.ns(ns).rtnetlink.addLink({ kind: 'vxlan', name: 'vx', address: mac(n), info: { id: 42, dstport: 4789, ...info } }));
  net.addr(ns, 'vx', `10.0.0.${n}/24`);
  net.up(ns, 'vx');
}

/** a:vx ═════════ vx:b
 *  a:eth0 ─────── eth0:b     192.168.0.1 and .2 */
function tunnel(a: LinkInfo = {}, b: LinkInfo = {}): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '192.168.0.1/24');
  net.addr('b', 'eth0', '192.168.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  addVxlan(net, 'a', 1, { remote: '192.168.0.2', ...a });
  addVxlan(net, 'b', 2, { remote: '192.168.0.1', ...b });
  return net;
}

function reaches(net: TestNet, from: string, to: string, size = 56): boolean {
  const { socket } = net.ping(from, to, { size });
  net.run(1000);
  return !('errno' in socket.receive());
}

function fdb(net: TestNet, ns: string): string[] {
  return net
    .ns(ns)
    .rtnetlink.bridge.fdb({ port: net.dev(ns, 'vx').ifindex })
    .map((entry) => `${formatMac(entry.lladdr)} ${entry.dst === undefined ? '' : formatIpv4(Number(entry.dst.address))} ${entry.state}`);
}

// a:vx ═ vx:b
it('carries frames in UDP datagrams with a VXLAN header, and learns who is behind which end', () => {
  const net = tunnel();
  const capture = net.capture('a', 'eth0');
  const reached = reaches(net, 'a', '10.0.0.2');
  const lines = capture.lines().filter((line) => line.includes('VXLAN'));
  expect([reached, lines.map((line) => line.replace(/\.\d{5} >/, '.PORT >')), fdb(net, 'a')]).toEqual([
    true,
    [
      'IP 192.168.0.1.PORT > 192.168.0.2.4789: VXLAN, flags [I] (0x08), vni 42\nARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
      'IP 192.168.0.2.PORT > 192.168.0.1.4789: VXLAN, flags [I] (0x08), vni 42\nARP, Reply 10.0.0.2 is-at 02:00:00:00:01:02, length 28',
      'IP 192.168.0.1.PORT > 192.168.0.2.4789: VXLAN, flags [I] (0x08), vni 42\nIP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 64',
      'IP 192.168.0.2.PORT > 192.168.0.1.4789: VXLAN, flags [I] (0x08), vni 42\nIP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 4660, seq 1, length 64',
    ],
    ['02:00:00:00:01:02 192.168.0.2 reachable', '00:00:00:00:00:00 192.168.0.2 permanent'],
  ]);
});

// a:vx 42 ═ 43 vx:b
it('drops what comes for a VNI that nobody has, without an answer', () => {
  const net = tunnel({}, { id: 43 });
  const drops = net.drops();
  expect([reaches(net, 'a', '10.0.0.2'), [...new Set(drops)], net.dev('b', 'vx').stats.rxPackets]).toEqual([
    false,
    ['VXLAN_VNI_NOT_FOUND'],
    0,
  ]);
});

// a:vx ═ vx:b, where a forgets after five seconds
it('forgets what it learned and has not heard for the ageing time', () => {
  const net = tunnel({ ageing: 5 });
  reaches(net, 'a', '10.0.0.2');
  net.run(3000);
  const before = fdb(net, 'a').length;
  net.run(30_000);
  expect([before, fdb(net, 'a')]).toEqual([2, ['00:00:00:00:00:00 192.168.0.2 permanent']]);
});

// a:vx ═ vx:b over a link of 1500 bytes
it('tells the route what fits, and fragments the outer packet meanwhile', () => {
  const net = tunnel();
  reaches(net, 'a', '10.0.0.2');
  const first = reaches(net, 'a', '10.0.0.2', 1423);
  const route = net.ns('a').ip4.fib.output({ dst: parseIpv4('10.0.0.2') as number, src: 0 });
  expect([first, 'mtu' in route && route.mtu, reaches(net, 'a', '10.0.0.2', 1472)]).toEqual([true, 1450, true]);
});

// a:vx ═ vx:b, a does not know where b's address is
it('sends to every place of the flood list, and is silent without one', () => {
  const net = tunnel({ remote: undefined }, {});
  const { bridge } = net.ns('a').rtnetlink;
  const silent = reaches(net, 'a', '10.0.0.2');
  const dropped = net.dev('a', 'vx').stats.txDropped;
  const place = (last: number, append: boolean): void => {
    const dst = { family: 'inet', address: (parseIpv4('192.168.0.0') as number) + last } as const;
    ok(bridge.addFdb({ ifindex: net.dev('a', 'vx').ifindex, lladdr: 0, self: true, dst, create: true, exclusive: !append, append }));
  };
  place(2, false);
  place(9, true);
  const reached = reaches(net, 'a', '10.0.0.2');
  expect([silent, dropped > 0, reached, fdb(net, 'a')]).toEqual([
    false,
    true,
    true,
    ['02:00:00:00:01:02 192.168.0.2 reachable', '00:00:00:00:00:00 192.168.0.2 permanent', '00:00:00:00:00:00 192.168.0.9 permanent'],
  ]);
});

it('shares a port with devices that read packets alike, and no port with a process', () => {
  const net = tunnel();
  const { rtnetlink, sockets } = net.ns('a');
  ok(rtnetlink.addLink({ kind: 'vxlan', name: 'vy', up: true, info: { id: 7, dstport: 4789 } }));
  const twin = rtnetlink.addLink({ kind: 'vxlan', name: 'vz', info: { id: 7, dstport: 4789 } });
  const socket = sockets.udp('inet');
  const taken = socket.bind({ family: 'inet', address: 0, port: 4789 });
  expect([(twin as { errno: string }).errno, (taken as { errno: string }).errno]).toEqual(['EEXIST', 'EADDRINUSE']);
});
