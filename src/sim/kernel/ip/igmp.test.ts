import { expect, it } from 'vitest';
import { parseIpv4 } from '../../base/ipv4-address.ts';
import { NS_PER_S } from '../../base/time.ts';
import { joinGroup4, leaveGroup4 } from '../address/multicast-groups.ts';
import { type Capture, TestNet } from '../test-net.ts';

const GROUP = parseIpv4('239.1.1.1') as number;

// a:v0 10.0.0.1 ─── 10.0.0.2 v1:b
function pair(): { net: TestNet; capture: Capture; join: () => void; leave: () => void } {
  const net = new TestNet();
  net.veth('a:v0=02:00:00:00:00:0a', 'b:v1=02:00:00:00:00:0b');
  net.addr('a', 'v0', '10.0.0.1/24');
  net.addr('b', 'v1', '10.0.0.2/24');
  net.up('a', 'v0');
  net.up('b', 'v1');
  net.run(100);
  const in4 = net.dev('a', 'v0').in4;
  if (in4 === undefined) throw new Error('no IPv4');
  return {
    net,
    capture: net.capture('b', 'v1'),
    join: () => joinGroup4(net.ns('a'), in4, GROUP),
    leave: () => leaveGroup4(net.ns('a'), in4, GROUP),
  };
}

it('announces a group twice, the second time within a second, and its end just so; further reasons change nothing', () => {
  const { net, capture, join, leave } = pair();
  join();
  join();
  net.run(1500);
  leave();
  net.run(1500);
  leave();
  net.run(1500);
  const report = (what: string) =>
    'IP (tos 0xc0, ttl 1, id 0, offset 0, flags [DF], proto IGMP (2), length 40, options (RA))\n' +
    `    10.0.0.1 > 224.0.0.22: igmp v3 report, 1 group record(s) [gaddr 239.1.1.1 ${what} { }]`;
  const times = capture.times();
  expect([capture.lines({ verbose: 2 }), times.map((ms) => ms < 1050), net.dev('a', 'v0').in4?.groups.has(GROUP)]).toEqual([
    [report('to_ex'), report('to_ex'), report('to_in'), report('to_in')],
    [true, true, false, false],
    false,
  ]);
});

it('speaks version 2 as long as it is made to, and takes leave only of a router that it had reported to', () => {
  const { net, capture, join, leave } = pair();
  net.sysctl('a', 'net/ipv4/conf/v0/force_igmp_version', '2');
  join();
  net.run(11_000);
  leave();
  net.run(100);
  net.sysctl('a', 'net/ipv4/conf/v0/force_igmp_version', '1');
  join();
  net.run(20);
  leave();
  net.run(100);
  expect(capture.lines()).toEqual([
    'IP 10.0.0.1 > 239.1.1.1: igmp v2 report 239.1.1.1',
    'IP 10.0.0.1 > 239.1.1.1: igmp v2 report 239.1.1.1',
    'IP 10.0.0.1 > 224.0.0.2: igmp leave 239.1.1.1',
    'IP 10.0.0.1 > 239.1.1.1: igmp v1 report 239.1.1.1',
  ]);
});

it('says nothing of groups while a device is down, and everything when it comes up again', () => {
  const { net, capture, join } = pair();
  join();
  net.run(5);
  net.down('a', 'v0');
  net.run(2000);
  const before = capture.seen.length;
  net.up('a', 'v0');
  net.run(2000);
  expect([before, capture.lines(), net.clock.now < 10 * NS_PER_S]).toEqual([
    0,
    ['IP 10.0.0.1 > 224.0.0.22: igmp v3 report, 1 group record(s)', 'IP 10.0.0.1 > 224.0.0.22: igmp v3 report, 1 group record(s)'],
    true,
  ]);
});
