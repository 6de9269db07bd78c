import { expect, test } from 'vitest';
import { formatMac } from '../../../base/mac-address.ts';
import { isError } from '../../../base/result.ts';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { ok, TestNet } from '../../test-net.ts';
import type { TraceStep } from '../../trace.ts';

//   a 10.0.0.1 ── v1 ┐
//   b 10.0.0.2 ── v2 ┼ br0 in sw
//   c 10.0.0.3 ── v3 ┘
//
// Host x has 02:00:00:00:00:0x, its port 02:00:00:00:01:0x.
function lan(info: LinkInfo = {}): TestNet {
  const net = new TestNet();
  addBridge(net, 'br0', info);
  for (const i of [1, 2, 3]) addHost(net, i, 'br0');
  net.up('sw', 'br0');
  net.run(100);
  return net;
}

function addBridge(net: TestNet, name: string, info: LinkInfo = {}): void {
  ok(net.ns('sw').rtnetlink.addLink({ kind: 'bridge', name, info }));
}

function addHost(net: TestNet, i: number, bridge: string): void {
  const host = String.fromCharCode(96 + i);
  net.veth(`sw:v${i}=02:00:00:00:01:0${i}`, `${host}:eth0=02:00:00:00:00:0${i}`);
  net.addr(host, 'eth0', `10.0.0.${i}/24`);
  enslave(net, `v${i}`, bridge);
  net.up('sw', `v${i}`);
  net.up(host, 'eth0');
}

function enslave(net: TestNet, dev: string, bridge: string): void {
  ok(net.ns('sw').rtnetlink.setLink(net.dev('sw', dev).ifindex, { master: net.dev('sw', bridge).ifindex }));
}

function setPort(net: TestNet, dev: string, info: LinkInfo): void {
  ok(net.ns('sw').rtnetlink.bridge.setPort(net.dev('sw', dev).ifindex, info));
}

/** Whether an echo request from one host is answered. */
function reaches(net: TestNet, from: string, to: string): boolean {
  const capture = net.capture(from, 'eth0');
  net.ping(from, to);
  net.run(1000);
  return capture.lines().some((line) => line.includes('echo reply'));
}

/** What the bridge has learned: `MAC port`. */
function learned(net: TestNet): string[] {
  const { rtnetlink } = net.ns('sw');
  return rtnetlink.bridge
    .fdb()
    .filter(({ state }) => state === 'reachable')
    .map(
      ({ lladdr, ifindex, vid }) =>
        `${formatMac(lladdr)} ${net.ns('sw').devices.get(ifindex)?.name}${vid === undefined ? '' : ` vlan ${vid}`}`,
    );
}

function states(net: TestNet): unknown[] {
  return net
    .ns('sw')
    .rtnetlink.bridge.links()
    .map(({ link, port }) => `${link.name} ${port.state}`);
}

test('a bridge floods what it does not know, and sends to where it learned the address is', () => {
  const net = lan();
  const atC = net.capture('c', 'eth0');
  net.ping('a', '10.0.0.2');
  net.run(10);
  expect(atC.lines()).toEqual(['ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28']);
  expect(learned(net)).toEqual(['02:00:00:00:00:01 v1', '02:00:00:00:00:02 v2']);
});

test('the trace names the entry that chose the port, and why a frame went nowhere', () => {
  const net = lan();
  expect(reaches(net, 'a', '10.0.0.2')).toBe(true);
  const steps: TraceStep[] = [];
  net.trace.subscribe(({ step }) => steps.push(step));
  net.ping('a', '10.0.0.2');
  net.run(1);
  expect(steps.find(({ kind }) => kind === 'fdb')).toEqual({ kind: 'fdb', mac: '02:00:00:00:00:02', port: 'v2', flood: false, vid: 0 });
  setPort(net, 'v1', { isolated: true });
  setPort(net, 'v2', { isolated: true });
  net.ping('a', '10.0.0.2');
  net.run(1);
  expect(steps.at(-1)).toEqual({ kind: 'drop', reason: 'BRIDGE_NO_EGRESS_PORT', detail: 'both ports are isolated' });
});

test('what was learned is forgotten after 300 s without a frame; static entries stay', () => {
  const net = lan();
  reaches(net, 'a', '10.0.0.2');
  const ifindex = net.dev('sw', 'v3').ifindex;
  const entry = { ifindex, lladdr: 0x0200_0000_0099, master: true, create: true, exclusive: true, append: false };
  ok(net.ns('sw').rtnetlink.bridge.addFdb({ ...entry, state: 'static' }));
  net.run(290_000);
  expect(learned(net)).toHaveLength(2);
  net.run(20_000);
  expect(learned(net)).toEqual([]);
  const kept = net.ns('sw').rtnetlink.bridge.fdb({ port: ifindex });
  expect(kept.filter(({ state }) => state === 'static').map(({ lladdr }) => lladdr)).toEqual([0x0200_0000_0099]);
});

test('an address that speaks from another port has moved there', () => {
  const net = lan();
  reaches(net, 'a', '10.0.0.2');
  ok(net.ns('c').rtnetlink.setLink(net.dev('c', 'eth0').ifindex, { address: 0x0200_0000_0001 }));
  net.ping('c', '10.0.0.2');
  net.run(10);
  expect(learned(net)).toContain('02:00:00:00:00:01 v3');
});

