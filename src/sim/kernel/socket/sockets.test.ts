import { expect, it } from 'vitest';
import { parseIpv4 } from '../../base/ipv4-address.ts';
import { isError, type KernelError } from '../../base/result.ts';
import { IFA_F_NODAD } from '../rtnetlink/messages.ts';
import { TestNet } from '../test-net.ts';
import type { DatagramSocket, SockAddr } from './socket.ts';

// One namespace: lo, and d0 10.9.0.1/24 fd09::1/64 on a veth pair of its own.
function host(): TestNet {
  const net = new TestNet();
  net.ns('a', true);
  net.veth('a:d0=02:00:00:00:00:0a', 'a:d1=02:00:00:00:00:0b');
  net.addr('a', 'd0', '10.9.0.1/24');
  net.up('a', 'd0', 'd1');
  net.addr('a', 'd0', 'fd09::1/64', IFA_F_NODAD);
  net.run(2200);
  return net;
}

function to(address: string, port: number): SockAddr {
  const v4 = parseIpv4(address);
  return v4 === undefined ? { family: 'inet6', address, port, scopeId: 0 } : { family: 'inet', address: v4, port };
}

function said(answer: unknown): unknown {
  return isError(answer) ? (answer as KernelError).errno : answer;
}

it('binds as Linux was recorded binding', () => {
  const sockets = host().ns('a').sockets;
  const bind = (address: string, port: number, reuse = false): unknown => {
    const socket = sockets.udp(address.includes(':') ? 'inet6' : 'inet');
    socket.options.reuseAddress = reuse;
    return said(socket.bind(to(address, port))) ?? 'ok';
  };
  expect({
    any: bind('0.0.0.0', 5000),
    anyAgain: bind('0.0.0.0', 5000),
    specificOverAny: bind('10.9.0.1', 5000),
    otherPort: bind('10.9.0.1', 5001),
    anyOverSpecific: bind('0.0.0.0', 5001),
    otherAddress: bind('127.0.0.1', 5001),
    anyOfLoopback: bind('127.0.0.9', 5001),
    notLocal: bind('10.9.0.2', 5002),
    broadcast: bind('10.9.0.255', 5002),
    multicast: bind('224.0.0.1', 5002),
    reuse: [bind('0.0.0.0', 5003, true), bind('0.0.0.0', 5003, true), bind('0.0.0.0', 5003)],
    v6AnyOverV4Any: bind('::', 5000),
    v6Any: bind('::', 5004),
    v4AnyOverV6Any: bind('0.0.0.0', 5004),
    v6Specific: bind('fd09::1', 5000),
    v6NotLocal: bind('fd09::2', 5009),
    v6LinkLocalWithoutScope: bind('fe80::1', 5009),
  }).toEqual({
    any: 'ok',
    anyAgain: 'EADDRINUSE',
    specificOverAny: 'EADDRINUSE',
    otherPort: 'ok',
    anyOverSpecific: 'EADDRINUSE',
    otherAddress: 'ok',
    anyOfLoopback: 'ok',
    notLocal: 'EADDRNOTAVAIL',
    broadcast: 'ok',
    multicast: 'ok',
    reuse: ['ok', 'ok', 'EADDRINUSE'],
    v6AnyOverV4Any: 'EADDRINUSE',
    v6Any: 'ok',
    v4AnyOverV6Any: 'EADDRINUSE',
    v6Specific: 'ok',
    v6NotLocal: 'EADDRNOTAVAIL',
    v6LinkLocalWithoutScope: 'EINVAL',
  });
});

it('sends and connects with the errors Linux was recorded giving', () => {
  const sockets = host().ns('a').sockets;
  const send = (address: string, port: number, size = 1, broadcast = false, family?: 'inet6'): unknown => {
    const socket = sockets.udp(family ?? (address.includes(':') ? 'inet6' : 'inet'));
    socket.options.broadcast = broadcast;
    return said(socket.send(new Uint8Array(size), to(address, port)));
  };
  const connect = (address: string): unknown => {
    const socket = sockets.udp(address.includes(':') ? 'inet6' : 'inet');
    return said(socket.connect(to(address, 9))) ?? socket.localAddress().address;
  };
  expect([
    send('8.8.8.8', 9),
    send('10.9.0.255', 9),
    send('10.9.0.255', 9, 1, true),
    send('255.255.255.255', 9, 1, true),
    send('224.0.0.5', 9),
    send('0.0.0.0', 9),
    send('10.9.0.1', 0),
    send('10.9.0.1', 9, 65507),
    send('10.9.0.1', 9, 65508),
    send('2001:db8::1', 9),
    send('fe80::1', 9),
    send('::ffff:10.9.0.1', 9),
    send('fd09::1', 9, 65527),
    send('fd09::1', 9, 65528),
    said(sockets.udp('inet').send(new Uint8Array(1))),
  ]).toEqual([
    'ENETUNREACH',
    'EACCES',
    1,
    'ENETUNREACH',
    'ENETUNREACH',
    1,
    'EINVAL',
    65507,
    'EMSGSIZE',
    'ENETUNREACH',
    1,
    1,
    65527,
    'EMSGSIZE',
    'EDESTADDRREQ',
  ]);
  expect(['10.9.0.7', '127.0.0.1', '8.8.8.8', '10.9.0.255', 'fd09::7', 'fe80::7', '::ffff:10.9.0.7'].map(connect)).toEqual([
    0x0a090001,
    0x7f000001,
    'ENETUNREACH',
    'EACCES',
    'fd09::1',
    'EINVAL',
    '::ffff:10.9.0.1',
  ]);
  expect(said(sockets.raw('inet', 1).send(new Uint8Array(8), to('8.8.8.8', 0)))).toBe('ENETUNREACH');
  expect(said(sockets.ping('inet'))).toBe('EACCES');
});

