import { expect, it } from 'vitest';
import { showLinks, showRoutes } from '../test-dump.ts';
import { ok, TestNet } from '../test-net.ts';
import { IFF_UP } from './net-device.ts';

// init:v0 ─── v1:init, then v1 moves to x
it('gives the peer the lower ifindex, and tells by flags and state what the other end is up to', () => {
  const net = new TestNet();
  const ns = net.kernel.initNetns;
  const x = net.ns('x');
  const seen: string[][] = [];
  const step = (): void => {
    net.run(10);
    seen.push(showLinks(ns).slice(1));
  };
  ok(ns.rtnetlink.addLink({ kind: 'veth', name: 'v0', peer: { name: 'v1' } }));
  step();
  ok(ns.rtnetlink.setLink(3, { flags: IFF_UP, flagsMask: IFF_UP }));
  step();
  ok(ns.rtnetlink.setLink(2, { flags: IFF_UP, flagsMask: IFF_UP }));
  step();
  ok(ns.rtnetlink.setLink(2, { netns: { netnsInode: x.inode } }));
  step();
  expect([...seen, showLinks(x)]).toEqual([
    ['2: v1@v0 1002 mtu 1500 qdisc noop state DOWN', '3: v0@v1 1002 mtu 1500 qdisc noop state DOWN'],
    ['2: v1@v0 1002 mtu 1500 qdisc noop state DOWN', '3: v0@v1 1003 mtu 1500 qdisc noqueue state LOWERLAYERDOWN'],
    ['2: v1@v0 11043 mtu 1500 qdisc noqueue state UP', '3: v0@v1 11043 mtu 1500 qdisc noqueue state UP'],
    ['3: v0@if2 1003 mtu 1500 qdisc noqueue state DOWN link-netnsid 0'],
    ['1: lo 10049 mtu 65536 qdisc noqueue state UNKNOWN', '2: v1@if3 1002 mtu 1500 qdisc noop state DOWN link-netnsid 0'],
  ]);
});

it('takes the peer along when it is deleted, wherever that is', () => {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.addr('b', 'eth0', '10.0.0.2/24');
  net.up('a', 'eth0');
  net.up('b', 'eth0');
  ok(net.ns('a').rtnetlink.delLink(2));
  expect([showLinks(net.ns('b')), showRoutes(net.ns('b'), 'inet', 254)]).toEqual([
    ['1: lo 10049 mtu 65536 qdisc noqueue state UNKNOWN'],
    [],
  ]);
});

it('is refused as Linux refuses it', () => {
  const net = new TestNet();
  const { rtnetlink } = net.kernel.initNetns;
  const refused = (answer: unknown): string => {
    const { errno, extack } = answer as { errno: string; extack: string | undefined };
    return extack === undefined ? errno : `${errno} ${extack}`;
  };
  ok(rtnetlink.addLink({ kind: 'veth', name: 'v0', peer: { name: 'v1' } }));
  const x = net.ns('x');
  ok(x.rtnetlink.addLink({ kind: 'veth', name: 'v0' }));
  expect(
    [
      rtnetlink.addLink({ kind: 'veth', name: 'v0', peer: { name: 'v2' } }),
      rtnetlink.addLink({ kind: 'veth', name: 'v3', peer: { name: 'v3' } }),
      rtnetlink.addLink({ kind: 'veth', name: 'thisnameiswaytoolong' }),
      rtnetlink.addLink({ kind: 'nosuchtype', name: 'v5' }),
      rtnetlink.addLink({ kind: 'veth', name: 'v6', mtu: 20 }),
      rtnetlink.addLink({ kind: 'veth', name: 'v6', up: true, peer: { name: 'v7', up: true } }),
      rtnetlink.setLink(2, { mtu: 10 }),
      rtnetlink.setLink(2, { mtu: 70000 }),
      rtnetlink.setLink(2, { address: 0x010000000001 }),
      rtnetlink.setLink(2, { name: 'v0' }),
      rtnetlink.setLink(2, { master: 3 }),
      rtnetlink.setLink(2, { protoDown: true }),
      rtnetlink.setLink(3, { netns: { netnsInode: x.inode } }),
      rtnetlink.setLink(1, { netns: { netnsInode: x.inode } }),
      rtnetlink.delLink(1),
    ].map(refused),
  ).toEqual([
    'EEXIST',
    'EEXIST',
    'ERANGE Attribute failed policy validation',
    'EOPNOTSUPP Unknown device type',
    'EINVAL',
    'ENOTCONN',
    'EINVAL mtu less than device minimum',
    'EINVAL mtu greater than device maximum',
    'EADDRNOTAVAIL',
    'EEXIST',
    'EOPNOTSUPP',
    'EOPNOTSUPP Protodown not supported by device',
    'EEXIST An interface with the same name exists in the target netns',
    'EINVAL The interface netns is immutable',
    'EOPNOTSUPP',
  ]);
});
