import { expect, test } from 'vitest';
import { NS_PER_MS } from '../../base/time.ts';
import { TestNet } from '../test-net.ts';
import { deleteQdisc, dumpQdiscs, modifyQdisc, type QdiscOptions, TC_H_ROOT } from './api.ts';
import type { Chance, NetemOptions } from './netem.ts';

//  a 10.0.0.1 ----- 10.0.0.2 b       the qdisc is on a's end
function wire(options: QdiscOptions) {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.0.1/24');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.ping('a', '10.0.0.2');
  net.run(1500);
  const { ifindex } = net.dev('a', 'eth0');
  const request = { ifindex, parent: TC_H_ROOT, handle: 0, kind: options.kind, options, create: true, exclusive: true, replace: false };
  expect(modifyQdisc(net.ns('a'), request)).toBeUndefined();
  const capture = net.capture('b', 'eth0');
  const stats = () => dumpQdiscs(net.ns('a')).find((dump) => dump.ifindex === ifindex)?.stats;
  return { net, capture, stats, ifindex };
}

const NEVER: Chance = { probability: 0, correlation: 0 };
const ALWAYS: Chance = { probability: 0xffffffff, correlation: 0 };

function netem(options: Partial<NetemOptions>): QdiscOptions {
  const none = { latencyNs: 0, jitterNs: 0, delayCorrelation: 0, distribution: 'uniform', gap: 0, rate: 0, packetOverhead: 0 } as const;
  return { kind: 'netem', netem: { limit: 1000, loss: NEVER, duplicate: NEVER, corrupt: NEVER, reorder: NEVER, ...none, ...options } };
}

test('netem delays each packet, and counts it when it leaves', () => {
  const { net, capture, stats } = wire(netem({ latencyNs: 10 * NS_PER_MS }));
  const sent = net.clock.now;
  net.ping('a', '10.0.0.2');
  net.run(5);
  const early = stats()?.packets;
  net.run(50);
  expect([early, capture.seen.map(({ timeNs }) => (timeNs - sent) / NS_PER_MS), stats()]).toMatchObject([
    0,
    [10, 10],
    { packets: 1, bytes: 98, drops: 0 },
  ]);
});

test('netem loses every packet of 100 %, and doubles every one where it shall', () => {
  const lost = wire(netem({ loss: ALWAYS }));
  lost.net.ping('a', '10.0.0.2');
  lost.net.run(50);
  const twice = wire(netem({ duplicate: ALWAYS }));
  twice.net.ping('a', '10.0.0.2');
  twice.net.run(50);
  expect([lost.capture.lines().length, lost.stats()?.drops, twice.stats()?.packets]).toEqual([0, 1, 2]);
});

test('tbf sends what its bucket holds at once, the rest as tokens come in, and drops what finds no room', () => {
  // 98 bytes take 9.8 ms of 10,000 bytes a second; the bucket holds two pings, the queue two more.
  const { net, capture, stats } = wire({
    kind: 'tbf',
    tbf: { rate: 10_000, bufferNs: 19.6 * NS_PER_MS, limit: 200, peakRate: 0, mtuNs: 0 },
  });
  const sent = net.clock.now;
  for (let seq = 1; seq <= 5; seq++) net.ping('a', '10.0.0.2', { seq });
  net.run(200);
  const requests = capture.seen.filter(({ out }) => !out);
  expect([requests.map(({ timeNs }) => Number(((timeNs - sent) / NS_PER_MS).toFixed(1))), stats()?.drops]).toEqual([[0, 0, 9.8, 19.6], 1]);
});

test('a root that is deleted gives way to the own one of the device, once', () => {
  const { net, ifindex } = wire({ kind: 'pfifo' });
  const gone = { ifindex, parent: TC_H_ROOT, handle: 0, kind: undefined };
  const first = deleteQdisc(net.ns('a'), gone);
  expect([first, deleteQdisc(net.ns('a'), gone)?.extack, net.dev('a', 'eth0').qdisc]).toEqual([
    undefined,
    'Cannot delete qdisc with handle of zero',
    'noqueue',
  ]);
});
