import { expect, it } from 'vitest';
import type { LinkInfo } from '../../rtnetlink/messages.ts';
import { ok, TestNet } from '../../test-net.ts';

/** A macvlan on `a`'s eth0 in a namespace of the same name, with 10.0.0.N. */
function addMacvlan(net: TestNet, name: string, n: number, info: LinkInfo): void {
  const ns = net.ns(name);
  const link = net.dev('a', 'eth0').ifindex;
  const address = 0x0200_0000_1000 + n;
  ok(net.ns('a').rtnetlink.addLink({ kind: 'macvlan', name, link, address, info, netns: { netnsInode: ns.inode } }));
  net.addr(name, name, `10.0.0.${n}/24`);
  net.up(name, name);
}

function reaches(net: TestNet, from: string, to: string): boolean {
  const { socket } = net.ping(from, to);
  net.run(3000);
  const answer = socket.receive();
  return !('errno' in answer);
}

function cable(): TestNet {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('a', 'eth0', '10.0.0.1/24');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  return net;
}

//  b1 b2 v1 p1
//   └──┴──┴──┤
//      a:eth0 ─────── eth0:b
it('lets bridge ones talk to each other, all to the outside, and none to the host below', () => {
  const net = cable();
  addMacvlan(net, 'b1', 11, { mode: 'bridge' });
  addMacvlan(net, 'b2', 12, { mode: 'bridge' });
  addMacvlan(net, 'v1', 13, { mode: 'vepa' });
  addMacvlan(net, 'p1', 14, { mode: 'private' });
  const pairs = ['b1→b2', 'b1→v1', 'b1→p1', 'v1→b1', 'p1→b1', 'b1→b', 'v1→b', 'p1→b', 'b→b1', 'b→p1', 'a→b1', 'b1→a', 'a→b'];
  const addresses: Readonly<Record<string, string>> = {
    a: '10.0.0.1',
    b: '10.0.0.2',
    b1: '10.0.0.11',
    b2: '10.0.0.12',
    v1: '10.0.0.13',
    p1: '10.0.0.14',
  };
  expect(
    pairs.filter((pair) => {
      const [from = '', to = ''] = pair.split('→');
      return reaches(net, from, addresses[to] as string);
    }),
  ).toEqual(['b1→b2', 'b1→b', 'v1→b', 'p1→b', 'b→b1', 'b→p1', 'a→b']);
});

//  p
//  │
//  a:eth0 ─────── eth0:b
it('gives everything to a passthru one, which has the address of the device below', () => {
  const net = cable();
  addMacvlan(net, 'p', 21, { mode: 'passthru' });
  const { address, mtu } = net.dev('p', 'p');
  const below = net.dev('a', 'eth0');
  const seen = [address === below.address, mtu, below.promiscuity, reaches(net, 'b', '10.0.0.21'), reaches(net, 'b', '10.0.0.1')];
  net.down('p', 'p');
  expect([...seen, below.promiscuity]).toEqual([true, 1500, 1, true, false, 0]);
});

it('goes with the device below, and follows its carrier and its MTU', () => {
  const net = cable();
  addMacvlan(net, 'm', 31, { mode: 'bridge' });
  const state = (): unknown[] => {
    net.run(1100);
    const { carrier, mtu } = net.dev('m', 'm');
    return [carrier, mtu];
  };
  const states = [state()];
  net.down('b', 'eth0');
  states.push(state());
  net.up('b', 'eth0');
  net.mtu('a', 'eth0', 1400);
  states.push(state());
  net.mtu('a', 'eth0', 1500);
  states.push(state());
  ok(net.ns('a').rtnetlink.delLink(net.dev('a', 'eth0').ifindex));
  expect([...states, net.ns('m').deviceByName('m')]).toEqual([[true, 1500], [false, 1500], [true, 1400], [true, 1400], undefined]);
});

it('is refused as Linux refuses it', () => {
  const net = cable();
  const { rtnetlink } = net.ns('a');
  const link = net.dev('a', 'eth0').ifindex;
  const refused = (answer: unknown): string => (answer as { errno: string } | undefined)?.errno ?? 'ok';
  const add = (name: string, info: LinkInfo, on = link, more: object = {}): string =>
    refused(rtnetlink.addLink({ kind: 'macvlan', name, link: on, info, ...more }));
  const loopback = net.dev('a', 'lo').ifindex;
  const answers = [
    add('m1', { mode: 'bridge' }),
    add('m2', { mode: 'passthru' }),
    add('m3', { mode: 'bridge' }, loopback),
    add('m4', { mode: 'bridge' }, link, { mtu: 1600 }),
    add('m5', { mode: 'bridge' }, link, { address: 0x0100_0000_0001 }),
    add('m6', { mode: 'bridge', macaddr_mode: 'add', macaddr: '02:00:00:00:00:07' }),
    add('m7', { mode: 'bridge' }, link, { address: 0x0200_0000_000a }),
    refused(rtnetlink.setLink(net.dev('a', 'm7').ifindex, { flags: 1, flagsMask: 1 })),
    refused(rtnetlink.setLink(net.dev('a', 'm1').ifindex, { mtu: 1600 })),
    refused(rtnetlink.setLink(net.dev('a', 'm1').ifindex, { info: { mode: 'passthru' } })),
  ];
  ok(rtnetlink.addLink({ kind: 'bridge', name: 'br0' }));
  answers.push(refused(rtnetlink.setLink(link, { master: net.dev('a', 'br0').ifindex })));
  expect(answers).toEqual(['ok', 'EINVAL', 'EINVAL', 'EINVAL', 'EADDRNOTAVAIL', 'EINVAL', 'ok', 'EADDRINUSE', 'EINVAL', 'EINVAL', 'EBUSY']);
});
