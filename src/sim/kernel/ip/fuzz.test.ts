import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesEqual } from '../../base/bytes.ts';
import { decodePcap } from '../../wire/pcap.ts';
import type { NetDevice } from '../device/net-device.ts';
import { netifRx } from '../device/receive.ts';
import { Skb } from '../skb.ts';
import { Ledger } from '../test-ledger.ts';
import { ok, TestNet } from '../test-net.ts';

function host(seed = 'test'): TestNet {
  const net = new TestNet(seed);
  net.ns('a', true);
  net.ns('b', true);
  net.veth('a:eth0=02:00:00:00:00:0a', 'b:eth0=02:00:00:00:00:0b');
  net.veth('a:eth1=02:00:00:00:01:0a', 'c:eth0=02:00:00:00:00:0c');
  net.addr('a', 'eth0', '10.0.1.1/24');
  net.addr('a', 'eth1', '10.0.2.1/24');
  net.addr('b', 'eth0', '10.0.1.2/24');
  net.addr('a', 'eth0', 'fd00:1::a/64');
  net.addr('b', 'eth0', 'fd00:1::b/64');
  net.up('a', 'eth0', 'eth1');
  net.up('b', 'eth0');
  net.up('c', 'eth0');
  net.sysctl('a', 'net/ipv4/ip_forward', '1');
  net.sysctl('a', 'net/ipv6/conf/all/forwarding', '1');
  net.route('b', 'default', '10.0.1.1');
  net.run(5000);
  return net;
}

const MAC_A = [2, 0, 0, 0, 0, 0x0a];
const MAC_B = [2, 0, 0, 0, 0, 0x0b];

/** Frames that get some way in: a right address and EtherType, then something like a header, then anything. */
const frame = fc
  .tuple(
    fc.constantFrom(MAC_A, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x33, 0x33, 0, 0, 0, 1], [1, 0, 0x5e, 0, 0, 1]),
    fc.constantFrom([8, 0], [8, 6], [0x86, 0xdd], [0x12, 0x34]),
    fc.constantFrom<number[]>(
      [],
      [0x45, 0, 0, 40, 0, 1, 0, 0, 64, 1, 0, 0, 10, 0, 1, 2, 10, 0, 1, 1],
      [0x45, 0, 0, 40, 0, 1, 0x20, 0, 64, 17, 0, 0, 10, 0, 1, 2, 10, 0, 1, 1],
      [0x46, 0, 0, 60, 0, 1, 0, 0, 1, 17, 0, 0, 10, 0, 1, 2, 10, 0, 2, 9, 131, 3, 4, 0],
      [0x46, 0, 0, 60, 0, 1, 0, 0, 9, 17, 0, 0, 10, 0, 1, 2, 10, 0, 2, 9, 7, 9, 4, 0],
      [0, 1, 8, 0, 6, 4, 0, 1],
      [
        0x60, 0, 0, 0, 0, 40, 58, 255, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x0a,
      ],
      [
        0x60, 0, 0, 0, 0, 40, 0, 64, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x0a,
      ],
      [
        0x60, 0, 0, 0, 0, 40, 44, 64, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b, 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0x0a,
      ],
    ),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([dst, type, head, rest]) => {
    if (head[0] !== undefined && head[0] >> 4 === 4) fixChecksum(head);
    return Uint8Array.from([...dst, ...MAC_B, ...type, ...head, ...rest]);
  });

function fixChecksum(head: number[]): void {
  head[10] = 0;
  head[11] = 0;
  let sum = 0;
  for (let i = 0; i < head.length; i += 2) sum += ((head[i] as number) << 8) | (head[i + 1] as number);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  head[10] = (~sum >>> 8) & 0xff;
  head[11] = ~sum & 0xff;
}

it('survives any bytes: nothing throws, whatever arrives', () => {
  const net = host();
  const dev = net.dev('a', 'eth0');
  fc.assert(
    fc.property(fc.oneof(frame, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      netifRx(dev, Skb.fromFrame(bytes));
      net.run(1);
    }),
    { numRuns: 3000, seed: 7 },
  );
  net.run(120_000);
  expect(net.clock.size).toBeLessThan(20);
});

it('ends every received packet with a delivery, an answer, a transmission or a reason', () => {
  const net = host();
  const dev = net.dev('a', 'eth0');
  const ledger = new Ledger(net.trace);
  for (const bytes of fc.sample(frame, { numRuns: 2000, seed: 11 })) {
    netifRx(dev, Skb.fromFrame(bytes));
    net.run(0);
  }
  net.run(120_000);
  expect([...ledger.vanished, ...ledger.ghosts]).toEqual([]);
});

const folder = new URL('../../../../test/captures/', import.meta.url);
const captured = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => decodePcap(new Uint8Array(readFileSync(new URL(name, folder))))?.records ?? [])
  .map(({ data }) => data)
  .filter((data) => data.length >= 14);

