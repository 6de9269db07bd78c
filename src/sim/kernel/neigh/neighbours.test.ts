import { expect, it } from 'vitest';
import { formatIpv4, parseIpv4 } from '../../base/ipv4-address.ts';
import { formatMac, MAC_BROADCAST, parseMac } from '../../base/mac-address.ts';
import { isError } from '../../base/result.ts';
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.ts';
import { ok, TestNet } from '../test-net.ts';
import { arpSend } from './arp.ts';

const A = 0x02000000000a;
const B = 0x02000000000b;

// a:eth0 10.0.1.1 ─── 10.0.1.2 b:eth0
function pair(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.1.1/24');
  net.addr('b', 'eth0', '10.0.1.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  net.run(100);
  return net;
}

function neigh(net: TestNet, ns: string): string[] {
  return net
    .ns(ns)
    .rtnetlink.neighbours('inet')
    .map(({ dst, lladdr, state }) => `${formatIpv4(dst as number)} ${lladdr === undefined ? '-' : formatMac(lladdr)} ${state}`);
}

function ip(text: string): number {
  return parseIpv4(text) as number;
}

it('takes an entry through its states and leaves nothing scheduled once it is stale', () => {
  const net = pair();
  const states: string[] = [];
  net.ns('a').rtnetlink.subscribe((event) => {
    if (event.type === 'neigh') states.push(event.neigh.state);
  });
  net.ping('a', '10.0.1.2');
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b REACHABLE']);
  expect(neigh(net, 'b')).toEqual(['10.0.1.1 02:00:00:00:00:0a DELAY']);
  net.run(60_000);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b STALE']);
  expect(net.clock.size).toBe(0);
  net.ping('a', '10.0.1.2');
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b DELAY']);
  net.down('b', 'eth0');
  net.up('b', 'eth0');
  net.run(1);
  // Five seconds, and up to the next of the timer's steps.
  net.run(5257);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b REACHABLE']);
  expect(new Set(states)).toEqual(new Set(['REACHABLE', 'STALE', 'PROBE']));
});

it('asks three times, fails, says so to the sender, and queues what waits without losing its order', () => {
  const net = pair();
  const drops = net.drops();
  const dump = net.capture('a', 'eth0');
  const first = net.ping('a', '10.0.1.9', { seq: 1 });
  net.ping('a', '10.0.1.9', { seq: 2 });
  net.run(3060);
  expect(dump.times()).toEqual([0, 1020, 2044]);
  expect(neigh(net, 'a')).toEqual(['10.0.1.9 - INCOMPLETE']);
  net.run(20);
  expect(neigh(net, 'a')).toEqual(['10.0.1.9 - FAILED', '0.0.0.0 00:00:00:00:00:00 NOARP']);
  expect(first.socket.takeError()).toMatchObject({ errno: { errno: 'EHOSTUNREACH' }, offender: { address: ip('10.0.1.1') }, icmpCode: 1 });
  expect(drops.filter((reason) => reason === 'NEIGH_FAILED')).toHaveLength(2);
});

it('learns from requests, gratuitous announcements and replies as arp_process does', () => {
  const net = pair();
  const b = net.dev('b', 'eth0');
  const other = parseMac('02:00:00:00:00:99') as number;
  // A request makes an entry; an announcement of an unknown address does not.
  arpSend(b, ARP_REQUEST, MAC_BROADCAST, B, ip('10.0.1.2'), 0, ip('10.0.1.1'));
  arpSend(b, ARP_REQUEST, MAC_BROADCAST, B, ip('10.0.1.77'), 0, ip('10.0.1.77'));
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b STALE']);
  // Within locktime another reply does not count, an announcement does.
  arpSend(b, ARP_REPLY, A, other, ip('10.0.1.2'), A, ip('10.0.1.1'));
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b STALE']);
  arpSend(b, ARP_REQUEST, MAC_BROADCAST, other, ip('10.0.1.2'), 0, ip('10.0.1.2'));
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:99 STALE']);
  net.run(2000);
  arpSend(b, ARP_REPLY, A, B, ip('10.0.1.2'), A, ip('10.0.1.1'));
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:0b REACHABLE']);
  net.sysctl('a', 'net/ipv4/conf/eth0/arp_accept', '1');
  arpSend(b, ARP_REQUEST, MAC_BROADCAST, other, ip('10.0.1.77'), 0, ip('10.0.1.77'));
  net.run(1);
  expect(neigh(net, 'a')).toContain('10.0.1.77 02:00:00:00:00:99 STALE');
});

it('answers for what arp_ignore, proxy_arp and proxy entries say it should', () => {
  const net = pair();
  net.addr('a', 'lo', '10.0.9.1/32');
  net.route('a', '10.0.5.0/24', '10.0.1.2');
  const b = net.dev('b', 'eth0');
  const dump = net.capture('b', 'eth0');
  const asks = (target: string): number => {
    const before = dump.seen.length;
    arpSend(b, ARP_REQUEST, MAC_BROADCAST, B, ip('10.0.1.2'), 0, ip(target));
    net.run(2000);
    return dump.seen.slice(before).filter(({ out }) => !out).length;
  };
  expect(asks('10.0.9.1')).toBe(1);
  net.sysctl('a', 'net/ipv4/conf/eth0/arp_ignore', '1');
  expect([asks('10.0.9.1'), asks('10.0.1.1')]).toEqual([0, 1]);
  net.sysctl('a', 'net/ipv4/conf/all/arp_ignore', '8');
  expect(asks('10.0.1.1')).toBe(0);

  net.veth('a:eth1=02:00:00:00:01:0a', 'c:eth0=02:00:00:00:00:0c');
  net.addr('a', 'eth1', '10.0.6.1/24');
  net.up('a', 'eth1');
  net.up('c', 'eth0');
  net.run(100);
  expect(asks('10.0.6.2')).toBe(0);
  net.sysctl('a', 'net/ipv4/ip_forward', '1');
  expect(asks('10.0.6.2')).toBe(0);
  net.sysctl('a', 'net/ipv4/conf/eth0/proxy_arp', '1');
  expect(asks('10.0.6.2')).toBe(1);
});

it('keeps permanent entries as they are and refuses what Linux refuses', () => {
  const net = pair();
  const { rtnetlink } = net.ns('a');
  const ifindex = net.dev('a', 'eth0').ifindex;
  const entry = { family: 'inet', ifindex, dst: ip('10.0.1.2'), state: 'PERMANENT' } as const;
  const how = { create: true, exclusive: true, replace: false };
  ok(rtnetlink.addNeighbour({ ...entry, lladdr: 0x020000000050, ...how }));
  const again = rtnetlink.addNeighbour({ ...entry, lladdr: 0x020000000051, ...how });
  const missing = rtnetlink.delNeighbour({ ...entry, dst: ip('10.0.1.3'), create: false, exclusive: false, replace: false });
  expect([again, missing].map((answer) => (isError(answer) ? answer.errno : answer))).toEqual(['EEXIST', 'ENOENT']);
  arpSend(net.dev('b', 'eth0'), ARP_REQUEST, MAC_BROADCAST, B, ip('10.0.1.2'), 0, ip('10.0.1.1'));
  net.run(1);
  expect(neigh(net, 'a')).toEqual(['10.0.1.2 02:00:00:00:00:50 PERMANENT']);
  ok(rtnetlink.delNeighbour({ ...entry, create: false, exclusive: false, replace: false }));
  expect(neigh(net, 'a')).toEqual([]);
});
