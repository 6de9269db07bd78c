import { expect, it } from 'vitest';
import { isError } from '../base/result.ts';
import { addNic } from './device/nic.ts';
import { showLinks } from './test-dump.ts';
import { ok, TestNet } from './test-net.ts';

it('knows others by ids that are given when needed and free again when the other is gone', () => {
  const net = new TestNet();
  const init = net.kernel.initNetns;
  const spaces = [0, 1, 2].map(() => net.kernel.createNetns());
  const holds = spaces.map((ns) => ns.hold());
  const ids = (): number[] => spaces.map((ns) => init.rtnetlink.netnsId(ns.inode));
  const seen = [ids()];
  for (const [i, ns] of spaces.entries()) {
    ok(init.rtnetlink.addLink({ kind: 'veth', name: `v${i}`, peer: { name: 'eth0', netns: { netnsInode: ns.inode } } }));
  }
  seen.push(ids());
  holds[1]?.();
  net.run(100);
  seen.push(ids());
  const next = net.kernel.createNetns();
  ok(init.rtnetlink.setNetnsId(next.inode, -1));
  const refused = [init.rtnetlink.setNetnsId(next.inode, 5), init.rtnetlink.setNetnsId(12345, 5)].map((e) => isError(e) && e.errno);
  expect([seen, init.rtnetlink.netnsId(next.inode), refused, showLinks(init).map((link) => link.split(' ')[1])]).toEqual([
    [
      [-1, -1, -1],
      [0, 1, 2],
      [0, -1, 2],
    ],
    1,
    ['EEXIST', 'EINVAL'],
    ['lo', 'v0@if2', 'v2@if2'],
  ]);
});

it('gives its network cards back and leaves nothing scheduled', () => {
  const net = new TestNet();
  const init = net.kernel.initNetns;
  ok(addNic(init, 'eth0', 0x525400000001));
  const ns = net.kernel.createNetns();
  const release = ns.hold();
  ok(init.rtnetlink.setLink(2, { netns: { netnsInode: ns.inode } }));
  ok(ns.rtnetlink.setLink(1, { flags: 1, flagsMask: 1 }));
  release();
  release();
  net.run(5000);
  expect([showLinks(init).map((link) => link.split(' ')[1]), net.kernel.namespaces.size, net.clock.size]).toEqual([['lo', 'eth0'], 1, 0]);
});

it('lives on when somebody takes hold of it before it is taken apart', () => {
  const net = new TestNet();
  const ns = net.kernel.createNetns();
  ns.hold()();
  ns.hold();
  net.run(1000);
  expect(net.kernel.namespaces.has(ns.inode)).toBe(true);
});

it('a thousand of them, each on a veth, are idle when nobody speaks', () => {
  const net = new TestNet();
  const { rtnetlink } = net.kernel.initNetns;
  for (let i = 0; i < 1000; i++) {
    const ns = net.kernel.createNetns();
    ns.hold();
    ok(rtnetlink.addLink({ kind: 'veth', name: `v${i}`, peer: { name: 'eth0', netns: { netnsInode: ns.inode } } }));
  }
  net.run(2000);
  expect([net.clock.size, net.kernel.initNetns.devices.size]).toEqual([0, 1001]);
});
