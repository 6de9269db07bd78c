import { expect, it } from 'vitest';
import { Random } from '../../base/random.ts';
import { isError } from '../../base/result.ts';
import type { StreamOptions } from '../socket/stream-socket.ts';
import { ok, TestNet } from '../test-net.ts';
import { drain, pattern, TestWire } from './test-wire.ts';

const ANY = 0;
const OWN = 0x0a000002;
const OTHER = 0x0a000003;
const errno = (answer: unknown): string => (isError(answer) ? answer.errno : 'ok');

it('lets sockets share a port where Linux does', () => {
  const wire = new TestWire({ ipv6: true });
  wire.net.addr('b', 'eth0', '10.0.0.3/24');
  const { sockets } = wire.net.ns('b');
  type Step = [at: number | 'six', options: Partial<StreamOptions>, listen: boolean];
  const outcome = (...steps: Step[]): string[] => {
    const open = steps.map(([at, options, listen]) => {
      const socket = sockets.tcp(at === 'six' ? 'inet6' : 'inet');
      socket.setOptions(options);
      const address =
        at === 'six'
          ? ({ family: 'inet6', address: '::', port: 80, scopeId: 0 } as const)
          : ({ family: 'inet', address: at, port: 80 } as const);
      const bound = errno(socket.bind(address));
      return { socket, said: bound === 'ok' && listen ? `listen ${errno(socket.listen(1))}` : bound };
    });
    for (const { socket } of open) socket.close();
    return open.map(({ said }) => said);
  };
  const reuse = { reuseAddress: true };
  const share = { reusePort: true };
  // Each line is what Linux 6.18 answered to the same calls.
  expect(outcome([ANY, {}, true], [ANY, {}, true])).toEqual(['listen ok', 'EADDRINUSE']);
  expect(outcome([ANY, {}, true], [OWN, {}, true])).toEqual(['listen ok', 'EADDRINUSE']);
  expect(outcome([OWN, {}, true], [OTHER, {}, true])).toEqual(['listen ok', 'listen ok']);
  expect(outcome([ANY, reuse, true], [ANY, reuse, true])).toEqual(['listen ok', 'EADDRINUSE']);
  expect(outcome([ANY, reuse, false], [ANY, reuse, true])).toEqual(['ok', 'listen ok']);
  expect(outcome([ANY, share, true], [ANY, share, true])).toEqual(['listen ok', 'listen ok']);
  expect(outcome(['six', {}, true], [ANY, {}, true])).toEqual(['listen ok', 'EADDRINUSE']);
  expect(outcome([OWN, {}, true], ['six', {}, true])).toEqual(['listen ok', 'EADDRINUSE']);
  expect(outcome(['six', { v6only: true }, true], [ANY, {}, true])).toEqual(['listen ok', 'listen ok']);
  expect(outcome([0x0a090909, {}, false])).toEqual(['EADDRNOTAVAIL']);
});

it('keeps the port of a connection in TIME_WAIT, and gives connections even ports, one after another', () => {
  const wire = new TestWire();
  const { net } = wire;
  const { client, server, listener } = wire.pair();
  const { sockets } = net.ns('b');
  server.close();
  net.run(10);
  client.close();
  listener.close();
  net.run(10);
  const at = { family: 'inet', address: ANY, port: 80 } as const;
  expect(errno(sockets.tcp('inet').bind(at))).toBe('EADDRINUSE');
  net.run(61_000);
  expect(errno(sockets.tcp('inet').bind(at))).toBe('ok');
  wire.listen(82, 10);
  const ports = [0, 1, 2].map(() => {
    const socket = net.ns('a').sockets.tcp('inet');
    socket.connect({ family: 'inet', address: OWN, port: 82 });
    return socket.localAddress().port;
  });
  const [first = 0] = ports;
  expect(first % 2).toBe(0);
  expect(ports).toEqual([first, first + 2, first + 4]);
  const odd = net.ns('a').sockets.tcp('inet');
  ok(odd.bind({ family: 'inet', address: ANY, port: 0 }));
  expect(odd.localAddress().port % 2).toBe(1);
});

it('answers calls out of place as Linux does', () => {
  const wire = new TestWire();
  const { net } = wire;
  const { sockets } = net.ns('a');
  const socket = sockets.tcp('inet');
  const to = { family: 'inet', address: OWN, port: 9 } as const;
  expect([
    errno(socket.send(new Uint8Array(1))),
    errno(socket.receive(1)),
    errno(socket.shutdown('write')),
    errno(socket.peerAddress()),
    errno(socket.accept()),
  ]).toEqual(['EPIPE', 'ENOTCONN', 'ENOTCONN', 'ENOTCONN', 'EINVAL']);
  // On one machine the refusal is there before the call returns.
  expect(errno(socket.connect(to))).toBe('EINPROGRESS');
  expect(errno(socket.connect(to))).toBe('ECONNREFUSED');
  expect(errno(socket.connect(to))).toBe('EINPROGRESS');
  const fresh = (address: number): string => errno(sockets.tcp('inet').connect({ family: 'inet', address, port: 1 }));
  expect([fresh(0x09090909), fresh(0x0a0000ff), fresh(0xe0000001)]).toEqual(['ENETUNREACH', 'ENETUNREACH', 'ENETUNREACH']);
  const listener = wire.listen(82);
  expect([
    errno(listener.connect(to)),
    errno(listener.bind(to)),
    errno(listener.send(new Uint8Array(1))),
    errno(listener.receive(1)),
    errno(listener.peerAddress()),
  ]).toEqual(['EISCONN', 'EINVAL', 'EPIPE', 'ENOTCONN', 'ENOTCONN']);
  const self = sockets.tcp('inet');
  ok(self.bind({ family: 'inet', address: 0x0a000001, port: 5000 }));
  self.connect({ family: 'inet', address: 0x0a000001, port: 5000 });
  net.run(10);
  self.send(new TextEncoder().encode('self'));
  net.run(10);
  expect(new TextDecoder().decode(ok(self.receive(10)))).toBe('self');
});