/** What Linux once sent, to the device and to the addresses of this host, with some bytes changed or the end cut off. Header checksums of half are right. */
const mutant = fc
  .tuple(
    fc.constantFrom(...captured),
    fc.array(fc.tuple(fc.integer({ min: 14, max: 110 }), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff))), { maxLength: 4 }),
    fc.option(fc.double({ min: 0.2, max: 1, noNaN: true }), { freq: 3 }),
    fc.boolean(),
  )
  .map(([original, changes, cut, repaired]) => {
    let bytes = original.slice();
    if ((bytes[0] as number) % 2 === 0) bytes.set(MAC_A, 0);
    bytes.set(MAC_B, 6);
    const ipv4 = bytes[12] === 8 && bytes[13] === 0;
    if (ipv4 && bytes.length >= 34) bytes.set([10, 0, 1, 2, 10, 0, 1, 1], 26);
    if (bytes[12] === 0x86 && bytes.length >= 54) {
      bytes.set([0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b], 22);
      if (bytes[38] !== 0xff) bytes.set([0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a], 38);
    }
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
    if (cut !== null) bytes = bytes.slice(0, Math.max(14, Math.floor(bytes.length * cut)));
    if (repaired && ipv4 && bytes.length >= 34) {
      const head = [...bytes.subarray(14, Math.min(bytes.length, 14 + Math.max(20, ((bytes[14] as number) & 15) * 4)))];
      if (head.length % 2 === 0) {
        fixChecksum(head);
        bytes.set(head, 14);
      }
    }
    return bytes;
  });

//            ┌ br0 (VLANs, STP, snooping): a frame to it is bridged, one to the host goes up
//   cable ── eth0 of a, or port p of the bridge; a: UDP 53, VLAN 10, vxlan 7
function everything(): { net: TestNet; devices: NetDevice[] } {
  const net = host();
  const { rtnetlink } = net.ns('a');
  ok(rtnetlink.addLink({ kind: 'bridge', name: 'br0', info: { vlan_filtering: 1, stp_state: 1, forward_delay: 400 } }));
  for (const [port, mac] of [
    ['p', '21'],
    ['q', '22'],
  ] as const) {
    net.veth(`a:${port}=02:00:00:00:02:${mac}`, `${port}:eth0=02:00:00:00:03:${mac}`);
    ok(rtnetlink.setLink(net.dev('a', port).ifindex, { master: net.dev('a', 'br0').ifindex }));
    net.up('a', port);
    net.up(port, 'eth0');
  }
  net.addr('a', 'br0', '10.0.3.1/24');
  net.up('a', 'br0');
  ok(rtnetlink.addLink({ kind: 'vlan', name: 'eth0.10', link: net.dev('a', 'eth0').ifindex, info: { id: 10 } }));
  net.up('a', 'eth0.10');
  ok(rtnetlink.addLink({ kind: 'vxlan', name: 'vx', info: { id: 7, port: 4789, local: '10.0.1.1', learning: true } }));
  net.up('a', 'vx');
  const { sockets } = net.ns('a');
  ok(sockets.udp('inet').bind({ family: 'inet', address: 0, port: 53 }));
  net.run(20_000);
  return { net, devices: [net.dev('a', 'eth0'), net.dev('a', 'p')] };
}

it('takes mutants of what Linux sent, on a host with a bridge, a VLAN, a tunnel and sockets', () => {
  const { net, devices } = everything();
  const ledger = new Ledger(net.trace);
  fc.assert(
    fc.property(mutant, (bytes) => {
      for (const dev of devices) netifRx(dev, Skb.fromFrame(bytes.slice()));
      net.run(1);
    }),
    { numRuns: 2500, seed: 41 },
  );
  net.run(120_000);
  expect([...ledger.vanished, ...ledger.ghosts]).toEqual([]);
}, 60_000);

it('gives the same bytes at the same times for the same seed', () => {
  const run = (seed: string): { timeNs: number; frame: Uint8Array }[] => {
    const net = host(seed);
    const dump = net.capture('b', 'eth0');
    for (let i = 0; i < 5; i++) {
      net.ping('a', '10.0.1.2', { seq: i });
      net.ping('b', 'fd00:1::a', { seq: i });
      net.ping('b', '10.0.2.77', { seq: i });
      net.run(777);
    }
    net.run(60_000);
    return dump.seen;
  };
  const [one, again, other] = [run('seed'), run('seed'), run('another seed')];
  expect(one.length).toBeGreaterThan(30);
  expect(again.length).toBe(one.length);
  expect(again.every((seen, i) => seen.timeNs === one[i]?.timeNs && bytesEqual(seen.frame, one[i].frame))).toBe(true);
  expect(other.every((seen, i) => one[i] !== undefined && bytesEqual(seen.frame, one[i].frame))).toBe(false);
});
