import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesEqual } from '../../base/bytes.ts';
import { netifRx } from '../device/receive.ts';
import { Skb } from '../skb.ts';
import { TestNet } from '../test-net.ts';
import type { TraceEvent } from '../trace.ts';

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
  let events: TraceEvent[] = [];
  net.trace.subscribe((event) => events.push(event));
  const input = fc.sample(frame, { numRuns: 2000, seed: 11 });
  for (const bytes of input) {
    events = [];
    netifRx(dev, Skb.fromFrame(bytes));
    net.run(0);
    const more = events.filter(({ step }) => step.kind !== 'receive');
    const isArp = bytes[12] === 8 && bytes[13] === 6;
    const isFragment = bytes[12] === 0x86 && bytes[20] === 44;
    if (!isArp && !isFragment) expect(more.length, String(bytes)).toBeGreaterThan(0);
  }
});

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
