import { expect, it } from 'vitest';
import { ok, TestNet } from '../test-net.ts';

const text = (bytes: unknown): string => new TextDecoder().decode(bytes as Uint8Array);
const bytes = (s: string): Uint8Array => new TextEncoder().encode(s);

it('joins two processes by a file, and says when one of them has gone', () => {
  const net = new TestNet();
  const { unix } = net.ns('a').sockets;
  const file = {};
  const name = { kind: 'path', path: '/run/x.sock', file } as const;
  const listener = unix.stream();
  expect(unix.stream().connect(name)).toMatchObject({ errno: 'ECONNREFUSED' });
  ok(listener.bind(name));
  expect(unix.stream().bind(name)).toMatchObject({ errno: 'EADDRINUSE' });
  ok(listener.listen(0));
  // Names in the file system hold for every network namespace.
  const client = net.ns('b').sockets.unix.stream();
  ok(client.connect(name));
  expect(unix.stream().connect(name)).toMatchObject({ errno: 'EAGAIN' });
  const server = ok(listener.accept());
  expect(client.send(bytes('hello, '))).toBe(7);
  expect(client.send(bytes('world'))).toBe(5);
  expect(text(server.receive(3))).toBe('hel');
  expect(text(server.receive(100, { peek: true }))).toBe('lo, world');
  expect(text(server.receive(100))).toBe('lo, world');
  expect(server.receive(1)).toMatchObject({ errno: 'EAGAIN' });
  ok(client.shutdown('write'));
  expect(server.receive(1)).toHaveLength(0);
  expect(client.send(bytes('x'))).toMatchObject({ errno: 'EPIPE' });
  expect(server.send(bytes('unread'))).toBe(6);
  client.close();
  expect(server.receive(1)).toMatchObject({ errno: 'ECONNRESET' });
  expect(server.send(bytes('x'))).toMatchObject({ errno: 'EPIPE' });
  server.close();
  listener.close();
  expect(unix.stream().connect(name)).toMatchObject({ errno: 'ECONNREFUSED' });
});

it('lets a writer wait until the reader has made room', () => {
  const [one, two] = new TestNet().ns('a').sockets.unix.pair();
  let sent = 0;
  for (;;) {
    const n = one.send(new Uint8Array(10_000));
    if (typeof n !== 'number') break;
    sent += n;
  }
  expect(one.poll().writable).toBe(false);
  let woken = false;
  one.writable.add(() => {
    woken = true;
  });
  let got = 0;
  for (let data = two.receive(65_536); data instanceof Uint8Array; data = two.receive(65_536)) got += data.length;
  expect([got, woken, one.poll().writable]).toEqual([sent, true, true]);
});

it('carries datagrams with the name of their sender, as many as the queue holds', () => {
  const net = new TestNet();
  const { unix } = net.ns('a').sockets;
  const name = { kind: 'abstract', name: 'log' } as const;
  const server = unix.datagram();
  const client = unix.datagram();
  expect(client.send(bytes('x'))).toMatchObject({ errno: 'ENOTCONN' });
  expect(client.send(bytes('x'), name)).toMatchObject({ errno: 'ECONNREFUSED' });
  ok(server.bind(name));
  ok(client.bind({ kind: 'abstract', name: 'me' }));
  ok(client.connect(name));
  let sent = 0;
  while (typeof client.send(bytes(`${sent}`)) === 'number') sent++;
  expect(sent).toBe(11);
  expect(server.receive()).toEqual({ data: bytes('0'), from: { kind: 'abstract', name: 'me' } });
  // Abstract names belong to their network namespace.
  expect(net.ns('b').sockets.unix.datagram().connect(name)).toMatchObject({ errno: 'ECONNREFUSED' });
  server.close();
  expect(client.send(bytes('x'))).toMatchObject({ errno: 'ECONNREFUSED' });
});