it('reports a neighbour that does not answer as EHOSTUNREACH', () => {
  const wire = new TestWire();
  const socket = wire.net.ns('a').sockets.tcp('inet');
  const to = { family: 'inet', address: 0x0a000063, port: 80 } as const;
  expect(errno(socket.connect(to))).toBe('EINPROGRESS');
  wire.net.run(5000);
  expect(errno(socket.connect(to))).toBe('EHOSTUNREACH');
});

// a:eth0 10.0.1.2 ─── 10.0.1.1 r0:r:r1 10.0.2.1 ─ 1400 ─ 10.0.2.2 b:eth0
it('learns the MTU of the path from the router that must not fragment', () => {
  const net = new TestNet();
  net.veth('a:eth0=02:00:00:00:00:0a', 'r:r0=02:00:00:00:01:00');
  net.veth('b:eth0=02:00:00:00:00:0b', 'r:r1=02:00:00:00:01:01');
  net.addr('a', 'eth0', '10.0.1.2/24');
  net.addr('r', 'r0', '10.0.1.1/24');
  net.addr('r', 'r1', '10.0.2.1/24');
  net.addr('b', 'eth0', '10.0.2.2/24');
  net.mtu('r', 'r1', 1400);
  net.up('a', 'eth0');
  net.up('r', 'r0', 'r1');
  net.up('b', 'eth0');
  net.route('a', 'default', '10.0.1.1');
  net.route('b', 'default', '10.0.2.1');
  net.sysctl('r', 'net/ipv4/ip_forward', '1');
  const listener = net.ns('b').sockets.tcp('inet');
  ok(listener.bind({ family: 'inet', address: ANY, port: 80 }));
  ok(listener.listen(5));
  const client = net.ns('a').sockets.tcp('inet');
  client.connect({ family: 'inet', address: 0x0a000202, port: 80 });
  net.run(3000);
  const server = ok(listener.accept());
  const data = pattern(20_000, 'mtu');
  expect(client.send(data)).toBe(20_000);
  net.run(2000);
  const got: number[] = [];
  drain(server, got);
  expect(Buffer.from(got).equals(data)).toBe(true);
  expect(client.info()).toMatchObject({ pathMtu: 1400, sendMss: 1348 });
  expect(net.clock.now).toBeLessThan(6e9);
});

it('takes no harm from segments that make no sense', () => {
  const random = new Random('fuzz');
  for (let round = 0; round < 25; round++) {
    const wire = new TestWire({ seed: `fuzz ${round}` });
    const { net } = wire;
    const { client, server } = wire.pair();
    let last: Uint8Array | undefined;
    for (const { frame } of wire.capture.seen) last = frame;
    const raw = net.ns('a').sockets.packet();
    for (let i = 0; i < 40; i++) {
      const frame = (last as Uint8Array).slice(0, 34 + 20 + random.int(60));
      for (let at = 34 + 4; at < frame.length; at++) if (random.int(4) === 0) frame[at] = random.int(256);
      frame[46] = (5 + random.int(11)) << 4;
      sum(frame);
      raw.send(frame, net.dev('a', 'eth0').ifindex);
      if (i % 10 === 0) client.send(new Uint8Array(2000));
      net.run(1);
    }
    net.run(200_000);
    server.receive(100_000);
    client.close();
    server.close();
    net.run(1_500_000);
    expect(net.clock.size).toBeLessThan(6);
  }
});

/** Makes lengths and checksums right, so that only what TCP sees is wrong. */
function sum(frame: Uint8Array): void {
  const words = (from: number, to: number, start: number): number => {
    let n = start;
    for (let i = from; i < to; i += 2) n += ((frame[i] as number) << 8) | (i + 1 < to ? (frame[i + 1] as number) : 0);
    while (n > 0xffff) n = (n & 0xffff) + (n >>> 16);
    return ~n & 0xffff;
  };
  const put = (at: number, value: number): void => {
    frame[at] = value >>> 8;
    frame[at + 1] = value;
  };
  put(16, frame.length - 14);
  put(24, 0);
  put(24, words(14, 34, 0));
  put(50, 0);
  put(50, words(26, frame.length, 6 + frame.length - 34));
}