it('reports a closed port to a connected socket once per datagram, and to others not at all', () => {
  const net = host();
  const refused = (socket: DatagramSocket, address: string): unknown[] => {
    socket.connect(to(address, 9));
    socket.send(new Uint8Array(1));
    net.run(1);
    const first = said(socket.receive());
    const second = said(socket.send(new Uint8Array(1)));
    net.run(1);
    return [first, second, said(socket.send(new Uint8Array(1)))];
  };
  const { sockets } = net.ns('a');
  expect(refused(sockets.udp('inet'), '127.0.0.1')).toEqual(['ECONNREFUSED', 1, 'ECONNREFUSED']);
  expect(refused(sockets.udp('inet6'), '::1')).toEqual(['ECONNREFUSED', 1, 'ECONNREFUSED']);
  const unconnected = sockets.udp('inet');
  unconnected.send(new Uint8Array(1), to('127.0.0.1', 9));
  net.run(1);
  expect(said(unconnected.receive())).toBe('EAGAIN');
});

it('gives an IPv6 socket what comes over IPv4, under a mapped address, and lets it answer', () => {
  const net = host();
  const { sockets } = net.ns('a');
  const server = sockets.udp('inet6');
  server.bind(to('::', 6002));
  const client = sockets.udp('inet');
  client.bind(to('127.0.0.1', 6001));
  client.send(Uint8Array.of(104, 105), to('127.0.0.1', 6002));
  net.run(1);
  const got = server.receive();
  expect(got).toMatchObject({ from: { address: '::ffff:127.0.0.1', port: 6001 }, data: Uint8Array.of(104, 105), ttl: 64 });
  if (isError(got)) return;
  server.send(Uint8Array.of(1), got.from);
  net.run(1);
  expect(client.receive()).toMatchObject({ from: { address: 0x7f000001, port: 6002 } });
});

it('answers a ping socket under its identifier, once the group may have one', () => {
  const net = host();
  net.sysctl('a', 'net/ipv4/ping_group_range', '0 2147483647');
  const ping = net.ns('a').sockets.ping('inet');
  if (isError(ping)) throw new Error(ping.errno);
  expect(said(ping.send(new Uint8Array(16), to('127.0.0.1', 0)))).toBe('EINVAL');
  ping.send(Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4), to('127.0.0.1', 0));
  net.run(1);
  const reply = ping.receive();
  expect(reply).toMatchObject({ from: { address: 0x7f000001 }, ttl: 64 });
  if (!isError(reply)) expect([reply.data[0], reply.data[7], reply.data.length]).toEqual([0, 7, 12]);
});

it('shows packet sockets what they ask for and refuses frames that do not fit', () => {
  const net = host();
  const { sockets } = net.ns('a');
  const d0 = net.dev('a', 'd0');
  const all = sockets.packet();
  const arp = sockets.packet();
  expect([said(all.bind(99, 3)), said(all.bind(d0.ifindex, 3)), said(arp.bind(0, 0x0806))]).toEqual(['ENODEV', undefined, undefined]);
  all.filter = (frame) => frame[12] === 8 && frame[13] === 6;
  const sizes = [13, 1519, 1518, 1514];
  expect(sizes.map((size) => said(all.send(new Uint8Array(size), 0)))).toEqual(['EINVAL', 'EMSGSIZE', 'EMSGSIZE', 1514]);
  net.ping('a', '10.9.0.77');
  net.run(2500);
  expect(all.statistics()).toEqual({ received: 3, dropped: 0 });
  expect(all.receive()).toMatchObject({
    from: { ifindex: d0.ifindex, protocol: 0x0806, pktType: 4, address: 0x02000000000a },
    originalLength: 42,
  });
  expect(arp.receive()).toMatchObject({ from: { ifindex: net.dev('a', 'd1').ifindex, pktType: 1 } });
  net.down('a', 'd0');
  expect(said(all.receive())).toBe('ENETDOWN');
  all.close();
  arp.close();
  expect(d0.taps.length).toBe(0);
});
