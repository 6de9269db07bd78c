import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isError } from '../../base/result.ts';
import type { StreamSocket } from '../socket/stream-socket.ts';
import { ok } from '../test-net.ts';
import { alike, TestWire } from './test-wire.ts';

// Each conversation was held on Linux 6.18 between two namespaces on a veth pair with offloads off; tcpdump's account of it is in
// test/captures. Here the same calls are made at the same times.

interface Line {
  readonly gapMs: number;
  readonly text: string;
}

function recorded(name: string): Line[] {
  const text = readFileSync(new URL(`../../../../test/captures/tcp-${name}.txt`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, h, m, s, rest = ''] = /^(\d\d):(\d\d):([\d.]+) (.*)$/.exec(line) ?? [];
      return { gapMs: (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000, text: alike([rest])[0] as string };
    });
}

/** The same packets, and between them the same pauses to within a few ticks of the recorded machine's clock. */
function expectConversation(wire: TestWire, name: string): void {
  const want = recorded(name);
  const lines = wire.capture.lines();
  const times = wire.capture.times();
  const seen: Line[] = [];
  let last = 0;
  lines.forEach((line, i) => {
    const [text] = alike([line]);
    const isNeighbourTalk = line.includes('neighbor') || line.startsWith('ARP');
    if (text === undefined || isNeighbourTalk) return;
    seen.push({ gapMs: seen.length === 0 ? 0 : (times[i] as number) - last, text });
    last = times[i] as number;
  });
  expect(seen.map(({ text }) => text)).toEqual(want.map(({ text }) => text));
  const late = want.filter(({ gapMs }, i) => Math.abs(gapMs - (seen[i] as Line).gapMs) > 32 + gapMs * 0.04);
  expect(late).toEqual([]);
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const read = (socket: StreamSocket): string | undefined => {
  const data = socket.receive(65_536);
  return isError(data) ? data.errno : new TextDecoder().decode(data);
};
const errno = (answer: unknown): string | undefined => (isError(answer) ? answer.errno : undefined);

describe('does on the wire what Linux was recorded doing', () => {
  it('when each says a line and the client closes first', () => {
    const wire = new TestWire();
    const { net } = wire;
    const { client, server } = wire.pair();
    client.send(text('hello\n'));
    net.run(5);
    expect(read(server)).toBe('hello\n');
    server.send(text('HELLO\n'));
    net.run(100);
    expect(read(client)).toBe('HELLO\n');
    net.run(32);
    client.close();
    net.run(145);
    expect(read(server)).toBe('');
    server.close();
    net.run(100);
    expectConversation(wire, 'hello');
  });

  it('when one speaks and the other only at the end, with data unread', () => {
    const wire = new TestWire();
    const { net } = wire;
    const { client, server } = wire.pair();
    client.send(text('x'.repeat(100)));
    net.run(200);
    client.send(text('y'.repeat(100)));
    client.send(text('z'.repeat(100)));
    net.run(300);
    client.shutdown('write');
    net.run(100);
    server.send(text('bye'));
    net.run(1);
    server.close();
    net.run(100);
    expectConversation(wire, 'oneway');
    expect(read(client)).toBe('bye');
    expect(read(client)).toBe('ECONNRESET');
  });

  it('when nobody listens', () => {
    const wire = new TestWire();
    const client = wire.connect();
    wire.net.run(1);
    expect(errno(client.connect({ family: 'inet', address: 0x0a000002, port: 80 }))).toBe('ECONNREFUSED');
    expectConversation(wire, 'refused');
  });

  it('when the client closes without having read', () => {
    const wire = new TestWire();
    const { client, server } = wire.pair();
    server.send(text('data'));
    wire.net.run(100);
    client.close();
    wire.net.run(100);
    expectConversation(wire, 'unread');
    expect(errno(server.send(text('a')))).toBe('ECONNRESET');
    expect(errno(server.send(text('a')))).toBe('EPIPE');
  });

  it('when the server writes to a client that has closed', () => {
    const wire = new TestWire();
    const { client, server } = wire.pair();
    client.close();
    wire.net.run(100);
    expect(server.send(text('a'))).toBe(1);
    wire.net.run(50);
    expectConversation(wire, 'rstdata');
    expect(errno(server.send(text('a')))).toBe('EPIPE');
    expect(read(server)).toBe('');
  });

  it('when a listener goes with a connection in its queue', () => {
    const wire = new TestWire();
    const { net } = wire;
    const { client, server, listener } = wire.pair();
    const waiting = wire.connect(80, 40_001);
    net.run(51);
    listener.close();
    net.run(100);
    expect(read(waiting)).toBe('ECONNRESET');
    server.close();
    net.run(219);
    client.send(text('x'));
    net.run(50);
    expectConversation(wire, 'listenclose');
  });

  it('when lingering is forbidden', () => {
    const wire = new TestWire();
    const { client, server } = wire.pair();
    client.options.lingerSeconds = 0;
    client.close();
    wire.net.run(100);
    expectConversation(wire, 'linger');
    expect(read(server)).toBe('ECONNRESET');
    expect(read(server)).toBe('');
    expect(errno(server.send(text('a')))).toBe('EPIPE');
  });

  it('when a peer that is kept alive falls silent', () => {
    const wire = new TestWire();
    const { client } = wire.pair();
    client.setOptions({ keepAlive: true, keepIdle: 1, keepInterval: 1, keepCount: 3 });
    wire.net.run(2500);
    wire.impair('b', () => 'lost');
    wire.net.run(5000);
    expectConversation(wire, 'keepalive');
    expect(read(client)).toBe('ETIMEDOUT');
  });

  it('when the accept queue is full', () => {
    const wire = new TestWire();
    const { net } = wire;
    const listener = wire.listen(80, 1);
    for (let i = 0; i < 4; i++) {
      wire.connect(80, 40_000 + i);
      net.run(101);
    }
    net.run(3500);
    ok(listener.accept());
    net.run(4000);
    expectConversation(wire, 'backlog');
  });

  it('when no SYN is answered', () => {
    const wire = new TestWire();
    wire.impair('b', () => 'lost');
    const client = wire.connect();
    wire.net.run(12_000);
    expectConversation(wire, 'synloss');
    wire.net.run(127_000);
    expect(errno(client.connect({ family: 'inet', address: 0x0a000002, port: 80 }))).toBe('ETIMEDOUT');
  });

  it('when data is never acknowledged', () => {
    const wire = new TestWire();
    const { client } = wire.pair();
    client.send(text('warm'));
    wire.net.run(305);
    wire.impair('b', () => 'lost');
    client.send(text('lost'));
    wire.net.run(7000);
    expectConversation(wire, 'rto');
    expect(client.info()).toMatchObject({ congestionWindow: 1, slowStartThreshold: 5, backoff: 5, rtoNs: 6_528_000_000 });
  });

  it('when the last segments are lost', () => {
    const wire = new TestWire();
    const { client } = wire.pair();
    client.send(text('warm'));
    wire.net.run(307);
    wire.impair('b', (count) => (count < 3 ? 'lost' : [0]));
    client.send(new Uint8Array(2896));
    wire.net.run(1000);
    expectConversation(wire, 'tlp');
    expect(client.info()).toMatchObject({ congestionWindow: 3, slowStartThreshold: 5 });
  });

  it('over IPv6, and to an IPv6 socket over IPv4', () => {
    const wire = new TestWire({ ipv6: true });
    const { net } = wire;
    const listener = net.ns('b').sockets.tcp('inet6');
    ok(listener.bind({ family: 'inet6', address: '::', port: 80, scopeId: 0 }));
    ok(listener.listen(5));
    const client = net.ns('a').sockets.tcp('inet6');
    ok(client.bind({ family: 'inet6', address: '::', port: 40_017, scopeId: 0 }));
    client.connect({ family: 'inet6', address: 'fd00::2', port: 80, scopeId: 0 });
    net.run(1);
    const server = ok(listener.accept());
    client.send(text('hello\n'));
    net.run(128);
    server.close();
    net.run(100);
    client.close();
    net.run(101);
    const mapped = wire.connect(80, 40_018);
    net.run(10);
    const second = ok(listener.accept());
    expect(second.peerAddress()).toEqual({ family: 'inet6', address: '::ffff:10.0.0.1', port: 40_018, scopeId: 0 });
    mapped.close();
    net.run(1);
    second.close();
    net.run(10);
    expectConversation(wire, 'v6');
  });

  it('when a router knows no way: the first error finds connect(2) at work, the second ends it', () => {
    const wire = new TestWire();
    const { net } = wire;
    net.sysctl('b', 'net/ipv4/ip_forward', '1');
    net.route('a', '10.0.9.0/24', '10.0.0.2');
    const client = net.ns('a').sockets.tcp('inet');
    const to = { family: 'inet', address: 0x0a000909, port: 80 } as const;
    expect(errno(client.connect(to))).toBe('EINPROGRESS');
    net.run(500);
    expect(errno(client.connect(to))).toBe('EALREADY');
    net.run(600);
    expect(errno(client.connect(to))).toBe('ENETUNREACH');
    expect(wire.lines().map((line) => line.replace(/^.*(Flags \[S\]|ICMP net 10.0.9.9 unreachable).*$/, '$1'))).toEqual([
      'Flags [S]',
      'ICMP net 10.0.9.9 unreachable',
      'Flags [S]',
      'ICMP net 10.0.9.9 unreachable',
    ]);
  });
});