test('isolated ports reach others but not each other; a hairpin port gets its own frames back', () => {
  const net = lan();
  for (const port of ['v1', 'v2']) setPort(net, port, { isolated: true });
  expect([reaches(net, 'a', '10.0.0.2'), reaches(net, 'a', '10.0.0.3')]).toEqual([false, true]);
  setPort(net, 'v1', { hairpin: true, isolated: false });
  const capture = net.capture('a', 'eth0');
  net.ping('a', '10.0.0.77');
  net.run(1);
  expect(capture.seen.map(({ out }) => out)).toEqual([true, false]);
});

test('the bridge has the least MAC address and MTU of its ports, until somebody chooses', () => {
  const net = lan();
  const br0 = net.dev('sw', 'br0');
  expect([formatMac(br0.address), br0.mtu]).toEqual(['02:00:00:00:01:01', 1500]);
  net.mtu('sw', 'v2', 1400);
  ok(net.ns('sw').rtnetlink.setLink(net.dev('sw', 'v1').ifindex, { master: 0 }));
  expect([formatMac(br0.address), br0.mtu]).toEqual(['02:00:00:00:01:02', 1400]);
  ok(net.ns('sw').rtnetlink.setLink(br0.ifindex, { address: 0x0200_0000_00aa, mtu: 1300 }));
  enslave(net, 'v1', 'br0');
  expect([formatMac(br0.address), br0.mtu]).toEqual(['02:00:00:00:00:aa', 1300]);
});

test('a bridge has a carrier while one of its ports has, and carries nothing while it is down', () => {
  const net = lan();
  const br0 = net.dev('sw', 'br0');
  expect(br0.visibleOperstate).toBe('UP');
  for (const host of ['a', 'b', 'c']) net.down(host, 'eth0');
  net.run(1000);
  expect([br0.carrier, br0.visibleOperstate]).toEqual([false, 'DOWN']);
  for (const host of ['a', 'b', 'c']) net.up(host, 'eth0');
  net.down('sw', 'br0');
  expect(reaches(net, 'a', '10.0.0.2')).toBe(false);
});

test('a bridge with an address is a host on its own segment', () => {
  const net = lan();
  net.addr('sw', 'br0', '10.0.0.254/24');
  expect([reaches(net, 'a', '10.0.0.254'), reaches(net, 'b', '10.0.0.254')]).toEqual([true, true]);
});

test('what cannot be a port is refused in the kernel’s words', () => {
  const net = lan();
  addBridge(net, 'br1');
  const { rtnetlink } = net.ns('sw');
  const master = net.dev('sw', 'br0').ifindex;
  const refused = (dev: string) => rtnetlink.setLink(net.dev('sw', dev).ifindex, { master });
  expect(refused('br1')).toMatchObject({ errno: 'ELOOP', extack: 'Can not enslave a bridge to a bridge' });
  expect(refused('lo')).toMatchObject({ errno: 'EINVAL' });
  expect(isError(rtnetlink.setLink(net.dev('sw', 'v1').ifindex, { master: net.dev('sw', 'v2').ifindex }))).toBe(true);
});

// Two bridges joined twice are a loop:
//
//   a ── v1 ─ br0 ═ p0/q0, p1/q1 ═ br1 ─ v2 ── b
function loop(info: LinkInfo): TestNet {
  const net = new TestNet();
  addBridge(net, 'br0', info);
  addBridge(net, 'br1', info);
  net.veth('sw:p0=02:00:00:00:02:01', 'sw:q0=02:00:00:00:02:02');
  net.veth('sw:p1=02:00:00:00:02:03', 'sw:q1=02:00:00:00:02:04');
  for (const [dev, bridge] of [
    ['p0', 'br0'],
    ['p1', 'br0'],
    ['q0', 'br1'],
    ['q1', 'br1'],
  ] as const)
    enslave(net, dev, bridge);
  addHost(net, 1, 'br0');
  addHost(net, 2, 'br1');
  net.up('sw', 'p0', 'p1', 'q0', 'q1', 'br0', 'br1');
  return net;
}

test('the spanning tree blocks one end of a loop, and opens it when the other way is gone', () => {
  const net = loop({ stp_state: 1 });
  net.run(10_000);
  expect(states(net)).toContain('v1 1');
  net.run(40_000);
  expect(states(net)).toEqual(['q0 3', 'p0 3', 'q1 4', 'p1 3', 'v1 3', 'v2 3']);
  expect(reaches(net, 'a', '10.0.0.2')).toBe(true);
  net.down('sw', 'p0');
  net.run(60_000);
  expect(states(net)).toContain('q1 3');
  expect(reaches(net, 'a', '10.0.0.2')).toBe(true);
});

test('the root says so every two seconds on every segment', () => {
  const net = loop({ stp_state: 1 });
  net.run(40_000);
  const capture = net.capture('a', 'eth0');
  net.run(10_000);
  expect(capture.times()).toEqual([0, 2000, 4000, 6000, 8000]);
  expect(capture.seen[0]?.frame.slice(0, 21)).toEqual(
    Uint8Array.from([1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 38, 0x42, 0x42, 3, 0, 0, 0, 0]),
  );
});
